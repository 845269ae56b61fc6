"""What a run of a process takes over and what it brings."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.simulation.kernel import OPTIONS
from analytics.simulation.model import Floats
from analytics.simulation.process.luck import VALUE, fate, uniform
from analytics.simulation.process.model import (
    Flags,
    Ints,
)


@dataclass(frozen=True, eq=False)
class OpenCases:
    """Cases that had not ended when the period begins: segment, process, the step finished last, axis minutes since;
    dwell_min: axis minutes that the case had been at it then (Dwell); born_min: axis minutes from the first start to the beginning, born_clock_min: clock minutes to the midnight before it;
    done[case, step]: how often each step was done; work_min: axis minutes in which anybody worked on it; person[case,
    step]: who did the step last ('' unknown)."""

    segment: Ints
    process: Ints
    last_step: Ints
    elapsed_min: Floats
    dwell_min: Floats
    born_min: Floats
    born_clock_min: Floats
    done: Ints
    work_min: Floats
    person: NDArray[np.object_]

    @staticmethod
    def none() -> "OpenCases":
        nothing, whole = np.empty(0), np.empty(0, np.int64)
        done, person = np.empty((0, 0), np.int64), np.empty((0, 0), object)
        return OpenCases(whole, whole, whole, nothing, nothing, nothing, nothing, done, nothing, person)


@dataclass(frozen=True, eq=False)
class CaseRuns:
    """What happened in each replication of one model, to the cases of the process told of that ended in the period.

    One entry per ended case: replication, segment, outcome (ENDS), cycle_h (by the clock), working_h, work_h (hours of
    the axis in which anybody worked on it), luck (a uniform number of its own). n_open[replication]: not ended.
    step_sums[replication, step, 4] (times done, minutes waited, of these the customer's own, minutes worked); edge_n,
    edge_wait[replication, step before (last: begin), step (last: end)]; busy_min, staffed_min[replication, worker].
    """

    replications: int
    replication: Ints
    segment: Ints
    outcome: Ints
    cycle_h: Floats
    working_h: Floats
    work_h: Floats
    luck: Floats
    n_open: Ints
    step_sums: Floats
    edge_n: Floats
    edge_wait: Floats
    busy_min: Floats
    staffed_min: Floats


@dataclass(frozen=True, eq=False)
class Trace:
    """Every step done in one replication: case, step, and ready, start, finish in clock minutes since the first
    midnight; has_ended: whether its case did."""

    case: Ints
    step: Ints
    process: Ints
    ready_min: Floats
    start_min: Floats
    finish_min: Floats
    has_ended: Flags


@njit(inline="always", **OPTIONS)
def _clock(minute, slot, clock_min, slot_min):
    """The clock minute of an axis minute that counts as one of the slot."""
    k = min(max(slot, 0), len(clock_min) - 1)
    return clock_min[k] + minute - k * slot_min


@njit(**OPTIONS)
def tell(
    seed,
    ident,
    segment,
    process,
    told,
    case_start,
    case_end,
    case_outcome,
    case_work,
    born_clock,
    clock_min,
    slot_min,
):
    """What is told of the cases of process `told` that have ended: segment, outcome, cycle_h (by the clock), working_h,
    work_h, luck.

    born_clock[case]: clock minutes that the first, open cases were there before the period; clock_min[slot]: of the
    axis' slots. A start on a day's last moment is one of the next day, an end there of that day.
    """
    n = 0
    for i in range(len(process)):
        n += process[i] == told and case_outcome[i] >= 0
    of, outcome = np.empty(n, np.int64), np.empty(n, np.int64)
    cycle_h, working_h, work_h, luck = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    k = 0
    for i in range(len(process)):
        if process[i] != told or case_outcome[i] < 0:
            continue
        end = case_end[i]
        # Cases that end without any step (sent away at once) take no time.
        start = end if np.isnan(case_start[i]) else case_start[i]
        begun = _clock(start, int(np.floor(start / slot_min)), clock_min, slot_min)
        if i < len(born_clock):
            begun = -born_clock[i]
        ended = _clock(end, int(np.ceil(end / slot_min)) - 1, clock_min, slot_min)
        of[k], outcome[k] = segment[i], case_outcome[i]
        cycle_h[k], working_h[k] = max((ended - begun) / 60.0, 0.0), max((end - start) / 60.0, 0.0)
        work_h[k], luck[k] = case_work[i] / 60.0, uniform(fate(seed, ident[i]), 0, 0, VALUE)
        k += 1
    return of, outcome, cycle_h, working_h, work_h, luck
