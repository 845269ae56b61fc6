"""When people work: weekly windows and the days without work, and the working hours between two instants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.by_person import on_threads

Hours = NDArray[np.float64]
Instants = NDArray[np.datetime64]
Microseconds = NDArray[np.int64]

DAY_H = 24.0
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
# Slots of 2³² µs, some 72 minutes; an instant before all others, and one after.
_SLOT_BITS, _BEFORE_US, _AFTER_US = 32, -(2**62), 2**62
_STEP_H = 0.5
_UNKNOWN_US = np.iinfo(np.int64).min
# Below this share of the busiest weekday's work a weekday counts as closed, and this share of the work may
# fall outside the windows at either end: a stray late evening does not open the branch at night.
_CLOSED_SHARE, _STRAY_SHARE = 0.05, 0.01
# From so much work on an ordinary working day on, a day with none is a holiday rather than chance.
_HOLIDAY_MIN_EVENTS = 10


@dataclass(frozen=True)
class Calendar:
    """windows: (ISO weekday, from_h, to_h), hours since midnight, apart; a window past midnight is two.

    closed_on: days without work; opened_as: days worked like another weekday (a Sunday made up for a holiday).
    """

    windows: tuple[tuple[int, float, float], ...]
    closed_on: frozenset[np.datetime64] = frozenset()
    opened_as: tuple[tuple[np.datetime64, int], ...] = ()

    @property
    def hours_per_week(self) -> float:
        return sum(to_h - from_h for _, from_h, to_h in self.windows)

    def hours_between(self, starts: Instants, ends: Instants) -> Hours:
        """Working hours from each start to its end (0 where the end is not later; NaN where unknown)."""
        is_known = ~(np.isnat(starts) | np.isnat(ends))
        hours = np.full(len(starts), np.nan)
        if is_known.any():
            worked_us = self.worked_us(np.concatenate([starts[is_known], ends[is_known]]))
            n = int(is_known.sum())
            hours[is_known] = np.maximum(worked_us[n:] - worked_us[:n], 0) / HOUR_US
        return hours

    def worked_us(self, instants: Instants) -> Microseconds:
        """Working microseconds until each instant, exact, from the midnight before the earliest one; no NaT."""
        at = instants.astype("datetime64[us]").astype(np.int64)
        return self.axis(int(at.min()), int(at.max())).until(at) if len(at) else at

    def axis(self, first_us: int, last_us: int) -> "Axis":
        """Working time from the midnight before the first of these instants (µs since 1970) to that after the last."""
        first_day, last_day = first_us // DAY_US, last_us // DAY_US
        edges, worked = self._worked(first_day, last_day)
        slots = np.arange(first_day * DAY_US >> _SLOT_BITS, ((last_day + 1) * DAY_US >> _SLOT_BITS) + 1)
        place = np.searchsorted(edges, slots << _SLOT_BITS, side="right") - 1
        return Axis(edges, worked, int(slots[0]), place.astype(np.int32))

    def is_open(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each day (since 1970) has any hours."""
        return np.isin(self._weekday(days), [weekday for weekday, _, _ in self.windows])

    def _weekday(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ISO weekday whose windows each day (since 1970) has, 0 where it is closed."""
        weekday = (days + 3) % 7 + 1
        weekday[np.isin(days, _days(self.closed_on))] = 0
        for day, as_weekday in self.opened_as:
            weekday[days == day.astype("datetime64[D]").astype(np.int64)] = as_weekday
        return weekday

    def _worked(self, first_day: int, last_day: int) -> tuple[Microseconds, Microseconds]:
        """Instants (µs) at which windows open and close in turn, and the microseconds worked until then.

        The first of the instants is before all others, the last after them.
        """
        days = np.arange(first_day, last_day + 1)
        weekday, edges = self._weekday(days), []
        for number, from_h, to_h in self.windows:
            midnight = days[weekday == number] * DAY_US
            edges += [midnight + round(from_h * HOUR_US), midnight + round(to_h * HOUR_US)]
        instants = np.sort(np.concatenate([[_BEFORE_US, _AFTER_US], *edges]))
        worked = np.cumsum(instants[2:-1:2] - instants[1:-1:2])
        return instants, np.repeat(np.append(0, worked), 2)

    def within(self, other: "Calendar") -> "Calendar":
        """The hours that are open in both."""
        windows = [
            (w, max(a, other_a), min(b, other_b))
            for w, a, b in self.windows
            for other_w, other_a, other_b in other.windows
            if w == other_w
        ]
        opened = (
            self.opened_as
            if other is ALWAYS
            else other.opened_as
            if self is ALWAYS
            else (tuple(day for day in self.opened_as if day in other.opened_as))
        )
        return Calendar(merged(windows), self.closed_on | other.closed_on, opened)

    def without(self, days: NDArray[np.int64]) -> "Calendar":
        """The same, closed on these days (since 1970) too."""
        if not len(days):
            return self
        gone = frozenset(days.astype("datetime64[D]"))
        opened = tuple((day, weekday) for day, weekday in self.opened_as if day not in gone)
        return Calendar(self.windows, self.closed_on | gone, opened)


@dataclass(frozen=True, eq=False)
class Axis:
    """Instants at which windows open and close in turn, from one before all to one after all, and the microseconds
    worked until then; for each slot of 2³² µs, from the first on, the last of the instants not after its begin.
    """

    edges: Microseconds
    worked: Microseconds
    first_slot: int
    place: NDArray[np.int32]

    def until(self, at: Microseconds) -> Microseconds:
        """Working microseconds until each instant (µs since 1970, within the axis' days)."""
        found: Microseconds = _until(at, self.edges, self.worked, self.first_slot, self.place)
        return found


@njit(cache=True, nogil=True)
def _until(
    at: Microseconds, edges: Microseconds, worked: Microseconds, first_slot: int, place: NDArray[np.int32]
) -> Microseconds:
    found = np.empty(len(at), np.int64)
    for i in range(len(at)):
        # From the place of the slot it is a step or two.
        p = place[(at[i] >> _SLOT_BITS) - first_slot]
        while edges[p + 1] <= at[i]:
            p += 1
        # Windows open at the odd ones and close at the even ones.
        found[i] = worked[p] + (at[i] - edges[p]) * (p & 1)
    return found


def _days(days: Iterable[np.datetime64]) -> NDArray[np.int64]:
    return np.array(list(days), dtype="datetime64[D]").astype(np.int64)


ALWAYS = Calendar(tuple((weekday, 0.0, DAY_H) for weekday in range(1, 8)))


def merged(windows: Iterable[tuple[int, float, float]]) -> tuple[tuple[int, float, float], ...]:
    """The union of windows that may overlap, by weekday."""
    union: list[tuple[int, float, float]] = []
    for weekday, from_h, to_h in sorted(windows):
        if to_h <= from_h:
            continue
        if union and union[-1][0] == weekday and from_h <= union[-1][2]:
            union[-1] = (weekday, union[-1][1], max(union[-1][2], to_h))
        else:
            union.append((weekday, from_h, to_h))
    return tuple(union)


def inferred(*instants: Instants) -> Calendar:
    """The calendar that the instants at which work began or ended speak of; ALWAYS where there are none.

    A weekday is open from the half hour of its first to that of its last per cent of work. Days that the
    weekly windows call open but that saw no work at all are closed (see `with_days_off`).
    """
    first_day, n = _days_seen(instants)
    if not n.any():
        return ALWAYS
    days = first_day + np.flatnonzero(n)
    years = (days[[0, -1]].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).tolist()
    _holidays, made_up = public_holidays(*years)
    seconds = _seconds_seen(instants)
    if np.isin(days, _days(_as_days(made_up))).any():
        usual = _seconds_seen([x[~np.isin(x.astype("datetime64[D]"), _as_days(made_up))] for x in instants])
        seconds = usual if usual.any() else seconds
    by_weekday = seconds.sum(axis=1)
    is_open = by_weekday >= _CLOSED_SHARE * by_weekday.max()
    windows = [
        (
            int(w) + 1,
            float(np.floor(_quantile_h(seconds[w], _STRAY_SHARE) / _STEP_H) * _STEP_H),
            float((np.floor(_quantile_h(seconds[w], 1 - _STRAY_SHARE) / _STEP_H) + 1) * _STEP_H),
        )
        for w in np.flatnonzero(is_open & (by_weekday > 0))
    ]
    return with_days_off(windows, *instants)


def _us(instants: Instants) -> Microseconds:
    return instants.astype("datetime64[us]", copy=False).view(np.int64)


def _days_seen(instants: Iterable[Instants]) -> tuple[int, NDArray[np.int64]]:
    """The first day (since 1970) of all instants, and how many there are on each day from it on."""
    counted = on_threads(_on_days, [_us(x) for x in instants])
    begins = [first for first, n in counted if len(n)]
    first = min(begins, default=0)
    found = np.zeros(max((at + len(n) - first for at, n in counted if len(n)), default=0), np.int64)
    for at, n in counted:
        if len(n):
            found[at - first : at - first + len(n)] += n
    return first, found


def _seconds_seen(instants: Iterable[Instants]) -> NDArray[np.int64]:
    """Instants by weekday (from Monday) and second of the day."""
    seconds = np.zeros((7, 86_400), np.int64)
    for x in instants:
        _in_seconds(_us(x), seconds)
    return seconds


@njit(cache=True, nogil=True)
def _on_days(at: Microseconds) -> tuple[int, NDArray[np.int64]]:
    low, high = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    for x in at:
        if x != _UNKNOWN_US:
            low, high = min(low, x), max(high, x)
    if high < low:
        return 0, np.zeros(0, np.int64)
    first = low // DAY_US
    n = np.zeros(high // DAY_US - first + 1, np.int64)
    for x in at:
        if x != _UNKNOWN_US:
            n[x // DAY_US - first] += 1
    return first, n


@njit(cache=True, nogil=True)
def _in_seconds(at: Microseconds, seconds: NDArray[np.int64]) -> None:
    for x in at:
        if x != _UNKNOWN_US:
            day = x // DAY_US
            seconds[(day + 3) % 7, (x - day * DAY_US) // 1_000_000] += 1


def _quantile_h(seconds: NDArray[np.int64], q: float) -> float:
    """The quantile of the hour of the day, between the two instants beside it in proportion."""
    until = np.cumsum(seconds)
    place = q * (until[-1] - 1)
    low, high = np.searchsorted(until, [np.floor(place), np.ceil(place)], side="right") / 3600
    return float(low + (high - low) * (place - np.floor(place)))


def with_days_off(windows: Iterable[tuple[int, float, float]], *instants: Instants) -> Calendar:
    """The planned windows, less the days on which nothing at all was done, more the days worked in place of holidays.

    In thin work a day without any is closed only if it is a public holiday; a weekend day is open only if it is made
    up for a holiday and saw work: as the first weekday with windows.
    """
    union = merged(windows)
    weekdays = {weekday for weekday, _, _ in union}
    first_day, counts = _days_seen(instants)
    days, n = (first_day + np.flatnonzero(counts)).astype("datetime64[D]"), counts[counts > 0]
    if not len(days) or not weekdays:
        return Calendar(union)
    span = np.arange(days[0], days[-1] + 1)
    weekday = (span.astype(np.int64) + 3) % 7 + 1
    idle = span[np.isin(weekday, sorted(weekdays)) & ~np.isin(span, days)]
    holidays, made_up = public_holidays(*(int(day.astype(object).year) for day in (days[0], days[-1])))
    if np.median(n) < _HOLIDAY_MIN_EVENTS:
        idle = idle[np.isin(idle, _as_days(holidays))]
    shut = np.isin((days.astype(np.int64) + 3) % 7 + 1, sorted(weekdays), invert=True)
    opened = days[shut & np.isin(days, _as_days(made_up))]
    return Calendar(union, frozenset(idle), tuple((day, min(weekdays)) for day in opened))


@lru_cache(maxsize=8)
def public_holidays(first_year: int, last_year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public holidays of those years, and the weekend days worked in their place (China's make-up days)."""
    from analytics.methods.public_holidays import china  # it takes a moment

    found = china(first_year, last_year)
    return frozenset(found), frozenset(found.weekend_workdays)


def _as_days(dates: Iterable[date]) -> Instants:
    return np.array(sorted(dates), dtype="datetime64[D]")
