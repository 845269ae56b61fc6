"""The plan of a process map: boxes, lines and labels in pixels, none upon another; nothing is drawn here.

The map is laid out for the narrowest page it must be read on and stretched sideways on wider ones, where letters keep
their size: what is apart there stays apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.charts import map_routes
from analytics.charts.letters import filled, pieces, px, wrap
from analytics.charts.map_places import Cell, Link, Step, cells, main_flow
from analytics.charts.map_routes import Point, Wire

WIDTH, MOST_COLUMNS, MOST_LINES = 856.0, 8, 4
NAME, TINY, LINE_H, LABEL_H = 12, 11, 14.5, 14.0
# Free pixels beside the letters of a box, above and below them, beside a straight line's label, at the map's sides.
PAD_X, PAD_Y, PAD_GAP, MARGIN, MOST_BOX = 3.5, 7.0, 3.0, 8.0, 170.0
Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Box:
    """A step's box around (x, y), its name in lines that fit, in letters of that size."""

    step: Step
    x: float
    y: float
    w: float
    h: float
    lines: tuple[str, ...]
    size: int

    @property
    def rect(self) -> Rect:
        return self.x - self.w / 2, self.y - self.h / 2, self.x + self.w / 2, self.y + self.h / 2


@dataclass(frozen=True)
class Label:
    """Words around (x, y)."""

    text: str
    x: float
    y: float
    w: float

    @property
    def rect(self) -> Rect:
        return self.x - self.w / 2, self.y - LABEL_H / 2, self.x + self.w / 2, self.y + LABEL_H / 2


@dataclass(frozen=True)
class Route:
    """A line through its points, level and upright by turns; no labels where there was no room."""

    link: Link
    points: tuple[Point, ...]
    labels: tuple[Label, ...] = ()

    @property
    def pieces(self) -> tuple[tuple[Point, Point], ...]:
        return tuple(zip(self.points, self.points[1:], strict=False))


@dataclass(frozen=True)
class Plan:
    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]

    @property
    def n_silent(self) -> int:
        """Lines whose figures found no room."""
        return sum(not route.labels for route in self.routes)


def plan(steps: Sequence[Step], links: Sequence[Link]) -> Plan:
    """The map of the steps and their lines, as wide as WIDTH and as high as it takes."""
    if not steps:
        return Plan(WIDTH, 1.0, (), ())
    flow = main_flow(steps, links)
    short = [replace(link, amount=link.short) for link in links]
    # Smaller names, and figures without their unit, where that lets all of the flow stand in one row.
    tried = [(size, shown) for shown in (links, short) for size in (NAME, TINY)]
    size, links = next((t for t in tried if len(flow) <= _fitting(steps, *t)), tried[0])
    gap = _gap(links)
    # Where the flow goes on in a second row, lines pass rows at the sides too, and half a gap is kept there.
    has_sides = len(flow) > _fitting(steps, size, links)
    cell_of = cells(flow, steps, links, max(_fitting(steps, size, links, has_sides=has_sides), 2))
    n_columns = max(cell.column for cell in cell_of.values()) + 1
    margin = MARGIN if has_sides else MARGIN - gap / 2
    pitch = (WIDTH - 2 * margin) / n_columns
    box_w = min(pitch - gap, MOST_BOX)

    def middle(column: int) -> float:
        return margin + pitch * (column + 0.5)

    wires = map_routes.wires(links, cell_of, middle, box_w, lambda link: px(_both(link), TINY), has_sides)
    boxes, height = _stack(steps, cell_of, wires, middle, box_w, size)
    routes = [_route(wire, boxes) for wire in wires]
    return Plan(WIDTH, height, tuple(boxes.values()), tuple(_labelled(routes, list(boxes.values()))))


def _gap(links: Sequence[Link]) -> float:
    """Room between two boxes for the figures of a straight line, one above it, one below."""
    return max([px(text, TINY) for x in links for text in (x.count, x.amount)], default=24.0) + 2 * PAD_GAP


def _fitting(steps: Sequence[Step], size: int, links: Sequence[Link], *, has_sides: bool = False) -> int:
    """How many columns of boxes with names of that size fit side by side."""
    letters = max(max(_least_px(s, size), *(px(note, TINY) for note in (*s.notes, ""))) for s in steps)
    gap = _gap(links)
    return min(MOST_COLUMNS, int((WIDTH - 2 * MARGIN + gap * (not has_sides)) // (letters + 2 * PAD_X + gap)))


def _both(link: Link) -> str:
    return f"{link.count} · {link.amount}"


def _stack(
    steps: Sequence[Step], cell_of: dict[str, Cell], wires: list[Wire], middle: Callable[[int], float], box_w: float,
    size: int,
) -> tuple[dict[str, Box], float]:  # fmt: skip
    """The rows one below the other with the lanes between them; the legs of the wires get their y."""
    n_rows = max(cell.row for cell in cell_of.values()) + 1
    lines = {s.name: wrap(s.said, box_w - 2 * PAD_X, size, MOST_LINES) for s in steps}
    heights = [0.0] * n_rows
    for step in steps:
        n_lines = len(lines[step.name]) + len(step.notes)
        row = cell_of[step.name].row
        heights[row] = max(heights[row], LINE_H * n_lines + 2 * PAD_Y)
    y, tops = 0.0, []
    channels = map_routes.channels(wires, n_rows)
    for row, channel in enumerate(channels):
        for wire in wires:
            for leg in wire.legs:
                leg.y += y if leg.channel == row else 0.0
        y += channel
        if row < n_rows:
            tops.append(y)
            y += heights[row]
    boxes = {}
    for step in steps:
        cell = cell_of[step.name]
        h = heights[cell.row]
        y_middle = tops[cell.row] + h / 2
        boxes[step.name] = Box(step, middle(cell.column), y_middle, box_w, h, tuple(lines[step.name]), size)
    return boxes, y


def _route(wire: Wire, boxes: dict[str, Box]) -> Route:
    a, b = (boxes[name] for name in wire.link.pair)
    if not wire.legs:
        return Route(wire.link, ((a.x + a.w / 2, a.y), (b.x - b.w / 2, b.y)))
    x, points = wire.x0, [(wire.x0, a.y - a.h / 2 if wire.start == "top" else a.y + a.h / 2)]
    for number, leg in enumerate(wire.legs):
        points.append((x, leg.y))
        x = wire.reach(number)[1]
        points.append((x, leg.y))
    points.append((x, b.y - b.h / 2 if wire.end == "top" else b.y + b.h / 2))
    return Route(wire.link, tuple(points))


def _labelled(routes: list[Route], boxes: list[Box]) -> list[Route]:
    """Each line's figures on it or close to it where they meet nothing else: marked lines first, then by cases."""
    pieces = np.array([(*_around(p), i) for i, r in enumerate(routes) for p in r.pieces]).reshape(-1, 5)
    taken: list[Rect] = [box.rect for box in boxes]
    found = list(routes)
    for i in sorted(range(len(routes)), key=lambda i: (not routes[i].link.is_marked, -routes[i].link.n)):
        others = pieces[pieces[:, 4] != i, :4]
        for labels in _candidates(routes[i]):
            if all(_is_free(label.rect, np.vstack([others, np.array(taken)])) for label in labels):
                found[i] = replace(routes[i], labels=labels)
                taken += [label.rect for label in labels]
                break
    return found


def _candidates(route: Route) -> list[tuple[Label, ...]]:
    """Where a line's figures may stand, the best place first."""
    link = route.link
    (x0, y0), (x1, _y1) = route.points[0], route.points[-1]
    if len(route.points) == 2:
        x = (x0 + x1) / 2 - 2
        over, under = (
            Label(text, x, y0 + dy, px(text, TINY)) for text, dy in ((link.count, -11), (link.amount, 11))
        )
        return [(over, under), (under,)]
    text = _both(link)
    w = px(text, TINY)
    levels = sorted(
        ((a, b) for a, b in route.pieces if a[1] == b[1] and a[0] != b[0]), key=lambda p: -abs(p[1][0] - p[0][0])
    )  # fmt: skip
    if link.before == link.activity:
        (xa, y), (xb, _y) = levels[0]
        return [(Label(text, (xa + xb) / 2, y - 10, w),)]
    found = []
    for (xa, y), (xb, _y) in levels:
        half = w / 2 + 10
        for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9):
            x = xa + part * (xb - xa)
            if min(xa, xb) + half <= x <= max(xa, xb) - half:
                found.append((Label(text, x, y, w),))
    for (x, ya), (_x, yb) in sorted(
        ((a, b) for a, b in route.pieces if a[0] == b[0]), key=lambda p: -abs(p[1][1] - p[0][1])
    ):
        if abs(yb - ya) >= LABEL_H + 4:
            for part in (0.5, 0.35, 0.65):
                y = ya + part * (yb - ya)
                found += [(Label(text, x + side * (w / 2 + 6), y, w),) for side in (1, -1)]
    return [f for f in found if w / 2 <= f[0].x <= WIDTH - w / 2]


def _around(piece: tuple[Point, Point], air: float = 2.5) -> Rect:
    (xa, ya), (xb, yb) = piece
    return min(xa, xb) - air, min(ya, yb) - air, max(xa, xb) + air, max(ya, yb) + air


def _is_free(rect: Rect, others: NDArray[np.float64]) -> bool:
    x0, y0, x1, y1 = rect
    meets = (others[:, 0] < x1) & (others[:, 2] > x0) & (others[:, 1] < y1) & (others[:, 3] > y0)
    return not meets.any()


def _least_px(step: Step, size: int) -> float:
    """What the name needs: its widest word, and no more than MOST_LINES lines."""
    least = max((px(piece.strip(), size, is_bold=True) for piece in pieces(step.said)), default=0.0)
    while least < MOST_BOX - 2 * PAD_X and len(filled(step.said, least, size)) > MOST_LINES:
        least += 3
    return min(least, MOST_BOX - 2 * PAD_X)
