"""All work of a branch in all its processes, as numbers: who did what when, when it was ready, who was on duty."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from analytics.diagnosis.columns import Codes, Columns, Ints, read_columns
from analytics.filters import Filters
from analytics.methods import concurrency
from analytics.methods.by_person import ByPerson, by_person, on_threads
from analytics.methods.calendars import DAY_US, Axis, Calendar, Instants, merged
from analytics.methods.discovery import LEAST_DAYS, Discovered, absent, days_worked, discovered
from analytics.methods.waiting import CAUSES, EXTRANEOUS, Steps, split_in_order
from analytics.store.reader import Store

_MOST_AXES = 2_000
_ROSTERS = """
select
    role, weekday,
    hour(from_time) + minute(from_time) / 60 as from_h, end_min(to_time) / 60 as to_h,
    headcount::double as headcount, hourly_cost::double as hourly_cny
from rosters
where
    branch_id = $branch_id and headcount > 0
    and coalesce(valid_from, $start_on) < $end_on and coalesce(valid_to, $end_on) > $start_on
"""


@dataclass(frozen=True, eq=False)
class Work:
    """columns: the steps; ready, start, finish: instants (µs since 1970); enabler: row of the step waited for, −1 none.

    concurrent: whether steps [row] and [column] of `columns.steps` run side by side. by_person: the work of known
    people; more: ready, number of the step, and of the one waited for (that of all steps where none).
    """

    columns: Columns
    ready: Ints
    enabler: Ints
    concurrent: NDArray[np.bool_]
    by_person: ByPerson

    def instants(self, name: str, rows: Ints | slice) -> Instants:
        """`ready`, `start` or `finish` of those rows."""
        found: Instants = getattr(self if name == "ready" else self.columns, name)[rows].view(
            "datetime64[us]"
        )
        return found

    def side_by_side(self, process: str) -> tuple[tuple[str, str], ...]:
        """The pairs of the process' steps that do not wait for one another."""
        of_process = (self.columns.steps["process"] == process).to_numpy()
        names = self.columns.steps["activity"].to_numpy()
        pairs = np.argwhere(self.concurrent)
        return tuple((str(names[a]), str(names[b])) for a, b in pairs if a < b and of_process[a])


@lru_cache(maxsize=2)
def read_work(store: Store, branch_id: str) -> Work:
    """All steps of the branch, whatever the period: what else kept people busy counts for every wait."""
    columns = read_columns(store, branch_id)
    start, finish = columns.start, columns.finish
    is_concurrent = concurrency.concurrent(columns.case, columns.activity, start, finish, len(columns.steps))
    ready, enabler = concurrency.ready(columns.case, columns.activity, start, finish, is_concurrent)
    before = np.where(enabler >= 0, columns.activity[enabler], np.int16(len(columns.steps)))
    mine = by_person(columns.person, start, finish, ready, columns.activity, before)
    return Work(columns, ready, enabler, is_concurrent, mine)


def rosters(store: Store, filters: Filters) -> pd.DataFrame:
    """Rows of the branch's rosters in force in the period: role, weekday, from_h, to_h, headcount, hourly_cny."""
    return store.frame(
        _ROSTERS, branch_id=filters.branch_id, start_on=filters.start_on, end_on=filters.end_on
    )


@dataclass(frozen=True, eq=False)
class Duty:
    """When people are on duty, within the hours that the process is open.

    calendars: by person's number; sources: a row per role and person: role, resource (None: the whole role), source
    (`roster`, `discovered`, `process`), hours_per_week, and where discovered granule_min, confidence, support, n_days.
    """

    calendars: dict[int, Calendar]
    sources: pd.DataFrame


def duty(work: Work, planned: pd.DataFrame, opened: Calendar) -> Duty:
    """Each person's hours: their role's roster where there is one, else their own work, else their role's work.

    Without the days on which they were away. opened: the hours in which the process is worked on at all.
    """
    by_role = {
        str(role): Calendar(merged(rows[["weekday", "from_h", "to_h"]].itertuples(index=False, name=None)))
        for role, rows in planned.groupby("role")
    }
    columns, mine = work.columns, work.by_person
    role_of = _roles(work)
    calendars: dict[int, Calendar] = {}
    sources = []
    pooled: dict[str, Discovered | None] = {}
    inside: dict[Calendar, Calendar] = {}

    def own(person: int) -> Discovered | None:
        rows = slice(*mine.begins[person : person + 2])
        start, finish = (x[rows].view("datetime64[us]") for x in (mine.start, mine.finish))
        return discovered(start, finish)

    unplanned = [person for person, role in enumerate(role_of) if role not in by_role]
    seen = dict(zip(unplanned, on_threads(own, unplanned), strict=True))
    for person, role in enumerate(role_of):
        found: Discovered | None = None
        if role in by_role:
            source, calendar = "roster", by_role[role]
        else:
            found = seen[person]
            if role is not None and (found is None or found.n_days < LEAST_DAYS):
                if role not in pooled:
                    of_role = np.flatnonzero(columns.role == columns.roles.tolist().index(role))
                    pooled[role] = discovered(
                        work.instants("start", of_role), work.instants("finish", of_role)
                    )
                found = pooled[role]
            is_enough = found is not None and found.n_days >= LEAST_DAYS
            source = "discovered" if is_enough else "process"
            calendar = found.calendar if found is not None and is_enough else opened
        if calendar not in inside:
            # On days made up for holidays everyone has the hours of the weekday that the process has then.
            inside[calendar] = replace(calendar, opened_as=opened.opened_as).within(opened)
        calendars[person] = inside[calendar]
        sources.append(
            {
                "role": role, "resource": columns.people[person], "source": source,
                "hours_per_week": calendars[person].hours_per_week,
                "granule_min": found.granule_min if source == "discovered" and found else None,
                "confidence": found.confidence if source == "discovered" and found else None,
                "support": found.support if source == "discovered" and found else None,
                "n_days": found.n_days if source == "discovered" and found else None,
            }
        )  # fmt: skip
    names = ["role", "resource", "source", "hours_per_week", "granule_min", "confidence", "support", "n_days"]
    return Duty(_without_absences(mine, calendars), pd.DataFrame(sources, columns=names))


def _without_absences(work: ByPerson, calendars: dict[int, Calendar]) -> dict[int, Calendar]:
    """Each person's hours, less the days on which they were away."""
    if not len(work.rows):
        return calendars
    days = np.arange(work.start.min() // DAY_US, work.finish.max() // DAY_US + 1)
    is_open = {calendar: calendar.is_open(days) for calendar in set(calendars.values())}

    def away(person: int) -> Calendar:
        rows = slice(*work.begins[person : person + 2])
        is_worked = days_worked(work.start[rows], work.finish[rows], days[0], len(days))
        return calendars[person].without(days[absent(is_worked, is_open[calendars[person]])])

    return dict(zip(calendars, on_threads(away, list(calendars)), strict=True))


def _roles(work: Work) -> list[str | None]:
    """The role that each person has most often."""
    person, role, names = work.columns.person, work.columns.role, work.columns.roles
    n = _counts(person, role, len(work.columns.people), len(names))
    return [str(names[row.argmax()]) if row.any() else None for row in n]


@njit(cache=True, nogil=True)
def _counts(person: Codes, role: Codes, n_people: int, n_roles: int) -> Ints:
    found = np.zeros((n_people, n_roles), np.int64)
    for i in range(len(person)):
        if person[i] >= 0 and role[i] >= 0:
            found[person[i], role[i]] += 1
    return found


def causes(work: Work, on_duty: Duty, opened: Calendar) -> tuple[Codes, Ints, Codes]:
    """Rows of all steps, each one's wait by cause [steps, 5] in µs of opened hours, and the place that began its batch.

    By person and start, at last the rows of unknown people; −1 where there is no batch.

    Waits run along the axis of opened hours, with each person's time on duty beside.
    """
    columns, mine, order = work.columns, work.by_person, work.by_person.rows
    if not len(columns.start):
        return order, np.zeros((0, len(CAUSES)), np.int64), order
    span = int(columns.start.min()), int(columns.finish.max())
    axis, k = opened.axis(*span), len(columns.steps)

    # Of tens of thousands of people, each with absences of their own, not all at once.
    @lru_cache(maxsize=_MOST_AXES)
    def axis_of(calendar: Calendar) -> Axis | None:
        return calendar.axis(*span) if calendar != opened else None

    def steps_of(part: slice) -> Steps:
        ready, activity, before = (column[part] for column in mine.more)
        at = ready, mine.start[part], mine.finish[part]
        people = range(*np.searchsorted(mine.begins, [part.start, part.stop]))
        begins = mine.begins - part.start
        opened_at = [axis.until(instants) for instants in at]
        on_duty_at = [found.copy() for found in opened_at]
        for person in people:
            rows, duties = slice(*begins[person : person + 2]), axis_of(on_duty.calendars[person])
            if duties is None:  # on duty whenever the process is open
                continue
            for instants, found in zip(at, on_duty_at, strict=True):
                found[rows] = duties.until(instants[rows])
        who = np.repeat(people, np.diff(begins[people.start : people.stop + 1])).astype(np.int32)
        handover = before.astype(np.int32) * (k + 1) + activity
        return Steps(who, activity, handover, *opened_at, *on_duty_at)

    parts, batch = split_in_order(steps_of, mine.parts, k)
    unknown = np.flatnonzero(columns.person < 0)
    if len(unknown):
        waited = np.zeros((len(unknown), len(CAUSES)), np.int64)
        waited[:, EXTRANEOUS] = axis.until(columns.start[unknown]) - axis.until(work.ready[unknown])
        parts = np.concatenate([parts, np.maximum(waited, 0)])
        batch = np.concatenate([batch, np.full(len(unknown), -1, np.int32)])
        order = np.concatenate([order, unknown.astype(np.int32)])
    return order, parts, batch
