"""What a forecast changes, in the words that headline, charts and slides share."""

from typing import Literal

from analytics.filters import Targets
from analytics.language import _
from analytics.methods.estimate import Unit
from analytics.redesign.result import HIGHER_IS_BETTER, Forecast, MetricForecast, Spread
from analytics.words import numbers

Side = Literal["better", "worse", "none"]
ROLE = "utilisation:"
# In the order in which a page shows them: of the hall, of a process.
SHOWN = ("wait_mean_min", "wait_p90_min", "within_target_share", "abandon_share", "csat_mean")
IN_PROCESS = ("cycle_time_mean_h", "cycle_time_p90_h", "waiting_share", "won_per_week", "conversion_share",
              "value_won_cny_per_month")  # fmt: skip
# How busy people are, and how much of a case is waiting, have no better side of their own.
_JUDGED = {*SHOWN, *IN_PROCESS, "cycle_time_working_mean_h", "throughput_per_week"} - {"waiting_share"}


def groups(forecast: Forecast) -> dict[str, dict[str, MetricForecast]]:
    """Whom a page shows, ordinary customers first; all customers where the data make no split."""
    return forecast.by_group if "ordinary" in forecast.by_group else {"all": forecast.metrics}


def main_group(forecast: Forecast) -> str:
    return "ordinary" if "ordinary" in forecast.by_group else "all"


def shown(forecast: Forecast) -> tuple[str, ...]:
    """The metrics of a group that a page shows; where cases give no outcomes, those that end."""
    if forecast.process is None:
        return SHOWN
    if "won_per_week" in forecast.metrics:
        return IN_PROCESS
    return (*IN_PROCESS[:3], "throughput_per_week")


def is_status_quo(forecast: Forecast) -> bool:
    return not forecast.measures


def is_judged(name: str) -> bool:
    """Whether the metric has a better side."""
    return name in _JUDGED


def side(metric: MetricForecast) -> Side:
    """Whether the change is for the better beyond its interval; how busy people are has no better side."""
    if not metric.change.excludes_zero or not is_judged(metric.name):
        return "none"
    return "better" if (metric.change.mean > 0) == HIGHER_IS_BETTER[metric.name] else "worse"


def side_word(found: Side) -> str:
    return {"better": _("✓ better"), "worse": _("✕ worse"), "none": _("no clear change")}[found]


def group_name(code: str) -> str:
    return {"all": _("All"), "ordinary": _("Ordinary"), "vip": _("VIP")}.get(code, code)


def whom(code: str) -> str:
    """The group as the subject of a sentence."""
    return {"ordinary": _("Ordinary customers"), "vip": _("VIP customers")}.get(code, _("Customers"))


def metric_title(name: str, targets: Targets) -> str:
    """What is measured, with its unit; roles have their own utilisation."""
    minutes = f"{targets.wait_min:g}"
    titles = {
        "wait_mean_min": _("Mean wait, min"),
        "wait_p90_min": _("One in ten waits over, min"),
        "within_target_share": _("Called within {minutes} min, %").format(minutes=minutes),
        "abandon_share": _("Left unserved, %"),
        "utilisation": _("People at work busy, %"),
        "csat_mean": _("Satisfaction, 1–5"),
        "staff_cost_cny_per_month": _("Staff cost, CNY a month"),
        "cycle_time_mean_h": _("Cycle time, hours"),
        "cycle_time_p90_h": _("One in ten takes over, hours"),
        "cycle_time_working_mean_h": _("Cycle time, working hours"),
        "waiting_share": _("Cycle time waiting, %"),
        "won_per_week": _("Won a week"),
        "conversion_share": _("Share won, %"),
        "value_won_cny_per_month": _("Value won, CNY a month"),
        "throughput_per_week": _("Cases finished a week"),
        "cycle_time_distance_h": _("Spread of cycle times, h apart"),
        "step_pairs_distance": _("Which step follows which, % apart"),
        "arrival_distance_h": _("When cases begin, h apart"),
    }
    if name.startswith(ROLE):
        return _("{role} busy, %").format(role=name.removeprefix(ROLE))
    return titles.get(name, name)


def target_of(name: str, targets: Targets) -> float | None:
    value: float | None = getattr(targets, name, None)
    return value


def figure_of(x: float, unit: Unit, *, signed: bool = False) -> str:
    """The number as in a row whose title names the unit: no sign of per cent, one decimal for shares."""
    if unit in ("share", "pts"):
        return numbers.plain(x * 100, "min", signed=signed)
    return numbers.plain(x, unit, signed=signed)


def range_of(spread: Spread, unit: Unit, *, signed: bool = False) -> str:
    if unit in ("share", "pts"):
        return numbers.spread(spread.low * 100, spread.high * 100, "min", signed=signed, decimals=1)
    return numbers.spread(spread.low, spread.high, unit, signed=signed)


def source(name: str) -> str:
    """Where a figure comes from that is a sum, not an estimate, and has no interval; empty for all others."""
    return _("hours × hourly cost") if name == "staff_cost_cny_per_month" else ""


def change_text(metric: MetricForecast) -> str:
    """«−4.7 min (−5.8 to −3.5)»."""
    unit: Unit = "pts" if metric.unit == "share" else metric.unit
    size = numbers.with_unit(metric.change.mean, unit, signed=True)
    return f"{size} ({numbers.spread(metric.change.low, metric.change.high, unit, signed=True)})"


def lowered(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def whose(group: str) -> str:
    """The group in the genitive, within a sentence."""
    return {"ordinary": _("ordinary customers’"), "vip": _("VIP customers’")}.get(group, _("customers’"))
