"""What a forecast says: numbers and codes only; the words are in words/forecast.py."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics.methods.estimate import Unit
from analytics.simulation.result import Fit, FitCheck, Spread

__all__ = [
    "HALL_METRICS",
    "HIGHER_IS_BETTER",
    "Fit",
    "FitCheck",
    "Forecast",
    "Guardrail",
    "MetricForecast",
    "Spread",
]

HALL_METRICS: dict[str, Unit] = {
    "wait_mean_min": "min",
    "wait_p90_min": "min",
    "within_target_share": "share",
    "abandon_share": "share",
    "utilisation": "share",
    "csat_mean": "scale",
    "staff_cost_cny_per_month": "cny",
}
# Which way is better; cost has no side of its own.
HIGHER_IS_BETTER = {"within_target_share": True, "csat_mean": True, "wait_mean_min": False, "wait_p90_min": False,
                    "abandon_share": False, "utilisation": False}  # fmt: skip


@dataclass(frozen=True)
class MetricForecast:
    """One metric of one group: what the data showed, the period without and with the measures, the paired change."""

    name: str
    unit: Unit
    observed: float | None
    before: Spread
    after: Spread
    change: Spread


@dataclass(frozen=True)
class Guardrail:
    """Whether the ordinary customers pay for it. `reason` is a code: `held`, `no_split`, `no_measure`, `wait_mean`,
    `wait_p90`, `csat`; `change` is the change that decided."""

    passes: bool
    reason: str
    change: Spread | None = None


@dataclass(frozen=True)
class Forecast:
    """Before and after of a list of measures for one coming period.

    metrics: all customers; by_segment: the segments as the data name them; by_group: `ordinary` and `vip`, empty where
    the data make no split. by_half_hour: half_hour (0–47), group (`all`, `ordinary`, `vip`), before_mean_min,
    before_low_min, before_high_min, after_mean_min, after_low_min, after_high_min (mean wait of tickets taken then).
    waited_min_per_month: the change of the minutes that all customers served wait in a month; None without a measure.
    notes: codes of what could not be estimated, with their values, e.g. ("no_patience", {...}); see words/forecast.py.
    """

    scope: str
    measures: tuple[dict[str, Any], ...]
    metrics: dict[str, MetricForecast]
    by_segment: dict[str, dict[str, MetricForecast]]
    by_group: dict[str, dict[str, MetricForecast]]
    by_half_hour: pd.DataFrame
    guardrail: Guardrail
    fit: Fit
    notes: tuple[tuple[str, dict[str, Any]], ...]
    horizon_days: int
    starts_on: date
    replications: int
    seed: int
    seconds: float
    n_tickets: int
    data_version: str
    waited_min_per_month: Spread | None = None
