"""Which steps of a process do not wait for one another, and so when each step was ready to be begun.

Arrays hold one entry per step, a case's steps together, in order of start, then finish; instants are int64.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
# Two steps whose orders differ less than this are taken as concurrent, unless they form a loop of two by the same
# measure (heuristics miner, Weijters and Ribeiro 2011; as a concurrency oracle: Chapela-Campa and Dumas 2022).
DEPENDENCY, LOOP_OF_TWO = 0.9, 0.9
# Or they are worked on at the same time in at least this part of the cases' pairs (split miner 2.0, Augusto et al. 2020).
OVERLAP = 0.5
_LEAST_PAIRS = 10


@njit(cache=True)
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


@njit(cache=True)
def ready(
    case: Ints, activity: Ints, start: Ints, finish: Ints, is_concurrent: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When each step was ready, and the row of the step that made it so (−1 where none did).

    Ready: the latest finish, not after its start, of the case's steps that it does not run side by side with; where
    there is none, the case's first start. A case's first step is ready when it starts.
    """
    n = len(case)
    at, by = start.astype(np.int64), np.full(n, -1, np.int64)
    latest = finish.copy()
    first = 0
    for i in range(n):
        if i == 0 or case[i] != case[i - 1]:
            first = i
            continue
        latest[i] = max(finish[i], latest[i - 1])
        found = -1
        j = i - 1
        while j >= first:
            if found >= 0 and latest[j] <= finish[found]:
                break
            is_before = finish[j] <= start[i] and not is_concurrent[activity[j], activity[i]]
            if is_before and (found < 0 or finish[j] > finish[found]):
                found = j
            j -= 1
        by[i] = found
        at[i] = finish[found] if found >= 0 else start[first]
    return at, by
