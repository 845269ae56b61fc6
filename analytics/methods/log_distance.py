"""How far two event logs are apart, by the measures of Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich
(Can I trust my simulation model? Measuring the quality of business process simulation models, BPM 2023).

A log is arrays with one entry per step, a case's steps together in order of start, then finish; instants are int64
microseconds of clocks that both logs share. All distances are 0 for logs that are alike in that respect.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
FARTHEST_H = 23.0
"""The distance of a weekday on which only one log has events."""


def pair_counts(case: Ints, activity: Ints, k: int) -> Ints:
    """How often activity [row] is followed next by activity [column] in a case; index k is before the first and after
    the last step. k activities."""
    changes = case[1:] != case[:-1]
    begins, ends = np.append(True, changes), np.append(changes, True)
    before = np.where(begins, k, np.append(k, activity[:-1]))
    counts = np.bincount(before * (k + 1) + activity, minlength=(k + 1) ** 2).reshape(k + 1, k + 1)
    counts[:k, k] += np.bincount(activity[ends], minlength=k)
    return counts


def pair_distance(a: Ints, b: Ints) -> float:
    """The 2-gram distance of two tables of `pair_counts`: differences by total, from 0 to 1. NaN of empty logs."""
    total = a.sum() + b.sum()
    return float(np.abs(a - b).sum() / total) if total else float("nan")


def cycle_time_distance(a: Floats, b: Floats, bin_size: float = 1.0) -> float:
    """1-Wasserstein distance, in bins, of the durations of two logs' cases, in bins of that size from the shortest.

    NaN where a log has no case.
    """
    if not len(a) or not len(b):
        return float("nan")
    shortest = min(a.min(), b.min())
    return float(wasserstein_distance(*(np.floor((x - shortest) / bin_size) for x in (a, b))))


def arrival_distance(a_us: Ints, b_us: Ints) -> float:
    """1-Wasserstein distance, in hours, of the hours in which two logs' cases begin, since the first of all."""
    return _hourly(a_us, b_us, int(min(a_us.min(), b_us.min())) // HOUR_US * HOUR_US)


def relative_event_distance(a_us: Ints, b_us: Ints) -> float:
    """1-Wasserstein distance, in hours, of the times at which steps begin and end since their case's first start."""
    return _hourly(a_us, b_us, 0)


def circadian_event_distance(a_us: Ints, b_us: Ints) -> float:
    """Mean over weekdays of the 1-Wasserstein distance, in hours, of the hours of the day in which steps begin and end.

    A weekday on which only one log has any counts 23 hours.
    """
    weekday, hour = zip(*(((x // DAY_US + 3) % 7, x % DAY_US // HOUR_US) for x in (a_us, b_us)), strict=True)
    found = []
    for w in range(7):
        mine = [h[d == w] for d, h in zip(weekday, hour, strict=True)]
        if all(len(m) for m in mine):
            found.append(float(wasserstein_distance(*mine)))
        else:
            found.append(FARTHEST_H if any(len(m) for m in mine) else 0.0)
    return float(np.mean(found))


def _hourly(a_us: Ints, b_us: Ints, origin_us: int) -> float:
    return float(wasserstein_distance(*((x - origin_us) // HOUR_US for x in (a_us, b_us))))
