"""The rows of now → forecast: a section a metric, in the unit that a reader takes it in."""

from dataclasses import dataclass, replace

from analytics.filters import Targets
from analytics.language import _, language
from analytics.methods.estimate import Unit
from analytics.redesign.result import FitCheck, Forecast, MetricForecast, Spread
from analytics.words import changes
from analytics.words.phrases import capital

DAY_H, FROM_DAYS_H = 24.0, 48.0


@dataclass(frozen=True)
class Section:
    """One metric: its title with the unit, and by group (of how busy people are, by role) the figures in that unit."""

    name: str
    title: str
    rows: dict[str, MetricForecast]
    target: float | None = None


def sections(forecast: Forecast, targets: Targets) -> list[Section]:
    """What a page shows, ordinary customers first; with measures also what holds for the branch as a whole."""
    groups = changes.groups(forecast)
    found = [
        told(name, {group: table[name] for group, table in groups.items() if name in table}, targets)
        for name in changes.shown(forecast)
    ]
    if not changes.is_status_quo(forecast):
        found += [
            told(name, {"all": forecast.metrics[name]}, targets)
            for name in ("utilisation", "staff_cost_cny_per_month")
            if name in forecast.metrics
        ]
    if forecast.process is not None:
        busy = {
            capital(name.removeprefix(changes.ROLE)): metric
            for name, metric in forecast.metrics.items()
            if name.startswith(changes.ROLE)
        }
        found.append(Section("utilisation", changes.metric_title("utilisation", targets), busy))
    return [section for section in found if section.rows]


def in_days(metric: MetricForecast) -> MetricForecast:
    """A time of many hours in days, else as it is."""
    return _scaled(metric, DAY_H) if abs(metric.before.mean) >= FROM_DAYS_H else metric


def told(name: str, rows: dict[str, MetricForecast], targets: Targets | None = None) -> Section:
    """The section of one metric, by group or by segment."""
    by, title = _scale(name, max((abs(m.before.mean) for m in rows.values()), default=0.0))
    targets = targets or Targets()
    return Section(
        name,
        title or changes.metric_title(name, targets),
        {group: _scaled(metric, by) for group, metric in rows.items()},
        changes.target_of(name, targets),
    )


def check_told(check: FitCheck) -> tuple[FitCheck, str]:
    """A check in the unit that the figures of the forecast have, and its title; empty for the metric's own."""
    by, title = _scale(check.name, abs(check.measured))
    if by == 1.0:
        return check, title
    simulated = _divided(check.simulated, by)
    return replace(check, measured=check.measured / by, simulated=simulated, value=check.value / by,
                   limit=check.limit / by), title  # fmt: skip


def _divided(spread: Spread, by: float) -> Spread:
    return Spread(spread.mean / by, spread.low / by, spread.high / by)


def _scale(name: str, size: float) -> tuple[float, str]:
    """What to divide by, and the title in that unit; empty for the metric's own."""
    if name == "cycle_time_mean_h" and size >= FROM_DAYS_H:
        return DAY_H, _("Cycle time, calendar days")
    if name == "cycle_time_p90_h" and size >= FROM_DAYS_H:
        return DAY_H, _("One in ten takes over, days")
    if name == "value_won_cny_per_month":
        if language() == "zh_CN" and size >= 1e5:
            return 1e4, _("Value won, ten thousand CNY a month")
        if size >= 1e6:
            return 1e6, _("Value won, million CNY a month")
    return 1.0, ""


def _scaled(metric: MetricForecast, by: float) -> MetricForecast:
    if by == 1.0:
        return metric
    observed = None if metric.observed is None else metric.observed / by
    # Days are written with one decimal, as hours are; money in millions without one from a hundred on.
    unit: Unit = "per_week" if metric.unit == "cny" else "h"
    return MetricForecast(
        metric.name, unit, observed, _divided(metric.before, by), _divided(metric.after, by), _divided(metric.change, by)
    )  # fmt: skip
