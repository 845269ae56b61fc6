"""Do the ordinary customers pay for it? Where the data make no split, all customers stand for them."""

import math

from analytics.redesign.result import Guardrail, MetricForecast

WORSE_MIN = 0.5
"""A rise of the ordinary customers' wait below half a minute does not fail the guardrail."""
WORSE_SHARE = 0.05
"""In a process, a rise of their cycle time below 5 % does not."""


def of_hall(ordinary: dict[str, MetricForecast], has_measures: bool, is_split: bool) -> Guardrail:
    """Fails where the change of the mean or p90 wait lies wholly on the worse side and exceeds half a minute, or the
    satisfaction falls beyond its interval."""
    if not has_measures:
        return Guardrail(True, "no_measure")
    for name, reason in (("wait_mean_min", "wait_mean"), ("wait_p90_min", "wait_p90")):
        change = ordinary[name].change
        if change.low > 0 and change.mean > WORSE_MIN:
            return Guardrail(False, reason, change)
    if "csat_mean" in ordinary and ordinary["csat_mean"].change.high < 0:
        return Guardrail(False, "csat", ordinary["csat_mean"].change)
    return Guardrail(True, "held" if is_split else "no_split", ordinary["wait_mean_min"].change)


def of_process(ordinary: dict[str, MetricForecast], has_measures: bool, is_split: bool) -> Guardrail:
    """Fails where the change of the mean or p90 cycle time lies wholly on the worse side and exceeds 5 %, or no case
    gets through any more, whose time could be compared. Where none does without the measures either (a very short
    period), nothing fails, but that is said."""
    if not has_measures:
        return Guardrail(True, "no_measure")
    mean = ordinary["cycle_time_mean_h"]
    if not math.isfinite(mean.after.mean):
        return Guardrail(not math.isfinite(mean.before.mean), "none_through")
    for name, reason in (("cycle_time_mean_h", "cycle_time"), ("cycle_time_p90_h", "cycle_time_p90")):
        metric = ordinary[name]
        if metric.change.low > 0 and metric.change.mean > WORSE_SHARE * metric.before.mean:
            return Guardrail(False, reason, metric.change)
    return Guardrail(True, "held" if is_split else "no_split", ordinary["cycle_time_mean_h"].change)
