"""What the simulation knows of a branch's processes: frozen, in the field's terms. A measure is a function on it.

Minutes run along the axis of opened half hours: closed hours have no length, so work and waits that last over night
are simply longer. Several processes that the same people work on are one model; the forecast is told for one of them.
Arrays are read-only; axes are named in the comments: weekday 0 = Monday, slot = half hour of the day (0–47).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.simulation.model import N_SLOTS, SLOT_MIN, Drift, Floats, Segment

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
ENDS = ("won", "lost", "ended")
"""How a case ends: with outcome won; with any other outcome; at an end activity where the log knows no outcomes."""
WON, LOST, ENDED = range(3)
N_LEVELS = 2
"""Routing knows whether a step is done for the first time in its case or again (or how long it has been there: Dwell)."""
AS_EVER = -2
"""A row of own time that is the same however long the case has been at the step before."""


@dataclass(frozen=True)
class Step:
    """An activity of a process, and the pool of people who do it; `role` is empty where nobody is named."""

    process: str
    activity: str
    role: str


@dataclass(frozen=True)
class Worker:
    """A place in a pool. resources: who may sit there, with shares that add to 1 (empty: somebody new). is_extra: whoever
    comes by a measure, perhaps for a few hours; what he began in them he finishes on the same day, beyond them where need
    be."""

    name: str
    role: str
    resources: tuple[tuple[str, float], ...] = ()
    is_extra: bool = False


@dataclass(frozen=True)
class Windows:
    """When a step done in batches is worked on: weekly [from_min, to_min) since Monday 0:00, in clock minutes.

    Work that is ready outside waits for the next; `to_min` = `from_min` is a moment at which the pile is cleared. Where
    no weekly rule is seen, windows is empty and gaps_min holds the seen gaps between piles, along the axis.
    """

    windows: tuple[tuple[float, float], ...] = ()
    gaps_min: tuple[float, ...] = ()


@dataclass(frozen=True)
class Side:
    """Steps of a case that run side by side; what follows comes when all are done."""

    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Dwell:
    """Steps after which things hang on how long the case has been there, since it came to the step the first of its
    repeats straight after one another. The first axis of `routing` counts their levels, not the repeat.

    until_min[step, level]: minutes along the axis up to which a level holds, without the last (∞: the step has none);
    share[level, step] of the step's times; delay_row[level, step from, step to]: in place of the model's (AS_EVER: that).
    """

    until_min: Floats
    share: Floats
    delay_row: Ints

    def has(self, step: int) -> bool:
        return bool(np.isfinite(self.until_min[step]).any())


@dataclass(frozen=True, eq=False)
class ProcessModel:
    """The processes of one branch.

    process: the one told of; processes: all, in the order of `rates`' last axis. rates[weekday, slot, segment,
    process]: expected new cases in that half hour; day_cv, week_cv, month_day, drift: as in the hall's model.
    steps; workers; serves[worker, step]; speed[worker] of people new to a pool is 1; resource_factor: time relative to
    colleagues. on_duty[weekday, slot, worker]; attendance[worker]: share of the days on duty really there; owned[role]:
    a case keeps its person of this role, given at its beginning by owner_share[role][worker].
    start[segment, target], by process; routing[level, segment, step, target]: probability of what comes next; targets
    are the steps, then ENDS, then the sides. routing of sides: side_routing[segment, side, target].
    duration_min[step, quantile]: working minutes at usual speed. delay_row[step from, step to] (last row: from the
    beginning): row of delay_min[row, quantile], the customer's own time before a step, −1 none.
    windows[step]: None where it is worked on as it comes. same_day[step]: begun only where it can be finished today.
    auto_share[step], auto_min[step]: done without anybody's time (NaN: as long as duration_min says). age_slope[step], age_mean_days[step]: log odds that the
    case is lost after the step, per working day of its age, up to age_most_days[step] (None: without end). is_open[weekday, slot]: the axis.
    dwell: where what comes next hangs on the time at a step. value_cny[segment]: values seen of the told process' won cases (quantile table; NaN unknown).
    """

    process: str
    processes: tuple[str, ...]
    segments: tuple[Segment, ...]
    rates: Floats
    day_cv: float
    week_cv: float
    month_day: Floats
    drift: Drift
    steps: tuple[Step, ...]
    sides: tuple[Side, ...]
    start: Floats
    routing: Floats
    side_routing: Floats
    duration_min: Floats
    delay_row: Ints
    delay_min: Floats
    windows: tuple[Windows | None, ...]
    same_day: Flags
    auto_share: Floats
    auto_min: Floats
    age_slope: Floats
    age_mean_days: Floats
    workers: tuple[Worker, ...]
    serves: Flags
    resource_factor: dict[str, float]
    on_duty: Flags
    attendance: Floats
    owned: dict[str, Floats]
    is_open: Flags
    closes_on_holidays: bool
    has_outcomes: bool
    value_cny: Floats | None = None
    hourly_cost_cny: dict[str, float] = field(default_factory=dict)
    working_days_per_month: float = 21.75
    slot_min: float = SLOT_MIN
    age_most_days: Floats | None = None
    dwell: Dwell | None = None

    @property
    def patterns(self) -> tuple[tuple[int, ...], ...]:
        """For the calendar of coming days: a weekday is open where its axis has any length."""
        return tuple((w,) if self.is_open[w].any() else () for w in range(7))

    @property
    def days_per_week(self) -> int:
        return sum(bool(p) for p in self.patterns)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles that do steps of the process told of, in order of first appearance."""
        return tuple(dict.fromkeys(s.role for s in self.steps if s.process == self.process and s.role))

    def step(self, activity: str) -> int:
        """Index of an activity of the process told of; −1 where it has none."""
        for i, s in enumerate(self.steps):
            if s.process == self.process and s.activity == activity:
                return i
        return -1

    @property
    def n_targets(self) -> int:
        return len(self.steps) + len(self.sides) + len(ENDS)


@dataclass(frozen=True, eq=False)
class ProcessUncertainty:
    """How far the calibration may be off, one draw per replication (cycled).

    rates, mix: as in the hall; duration: factor [draw, step]; delay: factor [draw, row]; routing_n[level, segment, step]:
    transitions seen, from which the routing of a draw is taken (Dirichlet; 0: as it is); resource_sd: log-scale doubt of a person's factor; age_sd[step]: standard error of age_slope.
    """

    rates: Floats
    mix: Floats
    duration: Floats
    delay: Floats
    routing_n: Floats
    resource_sd: dict[str, float]
    age_sd: Floats

    @staticmethod
    def none(model: ProcessModel) -> "ProcessUncertainty":
        """One draw that changes nothing."""
        n_segments, n_steps = len(model.segments), len(model.steps)
        return ProcessUncertainty(
            rates=np.ones((1, 7, N_SLOTS, n_segments)),
            mix=np.ones((1, n_segments, len(model.processes))),
            duration=np.ones((1, n_steps)),
            delay=np.ones((1, len(model.delay_min))),
            routing_n=np.zeros(model.routing.shape[:3]),
            resource_sd={},
            age_sd=np.zeros(n_steps),
        )


__all__ = ["AS_EVER", "ENDS", "N_LEVELS", "N_SLOTS", "SLOT_MIN", "Dwell", "ProcessModel", "ProcessUncertainty",
           "Segment", "Side", "Step", "Windows", "Worker"]  # fmt: skip
