"""How the branch is doing, in words: headline, what hurts most, what would help, the trend."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.diagnosis.bottlenecks import Handover
from analytics.diagnosis.overview import Overview
from analytics.diagnosis.satisfaction import WeakestItem
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Group, Targets
from analytics.language import _, ngettext
from analytics.methods.estimate import Estimate
from analytics.redesign.result import Forecast
from analytics.words import measures, numbers
from analytics.words.bottlenecks import cause, pair, width
from analytics.words.changes import groups, lowered, main_group, side, whom
from analytics.words.satisfaction import dimension
from analytics.words.trust import guardrail_verdict, vip_pay
from analytics.words.wait_times import people, stands_out

TITLE_WIDTH = 44


def headline(result: Overview, targets: Targets) -> str:
    """The answer: whether the first group is called in time, else whether it is satisfied, else how long cases take."""
    if result.waits is not None:
        return _service(result.waits, result, targets)
    for group, csat in result.csat_share.items():
        if csat.is_known:
            return _("{share} of {who} are satisfied").format(
                share=numbers.share(csat.value), who=lowered(whom(group))
            )
    if result.handover is not None:
        return _("A case takes {hours} working hours").format(
            hours=numbers.plain(result.handover.mean_cycle_time_h.value, "h")
        )
    return _("Too little is known to tell")


def _service(waits: WaitTimes, result: Overview, targets: Targets) -> str:
    main = waits.groups[0]
    within, said = waits.within_target_share[main], {"who": whom(main), "minutes": f"{targets.wait_min:g}"}
    if within.is_small:
        return _("Too few tickets to tell ({n})").format(n=numbers.n(within.n))
    if within.high < targets.within_target_share:
        if within.value < 0.485:
            return _("Most {who} are not called within {minutes} minutes").format(
                who=lowered(whom(main)), minutes=said["minutes"]
            )
        return _missed(1 - within.value).format(who=lowered(whom(main)), minutes=said["minutes"])
    csat = result.csat_share.get(main)
    if csat is not None and csat.high < targets.csat_share:
        return _("{who} are called in time but not satisfied").format(**said)
    if within.low >= targets.within_target_share:
        return _("{who} are called in time").format(**said)
    return _("{who} are called about as timely as aimed for").format(**said)


def _missed(share: float) -> str:
    """In plain fractions where one is near, by percentage points and a half."""
    fractions = (
        (0.1, _("One in ten {who} is not called in {minutes} minutes")),
        (0.2, _("One in five {who} is not called in {minutes} minutes")),
        (0.25, _("One in four {who} is not called in {minutes} minutes")),
        (0.3, _("Three in ten {who} are not called in {minutes} minutes")),
        (1 / 3, _("One in three {who} is not called in {minutes} minutes")),
        (0.4, _("Four in ten {who} are not called in {minutes} minutes")),
        (0.5, _("Half of {who} are not called in {minutes} minutes")),
    )
    near = [text for value, text in fractions if abs(share - value) <= 0.015]
    if near:
        return near[0]
    text = _("{share} of {who} are not called in {minutes} minutes")
    return text.replace("{share}", numbers.share(share))


def reason(result: Overview) -> str:
    """What changed, and where the lost time falls."""
    said: list[str] = []
    waits = result.waits
    if waits is not None:
        main = waits.groups[0]
        change = waits.changes.get("within_target_share", {}).get(main)
        if change is not None:
            said.append(_change(change))
        peak = waits.peak
        if peak is not None and stands_out(peak):
            pattern = (
                _("{share} of the time waited beyond target falls between {start} and {end}.")
                if peak.is_every_day
                else _("{share} of the time waited beyond target falls on {days} between {start} and {end}.")
            )
            said.append(
                pattern.format(
                    share=numbers.share(peak.excess_share),
                    days=measures.listed([numbers.weekday_long(d) for d in peak.weekdays]),
                    start=numbers.clock(peak.start_half_hour),
                    end=numbers.clock(peak.end_half_hour),
                )
            )
        if waits.groups == ("all",):
            said.append(_("The data do not tell groups of customers apart."))
    return numbers.sentences(said)


def _change(change: Estimate) -> str:
    if not change.is_known:
        return ""
    if not change.excludes_zero:
        return _("That is about as often as in the period before.")
    size = numbers.pts(abs(change.value))
    if change.value > 0:
        return _("The share called in time has risen by {size} on the period before.").format(size=size)
    return _("The share called in time has fallen by {size} on the period before.").format(size=size)


def n_and_noun(result: Overview) -> tuple[int, str]:
    """What the page rests on first of all."""
    if result.waits is not None:
        return result.waits.n_tickets, ngettext("ticket", "tickets", result.waits.n_tickets)
    if result.n_answers:
        return result.n_answers, ngettext("answer", "answers", result.n_answers)
    n = result.handover.mean_cycle_time_h.n if result.handover else 0
    return n, ngettext("finished case", "finished cases", n)


def worst_title(result: Overview) -> str:
    if result.worst.empty:
        return _("What hurts most")
    days = sorted({int(day) for day in result.worst["weekday"]})
    first, last = int(result.worst["half_hour"].min()), int(result.worst["half_hour"].max()) + 1
    if len(days) == 1 and last - first == len(result.worst):
        return _("What hurts most: {day}, {start}–{end}").format(
            day=numbers.weekday_long(days[0]), start=numbers.clock(first), end=numbers.clock(last)
        )
    where = measures.listed([numbers.weekday(day) for day in days])
    return _("What hurts most: rush hours on {days}").format(days=where)


def worst_caption(result: Overview) -> str:
    if result.waits is None:
        return ""
    if result.worst.empty:
        return _("Nobody waited beyond target in this period")
    return numbers.sentences(
        [
            _("Customer-hours waited beyond target in a usual month, 95% interval."),
            _("The luck of the highest is taken out"),
        ]
    )


def worst_sentence(row: Mapping[Any, Any]) -> str:
    """«Mon 12:00–12:30: work for 6.6 people, 7 on duty»."""
    at = f"{numbers.weekday(row['weekday'])} {numbers.clock(row['half_hour'])}–{numbers.clock(row['half_hour'] + 1)}"
    if row["n_staff"] > 0:
        return _("{at}: work for {work} people, {staff} on duty").format(
            at=at, work=numbers.plain(row["work_erlang"], "min"), staff=people(row["n_staff"])
        )
    return _("{at}: {n} customers a day").format(at=at, n=numbers.plain(row["arrivals"], "count"))


def handover_sentence(handover: Handover) -> str:
    """Where cases wait longest, with the cycle time."""
    pattern = (
        _("**Longest hand-over:** {pair}. A case waits {wait}, {share} of its cycle time of {cycle} ({n}).")
        if handover.has_starts
        else _("**Longest hand-over:** {pair}. It takes {wait}, {share} of the cycle time of {cycle} ({n}).")
    )
    said = pattern.format(
        pair=pair(handover.from_activity, handover.to_activity),
        wait=numbers.value_and_interval(handover.mean_wait_h),
        share=numbers.share(handover.cycle_share.value),
        cycle=_("{n} working hours").format(n=numbers.plain(handover.mean_cycle_time_h.value, "h")),
        n=numbers.n(handover.mean_cycle_time_h.n),
    )
    return numbers.sentences([said, cause(handover)])


def weakest_sentence(item: WeakestItem) -> str:
    """What customers rate lowest, or where the service falls shortest of what they expect."""
    who, name = lowered(whom(item.group)), lowered(dimension(item.dimension))
    if item.gap is not None and item.gap.value < 0:
        return _("**Weakest for customers:** {item}, {gap} below what {who} expect on 1–7 ({interval}, {n}).").format(
            item=name, who=who, gap=numbers.plain(abs(item.gap.value), "scale"),
            interval=numbers.spread(-item.gap.high, -item.gap.low, "scale"), n=numbers.n(item.gap.n),
        )  # fmt: skip
    return _("**Weakest for customers:** {item}, rated {mean} on 1–7 by {who} ({interval}, {n}).").format(
        item=name, who=who, mean=numbers.plain(item.mean.value, "scale"), interval=numbers.interval(item.mean),
        n=numbers.n(item.mean.n),
    )  # fmt: skip


def helps_title(best: Forecast | None) -> str:
    """What would help most; that nothing at hand does, where no forecast is clearly for the better."""
    if best is None:
        return _("What would help")
    wait = groups(best)[main_group(best)]["wait_mean_min"]
    if not best.guardrail.passes or side(wait) != "better":
        return _("What would help: no ready measure clearly")
    if not best.fit.passes:
        return _("What would help: not yet known")
    if vip_pay(best):
        return _("What would help most, at a cost to VIP")
    full = _("What would help: {measure}").format(measure=lowered(measures.together(best.measures)))
    return full if width(full) <= TITLE_WIDTH else _("What would help most")


def helps_caption(best: Forecast) -> str:
    days = ngettext("{n} working day", "{n} working days", best.horizon_days).format(n=best.horizon_days)
    runs = _("{n} runs").format(n=numbers.count(best.replications))
    return numbers.sentences(
        [
            _("Forecast change in mean wait, minutes, 95% interval."),
            f"{days} · {runs}".replace(" ", numbers.NBSP),
        ]
    )


def helps_note(found: Sequence[Forecast]) -> str:
    """What the best one brings in the share called in time, who pays for it, and whether the model may be trusted."""
    best = found[0]
    if not best.fit.passes:
        return _("The model misses this branch’s own last weeks: do not decide on this.")
    main = main_group(best)
    within = groups(best)[main]["within_target_share"]
    if side(within) == "none":
        said = _("The share of {who} called in time would not change measurably.").format(
            who=lowered(whom(main))
        )
    else:
        said = _("The first: {after} of {who} called in time instead of {before}.").format(
            after=numbers.share(within.after.mean),
            before=numbers.share(within.before.mean),
            who=lowered(whom(main)),
        )
    if vip_pay(best) or not best.guardrail.passes:
        said = numbers.sentences([said, guardrail_verdict(best), _without_cost(found)])
    return said


def _without_cost(found: Sequence[Forecast]) -> str:
    """The best one by which nobody waits longer, where the very best is not such."""
    for forecast in found[1:]:
        is_better = side(groups(forecast)[main_group(forecast)]["wait_mean_min"]) == "better"
        if is_better and forecast.guardrail.passes and not vip_pay(forecast):
            return _("A choice by which nobody waits longer: {measure}.").format(
                measure=lowered(measures.together(forecast.measures))
            )
    return ""


def trend_title(waits: WaitTimes, targets: Targets) -> str:
    """In how many whole weeks the first group's target was met."""
    main = waits.groups[0]
    weeks = waits.weeks[(waits.weeks["group"] == main) & waits.weeks["is_whole"]]
    if weeks.empty:
        return _("Called in time, week by week")
    met = int((weeks["within_target_share"] >= targets.within_target_share).sum())
    return _("{who}: target met in {met} of {all} weeks").format(who=whom(main), met=met, all=len(weeks))


def trend_caption(waits: WaitTimes, targets: Targets) -> str:
    return _("Share of {n} tickets called within {minutes} min, by week, 95% interval").format(
        n=numbers.count(waits.n_tickets), minutes=f"{targets.wait_min:g}"
    )


def group_of(forecast: Forecast) -> list[Group]:
    """The groups of a forecast in the order in which they are drawn."""
    return [code for code in ("ordinary", "vip", "all") if code in groups(forecast)]


def helps_table(found: Sequence[Forecast]) -> pd.DataFrame:
    """One row per measure, group and metric: the change with its interval, to download."""
    rows = []
    for forecast in found:
        for group in group_of(forecast):
            for name, metric in groups(forecast)[group].items():
                rows.append(
                    {
                        "measures": measures.together(forecast.measures), "group": group, "metric": name,
                        "unit": metric.unit, "before": metric.before.mean, "after": metric.after.mean,
                        "change": metric.change.mean, "low": metric.change.low, "high": metric.change.high,
                        "passes_guardrail": forecast.guardrail.passes,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)
