"""Satisfaction as a smooth function of the minutes waited."""

import numpy as np
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, NEUTRAL, PAGE
from analytics.diagnosis.wait_cost import TURNED, WaitCost
from analytics.filters import Targets
from analytics.language import _
from analytics.words import numbers
from analytics.words.changes import group_name

NAMES = 112


@layout.at_once
def cost(result: WaitCost, targets: Targets, height: int = 320) -> go.Figure:
    """Share satisfied (y, 0–1) by minutes waited (x), line and 95 % band per group; a dot where fewer than half are."""
    figure = layout.base(height, left=44, right=NAMES, top=10, bottom=30)
    high = float(result.curves["wait_min"].max())
    ticks = layout.nice_ticks(high, at_most=7)
    last = _("{n} min").format(n=f"{ticks[-1]:g}")
    figure.update_layout(
        xaxis={"range": [0, high], **layout.end_tick(ticks, [f"{t:g}" for t in ticks], last)},
        yaxis={
            "range": [0, 1.02], "showgrid": True, "gridcolor": GRID,
            **layout.end_tick([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"], "100%"),
        },
    )  # fmt: skip
    ends: list[tuple[float, str, str]] = [
        (
            targets.csat_share,
            _("target {target}").format(target=numbers.share(targets.csat_share)),
            NEUTRAL,
        ),
        (TURNED, _("half"), NEUTRAL),
    ]
    layout.target_line(figure, targets.csat_share)
    layout.target_line(figure, TURNED)
    for group in reversed(result.groups):
        rows, color = result.curves[result.curves["group"] == group], GROUP_COLOR[group]
        figure.add_trace(layout.band(list(rows["wait_min"]), list(rows["low"]), list(rows["high"]), color))
        figure.add_scatter(
            x=rows["wait_min"], y=rows["share"], mode="lines", line={"color": color, "width": 2}, name=group,
            customdata=[
                f"{numbers.minutes(w)}: {numbers.share(s)} ({numbers.spread(low, up, 'share')})"
                for w, s, low, up in rows[["wait_min", "share", "low", "high"]].to_numpy()
            ],
            hovertemplate=f"{group_name(group)}, %{{customdata}}<extra></extra>",
        )  # fmt: skip
        turn = result.turns[group]
        if turn.is_known:
            figure.add_trace(
                layout.whisker(
                    [np.nan_to_num(turn.low), np.nan_to_num(turn.high, nan=result.longest_min[group])],
                    [TURNED] * 2,
                    color,
                    4,
                )
            )
            figure.add_scatter(
                x=[turn.value], y=[TURNED], mode="markers", name=f"{group} turned",
                marker={"size": 11, "color": color, "line": {"color": PAGE, "width": 2}},
                hovertemplate=f"{group_name(group)}: {numbers.minutes(turn.value)}<extra></extra>",
            )  # fmt: skip
        end = rows.iloc[-1]
        if float(end["wait_min"]) > 0.8 * high:
            ends.append((float(end["share"]), group_name(group), color))
        else:
            layout.label(
                figure, f"<b>{group_name(group)}</b>", float(end["wait_min"]), float(end["share"]), color=color, dx=6,
                on_page=True,
            )  # fmt: skip
    places = layout.spread_apart([y for y, _text, _color in ends], 0.07)
    for (_y, text, color), place in zip(ends, places, strict=True):
        layout.margin_label(figure, text, place, color)
    return figure
