"""The guardrail's verdict and how far to trust a forecast, in words."""

import math
from typing import Literal

import pandas as pd

from analytics.filters import Targets
from analytics.language import _
from analytics.redesign.guardrail import WORSE_MIN, WORSE_SHARE
from analytics.redesign.result import FitCheck, Forecast, MetricForecast, Spread
from analytics.words import numbers
from analytics.words.changes import (
    ROLE,
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
from analytics.words.measures import is_assumption
from analytics.words.sections import check_told, in_days

Verdict = Literal["holds", "fails", "risk", "watched"]
# Above it queues grow fast with every further customer.
BUSY_LIMIT = 0.85
DISTANCES = ("cycle_time_distance_h", "step_pairs_distance", "arrival_distance_h")
# So many missed checks are named, the rest counted.
MOST_MISSED = 2


def guardrail_verdict(forecast: Forecast) -> str:
    """One sentence: who pays for it, if anyone."""
    guardrail, of_process = forecast.guardrail, forecast.process is not None
    size = _size(guardrail.change, forecast) if guardrail.change else ""
    if guardrail.passes and vip_pay(forecast):
        text = (
            _("Ordinary customers do not pay for it, VIP cases would take {size} longer.")
            if of_process
            else _("Ordinary customers do not pay for it, VIP would wait {size} longer.")
        )
        return text.format(size=_size(forecast.by_group["vip"][_decisive(forecast)].change, forecast))
    fewer = fewer_through(forecast)
    if guardrail.passes and fewer is not None:
        return _("Cases that end take no longer, but {n} fewer a week get through.").format(
            n=numbers.plain(abs(fewer.mean), "per_week")
        )
    sentences = {
        "held": _("Ordinary customers do not pay for it."),
        "no_split": _("The data tell no customer groups apart, so all customers are checked."),
        "no_measure": _("There is no measure to check yet."),
        "wait_mean": _("Ordinary customers would wait {size} longer on average.").format(size=size),
        "wait_p90": _("One in ten ordinary customers would wait {size} longer.").format(size=size),
        "csat": _("Ordinary customers would be less satisfied."),
        "cycle_time": _("Ordinary customers’ cases would take {size} longer on average.").format(size=size),
        "cycle_time_p90": _("One in ten of the ordinary customers’ cases would take {size} longer.").format(
            size=size
        ),
        "none_through": _("None of the ordinary customers’ cases would get through in this period."),
    }
    return sentences.get(guardrail.reason, guardrail.reason)


def fewer_through(forecast: Forecast) -> Spread | None:
    """The change of cases that end, where measures (not a supposed demand) make it clearly smaller by over 5 %: those that
    pile up have no cycle time, so the guardrail cannot see them."""
    ordinary = groups(forecast)[main_group(forecast)]
    through = ordinary.get("throughput_per_week")
    if through is None or any(is_assumption(m) for m in forecast.measures):
        return None
    is_clear = through.change.high < 0 and through.change.mean < -WORSE_SHARE * through.before.mean
    return through.change if is_clear else None


def _decisive(forecast: Forecast) -> str:
    """The metric that the guardrail looks at first."""
    return "wait_mean_min" if forecast.process is None else "cycle_time_mean_h"


def _size(change: Spread, forecast: Forecast) -> str:
    size = abs(change.mean)
    return numbers.minutes(size) if forecast.process is None else numbers.days_or_hours(size)


def vip_pay(forecast: Forecast) -> bool:
    """Whether the VIPs would wait longer, or their cases take longer, by more than the guardrail lets pass for the others."""
    return "vip" in forecast.by_group and not _holds(forecast.by_group["vip"][_decisive(forecast)])


def guardrail_title(forecast: Forecast) -> str:
    if is_status_quo(forecast):
        return _("Guardrail: nothing to check yet")
    if vip_pay(forecast) and forecast.guardrail.passes:
        if forecast.process is not None:
            return _("Guardrail holds, but VIP cases take longer")
        return _("Guardrail holds, but VIP wait longer")
    if forecast.guardrail.passes and fewer_through(forecast) is not None:
        return _("Guardrail holds, but fewer cases get through")
    if forecast.guardrail.passes:
        return _("Guardrail holds: nobody else pays for it")
    return _("Guardrail fails: ordinary customers pay")


def guardrail_rows(forecast: Forecast) -> list[tuple[Verdict, str, str]]:
    """(verdict, what is asked, the figures) a check: times and satisfaction of the ordinary customers.

    Then the VIPs' time and how busy the people are, which are watched and decide nothing. Without a measure: what one
    will be held against, with where it stands now.
    """
    who, table = main_group(forecast), groups(forecast)[main_group(forecast)]
    asked: list[tuple[str, MetricForecast, bool]] = [
        (question, table[name], True) for name, question in _questions(forecast, who).items() if name in table
    ]
    if "vip" in forecast.by_group:
        name = _decisive(forecast)
        asked.append((_questions(forecast, "vip")[name], forecast.by_group["vip"][name], False))
    busy = [
        (_busy_question(name.removeprefix(ROLE) if name.startswith(ROLE) else ""), metric)
        for name, metric in forecast.metrics.items()
        if name == "utilisation" or name.startswith(ROLE)
    ]
    if is_status_quo(forecast):
        return [
            ("watched", question, _now(metric))
            for question, metric in [*((q, m) for q, m, _d in asked), *busy]
        ]
    rows: list[tuple[Verdict, str, str]] = [
        ("holds" if _holds(metric) else "fails" if decides else "risk", question, _change(metric))
        for question, metric, decides in asked
    ]
    for question, metric in busy:
        text = _("{after} ({interval}), now {before}").format(
            before=numbers.share(metric.before.mean),
            after=numbers.share(metric.after.mean),
            interval=numbers.spread(metric.after.low, metric.after.high, "share"),
        )
        rows.append(("holds" if metric.after.mean <= BUSY_LIMIT else "risk", question, text))
    return rows


def _questions(forecast: Forecast, who: str) -> dict[str, str]:
    name = group_name(who)
    if forecast.process is not None:
        return {
            "cycle_time_mean_h": _("{who}: cases do not take longer").format(who=name),
            "cycle_time_p90_h": _("{who}: the slowest cases do not take longer").format(who=name),
        }
    return {
        "wait_mean_min": _("{who}: mean wait does not rise").format(who=name),
        "wait_p90_min": _("{who}: long waits do not rise").format(who=name),
        "csat_mean": _("{who}: satisfaction does not fall").format(who=name),
    }


def _busy_question(role: str) -> str:
    limit = numbers.share(BUSY_LIMIT)
    if role:
        return _("{role} at most {share} busy").format(role=role[:1].upper() + role[1:], share=limit)
    return _("People at most {share} busy").format(share=limit)


def _change(metric: MetricForecast) -> str:
    """The change with its interval; times of a process in days where they are long."""
    told = in_days(metric) if metric.unit == "h" else metric
    if told is metric:
        return change_text(metric)
    size = numbers.days_or_hours(abs(metric.change.mean)) if abs(metric.change.mean) >= 24 else ""
    if not size:
        return change_text(metric)
    sign = numbers.MINUS if metric.change.mean < 0 else "+"
    return f"{sign}{size} ({numbers.spread(told.change.low, told.change.high, 'h', signed=True)})"


def _now(metric: MetricForecast) -> str:
    before = metric.before
    if metric.unit == "h":
        before = in_days(metric).before
        return _("now {value} ({interval})").format(
            value=numbers.days_or_hours(metric.before.mean)
            if before is not metric.before
            else numbers.hours(before.mean),
            interval=numbers.spread(before.low, before.high, "h"),
        )
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
    """The guardrail's rule for one metric: waits may rise by half a minute, cycle times by 5 %, satisfaction may not
    fall."""
    if side(metric) != "worse":
        return True
    if metric.unit == "h":
        return abs(metric.change.mean) <= WORSE_SHARE * metric.before.mean
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
    days = numbers.period(fit.held_out_from, fit.held_out_to)
    said = _("{period}, {n} days left out of the model. Bar: forecast, 95% interval. Dot: measured").format(
        period=days, n=fit.n_days
    )
    if forecast.process is not None:
        said = _(
            "{period}, {cases} cases left out of the model. Bar: forecast, 95% interval, or what may be off. Dot: measured"
        ).format(period=days, cases=numbers.count(fit.n_cases))
    n_checks = len(fit.all_checks)
    if n_checks == len(fit.checks):
        return said
    return _("{said}. {n} of {all} checks shown").format(said=said, n=len(fit.checks), all=n_checks)


def is_error(check: FitCheck) -> bool:
    """Whether the check is a distance, held against what it may be, rather than a figure inside an interval."""
    return check.name == "wait_by_half_hour" or check.name in DISTANCES


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
    title = check_told(check)[1] or metric_title(check.name, targets)
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
    return _("✓ held") if is_inside or is_error(check) else _("✓ near enough")


def check_text(check: FitCheck, targets: Targets) -> str:
    """«mean wait, min: measured 13.5, simulated 12.0–14.4»; by half hour the miss and its limit."""
    title = lowered(check_title(check, targets))
    check, _title = check_told(check)
    if is_error(check):
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
    check, _title = check_told(check)
    if is_error(check):
        return _("off by {value} · allowed {limit}").format(
            value=figure_of(check.value, check.unit), limit=figure_of(check.limit, check.unit)
        )
    return _("measured {measured} · {interval}").format(
        measured=figure_of(check.measured, check.unit), interval=range_of(check.simulated, check.unit)
    )


def baseline_title(forecast: Forecast) -> str:
    """On how many counts the model comes nearer than last weeks' cases repeated."""
    found = _against_baseline(forecast)
    nearer = sum(check.value < naive for check, naive in found)
    if not found:
        return _("Against the weeks before")
    if nearer == len(found):
        return _("It comes nearer than repeating past weeks")
    return _("Nearer than repeating past weeks on {n} of {all}").format(n=nearer, all=len(found))


def baseline_caption() -> str:
    return _("How far off the forecast of the weeks left out is, and the weeks before taken as they were")


def baseline_rows(forecast: Forecast, targets: Targets) -> list[tuple[str, str]]:
    """What is compared, and how far model and plain repetition are off."""
    return [
        (
            check_title(check, targets),
            _("model {model} · repeated {naive}").format(
                model=figure_of(check.value, check.unit), naive=figure_of(naive, check.unit)
            ),
        )
        for check, naive in _against_baseline(forecast)
    ]


def _against_baseline(forecast: Forecast) -> list[tuple[FitCheck, float]]:
    fit = forecast.fit
    return [(c, fit.baseline[c.name]) for c in fit.checks if c.name in fit.baseline]
