"""What long days have in common, and one day minute by minute."""

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import CONTEXT, GRID, GROUP_COLOR, INK, MUTED, WAITING, WORKING
from analytics.diagnosis.causes import Causes
from analytics.diagnosis.day_replay import DayReplay
from analytics.language import _
from analytics.words import numbers
from analytics.words import wait_causes as words

_ROW = 44


@layout.at_once
def shares(result: Causes) -> go.Figure:
    """Thin bars, one per cause and the unexplained rest (y), share of the ups and downs (x, 0–1); a sentence above each."""
    rows = result.causes.to_dict("records")
    figure = layout.base(_ROW * len(rows) + 16, left=4, right=150, top=12, bottom=4)
    high = max(0.05, *(float(r["share"]) for r in rows))
    for i, row in enumerate(rows):
        color = CONTEXT if row["cause"] == "unexplained" else WAITING if i == 0 else WAITING + "80"
        width = max(float(row["share"]), 0.0)
        figure.add_trace(
            go.Bar(
                x=[width], y=[i], orientation="h", width=0.24, marker={"color": color, "line": {"width": 0}},
                name=row["cause"], hoverinfo="skip",
            )
        )  # fmt: skip
        layout.label(figure, words.cause_sentence(row), 0, i, dy=18)
        text = f"<b>{numbers.share(width)}</b> ({numbers.spread(max(row['low'], 0), row['high'], 'share')})"
        layout.label(figure, text, width, i, dx=8, color=INK)
    figure.update_layout(
        xaxis={"range": [0, high], "visible": False},
        yaxis={"range": [len(rows) - 0.5, -0.7], "visible": False},
    )
    return figure


@layout.at_once
def replay(result: DayReplay, height: int = 470) -> go.Figure:
    """The day by minute (x): customers waiting as an area, counters serving as a line (y); below, the longest waits."""
    figure = layout.base(height, left=44, right=160, top=14, bottom=28)
    minutes = result.minutes
    hover = [words.minute_hover(row) for row in minutes.to_dict("records")]
    figure.add_trace(
        go.Scatter(
            x=minutes["minute"], y=minutes["n_waiting"], mode="lines", name="waiting", fill="tozeroy",
            line={"color": WAITING, "width": 1, "shape": "hv"}, fillcolor=WAITING + "40", customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=minutes["minute"], y=minutes["n_busy"], mode="lines", name="busy",
            line={"color": WORKING, "width": 2, "shape": "hv"}, hoverinfo="skip",
        )
    )  # fmt: skip
    high = max(float(minutes[["n_waiting", "n_busy"]].max().max()), 1) * 1.06
    ticks = [t for t in layout.nice_ticks(high) if t == int(t)]
    low, last = int(minutes["minute"].iloc[0]), int(minutes["minute"].iloc[-1])
    step = 60 if last - low > 150 else 30
    hours = list(range(-(-low // step) * step, last + 1, step))
    if len(hours) > 10:
        hours = hours[::2]
    figure.update_layout(
        yaxis={"domain": [0.47, 1], "range": [0, high], "showgrid": True, "gridcolor": GRID, "tickmode": "array",
               "tickvals": ticks, "ticktext": [numbers.count(t) for t in ticks]},
        yaxis2={"domain": [0, 0.42], "range": [len(result.longest) - 0.5, -0.7], "visible": False, "fixedrange": True,
                "anchor": "x"},
        xaxis={"range": [low, last], "tickmode": "array", "tickvals": hours, "anchor": "free", "position": 0,
               "ticktext": [numbers.clock(h / 30) for h in hours]},
        hovermode="x",
    )  # fmt: skip
    ends = [float(minutes["n_waiting"].max()), float(minutes["n_busy"].max())]
    names = _("most waiting: {n}"), _("counters at work: {n}")
    places = layout.spread_apart(ends, high * 18 / (height * 0.5))
    for name, value, y, color in zip(names, ends, places, (WAITING, WORKING), strict=True):
        layout.margin_label(figure, f"<b>{name.format(n=numbers.count(value))}</b>", y, color)
    for i, row in enumerate(result.longest.to_dict("records")):
        color = GROUP_COLOR[row["customer_group"]]
        figure.add_trace(
            go.Scatter(
                x=[row["arrived_min"], row["called_min"]], y=[i, i], yaxis="y2", mode="lines",
                line={"color": color, "width": 5}, name=str(row["ticket_id"]), hoverinfo="skip",
            )
        )  # fmt: skip
        layout.label(
            figure,
            words.customer_line(row),
            1.0,
            i,
            xref="paper",
            yref="y2",
            dx=8,
            color=color,
            size=layout.SMALL,
        )
        is_right = row["called_min"] > low + 0.55 * (last - low)
        layout.label(
            figure, words.around(row), row["arrived_min"] if is_right else row["called_min"], i, yref="y2",
            anchor="right" if is_right else "left", dx=-6 if is_right else 6, color=MUTED, size=layout.SMALL,
        )  # fmt: skip
    return figure
