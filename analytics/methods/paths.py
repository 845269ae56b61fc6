"""The paths of cases through their steps, each in one pass over columns of numbers.

A row per step, a case's steps together in order of start, then finish; first[case]: the row at which the case begins,
and at the end the number of rows; instants are int64.
"""

from itertools import count
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]


@njit(cache=True, nogil=True)
def follows(first: Ints, activity: Ints, start: Ints, finish: Ints, k: int) -> tuple[Ints, Ints]:
    """How often activity [row] is followed next in its case by activity [column] of k, and the time between in all.

    The time from the one's finish to the other's start, 0 where they overlap.
    """
    n, waited = np.zeros((k, k), np.int64), np.zeros((k, k), np.int64)
    for case in range(len(first) - 1):
        for i in range(first[case] + 1, first[case + 1]):
            a, b = activity[i - 1], activity[i]
            n[a, b] += 1
            waited[a, b] += max(start[i] - finish[i - 1], 0)
    return n, waited


@njit(cache=True, nogil=True)
def ends(first: Ints, finish: Ints) -> Ints:
    """The last finish of each case."""
    found = np.empty(len(first) - 1, np.int64)
    for case in range(len(found)):
        latest = finish[first[case]]
        for i in range(first[case] + 1, first[case + 1]):
            latest = max(latest, finish[i])
        found[case] = latest
    return found


@njit(cache=True, nogil=True)
def waited(first: Ints, start: Ints, finish: Ints) -> tuple[Ints, Ints]:
    """The row that each step waited for (−1 on a case's first), and the instant from which it waited.

    It waited for the one that had finished last; a step begun while another is being worked on follows the one begun
    before it and waited for nothing: the instant is then later than its start.
    """
    before, since = np.empty(len(start), np.int64), np.empty(len(start), np.int64)
    for case in range(len(first) - 1):
        low = first[case]
        before[low], since[low] = -1, start[low]
        last = low
        for i in range(low + 1, first[case + 1]):
            if finish[i - 1] >= finish[last]:
                last = i - 1
            since[i] = finish[last]
            before[i] = i - 1 if start[i] < finish[last] else last
    return before, since


@njit(cache=True, nogil=True)
def repeats(first: Ints, activity: Ints, k: int) -> Ints:
    """How often the case had each step's activity (of k) before."""
    times, found = np.zeros(k, np.int32), np.empty(len(activity), np.int32)
    for case in range(len(first) - 1):
        for i in range(first[case], first[case + 1]):
            found[i] = times[activity[i]]
            times[activity[i]] += 1
        for i in range(first[case], first[case + 1]):
            times[activity[i]] = 0
    return found


@njit(cache=True, nogil=True)
def busiest(first: Ints, person: Ints, n_persons: int) -> Ints:
    """Who did most of each case's steps, the lowest number where several did; −1 where nobody is known."""
    times, found = np.zeros(n_persons, np.int64), np.full(len(first) - 1, -1)
    for case in range(len(found)):
        best = -1
        for i in range(first[case], first[case + 1]):
            if person[i] >= 0:
                times[person[i]] += 1
        for i in range(first[case], first[case + 1]):
            who = person[i]
            if who >= 0 and (
                best < 0 or times[who] > times[best] or (times[who] == times[best] and who < best)
            ):
                best = who
        for i in range(first[case], first[case + 1]):
            if person[i] >= 0:
                times[person[i]] = 0
        found[case] = best
    return found


@njit(cache=True, nogil=True)
def _hashes(first: Ints, activity: Ints, seed: int) -> NDArray[np.uint64]:
    """A number of 64 bits for each case's sequence of activities."""
    found = np.empty(len(first) - 1, np.uint64)
    for case in range(len(found)):
        x = np.uint64(seed)
        for i in range(first[case], first[case + 1]):
            # The finaliser of SplitMix64 (Steele, Lea and Flood 2014) after every step.
            x += np.uint64(activity[i] + 1) * np.uint64(0x9E3779B97F4A7C15)
            x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            x = x ^ (x >> np.uint64(31))
        found[case] = x
    return found


@njit(cache=True, nogil=True)
def _are_alike(first: Ints, activity: Ints, example: Ints) -> bool:
    for case in range(len(first) - 1):
        low, other = first[case], first[example[case]]
        if first[case + 1] - low != first[example[case] + 1] - other:
            return False
        for j in range(first[case + 1] - low):
            if activity[low + j] != activity[other + j]:
                return False
    return True


def variants(first: Ints, activity: Ints) -> tuple[Ints, Ints]:
    """The number of each case's sequence of activities, and a case that has each; the sequences are compared exactly."""
    import pandas as pd

    for seed in count():
        number, values = pd.factorize(_hashes(first, activity, seed))
        example = np.empty(len(values), np.int64)
        example[number[::-1]] = np.arange(len(number))[::-1]
        if _are_alike(first, activity, example[number]):
            break
    return number, example
