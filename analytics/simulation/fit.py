"""Does the model reproduce the branch? Calibrated without some days, then held against what they were."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.methods.estimate import Unit
from analytics.simulation import metrics
from analytics.simulation.calibration import ROSTERS_SQL, calibrate_history
from analytics.simulation.engine import Runs, simulate
from analytics.simulation.history import History, part, read_history
from analytics.simulation.model import N_SLOTS, Floats
from analytics.simulation.result import Fit, FitCheck, Spread, spread
from analytics.store import Store

HELD_OUT_DAYS, FEWEST_TRAINING_DAYS, FEWEST_HELD_OUT, EVERY = 28, 8, 2, 5
RELATIVE_LIMIT, SHARE_LIMIT, HALF_HOUR_LIMIT, LEAST_MIN = 0.15, 0.03, 0.30, 0.5
"""What an error may be at most where the interval is narrower: of the wait (or half a minute); of a share (points);
of a half hour's wait (or twice half a minute)."""
LOOKS = 1.31
"""Many checks are made at once: each is held at 99 %, whose interval is wider than the 95 % one by so much."""
UNITS: dict[str, Unit] = {
    "wait_mean_min": "min",
    "wait_p90_min": "min",
    "within_target_share": "share",
    "abandon_share": "share",
}


@lru_cache(maxsize=8)
def fit(store: Store, filters: Filters, replications: int = 100, seed: int = 1) -> Fit:
    """Hold out the last four weeks (of short data the last fifth), and every fifth of the days before; simulate each
    from the remaining days and compare.

    A check passes where the measured value lies within the 99 % prediction interval, or within 15 % of the wait (half a
    minute, 3 points of a share) of the forecast; the half hours: where the mean error of their mean waits, weighted by
    tickets, is at most 30 % of the mean wait or one minute. The fit passes where all checks pass.
    """
    history = read_history(store, filters)
    rosters = store.frame(ROSTERS_SQL, branch_id=filters.branch_id)
    return fit_history(history, rosters, filters.targets.wait_min, replications, seed)


def fit_history(
    history: History, rosters: pd.DataFrame, target_min: float, replications: int = 100, seed: int = 1
) -> Fit:
    """The same from arrays: a pure function."""
    days = history.days
    late = np.array([(days[-1] - d).days < HELD_OUT_DAYS for d in days])
    if late.mean() > 0.4:
        late = np.arange(len(days)) >= len(days) - max(len(days) // EVERY, FEWEST_HELD_OUT)
    if (~late).sum() < FEWEST_TRAINING_DAYS:
        return Fit(False, "too_few_days", n_days=len(days))
    before = part(history, ~late)
    held = _held_out(before, part(history, late), rosters, target_min, replications, seed)
    if held is None:
        return Fit(False, "too_few_days", n_days=len(days))
    runs, after = held
    checks = [
        *_checks(runs, after, target_min, _everyone(after), "all", "last"),
        _by_half_hour_check(runs, after),
    ]
    more = []
    for group in ("ordinary", "vip"):
        segments = [i for i, s in enumerate(history.segments) if s.group == group]
        if segments:
            more += _checks(runs, after, target_min, segments, group, "last")
    fifth = np.arange(len(before.days)) % EVERY == EVERY - 1
    if (~fifth).sum() >= FEWEST_TRAINING_DAYS and fifth.sum() >= FEWEST_HELD_OUT:
        held = _held_out(part(before, ~fifth), part(before, fifth), rosters, target_min, replications, seed)
        if held is not None:
            more += _checks(held[0], held[1], target_min, _everyone(history), "all", "fifth")
    passes = all(c.passes for c in (*checks, *more))
    model_error, baseline_error = _errors(runs, before, after)
    return Fit(
        passes=passes,
        reason="held" if passes else "missed",
        checks=tuple(checks),
        more_checks=tuple(more),
        held_out_from=after.days[0],
        held_out_to=after.days[-1] + timedelta(days=1),
        n_days=len(after.days),
        model_error_min=model_error,
        baseline_error_min=baseline_error,
        by_half_hour=_half_hours(runs, after),
    )


def _everyone(history: History) -> list[int]:
    return list(range(len(history.segments)))


def _held_out(
    known: History, hidden: History, rosters: pd.DataFrame, target_min: float, replications: int, seed: int
) -> tuple[Runs, History] | None:
    """The hidden days simulated from the known ones, and the hidden days on weekdays that the known ones show open;
    None where no such day is left, or too little to know the branch by."""
    try:
        calibration = calibrate_history(known, rosters, pd.DataFrame(), hidden.days[0])
    except RequestError:
        return None
    is_open = np.array([bool(calibration.model.patterns[d.weekday()]) for d in hidden.days])
    if not is_open.any():
        return None
    hidden = part(hidden, is_open)
    model = replace(calibration.model, satisfaction=None)
    return simulate([model], calibration.uncertainty, hidden.days, replications, seed, target_min)[0], hidden


def _checks(
    runs: Runs, history: History, target_min: float, segments: Sequence[int], group: str, days: str
) -> list[FitCheck]:
    simulated = metrics.of_runs(runs, list(segments))
    measured = metrics.observed(history, target_min, list(segments))
    found = []
    for name, unit in UNITS.items():
        allowed = SHARE_LIMIT if unit == "share" else max(RELATIVE_LIMIT * measured[name], LEAST_MIN)
        found.append(checked(name, unit, spread(simulated[name]), measured[name], allowed, group, days))
    return [c for c in found if c is not None]


def checked(
    name: str, unit: Unit, values: Spread, seen: float, allowed: float, group: str, days: str = "last"
) -> FitCheck | None:
    """Whether a measured value lies within the 99 % interval of the simulated ones, or as near to their mean as is
    allowed; None where either is unknown."""
    if not np.isfinite(seen) or not np.isfinite(values.mean):
        return None
    error, limit = abs(values.mean - seen), max(allowed, LOOKS * (values.high - values.low) / 2)
    low, high = (values.mean + LOOKS * (edge - values.mean) for edge in (values.low, values.high))
    return FitCheck(
        name, unit, seen, values, error, limit, bool(error <= limit or low <= seen <= high), group, days
    )


def _by_half_hour_check(runs: Runs, history: History) -> FitCheck:
    frame = _half_hours(runs, history)
    weight = frame["n"] / max(frame["n"].sum(), 1)
    error = float((weight * (frame["simulated_mean_min"] - frame["measured_mean_min"]).abs()).sum())
    limit = max(2 * LEAST_MIN, HALF_HOUR_LIMIT * float(history.wait[history.is_served].mean()))
    nothing = Spread(0.0, 0.0, 0.0)
    return FitCheck("wait_by_half_hour", "min", 0.0, nothing, error, limit, error <= limit)


def _half_hours(runs: Runs, history: History) -> pd.DataFrame:
    """half_hour, measured_mean_min, n, simulated_mean_min, simulated_low_min, simulated_high_min."""
    served = history.is_served
    n = np.bincount(history.slot[served], minlength=N_SLOTS)
    waited = np.bincount(history.slot[served], history.wait[served], N_SLOTS)
    rows = []
    for slot in np.flatnonzero(n):
        with np.errstate(divide="ignore", invalid="ignore"):
            values = spread(
                runs.slot_wait[..., slot].sum(axis=(1, 2)) / runs.slot_n[..., slot].sum(axis=(1, 2))
            )
        rows.append((int(slot), waited[slot] / n[slot], int(n[slot]), values.mean, values.low, values.high))
    columns = [
        "half_hour",
        "measured_mean_min",
        "n",
        "simulated_mean_min",
        "simulated_low_min",
        "simulated_high_min",
    ]
    return pd.DataFrame(rows, columns=columns)


def _errors(runs: Runs, before: History, after: History) -> tuple[float, float]:
    """Mean absolute error of the mean wait by weekday and hour, of the model and of the days before."""
    measured, n = _by_weekday_hour(after)
    baseline, known = _by_weekday_hour(before)
    with np.errstate(divide="ignore", invalid="ignore"):
        waited, served = (_hours(x.sum(axis=(0, 1))) for x in (runs.slot_wait, runs.slot_n))
        model = waited / served
    use = (n > 0) & (known > 0) & (served > 0)
    if not use.any():
        return float("nan"), float("nan")
    return (
        float(np.average(np.abs(model - measured)[use], weights=n[use])),
        float(np.average(np.abs(baseline - measured)[use], weights=n[use])),
    )


def _by_weekday_hour(history: History) -> tuple[Floats, NDArray[np.float64]]:
    served = history.is_served
    key = history.weekday_of_day[history.day[served]] * N_SLOTS + history.slot[served]
    n = _hours(np.bincount(key, np.ones(len(key)), 7 * N_SLOTS).reshape(7, N_SLOTS))
    waited = _hours(np.bincount(key, history.wait[served], 7 * N_SLOTS).reshape(7, N_SLOTS))
    with np.errstate(divide="ignore", invalid="ignore"):
        return waited / n, n


def _hours(by_slot: NDArray) -> Floats:
    """Half hours taken together to hours."""
    return (by_slot[:, ::2] + by_slot[:, 1::2]).astype(float)
