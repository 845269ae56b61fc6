"""How long the pages take on the sample: on the server, and until charts stand in the browser.

python -m benchmarks.pages

Warm: another session has asked for the same view before.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from analytics.store.sample import load_sample
from tests.browser import rig

ROOT = Path(__file__).parents[1]
SERVER_S, PAINT_S = 0.3, 2.0
TRIES = 3
_PAINTED = """() => document.querySelector('[data-testid=stMain] h1')
    && !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(c => c.querySelector('.main-svg'))
    && document.querySelector('.js-plotly-plot .main-svg')"""
SCRIPTS = {
    "overview": "diagnose/overview.py",
    "satisfaction": "diagnose/satisfaction.py",
    "wait_times": "diagnose/wait_times.py",
    "bottlenecks": "diagnose/bottlenecks.py",
    "forecast": "improve/forecast.py",
    "briefing": "deliver/briefing.py",
    "data": "deliver/data.py",
}


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def on_server(store: Path, page: str, **query: str) -> float:
    """One run of the page in a session that has just begun."""
    os.environ["BRANCHWISE_STORE"] = str(store)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    for key, code in query.items():
        app.query_params[key] = code
    app.switch_page(f"pages/{page}")
    took = seconds(app.run)
    if app.exception:
        raise RuntimeError(f"{page}: {app.exception[0].message}")
    return took


def server_times(store: Path) -> dict[str, float]:
    found = {}
    for name, page in SCRIPTS.items():
        on_server(store, page)
        found[name] = statistics.median(on_server(store, page) for _ in range(TRIES))
    return found


def paint_times(store: Path) -> dict[str, float]:
    """From asking for the address to the last chart, in a new tab of a browser that has been there before."""
    found = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        sync_playwright() as playwright,
        rig.serve(store, Path(scratch) / "log") as address,
    ):
        # With a profile on disk, as a person's browser has one: what it has compiled is kept there.
        browser = playwright.chromium.launch_persistent_context(
            Path(scratch) / "profile", executable_path=rig.chromium(), args=rig.FLAGS,
            viewport={"width": 1280, "height": 800},
        )  # fmt: skip
        for name in SCRIPTS:
            first = browser.new_page()
            first.goto(f"{address}/{rig.PAGES[name]}")
            rig.settle(first)
            first.close()
            took = []
            for _ in range(TRIES):
                page = browser.new_page()
                start = time.perf_counter()
                page.goto(f"{address}/{rig.PAGES[name]}")
                page.wait_for_function(_PAINTED, timeout=60_000)
                took.append(time.perf_counter() - start)
                page.close()
            found[name] = statistics.median(took)
        browser.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        sample = Path(name) / "sample"
        load_sample(sample)
        server, paint = server_times(sample), paint_times(sample)
        print(f"{'page':14} server, warm (goal {SERVER_S} s)   first paint (goal {PAINT_S:g} s)")
        for page in SCRIPTS:
            print(f"{page:14} {server[page]:8.2f} s {'' if server[page] <= SERVER_S else 'over':4}"
                  f" {paint[page]:22.2f} s {'' if paint[page] <= PAINT_S else 'over'}")  # fmt: skip


if __name__ == "__main__":
    main()
