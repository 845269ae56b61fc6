"""The words around slides: what every one of them rests on."""

import math
from typing import Literal

from analytics.diagnosis.bottlenecks import Handover
from analytics.diagnosis.half_hours import Peak
from analytics.diagnosis.satisfaction import WeakestItem
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Filters
from analytics.language import _, language
from analytics.methods.estimate import Estimate, Unit
from analytics.redesign.ready import Defaults
from analytics.redesign.result import Forecast
from analytics.redesign.scope import process_of
from analytics.words import forecast as forecast_words
from analytics.words import measures, numbers
from analytics.words import wait_times as wait_words
from analytics.words.bottlenecks import cause, pair, step
from analytics.words.changes import lowered
from analytics.words.satisfaction import dimension

Row = tuple[str, str, str]


def footer(filters: Filters, version: str, forecast: Forecast) -> str:
    """Branch, period, customers, n, interval, forecast's horizon and seed, data version."""
    return " · ".join(
        [
            branch(filters.branch_id),
            numbers.period(filters.start_on, filters.end_on),
            customers(filters.group),
            *_rests_on(filters, forecast),
            _("forecast {horizon}").format(horizon=forecast_words.horizon(forecast)),
            _("{n} runs, seed {seed}").format(n=forecast.replications, seed=forecast.seed),
            _("data {version}").format(version=version),
        ]
    )


def _rests_on(filters: Filters, forecast: Forecast) -> list[str]:
    if forecast.process is not None:
        process = step(process_of(forecast.scope))
        n_cases = _("n {n} cases").format(n=numbers.count(forecast.process.n_cases))
        return [process, n_cases, _("intervals 95%")]
    return [
        _("n {n} tickets").format(n=numbers.count(forecast.n_tickets)),
        _("intervals 95%"),
        _("target wait {minutes} min").format(minutes=f"{filters.targets.wait_min:g}"),
    ]


def branch(branch_id: str) -> str:
    return _("{branch} branch").format(branch=branch_id) if branch_id.isascii() else branch_id


def customers(group: str) -> str:
    return {
        "ordinary": _("ordinary customers"),
        "vip": _("VIP customers"),
    }.get(group, _("all customers"))


def slide_name(name: str) -> str:
    """What a slide is about, for the list of slides."""
    return {
        "status_quo": _("Status quo"),
        "problems": _("Problems and causes"),
        "before_after": _("Before and after"),
        "as_is_to_be": _("As is and to be"),
        "trust": _("How far to trust it"),
    }[name]


def day_format() -> str:
    """How Excel writes the days of an axis."""
    return 'm"月"d"日"' if language() == "zh_CN" else "d mmm"


def bare(target: float, unit: Unit) -> str:
    """80%, 7."""
    return f"{target * 100:g}%" if unit == "share" else f"{target:g}"


def against_target(
    estimate: Estimate, target: float, higher_is_better: bool
) -> tuple[str, Literal["better", "worse", "none"]]:
    """«met» or how far off, with the tone of it; too few answers are said."""
    if not estimate.is_known:
        return _("no data"), "none"
    if estimate.is_small:
        return _("only {n} to go by").format(n=numbers.count(estimate.n)), "none"
    gap = estimate.value - target
    if gap == 0 or (gap > 0) == higher_is_better:
        return _("✓ met"), "better"
    size = numbers.gap(estimate.value, target, estimate.unit)
    if not size:
        return (_("✕ just short") if higher_is_better else _("✕ just over")), "worse"
    words = _("✕ {gap} short") if higher_is_better else _("✕ {gap} over")
    return words.format(gap=size), "worse"


def block(peak: Peak) -> str:
    """«11:00–14:00» on all days, else with the days before it."""
    clock = f"{numbers.clock(peak.start_half_hour)}–{numbers.clock(peak.end_half_hour)}"
    days = "" if peak.is_every_day else measures.weekdays(peak.weekdays)
    return f"{days} {clock}" if days else clock


def problem_reason(waits: WaitTimes, own: Defaults) -> str:
    """As on the page of the waits, with the counters that are kept for some."""
    said = [wait_words.reason(waits)]
    if own.reserved_counters:
        said.append(_kept(own))
    return numbers.sentences(said)


def _staff(peak: Peak) -> str:
    return _("{n} people are on duty then, for the work of {work}.").format(
        n=numbers.plain(peak.n_staff, "min"), work=numbers.plain(peak.work_erlang, "min")
    )


def _kept(own: Defaults) -> str:
    return _("{n} of {all} counters are kept for some customers.").format(
        n=len(own.reserved_counters), all=len(own.counters)
    )


def peak_row(waits: WaitTimes, own: Defaults) -> Row | None:
    """Where waiting gathers, as a row of problem, size and cause."""
    peak = waits.peak
    if peak is None:
        return None
    why = [] if math.isnan(peak.n_staff) else [_staff(peak)]
    if own.reserved_counters:
        why.append(_kept(own))
    return (
        _("Waiting, {hours}").format(hours=block(peak)),
        _("{share} of the waiting beyond target ({n})").format(
            share=numbers.share(peak.excess_share), n=numbers.n(waits.n_tickets)
        ),
        numbers.sentences(why) or numbers.UNKNOWN,
    )


def handover_row(found: Handover) -> Row:
    """The longest hand-over as a row of problem, size and cause."""
    why = _("{share} of the time a case takes.").format(share=numbers.value(found.cycle_share))
    return (
        _("{process}: {steps}").format(
            process=step(found.process), steps=pair(found.from_activity, found.to_activity)
        ),
        f"{numbers.value_and_interval(found.mean_wait_h)}, {numbers.n(found.mean_wait_h.n)}",
        numbers.sentences([why, cause(found)]),
    )


def item_row(item: WeakestItem) -> Row:
    """What customers are least satisfied with, as a row of problem, size and cause."""
    size = _("{mean} of 7 ({interval}), {n}").format(
        mean=numbers.value(item.mean), interval=numbers.interval(item.mean), n=numbers.n(item.mean.n)
    )
    why = numbers.UNKNOWN
    if item.gap is not None:
        why = _("{gap} against what they expect ({interval}, {n}).").format(
            gap=numbers.plain(item.gap.value, item.gap.unit, signed=True),
            interval=numbers.interval(item.gap, signed=True),
            n=numbers.n(item.gap.n),
        )
    return _("Least satisfied with {item}").format(item=lowered(dimension(item.dimension))), size, why
