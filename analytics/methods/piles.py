"""Steps left to pile up and worked off in one go: runs of the same step, and whether piles go once they are begun.

Steps stand in order of person and start; a run goes by the row that began it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.busy import CONTENTION, EXTRANEOUS, IDLE, MINUTE, PRIORITISATION, Flags, Ints, Steps

# Steps this close belong to one run.
RUN_GAP = 10 * MINUTE
# A pile was passed over if the person could have begun it for this part of their time on duty.
PASSED_OVER = 0.5


@njit(cache=True, nogil=True)
def runs(steps: Steps) -> NDArray[np.int32]:
    """For each step the row that began its run: the same step of others, done without a pause, all waiting by then."""
    n = len(steps.person)
    began = np.arange(n).astype(np.int32)
    until = np.int64(0)
    for i in range(n):
        b = began[i - 1]
        if (
            i > 0
            and steps.person[i] == steps.person[i - 1]
            and steps.activity[i] == steps.activity[i - 1]
            and steps.start[i] <= until + RUN_GAP
            and steps.ready[i] <= steps.start[b]
        ):
            began[i] = b
            until = max(until, steps.finish[i])
        else:
            until = steps.finish[i]
    return began


@njit(cache=True, nogil=True)
def passed_over(began: Ints, parts: Ints) -> tuple[Ints, Flags]:
    """How many steps each run has, at the row that began it, and whether the person could have begun it before."""
    n = len(began)
    size, passed, busy = np.zeros(n, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        b = began[i]
        size[b] += 1
        passed[b] += parts[i, PRIORITISATION] + parts[i, EXTRANEOUS]
        busy[b] += parts[i, CONTENTION]
    return size, (passed > IDLE) & (passed >= PASSED_OVER * (passed + busy))


def _come(steps: Steps, group: Ints) -> Ints:
    """When the steps of each group became ready, group by group."""
    low, high = int(steps.ready.min()), int(steps.ready.max())
    span = high - low + 1
    if (int(group.max()) + 1) * span >= 2**62:
        return steps.ready[np.lexsort((steps.ready, group))]
    # One sort of a single key is several times faster.
    keys = group * span
    keys += steps.ready - low
    keys.sort()
    keys %= span
    keys += low
    return keys


def piled(steps: Steps, group: Ints, size: Ints, told: Flags) -> tuple[Ints, Ints]:
    """Steps by group (person and activity) that were waiting beside the one begun, and those of them worked off with it.

    size: of runs; told: rows that began a run to count.
    """
    begins = np.append(0, np.cumsum(np.bincount(group)))
    return _piled(steps, group, begins, _come(steps, group), size, told)


@njit(cache=True, nogil=True)
def _piled(steps: Steps, group: Ints, begins: Ints, come: Ints, size: Ints, told: Flags) -> tuple[Ints, Ints]:
    """See `piled`; come: when steps became ready, by group (from begins[group] on) and time."""
    piled, cleared = np.zeros(len(begins) - 1, np.int64), np.zeros(len(begins) - 1, np.int64)
    seen = begins[:-1].copy()
    for i in range(len(group)):
        g, start = group[i], steps.start[i]
        if told[i]:
            # All that began before had come, and so has it: what is waiting is just behind them.
            low, high, on = seen[g] + 1, begins[g + 1], 1
            while low + on - 1 < high and come[low + on - 1] <= start:
                on *= 2
            waiting = np.searchsorted(come[low : min(high, low + on - 1)], start, side="right")
            piled[g] += waiting
            cleared[g] += min(size[i] - 1, waiting)
        seen[g] += 1
    return piled, cleared
