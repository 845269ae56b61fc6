"""Charts that PowerPoint itself draws and lets edit, in the light palette and as bare as on the pages."""

import math
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from analytics.briefing.slide import Chart, Series
from analytics.charts.layout import nice_ticks
from analytics.charts.tokens import GRID, LIGHT, MUTED

TYPES = {
    "line": XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
}
SMALL_PT = 10.5


def color(token: str) -> RGBColor:
    return RGBColor.from_string(LIGHT[token].removeprefix("#"))


def paled(token: str, share: float = 0.55) -> RGBColor:
    """The colour mixed with white."""
    parts = (int(LIGHT[token][i : i + 2], 16) for i in (1, 3, 5))
    return RGBColor(*(round(x + (255 - x) * share) for x in parts))


def add_chart(slide: Any, chart: Chart, box: tuple[Emu, Emu, Emu, Emu]) -> Any:
    """Draw the chart into box (left, top, width, height) and return its graphic frame."""
    frame = slide.shapes.add_chart(TYPES[chart.form], *box, _data(chart))
    frame.name = chart.title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{chart.title}. {chart.caption}")
    drawn = frame.chart
    drawn.has_title = False
    drawn.font.size, drawn.font.color.rgb = Pt(SMALL_PT), color(MUTED)
    _axes(drawn, chart)
    for series, made in zip(chart.series, drawn.plots[0].series, strict=True):
        _style(made, series, chart)
    if chart.form != "line":
        drawn.plots[0].gap_width, drawn.plots[0].overlap = 45, 0
        _label_bars(drawn, chart)
    _legend(drawn, chart)
    return frame


def _data(chart: Chart) -> CategoryChartData | XyChartData:
    if chart.form == "line":
        points = XyChartData(number_format=chart.number_format)
        for series in chart.series:
            made = points.add_series(series.name)
            for x, y in zip(chart.x, series.values, strict=True):
                if y is not None:
                    made.add_data_point(x, y)
        return points
    data = CategoryChartData(number_format=chart.number_format)
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    return data


def _axes(drawn: Any, chart: Chart) -> None:
    value, across = drawn.value_axis, drawn.category_axis
    is_line = chart.form == "line"
    step, top = _value_scale(chart)
    value.minimum_scale, value.maximum_scale, value.major_unit = 0, top, step
    value.has_major_gridlines, across.has_major_gridlines = is_line, False
    if is_line:
        value.major_gridlines.format.line.color.rgb = color(GRID)
        value.major_gridlines.format.line.width = Pt(0.75)
        across.minimum_scale, across.maximum_scale = _ends(chart)
        across.major_unit = chart.x_step
        across.tick_labels.number_format, across.tick_labels.number_format_is_linked = chart.x_format, False
    value.visible = is_line or not (chart.is_labelled or chart.is_told)
    value.format.line.fill.background()
    value.major_tick_mark = across.major_tick_mark = XL_TICK_MARK.NONE
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = chart.number_format, False
    across.format.line.color.rgb = color(GRID)
    if chart.form == "bar":
        across.reverse_order = True


def _value_scale(chart: Chart) -> tuple[float, float]:
    """Step and end of the value axis: few round ticks, room for every interval; shares end at 100%."""
    seen = [x for s in chart.series for x in (*s.values, *s.high) if x is not None]
    highest = max([*seen, 0.0]) or 1.0
    if chart.number_format.endswith("%") and highest > 0.5:
        return 0.25, 1.0
    ticks = nice_ticks(highest, at_most=5)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else highest
    step = math.ceil(step) if chart.number_format == "0" else step
    return step, step * math.ceil(highest / step - 1e-9)


def _ends(chart: Chart) -> tuple[float, float]:
    """Whole steps around the values, so that the ticks fall on round ones."""
    first, last = (min(chart.x), max(chart.x)) if chart.x else (0.0, 1.0)
    first = math.floor(first) if chart.x_step < 7 else first
    return first, max(last, first + chart.x_step)


def _style(made: Any, series: Series, chart: Chart) -> None:
    if chart.form != "line":
        made.format.fill.solid()
        made.format.fill.fore_color.rgb = color(series.color)
        if series.low:
            _whiskers(made, series)
        return
    made.smooth = False
    made.marker.style = XL_MARKER_STYLE.NONE
    line = made.format.line
    line.width = Pt(0.75 if series.style in ("edge", "dotted") else 2.25)
    line.color.rgb = paled(series.color) if series.style == "edge" else color(series.color)
    if series.style == "dotted":
        line.dash_style = MSO_LINE.ROUND_DOT
    if series.style == "dots":
        line.fill.background()
        made.marker.style, made.marker.size = XL_MARKER_STYLE.CIRCLE, 7
        made.marker.format.fill.solid()
        made.marker.format.fill.fore_color.rgb = color(series.color)
        made.marker.format.line.fill.background()


def _whiskers(made: Any, series: Series) -> None:
    """95 % intervals as error bars without caps; python-pptx has no word for them."""
    bars = etree.Element(qn("c:errBars"))
    for tag, setting in (("c:errBarType", "both"), ("c:errValType", "cust"), ("c:noEndCap", "1")):
        etree.SubElement(bars, qn(tag)).set("val", setting)
    for tag, ends, sign in (("c:plus", series.high, 1), ("c:minus", series.low, -1)):
        literal = etree.SubElement(etree.SubElement(bars, qn(tag)), qn("c:numLit"))
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(series.values)))
        for i, (value, end) in enumerate(zip(series.values, ends, strict=True)):
            point = etree.SubElement(literal, qn("c:pt"))
            point.set("idx", str(i))
            length = 0.0 if value is None or end is None else max(0.0, sign * (end - value))
            etree.SubElement(point, qn("c:v")).text = f"{length:.6g}"
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(Pt(1.25)))
    fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
    fill.set("val", LIGHT[MUTED].removeprefix("#"))
    made._element.find(qn("c:cat")).addprevious(bars)


def _label_bars(drawn: Any, chart: Chart) -> None:
    if not chart.is_labelled:
        return
    plot = drawn.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = chart.number_format, False
    labels.show_value = True
    # whiskers stand at the bar's end, so the number goes inside its foot
    has_whiskers = any(series.low for series in chart.series)
    labels.position = XL_LABEL_POSITION.INSIDE_BASE if has_whiskers else XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size, labels.font.bold = Pt(SMALL_PT), True
    if has_whiskers:
        labels.font.color.rgb = RGBColor(255, 255, 255)


def _legend(drawn: Any, chart: Chart) -> None:
    """A legend on top where there are several series; the ends of an interval are not named."""
    drawn.has_legend = len(chart.series) > 1
    if not drawn.has_legend:
        return
    legend = drawn.legend
    legend.position, legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    legend.font.size = Pt(SMALL_PT)
    layout = legend._element.find(qn("c:legendPos"))
    for i, series in reversed(list(enumerate(chart.series))):
        if series.style == "edge":
            entry = etree.Element(qn("c:legendEntry"))
            etree.SubElement(entry, qn("c:idx")).set("val", str(i))
            etree.SubElement(entry, qn("c:delete")).set("val", "1")
            layout.addnext(entry)
