"""A process as it runs, drawn without any layout program: steps one below the other, hours of a case beside them.

Steps stand in the order of their median position. Straight lines lead to the next step, arcs at the right skip
steps, arcs at the left go back; a line is as thick as cases are many and the more orange the longer they wait.
"""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import CONTEXT, MUTED, NEUTRAL, PAGE, WAITING, WORKING
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


def process_map(result: Bottlenecks) -> go.Figure:
    """Left the map (no unit), right hours per case by step on x2 from 0: waited before it, worked on it."""
    return _Map(result).figure


def left_out(result: Bottlenecks) -> int:
    """How many of the rarest steps the map does not show."""
    return len(result.activities) - len(_drawn(result))


def _drawn(result: Bottlenecks) -> pd.DataFrame:
    frequent = result.activities[result.activities["n_cases"] >= LEAST_SHARE * result.n_cases]
    return frequent.loc[sorted(frequent["n_cases"].nlargest(MOST_STEPS).index)]


class _Map:
    """The figure while it is drawn: where the boxes stand, which lines are shown, how thick and how orange."""

    def __init__(self, result: Bottlenecks) -> None:
        self.result = result
        steps = _drawn(result)
        self.y = {str(name): TOP + PITCH * (i + 0.5) for i, name in enumerate(steps["activity"])}
        onward, back, skips = self._lines()
        self.most_cases = max([row.n_cases for row in onward + back + skips], default=1)
        self.longest_h = max([row.wait_h for row in onward + back + skips], default=0.0)
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
        frequent = rows[rows["n_cases"] >= LEAST_SHARE * self.result.n_cases]
        back = (
            frequent[frequent["span"] <= 0]
            .nlargest(MOST_BACK, "n_cases")
            .sort_values("span", ascending=False)
        )
        skips = frequent[frequent["span"] > 1].nlargest(MOST_SKIPS, "n_cases").sort_values("span")
        return _rows(rows[rows["span"] == 1]), _rows(back), _rows(skips)

    def _line(self, row: Any) -> dict[str, Any]:
        """Thickness by cases, orange by the wait in five steps; grey where nothing waits or that is not known."""
        width = 1.5 + 5.5 * row.n_cases / self.most_cases
        part = row.wait_h / self.longest_h if self.longest_h else 0.0
        if not self.result.has_starts or part < 0.05:
            return {"width": width, "color": CONTEXT}
        return {"width": width, "color": WAITING + SHADES[min(4, math.floor(part * 5))]}

    def _words_color(self, row: Any) -> str:
        return MUTED if self._line(row)["color"] == CONTEXT else WAITING

    def _straight(self, row: Any) -> None:
        top, bottom = self.y[row.before] + BOX_H / 2, self.y[row.activity] - BOX_H / 2
        line, x, y = self._line(row), self.middle, (top + bottom) / 2
        self.figure.add_shape(type="line", x0=x, x1=x, y0=top, y1=bottom - 4, line=line, layer="below")
        self._tip(x, bottom - 5, "triangle-down", line)
        layout.label(
            self.figure, numbers.hours(row.wait_h), x, y, dx=12, size=TINY, color=self._words_color(row)
        )
        self._hover(x, y, _said(row), 14)

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
            self._hover(x, (from_y + to_y) / 2, _said(row), 16)

    def _box(self, row: Any) -> None:
        y = self.y[row.activity]
        self.figure.add_shape(
            type="rect", x0=self.left, x1=self.right, y0=y - BOX_H / 2, y1=y + BOX_H / 2, fillcolor=PAGE,
            layer="above", line={"color": WORKING, "width": 1.2},
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
        self._hover(self.middle, y, f"<b>{row.activity}</b><br>{_times(row)}{work}", 30)

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
        )  # fmt: skip

    def _hover(self, x: float, y: float, text: str, size: int) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", marker={"size": size, "opacity": 0},
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
