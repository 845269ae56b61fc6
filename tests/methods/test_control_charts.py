"""Individuals charts by hand."""

import numpy as np
import pytest

from analytics.methods.control_charts import individuals, without_pattern


def test_limits_by_hand():
    # Ranges between neighbours: 2, 2, 2, 2, 2, 2, 2, so 2 on average; mean of 5 7 5 7 5 7 5 7 is 6.
    found = individuals([5, 7, 5, 7, 5, 7, 5, 7])
    assert (found.center, found.moving_range) == (6, 2)
    assert (found.low, found.high) == pytest.approx((6 - 5.32, 6 + 5.32))


def test_missing_values_are_skipped_and_few_give_no_limits():
    assert individuals([5, np.nan, 7, 5, 7, 5, 7, 5, 7]).high == pytest.approx(11.32)
    few = individuals([1, 2, 3])
    assert few.center == 2 and np.isnan(few.high)
    assert np.isnan(individuals([]).center)


def test_limits_hold_for_normal_noise():
    x = np.random.default_rng(1).normal(10, 2, 20_000)
    found = individuals(x)
    # ± three standard deviations.
    assert (found.high - found.low) / 2 == pytest.approx(6, rel=0.03)


def test_a_pattern_is_taken_out_and_the_level_stays():
    # Key 0: 10, 12; key 1: 4, 2; mean of all 7.
    assert without_pattern([10, 4, 12, 2], [0, 1, 0, 1]).tolist() == [6, 8, 8, 6]
    assert len(without_pattern([], [])) == 0
