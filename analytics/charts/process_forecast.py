"""What a forecast of a process changes: by segment, and step by step."""

import math
from typing import Any

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.flow import drawn
from analytics.charts.letters import wrap
from analytics.charts.tokens import (
    AFTER,
    BAD,
    CONTEXT,
    GOOD,
    GRID,
    GROUP_COLOR,
    INK,
    MUTED,
    NEUTRAL,
    WAITING,
    WORKING,
)
from analytics.filters import Grouping
from analytics.language import _
from analytics.redesign.result import Forecast, MetricForecast
from analytics.words import bottlenecks as process_words
from analytics.words import changes, numbers, process_forecast
from analytics.words.satisfaction import touchpoint
from analytics.words.sections import Section, told

SIDE_COLOR = {"better": GOOD, "worse": BAD, "none": NEUTRAL}
ROW_H, TITLE_H = 30, 26
STEP_H, BAR_H = 58, 13
FAINT = "73"


@layout.at_once
def by_segment(forecast: Forecast, grouping: Grouping) -> go.Figure:
    """Dot and 95 % interval a segment and metric; the change about a zero line, or what is expected from zero.

    x is each metric's own scale as 0–1.
    """
    is_quo = changes.is_status_quo(forecast)
    parts = [_by_metric(forecast, name) for name in process_forecast.counts(forecast)]
    names = {segment: process_words.cut(touchpoint(segment), 16) for segment in forecast.by_segment}
    left = 20 + 7 * max([process_words.width(name) for name in names.values()], default=4)
    height = sum(TITLE_H + ROW_H * len(part.rows) + 10 for part in parts)
    figure = layout.base(max(height, 60), left=left, right=190, top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [0, 1], "visible": False}, yaxis={"range": [height, 0], "visible": False}
    )
    y = 0.0
    for part in parts:
        spreads = [m.after if is_quo else m.change for m in part.rows.values()]
        ends = [x for s in spreads for x in (s.low, s.high, 0.0) if math.isfinite(x)]
        low, high = min(ends, default=0.0), max(ends, default=1.0)
        width = (high - low) or 1.0
        layout.label(figure, f"<b>{part.title}</b>", 0, y + TITLE_H / 2, xref="paper", dx=-left)
        y += TITLE_H
        zero = (0 - low) / width
        figure.add_shape(
            type="line", x0=zero, x1=zero, y0=y, y1=y + ROW_H * len(part.rows),
            line={"color": NEUTRAL, "width": 1},
        )  # fmt: skip
        for (segment, metric), s in zip(part.rows.items(), spreads, strict=True):
            at = y + ROW_H / 2
            color = _color(segment, grouping)
            layout.label(figure, names[segment], 0, at, xref="paper", dx=-left, color=color)
            _dot(figure, metric, (s.low - low) / width, (s.mean - low) / width, (s.high - low) / width, at)
            _values(figure, metric, at, is_quo=is_quo)
            y += ROW_H
        y += 10
    return figure


def _color(segment: str, grouping: Grouping) -> str:
    if grouping.kind != "segment":
        return INK
    return GROUP_COLOR["vip" if segment in grouping.vip_segments else "ordinary"]


def _by_metric(forecast: Forecast, name: str) -> Section:
    return told(
        name, {segment: table[name] for segment, table in forecast.by_segment.items() if name in table}
    )


def _dot(figure: go.Figure, metric: MetricForecast, low: float, mean: float, high: float, y: float) -> None:
    if math.isnan(mean):
        return
    figure.add_trace(layout.whisker([low, high], [y, y], AFTER, 3))
    figure.add_scatter(
        x=[mean], y=[y], mode="markers", marker={"color": AFTER, "size": 10}, hoverinfo="skip",
        name=metric.name,
    )  # fmt: skip


def _values(figure: go.Figure, metric: MetricForecast, y: float, *, is_quo: bool) -> None:
    if is_quo:
        text = f"<b>{changes.figure_of(metric.after.mean, metric.unit)}</b>"
        interval, color = changes.range_of(metric.after, metric.unit), INK
    else:
        found = changes.side(metric)
        text = f"<b>{changes.figure_of(metric.change.mean, metric.unit, signed=True)}</b>"
        interval, color = changes.range_of(metric.change, metric.unit, signed=True), SIDE_COLOR[found]
        if found != "none":
            text += " " + changes.side_word(found)[:1]
    layout.label(figure, text, 1, y, xref="paper", dx=16, color=color)
    layout.label(figure, f"({interval})", 1, y, xref="paper", dx=84, color=MUTED, size=layout.SMALL)


@layout.at_once
def step_times(forecast: Forecast) -> go.Figure:
    """A row a step that is drawn on the map, upper bar now, lower bar forecast: the customer's own time, waiting, working; x working hours from 0."""
    detail = forecast.process
    assert detail is not None
    steps, is_quo = drawn(detail), changes.is_status_quo(forecast)
    sides = ("after",) if is_quo else ("before", "after")
    left, top = 160, 30
    lines = {a: wrap(process_words.step(a), left - 6, layout.SMALL, 2) for a in steps["activity"]}
    height = top + STEP_H * len(steps)
    longest = max([sum(_parts(row, side)) for row in steps.to_dict("records") for side in sides], default=1.0)
    figure = layout.base(height, left=left, right=330, top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [0, max(longest, 0.1)], "visible": False}, yaxis={"range": [height, 0], "visible": False},
        barmode="overlay",
    )  # fmt: skip
    _column_names(figure, process_forecast.has_starts(forecast))
    for i, row in enumerate(steps.to_dict("records")):
        y = top + STEP_H * (i + 0.5)
        if i:
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, y0=y - STEP_H / 2, y1=y - STEP_H / 2,
                line={"color": GRID, "width": 1}, layer="below",
            )  # fmt: skip
        mark = process_forecast.step_mark(detail, row["activity"])
        name = "<br>".join(lines[row["activity"]])
        layout.label(
            figure,
            f"{name}<br><b>{mark}</b>" if mark else name,
            0,
            y,
            xref="paper",
            dx=-left,
            size=layout.SMALL,
        )
        for side in sides:
            at = y if is_quo else y - 9 if side == "before" else y + 9
            _bar(figure, row, side, at, alpha=FAINT if side == "before" else "")
            _figures(figure, row, side, at)
    return figure


def _parts(row: Any, side: str) -> list[float]:
    """Hours of the customer's own time, of waiting, of work; zeros where the step is not done."""
    own, wait, work = (row[f"own_{side}_h"], row[f"wait_{side}_h"], row[f"work_{side}_min"] / 60)
    return [0.0 if math.isnan(value) else max(value, 0.0) for value in (own, wait - own, work)]


def _bar(figure: go.Figure, row: Any, side: str, y: float, *, alpha: str) -> None:
    base = 0.0
    for name, color, value in zip(
        ("own", "wait", "work"), (CONTEXT, WAITING, WORKING), _parts(row, side), strict=True
    ):
        if value > 0:
            figure.add_bar(
                x=[value], y=[y], base=[base], width=BAR_H, orientation="h", marker={"color": color + alpha},
                name=f"{row['activity']} {name} {side}",
                hovertemplate=f"{numbers.hours(value)}<extra></extra>",
            )  # fmt: skip
        base += value


def _figures(figure: go.Figure, row: Any, side: str, y: float) -> None:
    """Wait with its interval, minutes of work, times done per case."""
    color = MUTED if side == "before" else INK
    if not row[f"n_per_case_{side}"]:
        layout.label(
            figure, _("not done any more"), 1, y, xref="paper", dx=14, color=color, size=layout.SMALL
        )
        return
    wait = numbers.plain(row[f"wait_{side}_h"], "h")
    interval = numbers.spread(row[f"wait_{side}_low_h"], row[f"wait_{side}_high_h"], "h")
    texts = (
        (14, f"{wait} ({interval})"),
        (140, "" if math.isnan(row[f"work_{side}_min"]) else numbers.minutes(row[f"work_{side}_min"])),
        (232, process_forecast.times_per_case(row[f"n_per_case_{side}"])),
    )
    for dx, text in texts:
        layout.label(figure, text, 1, y, xref="paper", dx=dx, color=color, size=layout.SMALL)


def _column_names(figure: go.Figure, has_starts: bool) -> None:
    x = 0
    told = ((_("customer’s own time"), NEUTRAL), (_("waiting"), WAITING), (_("working"), WORKING))
    for name, color in told if has_starts else ((_("from the step before to completion"), NEUTRAL),):
        layout.label(figure, f"<b>{name}</b>", 0, 12, xref="paper", color=color, dx=x, size=layout.SMALL)
        x += 22 + 7 * process_words.width(name)
    wait = _("wait, h (95%)") if has_starts else _("mean, h (95%)")
    for dx, name in ((14, wait), (140, _("work") if has_starts else ""), (232, _("times a case"))):
        layout.label(figure, name, 1, 12, xref="paper", dx=dx, color=MUTED, size=layout.SMALL)
