"""The simple parts of a slide: boxes, text, hairlines, tables."""

from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from analytics.briefing.lettering import height_in
from analytics.briefing.native import color
from analytics.briefing.slide import Table
from analytics.charts.tokens import BAD, GOOD, GRID, INK, NEUTRAL
from analytics.words.numbers import NBSP

TONES = {"better": GOOD, "worse": BAD, "none": NEUTRAL}
PADDING = 0.15


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def inside(self, top: float, height: float) -> "Box":
        """A strip of the box, within its padding."""
        return Box(self.left + PADDING, self.top + top, self.width - 2 * PADDING, height)

    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        left, top, width, height = (Emu(Inches(x)) for x in (self.left, self.top, self.width, self.height))
        return left, top, width, height


def place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box.emu()


def text(page: Any, words: str, box: Box, size: float, ink: str = INK, *, bold: bool = False) -> Any:
    """Write words into the box; ink is a colour token."""
    shape = page.shapes.add_textbox(*box.emu())
    write(shape.text_frame, words, size, ink, bold=bold)
    return shape


def write(frame: Any, words: str, size: float, ink: str = INK, *, bold: bool = False) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _fill(frame, words, size, color(ink), bold=bold)


def _fill(frame: Any, words: str, size: float, ink: RGBColor, *, bold: bool) -> None:
    for i, part in enumerate(words.split("\n")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = part or NBSP  # an empty cell would keep the large default letters
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = ink


def frame(page: Any, box: Box) -> None:
    """A hairline card."""
    card = page.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *box.emu())
    card.adjustments[0] = min(0.06 / min(box.width, box.height), 0.1)
    card.fill.background()
    card.line.color.rgb, card.line.width = color(GRID), Pt(0.75)
    without_theme(card)


def rule(page: Any, box: Box) -> None:
    """A hairline along the top of the box."""
    line = page.shapes.add_connector(
        1, Inches(box.left), Inches(box.top), Inches(box.left + box.width), Inches(box.top)
    )
    line.line.color.rgb, line.line.width = color(GRID), Pt(0.75)
    without_theme(line)


def without_theme(shape: Any) -> None:
    """Take away the theme's shadow and thick outline."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def table(page: Any, table: Table, box: Box, *, is_tight: bool = False) -> Box:
    """A table that can be edited, in the largest letters that keep it inside the box; returns its card's box.

    is_tight: the card ends with the table.
    """
    head = 0.46 if table.title else 0.08
    inner = box.inside(head, box.height - head - 0.06)
    widths = [share * inner.width / sum(table.widths) for share in table.widths]
    rows = [table.columns, *table.rows]
    size = _size(rows, widths, inner.height)
    heights = _heights(rows, widths, size, inner.height)
    if is_tight:
        box = Box(box.left, box.top, box.width, head + sum(heights) + 0.12)
    frame(page, box)
    if table.title:
        text(page, table.title, box.inside(0.1, 0.3), 14, bold=True)
    shape = page.shapes.add_table(len(rows), len(table.columns), *inner.emu())
    shape.name = table.title or table.columns[0]
    _bare(shape)
    for column, width in zip(shape.table.columns, widths, strict=True):
        column.width = Inches(width)
    for i, row in enumerate(rows):
        shape.table.rows[i].height = Inches(heights[i])
        for j, words in enumerate(row):
            is_last = j == len(row) - 1
            tone = table.tones[i - 1] if i and is_last and table.tones else None
            ink = TONES[tone] if tone else INK if i else NEUTRAL
            bold = tone in ("better", "worse")
            _cell(shape.table.cell(i, j), words, size if i else min(size, 10.5), ink, bold=bold)
    shape.height = sum(row.height for row in shape.table.rows)
    return box


def _cell(cell: Any, words: str, size: float, ink: str, *, bold: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(0.04)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    _fill(cell.text_frame, words, size, color(ink), bold=bold)
    line = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:lnB"))
    line.set("w", str(Pt(0.75)))
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr")).set("val", str(color(GRID)))


def _row_height(row: tuple[str, ...], widths: list[float], size: float) -> float:
    return max(height_in(words, size, w - 0.08) for words, w in zip(row, widths, strict=True)) + 0.1


def _heights(rows: list[tuple[str, ...]], widths: list[float], size: float, room: float) -> list[float]:
    """All rows equally high where that fits."""
    heights = [_row_height(row, widths, size) for row in rows]
    even = max(heights)
    return [even] * len(rows) if even * len(rows) <= room else heights


def _size(rows: list[tuple[str, ...]], widths: list[float], room: float) -> float:
    for size in (13.0, 12.0, 11.0, 10.0, 9.0):
        if sum(_row_height(row, widths, size) for row in rows) <= room:
            return size
    return 8.0


def _bare(shape: Any) -> None:
    """No bands, no fill, no grid: PowerPoint's own «No Style, No Grid»."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    for name in ("firstRow", "bandRow"):
        properties.set(name, "0")
    properties.find(qn("a:tableStyleId")).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
