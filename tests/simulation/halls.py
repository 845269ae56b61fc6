"""Small halls for tests, built by hand."""

import numpy as np

from analytics.simulation.model import N_SLOTS, Drift, Model, Segment, Server

PROBABILITIES = np.linspace(0, 1, 257)


def exponential_table(mean: float, n_points: int = 257) -> np.ndarray:
    """Quantile table of the exponential law; the last cell's end is set so that the table's mean is right."""
    p = np.linspace(0, 1, n_points)
    q = -mean * np.log1p(-p[:-1])
    inner = ((q[:-1] + q[1:]) / 2).sum() / (n_points - 1)
    return np.append(q, 2 * (mean - inner) * (n_points - 1) - q[-1])


def steady_hall(
    arrivals_per_min,
    service_tables,
    servers: int,
    patience_tables=None,
    credit_min=None,
    minutes: float = 480_000.0,
) -> Model:
    """One endless day: a class a segment, one service a segment, the same servers for all."""
    n = len(arrivals_per_min)
    slot_min = minutes / N_SLOTS
    rates = np.zeros((7, N_SLOTS, n, n))
    for k, rate in enumerate(arrivals_per_min):
        rates[:, :, k, k] = rate * slot_min
    service = np.array(service_tables)
    patience = np.array(patience_tables) if patience_tables is not None else np.full((n, 257), 1e9)
    everyone = frozenset(range(n))
    return Model(
        role="counter",
        segments=tuple(Segment(f"segment {k}", "all") for k in range(n)),
        services=tuple(f"service {k}" for k in range(n)),
        rates=rates,
        day_cv=0.0,
        week_cv=0.0,
        month_day=np.ones(32),
        drift=Drift(),
        service_min=service,
        teller_factor={},
        patience_min=patience,
        credit_min=np.zeros(n) if credit_min is None else np.asarray(credit_min, float),
        servers=tuple(Server(f"C{s}", (), everyone, everyone) for s in range(servers)),
        staff_on=np.ones((1, N_SLOTS, servers), bool),
        patterns=((0,),) * 7,
        slot_min=slot_min,
    )
