"""Small processes for tests, built by hand."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from analytics.simulation.model import N_SLOTS, Floats
from analytics.simulation.process.engine import simulate_cases, trace
from analytics.simulation.process.model import ProcessModel, ProcessUncertainty, Windows
from analytics.simulation.process.runs import CaseRuns, Trace
from benchmarks.hand_made import ALWAYS, hours, process_model, table

MONDAY = date(2026, 1, 5)
WORKDAYS = (0, 1, 2, 3, 4)
NINE_TO_FIVE = hours({WORKDAYS: [(9, 17)]})
DAY_MIN = 1440.0


def all_days(n: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(days=d) for d in range(n))


def work_days(n: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(days=7 * (d // 5) + d % 5) for d in range(n))


def exponential(mean: float) -> Floats:
    return table(lambda p: -mean * math.log1p(-p), mean)


def evenly(per_min: float) -> Floats:
    """Rates of cases that come day and night."""
    return np.full((7, N_SLOTS), per_min * 30)


def at_slot(weekday: int, slot: int, n: float) -> Floats:
    """n cases expected in one half hour of the week."""
    rates = np.zeros((7, N_SLOTS))
    rates[weekday, slot] = n
    return rates


def run(model: ProcessModel, days, replications: int = 1, seed: int = 1, **options) -> CaseRuns:
    return simulate_cases([model], ProcessUncertainty.none(model), days, replications, seed, **options)[0]


def traced(model: ProcessModel, days, seed: int = 1) -> Trace:
    return trace(model, ProcessUncertainty.none(model), days, seed)


def one_step(servers: int, per_min: float, minutes: Floats, **changes) -> ProcessModel:
    """Day and night, one step, one pool."""
    return process_model(
        {"clerk": [ALWAYS] * servers},
        {"check": ("clerk", minutes)},
        {"start": {"check": 1.0}, "check": {"won": 1.0}},
        evenly(per_min),
        **changes,
    )


def everything() -> ProcessModel:
    """A process with all that the engine knows: rework, a pair, delays, a batch, a machine, own people, shifts with
    breaks, days off, work begun only where it ends the same day, loss by age."""
    morning, late = hours({WORKDAYS: [(9, 12), (13, 17)]}), hours({(0, 2, 3, 4): [(10, 18)]})
    model = process_model(
        {"manager": [morning, late, morning], "clerk": [late, morning], "approver": [morning]},
        {
            "contact": ("manager", exponential(30)),
            "proposal": ("manager", exponential(50)),
            "documents": ("clerk", exponential(45)),
            "credit check": ("clerk", exponential(40)),
            "valuation": ("", exponential(200)),
            "approval": ("approver", exponential(15)),
        },
        {
            "start": {"contact": 1.0},
            "contact": {"proposal": 0.8, "lost": 0.2},
            "proposal": {"documents": 0.9, "lost": 0.1},
            "documents": {("credit check", "valuation"): 0.7, "documents": 0.3},
            ("credit check", "valuation"): {"approval": 1.0},
            "approval": {"won": 0.8, "documents": 0.1, "lost": 0.1},
        },
        12 * NINE_TO_FIVE / 16,
        again={"documents": {("credit check", "valuation"): 0.9, "documents": 0.1}},
        delays={("contact", "proposal"): exponential(600), ("proposal", "documents"): exponential(300)},
    )
    n, of = len(model.steps), model.step
    windows: list[Windows | None] = [None] * n
    windows[of("approval")] = Windows(
        ((DAY_MIN + 600, DAY_MIN + 600), (4 * DAY_MIN + 840, 4 * DAY_MIN + 960))
    )
    windows[of("credit check")] = Windows(gaps_min=(200.0, 300.0, 700.0))
    machine, slope, mean_days = model.auto_share.copy(), np.zeros(n), np.zeros(n)
    machine[of("credit check")] = 0.4
    slope[of("proposal")], mean_days[of("proposal")] = 0.3, 2.0
    owner = np.zeros(len(model.workers))
    owner[:3] = 0.5, 0.3, 0.2
    return replace(
        model,
        windows=tuple(windows),
        auto_share=machine,
        same_day=np.array([s.role == "approver" for s in model.steps]),
        age_slope=slope,
        age_mean_days=mean_days,
        owned={"manager": owner},
        attendance=np.array([1.0, 1.0, 0.9, 1.0, 0.8, 1.0]),
    )
