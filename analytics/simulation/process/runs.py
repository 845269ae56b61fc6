"""What a run of a process takes over and what it brings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.simulation.model import Floats
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
