"""Full-page pictures of every page: `python -m tests.browser.screenshots OUT [--lang zh_CN]`."""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from analytics.store.sample import load_sample
from tests.browser import rig


def shoot(page: Page, address: str, to: Path, *, width: int) -> None:
    """One picture of the whole page, as high as it is (only the main part scrolls)."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    rig.settle(page)
    for _again in range(2):  # what is drawn only when seen may grow
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": max(900, int(height))})
        rig.settle(page)
    page.screenshot(path=to)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lang", default="en")
    parser.add_argument("--store", type=Path, help="a store to show; the sample where left out")
    parser.add_argument("--page", action="append", choices=list(rig.PAGES), help="only these pages")
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--scheme", action="append", choices=["light", "dark"])
    parser.add_argument("--query", default="", help="added to each address, such as period=1m")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        store = chosen.store or Path(scratch) / "store"
        if chosen.store is None:
            load_sample(store)
        with rig.serve(store, Path(scratch) / "log") as address:
            browser = playwright.chromium.launch(executable_path=rig.chromium(), args=rig.FLAGS)
            for scheme in chosen.scheme or ("light", "dark"):
                page = browser.new_page(color_scheme=scheme)
                watch = rig.Watch().over(page)
                for name in chosen.page or rig.PAGES:
                    for width in chosen.width or (1280, 1440):
                        to = chosen.out / f"{name}-{chosen.lang}-{scheme}-{width}.png"
                        at = f"{address}/{rig.PAGES[name]}?lang={chosen.lang}&{chosen.query}"
                        shoot(page, at, to, width=width)
                        print(to, *watch.complaints, sep="\n  ")
                        watch.complaints.clear()
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
