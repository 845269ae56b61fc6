"""When a person or a role is on duty, read off the work: weekly windows with their confidence and support.

After Estrada-Torres, Camargo, Dumas, García-Bañuelos, Mahdy and Yerokhin, "Discovering business process simulation
models in the presence of multitasking and availability constraints" (2021), as in Prosimos: weekdays are cut into
granules; a granule's confidence is the share of the days worked on that weekday that saw work in it; a calendar's
support is the share of the work that it covers.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.calendars import DAY_US, HOUR_US, Calendar, Instants, merged

GRANULE_MIN, LEAST_CONFIDENCE, LEAST_SUPPORT = 60, 0.1, 0.7
# On fewer days worked than this nothing is said of one person's week.
LEAST_DAYS = 20
_LONGEST_GRANULES = 24
# So many days without any work in a row are an absence, of people who work on half of their days at least, where chance
# brings such a run no more often than this.
LEAST_ABSENT, LEAST_WORKED, CHANCE = 3, 0.5, 0.01


@dataclass(frozen=True)
class Discovered:
    """A weekly calendar; confidence: mean over its granules; support: of the n pieces of work; n_days worked."""

    calendar: Calendar
    granule_min: int
    confidence: float
    support: float
    n: int
    n_days: int


def discovered(
    starts: Instants,
    finishes: Instants,
    granule_min: int = GRANULE_MIN,
    least_confidence: float = LEAST_CONFIDENCE,
    least_support: float = LEAST_SUPPORT,
) -> Discovered | None:
    """The calendar of work that ran from starts to finishes (no NaT); None where there is none.

    Granules of at least that confidence; where they cover less work than asked for, the next likely ones too.
    """  # fmt: skip
    if not len(starts):
        return None
    granule_us = granule_min * HOUR_US // 60
    per_day = DAY_US // granule_us
    start, finish = (x.astype("datetime64[us]").view(np.int64) for x in (starts, finishes))
    seen = _seen(start, finish, granule_us)
    worked = np.unique(seen // per_day)
    n_days = np.bincount((worked + 3) % 7, minlength=7)
    n_seen = np.bincount(_slot(seen, per_day), minlength=7 * per_day)
    confidence = n_seen / np.maximum(np.repeat(n_days, per_day), 1)
    order = np.argsort(-confidence, kind="stable")
    # A piece of work is covered once its last granule is in: the number of granules needed, best first.
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    covered = np.cumsum(_needed(start, finish, granule_us, rank)) / len(start)
    n_kept = max(int((confidence >= least_confidence).sum()), int(np.argmax(covered >= least_support)))
    kept = order[:n_kept]
    windows = [
        (int(k // per_day) + 1, (k % per_day) * granule_min / 60, (k % per_day + 1) * granule_min / 60)
        for k in kept.tolist()
    ]
    return Discovered(
        Calendar(merged(windows)), granule_min, float(confidence[kept].mean()), float(covered[n_kept]), len(start),
        len(worked),
    )  # fmt: skip


def absent(is_worked: NDArray[np.bool_], is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Days of a person's absences: open, without work, in runs that chance would hardly bring; both flags by day.

    With p the share of days worked from the first to the last one, a run of k days begins at each of n − k + 1 days
    with chance (1 − p)^k. Days before the first and after the last are judged alike: who has not come yet, or has left,
    is away as well. On fewer than LEAST_DAYS days worked nothing is said.
    """
    found = np.zeros(len(is_worked), np.bool_)
    days = np.flatnonzero(is_open | is_worked)
    worked = np.flatnonzero(is_worked[days])
    if len(worked) < LEAST_DAYS:
        return found
    p = len(worked) / (worked[-1] - worked[0] + 1)
    if p < LEAST_WORKED:
        return found
    begins, ends = np.append(0, worked + 1), np.append(worked, len(days))
    length = ends - begins
    is_rare = (length >= LEAST_ABSENT) & ((1 - p) ** length * (len(days) - length + 1) < CHANCE)
    for begin, end in zip(begins[is_rare], ends[is_rare], strict=True):
        found[days[begin:end]] = True
    return found


@njit(cache=True, nogil=True)
def days_worked(
    start: NDArray[np.int64], finish: NDArray[np.int64], first: int, n_days: int
) -> NDArray[np.bool_]:
    """Whether each of n_days from `first` (since 1970) on saw work, start to finish in µs since 1970."""
    found = np.zeros(n_days, np.bool_)
    for i in range(len(start)):
        begin = start[i] // DAY_US - first
        found[begin] = True
        for day in range(begin + 1, finish[i] // DAY_US - first + 1):
            found[day] = True
    return found


@njit(cache=True, nogil=True)
def _granules(start: int, finish: int, granule_us: int) -> tuple[int, int]:
    """The first granule of a piece of work and the one after its last."""
    first = start // granule_us
    last = max((finish - 1) // granule_us, first)
    return first, min(last + 1, first + _LONGEST_GRANULES)


@njit(cache=True, nogil=True)
def _seen(start: NDArray[np.int64], finish: NDArray[np.int64], granule_us: int) -> NDArray[np.int64]:
    """The granules since 1970 that saw work."""
    low = start.min() // granule_us
    is_seen = np.zeros(start.max() // granule_us - low + _LONGEST_GRANULES, np.bool_)
    for i in range(len(start)):
        first, end = _granules(start[i], finish[i], granule_us)
        is_seen[first - low : end - low] = True
    return np.flatnonzero(is_seen) + low


@njit(cache=True, nogil=True)
def _needed(
    start: NDArray[np.int64], finish: NDArray[np.int64], granule_us: int, rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many pieces of work need so many granules of the week (0 to all), in the order of their ranks."""
    found = np.zeros(len(rank) + 1, np.int64)
    for i in range(len(start)):
        first, end = _granules(start[i], finish[i], granule_us)
        most = 0
        for granule in range(first, end):
            # 1 January 1970 was a Thursday.
            most = max(most, rank[(granule + 3 * (len(rank) // 7)) % len(rank)])
        found[most] += 1
    return found


def _slot(granule: np.ndarray, per_day: int) -> np.ndarray:
    """The granule's place in the week, from Monday 0:00."""
    return (granule // per_day + 3) % 7 * per_day + granule % per_day
