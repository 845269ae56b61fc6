"""Before and after in the hall: one coming period without and with measures, from the same customers."""

import math
import time
from datetime import timedelta

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign import guardrail, paired
from analytics.redesign.hall_measures import apply_all
from analytics.redesign.parameters import Context
from analytics.redesign.request import Request
from analytics.redesign.result import HALL_METRICS, Forecast, MetricForecast
from analytics.simulation import metrics
from analytics.simulation.calendar import coming_days
from analytics.simulation.calibration import Calibration, calibrate
from analytics.simulation.engine import Progress, Runs, simulate
from analytics.simulation.fit import fit
from analytics.simulation.model import N_SLOTS, Floats, Model
from analytics.simulation.result import Spread, spread
from analytics.store import Store, pseudonym

MOST_CUSTOMERS = 1_000_000_000
"""A few minutes of work, with progress shown; more is refused."""


def forecast_hall(
    store: Store, filters: Filters, request: Request, progress: Progress | None = None
) -> Forecast:
    """The hall of a branch with the measures of the request; `filters` are those of everybody."""
    started = time.perf_counter()
    calibration = calibrate(store, filters)
    days_known = calibration.history.days
    first = request.starts_on or days_known[-1] + timedelta(days=1)
    before = calibration.model
    after = apply_all(before, request.measures, Context(lambda name: pseudonym(store.folder, name)))
    days = coming_days(before, first, request.days(len(days_known)))
    a_day = max(m.rates.sum(axis=(1, 2, 3)).max() for m in (before, after))
    if len(days) * a_day * request.replications > MOST_CUSTOMERS:
        raise RequestError(
            _("That many days and replications would take too long: choose fewer of either."),
            field="horizon_days",
        )
    models = [before, after] if request.measures else [before]
    runs = simulate(
        models,
        calibration.uncertainty,
        days,
        request.replications,
        request.seed,
        filters.targets.wait_min,
        progress,
    )
    pair = (runs[0], runs[-1])
    luck = np.random.default_rng([request.seed, 7]).standard_normal(request.replications)

    def of(segments: list[int]) -> dict[str, MetricForecast]:
        return _metrics(calibration, (before, after), pair, segments, filters.targets.wait_min, luck)

    by_group = paired.by_group(before.segments, of)
    total = of(list(range(len(before.segments))))
    total |= _staff(calibration, (before, after), pair)
    return Forecast(
        scope="hall",
        measures=request.measures,
        metrics={name: total[name] for name in HALL_METRICS if name in total},
        by_segment=paired.by_segment(before.segments, of),
        by_group=by_group,
        by_half_hour=_by_half_hour(before, pair),
        guardrail=guardrail.of_hall(
            by_group.get("ordinary", total), bool(request.measures), "ordinary" in by_group
        ),
        fit=fit(store, filters),
        notes=calibration.notes,
        horizon_days=len(days),
        starts_on=days[0],
        replications=request.replications,
        seed=request.seed,
        seconds=round(time.perf_counter() - started, 3),
        n_tickets=calibration.history.n,
        data_version=store.version,
        waited_min_per_month=_waited(before, pair, len(days)) if request.measures else None,
    )


def _metrics(
    calibration: Calibration,
    models: tuple[Model, Model],
    runs: tuple[Runs, Runs],
    segments: list[int],
    target: float,
    luck: Floats,
) -> dict[str, MetricForecast]:
    seen: dict[str, float | None] = dict(metrics.observed(calibration.history, target, segments))
    sides = [metrics.of_runs(r, segments) for r in runs]
    for model, run, side in zip(models, runs, sides, strict=True):
        score = metrics.csat(run, model, segments, luck)
        if score is not None:
            side["csat_mean"] = score
    link = calibration.model.satisfaction
    if link is not None:
        seen["csat_mean"] = _observed_csat(calibration, segments)
    return {
        name: paired.paired(name, HALL_METRICS[name], seen.get(name), sides[0][name], sides[1][name])
        for name in sides[0]
    }


def _observed_csat(calibration: Calibration, segments: list[int]) -> float:
    link, history = calibration.model.satisfaction, calibration.history
    assert link is not None
    served = np.bincount(history.segment[history.is_served], minlength=len(history.segments))[segments]
    answers = served * link.response_share[segments]
    return (
        float((answers * link.observed_mean[segments]).sum() / answers.sum())
        if answers.sum()
        else float("nan")
    )


def _staff(
    calibration: Calibration, models: tuple[Model, Model], runs: tuple[Runs, Runs]
) -> dict[str, MetricForecast]:
    history = calibration.history
    seen = metrics.observed_utilisation(history, models[0].headcount())
    result = {
        "utilisation": paired.paired(
            "utilisation",
            HALL_METRICS["utilisation"],
            seen,
            metrics.utilisation(runs[0]),
            metrics.utilisation(runs[1]),
        )
    }
    costs = [_cost(m) for m in models]
    if not math.isnan(costs[0]):
        fixed = [Spread(c, c, c) for c in (*costs, costs[1] - costs[0])]
        result["staff_cost_cny_per_month"] = MetricForecast(
            "staff_cost_cny_per_month", "cny", costs[0], *fixed
        )
    return result


def _waited(model: Model, runs: tuple[Runs, Runs], n_days: int) -> Spread:
    """Change of the minutes waited in a month, over all customers served."""
    minutes = [r.sums[:, :, 2].sum(axis=1) / n_days * model.working_days_per_month for r in runs]
    return spread(minutes[1] - minutes[0])


def _cost(model: Model) -> float:
    """Planned hours of an average month × hourly cost."""
    weeks_per_month = model.working_days_per_month / max(sum(bool(p) for p in model.patterns), 1)
    return model.staff_hours_per_week() * weeks_per_month * model.hourly_cost_cny


def _by_half_hour(model: Model, runs: tuple[Runs, Runs]) -> pd.DataFrame:
    names = ["all", *(g for g in ("ordinary", "vip") if any(s.group == g for s in model.segments))]
    rows = []
    for name in names:
        segments = [i for i, s in enumerate(model.segments) if name in ("all", s.group)]
        for slot in range(N_SLOTS):
            values: list[float] = []
            for run in runs:
                n = run.slot_n[:, segments, :, slot].sum(axis=(0, 2))
                with np.errstate(divide="ignore", invalid="ignore"):
                    s = spread(run.slot_wait[:, segments, :, slot].sum(axis=(0, 2)) / n)
                values += [s.mean, s.low, s.high]
            if not math.isnan(values[0]):
                rows.append((slot, name, *values))
    sides = [f"{side}_{part}_min" for side in ("before", "after") for part in ("mean", "low", "high")]
    return pd.DataFrame(rows, columns=["half_hour", "group", *sides])
