"""Waits by weekday and half hour, spread over customers, by service and day by day."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import GRID, GROUP_COLOR, HEAT_STEPS, INK, MUTED, NEUTRAL, WAITING, WORKING
from analytics.diagnosis.wait_times import Dimension, WaitTimes
from analytics.filters import Targets
from analytics.language import _
from analytics.words import changes, numbers
from analytics.words import wait_times as words

VIEWS = ("wait", "arrivals", "staff", "load")
# Blue-grey in steps pale enough for ink to be read on them in either theme.
QUANTITY_STEPS = tuple(WORKING + alpha for alpha in ("0F", "24", "3D", "57", "70", "8A"))
MOST_ROWS = 10
_COLUMN = {"wait": "wait_p90_min", "arrivals": "arrivals", "staff": "n_staff", "load": "load_per_person"}


@layout.at_once
def half_hours(result: WaitTimes, view: str, targets: Targets) -> go.Figure:
    """Weekday by half hour with the figure in each cell; x is the half hour (0–47), y the weekday's short name.

    view: `wait` (P90, minutes) and `load` are grey up to the target and orange beyond, `arrivals` and `staff` blue-grey
    by quantity. Closed hours and cells with too few waits are empty.
    """
    cells = result.half_hours
    values = cells[_COLUMN[view]]
    if view == "wait":
        values = values.where(cells["n"] >= words.LEAST_WAITS)
    weekdays = sorted(cells["weekday"].unique())
    figure = layout.base(30 + 31 * len(weekdays), left=44, top=26, bottom=4)
    hours = np.arange(cells["half_hour"].min(), cells["half_hour"].max() + 1)
    edges, steps = _edges(view, values, targets)
    frame = cells.assign(
        # What lies on an edge is within it, as with the target.
        step=np.where(values.notna(), np.searchsorted(edges[1:], values, side="left"), np.nan),
        text=[_cell_text(view, v) for v in values],
        hover=[_cell_hover(view, row) for row in cells.to_dict("records")],
    )
    grids = {
        name: frame.pivot(index="weekday", columns="half_hour", values=name).reindex(columns=hours)
        for name in ("step", "text", "hover")
    }
    k = len(steps)
    figure.add_trace(
        go.Heatmap(
            x=hours,
            y=[numbers.weekday(w) + 2 * numbers.NBSP for w in weekdays],
            z=grids["step"].to_numpy(float),
            text=_texts(grids["text"]),
            customdata=_texts(grids["hover"]),
            texttemplate="%{text}",
            textfont={"size": layout.SMALL, **({} if view in ("wait", "load") else {"color": INK})},
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            colorscale=[[e, c] for i, c in enumerate(steps) for e in (i / k, (i + 1) / k)],
            zmin=-0.5,
            zmax=k - 0.5,
            showscale=False,
            xgap=2,
            ygap=2,
            name=view,
        )
    )
    every = 2 if len(hours) <= 26 else 4
    ticks = [int(h) for h in hours if h % every == 0]
    figure.update_layout(
        xaxis={
            "side": "top", "tickmode": "array", "tickvals": ticks, "ticktext": [numbers.clock(h) for h in ticks],
            "range": [hours[0] - 0.5, hours[-1] + 0.5],
        },
        yaxis={"autorange": "reversed", "type": "category"},
    )  # fmt: skip
    _outline(figure, cells[cells["load_per_person"] > 1], weekdays)
    return figure


def _outline(figure: go.Figure, overloaded: pd.DataFrame, weekdays: list[int]) -> None:
    """A dark line around the cells in which more work arrives than the people on duty can do."""
    is_in = {
        (weekdays.index(w), int(h))
        for w, h in zip(overloaded["weekday"], overloaded["half_hour"], strict=True)
    }
    for i, h in sorted(is_in):
        for j, k, ends in (
            (i - 1, h, (h - 0.5, h + 0.5, i - 0.5, i - 0.5)), (i + 1, h, (h - 0.5, h + 0.5, i + 0.5, i + 0.5)),
            (i, h - 1, (h - 0.5, h - 0.5, i - 0.5, i + 0.5)), (i, h + 1, (h + 0.5, h + 0.5, i - 0.5, i + 0.5)),
        ):  # fmt: skip
            if (j, k) not in is_in:
                x0, x1, y0, y1 = ends
                figure.add_shape(type="line", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": INK, "width": 1.5})


def _texts(grid: pd.DataFrame) -> np.ndarray:
    return grid.astype(object).where(grid.notna(), "").to_numpy()


def _edges(view: str, values: pd.Series, targets: Targets) -> tuple[np.ndarray, tuple[str, ...]]:
    if view == "wait":
        return np.array([0, 0.5, 1, 1.5, 2, 3]) * targets.wait_p90_min, HEAT_STEPS
    if view == "load":
        return np.array([0, 0.5, 0.8, 0.9, 1.0, 1.2]), HEAT_STEPS
    top = float(values.max()) if values.notna().any() else 1.0
    return np.linspace(0, max(top, 1e-9), len(QUANTITY_STEPS) + 1)[:-1], QUANTITY_STEPS


def _cell_text(view: str, value: float) -> str:
    if not np.isfinite(value):
        return ""
    if view == "load":
        return numbers.plain(value, "scale")
    if view == "staff":
        return words.people(value)
    return numbers.plain(value, "count")


def _cell_hover(view: str, row: dict) -> str:
    at = f"{numbers.weekday(row['weekday'])} {numbers.clock(row['half_hour'])}–{numbers.clock(row['half_hour'] + 1)}"
    if view == "wait":
        said = f"{numbers.minutes(row['wait_p90_min'])} ({numbers.spread(row['low'], row['high'], 'min')})"
        return f"{at}<br>{said} · {numbers.n(row['n'])}"
    if view == "arrivals":
        tickets = _("{n} tickets a day").format(n=numbers.plain(row["arrivals"], "min"))
        return f"{at}<br>{tickets} · {numbers.n(row['n_arrivals'])}"
    work = _("work for {work}, {staff} on duty").format(
        work=numbers.plain(row["work_erlang"], "min"), staff=numbers.plain(row["n_staff"], "min")
    )
    return f"{at}<br>{work} · {numbers.n(row['n_arrivals'])}"


@layout.at_once
def distribution(result: WaitTimes, targets: Targets, height: int = 330) -> go.Figure:
    """A histogram of minutes waited per group, one above the other on one axis; beyond the target orange.

    x: minutes (bars of a fifth of the target, the last one open); y: share of the customers called.
    """
    groups = result.groups
    figure = layout.base(height, left=4, right=24, top=22)
    frame = result.distribution
    edge = frame["from_min"].max()
    width = edge / (frame["from_min"].nunique() - 1)
    target = targets.wait_min or edge / 6
    ticks = [target * i for i in range(0, 7, 1 if len(groups) == 1 else 2)]
    texts = [f"{t:g}" for t in ticks]
    room = 1 / len(groups)
    for i, group in enumerate(groups):
        rows = frame[frame["group"] == group]
        axis = "" if i == 0 else str(i + 1)
        base, top = 1 - room * (i + 1) + (0.1 if len(groups) > 1 else 0), 1 - room * i
        is_beyond = rows["from_min"] > targets.wait_min - 1e-6
        color = GROUP_COLOR[group]
        figure.add_trace(
            go.Bar(
                x=rows["from_min"] + width / 2, y=rows["share"], width=width * 0.9, xaxis=f"x{axis}", yaxis=f"y{axis}",
                marker={"color": np.where(is_beyond, WAITING, color).tolist(), "line": {"width": 0}}, name=group,
                customdata=[_bar_hover(row) for row in rows.to_dict("records")],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
        bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
        figure.update_layout({
            f"xaxis{axis}": bare | {
                "range": [0, edge + width], "anchor": f"y{axis}", "tickfont": figure.layout.xaxis.tickfont,
                "ticklabeloverflow": "allow",
                **layout.end_tick(ticks, texts, _("{n}+ min").format(n=texts[-1]).replace(" ", numbers.NBSP)),
            },
            f"yaxis{axis}": bare | {
                "domain": [base, top], "anchor": f"x{axis}", "showticklabels": False,
                "range": [0, max(float(rows["share"].max()) * 1.04, 1e-6)],
            },
        })  # fmt: skip
        figure.add_shape(
            type="line", xref=f"x{axis}", x0=targets.wait_min, x1=targets.wait_min, yref="paper", y0=base, y1=top + 0.02,
            line={"color": NEUTRAL, "width": 1, "dash": "dot"},
        )  # fmt: skip
        _group_words(figure, result, group, targets, color, top)
    text = _("target {minutes} min").format(minutes=f"{targets.wait_min:g}").replace(" ", numbers.NBSP)
    layout.label(
        figure, text, targets.wait_min, 1, yref="paper", dy=14, color=NEUTRAL, size=layout.SMALL, anchor="center"
    )  # fmt: skip
    return figure


def _group_words(
    figure: go.Figure, result: WaitTimes, group, targets: Targets, color: str, top: float
) -> None:
    share = words.beyond(result, group, targets)
    mean, p90 = result.wait_mean_min[group], result.wait_p90_min[group]
    lines = [(f"<b>{changes.group_name(group)}</b> {numbers.n(mean.n)}", color)]
    if mean.is_known:
        spread = _("mean {mean} · one in ten over {p90}").format(
            mean=numbers.plain(mean.value, "min"), p90=numbers.minutes(p90.value)
        )
        beyond = _("{share} beyond target").format(share=numbers.share(share))
        lines += [(beyond, WAITING), (spread, MUTED)]
    for j, (text, ink) in enumerate(lines):
        layout.label(
            figure, text, 1, top, xref="paper", yref="paper", anchor="right", vertical="top", dy=-4 - 20 * j,
            color=ink, size=layout.SIZE if j < 2 else layout.SMALL,
        )  # fmt: skip


def _bar_hover(row: dict) -> str:
    minutes = (
        _("over {a} min").format(a=f"{row['from_min']:g}")
        if np.isnan(row["to_min"])
        else _("{a}–{b} min").format(a=f"{row['from_min']:g}", b=f"{row['to_min']:g}")
    )
    return f"{minutes}: {numbers.share(row['share'])} · {numbers.n(row['n'])}"


def shown(frame: pd.DataFrame) -> list[str]:
    """The names that the dumbbell has room for, longest waits first."""
    return list(dict.fromkeys(frame["name"]))[:MOST_ROWS]


@layout.at_once
def by_name(
    frame: pd.DataFrame, by: Dimension, result: WaitTimes, targets: Targets, height: int = 0
) -> go.Figure:
    """Dots with intervals of the mean wait per name and group beside its target, minutes on x; longest waits first."""
    names = shown(frame)
    row_h = min(max((height - 60) / max(len(names), 1), 27), 64)
    figure = layout.base(int(60 + row_h * len(names)), left=168, right=44, top=34)
    rows = frame[frame["name"].isin(names)]
    known_high = rows["high"].fillna(rows["wait_mean_min"])
    # A handful of answers must not press all others together.
    high = max(
        float(known_high[rows["n"] >= 30].max() if (rows["n"] >= 30).any() else known_high.max()), 1e-9
    )
    target = targets.wait_mean_min
    high = max(high * 1.06, min(target * 1.1, high * 2), *(rows["wait_mean_min"] * 1.06))
    ticks = layout.nice_ticks(high)
    last = _("{n} min").format(n=f"{ticks[-1]:g}").replace(" ", numbers.NBSP)
    figure.update_layout(
        xaxis={"range": [0, high], **layout.end_tick(ticks, [f"{t:g}" for t in ticks], last)},
        yaxis={"range": [len(names) - 0.5, -0.5], "visible": False},
    )
    if 0 < target <= high:
        text = _("target {minutes} min").format(minutes=f"{target:g}").replace(" ", numbers.NBSP)
        layout.target_line(figure, target, axis="x")
        layout.label(
            figure, text, target, 1, yref="paper", dy=26, color=NEUTRAL, size=layout.SMALL,
            anchor="center" if target < high * 0.85 else "right",
        )  # fmt: skip
    is_named: set[str] = set()
    for y, name in enumerate(names):
        part = rows[rows["name"] == name].sort_values("wait_mean_min").to_dict("records")
        layout.label(
            figure, _cut(words.label(name, by)), 0, y, xref="paper", dx=-44, anchor="right", color=MUTED
        )
        if len(part) == 2:
            figure.add_shape(
                type="line", x0=part[0]["wait_mean_min"], x1=part[1]["wait_mean_min"], y0=y, y1=y,
                line={"color": GRID, "width": 5}, layer="below",
            )  # fmt: skip
        for i, row in enumerate(part):
            _dot(figure, row, y, is_left=len(part) == 2 and i == 0, high=high)
            if row["group"] not in is_named and len(result.groups) > 1 and by != "segment":
                is_named.add(row["group"])
                layout.label(
                    figure, f"<b>{changes.group_name(row['group'])}</b>", row["wait_mean_min"], y, dy=17,
                    color=GROUP_COLOR[row["group"]], size=layout.SMALL, on_page=True,
                    anchor="center" if len(part) == 1 else "right" if i == 0 and row["wait_mean_min"] > 0.12 * high else "left" if i else "center",
                )  # fmt: skip
    return figure


def _dot(figure: go.Figure, row: dict, y: int, *, is_left: bool, high: float) -> None:
    color, value = GROUP_COLOR[row["group"]], row["wait_mean_min"]
    has_interval = np.isfinite(row["low"])
    low, top = (row["low"], min(row["high"], high)) if has_interval else (value, value)
    if has_interval:
        figure.add_trace(layout.whisker([low, top], [y, y], color))
    interval = numbers.spread(row["low"], row["high"], "min")
    figure.add_trace(
        go.Scatter(
            x=[value], y=[y], mode="markers", marker={"color": color, "size": 10}, name=row["group"],
            hovertemplate=f"{numbers.minutes(value)} ({interval}) · {numbers.n(row['n'])}<extra></extra>",
        )
    )  # fmt: skip
    text = numbers.plain(value, "min")
    if row["n"] < 30:
        text += f" <span style='color:{MUTED}'>({numbers.n(row['n'])})</span>"
    layout.label(
        figure, text, min(low, value) if is_left else max(top, value), y, color=color, on_page=True,
        anchor="right" if is_left else "left", dx=-6 if is_left else 6,
    )  # fmt: skip


def _cut(text: str, most: int = 19) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def name_ends(
    figure: go.Figure,
    ends: list[tuple[str, float]],
    room: float,
    height: int,
    write: Callable[[float], str],
    low: float = 0.0,
) -> None:
    """Names and last values (also of the `target`) in the right margin, apart from each other; room: y's extent."""
    places = layout.spread_apart([value for __, value in ends], room * 18 / max(height - 36, 1))
    for (code, value), y in zip(ends, places, strict=True):
        name = _("target") if code == "target" else f"<b>{changes.group_name(code)}</b>"
        text = f"{name} {write(value)}"
        layout.margin_label(figure, text, max(y, low), GROUP_COLOR.get(code, NEUTRAL))


def date_axis(figure: go.Figure, days: pd.Series) -> None:
    """At most four dates, from first to last."""
    first, last = pd.Timestamp(days.min()), pd.Timestamp(days.max())
    n = 4 if (last - first).days >= 3 else 1
    ticks = [first + (last - first) * i / max(n - 1, 1) for i in range(n)]
    pad = pd.Timedelta(days=max((last - first).days * 0.02, 0.5))
    figure.update_layout(
        xaxis={
            "type": "date", "range": [first - pad, last + pad], "tickmode": "array", "tickvals": ticks,
            "ticktext": [numbers.day_short(tick.date()) for tick in ticks], "ticklabelstandoff": 6,
        }
    )  # fmt: skip
