"""The slides that a forecast fills: before and after, and how far to trust it."""

import pandas as pd

from analytics.briefing.slide import Chart, Series, Slide, Table, Tone
from analytics.charts.tokens import AFTER, BEFORE, NEUTRAL
from analytics.filters import Targets
from analytics.language import _
from analytics.redesign.result import FitCheck, Forecast, MetricForecast, Spread
from analytics.words import changes, measures, numbers, trust
from analytics.words import forecast as words
from analytics.words import hall_forecast as hall_words
from analytics.words.forecast_notes import notes
from analytics.words.sections import check_told, sections


def what_it_brings(forecast: Forecast, targets: Targets, footer: str) -> Slide:
    """What the measures change, group by group, and at which hours."""
    main = changes.main_group(forecast)
    is_status_quo = changes.is_status_quo(forecast)
    said = [measures.sentence(m) for m in forecast.measures]
    mark = "✓" if forecast.guardrail.passes else "✕"
    title = f"{mark} {trust.guardrail_title(forecast)}" + _(".")
    verdict = numbers.sentences([title, trust.guardrail_verdict(forecast)])
    return Slide(
        "before_after",
        words.headline(forecast),
        words.reason(forecast, targets),
        footer,
        charts=(_waits(forecast), _by_hour(forecast, main, targets)),
        table=changes_table(forecast, targets),
        points=tuple([*said, verdict] if not is_status_quo else said),
    )


def how_far(forecast: Forecast, targets: Targets, footer: str) -> Slide:
    """The forecast against days it has not seen, and what it leaves out."""
    fit = forecast.fit
    rows = tuple(check_row(check, targets) for check in fit.checks)
    tones: tuple[Tone, ...] = tuple("better" if check.passes else "worse" for check in fit.checks)
    reason = trust.fit_reason(forecast, targets) or _(
        "Made without the last weeks, the forecast is set against what happened then."
    )
    points = [*notes(forecast)]
    if fit.held_out_from and fit.held_out_to:
        days = _("Held out: {period}, {n} days.")
        points.append(days.format(period=numbers.period(fit.held_out_from, fit.held_out_to), n=fit.n_days))
    points += [
        _("Interval: in 95 of 100 such periods the figure would lie inside, if the branch stays as it was."),
        _("Left out: illness at short notice, machines out of order, days unlike any in the data."),
    ]
    return Slide(
        "trust",
        trust.fit_title(forecast),
        reason,
        footer,
        charts=(_fit_by_hour(forecast),),
        table=Table(
            (_("Held-out days"), _("Measured"), _("Forecast, 95%"), _("Verdict")),
            rows, (3.6, 1.5, 2.0, 1.3), tones, _("Measured against forecast"),
        ),
        points=tuple(points),
    )  # fmt: skip


def _waits(forecast: Forecast) -> Chart:
    """Mean wait now and forecast, a pair of columns a group."""
    groups = changes.groups(forecast)
    waits = {group: table["wait_mean_min"] for group, table in groups.items()}
    return Chart(
        _("Mean wait, min"),
        _("{n} working days, 95% interval").format(n=forecast.horizon_days),
        "column",
        tuple(
            spread_series(name, [getattr(m, which) for m in waits.values()], color)
            for which, name, color in sides(forecast)
        ),
        tuple(changes.group_name(group) for group in waits),
        is_labelled=True,
    )


def sides(forecast: Forecast) -> tuple[tuple[str, str, str], ...]:
    if changes.is_status_quo(forecast):
        return (("after", _("Expected"), AFTER),)
    return (("before", _("Now"), BEFORE), ("after", _("Forecast"), AFTER))


def spread_series(name: str, spreads: list[Spread], color: str) -> Series:
    return Series(
        name,
        tuple(s.mean for s in spreads),
        color,
        tuple(s.low for s in spreads),
        tuple(s.high for s in spreads),
    )


def _by_hour(forecast: Forecast, group: str, targets: Targets) -> Chart:
    frame = forecast.by_half_hour
    frame = frame[frame["group"] == group].sort_values("half_hour")
    series = [
        Series(_("Forecast, low end"), _column(frame, "after_low_min"), AFTER, style="edge"),
        Series(_("Forecast, high end"), _column(frame, "after_high_min"), AFTER, style="edge"),
        Series(
            _("Expected") if changes.is_status_quo(forecast) else _("Forecast"),
            _column(frame, "after_mean_min"),
            AFTER,
        ),
        _target(targets.wait_mean_min, len(frame)),
    ]
    if not changes.is_status_quo(forecast):
        series.insert(2, Series(_("Now"), _column(frame, "before_mean_min"), BEFORE))
    return Chart(
        hall_words.hour_title(forecast, group),
        hall_words.hour_caption(group),
        "line",
        tuple(series),
        x=_hours(frame),
        number_format="0",
    )


def _target(value: float, n: int) -> Series:
    return Series(_("Target {target}").format(target=f"{value:g}"), (value,) * n, NEUTRAL, style="dotted")


def changes_table(forecast: Forecast, targets: Targets) -> Table:
    """A row a metric and group; of a process what it takes and brings."""
    is_status_quo = changes.is_status_quo(forecast)
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for section in sections(forecast, targets):
        if forecast.process is not None and section.name in ("waiting_share", "utilisation"):
            continue  # a slide has room for so many rows
        title = section.title
        for group, metric in section.rows.items():
            values, last = _change_texts(metric, is_status_quo)
            if metric.change.low == metric.change.high:  # what is certain has no interval
                behind = changes.source(metric.name)
                last = last.split(" (")[0] + (f" ({behind})" if behind else "")
            rows.append((title, "" if group == "all" else changes.group_name(group), values, last))
            tones.append("none" if is_status_quo else changes.side(metric))
            title = ""
    last = _("95% interval") if is_status_quo else _("Change (95% interval)")
    values = _("Measured → expected") if is_status_quo else _("Now → forecast")
    return Table(
        ("", _("Customers"), values, last), tuple(rows), (2.7, 1.3, 1.8, 2.5), tuple(tones),
        words.rows_title(forecast),
    )  # fmt: skip


def _figure(x: float | None, metric: MetricForecast, *, signed: bool = False) -> str:
    return numbers.UNKNOWN if x is None else changes.figure_of(x, metric.unit, signed=signed)


def _change_texts(metric: MetricForecast, is_status_quo: bool) -> tuple[str, str]:
    start = metric.observed if is_status_quo else metric.before.mean
    values = f"{_figure(start, metric)} → {_figure(metric.after.mean, metric)}"
    if is_status_quo:
        last = changes.range_of(metric.after, metric.unit)
    else:
        mark = {"better": "✓ ", "worse": "✕ ", "none": ""}[changes.side(metric)]
        unit = "pts" if metric.unit == "share" else metric.unit
        interval = changes.range_of(metric.change, unit, signed=True)
        last = f"{mark}{changes.figure_of(metric.change.mean, unit, signed=True)} ({interval})"
    return values, last


def check_row(check: FitCheck, targets: Targets) -> tuple[str, ...]:
    verdict = trust.check_word(check)
    title = trust.check_title(check, targets)
    check, _title = check_told(check)
    if trust.is_error(check):
        off = _("off by {value}").format(value=changes.figure_of(check.value, check.unit))
        allowed = _("allowed {limit}").format(limit=changes.figure_of(check.limit, check.unit))
        return title, off, allowed, verdict
    return (
        title,
        changes.figure_of(check.measured, check.unit),
        changes.range_of(check.simulated, check.unit),
        verdict,
    )  # fmt: skip


def _fit_by_hour(forecast: Forecast) -> Chart:
    frame = forecast.fit.by_half_hour
    columns = ("simulated_low_min", "simulated_high_min", "simulated_mean_min", "measured_mean_min")
    low, high, mean, measured = (_column(frame, name) for name in columns)
    return Chart(
        _("Mean wait by half hour, minutes"),
        _("Days left out of the model, all customers, 95% interval"),
        "line",
        (
            Series(_("Simulated, low end"), low, AFTER, style="edge"),
            Series(_("Simulated, high end"), high, AFTER, style="edge"),
            Series(_("Simulated"), mean, AFTER),
            Series(_("Measured"), measured, BEFORE, style="dots"),
        ),
        x=_hours(frame),
        number_format="0",
    )


def _hours(frame: pd.DataFrame) -> tuple[float, ...]:
    return tuple(h / 2 for h in frame["half_hour"]) if len(frame) else ()


def _column(frame: pd.DataFrame, name: str) -> tuple[float | None, ...]:
    if name not in frame:
        return ()
    return tuple(None if pd.isna(x) else float(x) for x in frame[name])
