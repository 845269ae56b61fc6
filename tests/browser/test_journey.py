"""The whole way once: Overview, a problem, the forecast filled in, the slides."""

import re

from playwright.sync_api import expect
from pptx import Presentation

from tests.browser.rig import settle


def test_from_the_overview_to_a_problem_to_the_forecast_to_the_slides(page, address):
    page.goto(f"{address}/?period=3m")
    settle(page)
    page.get_by_role("link", name="Open Wait times").click()
    expect(page.get_by_text("One in ten waits over, min")).to_be_visible()
    assert "/wait_times" in page.url

    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Try it in Forecast").click(timeout=60_000)
    expect(page).to_have_url(re.compile("/forecast[?].*measures="))
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_role("switch", checked=True)).not_to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("would")

    page.get_by_role("link", name="Make slides of it").click()
    expect(page.get_by_role("heading", name="Four slides for headquarters")).to_be_visible(timeout=60_000)
    settle(page)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Get the slides").click()
    slides = Presentation(str(waiting.value.path())).slides
    assert len(slides) == 4
    assert any(shape.has_chart for slide in slides for shape in slide.shapes)


def test_from_a_bottleneck_to_its_measure_to_the_slides(page, address):
    page.goto(f"{address}/bottlenecks?branch=Sandaojie&period=all")
    settle(page)
    page.get_by_role("link", name=re.compile("Try it in Forecast.*credit approval")).click(timeout=60_000)
    expect(page).to_have_url(re.compile("/forecast[?].*scope=process"))
    settle(page)
    expect(page.get_by_test_id("stMain").get_by_role("switch", checked=True)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("days less")
    expect(page.get_by_text("As is and to be")).to_be_visible()

    page.get_by_role("link", name="Make slides of it").click()
    expect(page.get_by_role("heading", name="Four slides for headquarters")).to_be_visible(timeout=60_000)
    settle(page)
    expect(page.get_by_text("3 · As is and to be")).to_be_visible()
