"""Weeks of satisfaction with their level and the limits of chance."""

import math

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, NEUTRAL
from analytics.charts.wait_times import date_axis
from analytics.diagnosis.satisfaction_trend import Trend
from analytics.filters import Group
from analytics.words import numbers
from analytics.words.changes import group_name


@layout.at_once
def weeks(result: Trend, group: Group, height: int = 260) -> go.Figure:
    """Share satisfied (y, 0–1) by week (x): dots, the level as a stepping line, grey limits; dotted: interventions.

    Weeks outside the limits are diamonds (above) or hollow (below).
    """
    figure = layout.base(height, left=44, right=34, top=22, bottom=30)
    rows, color = result.weeks[result.weeks["group"] == group], GROUP_COLOR[group]
    low = float(rows[["csat_share", "low"]].min().min())
    low = max(0.0, math.floor(low * 10) / 10)
    ticks = [low, round((1 + low) / 2, 2), 1.0]
    texts = [f"{100 * t:.0f}" for t in ticks]
    figure.update_layout(
        yaxis={
            "range": [low - 0.03 * (1 - low), 1.03], "showgrid": True, "gridcolor": GRID,
            **layout.end_tick(ticks, texts, texts[-1] + "%"),
        }
    )  # fmt: skip
    for _level, part in rows.groupby("level"):
        x = list(part["week_on"])
        if part["low"].notna().all():
            figure.add_trace(layout.band(x, list(part["low"]), list(part["high"]), NEUTRAL))
        figure.add_scatter(
            x=x, y=part["level_share"], mode="lines", line={"color": color, "width": 2}, hoverinfo="skip"
        )
    side = rows["side"].to_numpy()
    figure.add_scatter(
        x=rows["week_on"], y=rows["csat_share"], mode="markers", name=f"{group} weeks",
        marker={
            "color": color, "size": [10 if s else 6 for s in side],
            "symbol": ["diamond" if s > 0 else "circle-open" if s < 0 else "circle" for s in side],
        },
        customdata=[
            f"{numbers.day(row['week_on'].date())}: {numbers.share(row['csat_share'])}, {numbers.n(row['n'])}"
            for row in rows.to_dict("records")
        ],
        hovertemplate=f"{group_name(group)}, %{{customdata}}<extra></extra>",
    )  # fmt: skip
    for on in sorted(result.around["on"].unique()):
        layout.target_line(figure, on, numbers.day_short(pd.Timestamp(on).date()), axis="x")
    date_axis(figure, rows["week_on"])
    return figure
