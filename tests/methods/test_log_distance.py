"""Distances of two event logs: worked by hand, and equal to the reference implementation on a small log."""

import numpy as np
import pytest

from analytics.methods import log_distance
from analytics.methods.log_distance import DAY_US, HOUR_US

MONDAY_US = 19_723 * DAY_US


def small_log(seed):
    """case, activity, start, end of 40 cases of 1 to 5 steps of 4 activities over three weeks."""
    rng = np.random.default_rng(seed)
    case = np.repeat(np.arange(40), rng.integers(1, 6, 40))
    begin = rng.integers(0, 21 * 24 * 60, 40)[case] * 60_000_000
    gaps = rng.integers(0, 40 * 60 * seed, len(case)) * 60_000_000
    start = MONDAY_US + begin + np.cumsum(gaps)
    first = np.flatnonzero(np.append(True, np.diff(case) > 0))
    start -= (np.cumsum(gaps) - gaps)[first][case]
    end = start + rng.integers(1, 300, len(case)) * 60_000_000
    return case, rng.integers(0, 4, len(case)), start, end


def cycle_h(log):
    case, _, start, end = log
    first = np.flatnonzero(np.append(True, np.diff(case) > 0))
    return (np.maximum.reduceat(end, first) - np.minimum.reduceat(start, first)) / HOUR_US


def test_pairs_by_hand():
    # Cases AB and AAB against AB: begin-A 2, A-A 1, A-B 2, B-end 2 against 1, 0, 1, 1: 4 of 7 + 3 pairs differ.
    first = log_distance.pair_counts(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 0, 1]), 2)
    second = log_distance.pair_counts(np.array([5, 5]), np.array([0, 1]), 2)
    assert first.tolist() == [[1, 2, 0], [0, 0, 2], [2, 0, 0]]
    assert log_distance.pair_distance(first, second) == pytest.approx(4 / 10)
    assert log_distance.pair_distance(first, first) == 0
    other = log_distance.pair_counts(np.array([0, 0]), np.array([1, 0]), 2)
    assert log_distance.pair_distance(second, other) == 1  # BA shares nothing with AB: begin-B, B-A, A-end


def test_cycle_times_by_hand():
    # Bins of an hour from 2.5 h: 0, 1 against 3, 3: 2.5 bins apart on average.
    found = log_distance.cycle_time_distance(np.array([2.5, 4.0]), np.array([5.6, 6.4]))
    assert found == pytest.approx(2.5)
    assert log_distance.cycle_time_distance(np.array([1.0, 9.0]), np.array([9.0, 1.0])) == 0
    assert np.isnan(log_distance.cycle_time_distance(np.array([]), np.array([1.0])))


def test_arrivals_by_hand():
    hour = np.array([9, 10, 11]) * HOUR_US + MONDAY_US
    assert log_distance.arrival_distance(hour, hour + 2 * HOUR_US) == pytest.approx(2)
    assert log_distance.arrival_distance(hour, hour + HOUR_US // 120) == 0


def test_weekdays_with_events_in_one_log_alone_count_most():
    nine = np.array([MONDAY_US + 9 * HOUR_US])
    assert log_distance.circadian_event_distance(nine, nine + 7 * DAY_US) == 0
    assert log_distance.circadian_event_distance(nine, nine + 3 * HOUR_US) == pytest.approx(3 / 7)
    assert log_distance.circadian_event_distance(nine, nine + DAY_US) == pytest.approx(2 * 23 / 7)


def test_equal_to_the_reference_implementation():
    """Values of the package log-distance-measures 2.2.0 on these two logs (its pins do not fit beside ours)."""
    a, b = small_log(1), small_log(2)
    first = [np.flatnonzero(np.append(True, np.diff(x[0]) > 0)) for x in (a, b)]
    both = [np.concatenate([x[2], x[3]]) for x in (a, b)]
    since = [y - np.tile(x[2][f][x[0]], 2) for y, x, f in zip(both, (a, b), first, strict=True)]
    found = (
        log_distance.pair_distance(*(log_distance.pair_counts(x[0], x[1], 4) for x in (a, b))),
        log_distance.cycle_time_distance(cycle_h(a), cycle_h(b)),
        log_distance.arrival_distance(a[2][first[0]], b[2][first[1]]),
        log_distance.circadian_event_distance(*both),
        log_distance.relative_event_distance(*since),
    )
    assert found == pytest.approx(
        (0.17027863777089783, 38.15, 58.075, 1.596552167653542, 25.506808020593414), rel=1e-9
    )
