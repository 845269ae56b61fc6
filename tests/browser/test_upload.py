"""A clerk's first minutes: an empty store, the branch's own file, the answer on the next page."""

from playwright.sync_api import expect

from tests.browser.rig import settle
from tests.pages.conftest import write_visits


def test_a_file_is_uploaded_and_seen_on_the_next_page(page, serve, tmp_path):
    queue = write_visits(tmp_path / "queue log.csv")
    with serve(tmp_path / "store") as address:
        page.goto(f"{address}/data")
        settle(page)
        expect(page.get_by_role("heading", name="There are no data yet")).to_be_visible()
        page.locator("input[type=file]").set_input_files(queue)
        expect(page.get_by_text("queue log.csv: Visits, ready")).to_be_visible()
        page.get_by_role("button", name="Load", exact=True).click()
        expect(page.get_by_role("heading", name="3,600 rows of data in 1 table")).to_be_visible(
            timeout=20_000
        )
        expect(page.get_by_text("3,600 rows loaded")).to_be_visible()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Wait times").click()
        expect(page).to_have_url(f"{address}/wait_times")
        settle(page)
        expect(page.get_by_text("Ordinary").first).to_be_visible()
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_a_table_downloads(page, address):
    page.goto(f"{address}/data")
    settle(page)
    page.get_by_role("button", name="download").first.click()
    with page.expect_download() as waiting:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="CSV").click()
    assert waiting.value.suggested_filename == "coverage.csv"
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)
    assert "visits" in waiting.value.path().read_text("utf-8-sig")
