"""The letters of the process map keep apart as the browser sets them, on the narrowest screen, in both languages."""

import pytest

from tests.browser.rig import settle

# Pairs of texts of the map that lie upon each other by more than a pixel either way.
OVERLAPS = """() => {
    const map = [...document.querySelectorAll('.js-plotly-plot')][0];
    const seen = [...map.querySelectorAll('.annotation-text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    const found = [];
    seen.forEach(([a, p], i) => seen.slice(i + 1).forEach(([b, q]) => {
        if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1) found.push(a + ' | ' + b);
    }));
    return [seen.length, found];
}"""


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("process", ["relationship marketing", "account opening"])
def test_no_text_of_the_map_lies_upon_another(page, address, process, lang):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/bottlenecks?part=map&process={process}&lang={lang}")
    settle(page)
    n, found = page.evaluate(OVERLAPS)
    assert n > 15 and found == []


def test_a_step_and_a_line_can_be_clicked(page, address):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/bottlenecks?part=map&lang=en")
    settle(page)
    for words, title in (("Credit", "Credit approval"), (" · ", "Check documents → collect documents")):
        box = page.locator(".js-plotly-plot .annotation-text", has_text=words).first.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.locator("[data-testid=stMarkdown] strong", has_text=title).first.wait_for(timeout=15_000)
        settle(page)
