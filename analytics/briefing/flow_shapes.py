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
from analytics.charts.tokens import AFTER, CONTEXT, INK, MUTED, NEUTRAL, PAGE, WAITING, WORKING
from analytics.words.bottlenecks import step

# Inches of a lane.
LANE_H, TITLE_H, ARC_H, BOX_H, BELOW_H = 1.36, 0.12, 0.3, 0.5, 0.4
PART_OF_STEP = 0.68
SMALL_PT, TINY_PT = 10, 9


def height(lanes: Sequence[flow.Lane]) -> float:
    return LANE_H * len(lanes)


def draw(page: Any, lanes: Sequence[flow.Lane], box: Box) -> None:
    """The lanes one below the other in the box."""
    for number, lane in enumerate(lanes):
        _lane(page, lane, Box(box.left, box.top + number * LANE_H, box.width, LANE_H))


def _lane(page: Any, lane: flow.Lane, box: Box) -> None:
    if lane.title:
        text(page, lane.title, Box(box.left, box.top, 2.0, 0.24), 12, bold=True)
    pitch = box.width / len(lane.boxes)
    top = box.top + TITLE_H + ARC_H
    places = [
        Box(box.left + pitch * (i + (1 - PART_OF_STEP) / 2), top, pitch * PART_OF_STEP, BOX_H)
        for i in range(len(lane.boxes))
    ]
    for group in lane.groups:
        first, last = places[group[0]], places[group[-1]]
        around = Box(first.left - 0.06, top - 0.08, last.left + last.width - first.left + 0.12, BOX_H + 0.16)
        _rectangle(page, around, AFTER, 1, MSO_LINE.ROUND_DOT)
    for arrow in lane.arrows:
        _arrow(page, arrow, places)
    for shown, place in zip(lane.boxes, places, strict=True):
        _box(page, shown, place, pitch)


def _box(page: Any, shown: flow.Box, place: Box, pitch: float) -> None:
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
    left = place.left - (pitch - place.width) / 2
    for row, (words, tone, bold) in enumerate(line for line in lines if line[0]):
        below = text(
            page, words, Box(left, place.bottom + 0.03 + 0.17 * row, pitch, 0.17), TINY_PT, tone, bold=bold
        )
        below.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _arrow(page: Any, arrow: flow.Arrow, places: list[Box]) -> None:
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
    reach = edge + (-0.16 if arrow.is_back else BELOW_H + 0.04)
    shift = first.width * 0.15
    x0 = first.left + first.width / 2 + shift * out
    x1 = last.left + last.width / 2 - shift * out
    _line(page, [(x0, edge), (x0, reach), (x1, reach), (x1, edge)], tone, width)
    _label(page, arrow.text, (x0 + x1) / 2, reach - 0.18 if arrow.is_back else reach, ink)


def _line(page: Any, points: list[tuple[float, float]], tone: str, width: Any) -> None:
    """Straight pieces, the last with an arrow head."""
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        line = page.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Inches(v) for v in (x0, y0, x1, y1)))
        line.line.color.rgb, line.line.width = color(tone), width
        without_theme(line)
        if number == len(points) - 2:
            etree.SubElement(line.line._get_or_add_ln(), qn("a:tailEnd")).set("type", "triangle")


def _label(page: Any, words: str, x: float, top: float, ink: str) -> None:
    shape = text(page, words, Box(x - 0.6, top, 1.2, 0.17), TINY_PT, ink)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


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
