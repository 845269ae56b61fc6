"""Before and after: one coming period of the hall or of a process, without and with measures."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from analytics.filters import Filters
from analytics.redesign import scope as scopes
from analytics.redesign.hall_forecast import forecast_hall
from analytics.redesign.measures import Measure, parse
from analytics.redesign.process_forecast import forecast_process
from analytics.redesign.request import Request
from analytics.redesign.result import Forecast, MetricForecast, ProcessDetail
from analytics.simulation.engine import Progress
from analytics.simulation.result import Spread
from analytics.store import Store


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
    carry_over: bool = False,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast a branch for `horizon_days` working days (default: as many as the data had).

    scope: `hall` or `process:NAME`; decided by the measures where None. The group of the filters is ignored: people
    serve everybody, and both groups are reported. Raises RequestError where data or request do not allow it.
    """
    request = Request(parse(measures), horizon_days, replications, starts_on, seed, carry_over)
    everybody = replace(filters, group="all")
    place = scopes.decide(store, everybody, request.measures, scope)
    if place == scopes.HALL:
        return forecast_hall(store, everybody, request, progress)
    return forecast_process(store, everybody, scopes.process_of(place), request, progress)


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
        **({} if result.process is None else {"process": _json_process(result.process)}),
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


def _json_process(detail: ProcessDetail) -> dict[str, Any]:
    def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
        return [{str(key): _rounded(v) if isinstance(v, float) else v for key, v in row.items()}
                for row in frame.to_dict("records")]  # fmt: skip

    return {
        "cases": detail.n_cases,
        "ended": detail.n_ended,
        "carried_over": detail.n_carried_over,
        "steps": records(detail.steps),
        "edges": records(detail.edges),
        "parallel": [list(group) for group in detail.parallel],
        "roles": records(detail.roles),
        "loss_links": [
            {"activity": x.activity, "odds_ratio_per_day": _rounded(x.odds_ratio),
             "interval": [_rounded(x.low), _rounded(x.high)], "n": x.n}
            for x in detail.loss_links
        ],
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    """JSON knows no NaN."""
    return None if value is None or not math.isfinite(value) else round(value, 6)


def dumps(result: Forecast) -> str:
    return json.dumps(to_json(result), ensure_ascii=False)
