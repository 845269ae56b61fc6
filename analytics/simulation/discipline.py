"""Who is called before whom: inferred from the moments at which people of two segments were waiting."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from analytics.simulation.history import History
from analytics.simulation.model import STRICT_CREDIT_MIN, Floats

MOST_DAYS = 60
FEWEST_CALLS = 30


@dataclass(frozen=True, eq=False)
class Discipline:
    """credit_min[segment] relative to the largest segment; share of calls with a choice that the rule explains, and n.

    in_order_share: share of calls that took the longest-waiting of their own segment and desk's customers.
    """

    credit_min: Floats
    explained_share: float
    n_choices: int
    in_order_share: float


@njit(cache=True)
def waiting_choices(day_first, arrived, called, gone, segment, n_segments, usable):
    """For each usable call: by how long the called arrived after the longest-waiting of each segment (NaN: none waits)."""
    n = len(arrived)
    late = np.full((n, n_segments), np.nan)
    # When each stopped waiting; who left at an unknown time is taken as gone at once, so never passed over.
    until = np.where(np.isnan(called), np.where(np.isnan(gone), arrived, gone), called)
    for d in range(len(day_first) - 1):
        start = day_first[d]
        for i in range(day_first[d], day_first[d + 1]):
            while start < i and until[start] <= arrived[i]:
                start += 1
            if np.isnan(called[i]) or not usable[i]:
                continue
            for j in range(start, day_first[d + 1]):
                if arrived[j] >= called[i]:
                    break
                if j != i and until[j] > called[i] and np.isnan(late[i, segment[j]]):
                    late[i, segment[j]] = arrived[i] - arrived[j]
    return late


def infer(history: History, serves_all: np.ndarray) -> Discipline:
    """The credit (minutes of waiting a segment starts with) that explains most calls; 0 is first come, first served.

    serves_all[ticket]: called at a desk that serves every segment, so that the call was a choice.
    """
    n_segments = len(history.segments)
    recent = history.day >= len(history.days) - MOST_DAYS
    rows = np.flatnonzero(recent)
    day_first = np.searchsorted(history.day[rows], np.arange(history.day[rows].min(), len(history.days) + 1))
    segment = history.segment[rows]
    late = waiting_choices(
        day_first,
        history.arrived[rows],
        history.called[rows],
        history.left[rows],
        segment,
        n_segments,
        serves_all[rows],
    )
    own = late[np.arange(len(rows)), segment]
    called = history.is_served[rows] & serves_all[rows]
    in_order = float(1 - (own[called] > 0).mean()) if called.any() else 1.0
    reference = int(np.bincount(history.segment, minlength=n_segments).argmax())
    credit, right, n_choices = np.zeros(n_segments), 0.0, 0
    for g in range(n_segments):
        if g == reference:
            continue
        # x: how much later this segment's customer arrived than the other group's, at calls of either.
        ahead = late[segment == g, reference]
        behind = -late[segment == reference, g]
        ahead, behind = ahead[np.isfinite(ahead)], behind[np.isfinite(behind)]
        n = len(ahead) + len(behind)
        if n < FEWEST_CALLS:
            # Too few choices to tell: the usual, first come, first served.
            continue
        credit[g], explained = _best_credit(ahead, behind)
        right += explained * n
        n_choices += n
    return Discipline(credit, right / n_choices if n_choices else 1.0, n_choices, in_order)


def _best_credit(ahead: Floats, behind: Floats) -> tuple[float, float]:
    """The credit that classifies most calls: called though `ahead` min later needs credit ≥ it, passed over needs ≤."""
    top = float(np.max(np.concatenate([np.abs(ahead), np.abs(behind), [1.0]]))) + 1
    candidates = np.unique(np.concatenate([[0.0, -top, top], np.linspace(-top, top, 161)]))
    hits = np.array([(ahead <= c).sum() + (behind >= c).sum() for c in candidates]) / (
        len(ahead) + len(behind)
    )
    best = float(hits.max())
    if hits[np.searchsorted(candidates, 0.0)] >= best - 0.01:
        return 0.0, float(hits[np.searchsorted(candidates, 0.0)])
    if hits[-1] >= best - 0.01:
        return STRICT_CREDIT_MIN, float(hits[-1])
    if hits[0] >= best - 0.01:
        return -STRICT_CREDIT_MIN, float(hits[0])
    good = candidates[hits >= best - 1e-9]
    return float(good[len(good) // 2]), best
