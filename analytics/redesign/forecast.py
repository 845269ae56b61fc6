"""Before and after: one coming period of the hall, without and with measures, from the same customers."""

import json
import math
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.measures import Context, Measure, apply_all, parse
from analytics.redesign.result import HALL_METRICS, Forecast, Guardrail, MetricForecast
from analytics.simulation import metrics
from analytics.simulation.calendar import coming_days
from analytics.simulation.calibration import Calibration, calibrate
from analytics.simulation.engine import Progress, Runs, simulate
from analytics.simulation.fit import fit
from analytics.simulation.model import N_SLOTS, Floats, Model
from analytics.simulation.result import Spread, spread
from analytics.store import Store, pseudonym

WORSE_MIN = 0.5
"""A rise of the ordinary customers' wait below half a minute does not fail the guardrail."""
MOST_CUSTOMERS = 1_000_000_000
"""A few minutes of work, with progress shown; more is refused."""


def forecast(
    store: Store,
    filters: Filters,
    measures: Sequence[Measure] = (),
    *,
    horizon_days: int | None = None,
    replications: int = 200,
    starts_on: date | None = None,
    seed: int = 1,
    scope: str | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast the hall of a branch for `horizon_days` working days (default: as many as the data had).

    The group of the filters is ignored: a hall serves everybody, and both groups are reported. Raises RequestError
    where data or request do not allow it.
    """
    started = time.perf_counter()
    if scope not in (None, "hall"):
        raise RequestError(
            _("The scope {scope} cannot be forecast yet: known is hall.").format(scope=scope), field="scope"
        )
    if not 2 <= replications <= 10_000:
        raise RequestError(
            _("Replications must be from 2 to 10,000, not {n}.").format(n=replications), field="replications"
        )
    if seed < 0:
        raise RequestError(_("The seed must be 0 or more, not {n}.").format(n=seed), field="seed")
    checked = parse(measures)
    everybody = Filters(
        filters.branch_id, filters.start_on, filters.end_on, "all", filters.grouping, filters.targets
    )
    calibration = calibrate(store, everybody)
    days_known = calibration.history.days
    first = starts_on or days_known[-1] + timedelta(days=1)
    before = calibration.model
    after = apply_all(before, checked, Context(lambda name: pseudonym(store.folder, name)))
    days = coming_days(before, first, horizon_days if horizon_days is not None else len(days_known))
    a_day = max(m.rates.sum(axis=(1, 2, 3)).max() for m in (before, after))
    if len(days) * a_day * replications > MOST_CUSTOMERS:
        raise RequestError(
            _("That many days and replications would take too long: choose fewer of either."),
            field="horizon_days",
        )
    models = [before, after] if checked else [before]
    runs = simulate(
        models, calibration.uncertainty, days, replications, seed, filters.targets.wait_min, progress
    )
    pair = (runs[0], runs[-1])
    luck = np.random.default_rng([seed, 7]).standard_normal(replications)
    everyone = list(range(len(before.segments)))
    by_segment = {
        name: _metrics(calibration, (before, after), pair, [i for i, s in enumerate(before.segments) if s.name == name],
                       filters.targets.wait_min, luck)
        for name in dict.fromkeys(s.name for s in before.segments)
    }  # fmt: skip
    groups = [g for g in ("ordinary", "vip") if any(s.group == g for s in before.segments)]
    by_group = {
        g: _metrics(calibration, (before, after), pair, [i for i, s in enumerate(before.segments) if s.group == g],
                    filters.targets.wait_min, luck)
        for g in groups
    }  # fmt: skip
    total = _metrics(calibration, (before, after), pair, everyone, filters.targets.wait_min, luck)
    total |= _staff(calibration, (before, after), pair)
    return Forecast(
        scope="hall",
        measures=checked,
        metrics={name: total[name] for name in HALL_METRICS if name in total},
        by_segment=by_segment,
        by_group=by_group,
        by_half_hour=_by_half_hour(before, pair),
        guardrail=_guardrail(by_group.get("ordinary", total), bool(checked), "ordinary" in by_group),
        fit=fit(store, everybody),
        notes=calibration.notes,
        horizon_days=len(days),
        starts_on=days[0],
        replications=replications,
        seed=seed,
        seconds=round(time.perf_counter() - started, 3),
        n_tickets=calibration.history.n,
        data_version=store.version,
        waited_min_per_month=_waited(before, pair, len(days)) if checked else None,
    )


def to_json(result: Forecast) -> dict[str, Any]:
    """The contract's JSON object of a forecast."""
    fitted = result.fit
    return {
        "scope": result.scope,
        "measures": list(result.measures),
        "metrics": _json_metrics(result.metrics),
        "by_segment": {name: _json_metrics(m) for name, m in result.by_segment.items()},
        "guardrail": {"passes": result.guardrail.passes, "reason": result.guardrail.reason},
        "fit": {
            "passes": fitted.passes,
            "reason": fitted.reason,
            "model_error_min": _rounded(fitted.model_error_min),
            "baseline_error_min": _rounded(fitted.baseline_error_min),
            "checks": [
                {
                    "name": ":".join(
                        [
                            c.name,
                            *([c.group] if c.group != "all" else []),
                            *(["fifth_days"] if c.days == "fifth" else []),
                        ]
                    ),
                    "value": _rounded(c.value),
                    "limit": _rounded(c.limit),
                    "passes": c.passes,
                }
                for c in fitted.all_checks
            ],
        },
        "waited_min_per_month": None
        if result.waited_min_per_month is None
        else _rounded(result.waited_min_per_month.mean),
        "notes": [{"code": code, **values} for code, values in result.notes],
        "horizon_days": result.horizon_days,
        "starts_on": result.starts_on.isoformat(),
        "replications": result.replications,
        "seed": result.seed,
        "seconds": result.seconds,
        "data_version": result.data_version,
    }


def _json_metrics(by_name: dict[str, MetricForecast]) -> dict[str, Any]:
    def sides(s: Spread) -> dict[str, Any]:
        return {"mean": _rounded(s.mean), "interval": [_rounded(s.low), _rounded(s.high)]}

    return {
        name: {"unit": m.unit, "observed": _rounded(m.observed), "before": sides(m.before), "after": sides(m.after),
               "change": sides(m.change)}
        for name, m in by_name.items()
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    """JSON knows no NaN."""
    return None if value is None or not math.isfinite(value) else round(value, 6)


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
    return {name: _metric(name, seen.get(name), sides[0][name], sides[1][name]) for name in sides[0]}


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


def _metric(name: str, seen: float | None, before: Floats, after: Floats) -> MetricForecast:
    return MetricForecast(
        name, HALL_METRICS[name], seen, spread(before), spread(after), spread(after - before)
    )


def _staff(
    calibration: Calibration, models: tuple[Model, Model], runs: tuple[Runs, Runs]
) -> dict[str, MetricForecast]:
    history = calibration.history
    seen = metrics.observed_utilisation(history, models[0].headcount())
    result = {
        "utilisation": _metric(
            "utilisation", seen, metrics.utilisation(runs[0]), metrics.utilisation(runs[1])
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


def _guardrail(ordinary: dict[str, MetricForecast], has_measures: bool, is_split: bool) -> Guardrail:
    """Of the ordinary customers, or where the data make no split, of all."""
    if not has_measures:
        return Guardrail(True, "no_measure")
    for name, reason in (("wait_mean_min", "wait_mean"), ("wait_p90_min", "wait_p90")):
        change = ordinary[name].change
        if change.low > 0 and change.mean > WORSE_MIN:
            return Guardrail(False, reason, change)
    if "csat_mean" in ordinary and ordinary["csat_mean"].change.high < 0:
        return Guardrail(False, "csat", ordinary["csat_mean"].change)
    return Guardrail(True, "held" if is_split else "no_split", ordinary["wait_mean_min"].change)


def dumps(result: Forecast) -> str:
    return json.dumps(to_json(result), ensure_ascii=False)
