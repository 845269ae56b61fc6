"""What a forecast of the hall says: headline, reason, the worst half hour."""

from analytics.filters import Targets
from analytics.language import _
from analytics.redesign.result import Forecast, MetricForecast
from analytics.words import numbers
from analytics.words.changes import (
    SHOWN,
    figure_of,
    groups,
    is_status_quo,
    lowered,
    main_group,
    range_of,
    side,
    whom,
    whose,
)
from analytics.words.trust import fit_reason, guardrail_verdict


def headline(forecast: Forecast) -> str:
    """The answer, ordinary customers first; no more than one number."""
    who, wait = main_group(forecast), groups(forecast)[main_group(forecast)]["wait_mean_min"]
    if is_status_quo(forecast) and forecast.fit.passes:
        pattern = _("Without changes, {who} would wait {minutes} minutes")
        return pattern.format(who=lowered(whom(who)), minutes=figure_of(wait.before.mean, "min"))
    if not forecast.fit.passes:
        return _("Do not decide on this: the model misses this branch")
    return change_headline(forecast)


def change_headline(forecast: Forecast) -> str:
    """What the measures bring, whatever the fit."""
    who, table = main_group(forecast), groups(forecast)[main_group(forecast)]
    wait = table["wait_mean_min"]
    found = side(wait)
    if found == "none":
        others = {side(metric) for name, metric in table.items() if name in SHOWN}
        if others == {"none"}:
            return _("No measurable change for {who}").format(who=lowered(whom(who)))
        return _("No measurable change in {whose} mean wait").format(whose=whose(who))
    size = figure_of(abs(wait.change.mean), "min")
    if found == "better":
        return _("{who} would wait {minutes} minutes less").format(who=whom(who), minutes=size)
    pattern = _("{who} would wait {minutes} minutes longer")
    if not forecast.guardrail.passes:
        pattern = _("{who} would wait {minutes} minutes longer: guardrail failed")
    return pattern.format(who=whom(who), minutes=size)


def reason(forecast: Forecast, targets: Targets) -> str:
    """Two or three sentences: what changes from what to what, for the others, at what cost."""
    said = []
    if not forecast.fit.passes:
        said.append(fit_reason(forecast, targets))
    wait = groups(forecast)[main_group(forecast)]["wait_mean_min"]
    said.append(_wait_sentence(wait, targets, is_status_quo(forecast)))
    if is_status_quo(forecast):
        return numbers.sentences(said)
    if "vip" in forecast.by_group:
        said.append(_vip_sentence(forecast.by_group["vip"]["wait_mean_min"]))
    if not forecast.guardrail.passes:
        said.append(guardrail_verdict(forecast))
    said.append(cost_sentence(forecast))
    return numbers.sentences(said)


def _wait_sentence(wait: MetricForecast, targets: Targets, is_status_quo: bool) -> str:
    after, interval = numbers.minutes(wait.after.mean), range_of(wait.after, "min")
    against = _against(wait, targets)
    if is_status_quo:
        return _("The mean wait would be {after} (95% interval {interval}), {against}.").format(
            after=after, interval=interval, against=against
        )
    if side(wait) == "none":
        return _("The mean wait stays near {after} (95% interval {interval}), {against}.").format(
            after=after, interval=interval, against=against
        )
    pattern = (
        _("The mean wait falls from {before} to {after} (95% interval {interval}), {against}.")
        if wait.change.mean < 0
        else _("The mean wait rises from {before} to {after} (95% interval {interval}), {against}.")
    )
    return pattern.format(
        before=figure_of(wait.before.mean, "min"), after=after, interval=interval, against=against
    )


def _against(wait: MetricForecast, targets: Targets) -> str:
    """On which side of the target, as the figures shown tell."""
    target = targets.wait_mean_min
    if figure_of(wait.after.mean, "min") == figure_of(target, "min"):
        text = _("at the {target}-minute target")
    elif wait.after.mean < target:
        text = _("inside the {target}-minute target")
    else:
        text = _("above the {target}-minute target")
    return text.format(target=f"{target:g}")


def _vip_sentence(wait: MetricForecast) -> str:
    found = side(wait)
    if found == "none":
        return _("VIP waits do not change measurably.")
    size = numbers.minutes(abs(wait.change.mean))
    pattern = _("VIP would wait {size} less.") if found == "better" else _("VIP would wait {size} longer.")
    return pattern.format(size=size)


def cost_sentence(forecast: Forecast) -> str:
    """What it costs a month; empty where no wages are known."""
    cost = forecast.metrics.get("staff_cost_cny_per_month")
    if cost is None:
        return ""
    if abs(cost.change.mean) < 0.5:
        return _("Staff cost stays the same.")
    money = numbers.money(abs(cost.change.mean))
    if cost.change.mean < 0:
        return _("It saves {money} a month.").format(money=money)
    waited = forecast.waited_min_per_month
    if waited is None or waited.high >= 0:
        return _("It costs {money} more a month.").format(money=money)
    return _("It costs {money} more a month, {per_hour} for each hour of waiting saved.").format(
        money=money, per_hour=numbers.money(cost.change.mean / -waited.mean * 60)
    )


def hour_title(forecast: Forecast, group: str) -> str:
    """What happens to the worst half hour."""
    frame = forecast.by_half_hour
    frame = frame[frame["group"] == group]
    if frame.empty or frame["before_mean_min"].isna().all():
        return _("Waits by time of day")
    peak = frame.iloc[int(frame["before_mean_min"].argmax())]
    at = numbers.clock(peak["half_hour"])
    if is_status_quo(forecast):
        return _("Waits peak at {time}").format(time=at)
    if peak["after_high_min"] < peak["before_mean_min"]:
        if peak["after_mean_min"] <= peak["before_mean_min"] / 2:
            return _("The {time} peak halves").format(time=at)
        return _("The {time} peak shrinks").format(time=at)
    if peak["after_low_min"] > peak["before_mean_min"]:
        return _("The {time} peak grows").format(time=at)
    return _("The {time} peak stays").format(time=at)


def hour_caption(group: str) -> str:
    return {
        "ordinary": _("Mean wait of ordinary customers by half hour, minutes, 95% interval"),
        "vip": _("Mean wait of VIP customers by half hour, minutes, 95% interval"),
    }.get(group, _("Mean wait by half hour, minutes, 95% interval"))
