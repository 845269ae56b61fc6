"""A forecast as the redesign gives it, with numbers one can reckon with in the head."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.redesign.result import HALL_METRICS, Fit, FitCheck, Forecast, Guardrail, MetricForecast, Spread

LUNCH = {"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"}
HALF_HOURS = np.arange(18, 34)

Table = dict[str, tuple[float | None, float, float, float]]
# name: (observed, before, after, half width of the change's interval)
ORDINARY: Table = {
    "wait_mean_min": (13.2, 13.5, 8.8, 1.2),
    "wait_p90_min": (28.0, 28.3, 19.4, 2.6),
    "within_target_share": (0.475, 0.472, 0.701, 0.045),
    "abandon_share": (0.067, 0.068, 0.036, 0.008),
    "csat_mean": (3.61, 3.60, 3.85, 0.10),
}
VIP: Table = {
    "wait_mean_min": (3.6, 3.7, 3.6, 0.5),
    "wait_p90_min": (8.2, 8.3, 8.1, 1.2),
    "within_target_share": (0.94, 0.941, 0.944, 0.019),
    "abandon_share": (0.011, 0.011, 0.010, 0.004),
    "csat_mean": (4.31, 4.30, 4.31, 0.06),
}
ALL: Table = {
    "wait_mean_min": (11.2, 11.4, 7.7, 1.0),
    "wait_p90_min": (25.0, 25.1, 17.6, 2.2),
    "within_target_share": (0.57, 0.568, 0.751, 0.040),
    "abandon_share": (0.055, 0.056, 0.031, 0.007),
    "utilisation": (0.86, 0.865, 0.81, 0.02),
    "csat_mean": (3.75, 3.75, 3.95, 0.09),
    "staff_cost_cny_per_month": (None, 96_000.0, 105_600.0, 0.0),
}


def metric(name: str, observed: float | None, before: float, after: float, half: float) -> MetricForecast:
    def around(mean: float) -> Spread:
        return Spread(mean, mean - half, mean + half)

    change = around(after - before) if after != before else Spread(0.0, 0.0, 0.0)
    return MetricForecast(name, HALL_METRICS[name], observed, around(before), around(after), change)


def metrics(table: Table, works: float) -> dict[str, MetricForecast]:
    """`works`: 1 the measures as above, 0 no change at all, −1 the other way round."""
    return {
        name: metric(name, observed, before, before + works * (after - before), half)
        for name, (observed, before, after, half) in table.items()
    }


def fit(*, passes: bool = True) -> Fit:
    measured = 4 + 18 * np.exp(-(((HALF_HOURS - 24) / 3.0) ** 2))
    simulated = measured * (1.03 if passes else 1.6)
    return Fit(
        passes=passes,
        reason="held" if passes else "missed",
        checks=(
            FitCheck("wait_mean_min", "min", 13.5, Spread(13.1, 12.0, 14.4), 0.4, 2.0, True),
            FitCheck(
                "wait_p90_min", "min", 28.0,
                Spread(27.4, 24.9, 30.2) if passes else Spread(38.0, 35.0, 41.0),
                0.6 if passes else 10.0, 4.0, passes,
            ),
            FitCheck("within_target_share", "share", 0.472, Spread(0.49, 0.45, 0.53), 0.018, 0.05, True),
        ),
        held_out_from=date(2026, 11, 2),
        held_out_to=date(2026, 12, 1),
        n_days=20,
        by_half_hour=pd.DataFrame(
            {
                "half_hour": HALF_HOURS,
                "measured_mean_min": measured,
                "n": 120,
                "simulated_mean_min": simulated,
                "simulated_low_min": simulated - 1.5,
                "simulated_high_min": simulated + 1.5,
            }
        ),
    )  # fmt: skip


def by_half_hour(groups: tuple[str, ...], works: float) -> pd.DataFrame:
    frames = []
    for group in groups:
        height = {"all": 15.0, "ordinary": 18.0, "vip": 2.0}[group]
        before = 4 + height * np.exp(-(((HALF_HOURS - 24) / 3.0) ** 2))
        after = before - works * (before - 4) * 0.6
        frames.append(
            pd.DataFrame(
                {
                    "half_hour": HALF_HOURS,
                    "group": group,
                    "before_mean_min": before,
                    "before_low_min": before - 1,
                    "before_high_min": before + 1,
                    "after_mean_min": after,
                    "after_low_min": after - 1,
                    "after_high_min": after + 1,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def forecast_of(
    measures: tuple[dict[str, Any], ...] = (LUNCH,),
    *,
    works: float = 1.0,
    split: bool = True,
    guardrail: Guardrail | None = None,
    fit_passes: bool = True,
    notes: tuple[tuple[str, dict[str, Any]], ...] = (),
) -> Forecast:
    if not measures:
        works = 0.0
    ordinary, vip, everyone = metrics(ORDINARY, works), metrics(VIP, works), metrics(ALL, works)
    reason = "no_measure" if not measures else "held" if split else "no_split"
    decided = ordinary["wait_mean_min"].change if measures else None
    return Forecast(
        scope="hall",
        measures=measures,
        metrics=everyone,
        by_segment={"ordinary": ordinary, "VIP": vip} if split else {},
        by_group={"ordinary": ordinary, "vip": vip} if split else {},
        by_half_hour=by_half_hour(("all", "ordinary", "vip") if split else ("all",), works),
        guardrail=guardrail or Guardrail(True, reason, decided),
        fit=fit(passes=fit_passes),
        notes=notes,
        horizon_days=22,
        starts_on=date(2026, 12, 1),
        replications=200,
        seed=1,
        seconds=1.4,
        n_tickets=4576,
        data_version="v0008",
    )
