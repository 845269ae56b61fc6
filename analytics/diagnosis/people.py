"""Who carries the work of a process: load and utilisation, who takes longer for the same steps, who hands over to whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.event_log import calendar_of
from analytics.diagnosis.work import Duty, Work, duty, read_work, rosters
from analytics.filters import Filters
from analytics.methods.by_person import on_threads
from analytics.methods.calendars import DAY_US, HOUR_US, Calendar
from analytics.store.reader import Store

_LEAST_STEPS = 30
_PACE = {"pace": 0.0, "pace_low": -1.96, "pace_high": 1.96}
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """The people of one process in the period (pseudonyms); work of all processes counts, overlapping work once.

    persons: a row per person with work in the process: resource, role, n_steps (of the process), busy_h, staffed_h (on
    duty in the period, from the first to the last day with work), utilisation, other_share (of busy_h, for other
    processes), pace with low and high (time per step against colleagues of the same steps: 1 alike, 2 twice as long;
    NaN below 30 steps), source (how duty is known).
    roles: a row per role: role, n_persons, busy_h, staffed_h (by rosters, else the persons' own), utilisation.
    network: a row per pair of people in this process: from_resource, to_resource, from_role, to_role, n.
    has_starts: whether work is known at all; else busy and pace are not.
    """

    process: str
    has_starts: bool
    persons: pd.DataFrame
    roles: pd.DataFrame
    network: pd.DataFrame


def people(store: Store, filters: Filters, process: str) -> People | None:
    """Everyone who did steps of the process in the period; None where nobody is named."""
    work, planned = read_work(store, filters.branch_id), rosters(store, filters)
    columns, period = work.columns, tuple(_us(day) for day in (filters.start_on, filters.end_on))
    rows = slice(*columns.processes.get(process, (0, 0)))
    start, person = columns.start[rows], columns.person[rows]
    mine = (start >= period[0]) & (start < period[1]) & (person >= 0)
    if not mine.any():
        return None
    opened = calendar_of(store, filters, process)
    on_duty = duty(work, planned, opened)
    has_starts = bool((columns.finish[rows] > start)[mine].any())
    persons = _persons(work, on_duty, opened, period, rows)
    if not has_starts:
        persons[["busy_h", "utilisation", "other_share"]] = np.nan
    persons = persons.sort_values(["role", "utilisation"], ascending=[True, False], ignore_index=True)
    inside = (columns.start >= period[0]) & (columns.start < period[1]) & (columns.person >= 0)
    days = (
        columns.start.min(where=inside, initial=period[1]),
        columns.start.max(where=inside, initial=period[0]),
    )
    return People(
        process, has_starts, persons, _roles(persons, planned, opened, days),
        _network(work, rows.start + np.flatnonzero(mine & (work.enabler[rows] >= 0))),
    )  # fmt: skip


def _us(day: date) -> int:
    return int(np.datetime64(day, "us").astype(np.int64))


def _busy_h(begun: Ints, ended: Ints) -> float:
    """Hours covered by at least one piece of work, from working time at the begin and end of each; in order of begin."""
    covered = np.maximum.accumulate(ended)
    before = np.append(begun[:1], covered[:-1])
    return float(np.maximum(ended - np.maximum(begun, before), 0).sum() / HOUR_US)


def _span(first_us: int, last_us: int) -> Ints:
    """The midnights before the first and after the last of these instants."""
    return np.array([first_us // DAY_US, last_us // DAY_US + 1]) * DAY_US


def _persons(
    work: Work, on_duty: Duty, opened: Calendar, period: tuple[int, ...], rows: slice
) -> pd.DataFrame:
    """A row per person with work in the rows of the process, on all work that began in the period."""
    columns, by = work.columns, work.by_person
    sources = on_duty.sources.set_index("resource")[["role", "source"]]
    axis, k = opened.axis(int(columns.start.min()), int(columns.finish.max())), len(columns.steps)

    def one(who: int) -> tuple[dict[str, Any], NDArray[np.float64]] | None:
        part = slice(by.begins[who], by.begins[who + 1])
        inside = (by.start[part] >= period[0]) & (by.start[part] < period[1])
        row = by.rows[part][inside]
        start, finish = (x[part][inside] for x in (by.start, by.finish))
        mine = (row >= rows.start) & (row < rows.stop)
        if not mine.any():
            return None
        span = _span(int(start.min()), int(start.max()))
        on_duty_at = on_duty.calendars[who].axis(int(span[0]), max(int(finish.max()), int(span[1])))
        begun, ended = on_duty_at.until(start), on_duty_at.until(finish)
        busy_h, own_h = _busy_h(begun, ended), _busy_h(begun[mine], ended[mine])
        staffed_h = float(np.diff(on_duty_at.until(span))[0] / HOUR_US)
        timed = mine & columns.has_start[row]
        hours = (axis.until(finish[timed]) - axis.until(start[timed])) / HOUR_US
        activity, log_h = columns.activity[row[timed]][hours > 0], np.log(hours[hours > 0])
        resource = columns.people[who]
        told = {
            "resource": resource, "role": sources.at[resource, "role"], "n_steps": int(mine.sum()),
            "busy_h": busy_h, "staffed_h": staffed_h,
            "utilisation": busy_h / staffed_h if staffed_h else np.nan,
            "other_share": 1 - own_h / busy_h if busy_h else np.nan, "source": sources.at[resource, "source"],
        }  # fmt: skip
        return told, np.stack([np.bincount(activity, log_h**power, k) for power in range(3)])

    found = [one for one in on_threads(one, range(len(columns.people))) if one is not None]
    persons = pd.DataFrame([told for told, _sums in found])
    return persons.assign(**_pace(*np.stack([sums for _told, sums in found], axis=1)))


def _pace(n: Floats, total: Floats, squares: Floats) -> dict[str, Floats]:
    """Time per step against that of colleagues for the same activity (log scale, robust interval) of each person.

    n, total, squares: how many steps [persons, activities], the sum of their log hours, and of those squared.
    """
    # Against the others alone: a slow person must not lower the bar for himself.
    n_others = n.sum(axis=0) - n
    n = np.where(n_others >= _LEAST_STEPS, n, 0)
    others = (total.sum(axis=0) - total) / np.maximum(n_others, 1)
    size = n.sum(axis=1)
    known = n > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, total - n * others, 0).sum(axis=1) / size
        about = np.where(known, squares - 2 * others * total + n * others**2, 0).sum(axis=1)
        error = np.sqrt(np.maximum(about - size * mean**2, 0) / (size - 1) / size)
        mean[size < _LEAST_STEPS] = np.nan
        return {name: np.exp(mean + z * error) for name, z in _PACE.items()}


def _roles(
    persons: pd.DataFrame, planned: pd.DataFrame, opened: Calendar, days: tuple[int, int]
) -> pd.DataFrame:
    """days: the first and last instant at which work of anyone began in the period."""
    found = persons.groupby("role", dropna=False).agg(
        n_persons=("resource", "size"), busy_h=("busy_h", lambda h: h.sum(min_count=1)), staffed_h=("staffed_h", "sum")
    ).reset_index()  # fmt: skip
    span = _span(*days).view("datetime64[us]")
    for i, role in enumerate(found["role"]):
        rows = planned[planned["role"] == role]
        if len(rows):
            hours = [
                headcount
                * Calendar(((int(w), a, b),), opened_as=opened.opened_as)
                .within(opened)
                .hours_between(span[:1], span[1:])[0]
                for w, a, b, headcount in rows[["weekday", "from_h", "to_h", "headcount"]].itertuples(
                    index=False
                )
            ]
            found.loc[i, "staffed_h"] = float(sum(hours))
    return found.assign(utilisation=found["busy_h"] / found["staffed_h"])


def _network(work: Work, rows: Ints) -> pd.DataFrame:
    columns, n_roles = work.columns, len(work.columns.roles) + 1
    # A person in a role, as one number.
    who = columns.person.astype(np.int64) * n_roles + columns.role % n_roles
    before = work.enabler[rows]
    before, after = who[before[columns.person[before] >= 0]], who[rows[columns.person[before] >= 0]]
    n = pd.Series(before * (len(columns.people) * n_roles) + after).value_counts(sort=False).sort_index()
    ends = np.divmod(n.index.to_numpy(np.int64), len(columns.people) * n_roles)
    found: dict[str, Any] = {}
    for end, number in zip(("from", "to"), ends, strict=True):
        person, role = np.divmod(number, n_roles)
        role = np.where(role == n_roles - 1, -1, role)
        found[f"{end}_resource"] = pd.Categorical.from_codes(person, pd.Index(columns.people))
        found[f"{end}_role"] = pd.Categorical.from_codes(role, pd.Index(columns.roles))
    names = ["from_resource", "to_resource", "from_role", "to_role"]
    return pd.DataFrame({name: found[name] for name in names} | {"n": n.to_numpy()}).sort_values(
        "n", ascending=False, kind="stable", ignore_index=True
    )
