"""Shares of R²: all orders on four items enumerated with plain regressions; sums; the bootstrap; odd data."""

from itertools import permutations

import numpy as np
import pytest

from analytics.methods import shapley
from analytics.methods.resampling import weights


def made(n: int = 300, p: int = 4, seed: int = 5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return x, x @ np.arange(p) / p + rng.normal(size=n)


def r_squared(x, y) -> float:
    columns = np.column_stack([np.ones(len(y)), x])
    residual = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return 1 - residual.var() / y.var()


def test_all_orders_on_four_items():
    x, y = made()
    expected = np.zeros(4)
    for order in permutations(range(4)):
        before = 0.0
        for k, j in enumerate(order):
            now = r_squared(x[:, list(order[: k + 1])], y)
            expected[j] += (now - before) / 24
            before = now
    found = shapley.shares(x, y)
    assert found.part == pytest.approx(expected, abs=1e-10)
    assert found.r_squared == pytest.approx(r_squared(x, y), abs=1e-10)
    assert found.is_exact


def test_beyond_twelve_by_orders_that_agree_with_all_subsets(monkeypatch):
    x, y = made(p=6)
    exact = shapley.shares(x, y).part
    monkeypatch.setattr(shapley, "MOST_EXACT", 5)
    sampled = shapley.shares(x, y)
    assert not sampled.is_exact
    assert sampled.part == pytest.approx(exact, abs=0.01)
    assert sampled.part.sum() == pytest.approx(r_squared(x, y), abs=1e-10)


def test_thirteen_predictors_sum_to_r_squared():
    x, y = made(p=13)
    found = shapley.shares(x, y)
    assert not found.is_exact
    assert found.part.sum() == pytest.approx(r_squared(x, y), abs=1e-10)


def test_the_bootstrap_holds_the_parts_of_the_whole_population():
    truth = shapley.shares(*made(n=200_000, seed=1)).part
    n_held = 0
    for seed in range(40):
        few, of_few = made(n=200, seed=100 + seed)
        found = shapley.shares(few, of_few, weights(200, 200, seed))
        n_held += ((found.low <= truth) & (truth <= found.high)).sum()
    assert 0.88 < n_held / 160 < 0.99


def test_an_item_asked_twice_is_shared_evenly_and_a_constant_has_no_part():
    x, y = made(p=2)
    found = shapley.shares(np.column_stack([x, x[:, 0], np.ones(len(y))]), y).part
    assert found[0] == pytest.approx(found[2])
    assert found[3] == pytest.approx(0)
    assert found.sum() == pytest.approx(r_squared(x, y))


def test_all_answers_equal():
    x, _ = made()
    assert shapley.shares(x, np.full(300, 4.0)).part == pytest.approx(np.zeros(4))
