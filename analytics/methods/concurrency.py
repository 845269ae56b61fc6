"""Which steps of a process do not wait for one another, and so when each step was ready to be begun.

Arrays hold one entry per step, a case's steps together, in order of start, then finish; instants are int64.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.by_person import PART_ROWS, on_threads

Ints = NDArray[np.integer[Any]]
# Two steps whose orders differ less than this are taken as concurrent, unless they form a loop of two by the same
# measure (heuristics miner, Weijters and Ribeiro 2011; as a concurrency oracle: Chapela-Campa and Dumas 2022).
DEPENDENCY, LOOP_OF_TWO = 0.9, 0.9
# Or they are worked on at the same time in at least this part of the cases' pairs (split miner 2.0, Augusto et al. 2020).
OVERLAP = 0.5
_LEAST_PAIRS = 10


def _parts(case: Ints) -> list[slice]:
    """Rows in parts of whole cases, to be done side by side."""
    cuts = [0]
    for cut in range(PART_ROWS, len(case), PART_ROWS):
        # No case is as long as a part, but for one that is.
        begins = np.flatnonzero(np.diff(case[cut - 1 : cut + PART_ROWS]))
        cuts += [cut + int(begins[0])] if len(begins) else []
    return [slice(a, b) for a, b in pairwise([*cuts, len(case)])]


@njit(cache=True, nogil=True)
def _counts(case: Ints, activity: Ints, start: Ints, finish: Ints, k: int) -> tuple[Ints, Ints, Ints]:
    follows, loops, overlaps = (
        np.zeros((k, k), np.int64),
        np.zeros((k, k), np.int64),
        np.zeros((k, k), np.int64),
    )
    for i in range(1, len(case)):
        if case[i] != case[i - 1]:
            continue
        a, b = activity[i - 1], activity[i]
        follows[a, b] += 1
        if start[i] < finish[i - 1] and start[i] < finish[i]:
            overlaps[a, b] += 1
        if i > 1 and case[i - 2] == case[i] and activity[i - 2] == b and a != b:
            loops[b, a] += 1
    return follows, loops, overlaps


def concurrent(case: Ints, activity: Ints, start: Ints, finish: Ints, k: int) -> NDArray[np.bool_]:
    """Whether activities [row] and [column] run side by side rather than one after the other; symmetric.

    Both orders must occur (alpha), about as often as each other and not as a loop (heuristics), or the two overlap
    in time. A step is never concurrent with itself.
    """
    follows, loops, overlaps = _counts(case, activity, start, finish, k)
    pairs = follows + follows.T
    dependency = np.abs(follows - follows.T) / (pairs + 1)
    returns = loops + loops.T
    loop_of_two = returns / (returns + 1)
    in_both_orders = (follows > 0) & (follows.T > 0) & (dependency < DEPENDENCY) & (loop_of_two < LOOP_OF_TWO)
    is_overlapping = (pairs >= _LEAST_PAIRS) & (overlaps + overlaps.T >= OVERLAP * pairs)
    found = in_both_orders | is_overlapping
    np.fill_diagonal(found, False)
    return found


def ready(
    case: Ints, activity: Ints, start: Ints, finish: Ints, is_concurrent: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When each step was ready, and the row of the step that made it so (−1 where none did).

    Ready: the latest finish, not after its start, of the case's steps that it does not run side by side with; where
    there is none, the case's first start. A case's first step is ready when it starts.
    """
    at, by = np.empty(len(case), np.int64), np.empty(len(case), np.int64)
    on_threads(
        lambda part: _ready(part.start, part.stop, case, activity, start, finish, is_concurrent, at, by),
        _parts(case),
    )
    return at, by


@njit(cache=True, nogil=True)
def _ready(
    low: int,
    high: int,
    case: Ints,
    activity: Ints,
    start: Ints,
    finish: Ints,
    is_concurrent: NDArray[np.bool_],
    at: Ints,
    by: Ints,
) -> None:
    latest, first = finish[low:high].copy(), low
    for i in range(low, high):
        at[i], by[i] = start[i], -1
        if i == low or case[i] != case[i - 1]:
            first = i
            continue
        latest[i - low] = max(finish[i], latest[i - low - 1])
        found = -1
        j = i - 1
        while j >= first:
            if found >= 0 and latest[j - low] <= finish[found]:
                break
            is_before = finish[j] <= start[i] and not is_concurrent[activity[j], activity[i]]
            if is_before and (found < 0 or finish[j] > finish[found]):
                found = j
            j -= 1
        by[i] = found
        at[i] = finish[found] if found >= 0 else start[first]
