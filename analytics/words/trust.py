"""The guardrail's verdict and how far to trust a forecast, in words."""

import math
from collections.abc import Callable
from typing import Any, Literal

import pandas as pd

from analytics.filters import Targets
from analytics.language import _, ngettext
from analytics.redesign.guardrail import WORSE_MIN
from analytics.redesign.result import FitCheck, Forecast, MetricForecast
from analytics.words import numbers
from analytics.words.changes import (
    change_text,
    figure_of,
    group_name,
    groups,
    is_status_quo,
    lowered,
    main_group,
    metric_title,
    range_of,
    side,
)
from analytics.words.measures import listed, short_id

Verdict = Literal["holds", "fails", "risk", "watched"]
# Above it queues grow fast with every further customer.
BUSY_LIMIT = 0.85
# So many missed checks are named, the rest counted.
MOST_MISSED = 2
# No wait can reach such a credit: that group is always called first.
ALWAYS_FIRST_MIN = 1e4


def guardrail_verdict(forecast: Forecast) -> str:
    """One sentence: who pays for it, if anyone."""
    guardrail = forecast.guardrail
    change = guardrail.change
    size = numbers.minutes(abs(change.mean)) if change else ""
    if guardrail.passes and vip_pay(forecast):
        wait = forecast.by_group["vip"]["wait_mean_min"].change.mean
        return _("Ordinary customers do not pay for it, VIP would wait {size} longer.").format(
            size=numbers.minutes(wait)
        )
    sentences = {
        "held": _("Ordinary customers do not pay for it."),
        "no_split": _("The data tell no customer groups apart, so all customers are checked."),
        "no_measure": _("There is no measure to check yet."),
        "wait_mean": _("Ordinary customers would wait {size} longer on average.").format(size=size),
        "wait_p90": _("One in ten ordinary customers would wait {size} longer.").format(size=size),
        "csat": _("Ordinary customers would be less satisfied."),
    }
    return sentences.get(guardrail.reason, guardrail.reason)


def vip_pay(forecast: Forecast) -> bool:
    """Whether the VIPs would wait longer, by more than the guardrail lets pass for the others."""
    return "vip" in forecast.by_group and not _holds(forecast.by_group["vip"]["wait_mean_min"])


def guardrail_title(forecast: Forecast) -> str:
    if is_status_quo(forecast):
        return _("Guardrail: nothing to check yet")
    if vip_pay(forecast) and forecast.guardrail.passes:
        return _("Guardrail holds, but VIP wait longer")
    if forecast.guardrail.passes:
        return _("Guardrail holds: nobody else pays for it")
    return _("Guardrail fails: ordinary customers pay")


def guardrail_rows(forecast: Forecast) -> list[tuple[Verdict, str, str]]:
    """(verdict, what is asked, the figures) a check: waits and satisfaction of the ordinary customers.

    Then the VIPs' wait and how busy the people are, which are watched and decide nothing.
    """
    if is_status_quo(forecast):
        return _watched(forecast)
    who, table = main_group(forecast), groups(forecast)[main_group(forecast)]
    rows: list[tuple[Verdict, str, str]] = [
        ("holds" if _holds(table[name]) else "fails", question, change_text(table[name]))
        for name, question in _questions(who).items()
        if name in table
    ]
    if "vip" in forecast.by_group:
        wait = forecast.by_group["vip"]["wait_mean_min"]
        rows.append(
            ("holds" if _holds(wait) else "risk", _("VIP: mean wait does not rise"), change_text(wait))
        )
    busy = forecast.metrics.get("utilisation")
    if busy is not None:
        text = _("{after} ({interval}), now {before}").format(
            before=numbers.share(busy.before.mean),
            after=numbers.share(busy.after.mean),
            interval=numbers.spread(busy.after.low, busy.after.high, "share"),
        )
        rows.append(("holds" if busy.after.mean <= BUSY_LIMIT else "risk", _busy_question(), text))
    return rows


def _questions(who: str) -> dict[str, str]:
    name = group_name(who)
    return {
        "wait_mean_min": _("{who}: mean wait does not rise").format(who=name),
        "wait_p90_min": _("{who}: long waits do not rise").format(who=name),
        "csat_mean": _("{who}: satisfaction does not fall").format(who=name),
    }


def _busy_question() -> str:
    return _("People at most {share} busy").format(share=numbers.share(BUSY_LIMIT))


def _watched(forecast: Forecast) -> list[tuple[Verdict, str, str]]:
    """What a measure will be held against, with where it stands now."""
    table = groups(forecast)[main_group(forecast)]
    rows: list[tuple[Verdict, str, str]] = [
        ("watched", question, _now(table[name]))
        for name, question in _questions(main_group(forecast)).items()
        if name in table
    ]
    if "vip" in forecast.by_group:
        rows.append(
            ("watched", _("VIP: mean wait does not rise"), _now(forecast.by_group["vip"]["wait_mean_min"]))
        )
    if "utilisation" in forecast.metrics:
        rows.append(("watched", _busy_question(), _now(forecast.metrics["utilisation"])))
    return rows


def _now(metric: MetricForecast) -> str:
    before = metric.before
    return _("now {value} ({interval})").format(
        value=numbers.with_unit(before.mean, metric.unit),
        interval=numbers.spread(before.low, before.high, metric.unit),
    )


def verdict_badge(verdict: Verdict) -> str:
    """A badge with a sign and a word."""
    return {
        "holds": f":green-badge[✓ {_('Holds')}]",
        "fails": f":red-badge[✕ {_('Fails')}]",
        "risk": f":orange-badge[△ {_('At risk')}]",
        "watched": f":gray-badge[{_('Watched')}]",
    }[verdict]


def _holds(metric: MetricForecast) -> bool:
    """The guardrail's rule for one metric: waits may rise by half a minute, satisfaction may not fall."""
    if side(metric) != "worse":
        return True
    return metric.unit == "min" and abs(metric.change.mean) <= WORSE_MIN


def fit_title(forecast: Forecast) -> str:
    """How many of the checks on held-out days held."""
    fit = forecast.fit
    if fit.reason == "too_few_days":
        return _("Too few days to test the forecast")
    if fit.passes:
        return _("The model reproduces weeks it has not seen")
    checks = fit.all_checks
    missed = sum(not check.passes for check in checks)
    return _("The model misses on {n} of {all} checks").format(n=missed, all=len(checks))


def fit_caption(forecast: Forecast) -> str:
    fit = forecast.fit
    if fit.held_out_from is None or fit.held_out_to is None:
        return _("A forecast made without the last weeks is set against what happened then")
    said = _("{period}, {n} days left out of the model. Bar: forecast, 95% interval. Dot: measured").format(
        period=numbers.period(fit.held_out_from, fit.held_out_to), n=fit.n_days
    )
    n_checks = len(fit.all_checks)
    if n_checks == len(fit.checks):
        return said
    return _("{said}. {n} of {all} checks shown").format(said=said, n=len(fit.checks), all=n_checks)


def fit_hour_title(forecast: Forecast) -> str:
    by_hour = [check for check in forecast.fit.checks if check.name == "wait_by_half_hour"]
    if by_hour and not by_hour[0].passes:
        return _("The model misses the course of the day")
    return _("The model follows the course of the day") if by_hour else _("Waits over the day")


def fit_hour_caption(forecast: Forecast) -> str:
    said = _("Mean wait by half hour on the days left out, minutes, 95% interval")
    fit = forecast.fit
    if math.isnan(fit.model_error_min) or math.isnan(fit.baseline_error_min):
        return said
    return _("{said}. By weekday and hour off by {model}; last weeks’ mean by {baseline}").format(
        said=said,
        model=numbers.minutes(fit.model_error_min),
        baseline=numbers.minutes(fit.baseline_error_min),
    )


def fit_reason(forecast: Forecast, targets: Targets) -> str:
    """Why one should not decide on it; empty where the fit holds."""
    fit = forecast.fit
    if fit.passes:
        return ""
    if fit.reason == "too_few_days":
        return _("There are too few days to test the forecast against ({n}).").format(n=fit.n_days)
    missed = [check for check in fit.all_checks if not check.passes]
    if not missed:
        return _("The model does not reproduce the weeks held out.")
    said = _("In the weeks held out it misses on {n} of {all} checks, such as {checks}.").format(
        n=len(missed),
        all=len(fit.all_checks),
        checks=_("; ").join(check_text(check, targets) for check in missed[:MOST_MISSED]),
    )
    if any(code == "staff_inferred" for code, _values in forecast.notes):
        return numbers.sentences([said, _("No roster fits: one that says who works when would help.")])
    return said


def check_title(check: FitCheck, targets: Targets) -> str:
    if check.name == "wait_by_half_hour":
        return _("Mean wait by half hour, min")
    title = metric_title(check.name, targets)
    if check.group != "all":
        title = _("{title}, {group}").format(title=title, group=group_name(check.group))
    return _("{title}, every fifth day").format(title=title) if check.days == "fifth" else title


def checks_frame(forecast: Forecast, targets: Targets) -> pd.DataFrame:
    """All checks on days left out, one a row: what, measured, simulated with its interval, error, what it may be."""
    rows = [
        (
            check_title(c, targets),
            c.unit,
            c.measured,
            c.simulated.mean,
            c.simulated.low,
            c.simulated.high,
            c.value,
            c.limit,
            c.passes,
        )
        for c in forecast.fit.all_checks
    ]
    columns = [
        "check",
        "unit",
        "measured",
        "simulated",
        "simulated_low",
        "simulated_high",
        "error",
        "limit",
        "passes",
    ]
    return pd.DataFrame(rows, columns=columns)


def check_word(check: FitCheck) -> str:
    """The verdict beside its bar; a dot outside the bar that is still near enough is called so."""
    if not check.passes:
        return _("✕ missed")
    is_inside = check.simulated.low <= check.measured <= check.simulated.high
    return _("✓ held") if is_inside or check.name == "wait_by_half_hour" else _("✓ near enough")


def check_text(check: FitCheck, targets: Targets) -> str:
    """«mean wait, min: measured 13.5, simulated 12.0–14.4»; by half hour the miss and its limit."""
    title = lowered(check_title(check, targets))
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


def _percent(share: float) -> str:
    return numbers.share(share)


def _drift(v: dict[str, Any]) -> str:
    pattern = (
        _("Customers grow by {share} a month ({interval}); the forecast goes on with that.")
        if v["per_month"] >= 0
        else _("Customers fall by {share} a month ({interval}); the forecast goes on with that.")
    )
    return pattern.format(
        share=numbers.share(abs(v["per_month"])),
        interval=numbers.spread(v["low"], v["high"], "share", signed=True),
    )


def _called_next(v: dict[str, Any]) -> str:
    said = [
        _("{segment} first").format(segment=name)
        if credit >= ALWAYS_FIRST_MIN
        else _("{segment} as if {minutes} earlier").format(segment=name, minutes=numbers.minutes(credit))
        for name, credit in v["credits"]
    ]
    return _("Read off the calls: {order} ({share} of {n} follow it).").format(
        order=listed(said), share=numbers.share(v["explained_share"]), n=numbers.count(v["n"])
    )


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
    "demand_drift": _drift,
    "called_next": _called_next,
    "kept_counters": lambda v: ngettext(
        "Counter {counters} serves only some customers today.",
        "Counters {counters} serve only some customers today.",
        len(v["counters"]),
    ).format(counters=listed([short_id(name) for name in v["counters"]])),
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
