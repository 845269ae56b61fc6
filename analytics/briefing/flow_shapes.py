"""Lanes of a process as shapes and connectors that can be edited."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from lxml import etree
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analytics.briefing.native import color
from analytics.briefing.parts import Box, text, without_theme
from analytics.charts import flow
from analytics.charts.letters import px
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.words.bottlenecks import step

# Inches of a lane: its title, the nearest line above with its figures, a box, what stands below it; and, of all lanes
# together, what is left for lines further out, at most so far from each other.
TITLE_H, ARC_H, BOX_H, BELOW_H = 0.12, 0.28, 0.5, 0.44
LEVEL, MOST_H = 0.18, 3.75
NEAREST, LABEL_H = 0.18, 0.17
PART_OF_STEP = 0.68
# Where a line leaves the middle of a box, and how much nearer to it each further one does, in widths of a box.
ASIDE, NEARER, ROUND_LOOP = 0.15, 0.08, 0.3
SMALL_PT, TINY_PT = 10, 9


def height(lanes: Sequence[flow.Lane]) -> float:
    return sum(_height(lane, _level(lanes)) for lane in lanes)


def _height(lane: flow.Lane, level: float) -> float:
    return _above(lane, level) + BOX_H + BELOW_H + level * lane.n_levels(is_back=False)


def _above(lane: flow.Lane, level: float) -> float:
    return TITLE_H + ARC_H + level * max(lane.n_levels(is_back=True) - 1, 0)


def _level(lanes: Sequence[flow.Lane]) -> float:
    """How far lines are from each other, as far as there is room."""
    room = MOST_H - sum(_height(lane, 0) for lane in lanes)
    n = sum(max(lane.n_levels(is_back=True) - 1, 0) + lane.n_levels(is_back=False) for lane in lanes)
    return min(LEVEL, max(room, 0.0) / max(n, 1))


def draw(page: Any, lanes: Sequence[flow.Lane], box: Box) -> None:
    """The lanes one below the other in the box."""
    level, top = _level(lanes), box.top
    for lane in lanes:
        room = Box(box.left, top, box.width, _height(lane, level))
        _lane(page, lane, room, level)
        top += room.height


def _lane(page: Any, lane: flow.Lane, box: Box, level: float) -> None:
    if lane.title:
        text(page, lane.title, Box(box.left, box.top, 2.0, 0.24), 12, bold=True)
    pitch = box.width / len(lane.boxes)
    top = box.top + _above(lane, level)
    places = [
        Box(box.left + pitch * (i + (1 - PART_OF_STEP) / 2), top, pitch * PART_OF_STEP, BOX_H)
        for i in range(len(lane.boxes))
    ]
    for group in lane.groups:
        first, last = places[group[0]], places[group[-1]]
        around = Box(first.left - 0.06, top - 0.08, last.left + last.width - first.left + 0.12, BOX_H + 0.16)
        _rectangle(page, around, AFTER, 1, MSO_LINE.ROUND_DOT)
    levels = lane.levels(is_back=True) | lane.levels(is_back=False)
    for arrow in lane.arrows:
        _arrow(page, arrow, places, levels.get(arrow, 0), level)
    for shown, place in zip(lane.boxes, places, strict=True):
        _box(page, shown, place)


def _box(page: Any, shown: flow.Box, place: Box) -> None:
    look = {
        "same": (WORKING, 1.0, None),
        "changed": (AFTER, 2.25, None),
        "gone": (NEUTRAL, 1.0, MSO_LINE.DASH),
    }
    shape = _rectangle(page, place, *look[shown.look])
    shape.name = step(shown.activity)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Inches(0.03)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _centred(frame, step(shown.activity), SMALL_PT, NEUTRAL if shown.look == "gone" else INK, bold=True)
    ink = NEUTRAL if shown.look == "gone" else AFTER
    lines = [(shown.figures, MUTED, False), (shown.mark, ink, True)]
    for row, (words, tone, bold) in enumerate(line for line in lines if line[0]):
        _label(
            page,
            words,
            place.left + place.width / 2,
            place.bottom + 0.03 + LABEL_H * row,
            tone,
            is_on_line=True,
            bold=bold,
        )


def _arrow(page: Any, arrow: flow.Arrow, places: list[Box], n_inside: int, level: float) -> None:
    """n_inside: the lines that run within this one."""
    first, last = places[arrow.start], places[arrow.end]
    width = Pt(1 + 2 * min(arrow.n, 1.0))
    tone = WAITING if arrow.is_long else CONTEXT
    ink = WAITING if arrow.is_long else MUTED
    if arrow.is_straight:
        y = first.top + BOX_H / 2
        start, end = first.left + first.width, last.left
        _line(page, [(start, y), (end, y)], tone, width)
        _label(page, arrow.text, (start + end) / 2, y - 0.2, ink)
        return
    out = -1 if arrow.is_back else 1
    edge = first.top if arrow.is_back else first.bottom
    reach = edge + out * (NEAREST if arrow.is_back else BELOW_H + 0.04) + out * level * n_inside
    is_loop = arrow.start == arrow.end
    shift = first.width * (ROUND_LOOP if is_loop else max(ASIDE - NEARER * n_inside, -ROUND_LOOP))
    x0 = first.left + first.width / 2 + shift * out
    x1 = last.left + last.width / 2 - shift * out
    foot = edge if arrow.is_back else edge + 0.04 + LABEL_H  # below the box's figures
    _line(page, [(x0, foot), (x0, reach), (x1, reach), (x1, foot)], tone, width)
    # A loop is too narrow for its figures.
    top = reach - LABEL_H if is_loop else reach - LABEL_H / 2
    _label(page, arrow.text, (x0 + x1) / 2, top, ink, is_on_line=not is_loop)


def _line(page: Any, points: list[tuple[float, float]], tone: str, width: Any) -> None:
    """Straight pieces, the last with an arrow head."""
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        line = page.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Inches(v) for v in (x0, y0, x1, y1)))
        line.line.color.rgb, line.line.width = color(tone), width
        without_theme(line)
        if number == len(points) - 2:
            etree.SubElement(line.line._get_or_add_ln(), qn("a:tailEnd")).set("type", "triangle")


def _label(
    page: Any, words: str, x: float, top: float, ink: str, *, is_on_line: bool = False, bold: bool = False
) -> None:
    """Figures in the middle of x; on a line they cover it."""
    width = px(words, TINY_PT) / 72 + 0.04 if is_on_line else 1.2
    shape = text(page, words, Box(x - width / 2, top, width, LABEL_H), TINY_PT, ink, bold=bold)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    if is_on_line:
        shape.text_frame.word_wrap = False
        shape.fill.solid()
        shape.fill.fore_color.rgb = color(PAGE)


def _rectangle(page: Any, box: Box, tone: str, width: float, dash: Any) -> Any:
    shape = page.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *box.emu())
    shape.adjustments[0] = 0.06
    shape.fill.solid()
    shape.fill.fore_color.rgb = color(PAGE)
    shape.line.color.rgb, shape.line.width = color(tone), Pt(width)
    if dash is not None:
        shape.line.dash_style = dash
    without_theme(shape)
    return shape


def _centred(frame: Any, words: str, size: float, ink: str, *, bold: bool) -> None:
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold = words, Pt(size), bold
    run.font.color.rgb = color(ink)
