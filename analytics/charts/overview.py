"""What hurts most, what would help and whether it gets better."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import BAD, GRID, GROUP_COLOR, INK, MUTED, NEUTRAL, WAITING
from analytics.charts.wait_times import date_axis, name_ends
from analytics.diagnosis.wait_times import WaitTimes
from analytics.filters import Group, Targets
from analytics.language import _
from analytics.redesign.result import Forecast
from analytics.words import changes, measures, numbers
from analytics.words import overview as words

HALF = "80"
SENTENCE_H, BAR_H, GAP_H = 24, 12, 20
# Pixels kept free for the value and interval at a bar's end, and for a measure's figures at the left.
VALUE, FIGURES = 136, 186
# A week so far below the median is noted.
ODD_WEEK = 0.15
# Its note needs so much of the axis below it.
ROOM_BELOW = 0.08
# Two groups' dots stand this far left and right of the middle of their week.
WEEK_SHIFT_DAYS = 0.5


@layout.at_once
def worst(frame: pd.DataFrame, least_height: int = 0) -> go.Figure:
    """A bar per half hour of the week, customer-hours beyond target in a usual month from zero, its sentence above it.

    x: hours; y: pixels from the top. The first bar in full colour. Rows move apart up to least_height (pixels).
    """
    row_h = max(SENTENCE_H + BAR_H + GAP_H, least_height // max(len(frame), 1))
    height = row_h * len(frame)
    figure = layout.base(height, right=VALUE, top=0, bottom=0)
    high = max(float(frame["usual_high"].fillna(frame["usual_h"]).max()), 1e-9)
    figure.update_layout(
        xaxis={"range": [0, high], "visible": False},
        yaxis={"range": [height, 0], "visible": False},
    )
    for i, row in enumerate(frame.to_dict("records")):
        top = row_h * i
        y = top + SENTENCE_H + BAR_H / 2
        sentence = words.worst_sentence(row)
        layout.label(
            figure, f"<b>{sentence}</b>" if i == 0 else sentence, 0, top + SENTENCE_H / 2, xref="paper"
        )
        value, low, end = row["usual_h"], row["usual_low"], row["usual_high"]
        has_interval = math.isfinite(low)
        figure.add_trace(
            go.Bar(
                x=[value], y=[y], width=BAR_H, orientation="h", name=sentence, hoverinfo="skip",
                marker={"color": WAITING if i == 0 else WAITING + HALF, "line": {"width": 0}},
            )
        )  # fmt: skip
        text = numbers.hours(value)
        if has_interval:
            figure.add_trace(layout.whisker([low, end], [y, y], INK, width=1))
            text += f" <span style='color:{MUTED}'>({numbers.spread(low, end, 'h')})</span>"
        layout.label(figure, text, max(end, value) if has_interval else value, y, dx=8)
    return figure


@layout.at_once
def helps(found: Sequence[Forecast], least_height: int = 0) -> go.Figure:
    """Change of the mean wait per measure and group: dot and interval on one axis of minutes, numbers at the left.

    Right of zero is worse and faintly red. y: pixels from the top.
    """
    needed = sum(24 + 18 * len(words.group_of(f)) for f in found)
    gap = min(max(8.0, (least_height - 26 - needed) / len(found)), 28)
    height = int(needed + gap * len(found))
    figure = layout.base(height + 26, left=FIGURES, right=24, top=0, bottom=26)
    spreads = [changes.groups(f)[g]["wait_mean_min"].change for f in found for g in words.group_of(f)]
    low = min([s.low for s in spreads] + [-0.5])
    high = max([s.high for s in spreads] + [0.12 * -low, 0.25])
    pad = (high - low) * 0.04
    low, high = low - pad, high + pad
    ticks = layout.nice_ticks(high, low)
    texts = [
        numbers.plain(t, "min", signed=True, decimals=0 if all(x == int(x) for x in ticks) else 1)
        for t in ticks
    ]
    last = _("{n} min").format(n=texts[-1]).replace(" ", numbers.NBSP)
    figure.update_layout(
        xaxis={"range": [low, high], **layout.end_tick(ticks, texts, last)},
        yaxis={"range": [height, 0], "visible": False},
    )
    figure.add_shape(
        type="rect", x0=0, x1=high, y0=0, y1=height, fillcolor=BAD + "12", line={"width": 0}, layer="below"
    )
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=height, line={"color": NEUTRAL, "width": 1}, layer="below"
    )
    y = 0.0
    for i, forecast in enumerate(found):
        y = _measure(figure, forecast, y, is_first=i == 0) + gap
    return figure


def _measure(figure: go.Figure, forecast: Forecast, y: float, *, is_first: bool) -> float:
    name = measures.together(forecast.measures)
    title = f"<b>{name}</b>" if is_first else name
    if not forecast.guardrail.passes:
        title += f"  <span style='color:{BAD}'><b>{_('✕ fails guardrail')}</b></span>"
    layout.label(figure, title, 0, y + 12, xref="paper", dx=-FIGURES, on_page=True)
    y += 24
    for group in words.group_of(forecast):
        metric = changes.groups(forecast)[group]["wait_mean_min"]
        change, color = metric.change, GROUP_COLOR[group]
        text = f"{changes.group_name(group)} {_signed(change.mean)} ({numbers.spread(change.low, change.high, 'min', signed=True)})"
        layout.label(figure, text, 0, y + 9, xref="paper", dx=-FIGURES, color=color, size=layout.SMALL)
        figure.add_trace(layout.whisker([change.low, change.high], [y + 9, y + 9], color))
        figure.add_trace(
            go.Scatter(
                x=[change.mean], y=[y + 9], mode="markers", marker={"color": color, "size": 9}, name=f"{name} {group}",
                hovertemplate=f"{text}<extra></extra>",
            )
        )  # fmt: skip
        y += 18
    return y


def _signed(minutes: float) -> str:
    return numbers.plain(minutes, "min", signed=True)


@layout.at_once
def service_level(waits: WaitTimes, targets: Targets, height: int = 270) -> go.Figure:
    """Share called in time per group by week with its 95 % whisker, target dotted; x the middle of the week.

    Whiskers, not bands: a week holds few days, and bands so wide would cover each other.
    """
    figure = layout.base(height, left=44, right=126, bottom=34)
    weeks = waits.weeks[waits.weeks["n_days"] >= 3]
    if weeks.empty:
        weeks = waits.weeks
    lows = [*weeks["within_low"].dropna(), *weeks["within_target_share"], targets.within_target_share]
    low = max(0.0, min(lows) // 0.2 * 0.2) if min(lows) > 0.2 else 0.0
    ends: list[tuple[str, float]] = []
    for i, group in enumerate(reversed(waits.groups)):
        shift = WEEK_SHIFT_DAYS * (1 - 2 * i) if len(waits.groups) > 1 else 0.0
        ends += _weeks(figure, weeks[weeks["group"] == group], group, shift)
    target = targets.within_target_share
    layout.target_line(figure, target)
    name_ends(figure, [*ends, ("target", target)], 1.02 - low, height, numbers.share, low)
    ticks = [t for t in (0, 0.2, 0.4, 0.6, 0.8, 1.0) if t >= low - 1e-9]
    ticks = ticks if len(ticks) <= 4 else [0, 0.5, 1.0]
    figure.update_layout(
        yaxis={
            "range": [low, 1.02], "showgrid": True, "gridcolor": GRID,
            **layout.end_tick(ticks, [f"{t * 100:.0f}" for t in ticks], f"{ticks[-1] * 100:.0f}%"),
        }
    )  # fmt: skip
    date_axis(figure, waits.days["day_on"])
    _note_odd_week(figure, weeks[weeks["group"] == waits.groups[0]], low)
    return figure


def _weeks(figure: go.Figure, rows: pd.DataFrame, group: Group, shift_days: float) -> list[tuple[str, float]]:
    """A group's weeks as dots on a line, each with its whisker; the group with its last value."""
    if rows.empty:
        return []
    color, x = GROUP_COLOR[group], (rows["week_on"] + pd.Timedelta(days=2.5 + shift_days)).tolist()
    for at, low, high in zip(x, rows["within_low"], rows["within_high"], strict=True):
        if math.isfinite(low):
            figure.add_scatter(
                x=[at, at],
                y=[low, high],
                mode="lines",
                line={"color": color + HALF, "width": 1.5},
                hoverinfo="skip",
            )
    figure.add_trace(
        go.Scatter(
            x=x, y=rows["within_target_share"], mode="lines+markers", name=f"{group} weeks",
            line={"color": color, "width": 2}, marker={"color": color, "size": 6},
            customdata=[
                f"{numbers.spread(a, b, 'share')}, {numbers.n(n)}"
                for a, b, n in zip(rows["within_low"], rows["within_high"], rows["n"], strict=True)
            ],
            hovertemplate="%{y:.0%} (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    return [(group, float(rows["within_target_share"].iloc[-1]))]


def _note_odd_week(figure: go.Figure, weeks: pd.DataFrame, low: float) -> None:
    """Name the week in which far fewer than usual were called in time."""
    share = weeks["within_target_share"]
    if len(weeks) < 4 or share.min() > share.median() - ODD_WEEK:
        return
    row = weeks.iloc[int(share.argmin())]
    text = _("week of {day}: {share}").format(
        day=numbers.day_short(row["week_on"].date()), share=numbers.share(row["within_target_share"])
    )
    ends = row["within_low"] if math.isfinite(row["within_low"]) else row["within_target_share"]
    layout.label(
        figure, text, row["week_on"] + pd.Timedelta(days=2.5), max(ends, low + ROOM_BELOW),
        color=NEUTRAL, size=layout.SMALL, anchor="center", dy=-10,
    )  # fmt: skip
