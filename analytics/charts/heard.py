"""Who answers, and the result by whom it counts: a dot with its interval a row."""

import math

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, NEUTRAL, WORKING
from analytics.diagnosis.heard import Heard
from analytics.words import heard as words
from analytics.words import numbers

LEFT, RIGHT, BLOCK = 128, 176, 36


def reputation(result: Heard) -> go.Figure:
    """Share satisfied by weighting, a dot with 95 % interval each; x 0–1 from below the lowest."""
    rows = [
        (words.weighting_name(code), e.value, e.low, e.high, e.n, NEUTRAL if code == "answers" else WORKING)
        for code, e in result.reputation.by.items()
    ]
    low = max(0.0, math.floor(min(row[2] for row in rows) * 20 - 0.5) / 20)
    return _rows(rows, low, min(1.0, math.ceil(max(row[3] for row in rows) * 20 + 0.5) / 20))


def response(result: Heard) -> go.Figure:
    """Share of served tickets with an answer by segment, a dot with 95 % interval each; x from 0."""
    rows = [
        (
            words.response_name(row), row["rate"], row["low"], row["high"], row["n_tickets"],
            GROUP_COLOR[row["group"]],
        )
        for row in result.response.to_dict("records")
    ]  # fmt: skip
    return _rows(rows, 0.0, max(0.01, math.ceil(max(row[3] for row in rows) * 110) / 100))


@layout.at_once
def _rows(rows: list, low: float, high: float) -> go.Figure:
    height = BLOCK * len(rows) + 24
    figure = layout.base(height, left=LEFT, right=RIGHT, top=0, bottom=24)
    ticks = [low, high]
    figure.update_layout(
        xaxis={"range": [low, high], "tickvals": ticks, "ticktext": [numbers.share(t) for t in ticks]},
        yaxis={"range": [height - 24, 0], "visible": False},
    )
    for i, (name, value, start, end, n, color) in enumerate(rows):
        y = i * BLOCK + BLOCK / 2
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line={"color": GRID, "width": 1}, layer="below"
        )
        layout.label(figure, name, 0, y, xref="paper", dx=-LEFT)
        figure.add_trace(layout.whisker([start, end], [y, y], color))
        text = f"{numbers.share(value)} ({numbers.spread(start, end, 'share')}) · {numbers.n(n)}"
        figure.add_scatter(
            x=[value], y=[y], mode="markers", marker={"size": 9, "color": color},
            hovertemplate=f"{name}: {text}<extra></extra>",
        )  # fmt: skip
        layout.label(figure, text, 1, y, xref="paper", dx=RIGHT, anchor="right", size=layout.SMALL)
    return figure
