"""A forecast in words: headline, reason, titles of its cards, the guardrail, how far to trust it."""

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd

from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.methods.estimate import Unit
from analytics.redesign.result import HIGHER_IS_BETTER, FitCheck, Forecast, MetricForecast, Spread
from analytics.words import measures, numbers

GUARDRAIL_MIN = 0.5
Side = Literal["better", "worse", "none"]
# In the order in which a page shows them.
SHOWN = ("wait_mean_min", "wait_p90_min", "within_target_share", "abandon_share", "csat_mean")


def groups(forecast: Forecast) -> dict[str, dict[str, MetricForecast]]:
    """Whom a page shows, ordinary customers first; all customers where the data make no split."""
    return forecast.by_group if "ordinary" in forecast.by_group else {"all": forecast.metrics}


def main_group(forecast: Forecast) -> str:
    return "ordinary" if "ordinary" in forecast.by_group else "all"


def is_status_quo(forecast: Forecast) -> bool:
    return not forecast.measures


def side(metric: MetricForecast) -> Side:
    """Whether the change is for the better beyond its interval."""
    if not metric.change.excludes_zero or metric.name not in HIGHER_IS_BETTER:
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
    }
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


def headline(forecast: Forecast) -> str:
    """The answer, ordinary customers first; no more than one number."""
    who, wait = main_group(forecast), groups(forecast)[main_group(forecast)]["wait_mean_min"]
    if is_status_quo(forecast):
        pattern = _("Without changes, {who} would wait {minutes} minutes")
        return pattern.format(who=_low(whom(who)), minutes=figure_of(wait.before.mean, "min"))
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
            return _("No measurable change for {who}").format(who=_low(whom(who)))
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
        return " ".join(said)
    if "vip" in forecast.by_group:
        said.append(_vip_sentence(forecast.by_group["vip"]["wait_mean_min"]))
    if not forecast.guardrail.passes:
        said.append(guardrail_verdict(forecast))
    said.append(cost_sentence(forecast))
    return " ".join(part for part in said if part)


def _wait_sentence(wait: MetricForecast, targets: Targets, is_status_quo: bool) -> str:
    after, interval = numbers.minutes(wait.after.mean), range_of(wait.after, "min")
    target = f"{targets.wait_mean_min:g}"
    against = (
        _("inside the {target}-minute target")
        if wait.after.mean <= targets.wait_mean_min
        else _("above the {target}-minute target")
    ).format(target=target)
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
    pattern = _("It costs {money} more a month.") if cost.change.mean > 0 else _("It saves {money} a month.")
    return pattern.format(money=numbers.money(abs(cost.change.mean)))


def caption(forecast: Forecast) -> str:
    """The small print under the headline."""
    return " · ".join(
        [
            horizon(forecast),
            _("from {n} tickets").format(n=numbers.count_in_prose(forecast.n_tickets)),
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
    if gains == len(found):
        return _("{who} gain on all {n} counts").format(who=who, n=len(found))
    if gains:
        return _("{who} gain on {n} of {all} counts").format(who=who, n=gains, all=len(found))
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


def guardrail_verdict(forecast: Forecast) -> str:
    """One sentence: who pays for it, if anyone."""
    guardrail = forecast.guardrail
    change = guardrail.change
    size = numbers.minutes(abs(change.mean)) if change else ""
    sentences = {
        "held": _("Ordinary customers do not pay for it."),
        "no_split": _("The data tell no customer groups apart, so all customers are checked."),
        "no_measure": _("There is no measure to check yet."),
        "wait_mean": _("Ordinary customers would wait {size} longer on average.").format(size=size),
        "wait_p90": _("One in ten ordinary customers would wait {size} longer.").format(size=size),
        "csat": _("Ordinary customers would be less satisfied."),
    }
    return sentences.get(guardrail.reason, guardrail.reason)


def guardrail_title(forecast: Forecast) -> str:
    if is_status_quo(forecast):
        return _("Guardrail: nothing to check yet")
    if forecast.guardrail.passes:
        return _("Guardrail holds: nobody else pays for it")
    return _("Guardrail fails: ordinary customers pay")


def guardrail_rows(forecast: Forecast) -> list[tuple[bool | None, str, str]]:
    """(holds, what is asked, the figures) a check: the ordinary customers' waits and satisfaction.

    Then the VIPs' wait and how busy the people are, which decide nothing (None).
    """
    rows: list[tuple[bool | None, str, str]] = []
    who, table = main_group(forecast), groups(forecast)[main_group(forecast)]
    questions = {
        "wait_mean_min": _("{who}: mean wait does not rise"),
        "wait_p90_min": _("{who}: long waits do not rise"),
        "csat_mean": _("{who}: satisfaction does not fall"),
    }
    for name, pattern in questions.items():
        if name in table:
            rows.append((_holds(table[name]), pattern.format(who=group_name(who)), change_text(table[name])))
    if "vip" in forecast.by_group:
        rows.append((None, _("VIP: mean wait"), change_text(forecast.by_group["vip"]["wait_mean_min"])))
    busy = forecast.metrics.get("utilisation")
    if busy is not None:
        text = _("{before} → {after} ({interval})").format(
            before=numbers.share(busy.before.mean),
            after=numbers.share(busy.after.mean),
            interval=numbers.spread(busy.after.low, busy.after.high, "share"),
        )
        rows.append((None, _("People at work busy"), text))
    return rows


def _holds(metric: MetricForecast) -> bool:
    """The guardrail's rule for one metric: waits may rise by half a minute, satisfaction may not fall."""
    if side(metric) != "worse":
        return True
    return metric.unit == "min" and abs(metric.change.mean) <= GUARDRAIL_MIN


def change_text(metric: MetricForecast) -> str:
    """«−4.7 min (−5.8 to −3.5)»."""
    unit: Unit = "pts" if metric.unit == "share" else metric.unit
    size = numbers.with_unit(metric.change.mean, unit, signed=True)
    return f"{size} ({numbers.spread(metric.change.low, metric.change.high, unit, signed=True)})"


def fit_title(forecast: Forecast) -> str:
    """How many of the checks on held-out days held."""
    fit = forecast.fit
    if fit.reason == "too_few_days":
        return _("Too few days to test the forecast")
    held = sum(check.passes for check in fit.checks)
    if fit.passes and held == len(fit.checks):
        return _("The model reproduces weeks it has not seen")
    return _("The model misses on {n} of {all} checks").format(n=len(fit.checks) - held, all=len(fit.checks))


def fit_caption(forecast: Forecast) -> str:
    fit = forecast.fit
    if fit.held_out_from is None or fit.held_out_to is None:
        return _("A forecast made without the last weeks is set against what happened then")
    return _("{period}, {n} days left out of the model. Bar: forecast, 95% interval. Dot: measured").format(
        period=numbers.period(fit.held_out_from, fit.held_out_to), n=fit.n_days
    )


def fit_reason(forecast: Forecast, targets: Targets) -> str:
    """Why one should not decide on it; empty where the fit holds."""
    fit = forecast.fit
    if fit.passes:
        return ""
    if fit.reason == "too_few_days":
        return _("There are too few days to test the forecast against ({n}).").format(n=fit.n_days)
    missed = [check for check in fit.checks if not check.passes]
    if not missed:
        return _("The model does not reproduce the weeks held out.")
    return _("In the weeks held out it misses: {checks}.").format(
        checks="; ".join(check_text(check, targets) for check in missed)
    )


def check_title(check: FitCheck, targets: Targets) -> str:
    if check.name == "wait_by_half_hour":
        return _("Mean wait by half hour, min")
    return metric_title(check.name, targets)


def check_text(check: FitCheck, targets: Targets) -> str:
    """«mean wait, min: measured 13.5, simulated 12.0–14.4»; by half hour the miss and its limit."""
    title = _low(check_title(check, targets))
    if check.name == "wait_by_half_hour":
        return _("{title}: off by {value}, allowed {limit}").format(
            title=title, value=figure_of(check.value, check.unit), limit=figure_of(check.limit, check.unit)
        )
    return _("{title}: measured {measured}, simulated {interval}").format(
        title=title,
        measured=figure_of(check.measured, check.unit),
        interval=range_of(check.simulated, check.unit),
    )


def check_figures(check: FitCheck) -> str:
    """«measured 13.5 · 12.0–14.4» beside the bar."""
    if check.name == "wait_by_half_hour":
        return _("off by {value} · allowed {limit}").format(
            value=figure_of(check.value, check.unit), limit=figure_of(check.limit, check.unit)
        )
    return _("measured {measured} · {interval}").format(
        measured=figure_of(check.measured, check.unit), interval=range_of(check.simulated, check.unit)
    )


def notes(forecast: Forecast) -> list[str]:
    """What could not be estimated and what was done instead, one sentence each."""
    return [note(code, values) for code, values in forecast.notes]


def note(code: str, values: dict[str, Any]) -> str:
    sentence = _NOTES.get(code)
    return sentence(values) if sentence else code.replace("_", " ")


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


def _low(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _percent(share: float) -> str:
    return numbers.share(share)


_NOTES: dict[str, Callable[[dict[str, Any]], str]] = {
    "staff_inferred": lambda v: _(
        "No roster fits: who works when is read off who served when ({n} desks)."
    ).format(n=v["n_desks"]),
    "patience_assumed": lambda v: _(
        "Too few left unserved ({n}) to tell how long people would wait; a usual patience is assumed."
    ).format(n=numbers.count(v["n_left"])),
    "left_unknown": lambda v: _(
        "{n} customers left at a time that nobody noted; they are taken as gone before their turn came."
    ).format(n=numbers.count(v["n"])),
    "order_unclear": lambda v: _(
        "Only {share} of the calls follow a rule that can be read off the data."
    ).format(share=_percent(v["explained_share"])),
    "out_of_turn": lambda v: _(
        "Only {share} of the customers of a group were called in order of arrival."
    ).format(share=_percent(v["in_order_share"])),
    "no_cost": lambda v: _("The rosters name no wages, so the cost is not known."),
    "no_satisfaction_link": lambda v: _("No answers name their ticket, so satisfaction is not forecast."),
    "satisfaction_not_linked": lambda v: _(
        "In {n} answers satisfaction does not move with the wait, so it is forecast as it is."
    ).format(n=numbers.count(v["n"])),
}
