"""One process of a branch, step by step, with the hours worked and the hours waited before each step.

The time of a case from its first start to its last finish is split without overlap: a stretch in which any of
its steps is being worked on is work, the rest is waiting. So waiting + work = cycle time, also where steps
overlap. A step whose start is unknown counts as a moment at its finish; its work is then part of the wait.
"""

from dataclasses import dataclass
from datetime import time
from typing import Literal

import numpy as np
import pandas as pd

from analytics.filters import Filters, Group
from analytics.methods.calendars import ALWAYS, Calendar, inferred, with_days_off
from analytics.store.reader import Store

HoursKind = Literal["working", "clock"]
# Where cases give no outcome: a step that ends at least this share of them is an end of the process.
_END_SHARE = 0.05

_PROCESSES = """
select process, count(distinct case_id)::bigint as n_cases
from case_events_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
group by process order by n_cases desc, process
"""
# A step is done in a row where the same person did the same step of another case just before or just after it,
# and the later of the two had been waiting when the earlier one began: the sign of batches and of queues.
_EVENTS = """
with steps as (
    select
        case_id, activity, resource, started_at, finished_at, customer_group, outcome,
        max(finished_at) over (
            partition by case_id order by coalesce(started_at, finished_at), finished_at
            rows between unbounded preceding and 1 preceding
        ) as ready_at
    from case_events_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where process = $process
),
linked as (
    select
        *,
        coalesce(
            activity = lag(activity) over persons and case_id <> lag(case_id) over persons
            and started_at <= lag(finished_at) over persons + interval 10 minute
            and ready_at <= lag(started_at) over persons,
            false
        ) as is_next
    from steps
    window persons as (partition by resource order by started_at, finished_at, case_id)
)
select
    case_id, activity, resource, started_at, finished_at, customer_group, outcome,
    case
        when resource is not null and started_at is not null
            then (is_next or coalesce(lead(is_next) over persons, false))::integer
    end as in_row
from linked
window persons as (partition by resource order by started_at, finished_at, case_id)
order by case_id, coalesce(started_at, finished_at), finished_at
"""
_INSTANTS = """
select unnest([started_at, finished_at]) as at
from events where branch_id = $branch_id and process = $process
"""
_WINDOWS = """
select distinct weekday, from_time, to_time
from rosters
where
    branch_id = $branch_id
    and coalesce(valid_from, $start_on) < $end_on and coalesce(valid_to, $end_on) > $start_on
    and role in (select distinct role from events where branch_id = $branch_id and process = $process)
"""
_HAS_GROUPS = """
select
    count(distinct group_of($grouping_kind, $vip_segments, coalesce(k.segment, c.segment), c.is_top_profit))
from cases as k
left join customers_latest as c on c.branch_id = $branch_id and c.customer_id = k.customer_id
where k.process = $process and coalesce(k.segment, c.segment, k.customer_id) is not null
"""


@dataclass(frozen=True)
class EventLog:
    """The finished cases of one process.

    steps: one row per step, in order: case (0 … n_cases − 1), activity, resource, before (the step waited for: the one
    that had finished last, or the one begun before where this step began during another; None on a case's
    first), work_h (own start to finish; NaN where the start is unknown), wait_h, wait_clock_h (0 on a first
    step), covered_h (work that no earlier step covers), repeat (how often the case had this activity before),
    in_row (1 where done in a row with other cases' same step, 0 where not, NaN where it is not known by whom).
    cases: one row per case: case_id, customer_group, ended_at, cycle_time_h, wait_h, covered_h, is_complete (its cycle
    time counts: won, where outcomes say so). n_open: cases that had not ended yet, left out of both.
    """

    process: str
    groups: tuple[Group, ...]
    steps: pd.DataFrame
    cases: pd.DataFrame
    calendar: Calendar
    n_open: int
    is_won_only: bool

    @property
    def has_starts(self) -> bool:
        """Whether anything at all is known of how long steps take."""
        return bool((self.steps["work_h"] > 0).any())


def processes(store: Store, filters: Filters) -> pd.DataFrame:
    """process, n_cases that ended in the period; the largest first."""
    return store.frame(_PROCESSES, **filters.binds())


def groups_of(store: Store, filters: Filters, process: str) -> tuple[Group, ...]:
    """The groups asked for; `all` where the cases of the process do not say whose they are."""
    if not filters.grouping.is_split:
        return ("all",)
    binds = {k: v for k, v in filters.binds().items() if k not in ("start_on", "end_on")}
    (n_groups,) = store.rows(_HAS_GROUPS, process=process, **binds)[0]
    return filters.groups if n_groups > 1 else ("all",)


def calendar_of(store: Store, filters: Filters, process: str) -> Calendar:
    """When this process is worked on: by the rosters of its roles, else as its own events show."""
    instants = store.frame(_INSTANTS, branch_id=filters.branch_id, process=process)["at"].to_numpy()
    planned = store.rows(
        _WINDOWS,
        branch_id=filters.branch_id,
        process=process,
        start_on=filters.start_on,
        end_on=filters.end_on,
    )
    if planned:
        return with_days_off([(w, _hour(a), _hour(b) or 24.0) for w, a, b in planned], instants)
    return inferred(instants)


def read(store: Store, filters: Filters, process: str, hours: HoursKind = "working") -> EventLog:
    """The cases of the process that ended in the period, in working hours or in clock hours."""
    groups = groups_of(store, filters, process)
    events, is_won_only = _with_ends(store.frame(_EVENTS, process=process, **filters.binds()))
    if groups == ("all",):
        events["customer_group"] = "all"
    else:
        events = events[events["customer_group"].isin(groups)]
    n_open = events.loc[~events["has_ended"], "case_id"].nunique()
    events = events[events["has_ended"]].reset_index(drop=True)
    events["case"] = pd.factorize(events["case_id"])[0]
    calendar = ALWAYS if hours == "clock" or events.empty else calendar_of(store, filters, process)
    steps = _steps(events, calendar)
    by_case = steps.groupby("case")
    cases = pd.DataFrame(
        {
            "case_id": events.groupby("case")["case_id"].first(),
            "customer_group": events.groupby("case")["customer_group"].first(),
            "ended_at": events.groupby("case")["finished_at"].max(),
            "is_complete": events.groupby("case")["is_complete"].first(),
            "wait_h": by_case["wait_h"].sum(),
            "covered_h": by_case["covered_h"].sum(),
        }
    )
    cases["cycle_time_h"] = cases["wait_h"] + cases["covered_h"]
    return EventLog(process, groups, steps, cases, calendar, n_open, is_won_only)


def _hour(at: time) -> float:
    return at.hour + at.minute / 60


def _with_ends(events: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The events with `has_ended` and `is_complete` of their case, and whether only won cases are complete."""
    last = events.groupby("case_id", sort=False)["activity"].last()
    outcome = events.groupby("case_id", sort=False)["outcome"].first()
    if outcome.notna().any():
        has_ended = outcome.notna()
    else:
        has_ended = last.map(last.value_counts(normalize=True)) >= _END_SHARE
    is_won_only = bool((outcome == "won").any())
    is_complete = (outcome == "won") if is_won_only else has_ended
    marked = events.assign(
        has_ended=events["case_id"].map(has_ended).fillna(False).astype(bool),
        is_complete=events["case_id"].map(is_complete).fillna(False).astype(bool),
    )
    return marked, is_won_only


def _steps(events: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    case = events["case"].to_numpy()
    finish = events["finished_at"].to_numpy().astype("datetime64[us]")
    known = events["started_at"].notna().to_numpy()
    start = np.where(known, events["started_at"].to_numpy().astype("datetime64[us]"), finish)
    is_first = np.append(True, case[1:] != case[:-1])[: len(case)]
    ends_last, until = _last_finished(case, finish)
    before_row = np.roll(ends_last, 1)
    free_at = np.where(is_first, start, np.roll(until, 1))
    # A step begun while another is being worked on follows the one begun before it and waited for nothing.
    is_overlapping = start < free_at
    before_row = np.where(is_overlapping, np.arange(len(case)) - 1, before_row)
    names = events["activity"].astype(object).to_numpy()
    before = np.where(is_first, None, names[before_row]) if len(case) else names
    work = calendar.hours_between(start, finish)
    return pd.DataFrame(
        {
            "case": case,
            "activity": names,
            "resource": events["resource"].astype(object).to_numpy(),
            "before": before,
            "work_h": np.where(known, work, np.nan),
            "wait_h": calendar.hours_between(free_at, start),
            "wait_clock_h": ALWAYS.hours_between(free_at, start),
            "covered_h": calendar.hours_between(np.maximum(start, free_at), finish),
            "in_row": events["in_row"].astype(float),
            "repeat": events.groupby(["case", "activity"]).cumcount(),
        }
    )


def _last_finished(case: np.ndarray, finish: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each step: row and instant of the latest finish in its case so far."""
    so_far = pd.Series(finish).groupby(case).cummax().to_numpy()
    row = np.where(finish >= so_far, np.arange(len(case)), 0)
    return np.maximum.accumulate(row) if len(row) else row, so_far
