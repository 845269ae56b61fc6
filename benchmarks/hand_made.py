"""Process models made by hand: what the process engine is tested and measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.simulation.model import N_SLOTS, Drift, Floats, Segment
from analytics.simulation.process.model import ENDS, N_LEVELS, ProcessModel, Side, Step, Worker

Source = str | tuple[str, ...]
Flow = Mapping[Source, Mapping[Source, float]]
ALWAYS = np.ones((7, N_SLOTS), bool)


def hours(week: Mapping[tuple[int, ...], Sequence[tuple[float, float]]]) -> NDArray[np.bool_]:
    """Grid [weekday, slot] of opening hours by weekdays (0 = Monday)."""
    grid = np.zeros((7, N_SLOTS), bool)
    for weekdays, windows in week.items():
        for weekday in weekdays:
            for from_h, to_h in windows:
                grid[weekday, round(from_h * 2) : round(to_h * 2)] = True
    return grid


def process_model(
    pools: Mapping[str, Sequence[NDArray[np.bool_]]],
    steps: Mapping[str, tuple[str, Floats]],
    flow: Flow,
    rates: Floats,
    again: Flow | None = None,
    delays: Mapping[tuple[str, str], Floats] | None = None,
    **changes: Any,
) -> ProcessModel:
    """One segment, one process. pools: duty grids of each role's people; steps: activity -> (role, quantile table of
    minutes; no role: nobody's time); flow: probabilities of what comes after "start", an activity or a tuple of
    activities side by side; again: the same where a step is done once more (default: as the first time);
    rates[weekday, slot]: expected cases; delays: (activity before, activity) -> table. Open whenever anybody works."""
    names = list(steps)
    flows = [flow, {**flow, **(again or {})}]
    sides = list(dict.fromkeys(t for after in flow.values() for t in after if isinstance(t, tuple)))
    targets: list[Source] = [*names, *ENDS, *sides]
    n, n_targets = len(names), len(targets)

    def row(after: Mapping[Source, float]) -> Floats:
        found = np.zeros(n_targets)
        for target, p in after.items():
            found[targets.index(target)] = p
        return found

    routing = np.zeros((N_LEVELS, 1, n, n_targets))
    for level, by_source in enumerate(flows):
        for i, name in enumerate(names):
            routing[level, 0, i] = row(by_source.get(name, {}))
    workers = [(role, k, grid) for role, grids in pools.items() for k, grid in enumerate(grids)]
    on_duty = (
        np.stack([grid for _, _, grid in workers], axis=-1) if workers else np.zeros((7, N_SLOTS, 0), bool)
    )
    delay_row = np.full((n + 1, n), -1, np.int64)
    tables = delays or {}
    for k, (before, after) in enumerate(tables):
        delay_row[names.index(before) if before in names else n, names.index(after)] = k
    nobody = np.array([not role for role, _ in steps.values()])
    width = len(next(iter(steps.values()))[1])
    model = ProcessModel(
        process="loan",
        processes=("loan",),
        segments=(Segment("ordinary", "ordinary"),),
        rates=np.asarray(rates, float).reshape(7, N_SLOTS, 1, 1),
        day_cv=0.0,
        week_cv=0.0,
        month_day=np.ones(32),
        drift=Drift(),
        steps=tuple(Step("loan", name, role) for name, (role, _) in steps.items()),
        sides=tuple(Side(tuple(names.index(m) for m in side)) for side in sides),
        start=row(flow["start"]).reshape(1, 1, -1),
        routing=routing,
        side_routing=np.array([row(flow[side]) for side in sides]).reshape(1, len(sides), n_targets),
        duration_min=np.stack([table for _, table in steps.values()]),
        delay_row=delay_row,
        delay_min=np.stack(list(tables.values())) if tables else np.zeros((0, width)),
        windows=(None,) * n,
        same_day=np.zeros(n, bool),
        auto_share=nobody.astype(float),
        auto_min=np.where(nobody, np.nan, 0.0),
        age_slope=np.zeros(n),
        age_mean_days=np.zeros(n),
        workers=tuple(Worker(f"{role} {k + 1}", role) for role, k, _ in workers),
        serves=np.array([[role == r for r, _ in steps.values()] for role, _, _ in workers], bool).reshape(
            -1, n
        ),
        resource_factor={},
        on_duty=on_duty,
        attendance=np.ones(len(workers)),
        owned={},
        is_open=np.asarray(on_duty.any(axis=2)) if workers else ALWAYS,
        closes_on_holidays=False,
        has_outcomes=True,
    )
    return replace(model, **changes)


def table(quantile, mean: float, n: int = 2049) -> Floats:
    """Quantile table of a law with the law's own mean: the outer edge of the last cell makes up for the tail."""
    p = np.linspace(0, 1, n)
    inner = np.array([quantile(x) if x > 0 else 0.0 for x in p[:-1]])
    return np.append(inner, 2 * (mean * (n - 1) - ((inner[1:] + inner[:-1]) / 2).sum()) - inner[-1])


def always_lasting(minutes: float, n: int = 2049) -> Floats:
    return np.full(n, float(minutes))
