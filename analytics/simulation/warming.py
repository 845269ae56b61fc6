"""Makes the first forecast as quick as the next: run once, while the first page is shown."""

from datetime import date

import numpy as np

from analytics.simulation.discipline import waiting_choices
from analytics.simulation.engine import simulate
from analytics.simulation.model import N_SLOTS, Drift, Model, Segment, Server, Uncertainty


def warm() -> None:
    """Compile what numba compiles (or read it from its cache) and import what is slow to import."""
    import statsmodels.miscmodels.ordinal_model  # noqa: F401

    rates = np.zeros((7, N_SLOTS, 1, 1))
    rates[:, 18:20] = 1.0
    on = np.zeros((1, N_SLOTS, 1), bool)
    on[:, 18:20] = True
    model = Model(
        role="counter", segments=(Segment("ordinary", "all"),), services=("any",), rates=rates, day_cv=0.1, week_cv=0.0, month_day=np.ones(32), drift=Drift(),
        service_min=np.ones((1, 257)), teller_factor={}, patience_min=np.full((1, 257), 60.0), credit_min=np.zeros(1),
        servers=(Server("1", (), frozenset({0}), frozenset({0})),), staff_on=on, patterns=((0,),) * 7,
    )  # fmt: skip
    simulate([model], Uncertainty.none(model), [date(2026, 1, 5)], 1, 1, 10.0)
    minutes = np.array([540.0, 541.0])
    waiting_choices(
        np.array([0, 2]), minutes, minutes + 5, np.full(2, np.nan), np.zeros(2, np.int64), 1, np.ones(2, bool)
    )
