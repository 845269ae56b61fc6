"""Browser tests: one server on the sample for all, fresh ones where a test is first or loads data."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import rig

HERE = Path(__file__).parent
Serve = Callable[[Path], AbstractContextManager[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep browser tests on one worker, and say why they are left out where no Chromium is found."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if rig.chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium found; name one with CHROMIUM=/path"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": rig.chromium(), "args": rig.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    size = {"width": 1280, "height": 900}
    return {**browser_context_args, "viewport": size, "locale": "en-GB", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def address(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on the sample, one server for all tests that change nothing."""
    with rig.serve(sample_store, tmp_path_factory.mktemp("server") / "log") as at:
        yield at


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """`with serve(store) as address`: a server of one's own."""
    return lambda store: rig.serve(store, tmp_path / "log")


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test if it complains on the console or asks anything of another machine."""
    watch = rig.Watch().over(page)
    yield page
    assert watch.complaints == []
