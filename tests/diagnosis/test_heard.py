"""Raking by hand, response by segment, and the result by whom it counts."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import heard as charts
from analytics.diagnosis.heard import heard
from analytics.methods.raking import rake, weighted_share
from analytics.methods.scores import wilson
from analytics.store.reader import Store
from analytics.words import heard as words
from tests.diagnosis.logs import asked, of_branch, store_of
from tests.diagnosis.test_satisfaction import SIX, VISITS


def test_raked_weights_hold_every_margin():
    # Two by two cells of 10, 20, 30, 40 answers, raked to 50:50 and to 30:70.
    n = np.array([10, 20, 30, 40.0])
    row, column = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    weight = rake(n, [(row, np.array([50.0, 50])), (column, np.array([30.0, 70]))])
    held = n * weight
    assert held.sum() == pytest.approx(100)
    assert np.bincount(row, held) == pytest.approx([50, 50])
    assert np.bincount(column, held) == pytest.approx([30, 70])
    # Raking keeps the odds ratio of the cells.
    assert held[0] * held[3] / (held[1] * held[2]) == pytest.approx(10 * 40 / (20 * 30))


def test_a_category_without_answers_is_left_out():
    weight = rake([10, 30, 0], [(np.arange(3), np.array([50.0, 50, 100]))])
    assert weight == pytest.approx([2, 2 / 3, 0])


def test_equal_weights_give_wilsons_interval():
    found = weighted_share([3, 4], [5, 10], np.ones(2))
    value, low, high = (float(x) for x in wilson(7, 15))
    assert (found.value, found.low, found.high, found.n) == pytest.approx((value, low, high, 15))
    # Weights 2 and 1: (2·3 + 4) / (2·5 + 10) of effective 20² / (4·5 + 10).
    uneven = weighted_share([3, 4], [5, 10], np.array([2.0, 1]))
    assert uneven.value == pytest.approx(0.5)
    assert (uneven.low, uneven.high) == pytest.approx(tuple(float(x) for x in wilson(20 / 3, 40 / 3)[1:]))


def test_reputation_by_hand(tmp_path):
    # Ordinary: 2 of 4 satisfied, VIP 2 of 2. Three of four visits are ordinary; 9 of 10 customers; profit 90 of 1,000.
    customers = pd.DataFrame(
        {
            "customer_id": range(10), "branch_id": "B1", "as_of_on": "2026-03-01",
            "segment": ["ordinary"] * 9 + ["VIP"], "annual_profit": [10] * 9 + [910],
        }
    )  # fmt: skip
    store = store_of(tmp_path, surveys=SIX, visits=VISITS, customers=customers)
    found = heard(store, asked(store))
    assert {code: e.value for code, e in found.reputation.by.items()} == pytest.approx(
        {
            "answers": 4 / 6,
            "customers": 0.9 * 0.5 + 0.1,
            "visits": 0.75 * 0.5 + 0.25,
            "profit": 0.09 * 0.5 + 0.91,
        }
    )
    rows = found.response.set_index("segment")
    assert rows["n_answers"].to_dict() == {"ordinary": 3, "VIP": 1} and (rows["rate"] == 1).all()
    assert found.raw["ordinary"].value == pytest.approx(2 / 3)
    assert found.raked["ordinary"].value == pytest.approx(2 / 3), "every ticket was answered"
    assert found.silent == ()
    figure = charts.reputation(found)
    assert [t.x[0] for t in figure.data if t.mode == "markers"] == pytest.approx([4 / 6, 0.55, 0.625, 0.955])
    assert figure.layout.xaxis.ticktext[-1].endswith("%")


def test_answers_alone(tmp_path):
    store = store_of(tmp_path, surveys=SIX.drop(columns=["ticket_id", "segment"]))
    found = heard(store, asked(store))
    assert set(found.reputation.by) == {"answers"} and found.response.empty and found.raked == {}
    assert "by customers, by visits and by profit" in words.reputation_note(found)
    assert words.response_title(found) == "Who answers cannot be told"
    only_recommended = store_of(tmp_path / "nps", surveys=SIX.drop(columns="overall"))
    assert heard(only_recommended, asked(only_recommended)) is None


def test_the_sample_is_more_pleasing_to_those_who_bring_the_profit(sample_store):
    store = Store.open(sample_store)
    found = heard(store, of_branch(store, "Sandaojie"))
    assert found.reputation.by["profit"].low > found.reputation.by["visits"].high
    # Planted: 8 % of the tickets are answered, whoever holds them.
    assert (found.response["low"] < 0.08).all() and (found.response["high"] > 0.08).all()
    assert found.raked["ordinary"].value == pytest.approx(found.raw["ordinary"].value, abs=0.01)
    assert "more satisfied than customers at large" in words.reputation_title(found)
