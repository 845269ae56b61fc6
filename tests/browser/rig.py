"""The app on a free port with a store of its own, and Chromium to visit it; for tests and screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Request

ROOT = Path(__file__).parents[2]
# Every page by its address; the first page has none.
PAGES = {
    "overview": "",
    "satisfaction": "satisfaction",
    "wait_times": "wait_times",
    "bottlenecks": "bottlenecks",
    "forecast": "forecast",
    "briefing": "briefing",
    "data": "data",
}
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]


def chromium() -> str | None:
    """Where a Chromium is: CHROMIUM, else Debian's place, else on PATH; None where there is none."""
    named = [os.environ.get("CHROMIUM"), "/usr/bin/chromium"]
    named += [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in named if path and Path(path).is_file()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(store: Path, log: Path) -> Iterator[str]:
    """The app's address while it runs on that store; its output goes to `log`."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    env = {**os.environ, "BRANCHWISE_STORE": str(store)}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out) as server,
    ):
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _await(address: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError("the app did not start:\n" + log.read_text(errors="replace"))


# Parts that are still being fetched show a skeleton in their place.
_DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(c => c.querySelector('.main-svg'))"""


def settle(page: Page) -> None:
    """Wait until the page has run to its end and its charts are drawn."""
    page.wait_for_selector("[data-testid=stMain] h1", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=120_000)
    page.wait_for_function(_DRAWN)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)


@dataclass
class Watch:
    """What a page must not do: complain on the console, or ask anything of another machine."""

    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> "Watch":
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        return self

    def _console(self, message: ConsoleMessage) -> None:
        # On a deep link streamlit looks for its endpoints below the page first, and is told that they are not there.
        is_probe = message.location.get("url", "").endswith(("/_stcore/health", "/_stcore/host-config"))
        if message.type == "error" and not is_probe:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")
