"""Why do the cases of a process wait: what was the person doing from when a step was ready until it began?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.cause_split import Split, split
from analytics.diagnosis.columns import Codes, Columns, Ints
from analytics.diagnosis.event_log import EventLog, HoursKind, read
from analytics.filters import Filters, Group
from analytics.methods.calendars import HOUR_US
from analytics.methods.estimate import Estimate
from analytics.methods.resampling import by_block, ratios, sums
from analytics.methods.waiting import CAUSES
from analytics.store.reader import Store

__all__ = ["CAUSES", "WaitingCauses", "waiting_causes"]

# So many waits of every hand-over and cause are kept one by one: what can be looked at.
MOST_WAITS = 200
# The wait of a step beside the first ones: since the case began.
_BEGIN = ""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WaitingCauses:
    """The waits of one process' finished cases by cause, in working or clock hours as `hours` says; 95 % over cases.

    causes: a row per cause and group (`all` first): cause, group, hours, share (of that group's waiting), low, high,
    per_case_h with per_case_low and per_case_high, n_cases, value_cny (NaN where no roster gives a cost).
    handovers: a row per pair (before, activity) and cause that has any: before, activity, cause, n, n_cases, hours,
    share (of all waiting), low, high, mean_h (over the n_waits of the pair), value_cny.
    waits: the MOST_WAITS longest of each pair and cause, a row each, longest first: case_id, before, activity, resource, role, customer_group, ready_at,
    started_at, wait_h, wait_clock_h, a column per cause in hours (they add up to wait_h), cause (the largest),
    n_in_batch (0: none).
    roles: activity -> the role that most of its waits are for, where one is known.
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
    roles: dict[str, str]
    duty: pd.DataFrame


def waiting_causes(
    store: Store, filters: Filters, process: str, hours: HoursKind = "working"
) -> WaitingCauses | None:
    """Every wait of the cases that ended in the period; None where none ended or no start is known."""
    log = read(store, filters, process, hours)
    if log.cases.empty or not log.has_starts:
        return None
    found = split(store, filters, process, hours)
    waits, n_without_start = _waits(found, log)
    causes, total_h = _causes(waits, log)
    return WaitingCauses(
        process=process,
        hours=hours,
        groups=log.groups,
        n_cases=len(log.cases),
        n_without_start=n_without_start,
        n_without_person=int((waits.of(found.work.columns.person) < 0).sum()),
        concurrent=found.work.side_by_side(process),
        total_h=total_h,
        causes=causes,
        handovers=_handovers(waits, len(log.cases)),
        waits=_longest(waits, found, log),
        roles=_roles(waits),
        duty=found.on_duty.sources,
    )


@dataclass(frozen=True, eq=False)
class _Waits:
    """The waits of the cases asked for, a case's together: rows of all steps, places in the split, numbers of cases.

    parts: µs by cause [waits, 5]. pair: number of (before, activity), into pairs. hourly_cny [roles + 1]: by role, at last
    of an unknown one; NaN where no roster gives a cost.
    """

    columns: Columns
    rows: Ints
    places: Codes
    case: Codes
    parts: Ints
    pair: Codes
    pairs: pd.DataFrame
    hourly_cny: Floats

    def of(self, column: NDArray[np.integer]) -> NDArray[np.integer]:
        """Each wait's value of a column of all steps."""
        return column[self.rows]


def _waits(found: Split, log: EventLog) -> tuple[_Waits, int]:
    """The waits, and how many steps asked for have no start."""
    columns, enabler = found.work.columns, found.work.enabler
    number = np.full(columns.n_cases, -1, np.int32)
    number[log.numbers] = np.arange(len(log.numbers), dtype=np.int32)
    places = np.empty(len(found.rows), np.int32)
    places[found.rows] = np.arange(len(found.rows), dtype=np.int32)
    is_asked = number[columns.case] >= 0
    n_without_start = int((is_asked & ~columns.has_start).sum())
    rows = np.flatnonzero(is_asked & columns.has_start & found.parts.any(axis=1)[places])
    places, k = places[rows], len(columns.steps)
    before = enabler[rows]
    key = np.where(before >= 0, columns.activity[before] + 1, 0) * k + columns.activity[rows]
    present = np.flatnonzero(np.bincount(key, minlength=k * (k + 1)))
    pair = np.empty(k * (k + 1), np.int32)
    pair[present] = np.arange(len(present))
    names = np.append(_BEGIN, columns.steps["activity"].to_numpy(object))
    a, b = np.divmod(present, max(k, 1))
    pairs = pd.DataFrame({"before": names[a], "activity": names[b + 1]})
    hourly_cny = _hourly_cny(found.planned).reindex([*columns.roles, None]).to_numpy(float)
    waits = _Waits(
        columns, rows, places, number[columns.case[rows]], found.parts[places], pair[key], pairs, hourly_cny
    )
    return waits, n_without_start


def _hourly_cny(planned: pd.DataFrame) -> pd.Series:
    """The mean cost of an hour by role, over the hours planned."""
    rows = planned.dropna(subset="hourly_cny")
    hours = rows["headcount"] * (rows["to_h"] - rows["from_h"])
    by_role = pd.DataFrame({"role": rows["role"], "hours": hours, "cny": hours * rows["hourly_cny"]})
    sums = by_role.groupby("role").sum()
    return sums["cny"] / sums["hours"]


def _causes(waits: _Waits, log: EventLog) -> tuple[pd.DataFrame, Estimate]:
    """The causes by group, and the mean of all waiting of a case."""
    n_cases, n_roles = len(log.cases), len(waits.hourly_cny)
    group = np.full(n_cases, -1, np.int8)
    for i, name in enumerate(log.groups):
        group[log.cases["customer_group"] == name] = i
    column, n_groups = group[waits.case], len(log.groups)
    # By cause and group: blocks of cases × groups, and the price over roles.
    by_cause = [sums(waits.case, column, waits.parts[:, c], n_cases, n_groups) for c in range(len(CAUSES))]
    hours = np.stack([found.by_block for found in by_cause], axis=1) / HOUR_US
    n_with = np.stack([found.n_units for found in by_cause])
    role = column.astype(np.int32) * n_roles + waits.of(waits.columns.role) % n_roles
    cny = np.stack([_priced(waits, role, c, n_groups) for c in range(len(CAUSES))])
    frames = []
    for name in dict.fromkeys(("all", *log.groups)):
        mine = [i for i, one in enumerate(log.groups) if name in ("all", one)]
        of_mine, n = hours[:, :, mine].sum(axis=2), by_block(np.isin(group, mine))
        share, per_case = ratios(of_mine, of_mine.sum(axis=1, keepdims=True)), ratios(of_mine, n)
        # Where a price is known for the group at all, causes without any cost nothing.
        is_priced = bool(np.isfinite(cny[:, mine]).any())
        frames.append(
            pd.DataFrame(
                {
                    "cause": CAUSES, "group": name, "hours": of_mine.sum(axis=0),
                    "share": share.value, "low": share.low, "high": share.high,
                    "per_case_h": per_case.value, "per_case_low": per_case.low, "per_case_high": per_case.high,
                    "n_cases": n_with[:, mine].sum(axis=1), "n": int(n.sum()),
                    "value_cny": np.nansum(cny[:, mine], axis=1) if is_priced else np.nan,
                }
            )
        )  # fmt: skip
    mean = ratios(hours.sum(axis=(1, 2))[:, None], by_block(np.ones(n_cases)))
    total_h = Estimate(float(mean.value[0]), float(mean.low[0]), float(mean.high[0]), n_cases, "h")
    return pd.concat(frames, ignore_index=True), total_h


def _priced(waits: _Waits, key: Codes, cause: int, n: int) -> Floats:
    """The price of the hours of one cause [n], key: number × roles + role; NaN where no role has a price."""
    shape = n, len(waits.hourly_cny)
    us = np.bincount(key, waits.parts[:, cause], n * shape[1]).reshape(shape)
    cny = np.where(us > 0, us / HOUR_US * waits.hourly_cny, np.nan)
    return np.where(np.isfinite(cny).any(axis=1), np.nansum(cny, axis=1), np.nan)


def _handovers(waits: _Waits, n_cases: int) -> pd.DataFrame:
    k, n_roles = len(waits.pairs), len(waits.hourly_cny)
    nothing = np.zeros(len(waits.case), np.int8)
    waited = sums(waits.case, nothing, waits.parts.sum(axis=1), n_cases, 1).by_block
    role = waits.pair * np.int32(n_roles) + waits.of(waits.columns.role) % n_roles
    n_waits, frames = np.bincount(waits.pair, minlength=k), []
    for cause, name in enumerate(CAUSES):
        us = waits.parts[:, cause]
        found = sums(waits.case, waits.pair, us, n_cases, k)
        share = ratios(found.by_block, waited)
        frame = waits.pairs.assign(
            cause=name, n=np.bincount(waits.pair[us > 0], minlength=k), n_cases=found.n_units,
            hours=found.total / HOUR_US, value_cny=_priced(waits, role, cause, k), n_waits=n_waits,
            share=share.value, low=share.low, high=share.high, mean_h=found.total / HOUR_US / n_waits,
        )  # fmt: skip
        frames.append(frame[frame["n"] > 0])
    found = pd.concat(frames).sort_values(["before", "activity", "cause"])
    return found.sort_values("hours", ascending=False, ignore_index=True)


def _longest(waits: _Waits, found: Split, log: EventLog) -> pd.DataFrame:
    """The longest waits of each pair and cause with their names."""
    n = np.bincount(waits.pair, minlength=len(waits.pairs))
    by_pair = np.argsort(waits.pair.astype(np.min_scalar_type(len(n))), kind="stable")
    is_chosen = np.zeros(len(waits.rows), bool)
    for mine in np.split(by_pair, np.cumsum(n)[:-1]):
        parts = waits.parts[mine]
        for us in parts.T:
            longest = np.argpartition(us, -MOST_WAITS)[-MOST_WAITS:] if len(us) > MOST_WAITS else slice(None)
            is_chosen[mine[longest][us[longest] > 0]] = True
    at, columns = np.flatnonzero(is_chosen), waits.columns
    rows, parts, case = waits.rows[at], waits.parts[at], waits.case[at]
    names = np.array([*columns.people, None], object), np.array([*columns.roles, None], object)
    ready, start = (found.work.instants(name, rows) for name in ("ready", "start"))
    n_in_batch = np.append(np.bincount(found.batch[found.batch >= 0]), 0)
    batch, role = found.batch[waits.places[at]], columns.role[rows]
    frame = pd.DataFrame(
        {
            "case_id": log.cases["case_id"].to_numpy()[case],
            "before": waits.pairs["before"].to_numpy(object)[waits.pair[at]],
            "activity": waits.pairs["activity"].to_numpy(object)[waits.pair[at]],
            "resource": names[0][columns.person[rows]],
            "role": names[1][role],
            "customer_group": log.cases["customer_group"].to_numpy(object)[case],
            "ready_at": ready,
            "started_at": start,
            "wait_h": parts.sum(axis=1) / HOUR_US,
            "wait_clock_h": (start - ready).astype(np.int64) / HOUR_US,
            **{name: parts[:, i] / HOUR_US for i, name in enumerate(CAUSES)},
            "cause": np.array(CAUSES)[parts.argmax(axis=1)],
            "n_in_batch": np.where(batch >= 0, n_in_batch[batch], 0),
            "value_cny": parts.sum(axis=1) / HOUR_US * waits.hourly_cny[role],
        }
    )
    return frame.sort_values("wait_h", ascending=False, ignore_index=True)


def _roles(waits: _Waits) -> dict[str, str]:
    names, roles = waits.columns.steps["activity"].tolist(), waits.columns.roles
    if not len(roles):
        return {}
    role = waits.of(waits.columns.role)
    key = waits.of(waits.columns.activity)[role >= 0].astype(np.int64) * len(roles) + role[role >= 0]
    n = np.bincount(key, minlength=len(names) * len(roles)).reshape(len(names), -1)
    return {names[i]: str(roles[n[i].argmax()]) for i in np.flatnonzero(n.any(axis=1))}
