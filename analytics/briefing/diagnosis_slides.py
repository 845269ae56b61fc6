"""The slides that the diagnosis fills: status quo, and problems with their causes."""

import pandas as pd

from analytics.briefing.preview import EXCEL_EPOCH
from analytics.briefing.slide import Card, Cell, Chart, Series, Slide, Table
from analytics.charts.tokens import GROUP_COLOR, NEUTRAL, WAITING, WORKING
from analytics.diagnosis.overview import Overview
from analytics.diagnosis.wait_times import WaitTimes
from analytics.diagnosis.worst import worst_half_hours
from analytics.filters import Filters, Group
from analytics.language import _
from analytics.methods.estimate import Estimate
from analytics.redesign.ready import Defaults
from analytics.words import briefing as words
from analytics.words import changes, numbers
from analytics.words import overview as overview_words
from analytics.words import wait_times as wait_words

N_WORST, N_SERVICES = 5, 5


def where_we_stand(
    result: Overview, waits: WaitTimes, by_service: pd.DataFrame, filters: Filters, footer: str
) -> Slide:
    """The four figures against their targets, week by week, and the waits by service."""
    targets = filters.targets
    titles = wait_words.titles(targets)
    asked = [
        ("within_target_share", waits.within_target_share, targets.within_target_share, True),
        ("wait_mean_min", waits.wait_mean_min, targets.wait_mean_min, False),
        ("abandon_share", waits.abandon_share, targets.abandon_share, False),
    ]
    cards = [_card(titles[n], v, target, up) for n, v, target, up in asked]
    if result.csat_share:
        cards.append(_card(titles["csat_share"], result.csat_share, targets.csat_share, True))
    return Slide(
        "status_quo",
        overview_words.headline(result, targets),
        overview_words.reason(result),
        footer,
        cards=tuple(cards),
        charts=(_by_week(waits, filters), _by_service(waits, by_service)),
    )


def what_hurts(result: Overview, waits: WaitTimes, own: Defaults, filters: Filters, footer: str) -> Slide:
    """When waiting gathers, with how many people for how much work, the longest hand-over, the weakest item."""
    rows = [words.peak_row(waits, own)]
    if result.handover is not None:
        rows.append(words.handover_row(result.handover))
    if result.weakest is not None:
        rows.append(words.item_row(result.weakest))
    table = Table(
        (_("What hurts"), _("How much (95% interval, n)"), _("Why")),
        tuple(row for row in rows if row), (1.5, 1.7, 1.7), title=_("Problems and their causes"),
    )  # fmt: skip
    return Slide(
        "problems",
        wait_words.headline(waits, filters.targets),
        words.problem_reason(waits, own),
        footer,
        charts=tuple(
            c for c in (_worst_half_hours(waits, filters), _people_and_work(waits)) if c.x or c.categories
        ),
        table=table if table.rows else None,
    )


def _card(title: str, values: dict[Group, Estimate], target: float, higher_is_better: bool) -> Card:
    cells = []
    for group, estimate in values.items():
        verdict, tone = words.against_target(estimate, target, higher_is_better)
        value = numbers.plain(estimate.value, estimate.unit)
        cells.append(Cell(group, value, verdict, tone, numbers.interval(estimate)))
    unit = next(iter(values.values())).unit
    n = " / ".join(numbers.count(e.n) for e in values.values())
    said = _("target {target}").format(target=words.bare(target, unit))
    return Card(title, tuple(cells), f"{said} · {_('n {n}').format(n=n)}")


def _by_week(waits: WaitTimes, filters: Filters) -> Chart:
    """Share called within the target wait by whole week and group, with the target."""
    target = filters.targets.within_target_share
    weeks = waits.weeks[waits.weeks["is_whole"]]
    mondays = sorted(weeks["week_on"].unique())
    series = []
    for group in waits.groups:
        one = weeks[weeks["group"] == group].set_index("week_on").reindex(mondays)
        color = GROUP_COLOR[group]
        if group == waits.groups[0]:  # a second pair of thin lines would only confuse
            for name, column in ((_("low end"), "within_low"), (_("high end"), "within_high")):
                label = _("{group}, {end}").format(group=changes.group_name(group), end=name)
                series.append(Series(label, _values(one[column]), color, style="edge"))
        series.append(Series(changes.group_name(group), _values(one["within_target_share"]), color))
    series.append(
        Series(
            _("Target {target}").format(target=numbers.share(target)),
            (target,) * len(mondays),
            NEUTRAL,
            style="dotted",
        )
    )
    return Chart(
        overview_words.trend_title(waits, filters.targets),
        _("Share called within {minutes} min, whole weeks; thin lines: 95% interval, {group}").format(
            minutes=f"{filters.targets.wait_min:g}",
            group=changes.lowered(changes.group_name(waits.groups[0])),
        ),
        "line",
        tuple(series),
        x=tuple(float((pd.Timestamp(monday).date() - EXCEL_EPOCH).days) for monday in mondays),
        x_format=words.day_format(),
        x_step=7.0 * max(1, round(len(mondays) / 5)),
        number_format="0%",
    )


def _by_service(waits: WaitTimes, frame: pd.DataFrame) -> Chart:
    """Mean wait by service and group, the longest first."""
    names = list(dict.fromkeys(frame["name"]))[:N_SERVICES]
    series = []
    for group in waits.groups:
        one = frame[frame["group"] == group].set_index("name").reindex(names)
        series.append(
            Series(
                changes.group_name(group),
                _values(one["wait_mean_min"]),
                GROUP_COLOR[group],
                _values(one["low"]),
                _values(one["high"]),
            )
        )
    return Chart(
        _("Waits by service"),
        _("Mean wait in minutes of served tickets, the longest first, 95% interval"),
        "bar",
        tuple(series),
        categories=tuple(str(name) for name in names),
        is_labelled=True,
    )


def _worst_half_hours(waits: WaitTimes, filters: Filters) -> Chart:
    """Hours waited beyond target in a usual month in the worst weekday half hours."""
    worst = worst_half_hours(waits.half_hours, N_WORST)
    names = tuple(
        f"{numbers.weekday(day)} {numbers.clock(at)}"
        for day, at in zip(worst["weekday"], worst["half_hour"], strict=True)
    )
    values = Series(
        _("Hours a month"),
        _values(worst["usual_h"]),
        WAITING,
        _values(worst["usual_low"]),
        _values(worst["usual_high"]),
    )
    return Chart(
        _("The worst half hours"),
        _("Customer hours waited beyond {minutes} min in a usual month, 95% interval").format(
            minutes=f"{filters.targets.wait_min:g}"
        ),
        "bar",
        (values,),
        categories=names,
        is_labelled=True,
    )


def _people_and_work(waits: WaitTimes) -> Chart:
    """People on duty and the people that the arriving work needs, by half hour, mean of the open days."""
    frame = waits.half_hours.dropna(subset=["n_staff", "work_erlang"])
    weighted = frame[["n_staff", "work_erlang"]].mul(frame["n_days"], axis=0).assign(
        n_days=frame["n_days"], half_hour=frame["half_hour"]
    )  # fmt: skip
    day = weighted.groupby("half_hour").sum()
    return Chart(
        _("People and work"),
        _("By half hour, mean of the open days: people on duty, and how many the arriving work needs"),
        "line",
        (
            Series(_("On duty"), _values(day["n_staff"] / day["n_days"]), WORKING),
            Series(_("Needed"), _values(day["work_erlang"] / day["n_days"]), WAITING),
        ),
        x=tuple(h / 2 for h in day.index),
        number_format="0",
    )


def _values(column: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if pd.isna(x) else float(x) for x in column)
