"""Who carries the work of a process: load and utilisation, who takes longer for the same steps, who hands over to whom."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.event_log import calendar_of
from analytics.diagnosis.work import Duty, Work, duty, read_work, rosters
from analytics.filters import Filters
from analytics.methods.calendars import HOUR_US, Calendar
from analytics.store.reader import Store

_LEAST_STEPS = 30


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
    columns = work.columns
    start, end = (np.datetime64(day, "us").astype(np.int64) for day in (filters.start_on, filters.end_on))
    inside = (columns.start >= start) & (columns.start < end) & (columns.person >= 0)
    mine, rows = np.zeros(len(inside), bool), slice(*columns.processes.get(process, (0, 0)))
    mine[rows] = inside[rows]
    if not mine.any():
        return None
    opened = calendar_of(store, filters, process)
    on_duty = duty(work, planned, opened)
    has_starts = bool((columns.finish[mine] > columns.start[mine]).any())
    persons = _persons(work, on_duty, inside, mine)
    persons = persons.merge(_pace(work, mine, opened), on="resource", how="left")
    if not has_starts:
        persons[["busy_h", "utilisation", "other_share"]] = np.nan
    persons = persons.sort_values(["role", "utilisation"], ascending=[True, False], ignore_index=True)
    return People(
        process, has_starts, persons, _roles(persons, planned, opened, work, inside), _network(work, mine)
    )


def _busy_h(calendar: Calendar, start: NDArray[np.datetime64], finish: NDArray[np.datetime64]) -> float:
    """Hours on duty covered by at least one piece of work; rows in order of start."""
    worked = calendar.worked_us(np.concatenate([start, finish]))
    begun, ended = worked[: len(start)], worked[len(start) :]
    covered = np.maximum.accumulate(ended)
    before = np.append(begun[:1], covered[:-1])
    return float(np.maximum(ended - np.maximum(begun, before), 0).sum() / HOUR_US)


def _persons(work: Work, on_duty: Duty, inside: NDArray[np.bool_], mine: NDArray[np.bool_]) -> pd.DataFrame:
    sources = on_duty.sources.set_index("resource")
    person, rows = work.columns.person, []
    order = work.by_person.rows
    order = order[inside[order]]
    begins = np.searchsorted(person[order], np.arange(len(work.columns.people) + 1))
    for who in np.unique(person[mine]).tolist():
        own = order[begins[who] : begins[who + 1]]
        calendar = on_duty.calendars[who]
        start, finish = work.instants("start", own), work.instants("finish", own)
        busy_h = _busy_h(calendar, start, finish)
        of_process = mine[own]
        days = start.astype("datetime64[D]")
        span = np.array([days.min(), days.max() + 1], dtype="datetime64[us]")
        staffed_h = float(calendar.hours_between(span[:1], span[1:])[0])
        own_h = _busy_h(calendar, start[of_process], finish[of_process])
        resource = work.columns.people[who]
        rows.append(
            {
                "resource": resource, "role": sources.loc[resource, "role"], "n_steps": int(of_process.sum()),
                "busy_h": busy_h, "staffed_h": staffed_h,
                "utilisation": busy_h / staffed_h if staffed_h else np.nan,
                "other_share": 1 - own_h / busy_h if busy_h else np.nan, "source": sources.loc[resource, "source"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _pace(work: Work, mine: NDArray[np.bool_], opened: Calendar) -> pd.DataFrame:
    """Time per step of each person against that of colleagues for the same activity (log scale, robust interval)."""
    rows = np.flatnonzero(mine & work.columns.has_start)
    hours = opened.hours_between(work.instants("start", rows), work.instants("finish", rows))
    rows, hours = rows[hours > 0], hours[hours > 0]
    frame = pd.DataFrame(
        {
            "resource": work.columns.people[work.columns.person[rows]],
            "activity": work.columns.activity[rows],
            "log_h": np.log(hours),
        }
    )
    columns = ["resource", "pace", "pace_low", "pace_high"]
    if frame.empty:
        return pd.DataFrame(columns=columns)
    by_activity = frame.groupby("activity")["log_h"]
    pair = frame.groupby(["activity", "resource"])["log_h"]
    # Against the others alone: a slow person must not lower the bar for himself.
    n_others = by_activity.transform("size") - pair.transform("size")
    others = (by_activity.transform("sum") - pair.transform("sum")) / n_others.where(n_others >= _LEAST_STEPS)
    frame["against"] = frame["log_h"] - others
    found = frame.dropna(subset="against").groupby("resource")["against"].agg(["mean", "sem", "size"])
    found = found[found["size"] >= _LEAST_STEPS]
    ends = {"pace": 0.0, "pace_low": -1.96, "pace_high": 1.96}
    pace = pd.DataFrame({name: np.exp(found["mean"] + z * found["sem"]) for name, z in ends.items()})
    return pace.rename_axis("resource").reset_index()


def _roles(
    persons: pd.DataFrame, planned: pd.DataFrame, opened: Calendar, work: Work, inside: NDArray[np.bool_]
) -> pd.DataFrame:
    found = persons.groupby("role", dropna=False).agg(
        n_persons=("resource", "size"), busy_h=("busy_h", lambda h: h.sum(min_count=1)), staffed_h=("staffed_h", "sum")
    ).reset_index()  # fmt: skip
    days = work.instants("start", np.flatnonzero(inside)).astype("datetime64[D]")
    span = np.array([days.min(), days.max() + 1], dtype="datetime64[us]")
    for i, role in enumerate(found["role"]):
        rows = planned[planned["role"] == role]
        if len(rows):
            hours = [
                headcount * Calendar(((int(w), a, b),)).within(opened).hours_between(span[:1], span[1:])[0]
                for w, a, b, headcount in rows[["weekday", "from_h", "to_h", "headcount"]].itertuples(
                    index=False
                )
            ]
            found.loc[i, "staffed_h"] = float(sum(hours))
    return found.assign(utilisation=found["busy_h"] / found["staffed_h"])


def _network(work: Work, mine: NDArray[np.bool_]) -> pd.DataFrame:
    columns, rows = work.columns, np.flatnonzero(mine & (work.enabler >= 0))
    names = {
        "resource": (np.array([*columns.people, None], object), columns.person),
        "role": (np.array([*columns.roles, None], object), columns.role),
    }
    frame = pd.DataFrame(
        {
            f"{end}_{name}": of[codes[at]]
            for end, at in (("from", work.enabler[rows]), ("to", rows))
            for name, (of, codes) in names.items()
        }
    ).dropna(subset=["from_resource", "to_resource"])
    keys = ["from_resource", "to_resource", "from_role", "to_role"]
    return (
        frame.groupby(keys, dropna=False).size().rename("n").reset_index().sort_values("n", ascending=False, ignore_index=True)
    )  # fmt: skip
