"""What moves overall satisfaction: shares, the map of importance and performance, poor against good ratings."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import BAD, GOOD, GRID, GROUP_COLOR, NEUTRAL, PAGE
from analytics.diagnosis.drivers import Drivers
from analytics.language import _
from analytics.words import drivers as words
from analytics.words import numbers
from analytics.words.changes import group_name
from analytics.words.satisfaction import dimension

LEFT, RIGHT = 112, 118


@layout.at_once
def shares(result: Drivers) -> go.Figure:
    """Share of the explained variance per dimension, a dot with 95 % interval per group; x 0–1, largest first."""
    frame = result.drivers
    order = frame[frame["group"] == result.groups[0]]["dimension"].tolist()
    n_groups = len(result.groups)
    block = _block(result)
    figure, height = _rows_figure(len(order), block)
    high = min(1.0, math.ceil(float(frame["high"].max()) * 10) / 10)
    ticks = [0.0, high / 2, high]
    texts = [f"{100 * t:.0f}" for t in ticks]
    figure.update_layout(
        xaxis={"range": [0, high], **layout.end_tick(ticks, texts, texts[-1] + "%")},
        yaxis={"range": [height - 24, 0], "visible": False},
    )
    for i, code in enumerate(order):
        top = i * block + (10 if n_groups > 1 else 17)
        _name(figure, dimension(code), top, is_bold=i == 0)
        for j, group in enumerate(result.groups):
            rows = frame[(frame["dimension"] == code) & (frame["group"] == group)]
            y = i * block + 30 + 20 * j if n_groups > 1 else top
            for row in _records(rows):
                if n_groups > 1:
                    layout.label(
                        figure, group_name(group), 0, y, xref="paper", dx=-LEFT, size=layout.SMALL,
                        color=GROUP_COLOR[group],
                    )  # fmt: skip
                _row(
                    figure, y, row["share"], row["low"], row["high"], GROUP_COLOR[group], "share",
                    words.hover(row, group),
                )  # fmt: skip
                text = f"{numbers.share(row['share'])} ({numbers.spread(row['low'], row['high'], 'share')})"
                layout.label(figure, text, 1, y, xref="paper", dx=RIGHT, anchor="right", size=layout.SMALL)
    return figure


def shares_height(result: Drivers) -> int:
    """Pixels that the chart of shares takes, so that the map beside it can be as high."""
    return max(1, result.drivers["dimension"].nunique()) * _block(result) + 24


def _block(result: Drivers) -> int:
    return 26 + 20 * len(result.groups) if len(result.groups) > 1 else 34


@layout.at_once
def priorities(result: Drivers) -> go.Figure:
    """The first group's dimensions by mean rating (x, 1–7) and share of the explained variance (y); four quadrants.

    The lines are the mean rating and the even share; what lies upper left matters much and is rated low.
    """
    height = max(320, shares_height(result))
    group = result.groups[0]
    frame = result.drivers[result.drivers["group"] == group]
    figure = layout.base(height, left=44, right=20, top=12, bottom=40)
    x_mid, y_mid = float(frame["mean"].mean()), 1 / len(frame)
    reach = max(0.25, 1.35 * float((frame["mean"] - x_mid).abs().max()))
    y_top = min(1.0, max(1.2 * float(frame["share"].max()), 2 * y_mid))
    ticks = layout.nice_ticks(x_mid + reach, x_mid - reach)
    y_ticks = layout.nice_ticks(y_top)
    texts = [f"{100 * t:.0f}" for t in y_ticks]
    figure.update_layout(
        xaxis={
            "range": [x_mid - reach, x_mid + reach],
            **layout.end_tick(ticks, [f"{t:g}" for t in ticks], _("{n} of 7").format(n=f"{ticks[-1]:g}")),
        },
        yaxis={"range": [-0.12 * y_top, y_top], **layout.end_tick(y_ticks, texts, texts[-1] + "%")},
    )
    for line in (
        {"xref": "paper", "x0": 0, "x1": 1, "y0": y_mid, "y1": y_mid},
        {"yref": "paper", "y0": 0, "y1": 1, "x0": x_mid, "x1": x_mid},
    ):
        figure.add_shape(type="line", line={"color": GRID, "width": 1}, layer="below", **line)
    for quadrant, x, y, anchor, vertical in (
        ("first", 0, 1, "left", "top"), ("keep", 1, 1, "right", "top"), ("later", 0, 0, "left", "bottom"),
        ("enough", 1, 0, "right", "bottom"),
    ):  # fmt: skip
        layout.label(
            figure, words.quadrant_name(quadrant), x, y, xref="paper", yref="paper", anchor=anchor,
            vertical=vertical, color=NEUTRAL, size=layout.SMALL,
            dx=4 if x == 0 else -4, dy=-2 if y == 1 else 2,
        )  # fmt: skip
    span = 1.12 * y_top / (height - 52)
    places = layout.spread_apart([float(y) for y in frame["share"]], 15 * span)
    for row, place in zip(_records(frame), places, strict=True):
        color = GROUP_COLOR[group]
        figure.add_trace(layout.whisker([row["mean"]] * 2, [row["low"], row["high"]], color, 1))
        figure.add_scatter(
            x=[row["mean"]], y=[row["share"]], mode="markers", marker={"size": 10, "color": color},
            hovertemplate=words.hover(row, group) + "<extra></extra>",
        )  # fmt: skip
        is_right = row["mean"] > x_mid + 0.45 * reach
        layout.label(
            figure, dimension(row["dimension"]), row["mean"], place, anchor="right" if is_right else "left",
            dx=-9 if is_right else 9, size=layout.SMALL, on_page=True,
        )  # fmt: skip
    layout.label(
        figure, words.map_x(), 0.5, 0, xref="paper", yref="paper", anchor="center", dy=-32, color=NEUTRAL,
        size=layout.SMALL,
    )  # fmt: skip
    return figure


@layout.at_once
def ends(result: Drivers) -> go.Figure:
    """What the lowest (left, ×) and highest (right, •) quarter of ratings go with, in points of 1–5; first group."""
    frame = result.drivers[result.drivers["group"] == result.groups[0]]
    block = 34
    figure, height = _rows_figure(len(frame), block, right=60)
    columns = ["penalty_low", "reward_low", "penalty_high", "reward_high"]
    reach = float(frame[columns].abs().max().max())
    # Room for the numbers beyond the whiskers.
    reach = math.ceil((reach if math.isfinite(reach) else 1.0) * 11.5) / 10
    ticks = [-reach, 0.0, reach]
    figure.update_layout(
        xaxis={
            "range": [-reach, reach],
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [
                *(numbers.plain(t, "scale", signed=True, decimals=1) for t in ticks[:2]),
                _("{n} points").format(n=numbers.plain(reach, "scale", signed=True, decimals=1)),
            ],
        },
        yaxis={"range": [height - 24, 0], "visible": False},
    )
    figure.add_shape(
        type="line",
        yref="paper",
        y0=0,
        y1=1,
        x0=0,
        x1=0,
        line={"color": NEUTRAL, "width": 1},
        layer="below",
    )
    for i, row in enumerate(_records(frame)):
        y = i * block + 17
        _name(figure, dimension(row["dimension"]), y, is_bold=words.kind(row) in ("basic", "exciting"))
        for end, color, symbol in (("penalty", BAD, "x"), ("reward", GOOD, "circle")):
            value, low, high = row[end], row[f"{end}_low"], row[f"{end}_high"]
            if math.isnan(value):
                continue
            is_clear = low > 0 or high < 0
            _row(
                figure, y, value, low, high, color if is_clear else NEUTRAL, "scale", words.end_hover(row, end),
                symbol,
            )  # fmt: skip
            edge, side = (low, -1) if end == "penalty" else (high, 1)
            layout.label(
                figure, numbers.plain(value, "scale", signed=True, decimals=2), edge, y, dx=6 * side, on_page=True,
                anchor="right" if side < 0 else "left", size=layout.SMALL, color=NEUTRAL if not is_clear else color,
            )  # fmt: skip
        layout.label(
            figure, words.kind_name(words.kind(row)), 1, y, xref="paper", dx=60, anchor="right",
            size=layout.SMALL, color=NEUTRAL, on_page=True,
        )  # fmt: skip
    return figure


def _rows_figure(n: int, block: int, right: int = RIGHT) -> tuple[go.Figure, int]:
    height = max(1, n) * block + 24
    return layout.base(height, left=LEFT, right=right, top=0, bottom=24), height


def _name(figure: go.Figure, text: str, y: float, *, is_bold: bool) -> None:
    layout.label(figure, f"<b>{text}</b>" if is_bold else text, 0, y, xref="paper", dx=-LEFT)
    figure.add_shape(
        type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line={"color": GRID, "width": 1}, layer="below"
    )


def _row(
    figure: go.Figure, y: float, value: float, low: float, high: float, color: str, unit: Any, hover: str,
    symbol: str = "circle",
) -> None:  # fmt: skip
    figure.add_trace(layout.whisker([low, high], [y, y], color))
    figure.add_scatter(
        x=[value], y=[y], mode="markers",
        marker={"size": 9, "color": color, "symbol": symbol, "line": {"color": PAGE, "width": 0}},
        hovertemplate=hover + "<extra></extra>",
    )  # fmt: skip


def _records(frame: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return frame.to_dict("records")  # type: ignore[return-value]
