"""No text of a chart is cut, on either screen width and in either language."""

import pytest

from tests.browser.rig import PAGES, settle

# The texts that reach out of their plot's box by more than a pixel.
CUT = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
    const box = plot.querySelector('.main-svg').getBoundingClientRect();
    return [...plot.querySelectorAll('svg text')].filter(text => {
        const b = text.getBoundingClientRect();
        return b.width > 0 && (b.left < box.left - 1 || b.right > box.right + 1
            || b.top < box.top - 1 || b.bottom > box.bottom + 1);
    }).map(text => text.textContent);
})"""


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_text_reaches_out_of_its_chart(page, address, path, lang):
    page.goto(f"{address}/{path}?lang={lang}")
    for width in (1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.evaluate(CUT) == [], width
