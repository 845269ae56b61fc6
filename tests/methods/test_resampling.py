"""Bootstrap intervals of ratios of sums over cases, in blocks where there are many, against the linearised formula."""

import numpy as np
import pytest

from analytics.methods import resampling
from analytics.methods.resampling import MOST_BLOCKS, blocks, by_block, ratio, ratios, sums


def test_a_unit_is_its_own_block_until_there_are_many():
    assert blocks(MOST_BLOCKS).tolist() == list(range(MOST_BLOCKS))
    many = blocks(12_345)
    sizes = np.bincount(many)
    assert len(sizes) == MOST_BLOCKS and set(sizes) == {2, 3}
    # At random: neighbours in the log do not share a block more often than chance has it.
    assert (many[1:] == many[:-1]).mean() < 0.001
    assert blocks(12_345) is many


def test_sums_by_block_and_how_many_units_have_any(monkeypatch):
    monkeypatch.setattr(resampling, "MOST_BLOCKS", 2)
    unit, column = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 0, 1, 0, -1, 1])
    found = sums(unit, column, np.array([1.0, 2.0, 3.0, 4.0, 5.0, 0.0]), 3, 2)
    assert found.total.tolist() == [7, 3] and found.n_units.tolist() == [2, 1]
    assert found.by_block.shape == (2, 2)
    assert by_block(np.array([1.0, 2.0, 4.0])).sum() == 7


def cases(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hours waited and hand-overs of n cases, long cases with more of both: a ratio of means, not a mean of ratios."""
    rng = np.random.default_rng(3)
    n_handovers = 1 + rng.poisson(4, n)
    return rng.gamma(n_handovers, 3.0) * rng.lognormal(0, 0.7, n), n_handovers.astype(float)


@pytest.mark.parametrize("n", [4_000, 60_000])
def test_the_interval_is_that_of_the_linearised_ratio(n):
    hours, n_handovers = cases(n)
    found = ratio(hours, n_handovers, "h")
    value = hours.sum() / n_handovers.sum()
    # Cochran (1977), Sampling Techniques, 6.3: the standard error over cases.
    error = np.sqrt(((hours - value * n_handovers) ** 2).sum()) / n_handovers.sum()
    assert (found.value, found.n) == (pytest.approx(value), n)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert (found.low + found.high) / 2 == pytest.approx(value, abs=0.4 * error)


def test_blocks_agree_with_cases_drawn_one_by_one(monkeypatch):
    n = 20_000
    hours, n_handovers = cases(n)
    # One column that nearly all cases have and one that one case in five hundred has.
    column = np.zeros(n, int)
    column[::500] = 1
    width = {}
    for most in (n, MOST_BLOCKS):
        monkeypatch.setattr(resampling, "MOST_BLOCKS", most)
        blocks.cache_clear()
        unit = np.arange(n)
        found = ratios(
            sums(unit, column, hours, n, 2).by_block, sums(unit, column, n_handovers, n, 2).by_block
        )
        width[most] = found.high - found.low
    blocks.cache_clear()
    assert width[MOST_BLOCKS] == pytest.approx(width[n], rel=0.15)


def test_very_many_columns_are_held_for_fewer_blocks(monkeypatch):
    n, k = 6_000, 12
    hours, n_handovers = cases(n)
    unit, column = np.arange(n), np.arange(n) % k
    both = lambda: [sums(unit, column, values, n, k).by_block for values in (hours, n_handovers)]  # noqa: E731
    usual = ratios(*both())
    cycle = by_block(hours)
    monkeypatch.setattr(resampling, "_MOST_SUMS", 1_000 * k)
    few = both()
    assert few[0].shape == (1_000, k)
    found = ratios(*few)
    assert found.value == pytest.approx(usual.value)
    assert found.high - found.low == pytest.approx(usual.high - usual.low, rel=0.2)
    # Beside sums of one column, which have all blocks, these are put together as those are.
    assert resampling._folded(cycle, 1_000)[:, 0] == pytest.approx(few[0].sum(axis=1))
    assert ratios(few[0], cycle).value.sum() == pytest.approx(1)


def test_columns_of_few_units_have_no_interval():
    unit, column = np.arange(6), np.array([0, 0, 1, 1, 1, 2])
    found = ratios(*[sums(unit, column, x, 6, 4).by_block for x in (np.arange(1.0, 7.0), np.ones(6))])
    assert found.value[:3].tolist() == [1.5, 4, 6] and np.isnan(found.value[3])
    assert np.isnan(found.low).tolist() == [True, False, True, True]
    assert ratios(np.zeros((0, 0)), np.zeros((0, 0))).value.tolist() == []
