"""The hall's metrics, of simulated runs and of the tickets that were: the same definitions for both."""

import numpy as np
from numpy.typing import NDArray

from analytics.simulation import kernel
from analytics.simulation.engine import Runs
from analytics.simulation.history import History
from analytics.simulation.model import N_SLOTS, SLOT_MIN, Floats, Model


def of_runs(runs: Runs, segments: list[int]) -> dict[str, Floats]:
    """Per replication, over the segments: mean and P90 wait of the served, share called within target of all, share
    that left. NaN where a replication had no such customer."""
    tickets, served, waited, within, left = np.moveaxis(runs.sums[:, segments, :5].sum(axis=1), -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "wait_mean_min": waited / served,
            "wait_p90_min": _quantile(runs.wait_bins[:, segments].sum(axis=1), 0.9),
            "within_target_share": within / tickets,
            "abandon_share": left / tickets,
        }


def _quantile(bins: NDArray[np.int32], p: float) -> Floats:
    """Quantile per row of a histogram of waits, linear within a bin; waits of zero are in the first bin."""
    upper = kernel.wait_bin_edges()
    lower = np.concatenate([[0.0], upper[:-1]])
    total = bins.cumsum(axis=1)
    n = total[:, -1]
    want = p * n
    index = np.minimum((total < want[:, None]).sum(axis=1), bins.shape[1] - 1)
    row = np.arange(len(bins))
    inside = bins[row, index]
    before = total[row, index] - inside
    part = np.divide(want - before, inside, out=np.zeros(len(bins)), where=inside > 0)
    return np.where(n > 0, lower[index] + part * (upper - lower)[index], np.nan)


def utilisation(runs: Runs) -> Floats:
    """Busy ÷ staffed time within the planned hours, per replication."""
    return (runs.staff[:, 0] - runs.staff[:, 2]) / np.maximum(runs.staff[:, 1], 1e-9)


def csat(runs: Runs, model: Model, segments: list[int], normal: Floats) -> Floats | None:
    """Mean answer (1–5) that the period will bring at the observed response rate, per replication; None without a link.

    normal[replication]: the luck of who answers, the same for before and after.
    """
    link = model.satisfaction
    if link is None:
        return None
    served = runs.sums[:, segments, 1]
    answers = served * link.response_share[segments]
    n = answers.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (runs.sums[:, segments, 5] / served * answers).sum(axis=1, where=served > 0) / n
        variance = (answers * link.observed_sd[segments] ** 2).sum(axis=1) / n
        # Without a link the observed mean is itself an estimate from n_answers.
        doubt = 1 / n + (0.0 if link.is_linked else 1 / link.n_answers)
        return np.where(n >= 1, expected + normal * np.sqrt(variance * doubt), np.nan)


def observed(history: History, target_min: float, segments: list[int]) -> dict[str, float]:
    """The same metrics of the tickets that were."""
    rows = np.isin(history.segment, segments)
    wait = history.wait[rows & history.is_served]
    n = int(rows.sum())
    return {
        "wait_mean_min": float(wait.mean()) if len(wait) else float("nan"),
        "wait_p90_min": float(np.quantile(wait, 0.9)) if len(wait) else float("nan"),
        "within_target_share": float((wait <= target_min).sum() / n) if n else float("nan"),
        "abandon_share": 1 - len(wait) / n if n else float("nan"),
    }


def observed_utilisation(history: History, headcount: Floats) -> float:
    """Service minutes within the staffed hours ÷ staffed minutes of the days that were; services that nobody timed
    count at the mean. headcount[weekday, slot]: people on duty."""
    staffed_min = float(headcount.sum(axis=1)[history.weekday_of_day].sum() * SLOT_MIN)
    is_open = headcount > 0
    opens = np.where(is_open.any(axis=1), is_open.argmax(axis=1), 0) * SLOT_MIN
    closes = np.where(is_open.any(axis=1), N_SLOTS - is_open[:, ::-1].argmax(axis=1), 0) * SLOT_MIN
    weekday = history.weekday_of_day[history.day]
    busy = np.minimum(history.finished, closes[weekday]) - np.maximum(history.called, opens[weekday])
    if staffed_min <= 0 or not np.isfinite(busy).any():
        return float("nan")
    return float(np.nanmean(np.maximum(busy, 0)) * history.is_served.sum() / staffed_min)
