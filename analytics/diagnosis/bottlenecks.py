"""Where do the cases of a process lose their time: working, waiting between steps, doing things again?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis import process_frames as frames
from analytics.diagnosis.event_log import EventLog, HoursKind, processes, read
from analytics.filters import Filters, Group
from analytics.methods.estimate import Estimate, unknown
from analytics.methods.resampling import ratio, weights
from analytics.methods.scores import difference
from analytics.store.reader import Store

__all__ = ["Bottlenecks", "Handover", "HoursKind", "bottlenecks", "longest_handover", "processes"]

# From this share of steps done in a row on, a hand-over is one where cases wait for the staff.
IN_ROW_SHARE = 0.4
# Such a hand-over comes first if it takes this part of the cycle time at least.
_LEAST_SHARE = 0.05
# No hand-over is called the longest on fewer cases while others have more.
_MIN_LONGEST = 10


@dataclass(frozen=True)
class Handover:
    """The wait from the finish of one step to the start of the next, where it takes most of the cycle time.

    mean_wait_h: over its occurrences; cycle_share: of the cycle time of complete cases; in_row_share: of its
    steps, done in a row while the others waited. Without starts (`has_starts` False) the wait runs from finish
    to finish.
    """

    process: str
    from_activity: str
    to_activity: str
    has_starts: bool
    mean_wait_h: Estimate
    mean_cycle_time_h: Estimate
    cycle_share: Estimate
    in_row_share: float

    @property
    def is_in_row(self) -> bool:
        """Whether cases wait for staff here: they are worked off in a row. Else the customer's time may count in."""
        return self.in_row_share >= IN_ROW_SHARE


@dataclass(frozen=True)
class Bottlenecks:
    """One process in the period; hours are working or clock hours as `hours` says, intervals 95 % over cases.

    By group: cycle_time_h (mean, first start to last finish), waiting_share (of cycle time), rework_share
    (cases in which an activity repeats), finished_per_week (over whole weeks, n cases). changes: name -> group ->
    change against as many days before, empty where nothing ended then. overall_cycle_time_h: over all groups
    asked for. The frames: see `process_frames`.
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
    draws = weights(len(log.cases))
    weeks = frames.weeks(log, filters, draws)
    now = _headlines(log, weeks, draws)
    handovers, cycle_time = frames.handovers(log, draws), _cycle_time(log.cases, draws)
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
        activities=frames.activities(log, draws),
        handovers=handovers,
        handovers_by_group=frames.handovers_by_group(log, draws),
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
        draws = weights(len(log.cases))
        longest = _longest(log, frames.handovers(log, draws), _cycle_time(log.cases, draws))
        found += [longest] if longest else []
    return max(found, key=lambda h: (h.is_in_row, h.mean_wait_h.value * h.mean_wait_h.n), default=None)


def _cycle_time(cases: pd.DataFrame, draws: NDArray[np.float32]) -> Estimate:
    complete = cases["is_complete"].to_numpy(float)
    return ratio(cases["cycle_time_h"].to_numpy() * complete, complete, "h", draws)


def _headlines(
    log: EventLog, weeks: pd.DataFrame, draws: NDArray[np.float32]
) -> dict[str, dict[Group, Estimate]]:
    is_rework = np.maximum.reduceat(log.steps["repeat"].to_numpy(), log.first[:-1]).clip(max=1).astype(float)
    found: dict[str, dict[Group, Estimate]] = {
        name: {} for name in ("cycle_time_h", "waiting_share", "rework_share", "finished_per_week")
    }
    for group in log.groups:
        chosen = (log.cases["customer_group"] == group).to_numpy()
        cases, drawn = log.cases[chosen], draws[:, chosen]
        complete = cases["is_complete"].to_numpy(float)
        cycle, wait = cases["cycle_time_h"].to_numpy() * complete, cases["wait_h"].to_numpy() * complete
        found["cycle_time_h"][group] = _cycle_time(cases, drawn)
        waiting = ratio(wait, cycle, "share", drawn)
        found["waiting_share"][group] = waiting if log.has_starts else unknown("share")
        found["rework_share"][group] = ratio(is_rework[chosen], np.ones(len(cases)), "share", drawn)
        whole = weeks[(weeks["group"] == group) & weeks["is_whole"]]["n_finished"].to_numpy(float)
        per_week = ratio(whole, np.ones(len(whole)), "count", weights(len(whole)))
        found["finished_per_week"][group] = replace(per_week, n=int(whole.sum()))
    return found


def _changes(
    now: dict[str, dict[Group, Estimate]], earlier: EventLog, filters: Filters
) -> dict[str, dict[Group, Estimate]]:
    if earlier.cases.empty:
        return {}
    draws = weights(len(earlier.cases))
    before = _headlines(earlier, frames.weeks(earlier, filters, draws), draws)
    return {
        name: {
            group: difference(e, before[name][group])
            for group, e in by_group.items()
            if group in before[name]
        }
        for name, by_group in now.items()
    }


def _longest(log: EventLog, handovers: pd.DataFrame, cycle_time_h: Estimate) -> Handover | None:
    """The hand-over that takes most of the cycle time: of those where cases wait for the staff, else of all."""
    rows = handovers[handovers["cycle_share"] > 0]
    rows = rows[rows["n_cases"] >= min(_MIN_LONGEST, rows["n_cases"].max())] if len(rows) else rows
    if rows.empty:
        return None
    for_staff = (rows["in_row_share"] >= IN_ROW_SHARE) & (rows["cycle_share"] >= _LEAST_SHARE)
    rows = rows[for_staff] if for_staff.any() else rows
    row = rows.sort_values("cycle_share", ascending=False).iloc[0].to_dict()
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
        row["in_row_share"],
    )
