"""The deck: native charts with the result's numbers, footers, and nothing outside a slide or its box."""

import io

import pytest
from pptx import Presentation
from pptx.util import Emu, Inches

from analytics.briefing import flow_shapes, process_slides
from analytics.briefing.deck import deck
from analytics.briefing.forecast_slides import how_far, what_it_brings
from analytics.briefing.lettering import height_in, width_em
from analytics.briefing.slide import Card, Cell, Chart, Series, Slide
from analytics.charts.flow import Arrow, Box, Lane
from analytics.charts.tokens import BEFORE
from analytics.filters import Targets
from tests.fixtures_forecast import LUNCH, forecast_of
from tests.fixtures_process_forecast import process_forecast_of

FOOTER = "Sandaojie branch · 1 Sep – 30 Nov 2026 · n 12,482 tickets · intervals 95% · data v0008"
LONG = "这是一个很长的标题，用来检查文字不会超出幻灯片的边界，" * 2
TARGETS = Targets()


def opened(*slides: Slide):
    return Presentation(io.BytesIO(deck(slides, "Sandaojie: briefing")))


def both(**how) -> tuple[Slide, Slide]:
    forecast = forecast_of(**how)
    return what_it_brings(forecast, TARGETS, FOOTER), how_far(forecast, TARGETS, FOOTER)


def charts(slide) -> dict:
    return {shape.name: shape.chart for shape in slide.shapes if shape.has_chart}


def texts(slide) -> list[str]:
    found = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    tables = [s.table for s in slide.shapes if s.has_table]
    return found + [cell.text_frame.text for t in tables for row in t.rows for cell in row.cells]


def test_the_slides_are_sixteen_to_nine_with_a_title_each():
    presentation = opened(*both())
    assert presentation.slide_width / presentation.slide_height == pytest.approx(16 / 9, rel=1e-3)
    assert [s.shapes.title.text_frame.text for s in presentation.slides] == [
        "Ordinary customers would wait 4.7 minutes less",
        "The model reproduces weeks it has not seen",
    ]


def test_charts_are_native_and_hold_the_forecasts_numbers():
    before_after, trust = opened(*both()).slides
    waits = charts(before_after)["Mean wait, min"]
    assert [(s.name, tuple(s.values)) for s in waits.plots[0].series] == [
        ("Now", (13.5, 3.7)),
        ("Forecast", (8.8, 3.6)),
    ]
    by_hour = {s.name: s for s in charts(trust)["Mean wait by half hour, minutes"].plots[0].series}
    assert max(by_hour["Measured"].values) == pytest.approx(22.0)
    assert max(by_hour["Simulated"].values) == pytest.approx(22.0 * 1.03)


def test_intervals_are_whiskers_of_the_right_length():
    before_after = opened(*both()).slides[0]
    xml = charts(before_after)["Mean wait, min"]._chartSpace
    lengths = [float(v.text) for v in xml.iterfind(".//{*}errBars/{*}plus//{*}v")]
    assert lengths == pytest.approx([1.2, 0.5, 1.2, 0.5])


def test_the_change_is_said_with_sign_mark_and_interval():
    assert any("✓ −4.7 (−5.9" in text for text in texts(opened(*both()).slides[0]))


def test_a_failing_fit_is_on_both_slides():
    before_after, trust = opened(*both(fit_passes=False)).slides
    assert before_after.shapes.title.text_frame.text.startswith("Do not decide on this")
    assert "✕ missed" in texts(trust)


def test_every_slide_has_its_footer():
    for slide in opened(*both()).slides:
        assert [s.text_frame.text for s in slide.shapes if s.name == "footer"] == [FOOTER]


def crowded() -> Slide:
    cell = Cell("ordinary", "12,345.6", "38 pts short of target", "worse", "12,345–12,346")
    card = Card("One in ten waits over, min", (cell, cell), "target 80% · n 123,456 / 23,456")
    many = tuple({**LUNCH, "headcount": n} for n in range(1, 6))
    full = what_it_brings(forecast_of(many), TARGETS, FOOTER * 2)
    return Slide("status_quo", LONG, LONG * 2, FOOTER * 2, (card,) * 4, full.charts, full.table, ())


@pytest.mark.parametrize("slide", [*both(), *both(fit_passes=False), *both(measures=()), crowded()])
def test_nothing_lies_outside_the_slide_and_no_text_outside_its_box(slide):
    presentation = opened(slide)
    for shape in presentation.slides[0].shapes:
        assert shape.left >= 0 and shape.top >= 0
        assert shape.left + shape.width <= presentation.slide_width
        assert shape.top + shape.height <= presentation.slide_height
        if shape.has_text_frame and shape.text_frame.text:
            size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
            needed = height_in(shape.text_frame.text, size, Emu(shape.width).inches)
            assert needed <= Emu(shape.height).inches + 0.08, shape.text_frame.text


def test_chinese_letters_are_twice_as_wide():
    assert width_em("等候") == 2.0
    assert width_em("wait") < 2.0


def arrow(start: int, end: int) -> Arrow:
    return Arrow(start, end, 0.3, f"{start} to {end}", "", False)


def flow_of(*arrows: Arrow) -> tuple[Lane, ...]:
    boxes = tuple(Box(f"step {i}", "1.00× · 5.0 min", "clerk", "", "same") for i in range(7))
    return (Lane("As is", boxes, arrows, ()), Lane("To be", boxes, arrows, ()))


def test_lines_of_a_flow_lie_within_each_other_and_keep_on_the_slide():
    arrows = [arrow(4, 3), arrow(5, 2), arrow(6, 1), arrow(6, 6), arrow(0, 2), arrow(0, 4)]
    plain = Slide("as_is_to_be", "H", "R", FOOTER, flow=flow_of())
    full = Slide("as_is_to_be", "H", "R", FOOTER, flow=flow_of(*arrows))
    assert flow_shapes.height(plain.flow, 12) < flow_shapes.height(full.flow, 12)
    presentation = opened(full)
    shapes = list(presentation.slides[0].shapes)
    tops = {s.text_frame.text: s.top for s in reversed(shapes) if s.has_text_frame}
    assert tops["6 to 1"] < tops["5 to 2"] < tops["4 to 3"] < tops["0 to 2"] < tops["0 to 4"]
    assert all(s.top + s.height <= presentation.slide_height for s in shapes)


def test_boxes_of_a_flow_grow_with_the_names_of_steps_and_leave_no_low_chart():
    name = "T05 Print and send confirmation of receipt"
    few, many = (
        (Lane("", tuple(Box(name, "1.00×", "", "", "same") for _i in range(n)), arrows, ()),) * 2
        for n, arrows in ((4, ()), (10, tuple(arrow(9, i) for i in range(8))))
    )
    assert flow_shapes.height(few, 12.1) < flow_shapes.height(many, 12.1)
    chart = Chart("Waits", "hours", "column", (Series("Now", (1.0,), BEFORE),), ("step",))
    slides = [Slide("as_is_to_be", "H", "R", FOOTER, charts=(chart,), flow=flow) for flow in (few, many)]
    low, full = opened(*slides).slides
    assert charts(low) and not charts(full)
    for shape in full.shapes:
        assert shape.top + shape.height <= Inches(7.5)
        if shape.name == name:
            size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
            inside = Emu(shape.width).inches - 0.06
            assert height_in(name, size, inside) <= Emu(shape.height).inches


def test_a_process_has_its_map_as_shapes_that_can_be_edited_and_nothing_leaves_the_slide():
    forecast = process_forecast_of()
    made = (
        process_slides.what_it_brings(forecast, TARGETS, FOOTER),
        process_slides.as_is_to_be(forecast, FOOTER),
        process_slides.how_far(forecast, TARGETS, FOOTER),
    )
    presentation = opened(*made)
    shapes = list(presentation.slides[1].shapes)
    assert [s.text_frame.text for s in shapes if s.name == "Approve"] == ["Approve", "Approve"]
    assert "✎ changed" in texts(presentation.slides[1])
    now = charts(presentation.slides[0])["Cycle time, calendar days"].plots[0].series[0]
    assert list(now.values) == pytest.approx([10.0, 10.0])
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= presentation.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= presentation.slide_height
        assert any(FOOTER in text for text in texts(slide))
