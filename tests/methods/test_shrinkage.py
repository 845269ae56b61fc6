"""The largest of many noisy values, brought back to what they are likely to be."""

import numpy as np
import pytest

from analytics.methods.shrinkage import shrunk

KEYS = np.repeat(np.arange(16), 6)


def picked(truth_spread: float, runs: int = 400) -> np.ndarray:
    """Per run, of the three highest: mean error as measured, mean error as shrunk, share of intervals that hold."""
    rng = np.random.default_rng(7)
    found = []
    for _run in range(runs):
        truth = 10 * np.exp(-(((np.arange(16) - 7) / 3) ** 2))[KEYS] + truth_spread * rng.normal(
            size=len(KEYS)
        )
        error = rng.uniform(1, 3, len(KEYS))
        seen = truth + error * rng.normal(size=len(KEYS))
        value, left = shrunk(seen, error, KEYS)
        top = np.argsort(-value)[:3]
        loud = np.argsort(-seen)[:3]
        holds = np.abs(value[top] - truth[top]) <= 1.96 * left[top]
        found.append(((seen - truth)[loud].mean(), (value - truth)[top].mean(), holds.mean()))
    return np.mean(found, axis=0)


@pytest.mark.parametrize("truth_spread", [0, 1, 3])
def test_the_highest_are_no_longer_too_high_and_their_intervals_hold(truth_spread):
    as_seen, as_shrunk, holds = picked(truth_spread)
    assert as_seen > 0.9
    assert abs(as_shrunk) < 0.2 * as_seen
    assert holds >= 0.93


def test_exact_values_stay_and_few_are_left_alone():
    values = np.arange(12.0)
    keys = np.repeat([0, 1, 2], 4)
    assert shrunk(values, np.full(12, 1e-6), keys)[0] == pytest.approx(values)
    value, error = shrunk([1.0, 5.0, 3.0], [1, 1, 1], [0, 1, 2])
    assert value.tolist() == [1, 5, 3] and error.tolist() == [1, 1, 1]
    assert np.isnan(shrunk(values, np.full(12, np.nan), keys)[1]).all()


def test_equal_truths_are_found_equal():
    rng = np.random.default_rng(3)
    value, _error = shrunk(5 + rng.normal(size=96), np.ones(96), np.zeros(96))
    assert value.std() < 0.35 and value.mean() == pytest.approx(5, abs=0.3)
