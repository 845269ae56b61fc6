"""Satisfaction of a few answers worked out by hand, of many by plain pandas, and where little was asked."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.satisfaction import satisfaction
from analytics.methods.scores import wilson
from analytics.store.reader import Store
from tests.diagnosis.logs import asked, of_branch, store_of

# Six answers on 1–5 and 0–10; satisfied are 4 and 5.
#   ordinary: 5, 4, 2, 3 -> 2 of 4; recommend 10, 9, 3, 7 -> (2 − 1) / 4 = 25 points
#   VIP:      5, 5       -> 2 of 2; recommend 8, 6        -> (0 − 1) / 2 = −50 points
# Empathy (two items, averaged within an answer): ordinary (6+4)/2 = 5, 3, 4, – -> mean 4; expected 6, 5 for the
# first two -> gaps −1 and −2 -> −1.5. Tangibles: ordinary 7, 5, 6 -> 6.
SIX = pd.DataFrame(
    {
        "response_id": list("abcdef"),
        "branch_id": "B1",
        "answered_at": [
            "2026-03-02 10:00",
            "2026-03-03 10:00",
            "2026-03-30 10:00",
            None,
            "2026-03-02 12:00",
            None,
        ],
        "touchpoint": ["counter", "counter", "lobby", "counter", "counter", "lobby"],
        "segment": ["ordinary"] * 4 + ["VIP"] * 2,
        "ticket_id": ["1", "2", "3", None, "5", None],
        "overall": [5, 4, 2, 3, 5, 5],
        "recommend": [10, 9, 3, 7, 8, 6],
        "perceived_empathy_1": [6, 2, 4, None, 7, None],
        "perceived_empathy_2": [4, 4, 4, None, 7, None],
        "perceived_tangibles": [7, 5, 6, None, 3, None],
        "expected_empathy_1": [6, 6, None, None, None, None],
        "expected_empathy_2": [6, 4, None, None, None, None],
    }
)
# Waits of 4, 12 and 40 minutes for ordinary customers, exactly 5 for the VIP.
VISITS = pd.DataFrame(
    {
        "ticket_id": ["1", "2", "3", "5"],
        "branch_id": "B1",
        "segment": ["ordinary", "ordinary", "ordinary", "VIP"],
        "service": "cash",
        "arrived_at": ["2026-03-02 09:00", "2026-03-03 09:00", "2026-03-30 09:00", "2026-03-02 11:00"],
        "called_at": ["2026-03-02 09:04", "2026-03-03 09:12", "2026-03-30 09:40", "2026-03-02 11:05"],
        "finished_at": ["2026-03-02 09:09", "2026-03-03 09:19", "2026-03-30 09:50", "2026-03-02 11:15"],
    }
)


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("six"), surveys=SIX, visits=VISITS)


def test_headlines_of_six_answers(six):
    result = satisfaction(six, asked(six))
    assert (result.n_answers, result.n_undated, result.scale) == (6, 2, (1.0, 5.0))
    assert result.groups == ("ordinary", "vip")
    assert result.csat_share["ordinary"].value == 2 / 4
    assert (result.csat_share["ordinary"].low, result.csat_share["ordinary"].high) == pytest.approx(
        tuple(float(x) for x in wilson(2, 4)[1:])
    )
    assert result.csat_share["vip"].value == 1
    assert result.nps["ordinary"].value == pytest.approx(25)
    assert result.nps["vip"].value == pytest.approx(-50)
    assert result.overall_mean["ordinary"].value == pytest.approx(14 / 4)
    assert all(estimate.is_small for estimate in result.csat_share.values())


def test_items_of_six_answers(six):
    rows = satisfaction(six, asked(six)).items.set_index(["dimension", "group"])
    empathy = rows.loc[("empathy", "ordinary")]
    assert empathy["n"] == 3
    assert empathy["mean"] == pytest.approx((5 + 3 + 4) / 3)
    assert empathy["n_pairs"] == 2
    assert empathy["expected"] == pytest.approx((6 + 5) / 2)
    assert empathy["gap"] == pytest.approx(-1.5)
    # Paired t with one degree of freedom: −1.5 ± 12.706 · 0.5, and no gap on 1–7 is beyond −6.
    assert (empathy["gap_low"], empathy["gap_high"]) == pytest.approx((-6, 4.853), abs=1e-3)
    assert rows.loc[("tangibles", "ordinary"), "mean"] == pytest.approx(6)
    assert np.isnan(rows.loc[("tangibles", "ordinary"), "gap"])
    weakest = satisfaction(six, asked(six)).weakest_item
    assert (weakest.dimension, weakest.group) == ("empathy", "ordinary")
    assert weakest.gap.value == pytest.approx(-1.5)


def test_waits_of_six_answers(six):
    rows = satisfaction(six, asked(six)).waits
    found = {(r.group, r.from_min): (r.n, r.csat_share) for r in rows.itertuples()}
    # 5 minutes belong to 5–10, 40 to 30 and more.
    assert found == {
        ("ordinary", 0): (1, 1),
        ("ordinary", 10): (1, 1),
        ("ordinary", 30): (1, 0),
        ("vip", 5): (1, 1),
    }
    assert np.isnan(rows.loc[rows["from_min"] == 30, "to_min"].iloc[0])


def test_months_and_touchpoints_of_six_answers(six):
    result = satisfaction(six, asked(six))
    months = result.months[result.months["group"] == "ordinary"]
    assert months["n"].sum() == 3, "undated answers are in no month"
    assert months["csat_share"].tolist() == [pytest.approx(2 / 3)]
    counter = result.touchpoints.query("touchpoint == 'counter' and group == 'ordinary'").iloc[0]
    assert (counter["n"], counter["csat_share"]) == (3, pytest.approx(2 / 3))
    assert result.segments.set_index("segment")["n"].to_dict() == {"VIP": 2, "ordinary": 4}


def test_a_shorter_period_keeps_undated_answers(six):
    result = satisfaction(six, asked(six, date(2026, 3, 3), date(2026, 3, 4)))
    assert (result.n_answers, result.n_undated) == (3, 2)
    # The change compares dated answers alone: 3 March (satisfied) against 2 March (satisfied).
    assert result.changes["csat_share"]["ordinary"].value == 0
    assert result.changes["csat_share"]["ordinary"].n == 1


@pytest.mark.parametrize(
    ("scale", "answers", "n_satisfied"),
    [
        ([1, 7], [7, 6, 5, 1], 2),
        ([0, 10], [10, 9, 8, 0], 2),
        ([1, 5], [5, 4, 3, 1], 2),
        ([1, 10], [10, 9, 8, 7], 2),
    ],
)
def test_satisfied_are_the_top_two_points_as_asked(tmp_path: Path, scale, answers, n_satisfied):
    from analytics.store.loading import load

    frame = pd.DataFrame({"response_id": range(4), "branch_id": "B1", "overall": answers})
    frame.to_csv(tmp_path / "surveys.csv", index=False)
    mapping = tmp_path / "surveys.toml"
    mapping.write_text(f'table = "surveys"\n[scales]\noverall = {scale}\n')
    load([tmp_path / "surveys.csv"], tmp_path / "store", mapping=mapping)
    store = Store.open(tmp_path / "store")
    result = satisfaction(store, asked(store))
    assert result.csat_share["all"].value == n_satisfied / 4
    assert result.scale == tuple(scale)
    assert result.n_undated == 4
    assert result.months.empty and result.changes == {}


def test_many_answers_by_plain_pandas(sample_store):
    store = Store.open(sample_store)
    filters = of_branch(store, "Sandaojie")
    result = satisfaction(store, filters)
    raw = store.frame("select * from surveys where branch_id = 'Sandaojie'")
    assert result.n_answers == len(raw)
    group = np.where(raw["segment"].isin(["VIP", "gold"]), "vip", "ordinary")
    rated = raw["overall"].notna()
    expected = (raw["overall"] >= 4)[rated].groupby(group[rated]).mean()
    assert {g: e.value for g, e in result.csat_share.items()} == pytest.approx(expected.to_dict())
    score = raw["recommend"].dropna()
    points = 100 * ((score >= 9).astype(int) - (score <= 6).astype(int)).groupby(group[score.index]).mean()
    assert {g: e.value for g, e in result.nps.items()} == pytest.approx(points.to_dict())
    of_month = raw[rated].assign(group=group[rated], month=raw["answered_at"].dt.to_period("M"))
    n = of_month[of_month["group"] == "vip"].groupby("month").size()
    assert result.months.query("group == 'vip'")["n"].tolist() == n.tolist()
    for by in (result.touchpoints, result.segments):
        assert by["n"].sum() == rated.sum()
        assert ((by["low"] <= by["csat_share"]) & (by["csat_share"] <= by["high"])).all()


def test_the_sample_shows_that_satisfaction_falls_with_the_wait(sample_store):
    store = Store.open(sample_store)
    waits = satisfaction(store, of_branch(store, "Sandaojie")).waits.query("group == 'ordinary'")
    assert waits["csat_share"].is_monotonic_decreasing
    assert waits.iloc[0]["low"] > waits.iloc[-1]["high"]


def test_no_split_where_answers_do_not_say_whose_they_are(tmp_path):
    store = store_of(tmp_path, surveys=SIX.drop(columns=["segment", "ticket_id"]), visits=VISITS)
    assert asked(store).grouping.is_split
    result = satisfaction(store, asked(store, group="vip"))
    assert result.groups == ("all",)
    assert result.csat_share["all"].n == 6
    assert result.items.set_index("dimension").loc["empathy", "expected"] == pytest.approx(5.5)


def test_one_group_alone(six):
    result = satisfaction(six, asked(six, group="vip"))
    assert result.groups == ("vip",)
    assert result.n_answers == 2
    assert result.weakest_item.dimension == "tangibles"


def test_only_a_recommendation_was_asked(tmp_path):
    store = store_of(tmp_path, surveys=SIX[["response_id", "branch_id", "answered_at", "recommend"]])
    result = satisfaction(store, asked(store))
    assert not result.csat_share["all"].is_known
    assert result.nps["all"].value == pytest.approx(0)
    assert result.weakest_item is None and result.items.empty and result.waits.empty


def test_nothing_there(tmp_path):
    empty = Store.open(tmp_path / "nothing")
    assert satisfaction(empty, asked(empty)) is None
    visits_only = store_of(tmp_path / "visits", visits=VISITS)
    assert satisfaction(visits_only, asked(visits_only)) is None
