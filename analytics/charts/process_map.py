"""A process as it runs, drawn without any layout program: steps one below the other, hours of a case beside them.

Steps stand in the order of their median position. Straight lines lead to the next step, arcs at the right skip
steps, arcs at the left go back; a line is as thick as cases are many and the more orange the longer they wait, or,
as asked for, the darker the more cases take it or the dearer its waiting is. A click on a step or a line names it
(`clicked`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import numbers

MOST_STEPS, MOST_BACK, MOST_SKIPS = 12, 4, 3
# Vertical pixels; x of the map runs over 0–100 within its part of the width.
TOP, PITCH, BOX_H, BAR_H = 30, 58, 38, 11
MAP, BARS = (0.0, 0.58), (0.62, 0.85)
# Room beside the boxes for arcs and their labels, where there are any, else the bare edge; letters in a box.
LEFT_ARCS, RIGHT_ARCS, BARE, LETTERS = 37.0, 27.0, 1.0, 24
# A step or line below this share of the finished cases is left out; lines to the next step are not.
LEAST_SHARE = 0.02
SHADES = ("59", "80", "A6", "CC", "FF")
TINY = 11


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
    def more(self) -> int:
        """How many times the usual number of steps and lines may be drawn."""
        return 1 if self.least_share >= LEAST_SHARE else 3


def process_map(result: Bottlenecks, view: View | None = None) -> go.Figure:
    """Left the map (no unit), right hours per case by step on x2 from 0: waited before it, worked on it."""
    return _Map(result, view or View()).figure


def left_out(result: Bottlenecks, view: View | None = None) -> int:
    """How many of the rarest steps the map does not show."""
    return len(result.activities) - len(_drawn(result, view or View()))


def clicked(points: list[Any]) -> tuple[str, str] | None:
    """(step before, step) of a clicked line, ("", step) of a clicked box; None where nothing was clicked."""
    for point in points:
        data = point.get("customdata")
        if data:
            return str(data[0]), str(data[1])
    return None


def _drawn(result: Bottlenecks, view: View) -> pd.DataFrame:
    is_on_path = result.activities["activity"].isin(view.path)
    frequent = result.activities[
        (result.activities["n_cases"] >= view.least_share * result.n_cases) | is_on_path
    ]
    return frequent.loc[sorted(frequent["n_cases"].nlargest(MOST_STEPS * view.more).index)]


class _Map:
    """The figure while it is drawn: where the boxes stand, which lines are shown, how thick and how orange."""

    def __init__(self, result: Bottlenecks, view: View) -> None:
        self.result, self.view = result, view
        self.on_path = set(zip(view.path, view.path[1:], strict=False))
        steps = _drawn(result, view)
        self.y = {str(name): TOP + PITCH * (i + 0.5) for i, name in enumerate(steps["activity"])}
        onward, back, skips = self._lines()
        self.most_cases = max([row.n_cases for row in onward + back + skips], default=1)
        self.most = max([self._amount(row) for row in onward + back + skips], default=0.0)
        self.left = LEFT_ARCS if back else BARE
        self.right = 100 - (RIGHT_ARCS if skips else BARE)
        self.middle = (self.left + self.right) / 2
        height = TOP + PITCH * len(steps)
        self.figure = layout.base(height, top=0, bottom=0)
        longest_bar = max(float(steps[["wait_case_h", "work_case_h"]].max().max()), 1e-9)
        self.figure.update_layout(
            xaxis={"domain": MAP, "range": [0, 100], "visible": False},
            xaxis2={"domain": BARS, "range": [0, longest_bar * 1.02], "visible": False, "anchor": "y"},
            yaxis={"range": [height, 0], "visible": False},
        )
        for row in onward:
            self._straight(row)
        self._arcs(back, -1)
        self._arcs(skips, 1)
        for row in _rows(steps):
            self._box(row)
            self._bars(row)
        self._column_names()

    def _lines(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Hand-overs to the next step, to the same or an earlier one, and past steps; those that many cases take."""
        order, rows = {name: i for i, name in enumerate(self.y)}, self.result.handovers
        rows = rows[rows["before"].isin(list(order)) & rows["activity"].isin(list(order))]
        rows = rows.assign(
            span=rows["activity"].map(order).astype(int) - rows["before"].map(order).astype(int)
        )
        frequent = rows[rows["n_cases"] >= self.view.least_share * self.result.n_cases]
        back = (
            frequent[frequent["span"] <= 0]
            .nlargest(MOST_BACK * self.view.more, "n_cases")
            .sort_values("span", ascending=False)
        )
        skips = (
            frequent[frequent["span"] > 1]
            .nlargest(MOST_SKIPS * self.view.more, "n_cases")
            .sort_values("span")
        )
        return _rows(rows[rows["span"] == 1]), _rows(back), _rows(skips)

    def _amount(self, row: Any) -> float:
        """What darkens the line."""
        if self.view.color_by == "cases":
            return float(row.n_cases)
        if self.view.color_by == "cost":
            return float((self.view.cny or {}).get((row.before, row.activity), 0.0))
        return float(row.wait_h)

    def _line(self, row: Any) -> dict[str, Any]:
        """Thickness by cases, darker in five steps; grey where there is little or that is not known; a path in ink."""
        width = 1.5 + 5.5 * row.n_cases / self.most_cases
        if self.view.path:
            is_on = (row.before, row.activity) in self.on_path
            return {"width": max(width, 3.0) if is_on else 1.0, "color": INK if is_on else CONTEXT}
        part = self._amount(row) / self.most if self.most else 0.0
        is_wait = self.view.color_by != "cases"
        if (is_wait and not self.result.has_starts) or part < 0.05:
            return {"width": width, "color": CONTEXT}
        return {
            "width": width,
            "color": (WAITING if is_wait else WORKING) + SHADES[min(4, math.floor(part * 5))],
        }

    def _words_color(self, row: Any) -> str:
        return WAITING if self._line(row)["color"].startswith(WAITING) else MUTED

    def _straight(self, row: Any) -> None:
        top, bottom = self.y[row.before] + BOX_H / 2, self.y[row.activity] - BOX_H / 2
        line, x, y = self._line(row), self.middle, (top + bottom) / 2
        self.figure.add_shape(type="line", x0=x, x1=x, y0=top, y1=bottom - 4, line=line, layer="below")
        self._tip(x, bottom - 5, "triangle-down", line)
        layout.label(
            self.figure, numbers.hours(row.wait_h), x, y, dx=12, size=TINY, color=self._words_color(row)
        )
        self._hover(x, y, _said(row), 14, (row.before, row.activity))

    def _arcs(self, rows: list[Any], out: int) -> None:
        """Arcs at the left (out −1) or right (1), the wider ones further out, each with cases and wait."""
        taken: list[float] = []
        edge = self.left if out < 0 else self.right
        for depth, row in enumerate(rows):
            from_y, to_y = self.y[row.before], self.y[row.activity]
            if row.span == 0:
                from_y, to_y = from_y + 10, to_y - 10
            reach = (6 if row.span == 0 else 9 + 4 * depth) * out
            line = self._line(row)
            self.figure.add_shape(
                type="path", line=line, layer="below",
                path=f"M {edge},{from_y} C {edge + reach},{from_y} {edge + reach},{to_y} {edge},{to_y}",
            )  # fmt: skip
            self._tip(edge + out, to_y, "triangle-right" if out < 0 else "triangle-left", line)
            y = (from_y + to_y) / 2
            while any(abs(y - other) < 30 for other in taken):
                y += 6
            taken.append(y)
            is_again = out < 0 and 2 * row.n_again_cases >= row.n_cases
            cases = words.cases_again(row.n_again_cases) if is_again else words.n_cases(row.n_cases)
            wait = f"<span style='color:{self._words_color(row)}'>{numbers.hours(row.wait_h)}</span>"
            x = edge + 0.75 * reach
            layout.label(
                self.figure,
                f"{cases}<br>{wait}",
                x,
                y,
                anchor="right" if out < 0 else "left",
                dx=8 * out,
                size=TINY,
                on_page=True,
            )
            self._hover(x, (from_y + to_y) / 2, _said(row), 16, (row.before, row.activity))

    def _box(self, row: Any) -> None:
        y = self.y[row.activity]
        self.figure.add_shape(
            type="rect", x0=self.left, x1=self.right, y0=y - BOX_H / 2, y1=y + BOX_H / 2, fillcolor=PAGE,
            layer="above", line=self._border(row.activity),
        )  # fmt: skip
        lines = words.wrapped(words.step(row.activity), int(LETTERS * (self.right - self.left) / 38))
        is_one = len(lines) == 1
        layout.label(
            self.figure, "<br>".join(f"<b>{line}</b>" for line in lines), self.middle, y - 8 * is_one,
            anchor="center", size=layout.SIZE if is_one else layout.SMALL,
        )  # fmt: skip
        if is_one:
            cases = words.n_cases(row.n_cases)
            layout.label(self.figure, cases, self.middle, y + 9, anchor="center", color=MUTED, size=TINY)
        work = "" if math.isnan(row.work_h) else f"<br>{_('worked on')}: {numbers.hours(row.work_h)}"
        self._hover(self.middle, y, f"<b>{row.activity}</b><br>{_times(row)}{work}", 30, ("", row.activity))

    def _border(self, activity: str) -> dict[str, Any]:
        if not self.view.path:
            return {"color": WORKING, "width": 1.2}
        is_on = activity in self.view.path
        return {"color": INK if is_on else CONTEXT, "width": 2.0 if is_on else 1.0}

    def _bars(self, row: Any) -> None:
        y, is_split = self.y[row.activity], self.result.has_starts
        bars = [("wait_case_h", WAITING, y - 9), ("work_case_h", WORKING, y + 9)]
        for name, color, at in bars if is_split else [("wait_case_h", NEUTRAL, y)]:
            value, low, high = (float(getattr(row, f"{name}{end}")) for end in ("", "_low", "_high"))
            if value < 0.005:
                continue
            self.figure.add_bar(
                x=[value], y=[at], width=BAR_H, orientation="h", marker={"color": color}, xaxis="x2",
                hovertemplate=f"{row.activity}: {numbers.hours(value)}<extra></extra>",
                unselected={"marker": {"opacity": 1}},
            )  # fmt: skip
            text = numbers.hours(value) + ("" if math.isnan(low) else f" ({numbers.spread(low, high, 'h')})")
            layout.label(self.figure, text, value, at, xref="x2", dx=6, size=layout.SMALL)

    def _column_names(self) -> None:
        waiting, working = _("waiting before"), _("working")
        names = [(waiting, WAITING, 0), (working, WORKING, 22 + 7 * words.width(waiting))]
        for name, color, dx in (
            names if self.result.has_starts else [(_("since the step before"), NEUTRAL, 0)]
        ):
            layout.label(self.figure, f"<b>{name}</b>", BARS[0], 12, xref="paper", color=color, dx=dx)

    def _tip(self, x: float, y: float, symbol: str, line: dict[str, Any]) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", hoverinfo="skip",
            marker={"symbol": symbol, "size": 7 + line["width"], "color": line["color"]},
            unselected={"marker": {"opacity": 1}},
        )  # fmt: skip

    def _hover(self, x: float, y: float, text: str, size: int, what: Pair) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", marker={"size": size, "opacity": 0}, customdata=[what],
            selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
            hovertemplate=f"{text}<extra></extra>",
        )  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())


def _times(row: Any) -> str:
    return _("{n} times in {cases} cases").format(n=numbers.count(row.n), cases=numbers.count(row.n_cases))


def _said(row: Any) -> str:
    interval = "" if math.isnan(row.low) else f" ({numbers.spread(row.low, row.high, 'h')})"
    name = words.pair(row.before, row.activity)
    return f"<b>{name}</b><br>{_times(row)}<br>{numbers.hours(row.wait_h)}{interval}"
