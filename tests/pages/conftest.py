"""Pages run as in the app, without a browser, on the sample, on an empty store and on visits alone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.store.loading import load

APP = Path(__file__).parents[2] / "app.py"
OpenPage = Callable[..., AppTest]


def write_visits(path: Path, n_days: int = 60, seed: int = 1) -> Path:
    """A small branch's tickets: VIP and ordinary, some who leave, lunch waits longer."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2026-09-01", periods=n_days)
    n = 60 * n_days
    day = np.repeat(days.to_numpy(), 60)
    minute = np.sort(rng.integers(9 * 60, 17 * 60, (n_days, 60)), axis=1).ravel()
    arrived = pd.to_datetime(day) + pd.to_timedelta(minute, unit="min")
    is_vip = rng.random(n) < 0.2
    wait = rng.exponential(np.where(is_vip, 3, 11) * np.where((minute > 700) & (minute < 820), 2, 1))
    called = pd.Series(arrived + pd.to_timedelta(wait.round(2), unit="min"))
    finished = called + pd.to_timedelta(rng.gamma(4, 2, n).round(2), unit="min")
    is_lost = rng.random(n) < 0.05
    frame = pd.DataFrame(
        {
            "ticket_id": [f"T{i % 60:03d}" for i in range(n)],
            "branch_id": "B1",
            "customer_id": rng.integers(1, 900, n).astype(str),
            "segment": np.where(is_vip, "VIP", "ordinary"),
            "service": rng.choice(["cash", "bill payment", "account opening"], n, p=[0.5, 0.3, 0.2]),
            "arrived_at": arrived,
            "called_at": called.where(~is_lost),
            "finished_at": finished.where(~is_lost),
            "left_at": called.where(is_lost),
            "counter": rng.choice(["1", "2", "3"], n),
            "teller_id": rng.choice(["a", "b", "c"], n),
        }
    )
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def visits_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds visits alone."""
    folder = tmp_path_factory.mktemp("visits")
    load([write_visits(folder / "visits.csv")], folder / "store")
    return folder / "store"


@pytest.fixture
def empty_store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """`open_page("diagnose/overview.py", store, period="1m")`: the page after its first run."""

    def open_it(page: str, store: Path, **query: str) -> AppTest:
        monkeypatch.setenv("BRANCHWISE_STORE", str(store))
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, code in query.items():
            app.query_params[key] = code
        app.switch_page(f"pages/{page}")
        app.run()
        return app

    return open_it
