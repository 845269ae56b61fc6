"""The words around slides: what every one of them rests on."""

import math
from typing import Literal

from analytics.diagnosis.bottlenecks import Handover
from analytics.diagnosis.half_hours import Peak
from analytics.diagnosis.satisfaction import WeakestItem
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Filters, Targets
from analytics.language import _, language
from analytics.methods.estimate import Estimate, Unit
from analytics.redesign.ready import Defaults
from analytics.redesign.result import Forecast
from analytics.words import forecast as forecast_words
from analytics.words import measures, numbers
from analytics.words.bottlenecks import pair, step
from analytics.words.changes import lowered, whom

Row = tuple[str, str, str]


def footer(filters: Filters, version: str, forecast: Forecast) -> str:
    """Branch, period, customers, n, interval, forecast's horizon and seed, data version."""
    return " · ".join(
        [
            branch(filters.branch_id),
            numbers.period(filters.start_on, filters.end_on),
            customers(filters.group),
            _("n {n} tickets").format(n=numbers.count(forecast.n_tickets)),
            _("intervals 95%"),
            _("target wait {minutes} min").format(minutes=f"{filters.targets.wait_min:g}"),
            _("forecast {horizon}").format(horizon=forecast_words.horizon(forecast)),
            _("{n} runs, seed {seed}").format(n=forecast.replications, seed=forecast.seed),
            _("data {version}").format(version=version),
        ]
    )


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
        "trust": _("How far to trust it"),
    }[name]


def day_format() -> str:
    """How Excel writes the days of an axis."""
    return 'm"月"d"日"' if language() == "zh_CN" else "d mmm"


def card_title(name: str, targets: Targets) -> str:
    """The measure of a card; minutes have their unit in it, shares in their figures."""
    return {
        "within_target_share": _("Called within {minutes} min").format(minutes=f"{targets.wait_min:g}"),
        "wait_mean_min": _("Mean wait, min"),
        "abandon_share": _("Left unserved"),
        "csat_share": _("Satisfied, top two points"),
    }[name]


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
    unit: Unit = "pts" if estimate.unit == "share" else estimate.unit
    words = _("✕ {gap} short") if higher_is_better else _("✕ {gap} over")
    return words.format(gap=numbers.with_unit(abs(gap), unit)), "worse"


def status_headline(waits: WaitTimes, targets: Targets) -> str:
    """Whether the first group is called in time."""
    group = waits.groups[0]
    within, minutes = waits.within_target_share[group], f"{targets.wait_min:g}"
    who = lowered(whom(group))
    if within.high < 0.5:
        return _("Most {who} wait longer than the {minutes}-minute target").format(who=who, minutes=minutes)
    if within.high < targets.within_target_share:
        text = _("{share} of {who} are not called within {minutes} minutes")
        return text.format(share=numbers.share(1 - within.value), who=who, minutes=minutes)
    share = numbers.share(within.value)
    if within.low >= targets.within_target_share:
        return _("{share} of {who} are called within {minutes} minutes").format(
            share=share, who=who, minutes=minutes
        )
    return _("{share} of {who} are called in time, close to target").format(share=share, who=who)


def status_reason(waits: WaitTimes, targets: Targets) -> str:
    """The share against its target, the mean wait, who leaves; then the other group."""
    first, *others = waits.groups
    said = [
        _("{share} ({interval}) are called within {minutes} min, the target is {target}.").format(
            share=numbers.value(waits.within_target_share[first]),
            interval=numbers.interval(waits.within_target_share[first]),
            minutes=f"{targets.wait_min:g}",
            target=numbers.share(targets.within_target_share),
        ),
        _("They wait {wait} on average, {left} leave unserved.").format(
            wait=numbers.value(waits.wait_mean_min[first]), left=numbers.value(waits.abandon_share[first])
        ),
    ]
    for group in others:
        text = _("{who}: {share} in time, {wait} on average.")
        said.append(
            text.format(
                who=whom(group),
                share=numbers.value(waits.within_target_share[group]),
                wait=numbers.value(waits.wait_mean_min[group]),
            )
        )
    return " ".join(said)


def block(peak: Peak) -> str:
    """«11:00–14:00» on all days, else with the days before it."""
    clock = f"{numbers.clock(peak.start_half_hour)}–{numbers.clock(peak.end_half_hour)}"
    days = "" if peak.is_every_day else measures.weekdays(peak.weekdays)
    return f"{days} {clock}" if days else clock


def problem_headline(waits: WaitTimes) -> str:
    peak = waits.peak
    if peak is None:
        return _("Nobody waits beyond the target")
    if peak.excess_share > 0.5:
        return _("The hours {hours} cause most of the waiting").format(hours=block(peak))
    return _("The hours {hours} cause {share} of the waiting").format(
        hours=block(peak), share=numbers.share(peak.excess_share)
    )


def problem_reason(waits: WaitTimes, own: Defaults) -> str:
    peak = waits.peak
    if peak is None:
        return ""
    said = [
        _("{share} of the waiting beyond target falls there, with {tickets} of the tickets.").format(
            share=numbers.share(peak.excess_share), tickets=numbers.share(peak.ticket_share)
        )
    ]
    if not math.isnan(peak.n_staff):
        said.append(_staff(peak))
    if own.reserved_counters:
        said.append(_kept(own))
    return " ".join(said)


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
        " ".join(why) or numbers.UNKNOWN,
    )


def handover_row(found: Handover) -> Row:
    """The longest hand-over as a row of problem, size and cause."""
    why = _("{share} of the time a case takes.").format(share=numbers.value(found.cycle_share))
    if found.is_in_row:
        why += " " + _("{share} are done several in a row.").format(share=numbers.share(found.in_row_share))
    return (
        _("{process}: {steps}").format(
            process=step(found.process), steps=pair(found.from_activity, found.to_activity)
        ),
        f"{numbers.value_and_interval(found.mean_wait_h)}, {numbers.n(found.mean_wait_h.n)}",
        why,
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
    return _("Least satisfied with {item}").format(item=dimension(item.dimension)), size, why


def dimension(code: str) -> str:
    """The five of SERVQUAL in the reader's language; a bank's own keep their name."""
    known = {
        "tangibles": _("tangibles"),
        "reliability": _("reliability"),
        "responsiveness": _("responsiveness"),
        "assurance": _("assurance"),
        "empathy": _("empathy"),
    }
    return known.get(code, code.replace("_", " "))
