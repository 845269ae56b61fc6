"""Does the model reproduce the branch? Calibrated without the last weeks, then held against what they were."""

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.methods.estimate import Unit
from analytics.simulation import metrics
from analytics.simulation.calibration import ROSTERS_SQL, calibrate_history
from analytics.simulation.engine import Runs, simulate
from analytics.simulation.history import History, part, read_history
from analytics.simulation.model import N_SLOTS
from analytics.simulation.result import Fit, FitCheck, Spread, spread
from analytics.store import Store

HELD_OUT_DAYS, FEWEST_TRAINING_DAYS, FEWEST_HELD_OUT = 28, 8, 2
RELATIVE_LIMIT, SHARE_LIMIT, HALF_HOUR_LIMIT = 0.15, 0.03, 0.30
"""What an error may be at most, where the interval is narrower: of the wait; of a share (points); of a half hour's wait."""
UNITS: dict[str, Unit] = {
    "wait_mean_min": "min",
    "wait_p90_min": "min",
    "within_target_share": "share",
    "abandon_share": "share",
}


@lru_cache(maxsize=8)
def fit(store: Store, filters: Filters, replications: int = 100, seed: int = 1) -> Fit:
    """Hold out the last four weeks (of short data the last fifth), simulate them from the days before, compare.

    A check passes where the measured value lies within the 95 % prediction interval, or within 15 % of the wait
    (3 points of a share) of the forecast; the half hours: where the mean error of their mean waits, weighted by
    tickets, is at most 30 % of the mean wait or one minute.
    """
    history = read_history(store, filters)
    days = history.days
    late = np.array([(days[-1] - d).days < HELD_OUT_DAYS for d in days])
    if late.mean() > 0.4:
        late = np.arange(len(days)) >= len(days) - max(len(days) // 5, FEWEST_HELD_OUT)
    if (~late).sum() < FEWEST_TRAINING_DAYS:
        return Fit(False, "too_few_days", n_days=len(days))
    before, after = part(history, ~late), part(history, late)
    rosters = store.frame(ROSTERS_SQL, branch_id=filters.branch_id)
    no_answers = pd.DataFrame()
    calibration = calibrate_history(before, rosters, no_answers, after.days[0])
    known = tuple(d for d in after.days if calibration.model.patterns[d.weekday()])
    runs = simulate(
        [calibration.model], calibration.uncertainty, known, replications, seed, filters.targets.wait_min
    )[0]
    return compare(
        runs, part(after, np.isin(np.array(after.days), np.array(known))), filters.targets.wait_min
    )


def compare(runs: Runs, history: History, target_min: float) -> Fit:
    """The simulated period against the tickets that were."""
    everyone = list(range(len(history.segments)))
    simulated = metrics.of_runs(runs, everyone)
    measured = metrics.observed(history, target_min, everyone)
    checks = []
    for name, unit in UNITS.items():
        values = spread(simulated[name])
        allowed = SHARE_LIMIT if unit == "share" else RELATIVE_LIMIT * measured[name]
        checks.append(
            _check(name, unit, measured[name], values, max(allowed, (values.high - values.low) / 2))
        )
    frame = _half_hours(runs, history)
    weight = frame["n"] / max(frame["n"].sum(), 1)
    error = float((weight * (frame["simulated_mean_min"] - frame["measured_mean_min"]).abs()).sum())
    limit = max(1.0, HALF_HOUR_LIMIT * measured["wait_mean_min"])
    none = Spread(0.0, 0.0, 0.0)
    checks.append(FitCheck("wait_by_half_hour", "min", 0.0, none, error, limit, error <= limit))
    passes = all(c.passes for c in checks)
    last: date = history.days[-1]
    return Fit(
        passes, "held" if passes else "missed", tuple(checks), history.days[0], last, len(history.days), frame
    )


def _check(name: str, unit: Unit, measured: float, simulated: Spread, limit: float) -> FitCheck:
    error = abs(simulated.mean - measured)
    passes = error <= limit or simulated.low <= measured <= simulated.high
    return FitCheck(name, unit, measured, simulated, error, limit, bool(passes))


def _half_hours(runs: Runs, history: History) -> pd.DataFrame:
    """half_hour, measured_mean_min, n, simulated_mean_min, simulated_low_min, simulated_high_min."""
    served = history.is_served
    n = np.bincount(history.slot[served], minlength=N_SLOTS)
    waited = np.bincount(history.slot[served], history.wait[served], N_SLOTS)
    rows = []
    for slot in np.flatnonzero(n):
        with np.errstate(divide="ignore", invalid="ignore"):
            values = spread(runs.slot_wait[:, :, slot].sum(axis=1) / runs.slot_n[:, :, slot].sum(axis=1))
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
