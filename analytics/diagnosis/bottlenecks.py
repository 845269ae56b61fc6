"""Where do the cases of a process lose their time: working, waiting between steps, doing things again?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analytics.diagnosis import process_frames as frames
from analytics.diagnosis.cause_split import by_handover
from analytics.diagnosis.event_log import EventLog, HoursKind, processes, read
from analytics.filters import Filters, Group
from analytics.methods.estimate import Estimate, unknown
from analytics.methods.resampling import ratio
from analytics.methods.scores import difference
from analytics.store.reader import Store

__all__ = ["Bottlenecks", "Handover", "HoursKind", "bottlenecks", "longest_handover", "processes"]

# From this share of its waiting on, a hand-over is one where cases wait for the staff.
FOR_STAFF = 0.5
# Such a hand-over comes first if that waiting takes this part of the cycle time at least; less is no finding.
LEAST_CYCLE_SHARE = 0.1
# No hand-over is called the longest on fewer cases while others have more.
_MIN_LONGEST = 10


@dataclass(frozen=True)
class Handover:
    """The wait from the finish of one step to the start of the next, where it takes most of the cycle time.

    mean_wait_h: over its occurrences; cycle_share: of the cycle time of complete cases; staff_share, cause and
    cause_share: see `cause_split.by_handover`. Without starts (`has_starts` False) the wait runs from finish to finish.
    """

    process: str
    from_activity: str
    to_activity: str
    has_starts: bool
    mean_wait_h: Estimate
    mean_cycle_time_h: Estimate
    cycle_share: Estimate
    staff_share: float
    cause: str
    cause_share: float

    @property
    def is_for_staff(self) -> bool:
        """Whether cases wait for the staff here, as far as known. Else it is the customer's own time, or not recorded."""
        return self.staff_share >= FOR_STAFF


@dataclass(frozen=True)
class Bottlenecks:
    """One process in the period; hours are working or clock hours as `hours` says, intervals 95 % over cases.

    By group: cycle_time_h (mean, first start to last finish), waiting_share (of cycle time), rework_share
    (cases in which an activity repeats), finished_per_week (over whole weeks, n cases). changes: name -> group ->
    change against as many days before, empty where nothing ended then. overall_cycle_time_h: over all groups
    asked for. The frames: see `process_frames`; handovers with the columns of `cause_split.by_handover`.
    Cycle times and shares of them rest on complete cases: those won, where outcomes say so (`is_won_only`).
    Where `has_starts` is False only completions are known: waits hold the work of the step too, and the share of
    waiting is unknown.
    """

    process: str
    hours: HoursKind
    groups: tuple[Group, ...]
    n_cases: int
    n_complete: int
    n_open: int
    is_won_only: bool
    has_starts: bool
    hours_per_week: float
    cycle_time_h: dict[Group, Estimate]
    waiting_share: dict[Group, Estimate]
    rework_share: dict[Group, Estimate]
    finished_per_week: dict[Group, Estimate]
    overall_cycle_time_h: Estimate
    activities: pd.DataFrame
    handovers: pd.DataFrame
    handovers_by_group: pd.DataFrame
    rounds: pd.DataFrame
    weeks: pd.DataFrame
    longest: Handover | None
    changes: dict[str, dict[Group, Estimate]] = field(default_factory=dict)


def bottlenecks(
    store: Store, filters: Filters, process: str, hours: HoursKind = "working"
) -> Bottlenecks | None:
    """The process in the period and the groups asked for; None where none of its cases ended."""
    log = read(store, filters, process, hours)
    if log.cases.empty:
        return None
    weeks = frames.weeks(log, filters)
    now, handovers = _headlines(log, weeks), _handovers(store, filters, log)
    cycle_time = _cycle_time(log.cases, log.cases["is_complete"])
    return Bottlenecks(
        process=process,
        hours=hours,
        groups=log.groups,
        n_cases=len(log.cases),
        n_complete=int(log.cases["is_complete"].sum()),
        n_open=log.n_open,
        is_won_only=log.is_won_only,
        has_starts=log.has_starts,
        hours_per_week=log.calendar.hours_per_week,
        **now,
        overall_cycle_time_h=cycle_time,
        activities=frames.activities(log),
        handovers=handovers,
        handovers_by_group=frames.handovers_by_group(log),
        rounds=frames.rounds(log, handovers),
        weeks=weeks,
        longest=_longest(log, handovers, cycle_time),
        changes=_changes(now, read(store, filters.period_before(), process, hours), filters.period_before()),
    )


def longest_handover(store: Store, filters: Filters, hours: HoursKind = "working") -> Handover | None:
    """Of all processes' longest hand-overs the one that costs most hours in all, waits for staff first; or None."""
    found: list[Handover] = []
    for process in processes(store, filters)["process"]:
        log = read(store, filters, process, hours)
        if log.cases.empty:
            continue
        cycle_time = _cycle_time(log.cases, log.cases["is_complete"])
        longest = _longest(log, _handovers(store, filters, log), cycle_time)
        found += [longest] if longest else []
    return max(found, key=lambda h: (h.is_for_staff, h.mean_wait_h.value * h.mean_wait_h.n), default=None)


def _handovers(store: Store, filters: Filters, log: EventLog) -> pd.DataFrame:
    found = frames.handovers(log)
    return found.merge(by_handover(store, filters, log).drop(columns="n"), on=["before", "activity"])


def _cycle_time(cases: pd.DataFrame, is_counted: pd.Series) -> Estimate:
    counted = is_counted.to_numpy(float)
    return ratio(cases["cycle_time_h"].to_numpy() * counted, counted, "h")


def _headlines(log: EventLog, weeks: pd.DataFrame) -> dict[str, dict[Group, Estimate]]:
    cases = log.cases
    is_rework = np.maximum.reduceat(log.steps["repeat"].to_numpy(), log.first[:-1]).clip(max=1)
    found: dict[str, dict[Group, Estimate]] = {
        name: {} for name in ("cycle_time_h", "waiting_share", "rework_share", "finished_per_week")
    }
    for group in log.groups:
        is_mine = cases["customer_group"] == group
        is_counted, mine = is_mine & cases["is_complete"], is_mine.to_numpy(float)
        cycle, wait = (cases[name].to_numpy() * is_counted.to_numpy() for name in ("cycle_time_h", "wait_h"))
        found["cycle_time_h"][group] = _cycle_time(cases, is_counted)
        found["waiting_share"][group] = ratio(wait, cycle, "share") if log.has_starts else unknown("share")
        found["rework_share"][group] = ratio(is_rework * mine, mine, "share")
        whole = weeks[(weeks["group"] == group) & weeks["is_whole"]]["n_finished"].to_numpy(float)
        per_week = ratio(whole, np.ones(len(whole)), "count")
        found["finished_per_week"][group] = replace(per_week, n=int(whole.sum()))
    return found


def _changes(
    now: dict[str, dict[Group, Estimate]], earlier: EventLog, filters: Filters
) -> dict[str, dict[Group, Estimate]]:
    if earlier.cases.empty:
        return {}
    before = _headlines(earlier, frames.weeks(earlier, filters))
    return {
        name: {
            group: difference(e, before[name][group])
            for group, e in by_group.items()
            if group in before[name]
        }
        for name, by_group in now.items()
    }


def _longest(log: EventLog, handovers: pd.DataFrame, cycle_time_h: Estimate) -> Handover | None:
    """The hand-over that takes most of the cycle time: of those where cases wait for the staff (of that waiting), else
    of all."""
    rows = handovers[handovers["cycle_share"] > 0]
    rows = rows[rows["n_cases"] >= min(_MIN_LONGEST, rows["n_cases"].max())] if len(rows) else rows
    if rows.empty:
        return None
    for_staff = rows["cycle_share"] * rows["staff_share"].where(rows["staff_share"] >= FOR_STAFF, 0)
    most = for_staff if for_staff.max() >= LEAST_CYCLE_SHARE else rows["cycle_share"]
    row = rows.iloc[int(most.to_numpy().argmax())].to_dict()
    wait = Estimate(row["wait_h"], row["low"], row["high"], int(row["n"]), "h")
    share = Estimate(
        row["cycle_share"], row["cycle_share_low"], row["cycle_share_high"], cycle_time_h.n, "share"
    )
    return Handover(
        log.process,
        row["before"],
        row["activity"],
        log.has_starts,
        wait,
        cycle_time_h,
        share,
        row["staff_share"],
        row["cause"],
        row["cause_share"],
    )
