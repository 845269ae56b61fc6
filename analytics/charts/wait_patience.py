"""How long customers are willing to wait, when they leave, and who would have stayed."""

import numpy as np
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, NEUTRAL, WAITING
from analytics.charts.wait_times import name_ends
from analytics.diagnosis.patience import PatienceResult
from analytics.filters import Targets
from analytics.language import _
from analytics.words import numbers


@layout.at_once
def curves(result: PatienceResult, targets: Targets, height: int = 300) -> go.Figure:
    """Share still willing to wait (y, 0–1) by minutes (x), a falling line with its band per group."""
    figure = layout.base(height, left=44, right=126, top=22)
    frame = result.curves
    ends: list[tuple[str, float]] = []
    for group in reversed(result.groups):
        rows, color = frame[frame["group"] == group], GROUP_COLOR[group]
        if len(rows) < 2:
            continue
        banded = rows[rows["low"].notna()]
        figure.add_trace(
            layout.band(banded["minutes"].tolist(), banded["low"].tolist(), banded["high"].tolist(), color)
        )
        figure.add_trace(
            go.Scatter(
                x=rows["minutes"], y=rows["share"], mode="lines", name=group,
                line={"color": color, "width": 2, "shape": "hv"},
                customdata=[
                    f"{numbers.share(s)} ({numbers.spread(low, high, 'share')}) · {numbers.n(n)}"
                    for s, low, high, n in rows[["share", "low", "high", "n_at_risk"]].to_numpy()
                ],
                hovertemplate="%{x:.0f}: %{customdata}<extra></extra>",
            )
        )  # fmt: skip
        ends.append((group, float(rows["share"].iloc[-1])))
    lowest = min(0.9, float(frame["low"].min())) if frame["low"].notna().any() else 0.5
    base = max(0.0, np.floor(lowest * 10) / 10)
    name_ends(figure, ends, 1 - base, height, numbers.share, base)
    _share_axis(figure, base, 1.0)
    _minutes(figure, max(float(frame["minutes"].max()), targets.wait_min * 1.2))
    _target(figure, targets)
    return figure


@layout.at_once
def kept(result: PatienceResult, targets: Targets, height: int = 300) -> go.Figure:
    """Of those who left, the share (y, 0–1) whose patience exceeds a wait (x, minutes); dots with intervals."""
    figure = layout.base(height, left=44, right=126, top=22)
    ends: list[tuple[str, float]] = []
    for group in reversed(result.groups):
        rows, color = (
            result.kept[(result.kept["group"] == group) & result.kept["share"].notna()],
            GROUP_COLOR[group],
        )
        if rows.empty:
            continue
        for row in rows.to_dict("records"):
            if np.isfinite(row["low"]):
                x = row["within_min"]
                figure.add_trace(layout.whisker([x, x], [row["low"], row["high"]], color))
        figure.add_trace(
            go.Scatter(
                x=rows["within_min"], y=rows["share"], mode="lines+markers", name=group,
                line={"color": color + "73", "width": 1}, marker={"color": color, "size": 9},
                customdata=[
                    f"{numbers.share(r['share'])} ({numbers.spread(r['low'], r['high'], 'share')}) · {numbers.n(r['n'])}"
                    for r in rows.to_dict("records")
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
        ends.append((group, float(rows["share"].iloc[-1])))
    name_ends(figure, ends, 1, height, numbers.share)
    _share_axis(figure, 0.0, 1.0)
    _minutes(figure, float(result.kept["within_min"].max()) * 1.04)
    _target(figure, targets)
    return figure


@layout.at_once
def leaving(result: PatienceResult, targets: Targets, height: int = 250) -> go.Figure:
    """Share left unserved (y, 0–1) by the half hour the ticket was taken (x), first group; beyond target orange."""
    figure = layout.base(height, left=44, right=126, top=10)
    rows = result.leaving[result.leaving["n"] >= 10]
    color = GROUP_COLOR[result.groups[0]]
    shares, tops = rows["abandon_share"], rows["high"].dropna()
    # Whole intervals, but no long one may flatten the bars.
    high = max([0.01, targets.abandon_share * 1.3, *shares * 1.25, min(tops.max() * 1.03, shares.max() * 2)])
    is_over = (rows["low"] > targets.abandon_share).to_numpy()
    figure.add_trace(
        go.Bar(
            x=rows["half_hour"], y=rows["abandon_share"], name="left", width=0.78,
            marker={"color": np.where(is_over, WAITING, color).tolist(), "line": {"width": 0}},
            customdata=[
                f"{numbers.clock(r['half_hour'])}: {numbers.share(r['abandon_share'])} "
                f"({numbers.spread(r['low'], r['high'], 'share')}) · {numbers.n(r['n'])}"
                for r in rows.to_dict("records")
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    for row in rows.to_dict("records"):
        if np.isfinite(row["low"]):
            ends = [row["low"], min(row["high"], high)]
            figure.add_trace(layout.whisker([row["half_hour"]] * 2, ends, NEUTRAL, 1))
    ticks = layout.nice_ticks(high)
    figure.update_layout(
        yaxis={"range": [0, high], "tickmode": "array", "tickvals": ticks, "ticktext": [numbers.share(t) for t in ticks],
               "showgrid": True, "gridcolor": GRID},
        xaxis={"tickmode": "array", "tickvals": [h for h in rows["half_hour"] if h % 2 == 0],
               "ticktext": [numbers.clock(h) for h in rows["half_hour"] if h % 2 == 0]},
    )  # fmt: skip
    layout.target_line(
        figure, targets.abandon_share,
        _("target {target}").format(target=numbers.target(targets.abandon_share, "share")),
    )  # fmt: skip
    return figure


def _share_axis(figure: go.Figure, low: float, high: float) -> None:
    ticks = layout.nice_ticks(high, low)
    figure.update_layout(
        yaxis={
            "range": [low, high + 0.02], "showgrid": True, "gridcolor": GRID, "tickmode": "array", "tickvals": ticks,
            "ticktext": [numbers.share(t) for t in ticks],
        }
    )  # fmt: skip


def _minutes(figure: go.Figure, high: float) -> None:
    ticks = layout.nice_ticks(high)
    last = _("{n} min").format(n=f"{ticks[-1]:g}").replace(" ", numbers.NBSP)
    figure.update_layout(
        xaxis={"range": [0, high], **layout.end_tick(ticks, [f"{t:g}" for t in ticks], last)}
    )


def _target(figure: go.Figure, targets: Targets) -> None:
    text = _("target {minutes} min").format(minutes=f"{targets.wait_min:g}").replace(" ", numbers.NBSP)
    layout.target_line(figure, targets.wait_min, text, axis="x")
