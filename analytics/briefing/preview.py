"""A slide's chart as the pages draw it: the same numbers as in the deck, as a plotly figure in colour tokens."""

import math
from datetime import date, timedelta

import plotly.graph_objects as go

from analytics.briefing.slide import Chart, Series
from analytics.charts import layout
from analytics.charts.letters import wrap
from analytics.charts.tokens import GRID, INK, MUTED, PAGE
from analytics.words import numbers

# Pixels of a row of columns on the narrowest screen: one chart, all the width.
ROW_PX = 760
EXCEL_EPOCH = date(1899, 12, 30)


@layout.at_once
def figure(chart: Chart, height: int = 260) -> go.Figure:
    """Lines over their scale, columns or bars by category; intervals as whiskers or pale bands."""
    drawn = layout.base(height, left=8 if chart.form == "bar" else 44, right=16, top=26)
    if chart.form == "line":
        _lines(drawn, chart)
    else:
        _bars(drawn, chart)
    _names(drawn, chart)
    return drawn


def _lines(drawn: go.Figure, chart: Chart) -> None:
    edges = [s for s in chart.series if s.style == "edge"]
    for low, high in zip(edges[::2], edges[1::2], strict=False):
        known = [(x, a, b) for x, a, b in zip(chart.x, low.values, high.values, strict=True)
                 if a is not None and b is not None]  # fmt: skip
        if known:
            xs, lows, highs = zip(*known, strict=True)
            drawn.add_trace(layout.band(xs, lows, highs, low.color))
    for series in chart.series:
        if series.style == "edge":
            continue
        drawn.add_trace(
            go.Scatter(
                x=list(chart.x), y=list(series.values), name=series.name, hoverinfo="name+y",
                mode="markers" if series.style == "dots" else "lines",
                marker={"color": series.color, "size": 8},
                line={
                    "color": series.color, "width": 1 if series.style == "dotted" else 2.5,
                    "dash": "dot" if series.style == "dotted" else "solid",
                },
            )
        )  # fmt: skip
    highest = max([v for s in chart.series for v in s.values if v is not None] or [1.0]) * 1.08
    ticks = layout.nice_ticks(highest)
    across = _across_ticks(chart)
    drawn.update_layout(
        yaxis={
            "range": [0, highest], "showgrid": True, "gridcolor": GRID, "tickmode": "array",
            "tickvals": ticks, "ticktext": [_value(t, chart.number_format) for t in ticks],
        },
        xaxis={
            "tickmode": "array", "tickvals": across, "ticktext": [_across(x, chart.x_format) for x in across],
        },
    )  # fmt: skip


def _across_ticks(chart: Chart) -> list[float]:
    """At most five, whole steps apart."""
    if not chart.x:
        return []
    first, last = chart.x[0], chart.x[-1]
    step = chart.x_step * max(1, math.ceil((last - first) / chart.x_step / 4))
    return [first + step * i for i in range(int((last - first) / step + 1e-9) + 1)]


def _bars(drawn: go.Figure, chart: Chart) -> None:
    is_bar = chart.form == "bar"
    places = list(range(len(chart.categories)))
    for series in chart.series:
        texts = [_value(v, chart.number_format) for v in series.values] if chart.is_labelled else None
        values = (
            {"x": list(series.values), "y": places} if is_bar else {"x": places, "y": list(series.values)}
        )
        whiskers = _whiskers(series)
        drawn.add_trace(
            go.Bar(
                **values, orientation="h" if is_bar else "v", marker={"color": series.color}, name=series.name,
                text=texts, insidetextanchor="start", constraintext="none", textangle=0,
                textfont={"size": layout.SMALL, "color": PAGE if series.low else INK}, textposition="inside" if series.low else "outside",
                error_x=whiskers if is_bar else None, error_y=None if is_bar else whiskers, hoverinfo="skip",
            )
        )  # fmt: skip
    named = {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": list(chart.categories)
        if is_bar
        else [_lines_of(c, len(places)) for c in chart.categories],
        "automargin": True,
        "tickangle": 0,
        "ticklabelstandoff": 6,
    }
    bare = {"visible": False}
    drawn.update_layout(bargap=0.3)
    drawn.update_layout(
        xaxis=bare if is_bar else named, yaxis={**named, "autorange": "reversed"} if is_bar else bare
    )


def _lines_of(category: str, n: int) -> str:
    """A column's name in as many lines as it needs beside the others."""
    return "<br>".join(
        line for part in category.split("\n") for line in wrap(part, ROW_PX / n, layout.SMALL, 2)
    )


def _whiskers(series: Series) -> dict[str, object] | None:
    if not series.low:
        return None
    ends = zip(series.values, series.low, series.high, strict=True)
    lengths = [(0.0, 0.0) if v is None or a is None or b is None else (b - v, v - a) for v, a, b in ends]
    return {
        "type": "data", "symmetric": False, "width": 0, "thickness": 1.5, "color": MUTED,
        "array": [up for up, _down in lengths], "arrayminus": [down for _up, down in lengths],
    }  # fmt: skip


def _names(drawn: go.Figure, chart: Chart) -> None:
    """The series' names in a line above the plot, in their colours."""
    named = [s for s in chart.series if s.style != "edge"]
    if len(named) > 1:
        text = "   ".join(f"<span style='color:{s.color}'><b>{s.name}</b></span>" for s in named)
        layout.label(drawn, text, 1, 1, xref="paper", yref="paper", anchor="right", vertical="bottom", dy=4,
                     size=layout.SMALL)  # fmt: skip


def _value(value: float | None, number_format: str) -> str:
    if value is None:
        return ""
    if number_format.endswith("%"):
        return f"{value * 100:.0f}%"
    places = len(number_format.partition(".")[2])
    return numbers.plain(value, "min", decimals=places)


def _across(x: float, x_format: str) -> str:
    if '":00"' in x_format:
        return numbers.clock(x * 2)
    return numbers.day_short(EXCEL_EPOCH + timedelta(days=x))
