"""A process as it is and as it would be: two lanes of the same steps at the same places, one above the other.

Steps run from left to right in the order in which cases mostly do them. Straight arrows lead to the next step, arcs
above go back, arcs below pass steps over. Lines are as thick as cases are many and orange where cases wait for the
staff. In the lower lane steps that change have a strong border and a word, those left out a dashed one.
"""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.language import _
from analytics.redesign.result import Forecast, ProcessDetail
from analytics.words import bottlenecks as step_words
from analytics.words import changes, numbers, process_forecast

MOST_STEPS = 10
# A hand-over in fewer cases than this is not drawn.
LEAST_PER_CASE = 0.02
# Vertical pixels of a lane; horizontally a step is one unit wide.
NAME_H, ARC_H, BOX_H, BELOW_H, SKIP_H = 24, 46, 46, 40, 34
HALF_BOX = 0.35
TINY = 11
# From this share of the longest wait for the staff on, a line is orange.
LONG = 0.2


@dataclass(frozen=True)
class _Edge:
    before: int
    after: int
    n: float
    wait_h: float
    for_staff_h: float


@layout.at_once
def before_after(forecast: Forecast) -> go.Figure:
    """Both lanes; without measures the process as it is. Steps are units of x, y pixels from the top."""
    detail = forecast.process
    assert detail is not None
    sides = ("before",) if changes.is_status_quo(forecast) else ("before", "after")
    steps = drawn(detail)
    longest = max([e.for_staff_h for side in sides for e in _edges(detail, steps, side)], default=0.0)
    heights = [_height(_edges(detail, steps, side)) for side in sides]
    figure = layout.base(round(sum(heights)), top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [0, max(len(steps), 1)], "visible": False},
        yaxis={"range": [sum(heights, 0.0), 0], "visible": False},
    )
    top = 0.0
    for side, height in zip(sides, heights, strict=True):
        name = "" if len(sides) == 1 else _("As is") if side == "before" else _("To be")
        layout.label(figure, f"<b>{name}</b>", 0, top + NAME_H / 2, xref="paper")
        _Lane(figure, detail, steps, side, top, longest).draw()
        top += height
    return figure


def drawn(detail: ProcessDetail) -> pd.DataFrame:
    """The steps that the map shows: those that change, and the most frequent others."""
    steps = detail.steps.assign(n=detail.steps[["n_per_case_before", "n_per_case_after"]].max(axis=1))
    changed = steps[steps["change"] != "same"]
    others = steps[steps["change"] == "same"].nlargest(max(MOST_STEPS - len(changed), 0), "n")
    return pd.concat([changed, others]).sort_values("place", ignore_index=True)


def _edges(detail: ProcessDetail, steps: pd.DataFrame, side: str) -> list[_Edge]:
    place = {activity: i for i, activity in enumerate(steps["activity"])}
    own = dict(zip(steps["activity"], steps[f"own_{side}_h"].fillna(0.0), strict=True))
    groups = [set(group) for group in detail.parallel] if side == "after" else []
    found = []
    for row in detail.edges.to_dict("records"):
        a, b, n = row["before"], row["activity"], float(row[f"n_per_case_{side}"])
        if a not in place or b not in place or n < LEAST_PER_CASE:
            continue
        if any(a in group and b in group for group in groups):
            continue  # done side by side: neither comes first
        wait = float(row[f"wait_{side}_h"])
        found.append(_Edge(place[a], place[b], n, wait, max(0.0, wait - own[b])))
    return found


def _height(edges: list[_Edge]) -> float:
    back = any(e.after <= e.before for e in edges)
    skips = any(e.after > e.before + 1 for e in edges)
    return NAME_H + (ARC_H if back else 8) + BOX_H + BELOW_H + (SKIP_H if skips else 8)


class _Lane:
    """One side of the change."""

    def __init__(
        self,
        figure: go.Figure,
        detail: ProcessDetail,
        steps: pd.DataFrame,
        side: str,
        top: float,
        longest: float,
    ) -> None:
        self.figure, self.detail, self.steps, self.side = figure, detail, steps, side
        self.longest = longest
        self.edges = _edges(detail, steps, side)
        has_back = any(e.after <= e.before for e in self.edges)
        self.box_top = top + NAME_H + (ARC_H if has_back else 8)
        self.middle = self.box_top + BOX_H / 2
        self.bottom = self.box_top + BOX_H
        self.letters = 11 if len(steps) > 6 else 16
        self.group_of = self._places_of_groups() if side == "after" else {}

    def draw(self) -> None:
        for group in {tuple(group) for group in self.group_of.values()}:
            self._bracket(group)
        taken: set[tuple[int, int]] = set()
        for edge in self.edges:
            a, b = self._ends(edge)
            if (a, b) in taken:
                continue
            taken.add((a, b))
            if b == a + 1:
                self._straight(edge, a, b)
            else:
                self._arc(edge, a, b)
        for i, row in enumerate(self.steps.to_dict("records")):
            self._box(i, row)

    def _places_of_groups(self) -> dict[int, list[int]]:
        """Place of a step -> places of those done side by side with it, where they stand next to each other."""
        found: dict[int, list[int]] = {}
        names = self.steps["activity"].tolist()
        for group in self.detail.parallel:
            places = sorted(names.index(a) for a in group if a in names)
            if len(places) > 1 and places[-1] - places[0] == len(places) - 1:
                found |= dict.fromkeys(places, places)
        return found

    def _ends(self, edge: _Edge) -> tuple[int, int]:
        """A hand-over to or from steps side by side meets the group's edge."""
        a, b = edge.before, edge.after
        if a < b:
            a, b = self.group_of.get(a, [a])[-1], self.group_of.get(b, [b])[0]
        return a, b

    def _line(self, edge: _Edge) -> dict[str, Any]:
        is_long = self.longest > 0.05 and edge.for_staff_h >= LONG * self.longest
        return {"width": 1.5 + 3.5 * min(edge.n, 1.0), "color": WAITING if is_long else CONTEXT}

    def _straight(self, edge: _Edge, a: int, b: int) -> None:
        line, left, right = self._line(edge), a + 0.5 + HALF_BOX, b + 0.5 - HALF_BOX
        self.figure.add_shape(
            type="line", x0=left, x1=right - 0.03, y0=self.middle, y1=self.middle, line=line, layer="below"
        )
        self._tip(right - 0.05, self.middle, "triangle-right", line)
        color = WAITING if line["color"] == WAITING else MUTED
        layout.label(
            self.figure, numbers.hours(edge.wait_h), (left + right) / 2, self.middle, anchor="center", dy=13, size=TINY,
            color=color,
        )  # fmt: skip
        self._hover(edge, (left + right) / 2, self.middle)

    def _arc(self, edge: _Edge, a: int, b: int) -> None:
        """Above, back to a step; below, past steps."""
        is_back = b <= a
        line = self._line(edge)
        shift = 0.12 if a == b else 0.0
        x0, x1 = a + 0.5 - 0.15 + shift, b + 0.5 + (0.15 if is_back else -0.15)
        if not is_back:
            x0 = a + 0.5 + 0.15
        edge_y = self.box_top if is_back else self.bottom
        reach = edge_y + ((-ARC_H - 6) if is_back else (BELOW_H + SKIP_H + 8))
        self.figure.add_shape(
            type="path",
            line=line,
            layer="below",
            path=f"M {x0},{edge_y} C {x0},{reach} {x1},{reach} {x1},{edge_y}",
        )
        self._tip(x1, edge_y + (-3 if is_back else 3), "triangle-down" if is_back else "triangle-up", line)
        y = edge_y + 0.75 * (reach - edge_y) + (-9 if is_back else 8)
        color = WAITING if line["color"] == WAITING else MUTED
        text = f"{numbers.share(edge.n)} · {numbers.hours(edge.wait_h)}"
        layout.label(
            self.figure, text, (x0 + x1) / 2, y, anchor="center", size=TINY, color=color, on_page=True
        )
        self._hover(edge, (x0 + x1) / 2, y)

    def _box(self, i: int, row: Any) -> None:
        n = row[f"n_per_case_{self.side}"]
        is_gone = not n
        mark = process_forecast.step_mark(self.detail, row["activity"]) if self.side == "after" else ""
        line: dict[str, Any] = {"color": WORKING, "width": 1.2}
        if is_gone:
            line = {"color": NEUTRAL, "width": 1.2, "dash": "dash"}
        elif mark:
            line = {"color": AFTER, "width": 2.4}
        x = i + 0.5
        self.figure.add_shape(
            type="rect", x0=x - HALF_BOX, x1=x + HALF_BOX, y0=self.box_top, y1=self.bottom, fillcolor=PAGE, line=line,
            layer="above",
        )  # fmt: skip
        ink = MUTED if is_gone else INK
        name = "<br>".join(step_words.wrapped(step_words.step(row["activity"]), self.letters))
        layout.label(
            self.figure, f"<b>{name}</b>", x, self.middle, anchor="center", size=layout.SMALL, color=ink
        )
        figures = "" if is_gone else _figures(row, self.side)
        if figures:
            layout.label(
                self.figure,
                figures,
                x,
                self.bottom + 11,
                anchor="center",
                size=TINY,
                color=MUTED,
                on_page=True,
            )
        if mark:
            color = NEUTRAL if is_gone else AFTER
            layout.label(
                self.figure, f"<b>{mark}</b>", x, self.bottom + (11 if is_gone else 27), anchor="center", size=TINY,
                color=color, on_page=True,
            )  # fmt: skip
        role = row[f"role_{self.side}"]
        hover = f"<b>{row['activity']}</b>" + (f"<br>{role}" if role else "")
        self.figure.add_scatter(
            x=[x], y=[self.middle], mode="markers", marker={"size": 34, "opacity": 0}, name=f"{row['activity']} {self.side}",
            hovertemplate=f"{hover}<extra></extra>",
        )  # fmt: skip

    def _bracket(self, group: tuple[int, ...]) -> None:
        """A frame around steps that are begun together."""
        self.figure.add_shape(
            type="rect", x0=group[0] + 0.5 - HALF_BOX - 0.03, x1=group[-1] + 0.5 + HALF_BOX + 0.03,
            y0=self.box_top - 7, y1=self.bottom + 7, fillcolor=AFTER + "14", line={"color": AFTER, "width": 1, "dash": "dot"},
            layer="below",
        )  # fmt: skip

    def _tip(self, x: float, y: float, symbol: str, line: dict[str, Any]) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", hoverinfo="skip",
            marker={"symbol": symbol, "size": 6 + line["width"], "color": line["color"]},
        )  # fmt: skip

    def _hover(self, edge: _Edge, x: float, y: float) -> None:
        names = self.steps["activity"]
        text = f"{names[edge.before]} → {names[edge.after]}<br>{numbers.share(edge.n)}, {numbers.hours(edge.wait_h)}"
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", marker={"size": 16, "opacity": 0},
            hovertemplate=f"{text}<extra></extra>", name=f"{names[edge.before]} → {names[edge.after]} {self.side}",
        )  # fmt: skip


def _figures(row: Any, side: str) -> str:
    times = process_forecast.times_per_case(row[f"n_per_case_{side}"])
    work = row[f"work_{side}_min"]
    return times if math.isnan(work) else f"{times} · {numbers.minutes(work)}"
