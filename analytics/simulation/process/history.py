"""The event log of the calibration period as arrays: what every part of the calibration of a process reads."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.methods import concurrency
from analytics.methods.calendars import Calendar, inferred, merged, with_days_off
from analytics.simulation.history import MAX_SEGMENTS, REST_SEGMENT, coded
from analytics.simulation.model import N_SLOTS, SLOT_MIN, Floats, Segment
from analytics.simulation.process.model import ENDED, LOST, WON, Flags, Ints
from analytics.store import Store

MINUTE_US = 60_000_000
_EPOCH = date(1970, 1, 1)
GAPS_LEAST = 20
"""Gaps after a step from which its own silence is judged; else those after all."""
OUTSIDE_SHARE = 0.02
"""Where more of the work than this lies outside the planned hours, the hours are those that the work shows."""
PEOPLE = "people"
"""The pool of those whose role the log does not name."""

STEPS_SQL = """
with ends as (
    select process, case_id, max(finished_at) as last_at
    from events where branch_id = $branch_id group by process, case_id
)
select
    e.process, e.case_id, e.activity, e.resource, e.role, e.started_at, e.finished_at,
    coalesce(k.segment, c.segment, 'ordinary') as segment,
    group_of($grouping_kind, $vip_segments, coalesce(k.segment, c.segment), c.is_top_profit) as customer_group,
    case when n.last_at < $end_on::timestamp then k.outcome end as outcome, k.value
from events as e
inner join ends as n on n.process = e.process and n.case_id = e.case_id
left join cases as k on k.process = e.process and k.case_id = e.case_id
left join customers_latest as c on c.branch_id = e.branch_id and c.customer_id = k.customer_id
where
    e.branch_id = $branch_id
    and n.last_at >= $start_on::timestamp and e.finished_at < $end_on::timestamp
order by e.process, e.case_id, coalesce(e.started_at, e.finished_at), e.finished_at, e.ordinal, e.activity
"""


@dataclass(frozen=True, eq=False)
class CaseHistory:
    """The steps and cases of the processes that share people with the one told of.

    days: the days worked in the period; calendar: the opened half hours as instants; is_open[weekday, slot].
    A row per step, by case and start: case, step (index into `steps`), person (into `people`, −1 unknown), day (of its
    start), before (row of the step it waited for, −1 none), has_start, and instants ready, start, finish (µs), which
    `at` turns into minutes along the axis. steps: (process, activity); role[row]: of the step's person, '' unknown.
    A row per case: process, segment, outcome (ENDS; −1 open), first, last (rows), value (NaN unknown), is_new (begun in
    the period, which starts at since_us; the cases begun before are there whole).
    concurrent[step, step]: whether two steps run side by side. records_ends: by process, whether the log gives outcomes.
    """

    process: str
    processes: tuple[str, ...]
    segments: tuple[Segment, ...]
    steps: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    days: tuple[date, ...]
    calendar: Calendar
    is_open: Flags
    since_us: int
    until_us: int
    case: Ints
    step: Ints
    person: Ints
    role: np.ndarray
    day: Ints
    before: Ints
    has_start: Flags
    ready: Ints
    start: Ints
    finish: Ints
    case_process: Ints
    case_segment: Ints
    outcome: Ints
    first: Ints
    last: Ints
    value: Floats
    concurrent: Flags
    is_new: Flags
    has_outcomes: bool
    records_ends: tuple[bool, ...]

    def at(self, instants_us: Ints) -> Floats:
        """Minutes along the axis of opened half hours from the first start to each instant."""
        worked_us = self.calendar.worked_us(np.append(instants_us, self._origin_us).astype("datetime64[us]"))
        return np.asarray((worked_us[:-1] - worked_us[-1]) / MINUTE_US)

    @property
    def _origin_us(self) -> int:
        return int(self.start.min())

    @property
    def weekday_of_day(self) -> Ints:
        """0 = Monday, of each of `days`."""
        return np.array([d.weekday() for d in self.days], np.int64)

    @property
    def dwell_min(self) -> Floats:
        """Minutes along the axis, at the finish of each step, since the case came to it: done again straight after, it is
        the same stay."""
        goes_on = (self.case[1:] == self.case[:-1]) & (self.step[1:] == self.step[:-1])
        came = np.maximum.accumulate(np.where(np.append(False, goes_on), 0, np.arange(len(self.step))))
        return np.maximum(self.at(self.finish) - self.at(self.ready)[came], 0.0)

    @property
    def day_min(self) -> float:
        """Mean length of an opened weekday along the axis."""
        return float(self.is_open.sum(axis=1)[self.is_open.any(axis=1)].mean() * SLOT_MIN)

    @property
    def n_cases(self) -> int:
        return len(self.first)


@lru_cache(maxsize=8)
def read_case_history(store: Store, filters: Filters, process: str) -> CaseHistory:
    """The log of branch and period. Raises RequestError where the process has no events there."""
    frame = store.frame(STEPS_SQL, **filters.binds())
    if process not in set(frame["process"]):
        known = ", ".join(sorted(set(frame["process"]))) or _("none")
        raise RequestError(
            _("Branch {branch} has no events of the process «{process}» in this period: known are {known}.").format(
                branch=filters.branch_id, process=process, known=known), field="scope")  # fmt: skip
    rosters = store.frame(WINDOWS_SQL, **{k: filters.binds()[k] for k in ("branch_id", "start_on", "end_on")})
    return case_history_of(frame, rosters, process, filters.start_on)


WINDOWS_SQL = """
select
    role, weekday, hour(from_time) + minute(from_time) / 60 as from_h, end_min(to_time) / 60 as to_h
from rosters
where
    branch_id = $branch_id and headcount > 0
    and coalesce(valid_from, $start_on) < $end_on and coalesce(valid_to, $end_on) > $start_on
"""


def case_history_of(
    frame: pd.DataFrame, rosters: pd.DataFrame, process: str, since: date | None = None
) -> CaseHistory:
    """The arrays of frames with the columns of STEPS_SQL and WINDOWS_SQL: a pure function. since: the period's first day."""
    frame = frame[frame["process"].isin(_sharing(frame, process))].reset_index(drop=True)
    processes = (process, *sorted(set(frame["process"]) - {process}))
    finish = frame["finished_at"].to_numpy().astype("datetime64[us]")
    has_start = frame["started_at"].notna().to_numpy()
    start = np.where(has_start, frame["started_at"].to_numpy().astype("datetime64[us]"), finish)
    start, finish = start.astype(np.int64), np.maximum(finish, start).astype(np.int64)
    key = frame["process"].astype(str) + "\x00" + frame["case_id"].astype(str)
    is_first = (key != key.shift()).to_numpy()
    case = np.cumsum(is_first) - 1
    pair = frame["process"].astype(str) + "\x00" + frame["activity"].astype(str)
    times = pair.value_counts()
    order = sorted(times.index, key=lambda p: (processes.index(p.split("\x00")[0]), -int(times[p]), p))
    step = pd.Categorical(pair, categories=order).codes.astype(np.int64)
    steps = tuple((p.split("\x00")[0], p.split("\x00")[1]) for p in order)
    is_concurrent = concurrency.concurrent(case, step, start, finish, len(steps))
    ready, before = concurrency.ready(case, step, start, finish, is_concurrent)
    person, people = pd.factorize(frame["resource"])
    role = frame["role"].fillna("").astype(str).to_numpy()
    first = np.flatnonzero(is_first)
    last = np.append(first[1:], len(frame)) - 1

    pairs = frame["segment"].astype(str) + "\x00" + frame["customer_group"].astype(str)
    segment, names = coded(pairs, MAX_SEGMENTS, REST_SEGMENT + "\x00" + frame["customer_group"].astype(str))
    calendar = _calendar(rosters[rosters["role"].isin(set(role))], np.concatenate([start, finish]))
    is_open = np.zeros((7, N_SLOTS), bool)
    for weekday, from_h, to_h in calendar.windows:
        is_open[weekday - 1, round(from_h * 60 / SLOT_MIN) : round(to_h * 60 / SLOT_MIN)] = True
    begins = _EPOCH if since is None else since
    since_us = max((begins - _EPOCH).days * 1440 * MINUTE_US, int(start.min()))
    days = _days(calendar, since_us, int(finish.max()))
    ordinal = np.array([(d - _EPOCH).days for d in days])
    day = np.clip(np.searchsorted(ordinal, start // (1440 * MINUTE_US), side="right") - 1, 0, None)
    outcome, has_outcomes, records_ends = _outcomes(frame, processes, case, step, finish, first, last)
    return CaseHistory(
        process=process, processes=processes, segments=tuple(Segment(*n.split("\x00")) for n in names), steps=steps,
        people=tuple(str(p) for p in people), days=days, calendar=calendar, is_open=is_open,
        since_us=since_us, until_us=int(finish.max()), case=case.astype(np.int64), step=step, person=person.astype(np.int64), role=role,
        day=day.astype(np.int64), before=before, has_start=has_start, ready=ready, start=start, finish=finish,
        case_process=np.array([processes.index(p) for p in frame["process"].iloc[first]], np.int64),
        case_segment=segment[first], outcome=outcome, first=first, last=last,
        value=frame["value"].to_numpy(float)[first], concurrent=is_concurrent, has_outcomes=has_outcomes,
        is_new=start[first] >= since_us,
        records_ends=records_ends,
    )  # fmt: skip


def _sharing(frame: pd.DataFrame, process: str) -> set[str]:
    """The processes whose people also work, directly or by way of others, on this one."""
    who = frame["resource"].astype(object).where(frame["resource"].notna(), None)
    people = pd.DataFrame({"process": frame["process"], "who": who}).dropna().drop_duplicates()
    found = {process}
    while True:
        mine = set(people.loc[people["process"].isin(found), "who"])
        more = set(people.loc[people["who"].isin(mine), "process"])
        if more <= found:
            return found
        found |= more


def _calendar(rosters: pd.DataFrame, instants: Ints) -> Calendar:
    """The opened half hours: as planned, or where much is done outside the plan, as the work shows."""
    at = instants.astype("datetime64[us]")
    seen = inferred(at)
    windows = list(rosters[["weekday", "from_h", "to_h"]].itertuples(index=False, name=None))
    if windows:
        planned = Calendar(_snapped(merged(windows)))
        until = np.sort(instants)
        before = planned.worked_us((until - MINUTE_US).astype("datetime64[us]"))
        outside = float((planned.worked_us(until.astype("datetime64[us]")) - before == 0).mean())
        if outside <= OUTSIDE_SHARE:
            return with_days_off(planned.windows, at)
        windows += list(seen.windows)
        return with_days_off(_snapped(merged(windows)), at)
    return Calendar(_snapped(seen.windows), seen.closed_on, seen.opened_as)


def _snapped(windows) -> tuple[tuple[int, float, float], ...]:
    """Windows on whole half hours."""
    step = SLOT_MIN / 60
    return merged(
        (w, np.floor(a / step + 1e-9) * step, np.ceil(b / step - 1e-9) * step) for w, a, b in windows
    )


def _days(calendar: Calendar, first_us: int, last_us: int) -> tuple[date, ...]:
    span = pd.date_range(pd.Timestamp(first_us * 1000).normalize(), pd.Timestamp(last_us * 1000).normalize())
    weekdays = {w for w, _, _ in calendar.windows}
    closed = {pd.Timestamp(d) for d in calendar.closed_on}
    opened = {pd.Timestamp(d) for d, _ in calendar.opened_as}
    return tuple(d.date() for d in span if (d.isoweekday() in weekdays and d not in closed) or d in opened)


def _outcomes(frame, processes, case, step, finish, first, last) -> tuple[Ints, bool, tuple[bool, ...]]:
    """How each case ended, −1 where it had not: by its outcome, or where a process gives none, by where cases end."""
    process = frame["process"].to_numpy()[first]
    recorded = frame["outcome"].astype(object).where(frame["outcome"].notna(), "").to_numpy()[first]
    recorded = np.array([str(o).strip() for o in recorded], object)
    outcome = np.full(len(first), -1, np.int64)
    has_outcomes, recorded_by = False, []
    for name in processes:
        mine = process == name
        said = mine & (recorded != "")
        recorded_by.append(bool(said.any()))
        if said.any():
            knows_won = bool((recorded[said] == "won").any())
            outcome[said] = np.where(recorded[said] == "won", WON, LOST) if knows_won else ENDED
            has_outcomes |= knows_won and name == processes[0]
            continue
        outcome[mine] = ended_unrecorded(step, finish, case, last, mine)
    return outcome, has_outcomes, tuple(recorded_by)


def ended_unrecorded(step: Ints, finish: Ints, case: Ints, last: Ints, mine: Flags) -> Ints:
    """ENDED or −1 (open) for each case that `mine` marks, of a process whose ends the log does not record."""
    goes_on = np.append(case[1:] == case[:-1], False) & mine[case]
    return np.where(awaited(step, finish, goes_on, last[mine]), -1, ENDED)


def awaited(step: Ints, finish: Ints, goes_on: Flags, last: Ints) -> Flags:
    """Whether the cases whose last rows are given, silent since, are likelier to go on than to have ended: where
    p S(t) > 1 − p, with the share p of times that cases go on after the step (`goes_on`: rows that the next one
    followed) and the share S(t) of those gaps that last longer than the silence; p by expectation and maximisation, for
    of the silent cases it is not known.
    """
    gap = np.append(finish[1:], 0) - finish
    every = np.sort(gap[goes_on])
    silence = finish.max() - finish[last]
    found = np.zeros(len(last), bool)
    for s in np.unique(step[last]):
        here = np.flatnonzero(step[last] == s)
        seen = np.sort(gap[goes_on & (step == s)])
        n_on = float(len(seen))
        seen = seen if len(seen) >= GAPS_LEAST else every
        lasts = 1 - np.searchsorted(seen, silence[here], side="right") / max(len(seen), 1)
        share = np.zeros(len(here))
        for _i in range(50):
            p = (n_on + share.sum()) / (n_on + len(here))
            share = p * lasts / np.maximum(p * lasts + 1 - p, 1e-12)
        found[here] = share > 0.5
    return found
