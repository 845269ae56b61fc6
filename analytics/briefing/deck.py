"""Slides as a PowerPoint file: 16:9, native text, tables and charts that can be edited."""

import io
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Inches

from analytics.briefing import flow_shapes
from analytics.briefing.lettering import fitting, height_in
from analytics.briefing.native import add_chart
from analytics.briefing.parts import PADDING, TONES, Box, frame, place, rule, table, text, write
from analytics.briefing.slide import Card, Cell, Chart, Slide
from analytics.charts.tokens import INK, NEUTRAL, ORDINARY, VIP
from analytics.words.changes import group_name

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
INNER = WIDTH - 2 * MARGIN
BODY_TOP, FOOTER_TOP = 1.82, 7.0
GAP = 0.25
CARD_H = 1.72
# Below a flow that leaves less room no chart is drawn: its lines say the waits.
LEAST_BODY_H = 1.5
GROUPS = {"ordinary": ORDINARY, "vip": VIP, "all": INK}
# Offices have these; a deck cannot carry its own font. The theme names them, so one click changes them all.
LATIN, CHINESE = "Calibri", "Microsoft YaHei"


def deck(slides: Sequence[Slide], title: str) -> bytes:
    """The slides as the bytes of a .pptx."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    presentation.core_properties.title = title
    presentation.core_properties.author = "Branchwise"
    _set_fonts(presentation)
    for slide in slides:
        _draw(presentation.slides.add_slide(presentation.slide_layouts[5]), slide)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def _set_fonts(presentation: Any) -> None:
    for part in presentation.part.package.iter_parts():
        if str(part.partname).startswith("/ppt/theme/"):
            theme = etree.fromstring(part.blob)
            for scheme in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
                scheme.find(qn("a:latin")).set("typeface", LATIN)
                scheme.find(qn("a:ea")).set("typeface", CHINESE)
            part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _draw(page: Any, slide: Slide) -> None:
    title = page.shapes.title
    place(title, Box(MARGIN, 0.4, INNER, 0.62))
    size = fitting(slide.headline, INNER, 0.62, (28, 26, 24, 22, 20, 18, 16))
    write(title.text_frame, slide.headline, size, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    size = fitting(slide.reason, INNER, 0.6, (15, 14, 13, 12, 11, 10))
    text(page, slide.reason, Box(MARGIN, 1.08, INNER, 0.62), size)
    top = BODY_TOP
    bottom = FOOTER_TOP - 0.2
    if slide.cards:
        _cards(page, slide.cards, top)
        top += CARD_H + GAP
    if slide.flow:
        flow_h = min(flow_shapes.height(slide.flow, INNER), bottom - top)
        flow_shapes.draw(page, slide.flow, Box(MARGIN, top, INNER, flow_h))
        top += flow_h + 0.08
        if bottom - top < LEAST_BODY_H:
            _footer(page, slide.footer)
            return
    is_beside = len(slide.charts) == 1 and slide.table is not None
    if slide.points and not is_beside:
        bottom = _points(page, slide.points, bottom) - 0.12
    _body(page, slide, top, bottom, points=slide.points if is_beside else ())
    _footer(page, slide.footer)


def _body(page: Any, slide: Slide, top: float, bottom: float, points: Sequence[str]) -> None:
    """Charts from left to right, then the table: half the width beside one chart, less beside two.

    points go below the table.
    """
    n = len(slide.charts) + (slide.table is not None)
    table_w = INNER * {1: 1.0, 2: 0.52}.get(n, 0.44) if slide.table is not None else 0.0
    chart_w = (INNER - table_w - GAP * (n - 1)) / max(len(slide.charts), 1)
    left = MARGIN
    for chart in slide.charts:
        _chart(page, chart, Box(left, top, chart_w, bottom - top))
        left += chart_w + GAP
    if slide.table is not None:
        room = Box(left, top, table_w, bottom - top)
        if not points:
            table(page, slide.table, room)
            return
        words = _bulleted(points)
        size = fitting(words, table_w - 2 * PADDING, (bottom - top) * 0.45, (13, 12, 11, 10, 9))
        words_h = height_in(words, size, table_w - 2 * PADDING) + 0.3
        taken = table(page, slide.table, Box(left, top, table_w, bottom - top - words_h - GAP), is_tight=True)
        below = Box(left, taken.bottom + GAP, table_w, bottom - taken.bottom - GAP)
        frame(page, below)
        text(page, words, below.inside(0.12, below.height - 0.2), size)


def _chart(page: Any, chart: Chart, box: Box) -> None:
    frame(page, box)
    inner_w = box.width - 2 * PADDING
    text(
        page,
        chart.title,
        box.inside(0.1, 0.3),
        fitting(chart.title, inner_w, 0.3, (14, 13, 12, 11)),
        bold=True,
    )
    caption_h = min(height_in(chart.caption, 10.5, inner_w), 0.4)
    text(page, chart.caption, box.inside(0.4, caption_h), 10.5, NEUTRAL)
    below = 0.46 + caption_h
    inner = Box(box.left + 0.08, box.top + below, box.width - 0.16, box.height - below - 0.06)
    add_chart(page, chart, inner.emu())


def _cards(page: Any, cards: Sequence[Card], top: float) -> None:
    width = (INNER - GAP * (len(cards) - 1)) / len(cards)
    for i, card in enumerate(cards):
        box = Box(MARGIN + i * (width + GAP), top, width, CARD_H)
        frame(page, box)
        text(page, card.title, box.inside(0.08, 0.28), 13, bold=True)
        cell_w = (width - 2 * PADDING) / max(len(card.cells), 1)
        for j, cell in enumerate(card.cells):
            _cell(page, cell, Box(box.left + PADDING + j * cell_w, top, cell_w, CARD_H))
        small = fitting(card.last_line, width - 2 * PADDING, 0.22, (10, 9, 8))
        text(page, card.last_line, box.inside(1.42, 0.22), small, NEUTRAL)


def _cell(page: Any, cell: Cell, box: Box) -> None:
    def line(top: float, height: float) -> Box:
        return Box(box.left, box.top + top, box.width, height)

    text(page, group_name(cell.group), line(0.36, 0.24), 11, GROUPS.get(cell.group, INK))
    value_pt = fitting(cell.value, box.width, 0.44, (24, 20, 18, 16, 14))
    text(page, cell.value, line(0.56, 0.44), value_pt, bold=True)
    size = fitting(cell.verdict, box.width, 0.22, (11, 10, 9))
    text(page, cell.verdict, line(0.98, 0.22), size, TONES[cell.tone], bold=True)
    text(page, cell.interval, line(1.19, 0.22), 10.5, NEUTRAL)


def _points(page: Any, points: Sequence[str], bottom: float) -> float:
    """Sentences at the foot of the body, one a line; returns where they begin."""
    words = _bulleted(points)
    size = fitting(words, INNER, 1.2, (13, 12, 11, 10))
    height = height_in(words, size, INNER) + 0.05
    text(page, words, Box(MARGIN, bottom - height, INNER, height), size)
    return bottom - height


def _bulleted(points: Sequence[str]) -> str:
    return "\n".join(f"• {point}" for point in points)


def _footer(page: Any, words: str) -> None:
    rule(page, Box(MARGIN, FOOTER_TOP, INNER, 0))
    size = fitting(words, INNER, 0.2, (10, 9.5, 9, 8.5, 8))
    text(page, words, Box(MARGIN, FOOTER_TOP + 0.07, INNER, 0.34), size, NEUTRAL).name = "footer"
