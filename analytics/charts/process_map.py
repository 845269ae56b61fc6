"""A process as it runs, from left to right: steps with their cases and working time, lines with cases and mean wait.

A line is as thick as cases are many and the more orange the longer they wait, or, as asked for, the darker the more
cases take it or the dearer its waiting is. A click on a step or a line names it (`clicked`). Where everything stands
is `map_layout`'s.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.map_layout import TINY, Box, Plan, Route, plan
from analytics.charts.map_places import Link, Step
from analytics.charts.tokens import CONTEXT, INK, NEUTRAL, PAGE, WAITING, WORKING
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import numbers

MOST_STEPS, MOST_LINES, READABLE_LINES = 30, 80, 26
# A step or line below this share of the finished cases is left out, but for each step's main line in and out.
DETAIL = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.0)
LEAST_SHARE = 0.02
SHADES = ("59", "80", "A6", "CC", "FF")
CORNER, TIP = 9.0, 5.0

ColorBy = Literal["wait", "cases", "cost"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class View:
    """How the map is to be drawn.

    least_share: of the finished cases that a step or line needs to be shown; color_by: what darkens the lines, `cost`
    by cny (a pair's waiting); path: activities in order whose lines alone stand out.
    """

    least_share: float = LEAST_SHARE
    color_by: ColorBy = "wait"
    path: tuple[str, ...] = ()
    cny: Mapping[Pair, float] | None = None

    @property
    def on_path(self) -> set[Pair]:
        return set(zip(self.path, self.path[1:], strict=False))


@layout.at_once
def process_map(result: Bottlenecks, view: View | None = None) -> go.Figure:
    """The map in pixels of the narrowest page from the top left corner; it stretches sideways."""
    return _Drawing(result, view or View()).figure


def left_out(result: Bottlenecks, view: View | None = None) -> int:
    """How many of the rarest steps the map does not show."""
    return len(result.activities) - len(_steps(result, view or View()))


def n_silent(result: Bottlenecks, view: View | None = None) -> int:
    """How many lines show their figures under the pointer alone, for want of room."""
    return _plan(result, view or View()).n_silent


def readable_share(result: Bottlenecks) -> float:
    """The least share of cases, from the usual one upwards, at which the map has no more lines than can be read."""
    for share in sorted(s for s in DETAIL if s >= LEAST_SHARE):
        if len(_lines(result, View(share))) <= READABLE_LINES:
            return share
    return max(DETAIL)


def clicked(points: list[Any]) -> tuple[str, str] | None:
    """(step before, step) of a clicked line, ("", step) of a clicked box; None where nothing was clicked."""
    for point in points:
        data = point.get("customdata")
        if data:
            return str(data[0]), str(data[1])
    return None


def _steps(result: Bottlenecks, view: View) -> pd.DataFrame:
    """The steps shown, in the order of the process."""
    rows = result.activities
    frequent = rows[(rows["n_cases"] >= view.least_share * result.n_cases) | rows["activity"].isin(view.path)]
    return rows.loc[sorted(frequent["n_cases"].nlargest(MOST_STEPS).index)]


def _lines(result: Bottlenecks, view: View) -> pd.DataFrame:
    """The lines shown: those of many cases, of the path followed, and each step's main one in and out."""
    names = list(_steps(result, view)["activity"])
    rows = result.handovers
    rows = rows[rows["before"].isin(names) & rows["activity"].isin(names)]
    to_others = rows[rows["before"] != rows["activity"]]
    main = {i for end in ("before", "activity") for i in to_others.groupby(end)["n_cases"].idxmax()}
    pairs = pd.Series(list(zip(rows["before"], rows["activity"], strict=True)), rows.index, dtype=object)
    must = rows.index.isin(main) | pairs.isin(view.on_path)
    frequent = rows[(rows["n_cases"] >= view.least_share * result.n_cases) & ~must]
    return pd.concat([rows[must], frequent.nlargest(max(MOST_LINES - int(must.sum()), 0), "n_cases")])


def _plan(result: Bottlenecks, view: View) -> Plan:
    arrived = result.handovers.groupby("activity")["n"].sum()
    steps = [
        Step(
            str(row.activity), words.step(str(row.activity)), int(row.n_cases),
            int(row.n - arrived.get(row.activity, 0)), _notes(row),
        )
        for row in _rows(_steps(result, view))
    ]  # fmt: skip
    links = [
        Link(
            str(row.before), str(row.activity), int(row.n_cases), numbers.count(row.n_cases),
            numbers.hours(row.wait_h), numbers.plain(row.wait_h, "h"), (row.before, row.activity) in view.on_path,
        )
        for row in _rows(_lines(result, view))
    ]  # fmt: skip
    return plan(steps, links)


def _notes(row: Any) -> tuple[str, ...]:
    """Cases and, where known, the mean working time of a step."""
    return words.n_cases(int(row.n_cases)), *([] if math.isnan(row.work_h) else [_work(row.work_h)])


def _work(work_h: float) -> str:
    return numbers.hours(work_h) if work_h >= 1 else numbers.minutes(60 * work_h)


class _Drawing:
    """The figure while it is drawn: how thick and how orange its lines are, what a pointer finds."""

    def __init__(self, result: Bottlenecks, view: View) -> None:
        self.result, self.view = result, view
        self.plan = _plan(result, view)
        self.rows = {(str(row.before), str(row.activity)): row for row in _rows(_lines(result, view))}
        self.most_cases = max([row.n_cases for row in self.rows.values()], default=1)
        self.most = max([self._amount(row) for row in self.rows.values()], default=0.0)
        self.shapes: list[dict[str, Any]] = []
        self.tips: list[tuple[float, float, str, float, str]] = []
        self.spots: list[tuple[float, float, int, str, Pair]] = []
        self.figure = layout.base(math.ceil(self.plan.height), top=0, bottom=0)
        self.figure.update_layout(
            xaxis={"range": [0, self.plan.width], "visible": False},
            yaxis={"range": [self.plan.height, 0], "visible": False},
        )
        # What stands out is drawn last, over the others.
        for route in sorted(
            self.plan.routes, key=lambda r: (r.link.is_marked, self._amount(self.rows[r.link.pair]))
        ):
            self._route(route)
        for box, row in zip(self.plan.boxes, _rows(_steps(result, view)), strict=True):
            self._box(box, row)
        self.figure.layout.shapes = self.shapes
        self._markers()

    def _amount(self, row: Any) -> float:
        """What darkens the line."""
        if self.view.color_by == "cases":
            return float(row.n_cases)
        if self.view.color_by == "cost":
            return float((self.view.cny or {}).get((row.before, row.activity), 0.0))
        return float(row.wait_h)

    def _line(self, row: Any) -> dict[str, Any]:
        """Thickness by cases, darker in five steps; grey where there is little; orange where it is waiting, as far as that
        is known; a path in ink."""
        width = 1.2 + 4.3 * row.n_cases / self.most_cases
        if self.view.path:
            is_on = (row.before, row.activity) in self.view.on_path
            return {"width": max(width, 3.0) if is_on else 1.0, "color": INK if is_on else CONTEXT}
        part = self._amount(row) / self.most if self.most else 0.0
        is_wait = self.view.color_by != "cases" and self.result.has_starts
        if part < 0.05:
            return {"width": width, "color": CONTEXT}
        return {
            "width": width,
            "color": (WAITING if is_wait else WORKING) + SHADES[min(4, math.floor(part * 5))],
        }

    def _route(self, route: Route) -> None:
        row = self.rows[route.link.pair]
        line, points = self._line(row), list(route.points)
        (xa, ya), (x, y) = points[-2:]
        across = (x > xa) - (x < xa)
        down = 0 if across else 1 if y > ya else -1
        symbol = {(1, 0): "triangle-right", (-1, 0): "triangle-left", (0, 1): "triangle-down"}.get(
            (across, down), "triangle-up"
        )
        self.tips.append((x - TIP * across, y - TIP * down, symbol, 6.5 + line["width"], line["color"]))
        points[-1] = (x - TIP * across, y - TIP * down)
        if len(points) == 2:
            ends = {
                "type": "line",
                "x0": points[0][0],
                "y0": points[0][1],
                "x1": points[1][0],
                "y1": points[1][1],
            }
        else:
            ends = {"type": "path", "path": layout.rounded(points, CORNER, CORNER)}
        self.shapes.append({**ends, "line": line, "layer": "below"})
        is_grey = bool(self.view.path) and not route.link.is_marked
        color = WAITING if line["color"].startswith(WAITING) else NEUTRAL if is_grey else INK
        for label in route.labels:
            text, is_count = label.text, label.text == route.link.count
            if " · " in text and color == WAITING:
                count, amount = text.split(" · ")
                text = f"{count} · <span style='color:{WAITING}'>{amount}</span>"
            layout.label(
                self.figure, text, label.x, label.y, anchor="center", size=TINY, on_page=" · " in text,
                color=NEUTRAL if is_count or " · " in text else color,
            )  # fmt: skip
        for spot_x, spot_y in [*((label.x, label.y) for label in route.labels), *_along(route)]:
            self.spots.append((spot_x, spot_y, 14, _said(row), route.link.pair))

    def _box(self, box: Box, row: Any) -> None:
        x0, y0, x1, y1 = box.rect
        border = {"color": WORKING, "width": 1.2}
        if self.view.path:
            is_on = box.step.name in self.view.path
            border = {"color": INK if is_on else CONTEXT, "width": 2.0 if is_on else 1.0}
        self.shapes.append({
            "type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "fillcolor": PAGE, "layer": "below", "line": border,
        })  # fmt: skip
        name = "<br>".join(f"<b>{line}</b>" for line in box.lines)
        notes = "<br>".join(
            f"<span style='font-size:{TINY}px;color:{NEUTRAL}'>{note}</span>" for note in box.step.notes
        )
        layout.label(self.figure, f"{name}<br>{notes}", box.x, box.y, anchor="center", size=box.size)
        work = "" if math.isnan(row.work_h) else f"<br>{_('worked on')}: {_work(row.work_h)}"
        for part in (-0.25, 0.25):
            self.spots.append((
                box.x + part * box.w, box.y, 36, f"<b>{row.activity}</b><br>{_times(row)}{work}", ("", box.step.name),
            ))  # fmt: skip

    def _markers(self) -> None:
        """Arrow heads, and the places where a pointer finds a step or a line."""
        if self.tips:
            x, y, symbols, sizes, colors = zip(*self.tips, strict=True)
            self.figure.add_scatter(
                x=x, y=y, mode="markers", hoverinfo="skip", unselected={"marker": {"opacity": 1}},
                marker={"symbol": symbols, "size": sizes, "color": colors, "opacity": 1, "line": {"width": 0}},
            )  # fmt: skip
        if self.spots:
            x, y, sizes, texts, pairs = zip(*self.spots, strict=True)
            self.figure.add_scatter(
                x=x, y=y, mode="markers", marker={"size": sizes, "opacity": 0}, customdata=pairs, text=texts,
                selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
                hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip


def _along(route: Route) -> list[tuple[float, float]]:
    """Places on a line, close enough for a pointer to find it."""
    found = []
    for (xa, ya), (xb, yb) in route.pieces:
        n = max(1, round((abs(xb - xa) + abs(yb - ya)) / 30))
        found += [(xa + (i + 0.5) / n * (xb - xa), ya + (i + 0.5) / n * (yb - ya)) for i in range(n)]
    return found


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())


def _times(row: Any) -> str:
    return _("{n} times in {cases} cases").format(n=numbers.count(row.n), cases=numbers.count(row.n_cases))


def _said(row: Any) -> str:
    interval = "" if math.isnan(row.low) else f" ({numbers.spread(row.low, row.high, 'h')})"
    name = words.pair(row.before, row.activity)
    return f"<b>{name}</b><br>{_times(row)}<br>{numbers.hours(row.wait_h)}{interval}"
