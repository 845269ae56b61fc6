"""A process as it is and as it would be: two lanes of the same steps at the same places, one above the other.

Steps run from left to right in the order in which cases mostly do them. Straight arrows lead to the next step, lines
above go back, lines below pass steps over. Lines are as thick as cases are many and orange where cases wait long for
the staff. In the lower lane steps that change have a strong border and a word, those left out a dashed one.
"""

from typing import Any

import plotly.graph_objects as go

from analytics.charts import layout
from analytics.charts.flow import Arrow, Box, Lane, lanes
from analytics.charts.letters import pieces, px, wrap
from analytics.charts.map_layout import WIDTH
from analytics.charts.process_map import CORNER
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.redesign.result import Forecast
from analytics.words import bottlenecks as step_words

# Vertical pixels of a lane; horizontally a step is one unit wide.
NAME_H, BOX_H, BELOW_H = 24, 52, 40
# The first lane of lines above or below the boxes, and each further one.
FIRST_LANE, LANE = 20, 20
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


def _room(lane: Lane, *, is_back: bool) -> int:
    """Pixels that those lines take."""
    n = lane.n_levels(is_back=is_back)
    return FIRST_LANE + LANE * (n - 1) + 12 if n else 8


def _height(lane: Lane) -> int:
    return NAME_H + _room(lane, is_back=True) + BOX_H + BELOW_H + _room(lane, is_back=False)


class _Drawing:
    """One lane while it is drawn."""

    def __init__(self, figure: go.Figure, lane: Lane, top: int) -> None:
        self.figure, self.lane = figure, lane
        self.levels = lane.levels(is_back=True) | lane.levels(is_back=False)
        self.box_top = top + NAME_H + _room(lane, is_back=True)
        self.middle = self.box_top + BOX_H / 2
        self.bottom = self.box_top + BOX_H
        self.box_px = 2 * HALF_BOX * WIDTH / max(len(lane.boxes), 1) - 6

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
        is_loop = arrow.start == arrow.end
        x0 = arrow.start + 0.5 + (-0.12 if is_loop else self._aside(arrow.start, out))
        x1 = arrow.end + 0.5 + (0.12 if is_loop else -self._aside(arrow.end, out))
        edge = self.box_top if arrow.is_back else self.bottom
        # A loop keeps lower, its figures above it; lines past steps keep below the figures of the boxes.
        away = (
            12 if is_loop else FIRST_LANE + LANE * self.levels[arrow] + (0 if arrow.is_back else BELOW_H - 8)
        )
        y = edge + out * away
        corner = CORNER * len(self.lane.boxes) / WIDTH
        self.figure.add_shape(
            type="path", line=line, layer="below",
            path=layout.rounded([(x0, edge), (x0, y), (x1, y), (x1, edge + 5 * out)], corner, CORNER),
        )  # fmt: skip
        self._tip(x1, edge + 5 * out, "triangle-down" if arrow.is_back else "triangle-up", line)
        x = (x0 + x1) / 2
        layout.label(
            self.figure, arrow.text, x, y - 12 * is_loop, anchor="center", size=TINY, color=_ink(arrow),
            on_page=not is_loop,
        )  # fmt: skip
        self._hover(arrow, x, y)

    def _aside(self, place: int, out: int) -> float:
        """Where an arc leaves a box or, mirrored, comes to it: near the middle, or around the loop of the step."""
        has_loop = out < 0 and any(a.start == a.end == place for a in self.lane.arrows)
        return 0.3 if has_loop else 0.08 * out

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
        said = step_words.step(box.activity)
        longest = max(px(piece.strip(), layout.SMALL, is_bold=True) for piece in pieces(said))
        size = layout.SMALL if longest <= self.box_px else TINY
        name = "<br>".join(wrap(said, self.box_px, size, 3))
        ink = MUTED if box.look == "gone" else INK
        layout.label(self.figure, f"<b>{name}</b>", x, self.middle, anchor="center", size=size, color=ink)
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
