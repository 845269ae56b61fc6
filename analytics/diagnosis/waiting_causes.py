"""Why do the cases of a process wait: what was the person doing from when a step was ready until it began?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.diagnosis.columns import Columns, Flags, Ints
from analytics.diagnosis.event_log import EventLog, HoursKind, calendar_of, read
from analytics.diagnosis.work import Work, causes, duty, read_work, rosters
from analytics.filters import Filters, Group
from analytics.methods.calendars import HOUR_US
from analytics.methods.estimate import Estimate
from analytics.methods.resampling import ratios, weights
from analytics.methods.waiting import CAUSES
from analytics.store.reader import Store

__all__ = ["CAUSES", "WaitingCauses", "waiting_causes"]

# The wait of a step beside the first ones: since the case began.
_BEGIN = ""


@dataclass(frozen=True)
class WaitingCauses:
    """The waits of one process' finished cases by cause, in working or clock hours as `hours` says; 95 % over cases.

    causes: a row per cause and group (`all` first): cause, group, hours, share (of that group's waiting), low, high,
    per_case_h with per_case_low and per_case_high, n_cases, value_cny (NaN where no roster gives a cost).
    handovers: a row per pair (before, activity) and cause that has any: before, activity, cause, n, n_cases, hours,
    share (of all waiting), low, high, mean_h (over its n hand-overs), value_cny.
    waits: a row per wait, longest first: case_id, before, activity, resource, role, customer_group, ready_at,
    started_at, wait_h, wait_clock_h, a column per cause in hours (they add up to wait_h), cause (the largest),
    n_in_batch (0: none).
    duty: when each person is on duty and how that is known (`work.Duty.sources`).
    value_cny prices the hours waited at the hourly cost of the role waited for. n_without_start, n_without_person:
    steps whose wait is not known, or not why (counted as extraneous). concurrent: pairs of steps that run side by
    side and do not wait for one another. Waits of steps side by side overlap: their sum may exceed the case's.
    """

    process: str
    hours: HoursKind
    groups: tuple[Group, ...]
    n_cases: int
    n_without_start: int
    n_without_person: int
    concurrent: tuple[tuple[str, str], ...]
    total_h: Estimate
    causes: pd.DataFrame
    handovers: pd.DataFrame
    waits: pd.DataFrame
    duty: pd.DataFrame


def waiting_causes(
    store: Store, filters: Filters, process: str, hours: HoursKind = "working"
) -> WaitingCauses | None:
    """Every wait of the cases that ended in the period; None where none ended or no start is known."""
    log = read(store, filters, process, hours)
    if log.cases.empty or not log.has_starts:
        return None
    work, planned = read_work(store, filters.branch_id), rosters(store, filters)
    # By the clock too, nobody is on duty while the process is closed.
    on_duty = duty(work, planned, calendar_of(store, filters, process))
    rows, parts, batch = causes(work, on_duty, log.calendar)
    focus, has_start = _focus(work.columns, log), work.columns.has_start
    in_batch = np.where(batch >= 0, np.bincount(batch[batch >= 0], minlength=len(batch))[batch], 0)
    at = np.flatnonzero((focus & has_start)[rows] & parts.any(axis=1))
    at = at[np.argsort(rows[at])]
    waits = _waits(work, log, rows[at], parts[at], in_batch[at])
    waits["value_cny"] = waits["wait_h"] * waits["role"].map(_hourly_cny(planned)).astype(float)
    draws = weights(len(log.cases))
    total = _by(waits["case"], np.zeros(len(waits), int), waits["wait_h"].to_numpy(), (len(log.cases), 1))
    mean = ratios(total, sparse.csr_array(np.ones((len(log.cases), 1))), draws)
    return WaitingCauses(
        process=process,
        hours=hours,
        groups=log.groups,
        n_cases=len(log.cases),
        n_without_start=int((focus & ~has_start).sum()),
        n_without_person=int(waits["resource"].isna().sum()),
        concurrent=work.side_by_side(process),
        total_h=Estimate(float(mean.value[0]), float(mean.low[0]), float(mean.high[0]), len(log.cases), "h"),
        causes=_causes(waits, log, draws),
        handovers=_handovers(waits, len(log.cases), draws),
        waits=waits.drop(columns="case").sort_values("wait_h", ascending=False, ignore_index=True),
        duty=on_duty.sources,
    )


def _focus(columns: Columns, log: EventLog) -> Flags:
    """Which steps belong to the cases asked for."""
    is_asked = np.zeros(columns.n_cases, bool)
    is_asked[log.numbers] = True
    return is_asked[columns.case]


def _hourly_cny(planned: pd.DataFrame) -> pd.Series:
    """The mean cost of an hour by role, over the hours planned."""
    rows = planned.dropna(subset="hourly_cny")
    hours = rows["headcount"] * (rows["to_h"] - rows["from_h"])
    by_role = pd.DataFrame({"role": rows["role"], "hours": hours, "cny": hours * rows["hourly_cny"]})
    sums = by_role.groupby("role").sum()
    return sums["cny"] / sums["hours"]


def _waits(work: Work, log: EventLog, rows: Ints, parts: Ints, in_batch: Ints) -> pd.DataFrame:
    """A row per wait with its hours by cause, and the number of its case."""
    columns = work.columns
    names, roles = columns.steps["activity"].to_numpy(object), np.array([*columns.roles, None], object)
    people = np.array([*columns.people, None], object)
    number = np.zeros(columns.n_cases, np.int64)
    number[log.numbers] = np.arange(len(log.numbers))
    case, enabler = number[columns.case[rows]], work.enabler[rows]
    ready, start = (work.instants(name, rows) for name in ("ready", "start"))
    return pd.DataFrame(
        {
            "case": case,
            "case_id": log.cases["case_id"].to_numpy(object)[case],
            "before": np.where(enabler >= 0, names[columns.activity[enabler]], _BEGIN),
            "activity": names[columns.activity[rows]],
            "resource": people[columns.person[rows]],
            "role": roles[columns.role[rows]],
            "customer_group": log.cases["customer_group"].to_numpy(object)[case],
            "ready_at": ready,
            "started_at": start,
            "wait_h": parts.sum(axis=1) / HOUR_US,
            "wait_clock_h": (start - ready).astype(np.int64) / HOUR_US,
            **{name: parts[:, i] / HOUR_US for i, name in enumerate(CAUSES)},
            "cause": np.array(CAUSES)[parts.argmax(axis=1)],
            "n_in_batch": in_batch,
        }
    )


def _by(
    case: pd.Series, column: NDArray[np.int64], values: NDArray[np.float64], shape: tuple[int, int]
) -> sparse.csr_array:
    """Cases × columns: the sum of values."""
    return sparse.coo_array((values, (case.to_numpy(), column)), shape=shape).tocsr()


def _causes(waits: pd.DataFrame, log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    n_cases, k = len(log.cases), len(CAUSES)
    case = pd.concat([waits["case"]] * k)
    column = np.repeat(np.arange(k), len(waits))
    hours = _by(case, column, waits[list(CAUSES)].to_numpy().T.ravel(), (n_cases, k))
    of_all = sparse.csr_array(np.asarray(hours.sum(axis=1)).reshape(-1, 1))
    price = (waits["value_cny"] / waits["wait_h"]).to_numpy()[:, None] * waits[list(CAUSES)].to_numpy()
    frames = []
    for group in dict.fromkeys(("all", *log.groups)):
        chosen = (
            np.ones(n_cases, bool) if group == "all" else (log.cases["customer_group"] == group).to_numpy()
        )
        mine = chosen[waits["case"].to_numpy()]
        drawn = draws[:, chosen]
        share = ratios(hours[chosen], of_all[chosen], drawn)
        per_case = ratios(hours[chosen], sparse.csr_array(np.ones((int(chosen.sum()), 1))), drawn)
        value = np.nansum(price[mine], axis=0) if np.isfinite(price[mine]).any() else np.full(k, np.nan)
        frames.append(
            pd.DataFrame(
                {
                    "cause": CAUSES, "group": group, "hours": np.asarray(hours[chosen].sum(axis=0)).ravel(),
                    "share": share.value, "low": share.low, "high": share.high,
                    "per_case_h": per_case.value, "per_case_low": per_case.low, "per_case_high": per_case.high,
                    "n_cases": np.asarray((hours[chosen] > 0).sum(axis=0)).ravel(),
                    "n": int(chosen.sum()), "value_cny": value,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _handovers(waits: pd.DataFrame, n_cases: int, draws: NDArray[np.float32]) -> pd.DataFrame:
    long = waits.melt(
        ["case", "before", "activity", "wait_h", "value_cny"],
        list(CAUSES),
        var_name="cause",
        value_name="hours",
    )
    long = long[long["hours"] > 0]
    long["value_cny"] *= long["hours"] / long["wait_h"]
    keys = ["before", "activity", "cause"]
    grouped = long.groupby(keys, sort=True)
    found = grouped.agg(
        n=("hours", "size"), n_cases=("case", "nunique"), hours=("hours", "sum"),
        value_cny=("value_cny", lambda cny: cny.sum(min_count=1)),
    ).reset_index()  # fmt: skip
    k = len(found)
    hours = _by(long["case"], np.asarray(grouped.ngroup(), np.int64), long["hours"].to_numpy(), (n_cases, k))
    waited = _by(waits["case"], np.zeros(len(waits), int), waits["wait_h"].to_numpy(), (n_cases, 1))
    share = ratios(hours, waited, draws)
    times = waits.groupby(["before", "activity"]).size().rename("n_waits").reset_index()
    found = found.merge(times, on=["before", "activity"])
    return found.assign(
        share=share.value, low=share.low, high=share.high, mean_h=found["hours"] / found["n_waits"]
    ).sort_values("hours", ascending=False, ignore_index=True)
