"""The same branch month in SimPy, in Ciw and in the engine: every metric agrees within chance."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.simulation import metrics
from analytics.simulation.engine import simulate
from analytics.simulation.model import Uncertainty
from benchmarks.branch_month import DAYS, TARGET_MIN, engine_model, simpy_month
from benchmarks.ciw_month import ciw_month

pytestmark = pytest.mark.slow
N_OTHER, N_OURS = 30, 400


@pytest.mark.parametrize("other_month", [simpy_month, ciw_month])
def test_month_agrees_metric_by_metric(other_month: Callable[[int], dict[str, float]]) -> None:
    model = engine_model()
    runs = simulate([model], Uncertainty.none(model), DAYS, N_OURS, 3, TARGET_MIN)[0]
    ours = metrics.of_runs(runs, [0, 1]) | {
        "busy_min": runs.staff[:, 0],
        "n_tickets": runs.sums[:, :, 0].sum(axis=1),
    }
    theirs = [other_month(seed) for seed in range(N_OTHER)]
    for name, values in ours.items():
        if name not in theirs[0]:
            continue
        other = np.array([t[name] for t in theirs])
        error = np.sqrt(values.var(ddof=1) / N_OURS + other.var(ddof=1) / N_OTHER)
        z = (values.mean() - other.mean()) / error
        assert abs(z) < 3, (name, values.mean(), other.mean(), z)
