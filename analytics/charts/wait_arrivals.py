"""Tickets a day: the last weeks, and the coming ones with their interval."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import AFTER, BEFORE, GRID, MUTED
from analytics.charts.wait_times import date_axis
from analytics.diagnosis.arrivals import ArrivalsForecast
from analytics.language import _
from analytics.words import numbers
from analytics.words.wait_arrivals import reason


@layout.at_once
def coming(result: ArrivalsForecast, height: int = 320) -> go.Figure:
    """Tickets (y) by day (x): grey dots as counted, blue dots with 95 % interval as expected; closed days are gaps."""
    figure = layout.base(height, left=44, right=20, top=26, bottom=30)
    past, ahead = result.history, result.days[result.days["is_open"]]
    figure.add_trace(
        go.Scatter(
            x=past["day_on"], y=past["n"], mode="lines+markers", name="counted",
            line={"color": BEFORE + "73", "width": 1}, marker={"color": BEFORE, "size": 6},
            customdata=[numbers.count(n) for n in past["n"]],
            hovertemplate="%{x|%Y-%m-%d}: %{customdata}<extra></extra>",
        )
    )  # fmt: skip
    for row in ahead.to_dict("records"):
        figure.add_trace(layout.whisker([row["day_on"]] * 2, [row["low"], row["high"]], AFTER + "59", 5))
    figure.add_trace(
        go.Scatter(
            x=ahead["day_on"], y=ahead["expected"], mode="lines+markers", name="expected",
            line={"color": AFTER, "width": 1}, marker={"color": AFTER, "size": 7},
            customdata=[_hover(row) for row in ahead.to_dict("records")],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    high = float(np.nanmax([*past["n"], *ahead["high"], 1.0])) * 1.06
    ticks = layout.nice_ticks(high)
    figure.update_layout(
        yaxis={"range": [0, high], "showgrid": True, "gridcolor": GRID, "tickmode": "array", "tickvals": ticks,
               "ticktext": [numbers.count(t) for t in ticks]},
    )  # fmt: skip
    date_axis(figure, pd.concat([past["day_on"], result.days["day_on"]]))
    between = result.days["day_on"].iloc[0] - pd.Timedelta(hours=12)
    for text, anchor, dx, color in ((_("counted"), "right", -8, BEFORE), (_("expected"), "left", 8, AFTER)):
        ink = MUTED if color == BEFORE else color
        layout.label(
            figure, f"<b>{text}</b>", between, 1, yref="paper", dy=12, anchor=anchor, dx=dx, color=ink
        )
    figure.add_shape(
        type="line", x0=between, x1=between, yref="paper", y0=0, y1=1.06, line={"color": GRID, "width": 1}
    )
    # The busiest day is named: the eye goes there.
    if len(ahead):
        top = ahead.iloc[int(ahead["expected"].argmax())]
        layout.label(
            figure, numbers.day_short(top["day_on"].date()), top["day_on"], top["high"], dy=10, anchor="center",
            color=AFTER, size=layout.SMALL,
        )  # fmt: skip
    return figure


def _hover(row: dict) -> str:
    on = row["day_on"]
    why = ", ".join(reason(code) for code in row["reasons"].split(",") if code)
    text = (
        f"{numbers.weekday(on.isoweekday())} {numbers.day(on.date())}<br>{numbers.count(row['expected'])} "
        f"({numbers.spread(row['low'], row['high'], 'count')})"
    )
    return f"{text}<br>{why}" if why else text
