"""One process of a branch, step by step, with the hours worked and the hours waited before each step.

The time of a case from its first start to its last finish is split without overlap: a stretch in which any of
its steps is being worked on is work, the rest is waiting. So waiting + work = cycle time, also where steps
overlap. A step whose start is unknown counts as a moment at its finish; its work is then part of the wait.
"""

from dataclasses import dataclass
from datetime import time
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.columns import Codes, Columns, Flags, Ints, Steps, read_columns
from analytics.filters import Filters, Group
from analytics.methods import paths
from analytics.methods.by_person import by_person
from analytics.methods.calendars import ALWAYS, Calendar, Instants, inferred, with_days_off
from analytics.store.reader import Store

Floats = NDArray[np.float64]
HoursKind = Literal["working", "clock"]
# Where cases give no outcome: a step that ends at least this share of them is an end of the process.
_END_SHARE = 0.05

_PROCESSES = """
select process, count(distinct case_id)::bigint as n_cases
from case_events_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
group by process order by n_cases desc, process
"""
_CASES = """
select
    k.case_id, group_of($grouping_kind, $vip_segments, coalesce(k.segment, c.segment), c.is_top_profit) as customer_group,
    k.outcome
from cases as k
left join customers_latest as c on c.branch_id = $branch_id and c.customer_id = k.customer_id
where k.process = $process
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
    that had finished last, or the one begun before where this step began during another; NaN on a case's
    first), work_h (own start to finish; NaN where the start is unknown), wait_h, wait_clock_h (0 on a first
    step), covered_h (work that no earlier step covers), repeat (how often the case had this activity before),
    in_row (1 where done in a row with other cases' same step, 0 where not, NaN where it is not known by whom).
    Names are categories, in their order.
    cases: one row per case: case_id, customer_group, ended_at, cycle_time_h, wait_h, covered_h, is_complete (its cycle
    time counts: won, where outcomes say so). first[case]: the row at which its steps begin, at the end the number of
    rows; numbers: those of the cases in the branch's `Columns`. n_open: cases that had not ended yet, left out of both.
    """

    process: str
    groups: tuple[Group, ...]
    steps: pd.DataFrame
    cases: pd.DataFrame
    first: Ints
    numbers: Ints
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
    (n_groups,) = store.rows(_HAS_GROUPS, process=process, **_without_period(filters))[0]
    return filters.groups if n_groups > 1 else ("all",)


def calendar_of(store: Store, filters: Filters, process: str) -> Calendar:
    """When this process is worked on: by the rosters of its roles, else as its own events show."""
    instants = _instants(store, filters.branch_id, process)
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


def _instants(store: Store, branch_id: str, process: str) -> Instants:
    """When steps of the process began and ended."""
    columns = read_columns(store, branch_id)
    rows = slice(*columns.processes.get(process, (0, 0)))
    began = columns.start[rows][columns.has_start[rows]]
    return np.concatenate([began, columns.finish[rows]]).view("datetime64[us]")


def read(store: Store, filters: Filters, process: str, hours: HoursKind = "working") -> EventLog:
    """The cases of the process that ended in the period, in working hours or in clock hours."""
    groups = groups_of(store, filters, process)
    columns = read_columns(store, filters.branch_id)
    every = columns.cases_of(process)
    ended_at = paths.ends(columns.first[every.start : every.stop + 1], columns.finish).view("datetime64[us]")
    first_day, end = np.datetime64(filters.start_on), np.datetime64(filters.end_on)
    chosen = every.start + np.flatnonzero((ended_at >= first_day) & (ended_at < end))
    log = _taken(columns, chosen)
    in_row = _in_row(log)
    cases = pd.DataFrame({"case_id": columns.case_ids[chosen], "ended_at": ended_at[chosen - every.start]})
    known = store.frame(_CASES, process=process, **_without_period(filters))
    place = (
        pd.Index(known["case_id"]).get_indexer(cases["case_id"]) if len(known) else np.full(len(cases), -1)
    )
    cases["customer_group"] = _groups(known, place, filters)
    has_ended, is_complete, is_won_only = _with_ends(log, known["outcome"], place)
    is_asked = np.ones(len(cases), bool)
    if groups == ("all",):
        cases["customer_group"] = "all"
    else:
        is_asked = cases["customer_group"].isin(groups).to_numpy()
    n_open = int((is_asked & ~has_ended).sum())
    kept = np.flatnonzero(is_asked & has_ended)
    cases = cases.assign(is_complete=is_complete).iloc[kept].reset_index(drop=True)
    if len(kept) < len(chosen):
        in_row = in_row[np.repeat(is_asked & has_ended, np.diff(log.first))]
        log = _taken(columns, chosen[kept])
    calendar = ALWAYS if hours == "clock" or cases.empty else calendar_of(store, filters, process)
    steps = _steps(log, in_row, calendar)
    for name in ("wait_h", "covered_h"):
        cases[name] = _sums(steps[name].to_numpy(), log.first)
    cases["cycle_time_h"] = cases["wait_h"] + cases["covered_h"]
    return EventLog(process, groups, steps, cases, log.first, chosen[kept], calendar, n_open, is_won_only)


def _hour(at: time) -> float:
    return at.hour + at.minute / 60


def _without_period(filters: Filters) -> dict[str, Any]:
    return {k: v for k, v in filters.binds().items() if k not in ("start_on", "end_on")}


def _groups(known: pd.DataFrame, place: Ints, filters: Filters) -> NDArray[np.object_]:
    """The group of each case; of those of whom nothing is known, as of a customer without segment and profit."""
    otherwise = "ordinary" if filters.grouping.is_split else "all"
    return np.append(known["customer_group"].to_numpy(object), otherwise)[place]


@dataclass(frozen=True, eq=False)
class _Log:
    """The columns of some cases."""

    columns: Columns
    first: Ints
    activity: Steps
    person: Codes
    start: Ints
    finish: Ints
    has_start: Flags


def _taken(columns: Columns, cases: Ints) -> _Log:
    n_steps = np.diff(columns.first)[cases]
    first = np.append(0, np.cumsum(n_steps))
    rows: slice | Ints
    if len(cases) and len(cases) == cases[-1] - cases[0] + 1:
        rows = slice(columns.first[cases[0]], columns.first[cases[-1] + 1])
    else:
        rows = np.arange(first[-1]) + np.repeat(columns.first[cases] - first[:-1], n_steps)
    return _Log(
        columns, first, columns.activity[rows], columns.person[rows], columns.start[rows], columns.finish[rows],
        columns.has_start[rows],
    )  # fmt: skip


def _in_row(log: _Log) -> Floats:
    """A step is done in a row where the same person did the same step of another case just before or just after it."""
    person = np.where(log.has_start, log.person, -1)
    order, _parts = by_person(person, log.start, log.finish)
    _before, since = paths.waited(log.first, log.start, log.finish)
    case = np.repeat(np.arange(len(log.first) - 1), np.diff(log.first))
    is_first = np.zeros(len(case), bool)
    is_first[log.first[:-1]] = True
    found = paths.in_row(order, person, log.activity, case, log.start, log.finish, since, is_first)
    return np.where(person >= 0, found, np.nan)


def _with_ends(log: _Log, outcomes: pd.Series, place: Ints) -> tuple[Flags, Flags, bool]:
    """Whether each case has ended and is complete, and whether only won cases are complete."""
    outcome = np.array([*outcomes, None], object)[place]
    has_outcome = pd.notna(outcome)
    last = log.activity[log.first[1:] - 1]
    share = np.bincount(last, minlength=len(log.columns.steps)) / max(len(last), 1)
    has_ended = has_outcome if has_outcome.any() else share[last] >= _END_SHARE
    is_won = outcome == "won"
    is_won_only = bool(is_won.any())
    return has_ended, is_won if is_won_only else has_ended, is_won_only


def _sums(values: Floats, first: Ints) -> Floats:
    """The sum of each case's values."""
    return np.add.reduceat(values, first[:-1]) if len(values) else np.zeros(0)


def _steps(log: _Log, in_row: Floats, calendar: Calendar) -> pd.DataFrame:
    start, finish = (x.view("datetime64[us]") for x in (log.start, log.finish))
    before_row, since = paths.waited(log.first, log.start, log.finish)
    free_at = since.view("datetime64[us]")
    names, people = pd.Index(log.columns.steps["activity"]), pd.Index(log.columns.people)
    present = np.unique(log.activity)
    number = np.full(len(names) + 1, -1, np.int16)
    number[present] = np.arange(len(present))
    before = np.where(before_row >= 0, log.activity[before_row], len(names)) if len(start) else log.activity
    return pd.DataFrame(
        {
            "case": np.repeat(np.arange(len(log.first) - 1), np.diff(log.first)),
            "activity": pd.Categorical.from_codes(number[log.activity], names[present]),
            "resource": pd.Categorical.from_codes(log.person, people),
            "before": pd.Categorical.from_codes(number[before], names[present]),
            "work_h": np.where(log.has_start, calendar.hours_between(start, finish), np.nan),
            "wait_h": calendar.hours_between(free_at, start),
            "wait_clock_h": ALWAYS.hours_between(free_at, start),
            "covered_h": calendar.hours_between(np.maximum(start, free_at), finish),
            "in_row": in_row,
            "repeat": paths.repeats(log.first, log.activity, len(names)),
        }
    )
