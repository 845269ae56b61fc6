"""Where the hours of a process go, what comes back, how groups and weeks differ."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.letters import px, wrap
from analytics.charts.tokens import GRID, GROUP_COLOR, INK, MUTED, NEUTRAL, WAITING
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.language import _
from analytics.methods.rolling import rolling_mean
from analytics.words import bottlenecks as words
from analytics.words import numbers
from analytics.words.changes import group_name

__all__ = ["handovers", "handovers_by_group", "returns", "rounds", "weeks"]

ROWS, MOST_RETURNS, ROW_H, LINE_H, BAR_H = 5, 2, 52, 16, 12
HALF = "80"
# Pixels of a figure in a card of half a page, on the narrowest screen.
HALF_CARD = 400.0
# Pixels kept at the right of bars for value and interval, at the right of lines for their names.
VALUES, NAMES = 196, 104


@layout.at_once
def handovers(result: Bottlenecks) -> go.Figure:
    """The hand-overs that take most of the cycle time: x their share of it, 95 % whisker; the mean wait beside."""
    rows = result.handovers[result.handovers["cycle_share"] > 0].head(ROWS)
    texts = [
        f"{numbers.share(row.cycle_share)} <span style='font-size:12px'>"
        f"({numbers.spread(row.cycle_share_low, row.cycle_share_high, 'share')})</span> · {numbers.hours(row.wait_h)}"
        for row in _rows(rows)
    ]
    longest = result.longest
    worst = [
        longest is not None and (row.before, row.activity) == (longest.from_activity, longest.to_activity)
        for row in _rows(rows)
    ]
    return sentence_bars(
        [words.handover(row.before, row.activity, row.staff_share) for row in _rows(rows)],
        rows["cycle_share"], rows["cycle_share_low"], rows["cycle_share_high"], texts,
        WAITING if result.has_starts else NEUTRAL, worst.index(True) if any(worst) else 0, width_px=HALF_CARD,
    )  # fmt: skip


@layout.at_once
def returns(result: Bottlenecks) -> go.Figure:
    """Steps done again, by the step they come back from: x the share of cases, 95 % whisker."""
    rows = words.returns(result).head(MOST_RETURNS)
    texts = [
        f"{numbers.share(row.again_share)} <span style='font-size:12px'>"
        f"({numbers.spread(row.again_low, row.again_high, 'share')})</span>"
        for row in _rows(rows)
    ]
    return sentence_bars(
        [words.pair(row.before, row.activity) for row in _rows(rows)],
        rows["again_share"], rows["again_low"], rows["again_high"], texts, WAITING, width_px=HALF_CARD,
    )  # fmt: skip


@layout.at_once
def rounds(result: Bottlenecks) -> go.Figure:
    """How often a case does the step that repeats most: share of its cases by number of times, bars per group."""
    figure = layout.base(190, top=22, bottom=24)
    frame = result.rounds
    most = float(frame["case_share"].max())
    figure.update_layout(
        yaxis={"range": [0, most * 1.02], "visible": False}, bargap=0.35, bargroupgap=0.1,
        xaxis={"range": [-0.5, 3.5]},
    )  # fmt: skip
    for group in result.groups:
        rows, color = frame[frame["group"] == group], GROUP_COLOR[group]
        figure.add_bar(
            x=[words.rounds_name(r) for r in rows["rounds"]], y=rows["case_share"], marker={"color": color},
            text=[numbers.share(x) for x in rows["case_share"]], textposition="outside", cliponaxis=False,
            textfont={"color": color, "size": layout.SMALL, "family": layout.FONT},
            customdata=[
                f"{numbers.spread(a, b, 'share')}, {numbers.n(n)}"
                for a, b, n in zip(rows["low"], rows["high"], rows["n_cases"], strict=True)
            ],
            hovertemplate=f"{group_name(group)}, %{{x}}: %{{text}} (%{{customdata}})<extra></extra>",
        )  # fmt: skip
    if len(result.groups) > 1:
        for i, group in enumerate(result.groups):
            name, color = f"<b>{group_name(group)}</b>", GROUP_COLOR[group]
            layout.label(
                figure, name, 1, 1, xref="paper", yref="paper", anchor="right", dy=-18 * i, color=color
            )
    return figure


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())


@layout.at_once
def sentence_bars(
    sentences: list[str],
    value: pd.Series,
    low: pd.Series,
    high: pd.Series,
    texts: list[str],
    color: str,
    worst: int = 0,
    values_px: int = VALUES,
    width_px: float = 0.0,
) -> go.Figure:
    """Thin bars under a sentence each, the worst in full colour; values_px: room for the texts at the right; width_px:
    where given, of sentences, which go over two lines then."""
    if width_px:
        sentences = ["<br>".join(wrap(sentence, width_px, layout.SIZE, 2)) for sentence in sentences]
    lines = [sentence.count("<br>") for sentence in sentences]
    height = max(len(sentences), 1) * ROW_H + LINE_H * sum(lines) + 14
    figure = layout.base(height, right=values_px, top=0, bottom=0)
    top = float(high.fillna(value).max()) if len(value) else 1.0
    figure.update_layout(
        xaxis={"range": [0, top or 1], "visible": False}, yaxis={"range": [height, 0], "visible": False}
    )
    for i, (sentence, x, a, b, text) in enumerate(zip(sentences, value, low, high, texts, strict=True)):
        y = i * ROW_H + LINE_H * sum(lines[: i + 1]) + 34
        said = f"<b>{sentence}</b>" if i == worst else sentence
        layout.label(figure, said, 0, y - 22 - LINE_H * lines[i] / 2, xref="paper")
        figure.add_bar(
            x=[x], y=[y], width=BAR_H, orientation="h", marker={"color": color if i == worst else color + HALF},
            hovertemplate=f"{sentence}<br>{numbers.share(x)}<extra></extra>",
        )  # fmt: skip
        if not math.isnan(a):
            figure.add_trace(layout.whisker([a, b], [y, y], INK, 1.5))
        layout.label(figure, text, x if math.isnan(b) else max(x, b), y, dx=8)
    return figure


@layout.at_once
def handovers_by_group(result: Bottlenecks) -> go.Figure:
    """Mean wait of the hand-overs that matter most, ordinary beside VIP: x hours from 0, dots with 95 % whiskers."""
    rows = result.handovers[result.handovers["cycle_share"] > 0].head(ROWS)
    height, by_group = len(rows) * ROW_H + 50, result.handovers_by_group.set_index(["before", "activity"])
    figure = layout.base(height, left=4, right=60, top=0, bottom=24)
    high = float(by_group["high"].fillna(by_group["wait_h"]).loc[list(_keys(rows))].max())
    ticks = layout.nice_ticks(high * 1.05)
    figure.update_layout(
        xaxis={
            "range": [0, high * 1.05], "showgrid": False,
            **layout.end_tick(ticks, [f"{t:g}" for t in ticks], numbers.with_unit(ticks[-1], "h").replace(".0", "")),
        },
        yaxis={"range": [height - 24, 0], "visible": False},
    )  # fmt: skip
    for i, key in enumerate(_keys(rows)):
        y = i * ROW_H + 50
        layout.label(figure, _one_line(*key), 0, y - 20, xref="paper", dx=-4)
        points = by_group.loc[[key]].sort_values("wait_h")
        figure.add_trace(layout.whisker(list(points["wait_h"]), [y] * len(points), GRID, 5))
        ends = float(points[["low", "wait_h"]].min().min()), float(points[["high", "wait_h"]].max().max())
        names = [_label_of(point, is_named=i == 0) for point in _rows(points)]
        for point in _rows(points):
            _point(figure, point, y)
        # The shorter wait is told at the left, where there is room.
        if len(names) > 1 and ends[0] > 0.2 * high:
            layout.label(figure, names.pop(0), ends[0], y, anchor="right", dx=-6, on_page=True)
        layout.label(figure, " · ".join(names), ends[1], y, dx=6, on_page=True)
    return figure


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["before"], rows["activity"], strict=True))


def _one_line(before: str, activity: str) -> str:
    """The pair in one line of a half card, each name cut where both do not fit."""
    said = words.pair(before, activity)
    if px(said, layout.SIZE) <= HALF_CARD:
        return said
    return f"{words.cut(words.step(before), 26)} → {words.cut(activity, 26)}"


def _label_of(point: Any, *, is_named: bool) -> str:
    name = f"<b>{group_name(point.group)}</b> " if is_named else ""
    return f"<span style='color:{GROUP_COLOR[point.group]}'>{name}{numbers.plain(point.wait_h, 'h')}</span>"


def _point(figure: go.Figure, point: Any, y: float) -> None:
    """A group's dot and whisker."""
    color = GROUP_COLOR[point.group]
    if not math.isnan(point.low):
        figure.add_trace(layout.whisker([point.low, point.high], [y, y], color))
    figure.add_scatter(
        x=[point.wait_h], y=[y], mode="markers", marker={"color": color, "size": 10},
        hovertemplate=f"{group_name(point.group)}: {numbers.hours(point.wait_h)} "
        f"({numbers.spread(point.low, point.high, 'h')}), {numbers.n(point.n)}<extra></extra>",
    )  # fmt: skip


@layout.at_once
def weeks(result: Bottlenecks) -> go.Figure:
    """Top: cycle time by group in hours from 0, five weeks' mean with 95 % band and a dot a week; below: cases finished
    a week, stacked."""
    figure = layout.base(268, left=58, right=NAMES, top=10, bottom=32)
    frame = result.weeks
    lines = {group: _over_weeks(frame[frame["group"] == group]) for group in result.groups}
    highs = [float(line["high"].fillna(line["mean"]).max()) for line in lines.values()]
    top = max([1.0, *(h for h in highs if not math.isnan(h))])
    total = frame.groupby("week_on")["n_finished"].sum()
    ticks, counts = layout.nice_ticks(top, at_most=3), layout.nice_ticks(float(total.max()), at_most=2)
    figure.update_layout(
        yaxis={
            "domain": [0.38, 1], "range": [0, top * 1.02], "showgrid": True, "gridcolor": GRID,
            **layout.end_tick(ticks, [f"{t:g}" for t in ticks], numbers.with_unit(ticks[-1], "h").replace(".0", "")),
        },
        yaxis2={
            **figure.layout.yaxis.to_plotly_json(), "domain": [0, 0.26], "range": [0, float(total.max()) * 1.05],
            "tickmode": "array", "tickvals": counts, "ticktext": [f"{t:g}" for t in counts], "anchor": "x",
        },
        barmode="stack", bargap=0.3, xaxis={"anchor": "y2", "ticklabelstandoff": 6},
    )  # fmt: skip
    _months(figure, frame["week_on"])
    ends = []
    for group in result.groups:
        color, rows = GROUP_COLOR[group], frame[frame["group"] == group]
        line = lines[group]
        sure = line[line["low"].notna()]
        if len(line):
            figure.add_trace(layout.band(list(sure["week_on"]), list(sure["low"]), list(sure["high"]), color))
            figure.add_scatter(
                x=line["week_on"], y=line["cycle_time_h"], mode="markers", customdata=line["n"],
                marker={"color": color, "size": 4, "opacity": 0.45},
                hovertemplate="%{x|%Y-%m-%d}: %{y:.1f} h, n %{customdata}<extra></extra>",
            )  # fmt: skip
            figure.add_scatter(
                x=line["week_on"],
                y=line["mean"],
                mode="lines",
                line={"color": color, "width": 2},
                hovertemplate="%{x|%Y-%m-%d}: %{y:.1f} h<extra></extra>",
            )
            ends.append((group, color, line["mean"].iloc[-1]))
        figure.add_bar(
            x=rows["week_on"], y=rows["n_finished"], marker={"color": color, "opacity": 0.75}, yaxis="y2",
            hovertemplate="%{x|%Y-%m-%d}: %{y}<extra></extra>",
        )  # fmt: skip
    places = layout.spread_apart([y for _g, _c, y in ends], top * 0.11)
    for (group, color, y), place in zip(ends, places, strict=True):
        name = f"{group_name(group)} " if len(result.groups) > 1 else ""
        layout.margin_label(figure, name + numbers.hours(y), place, color)
    layout.label(
        figure, _("finished"), 1, 0.13, xref="paper", yref="paper", color=MUTED, dx=8, size=layout.SMALL
    )  # fmt: skip
    return figure


def _over_weeks(rows: pd.DataFrame) -> pd.DataFrame:
    """The weeks in which cases ended, with the mean over five weeks around each, low and high."""
    mean, low, high = rolling_mean(rows["cycle_time_h"], rows["n"])
    return rows.assign(mean=mean, low=low.clip(min=0), high=high)[rows["cycle_time_h"].notna()]


def _months(figure: go.Figure, days: pd.Series) -> None:
    """Few month names along a time axis."""
    first, last = days.min(), days.max()
    starts = pd.date_range(first, last + pd.Timedelta(days=6), freq="MS")
    starts = starts[:: max(1, -(-len(starts) // 4))]
    figure.update_xaxes(
        range=[first - pd.Timedelta(days=4), last + pd.Timedelta(days=4)], tickmode="array", tickvals=starts,
        ticktext=[numbers.month(d) if i == 0 or d.month == 1 else numbers.month_name(d.month) for i, d in enumerate(starts)],
    )  # fmt: skip
