"""Satisfaction against the wait, by item, touchpoint and month."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, NEUTRAL, PAGE
from analytics.diagnosis.satisfaction import Satisfaction
from analytics.filters import Targets
from analytics.language import _
from analytics.methods.estimate import SMALL_N
from analytics.words import numbers
from analytics.words import satisfaction as words
from analytics.words import satisfaction_by as by_words
from analytics.words.changes import group_name

# Pixels beside the plots: names of lines, values of dots.
NAMES, VALUES = 112, 128


@layout.at_once
def by_wait(result: Satisfaction, targets: Targets) -> go.Figure:
    """Share satisfied by bins of the measured wait, a dot with 95 % interval per group; y 0–1, x bins in minutes."""
    frame = result.waits.assign(is_open=result.waits["to_min"].isna())
    bins = frame.drop_duplicates("from_min").sort_values("from_min")
    x_of = {start: i for i, start in enumerate(bins["from_min"])}
    n_rows = len(result.groups)
    figure = layout.base(250 + 18 * n_rows, left=44, right=NAMES, top=22, bottom=28 + 18 * n_rows)
    last = len(bins) - 1
    figure.update_layout(
        xaxis={
            "range": [-0.5, last + 0.5], "tickmode": "array", "tickvals": list(x_of.values()),
            "ticktext": [
                words.bin_name(row.from_min, row.to_min, with_unit=i == last) for i, row in enumerate(_rows(bins))
            ],
        },
        yaxis={"range": [0, 1.04], "showgrid": True, "gridcolor": GRID, **_percents([0, 0.25, 0.5, 0.75, 1])},
    )  # fmt: skip
    layout.target_line(
        figure, targets.csat_share, _("target {target}").format(target=numbers.share(targets.csat_share))
    )
    edges = [x for start, x in x_of.items() if start == targets.wait_min]
    if edges:
        layout.target_line(
            figure, edges[0] - 0.5, _("target wait {n} min").format(n=f"{targets.wait_min:g}"), axis="x"
        )
    for i, group in enumerate(result.groups):
        rows, color = frame[frame["group"] == group].sort_values("from_min"), GROUP_COLOR[group]
        shift, side = (0.0, 1) if n_rows == 1 else (0.13 * (2 * i - 1), 2 * i - 1)
        _answers_below(figure, rows, x_of, group, i)
        seen = rows[rows["n"] >= words.DRAWN_N]
        if seen.empty:
            continue
        x = [x_of[start] + shift for start in seen["from_min"]]
        figure.add_scatter(
            x=x,
            y=seen["csat_share"],
            mode="lines",
            line={"color": color, "width": 1.5},
            opacity=0.6,
            hoverinfo="skip",
        )
        for at, row in zip(x, _rows(seen), strict=True):
            figure.add_trace(layout.whisker([at, at], [row.low, row.high], color))
            _dot(figure, at, row.csat_share, color, group, row, "share", is_hollow=row.n < SMALL_N)
            layout.label(
                figure, numbers.share(row.csat_share), at, row.csat_share, color=color, dx=8 * side,
                anchor="right" if side < 0 else "left", size=layout.SMALL, on_page=True,
            )  # fmt: skip
    return figure


def _answers_below(figure: go.Figure, rows: pd.DataFrame, x_of: dict[float, int], group: Any, i: int) -> None:
    color, dy = GROUP_COLOR[group], -34 - 18 * i
    for row in _rows(rows):
        layout.label(
            figure, numbers.count(row.n), x_of[row.from_min], 0, yref="paper", anchor="center", color=color,
            size=layout.SMALL, dy=dy,
        )  # fmt: skip
    layout.label(
        figure, f"<b>{group_name(group)}</b> n", 1, 0, xref="paper", yref="paper", color=color, dx=8, dy=dy
    )


@layout.at_once
def items(result: Satisfaction, _targets: Targets) -> go.Figure:
    """Dimensions, weakest first: dot experienced with 95 % interval, ring expected where asked; x on 1–7."""
    frame, by = result.items, "gap" if result.items["gap"].notna().any() else "mean"
    order = frame[frame["group"] == result.groups[0]].sort_values(by)["dimension"].tolist()
    block, height = 26 + 20 * len(result.groups), _items_height(result)
    figure = layout.base(height, left=78, right=VALUES, top=0, bottom=24)
    low = math.floor(float(frame[["low", "expected", "mean"]].min().min()) * 2) / 2
    high = min(7.0, math.ceil(float(frame[["high", "expected", "mean"]].max().max()) * 2) / 2)
    ticks = [low, (low + high) / 2, high]
    figure.update_layout(
        xaxis={"range": [low, high], **layout.end_tick(ticks, [f"{t:g}" for t in ticks], _("{n} of 7").format(n=f"{high:g}"))},
        yaxis={"range": [height - 24, 0], "visible": False},
    )  # fmt: skip
    for i, code in enumerate(order):
        name = words.dimension(code)
        layout.label(figure, f"<b>{name}</b>" if i == 0 else name, 0, i * block + 10, xref="paper", dx=-78)
        for j, group in enumerate(result.groups):
            rows = frame[(frame["dimension"] == code) & (frame["group"] == group)]
            if not rows.empty:
                _item(figure, _rows(rows)[0], i * block + 30 + 20 * j, group, is_named=len(result.groups) > 1)
    return figure


def _items_height(result: Satisfaction) -> int:
    return (26 + 20 * len(result.groups)) * result.items["dimension"].nunique() + 24


def _item(figure: go.Figure, row: Any, y: float, group: Any, *, is_named: bool) -> None:
    color = GROUP_COLOR[group]
    if is_named:
        layout.label(figure, group_name(group), 0, y, xref="paper", dx=-78, color=color, size=layout.SMALL)
    figure.add_shape(
        type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line={"color": GRID, "width": 1}, layer="below"
    )
    text = f"{numbers.plain(row.mean, 'scale')} ({numbers.spread(row.low, row.high, 'scale')})"
    if not math.isnan(row.gap):
        figure.add_trace(layout.whisker([row.mean, row.expected], [y, y], GRID, 5))
        figure.add_scatter(
            x=[row.expected], y=[y], mode="markers",
            marker={"size": 10, "color": PAGE, "line": {"color": NEUTRAL, "width": 2}},
            hovertemplate=_("expected {n}").format(n=numbers.plain(row.expected, "scale"))
            + f", {numbers.n(row.n_pairs)}<extra></extra>",
        )  # fmt: skip
        text = f"{numbers.plain(row.gap, 'scale', signed=True)} ({_to(row.gap_low, row.gap_high)})"
    if not math.isnan(row.low):
        figure.add_trace(layout.whisker([row.low, row.high], [y, y], color))
    _dot(figure, row.mean, y, color, group, row, "scale")
    layout.label(figure, text, 1, y, xref="paper", dx=VALUES, anchor="right", size=layout.SMALL)


def _to(low: float, high: float) -> str:
    return numbers.spread(low, high, "scale", signed=True, decimals=2)


@layout.at_once
def touchpoints(result: Satisfaction, targets: Targets) -> go.Figure:
    """Share satisfied by touchpoint, a dot with 95 % interval per group; x 0–1 from below the lowest, worst first."""
    frame = result.touchpoints[result.touchpoints["n"] > 0]
    n_names = frame["touchpoint"].nunique()
    # As high as the card of items beside it, where that lets rows stand further apart.
    block = max(24 + 20 * len(result.groups), min(90, (_items_height(result) - 44) // n_names))
    return _shares(result, targets, frame, "touchpoint", block, name_dx=-78, name_dy=30, rows_dy=50, left=78)


@layout.at_once
def services(result: Satisfaction, targets: Targets) -> go.Figure:
    """Share satisfied by service of the ticket named, over the whole width; as by touchpoint."""
    frame = by_words.shown_services(result)
    block = 16 + 20 * len(result.groups)
    return _shares(result, targets, frame, "service", block, name_dx=-230, name_dy=34, rows_dy=34, left=230)


def _shares(
    result: Satisfaction, targets: Targets, frame: pd.DataFrame, by: str, block: int,
    *, name_dx: int, name_dy: int, rows_dy: int, left: int,
) -> go.Figure:  # fmt: skip
    """Rows by name, worst first; grey and hollow on fewer than 30 answers, in words on fewer than 10."""
    order, title = _worst_first(frame, by, result), by_words.title(result, by)
    height = block * len(order) + 44
    figure = layout.base(height, left=left, right=VALUES, top=0, bottom=24)
    drawn = frame[frame["n"] >= words.DRAWN_N]
    lowest = float(drawn["low"].min()) if len(drawn) else 1.0
    low = math.floor(min(lowest, targets.csat_share - 0.05) * 10) / 10
    ticks = [low, round((1 + low) / 2, 2), 1]
    figure.update_layout(
        xaxis={"range": [low, 1], **_percents(ticks)}, yaxis={"range": [height - 24, 0], "visible": False}
    )
    figure.add_shape(
        type="line", x0=targets.csat_share, x1=targets.csat_share, y0=18, y1=height - 24, layer="below",
        line={"color": NEUTRAL, "width": 1, "dash": "dot"},
    )  # fmt: skip
    layout.label(
        figure, _("target {target}").format(target=numbers.share(targets.csat_share)), targets.csat_share, 8,
        anchor="center", color=NEUTRAL, size=layout.SMALL,
    )  # fmt: skip
    for i, code in enumerate(order):
        name = by_words.named(by, code)
        layout.label(
            figure, f"<b>{name}</b>" if title.startswith(name) else name, 0, i * block + name_dy, xref="paper", dx=name_dx, on_page=True
        )  # fmt: skip
        for j, group in enumerate(result.groups):
            rows = frame[(frame[by] == code) & (frame["group"] == group)]
            for row in _rows(rows):
                _share(figure, row, i * block + rows_dy + 20 * j, group, is_named=len(result.groups) > 1)
    return figure


def _worst_first(frame: pd.DataFrame, by: str, result: Satisfaction) -> list[str]:
    """By the first group's share; names of which it says too little come last."""
    rows = frame[frame["n"] >= words.DRAWN_N]
    first = rows[rows["group"] == result.groups[0]].set_index(by)["csat_share"]
    names = frame[by].unique()
    return sorted(names, key=lambda name: (first.get(name, 2.0), name))


def _share(figure: go.Figure, row: Any, y: float, group: Any, *, is_named: bool) -> None:
    is_few = row.n < SMALL_N
    color = NEUTRAL if is_few else GROUP_COLOR[group]
    if is_named:
        layout.label(
            figure, group_name(group), 0, y, xref="paper", dx=-78, color=GROUP_COLOR[group], size=layout.SMALL
        )
    if row.n < words.DRAWN_N:
        text = by_words.too_few(row.n)
    else:
        figure.add_trace(layout.whisker([row.low, row.high], [y, y], color))
        _dot(figure, row.csat_share, y, color, group, row, "share", is_hollow=is_few)
        text = f"{numbers.share(row.csat_share)} ({numbers.spread(row.low, row.high, 'share')}) · {numbers.n(row.n)}"
    layout.label(
        figure, text, 1, y, xref="paper", dx=VALUES, anchor="right", size=layout.SMALL, color=NEUTRAL if is_few else layout.INK
    )  # fmt: skip


@layout.at_once
def csat_by_month(result: Satisfaction, targets: Targets) -> go.Figure:
    """Share satisfied by month and group with 95 % band; y share 0–1, from below the lowest."""
    figure = _by_month(result, "csat_share", "low", "high", "n")
    low = min(float(result.months["low"].min()), targets.csat_share)
    low = max(0.0, math.floor(low * 10 - 0.5) / 10)
    figure.update_yaxes(range=[low - 0.04 * (1 - low), 1.01], **_percents([low, round((1 + low) / 2, 2), 1]))
    layout.target_line(figure, targets.csat_share)
    _name_ends(figure, result, "csat_share", "share", 1 - low, (targets.csat_share, _("target")))
    return figure


@layout.at_once
def nps_by_month(result: Satisfaction, _targets: Targets) -> go.Figure:
    """NPS by month and group with 95 % band; y points."""
    figure = _by_month(result, "nps", "nps_low", "nps_high", "n_recommend")
    low = math.floor(min(float(result.months["nps_low"].min()), 0) / 10) * 10
    high = math.ceil(float(result.months["nps_high"].max()) / 10) * 10
    ticks = layout.nice_ticks(high, low)
    figure.update_yaxes(
        range=[low, high], tickvals=ticks, ticktext=[numbers.plain(t, "points") for t in ticks]
    )
    _name_ends(figure, result, "nps", "points", high - low, None)
    return figure


def _by_month(result: Satisfaction, value: str, low: str, high: str, n: str) -> go.Figure:
    figure = layout.base(240, left=44, right=NAMES, top=10, bottom=34)
    figure.update_layout(**layout.grid())
    for group in result.groups:
        rows = result.months[(result.months["group"] == group) & (result.months[n] > 0)]
        color, months = GROUP_COLOR[group], list(rows["month_on"])
        figure.add_trace(layout.band(months, list(rows[low]), list(rows[high]), color))
        figure.add_scatter(
            x=months, y=rows[value], mode="lines+markers", line={"color": color, "width": 2}, marker={"size": 5},
            customdata=rows[n], name=group_name(group),
            hovertemplate=f"{group_name(group)}, %{{x|%Y-%m}}: %{{y:.3~g}}, n %{{customdata}}<extra></extra>",
        )  # fmt: skip
    every = pd.Series(pd.to_datetime(sorted(result.months["month_on"].unique())))
    ticks = every[:: max(1, -(-len(every) // 4))]
    figure.update_xaxes(
        ticklabelstandoff=6, tickmode="array", tickvals=list(ticks),
        ticktext=[
            numbers.month(m.date()) if i == 0 or m.month == 1 else numbers.month_name(m.month)
            for i, m in enumerate(ticks)
        ],
    )  # fmt: skip
    return figure


def _name_ends(
    figure: go.Figure,
    result: Satisfaction,
    value: str,
    unit: Any,
    span: float,
    target: tuple[float, str] | None,
) -> None:
    ends = [(target[0], f"{target[1]} {numbers.share(target[0])}", NEUTRAL)] if target else []
    for group in result.groups:
        rows = result.months[(result.months["group"] == group) & result.months[value].notna()]
        if not rows.empty:
            last = float(rows[value].iloc[-1])
            ends.append((last, f"{group_name(group)} {numbers.plain(last, unit)}", GROUP_COLOR[group]))
    places = layout.spread_apart([y for y, _text, _color in ends], span * 0.09)
    for (_y, text, color), place in zip(ends, places, strict=True):
        layout.margin_label(figure, text, place, color)


def _percents(ticks: list[float]) -> dict[str, Any]:
    texts = [f"{100 * t:.0f}" for t in ticks]
    return layout.end_tick(ticks, texts, f"{texts[-1]}%")


def _dot(
    figure: go.Figure,
    x: float,
    y: float,
    color: str,
    group: Any,
    row: Any,
    unit: Any,
    *,
    is_hollow: bool = False,
) -> None:
    """A dot, hollow on few answers; hover says group, value, interval and n."""
    value = row.csat_share if unit == "share" else row.mean
    figure.add_scatter(
        x=[x], y=[y], mode="markers",
        marker={"size": 9, "color": PAGE if is_hollow else color, "line": {"color": color, "width": 2}},
        hovertemplate=f"{group_name(group)}: {numbers.plain(value, unit)} "
        f"({numbers.spread(row.low, row.high, unit)}), {numbers.n(row.n)}<extra></extra>",
    )  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())
