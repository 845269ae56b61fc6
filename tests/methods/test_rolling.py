"""Rolling means by hand, and how often their intervals cover the truth."""

import numpy as np
import pytest

from analytics.methods.rolling import rolling_mean


def test_three_weeks_by_hand():
    # Centre of week 2: (2·10 + 1·16 + 1·12) / 4 = 12; deviations by weight −4, 4, 0.
    # Standard error √(3/2 · 32) / 4 = √3; t(0.975, 2) = 4.302653.
    mean, low, high = rolling_mean([10, 16, 12], [2, 1, 1], span=3)
    assert mean[1] == pytest.approx(12)
    assert high[1] - 12 == pytest.approx(4.302653 * 3**0.5) == pytest.approx(12 - low[1])
    assert mean[0] == pytest.approx(12) and np.isnan(low[0]), "two weeks say too little"


def test_weeks_in_which_nothing_ended_count_for_nothing():
    mean, low, high = rolling_mean([10, np.nan, 10, 10], [3, 0, 3, 3])
    assert mean.tolist() == [10] * 4
    assert low[2] == high[2] == 10
    assert np.isnan(rolling_mean([np.nan], [0])[0]).all()


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(5)
    n = rng.integers(2, 9, (2000, 5))
    means = rng.gamma(4, 10, (2000, 5, 9))
    weekly = np.array([[means[i, j, : n[i, j]].mean() for j in range(5)] for i in range(2000)])
    ends = [rolling_mean(m, k) for m, k in zip(weekly, n, strict=True)]
    covered = np.mean([low[2] <= 40 <= high[2] for _, low, high in ends])
    assert 0.92 < covered < 0.98
