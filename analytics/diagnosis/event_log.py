"""One process of a branch, step by step, with the hours worked and the hours waited before each step.

The time of a case from its first start to its last finish is split without overlap: a stretch in which any of
its steps is being worked on is work, the rest is waiting. So waiting + work = cycle time, also where steps
overlap. A step whose start is unknown counts as a moment at its finish; its work is then part of the wait.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from analytics.diagnosis.columns import Codes, Columns, Flags, Ints, Steps, read_columns
from analytics.filters import Filters, Group, Grouping
from analytics.methods import paths
from analytics.methods.calendars import ALWAYS, HOUR_US, Calendar, Instants, inferred, with_days_off
from analytics.store.reader import Store

Floats = NDArray[np.float64]
HoursKind = Literal["working", "clock"]
_NOTHING_KNOWN = pa.table(
    {
        name: pa.array([], pa.float64() if name == "value" else pa.string())
        for name in ("case_id", "segment", "product", "channel", "value", "outcome", "customer_group")
    }
)
# Where cases give no outcome: a step that ends at least this share of them is an end of the process.
_END_SHARE = 0.05

_CASES = """
select
    k.case_id, k.segment, k.product, k.channel, k.value, k.outcome,
    group_of($grouping_kind, $vip_segments, coalesce(k.segment, c.segment), c.is_top_profit) as customer_group
from cases as k
left join customers_latest as c on c.branch_id = $branch_id and c.customer_id = k.customer_id
where k.process = $process
"""
_WINDOWS = """
select distinct
    weekday, hour(from_time) + minute(from_time) / 60, end_min(to_time) / 60
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
    step), covered_h (work that no earlier step covers), repeat (how often the case had this activity before).
    Names are categories, in their order.
    cases: one row per case: case_id, ended_at, customer_group, segment, product, channel, value, cycle_time_h, wait_h,
    covered_h, is_complete (its cycle time counts: won, where outcomes say so). first[case]: the row at which its steps begin, at the end the number of
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

    @cached_property
    def order(self) -> Ints:
        """Codes of the activities by the median place of their first occurrence in a case, ties by the mean."""
        rows = np.flatnonzero(self.steps["repeat"].to_numpy() == 0)
        codes = self.steps["activity"].cat.codes.to_numpy()[rows]
        places = (rows - self.first[self.steps["case"].to_numpy()[rows]]).astype(np.int32)
        by_code = places[np.argsort(codes, kind="stable")]
        n = np.bincount(codes, minlength=len(self.steps["activity"].cat.categories))
        parts = np.split(by_code, np.cumsum(n)[:-1])
        middle = [(float(np.median(part)), float(part.mean())) for part in parts]
        return np.array(sorted(range(len(n)), key=middle.__getitem__), np.int64)

    @cached_property
    def pairs(self) -> tuple[Codes, pd.DataFrame]:
        """For each step the number of its pair (before, activity), −1 on a case's first; the pairs by number, with n."""
        names = self.steps["activity"].cat.categories.to_numpy(object)
        before, activity = (self.steps[name].cat.codes.to_numpy() for name in ("before", "activity"))
        key = before.astype(np.int32) * np.int32(len(names)) + activity
        key[before < 0] = len(names) ** 2
        n = np.bincount(key, minlength=len(names) ** 2 + 1)[:-1]
        found = np.flatnonzero(n)
        number = np.full(len(n) + 1, -1, np.int32)
        number[found] = np.arange(len(found))
        a, b = np.divmod(found, max(len(names), 1))
        return number[key], pd.DataFrame({"before": names[a], "activity": names[b], "n": n[found]})


def processes(store: Store, filters: Filters) -> pd.DataFrame:
    """process, n_cases that ended in the period; the largest first."""
    columns = read_columns(store, filters.branch_id)
    n = {process: len(_ended_in(columns, filters, process)[0]) for process in columns.processes}
    rows = sorted(((-n_cases, process) for process, n_cases in n.items() if n_cases))
    return pd.DataFrame(
        {"process": [process for _n, process in rows], "n_cases": [-n_cases for n_cases, _p in rows]}
    ).astype({"process": "str", "n_cases": np.int64})


def _ended_in(columns: Columns, filters: Filters, process: str) -> tuple[Ints, Instants]:
    """The numbers of the process' cases that ended in the period, and when they did."""
    every = columns.cases_of(process)
    ended_at = paths.ends(columns.first[every.start : every.stop + 1], columns.finish).view("datetime64[us]")
    first_day, end = np.datetime64(filters.start_on), np.datetime64(filters.end_on)
    is_chosen = (ended_at >= first_day) & (ended_at < end)
    return every.start + np.flatnonzero(is_chosen), ended_at[is_chosen]


def groups_of(store: Store, filters: Filters, process: str) -> tuple[Group, ...]:
    """The groups asked for; `all` where the cases of the process do not say whose they are."""
    if not filters.grouping.is_split:
        return ("all",)
    asked = {k: v for k, v in filters.binds().items() if k not in ("start_on", "end_on")}
    (n_groups,) = store.rows(_HAS_GROUPS, process=process, **asked)[0]
    return filters.groups if n_groups > 1 else ("all",)


def calendar_of(store: Store, filters: Filters, process: str) -> Calendar:
    """When this process is worked on: by the rosters of its roles, else as its own events show."""
    return _calendar_of(store, filters.branch_id, filters.start_on, filters.end_on, process)


@lru_cache(maxsize=16)
def _calendar_of(store: Store, branch_id: str, start_on: date, end_on: date, process: str) -> Calendar:
    instants = _instants(store, branch_id, process)
    planned = store.rows(_WINDOWS, branch_id=branch_id, process=process, start_on=start_on, end_on=end_on)
    if planned:
        return with_days_off(planned, *instants)
    return inferred(*instants)


def _instants(store: Store, branch_id: str, process: str) -> tuple[Instants, Instants]:
    """When steps of the process began, where that is known, and when they ended."""
    columns = read_columns(store, branch_id)
    rows = slice(*columns.processes.get(process, (0, 0)))
    start, has_start = columns.start[rows], columns.has_start[rows]
    began = start if has_start.all() else start[has_start]
    return began.view("datetime64[us]"), columns.finish[rows].view("datetime64[us]")


def read(store: Store, filters: Filters, process: str, hours: HoursKind = "working") -> EventLog:
    """The cases of the process that ended in the period, in working hours or in clock hours."""
    groups = groups_of(store, filters, process)
    columns = read_columns(store, filters.branch_id)
    chosen, ended_at = _ended_in(columns, filters, process)
    log = _taken(columns, chosen)
    known = _known(store, filters.branch_id, filters.grouping, process)
    known = known.iloc[chosen - columns.cases_of(process).start]
    cases = known.assign(case_id=pd.array(columns.names_of(chosen), "str"), ended_at=ended_at)
    has_ended, is_complete, is_won_only = _with_ends(log, known["outcome"])
    is_asked = np.ones(len(cases), bool)
    if groups == ("all",):
        cases["customer_group"] = pd.Categorical(["all"]).take(np.zeros(len(cases), int))
    else:
        is_asked = cases["customer_group"].isin(groups).to_numpy()
    n_open = int((is_asked & ~has_ended).sum())
    kept = np.flatnonzero(is_asked & has_ended)
    cases = cases.drop(columns="outcome").assign(is_complete=is_complete).iloc[kept].reset_index(drop=True)
    if len(kept) < len(chosen):
        log = _taken(columns, chosen[kept])
    calendar = ALWAYS if hours == "clock" or cases.empty else calendar_of(store, filters, process)
    steps = _steps(log, calendar)
    for name in ("wait_h", "covered_h"):
        cases[name] = _sums(steps[name].to_numpy(), log.first)
    cases["cycle_time_h"] = cases["wait_h"] + cases["covered_h"]
    return EventLog(process, groups, steps, cases, log.first, chosen[kept], calendar, n_open, is_won_only)


@lru_cache(maxsize=4)
def _known(store: Store, branch_id: str, grouping: Grouping, process: str) -> pd.DataFrame:
    """What is known of each case of the process: segment, product, channel, value, outcome, customer_group; names as
    categories.

    A case of which nothing is known belongs to the group of a customer without segment and profit.
    """
    asked = {"grouping_kind": grouping.kind, "vip_segments": list(grouping.vip_segments)}
    batches = list(store.batches(_CASES, process=process, branch_id=branch_id, **asked))
    known = pa.Table.from_batches(batches) if batches else _NOTHING_KNOWN
    columns = read_columns(store, branch_id)
    every = columns.cases_of(process)
    case_ids = columns.names_of(np.arange(every.start, every.stop))
    place = pc.index_in(case_ids, value_set=known["case_id"].combine_chunks())
    found: dict[str, Any] = {}
    for name in ("segment", "product", "channel", "outcome", "customer_group"):
        column = known[name].combine_chunks().dictionary_encode().take(place).combine_chunks()
        names, codes = column.dictionary.to_pylist(), column.indices.fill_null(-1).to_numpy()
        if name == "customer_group":
            otherwise = "ordinary" if grouping.is_split else "all"
            names = list(dict.fromkeys([*names, otherwise]))
            codes = np.where(codes < 0, names.index(otherwise), codes)
        found[name] = pd.Categorical.from_codes(codes, names)
    return pd.DataFrame({**found, "value": known["value"].take(place).to_numpy()})


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


def _with_ends(log: _Log, outcome: pd.Series) -> tuple[Flags, Flags, bool]:
    """Whether each case has ended and is complete, and whether only won cases are complete."""
    has_outcome = outcome.notna().to_numpy()
    last = log.activity[log.first[1:] - 1]
    share = np.bincount(last, minlength=len(log.columns.steps)) / max(len(last), 1)
    has_ended = has_outcome if has_outcome.any() else share[last] >= _END_SHARE
    is_won = (outcome == "won").to_numpy()
    is_won_only = bool(is_won.any())
    return has_ended, is_won if is_won_only else has_ended, is_won_only


def _sums(values: Floats, first: Ints) -> Floats:
    """The sum of each case's values."""
    return np.add.reduceat(values, first[:-1]) if len(values) else np.zeros(0)


def _steps(log: _Log, calendar: Calendar) -> pd.DataFrame:
    before_row, since = (
        np.asarray(rows, np.int64) for rows in paths.waited(log.first, log.start, log.finish)
    )
    names, people = pd.Index(log.columns.steps["activity"]), pd.Index(log.columns.people)
    present = np.flatnonzero(np.bincount(log.activity, minlength=len(names)))
    number = np.full(len(names) + 1, -1, np.int16)
    number[present] = np.arange(len(present))
    before = (
        np.where(before_row >= 0, log.activity[before_row], len(names)) if len(before_row) else log.activity
    )
    del before_row
    codes = {"activity": number[log.activity], "before": number[before]}
    wait_clock_h = _hours(since, log.start)
    if calendar is not ALWAYS and len(since):
        axis = calendar.axis(int(log.start.min()), int(log.finish.max()))
        start, finish, since = (axis.until(at) for at in (log.start, log.finish, since))
    else:
        start, finish = log.start, log.finish
    work_h = _hours(start, finish)
    if not log.has_start.all():
        work_h[~log.has_start] = np.nan
    return pd.DataFrame(
        {
            "case": np.repeat(np.arange(len(log.first) - 1, dtype=np.int32), np.diff(log.first)),
            **{name: pd.Categorical.from_codes(of, names[present]) for name, of in codes.items()},
            "resource": pd.Categorical.from_codes(log.person, people),
            "work_h": work_h,
            "wait_h": _hours(since, start),
            "wait_clock_h": wait_clock_h,
            "covered_h": _hours(np.maximum(start, since), finish),
            "repeat": paths.repeats(log.first, log.activity, len(names)),
        },
        copy=False,
    )


@njit(cache=True, nogil=True)
def _hours(start: Ints, finish: Ints) -> Floats:
    """Microseconds from start to finish in hours, 0 where the finish is not later."""
    found = np.empty(len(start))
    for i in range(len(start)):
        found[i] = max(finish[i] - start[i], 0) / HOUR_US
    return found
