"""Why do the cases of a process wait: what was the person doing from when a step was ready until it began?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from analytics.diagnosis.cause_split import Split, split
from analytics.diagnosis.columns import Codes, Columns, Flags, Ints
from analytics.diagnosis.event_log import HoursKind, read
from analytics.filters import Filters, Group
from analytics.methods.calendars import HOUR_US
from analytics.methods.estimate import Estimate
from analytics.methods.resampling import by_block as block_sums
from analytics.methods.resampling import ratios, sums
from analytics.methods.waiting import CAUSES
from analytics.store.reader import Store

__all__ = ["CAUSES", "WaitingCauses", "waiting_causes"]

# So many waits of every hand-over and cause at least are kept one by one: what can be looked at.
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
    waits: the longest of each pair and cause (MOST_WAITS at least), a row each, longest first: case_id, before, activity, resource, role, customer_group, ready_at,
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
    groups, numbers, cases = log.groups, log.numbers, log.cases[["case_id", "customer_group"]]
    # The steps of the log are not needed, and large.
    del log
    found = split(store, filters, process, hours)
    waits, n_without_start = _waits(found, numbers)
    by_cause, by_block = _causes(waits, cases, groups)
    mean = ratios(by_block, block_sums(np.ones(len(cases))))
    return WaitingCauses(
        process=process,
        hours=hours,
        groups=groups,
        n_cases=len(cases),
        n_without_start=n_without_start,
        n_without_person=int((waits.of(found.work.columns.person) < 0).sum()),
        concurrent=found.work.side_by_side(process),
        total_h=Estimate(float(mean.value[0]), float(mean.low[0]), float(mean.high[0]), len(cases), "h"),
        causes=by_cause,
        handovers=_handovers(waits, len(cases), by_block),
        waits=_longest(waits, found, cases),
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
    rows: Codes
    places: Codes
    case: Codes
    parts: Ints
    pair: Codes
    pairs: pd.DataFrame
    hourly_cny: Floats

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """Each wait's value of a column of all steps."""
        return column[self.rows]


def _waits(found: Split, numbers: Ints) -> tuple[_Waits, int]:
    """The waits of those cases, and how many of their steps have no start."""
    columns, enabler = found.work.columns, found.work.enabler
    number = np.full(columns.n_cases, -1, np.int32)
    number[numbers] = np.arange(len(numbers), dtype=np.int32)
    places = np.empty(len(found.rows), np.int32)
    places[found.rows] = np.arange(len(found.rows), dtype=np.int32)
    rows, n_without_start = _waiting(columns.case, number, columns.has_start, places, found.parts)
    places, k = places[rows], len(columns.steps)
    before = enabler[rows]
    key = np.where(before >= 0, columns.activity[before].astype(np.int32) + 1, 0) * k + columns.activity[rows]
    present = np.flatnonzero(np.bincount(key, minlength=k * (k + 1)))
    pair = np.empty(k * (k + 1), np.int32)
    pair[present] = np.arange(len(present))
    names = np.append(_BEGIN, columns.steps["activity"].to_numpy(object))
    a, b = np.divmod(present, max(k, 1))
    pairs = pd.DataFrame({"before": names[a], "activity": names[b + 1]})
    hourly_cny = _hourly_cny(found.planned).reindex([*columns.roles, None]).to_numpy(float)
    waits = _Waits(
        columns,
        rows,
        places,
        number[columns.case[rows]],
        found.parts.take(places, axis=0),
        pair[key],
        pairs,
        hourly_cny,
    )
    return waits, n_without_start


@njit(cache=True, nogil=True)
def _waiting(
    case: Codes, number: Codes, has_start: Flags, places: Codes, parts: Ints
) -> tuple[Codes, int]:  # fmt: skip
    """The rows of the cases with a number whose step waited, and how many of these cases' steps have no start."""
    rows, n, n_without = np.empty(len(case), np.int32), 0, 0
    for i in range(len(case)):
        if number[case[i]] < 0:
            continue
        if not has_start[i]:
            n_without += 1
            continue
        for cause in range(parts.shape[1]):
            if parts[places[i], cause] > 0:
                rows[n] = i
                n += 1
                break
    return rows[:n], n_without


def _hourly_cny(planned: pd.DataFrame) -> pd.Series:
    """The mean cost of an hour by role, over the hours planned."""
    rows = planned.dropna(subset="hourly_cny")
    hours = rows["headcount"] * (rows["to_h"] - rows["from_h"])
    by_role = pd.DataFrame({"role": rows["role"], "hours": hours, "cny": hours * rows["hourly_cny"]})
    sums = by_role.groupby("role").sum()
    return sums["cny"] / sums["hours"]


def _causes(waits: _Waits, cases: pd.DataFrame, groups: tuple[Group, ...]) -> tuple[pd.DataFrame, Floats]:
    """The causes by group, and all waiting by block of cases [blocks, 1]."""
    n_cases, n_groups = len(cases), len(groups)
    group = np.full(n_cases, -1, np.int8)
    for i, name in enumerate(groups):
        group[cases["customer_group"] == name] = i
    column = group[waits.case]
    found = [sums(waits.case, column, waits.parts[:, c], n_cases, n_groups) for c in range(len(CAUSES))]
    hours = np.stack([one.by_block for one in found], axis=1) / HOUR_US
    n_with = np.stack([one.n_units for one in found])
    cny = _priced(waits, column, n_groups)[0]
    frames = []
    for name in dict.fromkeys(("all", *groups)):
        mine = [i for i, one in enumerate(groups) if name in ("all", one)]
        of_mine, n = hours[:, :, mine].sum(axis=2), block_sums(np.isin(group, mine))
        share, per_case = ratios(of_mine, of_mine.sum(axis=1, keepdims=True)), ratios(of_mine, n)
        # Where a price is known for the group at all, causes without any cost nothing.
        is_priced = bool(np.isfinite(cny[mine]).any())
        frames.append(
            pd.DataFrame(
                {
                    "cause": CAUSES, "group": name, "hours": of_mine.sum(axis=0),
                    "share": share.value, "low": share.low, "high": share.high,
                    "per_case_h": per_case.value, "per_case_low": per_case.low, "per_case_high": per_case.high,
                    "n_cases": n_with[:, mine].sum(axis=1), "n": int(n.sum()),
                    "value_cny": np.nansum(cny[mine], axis=0) if is_priced else np.nan,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True), hours.sum(axis=(1, 2))[:, None]


def _priced(waits: _Waits, key: NDArray[Any], k: int) -> tuple[Floats, Ints]:
    """The price by key and cause [k, 5], NaN where no role waited for has one; and how many waits there are."""
    us, n = _by_role(key, waits.of(waits.columns.role), waits.parts, k, len(waits.hourly_cny))
    cny = np.where(us > 0, us / HOUR_US * waits.hourly_cny[:, None], np.nan)
    return np.where(np.isfinite(cny).any(axis=1), np.nansum(cny, axis=1), np.nan), n


@njit(cache=True, nogil=True)
def _by_role(key: NDArray[Any], role: Codes, parts: Ints, k: int, n_roles: int) -> tuple[Floats, Ints]:
    """Waiting by key, role (an unknown one at last) and cause; waits by key and cause."""
    us, n = np.zeros((k, n_roles, parts.shape[1])), np.zeros((k, parts.shape[1]), np.int64)
    for i in range(len(key)):
        at = role[i] if role[i] >= 0 else n_roles - 1
        for cause in range(parts.shape[1]):
            if parts[i, cause] > 0:
                us[key[i], at, cause] += parts[i, cause]
                n[key[i], cause] += 1
    return us, n


def _handovers(waits: _Waits, n_cases: int, waited: Floats) -> pd.DataFrame:
    """waited: hours by block of cases [blocks, 1]."""
    k, frames = len(waits.pairs), []
    cny, n = _priced(waits, waits.pair, k)
    n_waits = np.bincount(waits.pair, minlength=k)
    for i, cause in enumerate(CAUSES):
        found = sums(waits.case, waits.pair, waits.parts[:, i], n_cases, k)
        share, hours = ratios(found.by_block / HOUR_US, waited), found.total / HOUR_US
        frame = waits.pairs.assign(
            cause=cause, n=n[:, i], n_cases=found.n_units, hours=hours, value_cny=cny[:, i], n_waits=n_waits,
            share=share.value, low=share.low, high=share.high, mean_h=hours / n_waits,
        )  # fmt: skip
        frames.append(frame[frame["n"] > 0])
    by_name = pd.concat(frames).sort_values(["before", "activity", "cause"])
    return by_name.sort_values("hours", ascending=False, ignore_index=True)


def _longest(waits: _Waits, found: Split, cases: pd.DataFrame) -> pd.DataFrame:
    """The longest waits of each pair and cause with their names."""
    at, columns = _top(waits.pair, waits.parts, len(waits.pairs), MOST_WAITS), waits.columns
    rows, parts, case = waits.rows[at].astype(np.int64), waits.parts[at], waits.case[at]
    names = np.array([*columns.people, None], object), np.array([*columns.roles, None], object)
    ready, start = (found.work.instants(name, rows) for name in ("ready", "start"))
    n_in_batch = np.append(np.bincount(found.batch[found.batch >= 0]), 0)
    batch, role = found.batch[waits.places[at]], columns.role[rows]
    frame = pd.DataFrame(
        {
            "case_id": cases["case_id"].to_numpy()[case],
            "before": waits.pairs["before"].to_numpy(object)[waits.pair[at]],
            "activity": waits.pairs["activity"].to_numpy(object)[waits.pair[at]],
            "resource": names[0][columns.person[rows]],
            "role": names[1][role],
            "customer_group": cases["customer_group"].to_numpy(object)[case],
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


@njit(cache=True, nogil=True)
def _top(pair: Codes, parts: Ints, k: int, most: int) -> Ints:
    """The places of the longest waits of each pair and cause: so many at least, twice as many at most."""
    causes = parts.shape[1]
    kept, n = np.empty((k, causes, 2 * most), np.int32), np.zeros((k, causes), np.int64)
    least, is_chosen = np.zeros((k, causes), np.int64), np.zeros(len(pair), np.bool_)
    for i in range(len(pair)):
        for cause in range(causes):
            if parts[i, cause] <= least[pair[i], cause]:
                continue
            mine = kept[pair[i], cause]
            mine[n[pair[i], cause]] = i
            n[pair[i], cause] += 1
            if n[pair[i], cause] == 2 * most:
                us = np.array([parts[j, cause] for j in mine])
                mine[:most] = mine[np.argsort(us)[most:]]
                n[pair[i], cause] = most
                least[pair[i], cause] = np.sort(us)[most]
    for p in range(k):
        for cause in range(causes):
            for j in kept[p, cause, : n[p, cause]]:
                is_chosen[j] = True
    return np.flatnonzero(is_chosen)


def _roles(waits: _Waits) -> dict[str, str]:
    names, roles = waits.columns.steps["activity"].tolist(), waits.columns.roles
    if not len(roles):
        return {}
    role = waits.of(waits.columns.role)
    key = waits.of(waits.columns.activity)[role >= 0].astype(np.int64) * len(roles) + role[role >= 0]
    n = np.bincount(key, minlength=len(names) * len(roles)).reshape(len(names), -1)
    return {names[i]: str(roles[n[i].argmax()]) for i in np.flatnonzero(n.any(axis=1))}
