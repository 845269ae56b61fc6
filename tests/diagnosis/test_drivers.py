"""What moves satisfaction: planted effects come out, ties and gaps are named, odd data say so."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.drivers import drivers
from analytics.diagnosis.scales import scales
from analytics.methods.penalty_reward import contrasts, poor_and_good
from analytics.methods.reliability import alpha
from analytics.store.reader import Store
from tests.diagnosis.logs import asked, of_branch, store_of


def answers(n: int, seed: int = 2, **other) -> pd.DataFrame:
    """Dimension a moves overall twice as much as b, c not at all; a is answered by two items."""
    rng = np.random.default_rng(seed)
    a, b, c = np.clip(rng.normal(4.5, 1.2, (3, n)).round(), 1, 7)
    overall = np.clip((1 + 0.4 * a + 0.2 * b + rng.normal(0, 0.5, n)).round(), 1, 5)
    return pd.DataFrame(
        {
            "response_id": range(n), "branch_id": "B1", "answered_at": "2026-03-02 10:00", "overall": overall,
            "perceived_a_1": a, "perceived_a_2": np.clip(a + rng.integers(-1, 2, n), 1, 7),
            "perceived_b": b, "perceived_c": c,
        }
    ).assign(**other)  # fmt: skip


def test_planted_effects_come_out(tmp_path):
    store = store_of(tmp_path, surveys=answers(800))
    found = drivers(store, asked(store))
    frame = found.drivers.set_index("dimension")
    assert list(frame.index) == ["a", "b", "c"]
    assert frame["share"].sum() == pytest.approx(1)
    assert ((frame["low"] <= frame["share"]) & (frame["share"] <= frame["high"])).all()
    assert found.leads == {"all"} and found.n_answers == 800 and not found.is_sample
    assert frame.loc["a", "odds_low"] > frame.loc["b", "odds_high"] > 1
    assert frame.loc["c", "odds_low"] < 1 < frame.loc["c", "odds_high"]
    assert frame.loc["a", "penalty_high"] < 0 < frame.loc["a", "reward_low"]
    assert frame.loc["c", "penalty_low"] < 0 < frame.loc["c", "penalty_high"]
    assert found.tied == () and found.left_out == ()


def test_items_that_move_together_and_gaps_are_named(tmp_path):
    survey = answers(300)
    survey["perceived_twin"] = survey["perceived_b"]
    survey["perceived_rare"] = np.where(survey.index < 30, 5.0, np.nan)
    survey["perceived_same"] = 4
    store = store_of(tmp_path, surveys=survey)
    found = drivers(store, asked(store))
    assert [{x, y} for x, y, _r in found.tied] == [{"b", "twin"}]
    assert found.left_out == ("rare", "same")
    shares = found.drivers.set_index("dimension")["share"]
    assert shares["b"] == pytest.approx(shares["twin"])
    assert found.drivers["odds"].isna().all(), "no odds are told of what cannot be told apart"


def test_reliability_of_each_scale(tmp_path):
    survey = answers(100)
    store = store_of(tmp_path, surveys=survey)
    rows = scales(store, asked(store)).scales.set_index("dimension")
    own = survey[["perceived_a_1", "perceived_a_2"]]
    assert rows.loc["a", "alpha"] == pytest.approx(alpha(own))
    assert np.isnan(rows.loc["a", "omega"]) and rows.loc["a", "n"] == 100
    assert rows.loc["", "n_items"] == 4


@pytest.mark.parametrize(
    "survey",
    [
        answers(1),
        answers(20),
        answers(200, overall=4),
        answers(200).drop(columns="overall"),
        answers(200, perceived_a_1=4, perceived_a_2=4, perceived_b=4, perceived_c=4),
    ],
)
def test_where_nothing_can_be_said(tmp_path, survey):
    store = store_of(tmp_path, surveys=survey)
    found = drivers(store, asked(store))
    assert found.groups == () and found.drivers.empty
    assert found.has_overall == ("overall" in survey)
    assert scales(store, asked(store)) is not None


def test_no_items_were_asked(tmp_path):
    store = store_of(tmp_path, surveys=answers(40)[["response_id", "branch_id", "answered_at", "overall"]])
    assert drivers(store, asked(store)) is None and scales(store, asked(store)) is None
    assert drivers(Store.open(tmp_path / "none"), asked(store)) is None


def test_the_sample_is_moved_most_by_responsiveness(sample_store):
    store = Store.open(sample_store)
    found = drivers(store, of_branch(store, "Sandaojie"))
    for group in ("ordinary", "vip"):
        rows = found.drivers[found.drivers["group"] == group]
        assert rows.iloc[0]["dimension"] == "responsiveness" and group in found.leads
        # The more of the person's satisfaction shows in an item, the more it moves: as planted.
        assert rows["share"].is_monotonic_decreasing
        assert set(rows["dimension"].head(3)) == {"responsiveness", "empathy", "reliability"}


def test_poor_and_good_by_hand():
    # One item of 1, 2, 2, 3: the quarters lie at 1.75 and 2.25; overall 1, 3, 3, 4.
    poor, good = poor_and_good(np.array([[1.0], [2.0], [2.0], [3.0]]))
    assert poor[:, 0].tolist() == [True, False, False, False]
    assert good[:, 0].tolist() == [False, False, False, True]
    found = contrasts(poor, good, np.array([1.0, 3.0, 3.0, 4.0]), np.ones((1, 4)))
    assert found[0] == pytest.approx([-2, 1])
