"""The process on which engines are compared: seven steps with routing, rework and a pair side by side, five pools of
people with weekly calendars of their own, lognormal and exponential durations. The same laws for every engine; in plain
Python here, without any of the product's code."""

import heapq
import math
import random
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from analytics.simulation.model import N_QUANTILES, N_SLOTS, Floats
from analytics.simulation.process.model import ProcessModel
from benchmarks.hand_made import Flow, hours, process_model, table

N_WEEKS = 52
MONDAY = date(2026, 1, 5)
DAYS = tuple(MONDAY + timedelta(days=7 * w + d) for w in range(N_WEEKS) for d in range(5))
CASES_PER_DAY, ARRIVE_H = 12.0, (9.0, 17.0)
WEEK = (0, 1, 2, 3, 4)
Hours = dict[tuple[int, ...], list[tuple[float, float]]]
POOLS: dict[str, tuple[int, Hours]] = {
    "manager": (3, {WEEK: [(9, 12), (13, 17.5)]}),
    "assistant": (2, {WEEK: [(8.5, 17)]}),
    "analyst": (2, {WEEK: [(9, 12), (13, 17)]}),
    "valuer": (2, {(0, 1, 2, 3): [(10, 18)]}),
    "approver": (1, {WEEK: [(9.5, 11.5), (14, 17)]}),
}
STEPS = {
    "contact": ("manager", "exponential", 30.0, 1.0),
    "needs": ("manager", "lognormal", 60.0, 0.6),
    "documents": ("assistant", "lognormal", 45.0, 0.8),
    "credit check": ("analyst", "lognormal", 50.0, 0.7),
    "valuation": ("valuer", "exponential", 55.0, 1.0),
    "decision": ("approver", "lognormal", 18.0, 0.5),
    "signing": ("assistant", "exponential", 30.0, 1.0),
}
PAIR = ("credit check", "valuation")
FLOW: Flow = {
    "start": {"contact": 1.0},
    "contact": {"needs": 0.75, "lost": 0.25},
    "needs": {"documents": 1.0},
    "documents": {PAIR: 0.8, "documents": 0.2},
    PAIR: {"decision": 1.0},
    "decision": {"signing": 0.7, "documents": 0.15, "lost": 0.15},
    "signing": {"won": 1.0},
}
DAY_MIN, WEEK_MIN = 1440.0, 10080.0


def log_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    sd = math.sqrt(math.log(1 + cv**2))
    return math.log(mean) - sd**2 / 2, sd


def engine_model() -> ProcessModel:
    """The process as a model of the product's engine."""

    def minutes(law: str, mean: float, cv: float) -> Floats:
        if law == "exponential":
            return table(lambda p: -mean * math.log1p(-p), mean, N_QUANTILES)
        centre, sd = log_parameters(mean, cv)
        return table(lambda p: math.exp(centre + sd * NormalDist().inv_cdf(p)), mean, N_QUANTILES)

    rates = np.zeros((7, N_SLOTS))
    first, last = (round(2 * h) for h in ARRIVE_H)
    rates[:5, first:last] = CASES_PER_DAY / (last - first)
    return process_model(
        {role: [hours(week)] * n for role, (n, week) in POOLS.items()},
        {name: (role, minutes(law, mean, cv)) for name, (role, law, mean, cv) in STEPS.items()},
        FLOW,
        rates,
    )


class Week:
    """Working time of a weekly calendar, in clock minutes since a Monday's midnight."""

    def __init__(self, week: Hours) -> None:
        self.windows = sorted(
            (d * DAY_MIN + a * 60, d * DAY_MIN + b * 60)
            for days, spans in week.items()
            for d in days
            for a, b in spans
        )

    def is_on(self, at: float) -> bool:
        return any(a <= at % WEEK_MIN < b for a, b in self.windows)

    def next_opening(self, at: float) -> float:
        """The first moment on duty from `at` on."""
        if self.is_on(at):
            return at
        base, rest = at - at % WEEK_MIN, at % WEEK_MIN
        return min(base + a + (WEEK_MIN if a < rest else 0.0) for a, _ in self.windows)

    def done(self, at: float, minutes: float) -> float:
        """When so many minutes are worked, begun on duty at `at`."""
        while True:
            rest = at % WEEK_MIN
            left = next(b - rest for a, b in self.windows if a <= rest < b)
            if minutes <= left:
                return at + minutes
            minutes -= left
            at = self.next_opening(at + left + 1e-7)


def arrivals(rng: random.Random) -> list[float]:
    """When the cases of a year come, in clock minutes."""
    found = []
    first, last = (60 * h for h in ARRIVE_H)
    for day in range(N_WEEKS * 7):
        at = day * DAY_MIN + first
        while (
            day % 7 < 5
            and (at := at + rng.expovariate(CASES_PER_DAY / (last - first))) < day * DAY_MIN + last
        ):
            found.append(at)
    return found


def plain_year(seed: int) -> dict[str, float]:  # noqa: PLR0915
    """One replication in plain Python: metrics of the cases that ended within the year."""
    rng = random.Random(seed)
    weeks = {role: Week(week) for role, (_, week) in POOLS.items()}
    idle = {role: n for role, (n, _) in POOLS.items()}
    queues: dict[str, list[tuple[float, int, int, str]]] = {role: [] for role in POOLS}
    events: list[tuple[float, int, str, tuple]] = []
    n_pushed, until = 0, N_WEEKS * WEEK_MIN
    begun: dict[int, float] = {}
    pending: dict[int, int] = {}
    cycles: list[float] = []
    n_won = n_ended = 0
    n_done = dict.fromkeys(STEPS, 0)
    worked = dict.fromkeys(POOLS, 0.0)

    def push(at: float, kind: str, *what) -> None:
        nonlocal n_pushed
        n_pushed += 1
        heapq.heappush(events, (at, n_pushed, kind, what))

    def after(now: float, case: int, source) -> None:
        nonlocal n_won, n_ended
        target = rng.choices(list(FLOW[source]), list(FLOW[source].values()))[0]
        if target in ("won", "lost"):
            n_ended += 1
            if target == "won":
                n_won += 1
                cycles.append(now - begun[case])
            return
        members = target if isinstance(target, tuple) else (target,)
        pending[case] = len(members)
        for step in members:
            role = STEPS[step][0]
            heapq.heappush(queues[role], (now, n_pushed, case, step))
            serve(now, role)

    def serve(now: float, role: str) -> None:
        while idle[role] and queues[role]:
            if not weeks[role].is_on(now):
                push(weeks[role].next_opening(now), "opens", role)
                return
            _, _, case, step = heapq.heappop(queues[role])
            _, law, mean, cv = STEPS[step]
            minutes = (
                rng.expovariate(1 / mean)
                if law == "exponential"
                else rng.lognormvariate(*log_parameters(mean, cv))
            )
            idle[role] -= 1
            begun.setdefault(case, now)
            worked[role] += minutes
            push(weeks[role].done(now, minutes), "done", role, case, step)

    coming = arrivals(rng)
    for case, at in enumerate(coming):
        push(at, "comes", case)
    while events and events[0][0] < until:
        now, _, kind, what = heapq.heappop(events)
        if kind == "comes":
            after(now, what[0], "start")
        elif kind == "opens":
            serve(now, what[0])
        else:
            role, of, step = what
            idle[role] += 1
            n_done[step] += 1
            serve(now, role)
            pending[of] -= 1
            if step not in PAIR:
                after(now, of, step)
            elif not pending[of]:
                after(now, of, PAIR)
    staffed = {
        role: N_WEEKS * n * sum(b - a for a, b in weeks[role].windows) for role, (n, _) in POOLS.items()
    }
    return {
        "cycle_time_mean_h": float(np.mean(cycles)) / 60,
        "cycle_time_p90_h": float(np.quantile(cycles, 0.9)) / 60,
        "won_per_week": n_won / N_WEEKS,
        "conversion_share": n_won / n_ended,
        "n_cases": float(len(coming)),
        **{f"utilisation:{role}": worked[role] / staffed[role] for role in POOLS},
        **{f"times:{step}": float(n) for step, n in n_done.items()},
    }
