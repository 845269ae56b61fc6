"""The shell in a real browser: deep links, filters across pages, theme, fonts, no word to other machines."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rig import PAGES, settle

# A token that was not replaced: #000001 … #000038, as the browser writes colours.
TOKEN = re.compile(r"#0000[0-3]\d\b|rgba?\(0, 0, ([1-9]|[1-4]\d|5[0-6])\b")


def marks(page: Page) -> str:
    """The drawing instructions of all charts."""
    return "".join(page.locator(".js-plotly-plot .main-svg").evaluate_all("all => all.map(s => s.outerHTML)"))


def test_a_deep_link_is_right_as_the_first_request_after_start(page, serve, sample_store):
    with serve(sample_store) as address:
        page.goto(f"{address}/wait_times?period=1m&customers=vip")
        settle(page)
        assert page.url.startswith(f"{address}/wait_times?")
        assert "period=1m" in page.url and "customers=vip" in page.url
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page.get_by_role("combobox", name="Period")).to_have_value("Last month")
        expect(page.get_by_role("radio", name="VIP")).to_be_checked()


def test_filters_hold_across_pages_and_stay_in_the_address(page, address):
    page.goto(address)
    settle(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="Last month").click()
    sidebar.get_by_role("radio", name="Ordinary").click()
    settle(page)
    for name in ("Wait times", "Satisfaction", "Data"):
        sidebar.get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile("period=1m"))
        expect(page).to_have_url(re.compile("customers=ordinary"))
        settle(page)
        expect(sidebar.get_by_role("radio", name="Ordinary")).to_be_checked()


def test_the_language_changes_words_and_nothing_else(page, address):
    page.goto(f"{address}/data?period=1m&customers=vip")
    settle(page)
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="简体中文").click()
    expect(page.get_by_test_id("stSidebar").get_by_role("radio", name="贵宾")).to_be_checked()
    expect(page.get_by_role("combobox", name="时段")).to_have_value("最近 1 个月")
    expect(page).to_have_url(re.compile("period=1m"))
    expect(page).to_have_url(re.compile("lang=zh_CN"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_shows_without_complaint_in_the_colours_of_its_theme(page, address, path, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/{path}")
    settle(page)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert not TOKEN.search(marks(page))


def test_the_font_is_the_products_own(page, address):
    page.goto(f"{address}/data?period=1m")
    settle(page)
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert any("IBM Plex Sans" in family for family in loaded)


def test_charts_are_repainted_when_the_reader_switches_to_dark(page, address):
    page.goto(f"{address}/wait_times")
    settle(page)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert "rgb(20, 125, 108)" in marks(page)  # ordinary customers, light
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(4000)
    settle(page)
    assert "rgb(95, 194, 176)" in marks(page) and "rgb(20, 125, 108)" not in marks(page)


def test_targets_are_changed_in_the_dialog(page, serve, sample_store, tmp_path):
    shutil.copytree(sample_store, tmp_path / "store")
    with serve(tmp_path / "store") as address:
        page.goto(f"{address}/wait_times")
        settle(page)
        page.get_by_role("button", name="Targets").click()
        field = page.get_by_label("Called within the target wait, %")
        expect(field).to_have_value("80")
        field.fill("85")
        field.press("Tab")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        settle(page)
        expect(page.get_by_text(re.compile("target 85%")).first).to_be_visible()
