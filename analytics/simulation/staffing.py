"""Who serves where and when: desks and what they serve, people on duty by half hour, planned or seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.methods import rosters
from analytics.simulation.history import History
from analytics.simulation.model import N_SLOTS, SLOT_MIN, Floats, Server

RESERVED_SHARE, RESERVED_EXPECTED = 0.02, 20.0
"""A desk does not serve a group of which it had under 2 % of the expected calls, where at least 20 were expected."""
RECENT_DAYS = 40
OPEN_SHARE = 0.05
HAD_TO_WAIT_MIN = 0.2
"""Calls after a longer wait than that came while everybody who was ready was busy."""
_ANY_WEEK = pd.date_range("2026-01-05", periods=7)


@dataclass(frozen=True, eq=False)
class Staffing:
    """servers; staff_on[pattern, slot, server]; patterns[weekday]; role; hourly_cost_cny (NaN unknown); is_planned.

    at_desk[ticket]: index of the server that served the ticket, −1 not known; ready_share: of the people seen on
    duty, the share that serves while somebody waits (1 where a plan stands).
    """

    servers: tuple[Server, ...]
    staff_on: NDArray[np.bool_]
    patterns: tuple[tuple[int, ...], ...]
    role: str
    hourly_cost_cny: float
    is_planned: bool
    at_desk: NDArray[np.int64]
    ready_share: float = 1.0


def estimate(history: History, roster: pd.DataFrame, on: date) -> Staffing:
    """roster: role, weekday, from_min, to_min, headcount, hourly_cost, valid_from, valid_to of the branch."""
    at_desk, names, by_counter = _desks(history)
    seen = _presence(history, at_desk, len(names))
    role, plan, cost = planned(roster, on)
    open_weekdays = _open_weekdays(history)
    ready_share = 1.0
    is_planned = plan is not None and all(plan[w].sum() > 0 for w in np.flatnonzero(open_weekdays))
    if is_planned and plan is not None:
        if not by_counter and len(names) > plan.max():
            # More people than places and no counters recorded: places, each with everybody by share.
            names, at_desk, seen = _places(history, int(plan.max()), seen)
        servers = _servers(history, at_desk, names, by_counter)
        servers, staff_on = _plan_to_servers(plan, open_weekdays, seen, history, servers)
        patterns: tuple[tuple[int, ...], ...] = tuple((w,) if open_weekdays[w] else () for w in range(7))
    else:
        servers = _servers(history, at_desk, names, by_counter)
        first = max(0, len(history.days) - RECENT_DAYS)
        ready_share = _ready_share(history, at_desk, seen)
        staff_on = _somebody(history, at_desk, servers, _thinned(seen[first:], ready_share))
        weekday = history.weekday_of_day[first:]
        patterns = tuple(
            tuple(int(i) for i in np.flatnonzero(weekday == w)) if open_weekdays[w] else () for w in range(7)
        )
        if any(open_weekdays[w] and not patterns[w] for w in range(7)):
            everything = tuple(range(len(staff_on)))
            patterns = tuple(
                p if p or not o else everything for p, o in zip(patterns, open_weekdays, strict=True)
            )
    return Staffing(servers, staff_on, patterns, role or "counter", cost, is_planned, at_desk, ready_share)


def planned(frame: pd.DataFrame, on: date) -> tuple[str | None, Floats | None, float]:
    """The hall's role, its headcount[weekday, slot] in force on that day, and its mean hourly cost; None without one.

    Several roles of the hall (cash and other counters, say) count together, under the name of the first.
    """
    rows = in_force(frame, on)
    hall = rosters.hall_roles(list(dict.fromkeys(rows["role"].astype(str))))
    return (hall[0], *plan_of(rows, hall)) if hall else (None, None, float("nan"))


def in_force(frame: pd.DataFrame, on: date) -> pd.DataFrame:
    """The rows of a roster that are valid on that day, as if always."""
    start, end, day = pd.to_datetime(frame["valid_from"]), pd.to_datetime(frame["valid_to"]), pd.Timestamp(on)
    rows = frame[(start.isna() | (start <= day)) & (end.isna() | (end > day))]
    return rows.assign(valid_from=None, valid_to=None)


def plan_of(rows: pd.DataFrame, roles: Sequence[str]) -> tuple[Floats, float]:
    """headcount[weekday, slot] of these roles together, and their mean hourly cost by hours planned (NaN unknown)."""
    rows = rows[rows["role"].isin(roles)]
    week = rosters.planned(rows, _ANY_WEEK, roles)
    plan = np.zeros((7, N_SLOTS))
    if week is not None:
        plan[week["weekday"] - 1, week["half_hour"]] = np.floor(week["n_staff"] + 0.5)
    hours = rows["headcount"] * (rows["to_min"] - rows["from_min"])
    known = rows["hourly_cost"].notna() & (hours > 0)
    cost = (
        float((rows["hourly_cost"] * hours)[known].sum() / hours[known].sum())
        if known.any()
        else float("nan")
    )
    return plan, cost


def _open_weekdays(history: History) -> NDArray[np.bool_]:
    """Weekdays on which the branch was open on at least 30 % of their dates, in the weeks that the data hold."""
    days = pd.DatetimeIndex(history.days)
    dates = pd.date_range(days.min(), days.max())
    dates = dates[dates.to_period("W").isin(days.to_period("W"))]
    possible = np.bincount(dates.day_of_week, minlength=7)
    seen = np.bincount(history.weekday_of_day, minlength=7)
    return seen >= np.maximum(0.3 * possible, 1)


def _desks(history: History) -> tuple[NDArray[np.int64], tuple[str, ...], bool]:
    """The desk of each served ticket: the counter, else the person, else places made up from who overlapped whom."""
    served = history.is_served
    if served.any() and (history.counter[served] >= 0).mean() >= 0.8:
        return history.counter, history.counters, True
    if served.any() and (history.teller[served] >= 0).mean() >= 0.8:
        return history.teller, history.tellers, False
    at = np.full(history.n, -1, np.int64)
    free: list[float] = []
    order = np.flatnonzero(served & np.isfinite(history.finished))
    order = order[np.lexsort((history.called[order], history.day[order]))]
    day = -1
    for i in order:
        if history.day[i] != day:
            day, free = history.day[i], [0.0] * len(free)
        place = next((p for p, until in enumerate(free) if until <= history.called[i] + 1e-6), len(free))
        if place == len(free):
            free.append(0.0)
        free[place] = history.finished[i]
        at[i] = place
    return at, tuple(f"place {p + 1}" for p in range(max(len(free), 1))), False


def _presence(history: History, at_desk: NDArray[np.int64], n_desks: int) -> NDArray[np.bool_]:
    """[day, slot, desk]: on duty for at least half of the half hour, as far as services tell."""
    covered = np.zeros((len(history.days), N_SLOTS, n_desks))
    rows = np.flatnonzero((at_desk >= 0) & history.is_served & np.isfinite(history.finished))
    order = rows[np.lexsort((history.called[rows], at_desk[rows], history.day[rows]))]
    if not len(order):
        return covered > 0
    key = history.day[order] * n_desks + at_desk[order]
    begin, end = history.called[order], history.finished[order]
    starts = np.append(True, (key[1:] != key[:-1]) | (begin[1:] - end[:-1] > rosters.SAME_SESSION_MIN))
    session = np.cumsum(starts) - 1
    from_min = begin[starts]
    to_min = np.zeros(len(from_min))
    np.maximum.at(to_min, session, end)
    for slot in range(N_SLOTS):
        a, b = slot * SLOT_MIN, (slot + 1) * SLOT_MIN
        overlap = np.minimum(to_min, b) - np.maximum(from_min, a)
        hit = overlap > 0
        np.add.at(covered, (key[starts][hit] // n_desks, slot, key[starts][hit] % n_desks), overlap[hit])
    return covered >= SLOT_MIN / 2


def _ready_share(
    history: History, at_desk: NDArray[np.int64], seen: NDArray[np.bool_], fewest: int = 50
) -> float:
    """Busy ÷ seen on duty at the calls of people who had to wait: whoever was ready would have been busy then.

    People step away between customers; without this the hall would look better staffed than it is.
    """
    timed = history.is_served & np.isfinite(history.finished) & (at_desk >= 0)
    waited = timed & (history.wait > HAD_TO_WAIT_MIN)
    if waited.sum() < fewest:
        return 1.0
    clock = history.day * 10_000.0  # minutes that no two days share
    starts, ends = np.sort((clock + history.called)[timed]), np.sort((clock + history.finished)[timed])
    at = (clock + history.called)[waited]
    busy = np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="right")
    slot = np.clip(history.called[waited] // SLOT_MIN, 0, N_SLOTS - 1).astype(np.int64)
    present = seen.sum(axis=2)[history.day[waited], slot]
    return float(np.clip(busy.sum() / max(present.sum(), 1), 0.3, 1.0))


def _thinned(seen: NDArray[np.bool_], ready_share: float) -> NDArray[np.bool_]:
    """As many of those seen in each half hour as are ready on average, chosen by lot (the same lot every time)."""
    if ready_share == 1.0:
        return seen
    rng = np.random.default_rng(5)
    n = seen.sum(axis=2)
    keep = np.floor(n * ready_share + rng.random(n.shape))
    lot = np.where(seen, rng.random(seen.shape), 2.0)
    return seen & (lot.argsort(axis=2).argsort(axis=2) < keep[:, :, None])


def _somebody(
    history: History, at_desk: NDArray[np.int64], servers: tuple[Server, ...], staff_on: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """At least one on duty, the one who serves most, in every half hour in which customers come and are called on one day
    in twenty or more: in a quiet hall most half hours of a day pass without a service, and still it is open."""
    served = np.flatnonzero((at_desk >= 0) & history.is_served)
    if not len(served):
        return staff_on
    works = np.ones(N_SLOTS, bool)
    for moment, rows in ((history.arrived, slice(None)), (history.called, served)):
        slot = np.clip(moment[rows] // SLOT_MIN, 0, N_SLOTS - 1).astype(np.int64)
        day_slot = np.unique(history.day[rows] * N_SLOTS + slot)
        works &= np.bincount(day_slot % N_SLOTS, minlength=N_SLOTS) >= OPEN_SHARE * len(history.days)
    n_served = np.bincount(at_desk[served], minlength=len(servers))
    breadth = [len(s.segments) * len(s.services) for s in servers]
    usual = max(range(len(servers)), key=lambda s: (breadth[s], n_served[s]))
    staff_on = staff_on.copy()
    staff_on[..., usual] |= works & ~staff_on.any(axis=2)
    return staff_on


def _places(history: History, n_places: int, seen: NDArray[np.bool_]):
    """As many places as people planned; at_desk is not known then."""
    return (
        tuple(f"place {p + 1}" for p in range(n_places)),
        np.full(history.n, -1, np.int64),
        np.zeros((*seen.shape[:2], n_places), bool),
    )


def _servers(history: History, at_desk, names: tuple[str, ...], by_counter: bool) -> tuple[Server, ...]:
    served = history.is_served
    everyone_s, everyone_v = frozenset(range(len(history.segments))), frozenset(range(len(history.services)))
    all_tellers = _teller_shares(history, served)
    servers = []
    for d, name in enumerate(names):
        mine = served & (at_desk == d)
        tellers = ((history.tellers[d], 1.0),) if len(names) == len(history.tellers) and not by_counter else (
            _teller_shares(history, mine) if mine.any() else all_tellers)  # fmt: skip
        segments = _serves(history.segment, mine, served, len(history.segments)) if by_counter else everyone_s
        services = _serves(history.service, mine, served, len(history.services)) if by_counter else everyone_v
        servers.append(Server(name, tellers, segments or everyone_s, services or everyone_v))
    return tuple(servers)


def _teller_shares(history: History, rows) -> tuple[tuple[str, float], ...]:
    counts = np.bincount(history.teller[rows & (history.teller >= 0)], minlength=len(history.tellers))
    return tuple((history.tellers[t], float(c / counts.sum())) for t, c in enumerate(counts) if c > 0)


def _serves(codes, mine, served, n: int) -> frozenset[int]:
    usual = np.bincount(codes[served], minlength=n) / max(served.sum(), 1)
    here = np.bincount(codes[mine], minlength=n)
    expected = usual * mine.sum()
    return frozenset(
        int(k)
        for k in range(n)
        if not (expected[k] >= RESERVED_EXPECTED and here[k] < RESERVED_SHARE * expected[k])
    )


def _plan_to_servers(plan: Floats, open_weekdays, seen, history: History, servers: tuple[Server, ...]):
    """On duty in each half hour: as many as planned, those most often seen then first; places are added where short."""
    most = int(plan.max())
    if most > len(servers):
        usual = _teller_shares(history, history.is_served)
        everyone = frozenset(range(len(history.segments))), frozenset(range(len(history.services)))
        servers += tuple(Server(f"place {k + 1}", usual, *everyone) for k in range(len(servers), most))
    staff_on = np.zeros((7, N_SLOTS, len(servers)), bool)
    recent = slice(max(0, len(seen) - RECENT_DAYS), None)
    overall = np.zeros(len(servers))
    overall[: seen.shape[2]] = seen[recent].mean(axis=(0, 1))
    for w in np.flatnonzero(open_weekdays):
        days = history.weekday_of_day[recent] == w
        here = np.zeros((N_SLOTS, len(servers)))
        if days.any():
            here[:, : seen.shape[2]] = seen[recent][days].mean(axis=0)
        for slot in range(N_SLOTS):
            rank = np.lexsort((np.arange(len(servers)), -overall, -here[slot]))
            staff_on[w, slot, rank[: int(plan[w, slot])]] = True
    return servers, staff_on
