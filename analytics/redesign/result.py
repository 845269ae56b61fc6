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
    "PROCESS_METRICS",
    "Fit",
    "FitCheck",
    "Forecast",
    "Guardrail",
    "LossLink",
    "MetricForecast",
    "ProcessDetail",
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
PROCESS_METRICS: dict[str, Unit] = {
    "cycle_time_mean_h": "h",
    "cycle_time_p90_h": "h",
    "cycle_time_working_mean_h": "h",
    "waiting_share": "share",
    "won_per_week": "per_week",
    "conversion_share": "share",
    "value_won_cny_per_month": "cny",
    "throughput_per_week": "per_week",
}
"""Beside them `utilisation:ROLE`, a share, for each pool of the process."""
# Which way is better; cost and utilisation of a process have no side of their own.
HIGHER_IS_BETTER = {"within_target_share": True, "csat_mean": True, "wait_mean_min": False, "wait_p90_min": False,
                    "abandon_share": False, "utilisation": False, "cycle_time_mean_h": False,
                    "cycle_time_p90_h": False, "cycle_time_working_mean_h": False, "waiting_share": False,
                    "won_per_week": True, "conversion_share": True, "value_won_cny_per_month": True,
                    "throughput_per_week": True}  # fmt: skip


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
    `wait_p90`, `csat`, in a process `cycle_time`, `cycle_time_p90`, `none_through`; `change` is the change that decided."""

    passes: bool
    reason: str
    change: Spread | None = None


@dataclass(frozen=True)
class LossLink:
    """How the age of a case moves whether it is lost after a step: odds ratio per working day with its 95 % interval,
    from n cases. What the data show together, not what a measure must bring."""

    activity: str
    odds_ratio: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class ProcessDetail:
    """A process as it is and as it would be.

    steps: a row per activity, in the order in which cases mostly do them: activity, role_before, role_after, change
    (`same`, `changed`, `removed`, `merged`), place (0 …), and for `before` and `after` each: n_per_case_SIDE (times done
    per case that began), wait_SIDE_h (mean from ready to start, working hours, the customer's own time included),
    own_SIDE_h (of these the customer's own time), work_SIDE_min (mean minutes of work), with wait_SIDE_low_h,
    wait_SIDE_high_h (95 % prediction interval).
    edges: a row per hand-over that occurs on either side: before, activity (empty: the case begins, the case ends),
    n_per_case_before, n_per_case_after, wait_before_h, wait_after_h (NaN where it does not occur).
    parallel: groups of activities done side by side after the measures. changed: activities that a measure names.
    roles: the pools, with people on duty at most before and after: role, people_before, people_after.
    n_cases: cases of the log that the model was calibrated on; n_ended of them ended. loss_links: empty where the data
    show none, then conversion does not hang on time. carries_over: n of open cases that the period begins with.
    """

    steps: pd.DataFrame
    edges: pd.DataFrame
    parallel: tuple[tuple[str, ...], ...]
    changed: tuple[str, ...]
    roles: pd.DataFrame
    n_cases: int
    n_ended: int
    loss_links: tuple[LossLink, ...]
    n_carried_over: int = 0


@dataclass(frozen=True)
class Forecast:
    """Before and after of a list of measures for one coming period, of the hall or of a process (`process:NAME`).

    metrics: all customers; by_segment: the segments as the data name them; by_group: `ordinary` and `vip`, empty where
    the data make no split. by_half_hour: half_hour (0–47), group (`all`, `ordinary`, `vip`), before_mean_min,
    before_low_min, before_high_min, after_mean_min, after_low_min, after_high_min (mean wait of tickets taken then).
    waited_min_per_month: the change of the minutes that all customers served wait in a month; None without a measure.
    process: None for the hall; for a process by_half_hour is empty and n_tickets 0.
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
    process: ProcessDetail | None = None
