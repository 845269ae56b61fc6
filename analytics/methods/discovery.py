"""When a person or a role is on duty, read off the work: weekly windows with their confidence and support.

After Estrada-Torres, Camargo, Dumas, García-Bañuelos, Mahdy and Yerokhin, "Discovering business process simulation
models in the presence of multitasking and availability constraints" (2021), as in Prosimos: weekdays are cut into
granules; a granule's confidence is the share of the days worked on that weekday that saw work in it; a calendar's
support is the share of the work that it covers.
"""

from dataclasses import dataclass

import numpy as np

from analytics.methods.calendars import DAY_US, HOUR_US, Calendar, Instants, merged

GRANULE_MIN, LEAST_CONFIDENCE, LEAST_SUPPORT = 60, 0.1, 0.7
# On fewer days worked than this nothing is said of one person's week.
LEAST_DAYS = 20
_LONGEST_GRANULES = 24


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
    start, finish = (x.astype("datetime64[us]").astype(np.int64) for x in (starts, finishes))
    first = start // granule_us
    last = np.maximum((finish - 1) // granule_us, first)
    length = np.minimum(last - first + 1, _LONGEST_GRANULES)
    piece = np.repeat(np.arange(len(first)), length)
    granule = first[piece] + np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    slot = _slot(granule, per_day)
    seen = np.unique(granule)
    worked = np.unique(seen // per_day)
    n_days = np.bincount((worked + 3) % 7, minlength=7)
    n_seen = np.bincount(_slot(seen, per_day), minlength=7 * per_day)
    confidence = n_seen / np.maximum(np.repeat(n_days, per_day), 1)
    order = np.argsort(-confidence, kind="stable")
    # A piece of work is covered once its last granule is in: the number of granules needed, best first.
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    needed = np.zeros(len(first), np.int64)
    np.maximum.at(needed, piece, rank[slot])
    covered = np.searchsorted(np.sort(needed), np.arange(len(order) + 1), side="right") / len(first)
    n_kept = max(int((confidence >= least_confidence).sum()), int(np.argmax(covered >= least_support)))
    kept = order[:n_kept]
    windows = [
        (int(k // per_day) + 1, (k % per_day) * granule_min / 60, (k % per_day + 1) * granule_min / 60)
        for k in kept.tolist()
    ]
    return Discovered(
        Calendar(merged(windows)), granule_min, float(confidence[kept].mean()), float(covered[n_kept]), len(first),
        len(worked),
    )  # fmt: skip


def _slot(granule: np.ndarray, per_day: int) -> np.ndarray:
    """The granule's place in the week, from Monday 0:00."""
    return (granule // per_day + 3) % 7 * per_day + granule % per_day
