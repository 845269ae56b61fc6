"""Days of waiting as a control chart: dots, the limits of the ordinary, the days outside named."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, MUTED, NEUTRAL, WAITING
from analytics.charts.wait_times import date_axis
from analytics.diagnosis.control import DayControl
from analytics.language import _
from analytics.words import changes, numbers

MOST_NAMED = 5
# The first group's part of the height.
_FIRST = 0.64


@layout.at_once
def control_chart(result: DayControl, target_min: float, height: int = 320) -> go.Figure:
    """A dot a day, mean wait in minutes without the weekday's pattern; grey band: the limits; dotted: the target of
    mean waits; y per group.

    Days beyond the limits are orange diamonds with their date, those below are hollow.
    """
    figure = layout.base(height, left=44, right=126, top=14, bottom=30)
    n = len(result.groups)
    for i, group in enumerate(result.groups):
        axis = "y" if i == 0 else f"y{i + 1}"
        rows, limits = result.days[result.days["group"] == group], result.limits[group]
        top, bottom = (
            (1.0, 1 - _FIRST + 0.06) if n > 1 and i == 0 else (1 - _FIRST - 0.04, 0.0) if i else (1.0, 0.0)
        )
        values = [*rows["adjusted_min"], limits.low, limits.high, target_min]
        finite = [v for v in values if np.isfinite(v)] or [0.0, 1.0]
        low, high = min([0.0, *finite]), max([1e-9, *finite])
        pad = 0.08 * (high - low)
        ticks = layout.nice_ticks(high, 0.0, 4 if i == 0 else 2)
        last = _("{n} min").format(n=f"{ticks[-1]:g}").replace(" ", numbers.NBSP)
        figure.update_layout({
            f"yaxis{'' if i == 0 else i + 1}": {
                **_bare(figure), "domain": [bottom, top], "range": [low - pad, high + pad], "showgrid": True,
                "gridcolor": GRID, **layout.end_tick(ticks, [f"{t:g}" for t in ticks], last),
            }
        })  # fmt: skip
        if np.isfinite(limits.high):
            figure.add_shape(
                type="rect", xref="paper", x0=0, x1=1, yref=axis, y0=limits.low, y1=limits.high, layer="below",
                fillcolor=NEUTRAL + "1A", line={"width": 0},
            )  # fmt: skip
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, yref=axis, y0=limits.center, y1=limits.center, layer="below",
            line={"color": NEUTRAL, "width": 1},
        )  # fmt: skip
        if target_min > 0:
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, yref=axis, y0=target_min, y1=target_min, layer="below",
                line={"color": NEUTRAL, "width": 1, "dash": "dot"},
            )  # fmt: skip
        _dots(figure, rows, GROUP_COLOR[group], axis)
        room = (high - low + 2 * pad) / ((top - bottom) * (height - 44))
        _margin(figure, group, limits, target_min, axis, 18 * room)
    date_axis(figure, result.days["day_on"])
    figure.update_xaxes(anchor="free", position=0)
    return figure


def _bare(figure: go.Figure) -> dict:
    return {
        "zeroline": False, "showline": False, "ticks": "", "fixedrange": True, "anchor": "x",
        "tickfont": figure.layout.yaxis.tickfont, "ticklabeloverflow": "allow",
    }  # fmt: skip


def _dots(figure: go.Figure, rows: pd.DataFrame, color: str, axis: str) -> None:
    side = rows["side"].to_numpy()
    figure.add_trace(
        go.Scatter(
            x=rows["day_on"], y=rows["adjusted_min"], mode="lines+markers", yaxis=axis,
            name=f"{rows['group'].iloc[0]} days" if len(rows) else "",
            line={"color": color + "40", "width": 1},
            marker={
                "color": [WAITING if s > 0 else color for s in side],
                "symbol": ["diamond" if s > 0 else "circle-open" if s < 0 else "circle" for s in side],
                "size": [10 if s else 6 for s in side], "line": {"width": [2 if s < 0 else 0 for s in side]},
            },
            customdata=[_hover(row) for row in rows.to_dict("records")],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    for row in rows[side != 0].nlargest(MOST_NAMED, "adjusted_min").to_dict("records"):
        # The dot's side that has room.
        is_late = row["day_on"] > rows["day_on"].iloc[int(len(rows) * 0.8)]
        layout.label(
            figure, numbers.day_short(row["day_on"].date()), row["day_on"], row["adjusted_min"], yref=axis,
            dx=-9 if is_late else 9, anchor="right" if is_late else "left", color=MUTED, size=layout.SMALL,
            on_page=True,
        )  # fmt: skip


def _hover(row: dict) -> str:
    on = row["day_on"]
    said = _("mean {wait}, that weekday's mean {usual}").format(
        wait=numbers.minutes(row["wait_mean_min"]), usual=numbers.minutes(row["usual_min"])
    )
    return f"{numbers.weekday(on.isoweekday())} {numbers.day(on.date())}<br>{said} · {numbers.n(row['n_served'])}"


def _margin(figure: go.Figure, group: str, limits, target_min: float, axis: str, apart: float) -> None:
    """The group with its mean, the target and the upper limit beside their lines, `apart` in minutes."""
    ends = [(limits.center, f"<b>{changes.group_name(group)}</b> {numbers.minutes(limits.center)}")]
    if target_min > 0:
        target = _("target {minutes} min").format(minutes=f"{target_min:g}").replace(" ", numbers.NBSP)
        ends.append((target_min, target))
    if np.isfinite(limits.high):
        ends.append((limits.high, _("limit {minutes}").format(minutes=numbers.minutes(limits.high))))
    places = layout.spread_apart([value for value, _text in ends], apart)
    for i, ((_value, text), y) in enumerate(zip(ends, places, strict=True)):
        layout.label(
            figure, text, 1.0, y, color=NEUTRAL if i else GROUP_COLOR[group], xref="paper", yref=axis, dx=8,
            size=layout.SMALL if i else layout.SIZE,
        )  # fmt: skip
