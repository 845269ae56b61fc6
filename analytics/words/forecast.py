"""A forecast in words: headline, reason, titles of its cards, the table of before and after."""

import pandas as pd

from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.redesign.result import Forecast, MetricForecast
from analytics.words import measures, numbers
from analytics.words.changes import (
    SHOWN,
    figure_of,
    groups,
    is_status_quo,
    lowered,
    main_group,
    metric_title,
    range_of,
    side,
    whom,
)
from analytics.words.trust import fit_reason, fit_title, guardrail_verdict, notes

__all__ = [
    "all_small_print",
    "before_after",
    "caption",
    "change_headline",
    "cost_sentence",
    "fit_reason",
    "fit_title",
    "guardrail_verdict",
    "headline",
    "horizon",
    "hour_caption",
    "hour_title",
    "lead",
    "measures_title",
    "notes",
    "print_line",
    "reason",
    "rows_caption",
    "rows_title",
    "small_print",
]


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
        return _("No measurable change in {whose} mean wait").format(whose=_whose(who))
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


def lead(forecast: Forecast, targets: Targets) -> str:
    """The reason, with what to do next where nothing is chosen yet."""
    text = reason(forecast, targets)
    if forecast.measures or not forecast.fit.passes:
        return text
    return numbers.sentences([text, _("Choose a measure to see what it would bring.")])


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


def caption(forecast: Forecast) -> str:
    """The small print under the headline."""
    return " · ".join(
        [
            horizon(forecast),
            numbers.close_up(_("from {n} tickets").format(n=numbers.count_in_prose(forecast.n_tickets))),
            _("small figures: 95% interval"),
            small_print(forecast),
        ]
    )


def horizon(forecast: Forecast) -> str:
    pattern = ngettext("{n} working day from {day}", "{n} working days from {day}", forecast.horizon_days)
    return pattern.format(n=forecast.horizon_days, day=numbers.day(forecast.starts_on))


def small_print(forecast: Forecast) -> str:
    """What one needs to get the same numbers again."""
    return " · ".join(
        [
            _("{n} runs").format(n=numbers.count(forecast.replications)),
            _("seed {seed}").format(seed=forecast.seed),
            _("data {version}").format(version=forecast.data_version),
        ]
    )


def rows_title(forecast: Forecast) -> str:
    """What the card of before and after finds."""
    if is_status_quo(forecast):
        return _("The coming weeks if nothing changes")
    table = groups(forecast)[main_group(forecast)]
    found = [side(table[name]) for name in SHOWN if name in table]
    who, gains, losses = whom(main_group(forecast)), found.count("better"), found.count("worse")
    if losses and gains:
        return _("{who} gain on {gains}, lose on {losses}").format(who=who, gains=gains, losses=losses)
    if losses:
        return _("{who} lose on {n} of {all} counts").format(who=who, n=losses, all=len(found))
    if gains:
        pattern = (
            _("{who} gain on all {n} counts")
            if gains == len(found)
            else _("{who} gain on {n} of {all} counts")
        )
        said = pattern.format(who=who, n=gains, all=len(found))
        vip = forecast.by_group.get("vip", {})
        is_vip_worse = any(side(vip[name]) == "worse" for name in SHOWN if name in vip)
        return _("{said}, VIP lose").format(said=said) if is_vip_worse else said
    return _("{who} would notice no change").format(who=who)


def rows_caption(forecast: Forecast) -> str:
    if is_status_quo(forecast):
        return _("Ring: measured. Dot and bar: expected, 95% interval")
    return _("Change first. Ring: as now. Dot and bar: forecast, 95% interval")


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


def before_after(forecast: Forecast, targets: Targets) -> pd.DataFrame:
    """One row per group and metric: the table to download, in the metric's own units (shares 0–1)."""
    rows = []
    for group, table in {**forecast.by_group, "all": forecast.metrics}.items():
        for name, m in table.items():
            rows.append(
                {
                    "group": group, "metric": name, "title": metric_title(name, targets), "unit": m.unit,
                    "observed": m.observed,
                    "before": m.before.mean, "before_low": m.before.low, "before_high": m.before.high,
                    "after": m.after.mean, "after_low": m.after.low, "after_high": m.after.high,
                    "change": m.change.mean, "change_low": m.change.low, "change_high": m.change.high,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def measures_title(forecast: Forecast) -> str:
    return measures.together(forecast.measures)


def _whose(group: str) -> str:
    return {"ordinary": _("ordinary customers’"), "vip": _("VIP customers’")}.get(group, _("customers’"))


def all_small_print(forecast: Forecast) -> str:
    """What the measures suppose, what could not be estimated, and how to get the same numbers again."""
    said = [measures.sentence(m) for m in forecast.measures]
    return numbers.sentences([*said, *notes(forecast), print_line(forecast)])


def print_line(forecast: Forecast) -> str:
    """What one needs to get the same numbers again, as a sentence."""
    return _("Forecast of {horizon}; {small_print}.").format(
        horizon=horizon(forecast), small_print=small_print(forecast)
    )
