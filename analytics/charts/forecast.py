"""Before and after, wait by hour, and how well the model reproduces the branch."""

import math

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import AFTER, BAD, BEFORE, GOOD, GRID, GROUP_COLOR, INK, MUTED, NEUTRAL
from analytics.filters import Targets
from analytics.language import _
from analytics.redesign.result import Forecast, MetricForecast
from analytics.words import changes, numbers
from analytics.words.bottlenecks import width
from analytics.words.sections import Section, sections

# Pixels: the texts left and right of the plots keep their room however wide the card is.
NAME, CHANGE, INTERVAL, VALUES = 66, 214, 86, 112
TITLE_H, ROW_H, GAP_H, MOST_GAP_H = 24, 27, 12, 40
SIDE_COLOR = {"better": GOOD, "worse": BAD, "none": NEUTRAL}
BAR_ALPHA = "47"


@layout.at_once
def now_forecast(forecast: Forecast, targets: Targets, least_height: int = 0) -> go.Figure:
    """A row per metric and group: the change in words, ring now, dot in a bar the forecast (95 %).

    Each metric has its own scale from zero (satisfaction: from 1), hence no axis. x is that scale as 0–1.
    The sections move apart up to least_height (pixels), to end where a neighbour ends.
    """
    shown, is_status_quo = sections(forecast, targets), changes.is_status_quo(forecast)
    names = max([NAME, *(16 + 7 * width(changes.group_name(group)) for one in shown for group in one.rows)])
    room = INTERVAL if is_status_quo else CHANGE
    needed = 22 + sum(TITLE_H + ROW_H * len(one.rows) + GAP_H for one in shown)
    gap = GAP_H + min(max(0, (least_height - needed) / max(len(shown), 1)), MOST_GAP_H)
    height = round(needed + (gap - GAP_H) * len(shown))
    figure = layout.base(height, left=names + room, right=VALUES, top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [-0.04, 1.07], "visible": False}, yaxis={"range": [height, 0], "visible": False}
    )
    _column_names(figure, is_status_quo)
    y = 22.0
    for one in shown:
        scale = _Scale(one)
        layout.label(figure, f"<b>{one.title}</b>", 0, y + TITLE_H / 2, xref="paper", dx=-names - room)
        _target(figure, scale, y, ROW_H * len(one.rows))
        y += TITLE_H
        for group, metric in one.rows.items():
            layout.label(
                figure, changes.group_name(group), 0, y + ROW_H / 2, xref="paper", dx=-names - room,
                color=INK if group == "all" else GROUP_COLOR.get(group, INK),
            )  # fmt: skip
            _row(figure, group, metric, scale, y=y + ROW_H / 2, is_status_quo=is_status_quo)
            y += ROW_H
        y += gap
    return figure


class _Scale:
    """Places values of one metric on 0–1."""

    def __init__(self, section: Section) -> None:
        metrics = list(section.rows.values())
        seen = [x for m in metrics for x in (m.before.mean, m.after.mean, m.after.high, m.observed)]
        known = [x for x in [*seen, section.target] if x is not None and not math.isnan(x)]
        self.target = section.target
        self.low = 1.0 if section.name == "csat_mean" else 0.0
        self.high = 5.0 if section.name == "csat_mean" else max([*known, 1e-9])
        if metrics[0].unit == "share":
            self.high = min(self.high, 1.0)
        self.unit = metrics[0].unit

    def __call__(self, value: float) -> float:
        return max(0.0, min(1.0, (value - self.low) / (self.high - self.low)))


def _column_names(figure: go.Figure, is_status_quo: bool) -> None:
    values = _("Measured → expected") if is_status_quo else _("Now → forecast")
    layout.label(
        figure,
        values,
        1,
        10,
        xref="paper",
        dx=VALUES,
        anchor="right",
        color=MUTED,
        size=layout.SMALL,
        on_page=True,
    )
    change = _("Interval") if is_status_quo else _("Change")
    room = INTERVAL if is_status_quo else CHANGE
    layout.label(figure, change, 0, 10, xref="paper", dx=-room, color=MUTED, size=layout.SMALL)


def _target(figure: go.Figure, scale: _Scale, y: float, rows_h: float) -> None:
    if scale.target is None:
        return
    x = scale(scale.target)
    text = _("target {target}").format(target=_bare(scale.target, scale.unit))
    layout.label(
        figure, text, x, y + TITLE_H / 2,
        anchor="center" if 0.15 < x < 0.9 else "right" if x >= 0.9 else "left",
        color=NEUTRAL, size=layout.SMALL,
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=x, x1=x, y0=y + TITLE_H - 3, y1=y + TITLE_H + rows_h,
        line={"color": NEUTRAL, "width": 1, "dash": "dot"},
    )  # fmt: skip


def _bare(value: float, unit: str) -> str:
    return f"{value * 100 if unit == 'share' else value:g}"


def _row(
    figure: go.Figure, group: str, metric: MetricForecast, scale: _Scale, *, y: float, is_status_quo: bool
) -> None:
    now = metric.observed if is_status_quo else metric.before.mean
    figure.add_shape(type="line", x0=0, x1=1, y0=y, y1=y, line={"color": GRID, "width": 1}, layer="below")
    if math.isnan(metric.after.mean):
        _figures(figure, metric, now, y=y, is_status_quo=is_status_quo)
        return
    figure.add_shape(
        type="rect", x0=scale(metric.after.low), x1=scale(metric.after.high), y0=y - 5, y1=y + 5,
        fillcolor=AFTER + BAR_ALPHA, line={"width": 0},
    )  # fmt: skip
    if now is not None and not math.isnan(now):
        figure.add_shape(
            type="line", x0=scale(now), x1=scale(metric.after.mean), y0=y, y1=y,
            line={"color": BEFORE, "width": 2},
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[scale(metric.after.mean)], y=[y], mode="markers", marker={"color": AFTER, "size": 10},
            name=f"{group} {metric.name} after", hovertemplate=_hover(metric) + "<extra></extra>",
        )
    )  # fmt: skip
    if now is not None and not math.isnan(now):
        figure.add_trace(
            go.Scatter(
                x=[scale(now)], y=[y], mode="markers", name=f"{group} {metric.name} now", hoverinfo="skip",
                marker={"symbol": "circle-open", "color": BEFORE, "size": 13, "line": {"width": 2.5}},
            )
        )  # fmt: skip
    _figures(figure, metric, now, y=y, is_status_quo=is_status_quo)


def _figures(
    figure: go.Figure, metric: MetricForecast, now: float | None, *, y: float, is_status_quo: bool
) -> None:
    after = changes.figure_of(metric.after.mean, metric.unit)
    start = changes.figure_of(now, metric.unit) if now is not None else numbers.UNKNOWN
    layout.label(figure, f"{start} → <b>{after}</b>", 1, y, xref="paper", dx=VALUES, anchor="right")
    if is_status_quo:
        layout.label(
            figure,
            changes.range_of(metric.after, metric.unit),
            0,
            y,
            xref="paper",
            dx=-INTERVAL,
            color=MUTED,
            size=layout.SMALL,
        )
        return
    found = changes.side(metric)
    color = SIDE_COLOR[found]
    unit = "pts" if metric.unit == "share" else metric.unit
    size = changes.figure_of(metric.change.mean, unit, signed=True)
    layout.label(figure, f"<b>{size}</b>", 0, y, xref="paper", dx=-CHANGE, color=color, size=16)
    is_certain = metric.change.low == metric.change.high
    interval = "" if is_certain else f"({changes.range_of(metric.change, unit, signed=True)})"
    interval = changes.source(metric.name) or interval
    behind = max(52, 10 * len(size))
    layout.label(figure, interval, 0, y, xref="paper", dx=-CHANGE + behind, color=MUTED, size=layout.SMALL)
    if found != "none":
        layout.label(
            figure, changes.side_word(found), 0, y, xref="paper", dx=-14, anchor="right", color=color,
            size=layout.SMALL,
        )  # fmt: skip


def _hover(metric: MetricForecast) -> str:
    behind = changes.source(metric.name) or changes.range_of(metric.after, metric.unit)
    return f"{changes.figure_of(metric.after.mean, metric.unit)} ({behind})"


# Half of a label by the hour, in half hours.
HALF_LABEL = 3


@layout.at_once
def by_hour(forecast: Forecast, group: str, targets: Targets, height: int = 270) -> go.Figure:
    """Mean wait by half hour of the ticket, minutes: grey line now, blue line with band forecast."""
    frame = forecast.by_half_hour
    frame = frame[frame["group"] == group].sort_values("half_hour")
    figure = layout.base(height, left=44, right=72, top=24)
    if frame.empty:
        return figure
    is_status_quo = changes.is_status_quo(forecast)
    high = max(frame[["before_mean_min", "after_high_min"]].max().max(), targets.wait_mean_min) * 1.1
    minutes_by_hour(figure, frame, high)
    layout.target_line(
        figure, targets.wait_mean_min, _("target {target}").format(target=f"{targets.wait_mean_min:g}")
    )
    figure.add_trace(band_by_hour(frame, "after_low_min", "after_high_min"))
    if not is_status_quo:
        figure.add_trace(line_by_hour(frame, "before_mean_min", BEFORE, 2.5))
    figure.add_trace(line_by_hour(frame, "after_mean_min", AFTER, 2.5))
    if not is_status_quo:
        _peak(figure, frame, "before", _("Now"), NEUTRAL, above=True)
    _peak(
        figure, frame, "after", _("Expected") if is_status_quo else _("Forecast"), AFTER, above=is_status_quo
    )
    return figure


def _peak(figure: go.Figure, frame: pd.DataFrame, which: str, name: str, color: str, *, above: bool) -> None:
    """Name a line at its peak; below its band, where the line now runs above it."""
    known = frame.dropna(subset=[f"{which}_mean_min"])
    if known.empty:
        return
    peak = known.iloc[int(known[f"{which}_mean_min"].argmax())]
    text = f"<b>{name}</b> {numbers.plain(peak[f'{which}_mean_min'], 'min')}"
    if which == "after":
        text += f" ({numbers.spread(peak['after_low_min'], peak['after_high_min'], 'min')})"
    if which == "after" and not above:
        x, y, dy = _clear_place(known, peak)
    else:
        x = peak["half_hour"]
        y, dy = peak["after_high_min" if which == "after" else "before_mean_min"], 13
    first, last = known["half_hour"].min(), known["half_hour"].max()
    edge = (x - first) / max(last - first, 1)
    layout.label(
        figure, text, x, y, color=color, dy=dy, on_page=(which == "after" and not above) or dy <= 0,
        anchor="left" if edge < 0.15 else "right" if edge > 0.85 else "center",
    )  # fmt: skip


def _clear_place(known: pd.DataFrame, peak: pd.Series) -> tuple[float, float, int]:
    """Where the forecast's name meets no line: under the line now if there is room, else below the band, else
    on its own peak inside the band, else where all lines run lowest, above them."""
    high = known[["before_mean_min", "after_high_min"]].max().max()
    gap = peak["before_mean_min"] - peak["after_high_min"]
    if gap > 0.22 * high:
        y = peak["after_high_min"] + gap * 0.4
        above = known.loc[known["before_mean_min"] > y, "half_hour"]
        return (above.min() + above.max()) / 2, y, 0
    lowest = known.loc[(known["half_hour"] - peak["half_hour"]).abs() <= 2, "after_low_min"].min()
    if lowest > 0.2 * high:
        return peak["half_hour"], lowest, -13
    around = known.loc[(known["half_hour"] - peak["half_hour"]).abs() <= 2, "before_mean_min"]
    if around.min() > peak["after_mean_min"] + 0.1 * high:
        return peak["half_hour"], peak["after_mean_min"], 13
    tops = known.set_index("half_hour")[["before_mean_min", "after_high_min"]].max(axis=1)
    around_each = {x: tops[abs(tops.index - x) <= HALF_LABEL].max() for x in tops.index}
    inner = [x for x in tops.index if tops.index.min() + HALF_LABEL <= x <= tops.index.max() - HALF_LABEL]
    lowest_at = min(inner or list(tops.index), key=around_each.__getitem__)
    return lowest_at, around_each[lowest_at], 13


def band_by_hour(frame: pd.DataFrame, low: str, high: str) -> go.Scatter:
    return layout.band(frame["half_hour"].tolist(), frame[low].tolist(), frame[high].tolist(), AFTER)


def line_by_hour(frame: pd.DataFrame, column: str, color: str, width: float) -> go.Scatter:
    return go.Scatter(
        x=frame["half_hour"], y=frame[column], mode="lines", name=column,
        line={"color": color, "width": width},
        customdata=[numbers.clock(h) for h in frame["half_hour"]],
        hovertemplate="%{customdata}: %{y:.1f}<extra></extra>",
    )  # fmt: skip


def minutes_by_hour(figure: go.Figure, frame: pd.DataFrame, high: float) -> None:
    """The axes of minutes against time of day: grid, at most four ticks, every second full hour."""
    ticks = layout.nice_ticks(high)
    end = _("{n} min").format(n=f"{ticks[-1]:g}").replace(" ", numbers.NBSP)
    first, last = int(frame["half_hour"].min()), int(frame["half_hour"].max())
    step = 2 if last - first <= 10 else 4
    hours = list(range(first + first % 2, last + 1, step))
    figure.update_layout(
        yaxis={
            "range": [0, high], "showgrid": True, "gridcolor": GRID,
            **layout.end_tick(ticks, [f"{t:g}" for t in ticks], end),
        },
        xaxis={
            "range": [first - 0.3, last + 0.3], "tickmode": "array", "tickvals": hours,
            "ticktext": [numbers.clock(h) for h in hours],
        },
    )  # fmt: skip
