"""All work of a branch in all its processes, as numbers: who did what when, when it was ready, who was on duty."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.filters import Filters
from analytics.methods import concurrency
from analytics.methods.calendars import Calendar, Instants, merged
from analytics.methods.discovery import LEAST_DAYS, Discovered, discovered
from analytics.methods.waiting import Ints, Steps
from analytics.store.reader import Store

_WORK = """
select process, case_id, activity, resource, role, started_at, finished_at
from events
where branch_id = $branch_id
order by process, case_id, coalesce(started_at, finished_at), finished_at, ordinal, activity
"""
_ROSTERS = """
select
    role, weekday,
    date_part('hour', from_time) + date_part('minute', from_time) / 60 as from_h,
    date_part('hour', to_time) + date_part('minute', to_time) / 60 as to_h,
    headcount::double as headcount, hourly_cost::double as hourly_cny
from rosters
where
    branch_id = $branch_id and headcount > 0
    and coalesce(valid_from, $start_on) < $end_on and coalesce(valid_to, $end_on) > $start_on
"""


@dataclass(frozen=True, eq=False)
class Work:
    """frame: a row per step of the branch, by process, case and start: process, case_id, activity, resource, role,
    started_at, finished_at. activity: its number (of its process), person: that of the resource, −1 unknown. ready,
    start, finish: instants (start = finish where it is not known: has_start). enabler: row of the step waited for, −1
    none. concurrent: whether activities [row], [column] run side by side; names: (process, activity) by number.
    """

    frame: pd.DataFrame
    activity: Ints
    person: Ints
    has_start: NDArray[np.bool_]
    ready: Instants
    start: Instants
    finish: Instants
    enabler: Ints
    concurrent: NDArray[np.bool_]
    names: pd.DataFrame

    def side_by_side(self, process: str) -> tuple[tuple[str, str], ...]:
        """The pairs of the process' steps that do not wait for one another."""
        of_process = (self.names["process"] == process).to_numpy()
        names = self.names["activity"].to_numpy()
        pairs = np.argwhere(self.concurrent)
        return tuple((str(names[a]), str(names[b])) for a, b in pairs if a < b and of_process[a])


def read_work(store: Store, filters: Filters) -> Work:
    """All steps of the branch, whatever the period: what else kept people busy counts for every wait."""
    frame = store.frame(_WORK, branch_id=filters.branch_id)
    process, case_id = (pd.factorize(frame[name])[0] for name in ("process", "case_id"))
    is_new = np.ones(len(frame), bool)
    is_new[1:] = (process[1:] != process[:-1]) | (case_id[1:] != case_id[:-1])
    case = np.cumsum(is_new)
    number, name = pd.factorize(frame["activity"])
    key, activity = np.unique(process * max(len(name), 1) + number, return_inverse=True)
    processes = frame["process"].unique()
    names = pd.DataFrame(
        {"process": processes[key // max(len(name), 1)], "activity": name[key % max(len(name), 1)]}
    )
    finish = frame["finished_at"].to_numpy().astype("datetime64[us]")
    has_start = frame["started_at"].notna().to_numpy()
    start = np.where(has_start, frame["started_at"].to_numpy().astype("datetime64[us]"), finish)
    instants = start.astype(np.int64), finish.astype(np.int64)
    is_concurrent = concurrency.concurrent(case, activity, *instants, len(key))
    ready, enabler = concurrency.ready(case, activity, *instants, is_concurrent)
    person = pd.factorize(frame["resource"])[0]
    return Work(
        frame, activity, person, has_start, ready.astype("datetime64[us]"), start, finish, enabler,
        is_concurrent, names,
    )  # fmt: skip


def rosters(store: Store, filters: Filters) -> pd.DataFrame:
    """Rows of the branch's rosters in force in the period: role, weekday, from_h, to_h, headcount, hourly_cny."""
    found = store.frame(
        _ROSTERS, branch_id=filters.branch_id, start_on=filters.start_on, end_on=filters.end_on
    )
    found.loc[found["to_h"] == 0, "to_h"] = 24.0
    return found


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

    opened: the hours in which the process is worked on at all.
    """
    by_role = {
        str(role): Calendar(merged(rows[["weekday", "from_h", "to_h"]].itertuples(index=False, name=None)))
        for role, rows in planned.groupby("role")
    }
    known = np.flatnonzero(work.person >= 0)
    by_person = work.frame["role"].iloc[known].groupby(work.person[known])
    role_of = {int(str(who)): next(iter(roles.mode()), None) for who, roles in by_person}
    rows_of = pd.Series(known).groupby(work.person[known]).indices
    resources = work.frame["resource"].to_numpy()
    calendars: dict[int, Calendar] = {}
    sources = []
    pooled: dict[str, Discovered | None] = {}
    for person, role in role_of.items():
        rows = known[rows_of[person]]
        found: Discovered | None = None
        if role in by_role:
            source, calendar = "roster", by_role[role]
        else:
            found = discovered(work.start[rows], work.finish[rows])
            if role is not None and (found is None or found.n_days < LEAST_DAYS):
                if role not in pooled:
                    of_role = np.flatnonzero((work.frame["role"] == role).to_numpy())
                    pooled[role] = discovered(work.start[of_role], work.finish[of_role])
                found = pooled[role]
            is_enough = found is not None and found.n_days >= LEAST_DAYS
            source = "discovered" if is_enough else "process"
            calendar = found.calendar if found is not None and is_enough else opened
        calendars[person] = calendar.within(opened)
        sources.append(
            {
                "role": role, "resource": resources[rows[0]], "source": source,
                "hours_per_week": calendars[person].hours_per_week,
                "granule_min": found.granule_min if source == "discovered" and found else None,
                "confidence": found.confidence if source == "discovered" and found else None,
                "support": found.support if source == "discovered" and found else None,
                "n_days": found.n_days if source == "discovered" and found else None,
            }
        )  # fmt: skip
    columns = [
        "role",
        "resource",
        "source",
        "hours_per_week",
        "granule_min",
        "confidence",
        "support",
        "n_days",
    ]
    return Duty(calendars, pd.DataFrame(sources, columns=columns))


def steps(work: Work, on_duty: Duty, opened: Calendar) -> Steps:
    """The work along the axis of opened hours, with each person's time on duty beside."""
    instants = np.concatenate([work.ready, work.start, work.finish])
    axis, n = opened.worked_us(instants), len(work.person)
    until = axis.copy()
    persons: dict[Calendar, list[int]] = {}
    for person, calendar in on_duty.calendars.items():
        persons.setdefault(calendar, []).append(person)
    for calendar, who in persons.items():
        rows = np.flatnonzero(np.isin(work.person, who))
        places = np.concatenate([rows, rows + n, rows + 2 * n])
        until[places] = calendar.worked_us(instants[places])
    before = np.where(work.enabler >= 0, work.activity[work.enabler], len(work.names))
    handover = before * (len(work.names) + 1) + work.activity
    return Steps(work.person, work.activity, handover, *np.split(axis, 3), *np.split(until, 3))
