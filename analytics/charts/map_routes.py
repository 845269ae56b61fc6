"""How the lines of a process map run between its boxes: to the next box straight, else in lanes between the rows.

Lines that go back run above their row, those that skip steps below it; lines to other rows leave below or above.
Each lane and each place at a box belongs to one line. Pixels, y downwards; nothing is drawn here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from analytics.charts.map_places import Cell, Link

LANE, EDGE, LEAST_CHANNEL = 18.0, 14.0, 10.0
# A loop of a step on itself is this wide, and its figures stand above it, in a second lane.
LOOP, BETWEEN, ASIDE = 26.0, 8.0, 7.0
Point = tuple[float, float]
Side = Literal["top", "bottom", "right", "left"]
Kind = Literal["high", "middle", "low"]


@dataclass
class Leg:
    """A piece along a lane: channel r lies above row r; high lanes keep to the row above, low ones to the row below."""

    channel: int
    kind: Kind
    lane: int = 0
    y: float = 0.0


@dataclass
class Wire:
    """A line on its way: where it leaves and enters, its legs, the x at which it passes rows between two legs."""

    link: Link
    start: Side
    end: Side
    legs: list[Leg] = field(default_factory=list)
    passing: list[float] = field(default_factory=list)
    x0: float = 0.0
    x1: float = 0.0

    @property
    def is_loop(self) -> bool:
        return self.link.before == self.link.activity

    def reach(self, number: int) -> tuple[float, float]:
        """Where a leg begins and ends."""
        xs = [self.x0, *self.passing, self.x1]
        return xs[number], xs[number + 1]


def wires(
    links: Sequence[Link],
    cells: Mapping[str, Cell],
    middle: Callable[[int], float],
    box_w: float,
    label_px: Callable[[Link], float],
    has_sides: bool,
) -> list[Wire]:
    """Every line with its sides, places at the boxes and lanes; middle: x of a column; has_sides: lines may pass rows
    outside the first and the last column."""
    n_columns = max(cell.column for cell in cells.values()) + 1
    found = [_wire(link, cells) for link in links]
    _pass_rows(found, cells, [middle(c) for c in range(n_columns)], box_w, has_sides)
    _places_at_boxes(found, cells, middle, box_w, label_px)
    for key in {(leg.channel, leg.kind) for wire in found for leg in wire.legs}:
        _lanes(
            [(w, i) for w in found for i, leg in enumerate(w.legs) if (leg.channel, leg.kind) == key],
            label_px,
        )
    return found


def _wire(link: Link, cells: Mapping[str, Cell]) -> Wire:
    a, b = cells[link.before], cells[link.activity]
    if a.row == b.row:
        if b.column == a.column + 1:
            return Wire(link, "right", "left")
        if b.column <= a.column:
            return Wire(link, "top", "top", [Leg(a.row, "low")])
        return Wire(link, "bottom", "bottom", [Leg(a.row + 1, "high")])
    sides: tuple[Side, Side] = ("bottom", "top") if b.row > a.row else ("top", "bottom")
    first, last = (a.row + 1, b.row) if b.row > a.row else (a.row, b.row + 1)
    return Wire(link, *sides, [Leg(c, "middle") for c in ((first,) if first == last else (first, last))])


def _pass_rows(
    found: list[Wire], cells: Mapping[str, Cell], columns: list[float], box_w: float, has_sides: bool
) -> None:
    """Where a line passes rows it goes through a gap without a straight line, or through an empty cell."""
    pitch = columns[1] - columns[0] if len(columns) > 1 else 2 * columns[0]
    gaps = [columns[0] - pitch / 2, *(x + pitch / 2 for x in columns)]
    # At the map's sides only where it keeps room for that.
    sides = [x for x in (gaps[0], gaps[-1]) if has_sides or len(columns) == 1]
    full = {(cell.row, cell.column) for cell in cells.values()}
    straight = {(cells[w.link.before].row, cells[w.link.before].column + 1) for w in found if not w.legs}
    used: dict[float, list[Wire]] = defaultdict(list)
    for wire in found:
        if len(wire.legs) < 2:
            continue
        ends = [wire.legs[0].channel, wire.legs[1].channel]
        rows = range(min(ends), max(ends))
        x0, x1 = (columns[cells[name].column] for name in wire.link.pair)
        places = [(x, any((row, i) in straight for row in rows)) for i, x in enumerate(gaps)
                  if x in sides or 0 < i < len(columns)]  # fmt: skip
        places += [(x, False) for i, x in enumerate(columns) if not any((row, i) in full for row in rows)]
        x, _hits = min(
            places, key=lambda p: abs(p[0] - x0) + abs(p[0] - x1) + 1e4 * p[1] + 20 * len(used.get(p[0], []))
        )
        used[x].append(wire)
    for x, through in used.items():
        free = (pitch - box_w) / (2 if x in sides else 1)
        aside = min(ASIDE, (free - 6) / len(through))
        inward = (x == gaps[0]) - (x == gaps[-1])
        for i, wire in enumerate(through):
            wire.passing = [x + inward * free / 2 + aside * (i - (len(through) - 1) / 2)]


def _places_at_boxes(
    found: list[Wire],
    cells: Mapping[str, Cell],
    middle: Callable[[int], float],
    box_w: float,
    label_px: Callable[[Link], float],
) -> None:
    """Lines at one side of a box side by side, so that arcs lie within each other and do not cross at the box."""
    at: dict[tuple[str, Side], list[tuple[tuple[float, ...], Wire, bool]]] = defaultdict(list)
    for number, wire in enumerate(found):
        for name, other, side, is_start in (
            (wire.link.before, wire.link.activity, wire.start, True),
            (wire.link.activity, wire.link.before, wire.end, False),
        ):
            if not wire.legs:
                continue
            here = middle(cells[name].column)
            there = middle(cells[other].column)
            if wire.passing:
                there = wire.passing[0]
            away = there - here
            order = (1.0, float(not is_start)) if wire.is_loop else (1.0, 0.5) if abs(away) < 1 else (
                (0.0, abs(away)) if away < 0 else (2.0, -abs(away)))  # fmt: skip
            at[name, side].append(((*order, float(number)), wire, is_start))
    for (name, side), ends in at.items():
        ends.sort(key=lambda end: end[0])
        # Places at the top and at the bottom differ, so that lines of rows above each other do not meet.
        shift = -3.0 if side == "top" else 3.0
        apart = [_apart(a[1], b[1], label_px) for a, b in pairwise(ends)]
        part = min(1.0, (box_w - 12) / max(sum(apart), 1.0))
        for i, (_order, wire, is_start) in enumerate(ends):
            x = middle(cells[name].column) + shift + part * (sum(apart[:i]) - sum(apart) / 2)
            if is_start:
                wire.x0 = x
            else:
                wire.x1 = x


def _apart(wire: Wire, other: Wire, label_px: Callable[[Link], float]) -> float:
    """Pixels between two neighbours at a box: beside a loop there is room for the figures above it."""
    if wire.is_loop == other.is_loop:
        return LOOP
    loop = wire if wire.is_loop else other
    return max(LOOP, (label_px(loop.link) - LOOP) / 2 + BETWEEN)


def _lanes(items: list[tuple[Wire, int]], label_px: Callable[[Link], float]) -> None:
    """A lane for each leg of one channel and kind: free of others there, and outside the arcs that it spans."""
    placed: list[tuple[float, float, int, int]] = []
    for wire, number in sorted(items, key=_first):
        low, high = sorted(wire.reach(number))
        height = 1
        if wire.is_loop:
            height, half = 2, max(label_px(wire.link), LOOP) / 2
            low, high = (low + high) / 2 - half, (low + high) / 2 + half
        lane = 0
        for other_low, other_high, other, other_height in placed:
            if wire.legs[number].kind != "middle" and low < other_low and other_high < high:
                lane = max(lane, other + other_height)
        while any(
            low - BETWEEN < other_high and other_low - BETWEEN < high and lane < other + other_height and other < lane + height
            for other_low, other_high, other, other_height in placed
        ):  # fmt: skip
            lane += 1
        placed.append((low, high, lane, height))
        wire.legs[number].lane = lane


def _first(item: tuple[Wire, int]) -> tuple[float, float]:
    """Arcs: short ones first, close to their row. Between rows: those first whose way down lies further on."""
    wire, number = item
    x0, x1 = wire.reach(number)
    if wire.legs[number].kind != "middle":
        return abs(x1 - x0), x0
    upper, lower = (x0, x1) if wire.start == "bottom" else (x1, x0)
    return (0.0, -upper) if lower > upper else (1.0, upper)


def channels(found: Sequence[Wire], n_rows: int) -> list[float]:
    """The height of each channel, rows + 1 of them; the legs' y are set from its top."""
    heights = []
    for channel in range(n_rows + 1):
        legs = [(wire, leg) for wire in found for leg in wire.legs if leg.channel == channel]
        n = {
            kind: max((leg.lane + 1 + wire.is_loop for wire, leg in legs if leg.kind == kind), default=0)
            for kind in ("high", "middle", "low")
        }
        total = sum(n.values())
        is_inner = 0 < channel < n_rows
        height = 2 * EDGE + LANE * (total - 1) if total else LEAST_CHANNEL + 8 * is_inner
        heights.append(height)
        for _wire_of, leg in legs:
            before = {"high": 0, "middle": n["high"], "low": n["high"] + n["middle"]}[leg.kind]
            lane = n["low"] - 1 - leg.lane if leg.kind == "low" else leg.lane
            leg.y = EDGE + LANE * (before + lane)
    return heights
