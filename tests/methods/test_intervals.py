"""Intervals over days: by hand, against textbook formulas, and by how often they hold."""

import numpy as np
import pytest
from scipy import stats

from analytics.methods import intervals


def by_day(days, values):
    days, values = np.asarray(days), np.asarray(values, float)
    zero, k = np.zeros(len(days), int), days.max() + 1
    return (
        intervals.sums(zero, days, values, 1, k),
        intervals.sums(zero, days, np.ones(len(days)), 1, k),
    )


def test_a_mean_worked_by_hand():
    # Day 0: 2 and 4, day 1: 6, day 2: 0. Mean 12 / 4 = 3. Residuals of days: 6 − 3·2 = 0, 6 − 3 = 3, 0 − 3 = −3;
    # variance of the total = 18 · 3/2 = 27; error = √27 / 4 = 1.29904; t(2) = 4.30265; half = 5.58931.
    value, low, high = intervals.means(*by_day([0, 0, 1, 2], [2, 4, 6, 0]))
    assert value[0] == 3
    assert (low[0], high[0]) == (pytest.approx(3 - 5.58931, abs=1e-4), pytest.approx(3 + 5.58931, abs=1e-4))


def test_one_value_a_day_is_the_common_t_interval():
    values = np.random.default_rng(1).normal(10, 3, 20)
    value, low, high = intervals.means(*by_day(np.arange(20), values))
    expected = stats.t.interval(0.95, 19, values.mean(), stats.sem(values))
    assert (value[0], low[0], high[0]) == pytest.approx((values.mean(), *expected))


def test_a_share_over_alike_days_has_wilsons_effective_n():
    # Two days of 10 with 6 and 4 yes: share 0.5; residuals ±1; error = √(2 · 2) / 20 = 0.1; effective n = 25,
    # held to 20; t(1) = 12.7062.
    value, low, high = intervals.shares(*by_day([0] * 10 + [1] * 10, [1] * 6 + [0] * 4 + [1] * 4 + [0] * 6))
    t2 = 12.7062047**2
    half = np.sqrt(t2) / (1 + t2 / 20) * np.sqrt(0.25 / 20 + t2 / (4 * 400))
    assert value[0] == 0.5
    assert (low[0], high[0]) == (pytest.approx(0.5 - half), pytest.approx(0.5 + half))


@pytest.mark.parametrize("answer", [0, 1])
def test_a_share_where_all_agree_stays_in_bounds_and_has_a_width(answer):
    value, low, high = intervals.shares(*by_day(np.repeat(np.arange(5), 4), [answer] * 20))
    assert value[0] == answer
    assert 0 <= low[0] <= answer <= high[0] <= 1
    assert high[0] - low[0] > 0.05


def quantiles(values, keys, days, q, n_keys, n_days):
    """Value, low and high of values that are not yet counted: one entry each."""
    values, keys, days = np.asarray(values, float), np.asarray(keys), np.asarray(days)
    each, n = np.unique(np.column_stack([keys, values]), axis=0, return_counts=True)
    counts = intervals.sums(keys, days, np.ones(len(keys)), n_keys, n_days)
    value = intervals.quantiles(each[:, 1], n, counts.sum(axis=1), q)
    below = intervals.sums(keys, days, values <= value[keys], n_keys, n_days)
    return value, *intervals.quantile_ends(each[:, 1], n, q, counts, below)


def test_quantiles_are_numpys_and_bracketed():
    rng = np.random.default_rng(2)
    keys, days, values = rng.integers(0, 3, 900), rng.integers(0, 30, 900), rng.exponential(8, 900)
    value, low, high = quantiles(values, keys, days, 0.9, 4, 30)
    for key in range(3):
        assert value[key] == pytest.approx(np.quantile(values[keys == key], 0.9))
        assert low[key] < value[key] < high[key]
    assert np.isnan([value[3], low[3], high[3]]).all()


def test_ties_do_not_push_the_quantile_out_of_its_interval():
    value, low, high = quantiles([0] * 95 + [5] * 5, [0] * 100, np.arange(100) % 10, 0.5, 1, 10)
    assert value[0] == low[0] == high[0] == 0


def test_one_day_has_a_value_and_no_interval():
    for found in (
        intervals.means(*by_day([0, 0], [1, 3])),
        intervals.shares(*by_day([0, 0], [1, 0])),
        quantiles([1.0, 3.0], [0, 0], [0, 0], 0.5, 1, 1),
    ):
        value, low, high = found
        assert np.isfinite(value[0]) and np.isnan([low[0], high[0]]).all()


def test_an_estimate_without_tickets_is_unknown_and_a_wait_is_not_below_zero():
    found = intervals.means(*by_day([0, 0, 1, 2], [2, 4, 6, 0]))
    assert intervals.estimate(found, [4], "min", floor=0.0).low == 0
    assert not intervals.estimate(found, [0], "min").is_known


def coverage(statistic, truth, runs=300, n_days=40):
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(runs):
        n = rng.poisson(60, n_days)
        days = np.repeat(np.arange(n_days), n)
        crowd = rng.gamma(4, 0.25, n_days)[days]  # mean 1, shared by the day's tickets
        _value, low, high = statistic(rng.exponential(10 * crowd), days, n_days)
        hits += low[0] <= truth <= high[0]
    return hits / runs


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_intervals_of_quantiles_hold_where_days_differ(q):
    rng = np.random.default_rng(4)
    truth = np.quantile(rng.exponential(10 * rng.gamma(4, 0.25, 2_000_000)), q)

    def statistic(values, days, n_days):
        return quantiles(values, np.zeros(len(days), int), days, q, 1, n_days)

    assert 0.91 <= coverage(statistic, truth) <= 0.98


def test_intervals_of_means_and_shares_hold_where_days_differ():
    rng = np.random.default_rng(5)
    within = (rng.exponential(10 * rng.gamma(4, 0.25, 2_000_000)) <= 10).mean()
    assert 0.91 <= coverage(lambda v, d, k: intervals.means(*by_day(d, v)), 10) <= 0.98
    assert 0.91 <= coverage(lambda v, d, k: intervals.shares(*by_day(d, v <= 10)), within) <= 0.98


@pytest.mark.parametrize("name", ["mean", "share", "p90"])
def test_intervals_agree_with_a_bootstrap_of_whole_days(name):
    """Sixty days of a shared crowd, drawn again as blocks 1,000 times: ends within an eighth of the width."""
    rng = np.random.default_rng(6)
    days = np.repeat(np.arange(60), rng.poisson(60, 60))
    waits = rng.exponential(10 * rng.gamma(4, 0.25, 60)[days])
    zero = np.zeros(len(days), int)
    formula, figure = {
        "mean": (lambda: intervals.means(*by_day(days, waits)), np.mean),
        "share": (lambda: intervals.shares(*by_day(days, waits <= 10)), lambda w: (w <= 10).mean()),
        "p90": (lambda: quantiles(waits, zero, days, 0.9, 1, 60), lambda w: np.quantile(w, 0.9)),
    }[name]
    blocks = [waits[days == d] for d in range(60)]
    drawn = [figure(np.concatenate([blocks[d] for d in rng.integers(0, 60, 60)])) for _ in range(1000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    value, own_low, own_high = formula()
    assert value[0] == pytest.approx(figure(waits))
    assert own_low[0] == pytest.approx(low, abs=(high - low) / 8)
    assert own_high[0] == pytest.approx(high, abs=(high - low) / 8)
