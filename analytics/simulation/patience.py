"""How long each segment is willing to wait: Kaplan–Meier where it reaches, a Weibull tail beyond."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.methods.kaplan_meier import kaplan_meier, weibull_censored
from analytics.simulation.history import History
from analytics.simulation.model import N_QUANTILES, Floats

FEW_EVENTS = 10
"""Fewer people than that who left, and a segment borrows the patience of all."""
USUAL_MIN = 30.0
"""What people are taken to wait where the data have neither waits nor anybody who left."""
ENOUGH_FOR_STEPS = 60
"""From so many who left, the product-limit steps are used as far as they reach; below, the Weibull throughout."""


@dataclass(frozen=True, eq=False)
class Patience:
    """quantile_min[segment, quantile]; draws[draw, segment]: factor on patience; n_left[segment]; n_unknown: left at an
    unknown time (they count like those who left at a known one); is_assumed: nobody left, so patience is a guess."""

    quantile_min: Floats
    draws: Floats
    n_left: NDArray[np.int64]
    n_unknown: int
    is_assumed: bool


def estimate(history: History, weights: Floats) -> Patience:
    """Served tickets are censored at their wait. weights[draw, day]: bootstrap weights of days."""
    left_after = np.maximum(history.left - history.arrived, 0.0)
    gone = ~history.is_served
    known = gone & np.isfinite(left_after)
    durations = np.where(history.is_served, history.wait, left_after)
    n_segments = len(history.segments)
    tables, draws = np.empty((n_segments, N_QUANTILES)), np.ones((len(weights), n_segments))
    n_left = np.array([int((gone & (history.segment == g)).sum()) for g in range(n_segments)])
    is_assumed = int(gone.sum()) < FEW_EVENTS
    for g in range(n_segments):
        mine = history.segment == g if n_left[g] >= FEW_EVENTS else np.ones(history.n, bool)
        rows = mine & (history.is_served | known)
        events = known[rows]
        # Those who left at an unknown time weigh on those of known time.
        share = (gone & mine).sum() / max(int(events.sum()), 1)
        row_weights = np.where(events, share, 1.0)
        if is_assumed or not events.any():
            tables[g] = _exponential(durations[rows & history.is_served], int((gone & mine).sum()))
            continue
        scale, shape = weibull_censored(durations[rows], events, row_weights)
        tables[g] = _table(durations[rows], events, row_weights, scale, shape)
        day_events = np.bincount(history.day[rows], row_weights * events, len(history.days))
        day_power = np.bincount(
            history.day[rows], row_weights * np.maximum(durations[rows], 1 / 60) ** shape, len(history.days)
        )
        ratio = (weights @ day_power / day_power.sum()) / np.maximum(
            (weights @ day_events + 0.5) / (day_events.sum() + 0.5), 1e-9
        )
        draws[:, g] = np.clip(ratio ** (1 / shape), 0.2, 5.0)
    return Patience(tables, draws, n_left, int((gone & ~known).sum()), is_assumed)


def _table(durations: Floats, events, weights: Floats, scale: float, shape: float) -> Floats:
    p = np.linspace(0, 1, N_QUANTILES)
    p[-1] = 1 - 0.25 / (N_QUANTILES - 1)  # a table must end: the last cell's outer edge
    tail = scale * (-np.log1p(-p)) ** (1 / shape)
    if events.sum() < ENOUGH_FOR_STEPS:
        return tail
    curve = kaplan_meier(durations, events, weights)
    reach = curve.n_at_risk >= 30
    times, gone = curve.times_min[reach], 1 - curve.share[reach]
    if len(times) < 2:
        return tail
    inside = p <= gone[-1]
    steps = np.interp(p[inside], np.append(0.0, gone), np.append(0.0, times))
    joined = times[-1] * (np.log1p(-p[~inside]) / np.log1p(-gone[-1])) ** (1 / shape)
    return np.concatenate([steps, joined])


def _exponential(waits: Floats, n_left: int) -> Floats:
    """Hardly anybody left: exponential at half an event more than seen, which still says «very patient»; that half is
    of usual patience, else a hall without waits would seem to have customers who never wait."""
    mean = (float(np.nansum(waits)) + 0.5 * USUAL_MIN) / (n_left + 0.5)
    p = np.linspace(0, 1 - 0.25 / (N_QUANTILES - 1), N_QUANTILES)
    return -mean * np.log1p(-p)
