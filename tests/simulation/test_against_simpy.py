"""The same branch month in SimPy and in the engine: every metric agrees within chance."""

import numpy as np
import pytest

from analytics.simulation import metrics
from analytics.simulation.engine import simulate
from analytics.simulation.model import Uncertainty
from benchmarks.branch_month import DAYS, TARGET_MIN, engine_model, simpy_month

pytestmark = pytest.mark.slow
N_SIMPY, N_OURS = 30, 400


def test_month_agrees_metric_by_metric() -> None:
    model = engine_model()
    runs = simulate([model], Uncertainty.none(model), DAYS, N_OURS, 3, TARGET_MIN)[0]
    ours = metrics.of_runs(runs, [0, 1]) | {
        "busy_min": runs.staff[:, 0],
        "n_tickets": runs.sums[:, :, 0].sum(axis=1),
    }
    theirs = [simpy_month(seed) for seed in range(N_SIMPY)]
    for name, values in ours.items():
        other = np.array([t[name] for t in theirs])
        error = np.sqrt(values.var(ddof=1) / N_OURS + other.var(ddof=1) / N_SIMPY)
        z = (values.mean() - other.mean()) / error
        assert abs(z) < 3, (name, values.mean(), other.mean(), z)
