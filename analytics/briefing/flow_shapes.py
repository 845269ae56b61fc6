"""Lanes of a process as shapes and connectors that can be edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from lxml import etree
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analytics.briefing.lettering import LINE_HEIGHT, width_em
from analytics.briefing.native import color
from analytics.briefing.parts import Box, text, without_theme
from analytics.charts import flow
from analytics.charts.letters import filled, px
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.words.bottlenecks import step

# Inches of a lane: its title, the nearest line above with its figures, a box (at least, at most), what stands below it,
# and how far lines are from each other where there is room.
TITLE_H, ARC_H, BOX_H, MOST_BOX_H, BELOW_H, LEVEL = 0.12, 0.28, 0.5, 0.74, 0.44, 0.18
NEAREST, LABEL_H, PADDING = 0.18, 0.17, 0.03
PART_OF_STEP = 0.68
# Where a line leaves the middle of a box, and how much nearer to it each further one does, in widths of a box.
ASIDE, NEARER, ROUND_LOOP = 0.15, 0.08, 0.3
# Bold letters are so much wider.
BOLD = 1.06
NAMES_PT, TINY_PT = (10, 9, 8), 9


@dataclass(frozen=True)
class _Scale:
    """How large a flow is drawn: inches between its lines and of its boxes, points of the names of steps."""

    level: float
    box_h: float
    name_pt: float

    def height(self, lane: flow.Lane) -> float:
        return self.above(lane) + self.box_h + BELOW_H + self.level * lane.n_levels(is_back=False)

    def above(self, lane: flow.Lane) -> float:
        return TITLE_H + ARC_H + self.level * max(lane.n_levels(is_back=True) - 1, 0)


def height(lanes: Sequence[flow.Lane], width: float) -> float:
    """Inches that the lanes like to take, one below the other."""
    scale = _names(lanes, width)
    return sum(scale.height(lane) for lane in lanes)


def draw(page: Any, lanes: Sequence[flow.Lane], box: Box) -> None:
    """The lanes one below the other in the box, their lines nearer to each other where it is low."""
    scale = _names(lanes, box.width)
    bare = replace(scale, level=0.0)
    taken, bare_h = (sum(each.height(lane) for lane in lanes) for each in (scale, bare))
    if taken > box.height:
        scale = replace(scale, level=LEVEL * max(box.height - bare_h, 0.0) / (taken - bare_h or 1.0))
    top = box.top
    for lane in lanes:
        room = Box(box.left, top, box.width, scale.height(lane))
        _lane(page, lane, room, scale)
        top += room.height


def _names(lanes: Sequence[flow.Lane], width: float) -> _Scale:
    """Boxes in which the names of the steps find room, in the largest letters."""
    inner = width / len(lanes[0].boxes) * PART_OF_STEP - 2 * PADDING
    names = [step(box.activity) for box in lanes[0].boxes]
    longest = max((width_em(word) for name in names for word in name.split()), default=0.0)
    for size in NAMES_PT:
        n_lines = max(len(filled(name, inner * 72 / BOLD, size)) for name in names)
        needed = n_lines * size * LINE_HEIGHT / 72 + 2 * PADDING
        if needed <= BOX_H and longest * size * BOLD / 72 <= inner:
            break
    return _Scale(LEVEL, min(max(needed, BOX_H), MOST_BOX_H), size)


def _lane(page: Any, lane: flow.Lane, box: Box, scale: _Scale) -> None:
    if lane.title:
        text(page, lane.title, Box(box.left, box.top, 2.0, 0.24), 12, bold=True)
    pitch = box.width / len(lane.boxes)
    top = box.top + scale.above(lane)
    places = [
        Box(box.left + pitch * (i + (1 - PART_OF_STEP) / 2), top, pitch * PART_OF_STEP, scale.box_h)
        for i in range(len(lane.boxes))
    ]
    for group in lane.groups:
        first, last = places[group[0]], places[group[-1]]
        around = Box(
            first.left - 0.06, top - 0.08, last.left + last.width - first.left + 0.12, scale.box_h + 0.16
        )
        _rectangle(page, around, AFTER, 1, MSO_LINE.ROUND_DOT)
    levels = lane.levels(is_back=True) | lane.levels(is_back=False)
    for arrow in lane.arrows:
        _arrow(page, arrow, places, levels.get(arrow, 0), scale.level)
    for shown, place in zip(lane.boxes, places, strict=True):
        _box(page, shown, place, scale.name_pt)


def _box(page: Any, shown: flow.Box, place: Box, name_pt: float) -> None:
    look = {
        "same": (WORKING, 1.0, None),
        "changed": (AFTER, 2.25, None),
        "gone": (NEUTRAL, 1.0, MSO_LINE.DASH),
    }
    shape = _rectangle(page, place, *look[shown.look])
    shape.name = step(shown.activity)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Inches(PADDING)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _centred(frame, step(shown.activity), name_pt, NEUTRAL if shown.look == "gone" else INK, bold=True)
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
        y = first.top + first.height / 2
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
