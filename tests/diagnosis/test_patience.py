"""Patience by hand, and against the law it was drawn from."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import wait_patience as charts
from analytics.diagnosis.patience import patience
from analytics.filters import Grouping, Targets
from analytics.words import wait_patience as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """Forty days of 150; patience exponential of mean 30 minutes, waits of mean 15; leaving known for four in five."""
    rng = np.random.default_rng(5)
    days = pd.bdate_range("2026-09-01", periods=40).repeat(150)
    n = len(days)
    arrived = (days + pd.to_timedelta(np.tile(np.linspace(540, 900, 150), 40), unit="min")).round("s")
    willing, wait = rng.exponential(30, n), rng.exponential(15, n)
    is_left = willing < wait
    called = (arrived + pd.to_timedelta(wait, unit="min")).to_series(index=range(n)).where(~is_left)
    left = (arrived + pd.to_timedelta(willing, unit="min")).to_series(index=range(n))
    frame = pd.DataFrame(
        {
            "ticket_id": np.tile(np.arange(150), 40), "branch_id": "B", "service": rng.choice(["cash", "loan"], n),
            "arrived_at": arrived, "called_at": called,
            "left_at": left.where(is_left & (rng.random(n) < 0.8)),
        }
    )  # fmt: skip
    return store_of(tmp_path_factory.mktemp("left"), visits=frame.to_csv(index=False)), is_left


ASKED = {"start": "2026-09-01", "end": "2026-11-01", "grouping": Grouping()}


def test_the_law_is_found_again_though_a_fifth_of_the_times_is_unknown(hall):
    store, is_left = hall
    found = patience(store, asked(**ASKED))
    assert found.n_left["all"] == is_left.sum() and found.n_served["all"] == (~is_left).sum()
    assert found.n_unknown["all"] == pytest.approx(0.2 * is_left.sum(), rel=0.1)
    assert found.willing["all"].value == pytest.approx(np.exp(-10 / 30), abs=0.02)
    curve = found.curves.set_index("minutes")["share"]
    for minutes in (5, 15, 25):
        assert np.interp(minutes, curve.index, curve) == pytest.approx(np.exp(-minutes / 30), abs=0.025)
    assert "not known when they left" in words.curve_caption(found)


def test_kept_falls_with_the_wait_and_is_the_share_of_those_who_left(hall):
    found = patience(hall[0], asked(**ASKED))
    kept = found.kept.set_index("within_min")["share"]
    assert kept.is_monotonic_decreasing and kept.index.tolist() == [2.5, 5, 10, 15, 20, 30]
    # Who left did so at the lesser of two exponentials, of mean 1 / (1/30 + 1/15) = 10.
    assert kept[10] == pytest.approx(np.exp(-1), abs=0.04)


def test_by_hand(tmp_path):
    found = patience(store_of(tmp_path, visits=FIVE), asked())
    # One of four ordinary customers left, after 20 minutes, longer than the 2, 10 and 11 of the others.
    assert (found.n_left, found.n_unknown) == ({"ordinary": 1, "vip": 0}, {"ordinary": 0, "vip": 0})
    kept = found.kept[found.kept["group"] == "ordinary"].set_index("within_min")["share"]
    assert kept.tolist() == [1, 1, 1, 1, 0, 0]
    assert found.leaving["n_left"].tolist() == [0, 1]
    assert found.services.iloc[0][["service", "n", "n_left"]].tolist() == ["cash", 3, 1]
    for figure in (
        charts.curves(found, Targets()),
        charts.kept(found, Targets()),
        charts.leaving(found, Targets()),
    ):
        assert not figure.layout.showlegend
    assert words.curve_title(found, Targets()).startswith("Too few")


def test_nobody_left_at_a_known_time_is_none(tmp_path):
    lines = [line for line in FIVE.splitlines() if not line.startswith("5,")]
    assert patience(store_of(tmp_path, visits="\n".join(lines)), asked()) is None
