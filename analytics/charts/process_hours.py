"""Where the hours of a case go, step by step."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.letters import px, wrap
from analytics.charts.map_layout import WIDTH
from analytics.charts.tokens import NEUTRAL, WAITING, WORKING
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import numbers

MOST_STEPS, TOP, ROW_H, BAR_H = 10, 28, 42, 11
BARS, LEAST_VALUES = 0.25, 124


def shown(result: Bottlenecks) -> pd.DataFrame:
    """The steps that take most of a case's time, in the order of the process."""
    rows = result.activities.assign(hours=result.activities[["wait_case_h", "work_case_h"]].sum(axis=1))
    return rows.loc[sorted(rows["hours"].nlargest(MOST_STEPS).index)]


@layout.at_once
def steps(result: Bottlenecks) -> go.Figure:
    """Hours per case by step from 0: waited before it, worked on it, each with its 95 % interval in words."""
    rows = shown(result)
    height = TOP + ROW_H * len(rows)
    bars = ("wait_case_h", "work_case_h") if result.has_starts else ("wait_case_h",)
    said = [
        _said(*(row[f"{name}{end}"] for end in ("", "_low", "_high")))
        for row in rows.to_dict("records")
        for name in bars
    ]
    values_px = max([LEAST_VALUES, *(px(text, layout.SMALL) + 10 for text in said)])
    figure = layout.base(height, right=round(values_px), top=0, bottom=0)
    longest = max(float(rows[["wait_case_h", "work_case_h"]].max().max()), 1e-9)
    figure.update_layout(
        xaxis={"domain": [BARS, 1], "range": [0, longest * 1.02], "visible": False},
        yaxis={"range": [height, 0], "visible": False},
    )
    waiting, working = _("waiting before"), _("working")
    names = [(waiting, WAITING, 0), (working, WORKING, 22 + 7 * words.width(waiting))]
    for name, color, dx in names if result.has_starts else [(_("since the step before"), NEUTRAL, 0)]:
        layout.label(figure, f"<b>{name}</b>", BARS, 12, xref="paper", color=color, dx=dx)
    for i, row in enumerate(rows.itertuples()):
        y = TOP + ROW_H * (i + 0.5)
        name = "<br>".join(wrap(words.step(str(row.activity)), BARS * WIDTH - 20, layout.SMALL, 2))
        layout.label(figure, name, 0, y, xref="paper", size=layout.SMALL)
        _bars(figure, row, y, result.has_starts)
    return figure


def _bars(figure: go.Figure, row: Any, y: float, is_split: bool) -> None:
    bars = [("wait_case_h", WAITING, y - 8), ("work_case_h", WORKING, y + 8)]
    for name, color, at in bars if is_split else [("wait_case_h", NEUTRAL, y)]:
        value, low, high = (float(getattr(row, f"{name}{end}")) for end in ("", "_low", "_high"))
        if value < 0.005:
            continue
        figure.add_bar(
            x=[value], y=[at], width=BAR_H, orientation="h", marker={"color": color},
            hovertemplate=f"{row.activity}: {numbers.hours(value)}<extra></extra>",
        )  # fmt: skip
        layout.label(figure, _said(value, low, high), value, at, dx=6, size=layout.SMALL)


def _said(value: float, low: float, high: float) -> str:
    return numbers.hours(value) + ("" if math.isnan(low) else f" ({numbers.spread(low, high, 'h')})")
