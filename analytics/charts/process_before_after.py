"""A process as it is and as it would be: two lanes of the same steps at the same places, one above the other.

Steps run from left to right in the order in which cases mostly do them. Straight arrows lead to the next step, arcs
above go back, arcs below pass steps over. Lines are as thick as cases are many and orange where cases wait long for
the staff. In the lower lane steps that change have a strong border and a word, those left out a dashed one.
"""

from typing import Any

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.flow import Arrow, Box, Lane, lanes
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.redesign.result import Forecast
from analytics.words import bottlenecks as step_words

# Vertical pixels of a lane; horizontally a step is one unit wide.
NAME_H, ARC_H, BOX_H, BELOW_H, SKIP_H = 24, 52, 46, 40, 46
HALF_BOX = 0.35
TINY = 11


def before_after(forecast: Forecast) -> go.Figure:
    """Both lanes; without measures the process as it is. Steps are units of x, y pixels from the top."""
    return draw(lanes(forecast))


@layout.at_once
def draw(shown: tuple[Lane, ...]) -> go.Figure:
    """The lanes one below the other."""
    heights = [_height(lane) for lane in shown]
    total = sum(heights)
    figure = layout.base(total, top=0, bottom=0)
    figure.update_layout(
        xaxis={"range": [0, max(len(shown[0].boxes), 1)], "visible": False},
        yaxis={"range": [total, 0], "visible": False},
    )
    top = 0
    for lane, height in zip(shown, heights, strict=True):
        layout.label(figure, f"<b>{lane.title}</b>", 0, top + NAME_H / 2, xref="paper")
        _Drawing(figure, lane, top).draw()
        top += height
    return figure


def _height(lane: Lane) -> int:
    back = any(arrow.is_back for arrow in lane.arrows)
    skips = any(not arrow.is_back and not arrow.is_straight for arrow in lane.arrows)
    return NAME_H + (ARC_H if back else 8) + BOX_H + BELOW_H + (SKIP_H if skips else 8)


class _Drawing:
    """One lane while it is drawn."""

    def __init__(self, figure: go.Figure, lane: Lane, top: int) -> None:
        self.figure, self.lane = figure, lane
        has_back = any(arrow.is_back for arrow in lane.arrows)
        self.box_top = top + NAME_H + (ARC_H if has_back else 8)
        self.middle = self.box_top + BOX_H / 2
        self.bottom = self.box_top + BOX_H
        self.letters = 11 if len(lane.boxes) > 6 else 16

    def draw(self) -> None:
        for group in self.lane.groups:
            self._frame(group)
        for arrow in self.lane.arrows:
            if arrow.is_straight:
                self._straight(arrow)
            else:
                self._arc(arrow)
        for place, box in enumerate(self.lane.boxes):
            self._box(place, box)

    def _straight(self, arrow: Arrow) -> None:
        line, left, right = _line(arrow), arrow.start + 0.5 + HALF_BOX, arrow.end + 0.5 - HALF_BOX
        self.figure.add_shape(
            type="line", x0=left, x1=right - 0.03, y0=self.middle, y1=self.middle, line=line, layer="below"
        )
        self._tip(right - 0.05, self.middle, "triangle-right", line)
        x = (left + right) / 2
        layout.label(
            self.figure, arrow.text, x, self.middle, anchor="center", dy=13, size=TINY, color=_ink(arrow)
        )
        self._hover(arrow, x, self.middle)

    def _arc(self, arrow: Arrow) -> None:
        """Above, back to a step; below, past steps."""
        line, out = _line(arrow), -1 if arrow.is_back else 1
        x0 = arrow.start + 0.5 + (0.27 if arrow.start == arrow.end else 0.15 * out)
        x1 = arrow.end + 0.5 - 0.15 * out
        edge = self.box_top if arrow.is_back else self.bottom
        # A step done again at once has a lower arc, so that its figures stay below those of arcs that lead further.
        back = -ARC_H + 22 if arrow.start == arrow.end else -ARC_H
        reach = edge + (back if arrow.is_back else BELOW_H + SKIP_H - 4)
        self.figure.add_shape(
            type="path",
            line=line,
            layer="below",
            path=f"M {x0},{edge} C {x0},{reach} {x1},{reach} {x1},{edge}",
        )
        self._tip(x1, edge + 3 * out, "triangle-down" if arrow.is_back else "triangle-up", line)
        x, y = (x0 + x1) / 2, edge + 0.75 * (reach - edge) + 9 * out
        layout.label(
            self.figure, arrow.text, x, y, anchor="center", size=TINY, color=_ink(arrow), on_page=True
        )
        self._hover(arrow, x, y)

    def _box(self, place: int, box: Box) -> None:
        x = place + 0.5
        border = {
            "same": {"color": WORKING, "width": 1.2},
            "changed": {"color": AFTER, "width": 2.4},
            "gone": {"color": NEUTRAL, "width": 1.2, "dash": "dash"},
        }[box.look]
        self.figure.add_shape(
            type="rect", x0=x - HALF_BOX, x1=x + HALF_BOX, y0=self.box_top, y1=self.bottom, fillcolor=PAGE, line=border,
            layer="above",
        )  # fmt: skip
        name = "<br>".join(step_words.wrapped(step_words.step(box.activity), self.letters))
        ink = MUTED if box.look == "gone" else INK
        layout.label(
            self.figure, f"<b>{name}</b>", x, self.middle, anchor="center", size=layout.SMALL, color=ink
        )
        mark = f"<b>{box.mark}</b>" if box.mark else ""
        below = [(box.figures, MUTED), (mark, NEUTRAL if box.look == "gone" else AFTER)]
        for row, (text, color) in enumerate((text, color) for text, color in below if text):
            layout.label(
                self.figure, text, x, self.bottom + 11 + 16 * row, anchor="center", size=TINY, color=color, on_page=True
            )  # fmt: skip
        self.figure.add_scatter(
            x=[x], y=[self.middle], mode="markers", marker={"size": 34, "opacity": 0}, name=box.activity,
            hovertemplate=f"<b>{box.activity}</b><br>{box.role}<extra></extra>",
        )  # fmt: skip

    def _frame(self, group: tuple[int, ...]) -> None:
        """Around steps that are begun together."""
        self.figure.add_shape(
            type="rect", x0=group[0] + 0.47 - HALF_BOX, x1=group[-1] + 0.53 + HALF_BOX, y0=self.box_top - 7,
            y1=self.bottom + 7, fillcolor=AFTER + "14", line={"color": AFTER, "width": 1, "dash": "dot"}, layer="below",
        )  # fmt: skip

    def _tip(self, x: float, y: float, symbol: str, line: dict[str, Any]) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", hoverinfo="skip",
            marker={"symbol": symbol, "size": 6 + line["width"], "color": line["color"]},
        )  # fmt: skip

    def _hover(self, arrow: Arrow, x: float, y: float) -> None:
        self.figure.add_scatter(
            x=[x], y=[y], mode="markers", marker={"size": 16, "opacity": 0}, name=arrow.hint,
            hovertemplate=f"{arrow.hint}<br>{arrow.text}<extra></extra>",
        )  # fmt: skip


def _line(arrow: Arrow) -> dict[str, Any]:
    return {"width": 1.5 + 3.5 * min(arrow.n, 1.0), "color": WAITING if arrow.is_long else CONTEXT}


def _ink(arrow: Arrow) -> str:
    return WAITING if arrow.is_long else MUTED
