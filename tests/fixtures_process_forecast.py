"""A forecast of a process with numbers one can reckon with in the head."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from analytics.redesign.process_detail import no_half_hours
from analytics.redesign.result import (
    PROCESS_METRICS,
    Fit,
    FitCheck,
    Forecast,
    Guardrail,
    LossLink,
    MetricForecast,
    ProcessDetail,
    Spread,
)

UNBATCH = {"measure": "end_batching", "activity": "approve"}
# name: (observed, before, after, half width of the change's interval)
ORDINARY = {
    "cycle_time_mean_h": (250.0, 240.0, 192.0, 12.0),
    "cycle_time_p90_h": (400.0, 384.0, 336.0, 60.0),
    "cycle_time_working_mean_h": (55.0, 50.0, 40.0, 4.0),
    "waiting_share": (0.9, 0.9, 0.88, 0.01),
    "won_per_week": (3.0, 2.5, 3.5, 0.5),
    "conversion_share": (0.5, 0.5, 0.52, 0.05),
    "value_won_cny_per_month": (2.0e6, 2.0e6, 2.4e6, 1.0e6),
    "throughput_per_week": (6.0, 5.0, 5.2, 1.0),
}


def _metrics(works: float) -> dict[str, MetricForecast]:
    found = {}
    for name, (observed, before, after, half) in ORDINARY.items():
        change = works * (after - before)
        spread = Spread(change, change - half, change + half) if works else Spread(0.0, 0.0, 0.0)
        found[name] = MetricForecast(
            name, PROCESS_METRICS[name], observed, Spread(before, before - half, before + half),
            Spread(before + change, before + change - half, before + change + half), spread,
        )  # fmt: skip
    return found


def _busy(role: str, before: float, after: float) -> MetricForecast:
    return MetricForecast(
        f"utilisation:{role}", "share", before, Spread(before, before - 0.05, before + 0.05),
        Spread(after, after - 0.05, after + 0.05), Spread(after - before, after - before, after - before),
    )  # fmt: skip


def steps(works: float) -> pd.DataFrame:
    """Three steps: contact, check, approve; the wait before approve falls from 8 h to none."""
    rows = []
    for place, (name, role, n, wait, own, work) in enumerate(
        [("contact", "manager", 1.0, 1.0, 0.0, 20.0), ("check", "operations", 0.9, 9.0, 8.0, 30.0),
         ("approve", "approver", 0.6, 8.0, 0.0, 24.0)]
    ):  # fmt: skip
        after = wait * (1 - works) if name == "approve" else wait
        rows.append(
            {
                "activity": name, "role_before": role, "role_after": role, "place": place,
                "change": "changed" if name == "approve" and works else "same",
                "n_per_case_before": n, "n_per_case_after": n,
                "wait_before_h": wait, "wait_before_low_h": wait * 0.9, "wait_before_high_h": wait * 1.1,
                "wait_after_h": after, "wait_after_low_h": after * 0.9, "wait_after_high_h": after * 1.1,
                "own_before_h": own, "own_after_h": own, "work_before_min": work, "work_after_min": work,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def edges(works: float) -> pd.DataFrame:
    columns = [
        "before", "activity", "n_per_case_before", "n_per_case_after", "wait_before_h", "wait_after_h",
    ]  # fmt: skip
    return pd.DataFrame(
        [("", "contact", 1.0, 1.0, 1.0, 1.0), ("contact", "check", 0.7, 0.7, 9.0, 9.0), ("check", "contact", 0.2, 0.2, 1.0, 1.0),
         ("check", "approve", 0.6, 0.6, 8.0, 8.0 * (1 - works)), ("approve", "", 0.6, 0.6, 0.0, 0.0)],
        columns=columns,
    )  # fmt: skip


def fit(*, passes: bool = True) -> Fit:
    return Fit(
        passes, "held" if passes else "missed",
        checks=(
            FitCheck("cycle_time_mean_h", "h", 250.0, Spread(245.0, 220.0, 270.0), 5.0, 37.5, True),
            FitCheck("step_pairs_distance", "share", 0.04 if passes else 0.2, Spread(0.02, 0.01, 0.03),
                     0.04 if passes else 0.2, 0.05, passes),
        ),
        held_out_from=date(2026, 11, 2), held_out_to=date(2026, 12, 1), n_days=20, n_cases=120, n_cases_before=800,
        baseline={"step_pairs_distance": 0.08},
    )  # fmt: skip


def process_forecast_of(
    measures: tuple[dict[str, Any], ...] = (UNBATCH,), *, works: float = 1.0, split: bool = True,
    guardrail: Guardrail | None = None, fit_passes: bool = True, links: tuple[LossLink, ...] = (),
) -> Forecast:  # fmt: skip
    works = works if measures else 0.0
    groups = {"ordinary": _metrics(works), "vip": _metrics(works / 100)} if split else {}
    busy = [_busy("operations", 0.5, 0.5), _busy("approver", 0.2, 0.9)]
    detail = ProcessDetail(
        steps(max(works, 0.0)), edges(max(works, 0.0)), (), ("approve",) if measures else (),
        pd.DataFrame({"role": ["operations", "approver"], "people_before": [3, 2], "people_after": [3, 2]}), 1648, 1500, links,
    )  # fmt: skip
    return Forecast(
        "process:marketing", measures, {**_metrics(works), **{m.name: m for m in busy}},
        {"ordinary": _metrics(works), "gold": _metrics(works), "VIP": _metrics(works / 100)} if split else {}, groups,
        no_half_hours(), guardrail or Guardrail(True, "held" if measures else "no_measure"), fit(passes=fit_passes), (),
        22, date(2026, 12, 1), 200, 1, 0.7, 0, "v0008", process=detail,
    )  # fmt: skip


def carried(forecast: Forecast, n: int) -> Forecast:
    """The same with so many open cases at the start."""
    assert forecast.process is not None
    return replace(forecast, process=replace(forecast.process, n_carried_over=n))
