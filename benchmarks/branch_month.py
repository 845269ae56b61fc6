"""The branch month on which engines are compared: 22 days of 8.5 hours, 45 customers an hour with peaks, two classes
with priority, six counters with a lunch dip, lognormal service, abandonment. The same laws for every engine."""

import math
import random
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import simpy

from analytics.simulation.model import N_SLOTS, STRICT_CREDIT_MIN, Drift, Model, Segment, Server

DAYS = tuple(d for d in (date(2026, 6, 1) + timedelta(days=i) for i in range(30)) if d.weekday() < 5)[:22]
OPENS_MIN, CLOSES_MIN = 540.0, 1050.0
PER_HOUR = 45.0
PROFILE = (
    0.7,
    0.9,
    1.2,
    1.3,
    1.2,
    1.0,
    0.8,
    0.8,
    0.9,
    1.0,
    1.2,
    1.3,
    1.2,
    1.0,
    0.9,
    0.8,
    0.8,
)  # per half hour
VIP_SHARE = 0.15
SERVICE_MEAN_MIN, SERVICE_CV = 6.5, 0.8
PATIENCE_MEAN_MIN = 45.0
COUNTERS, LUNCH_COUNTERS = 6, 4
LUNCH = (720.0, 840.0)
TARGET_MIN = 10.0

LOG_SD = math.sqrt(math.log(1 + SERVICE_CV**2))
LOG_MEAN = math.log(SERVICE_MEAN_MIN) - LOG_SD**2 / 2


def per_half_hour() -> list[float]:
    """Expected customers of each half hour from opening."""
    mean = sum(PROFILE) / len(PROFILE)
    return [PER_HOUR / 2 * p / mean for p in PROFILE]


def engine_model() -> Model:
    """The month as a model of the product's engine."""
    first = int(OPENS_MIN // 30)
    rates = np.zeros((7, N_SLOTS, 2, 1))
    for k, expected in enumerate(per_half_hour()):
        rates[:5, first + k, 0, 0] = expected * (1 - VIP_SHARE)
        rates[:5, first + k, 1, 0] = expected * VIP_SHARE
    on = np.zeros((1, N_SLOTS, COUNTERS), bool)
    on[0, first : first + len(PROFILE)] = True
    on[0, int(LUNCH[0] // 30) : int(LUNCH[1] // 30), LUNCH_COUNTERS:] = False
    return Model(
        role="counter",
        segments=(Segment("ordinary", "ordinary"), Segment("VIP", "vip")),
        services=("any",),
        rates=rates,
        day_cv=0.0,
        week_cv=0.0,
        month_day=np.ones(32),
        drift=Drift(),
        service_min=_table(lambda p: math.exp(LOG_MEAN + LOG_SD * NormalDist().inv_cdf(p)), SERVICE_MEAN_MIN)[
            None
        ],
        teller_factor={},
        patience_min=np.tile(
            _table(lambda p: -PATIENCE_MEAN_MIN * math.log1p(-p), PATIENCE_MEAN_MIN), (2, 1)
        ),
        credit_min=np.array([0.0, STRICT_CREDIT_MIN]),
        servers=tuple(Server(f"C{s + 1}", (), frozenset({0, 1}), frozenset({0})) for s in range(COUNTERS)),
        staff_on=on,
        patterns=((0,),) * 5 + ((), ()),
    )


def _table(quantile, mean: float, n: int = 2049) -> np.ndarray:
    """Quantile table with the law's own mean: the outer edge of the last cell makes up for the tail."""
    p = np.linspace(0, 1, n)
    inner = np.array([quantile(x) if x > 0 else 0.0 for x in p[:-1]])
    return np.append(inner, 2 * (mean * (n - 1) - ((inner[1:] + inner[:-1]) / 2).sum()) - inner[-1])


class SimpyHall:
    """One day of the month as SimPy's documentation writes it («bank renege»): a customer is a process that requests a
    counter and waits for it or for the end of his patience; counters at lunch are requests of the highest priority."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.env = simpy.Environment()
        self.counters = simpy.PriorityResource(self.env, COUNTERS)
        self.waits: list[float] = []
        self.n_tickets = 0
        self.busy_min = 0.0

    def run(self) -> None:
        self.env.process(self.customers())
        for _ in range(COUNTERS - LUNCH_COUNTERS):
            self.env.process(self.lunch())
        self.env.run()

    def customers(self):
        for k, expected in enumerate(per_half_hour()):
            end = OPENS_MIN + 30 * (k + 1)
            yield self.env.timeout(end - 30 - self.env.now)
            while (gap := self.rng.expovariate(expected / 30)) < end - self.env.now:
                yield self.env.timeout(gap)
                self.n_tickets += 1
                self.env.process(self.customer(0 if self.rng.random() < VIP_SHARE else 1))

    def customer(self, priority: int):
        arrived = self.env.now
        with self.counters.request(priority) as request:
            called = yield request | self.env.timeout(self.rng.expovariate(1 / PATIENCE_MEAN_MIN))
            if request in called:
                self.waits.append(self.env.now - arrived)
                minutes = self.rng.lognormvariate(LOG_MEAN, LOG_SD)
                self.busy_min += minutes
                yield self.env.timeout(minutes)

    def lunch(self):
        yield self.env.timeout(LUNCH[0])
        with self.counters.request(-1) as away:
            yield away
            yield self.env.timeout(LUNCH[1] - self.env.now)


def simpy_month(seed: int) -> dict[str, float]:
    """One replication of the month in SimPy: the metrics and the number of tickets."""
    rng = random.Random(seed)
    waits: list[float] = []
    n_tickets, busy_min = 0, 0.0
    for _ in DAYS:
        day = SimpyHall(rng)
        day.run()
        waits += day.waits
        n_tickets += day.n_tickets
        busy_min += day.busy_min
    called = np.array(waits)
    return {
        "wait_mean_min": float(called.mean()),
        "wait_p90_min": float(np.quantile(called, 0.9)),
        "within_target_share": float((called <= TARGET_MIN).sum() / n_tickets),
        "abandon_share": 1 - len(called) / n_tickets,
        "busy_min": busy_min,
        "n_tickets": n_tickets,
    }
