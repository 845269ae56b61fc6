"""Customers who answer more than once count as one person: intervals against a bootstrap of whole customers."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis import answers as area
from analytics.diagnosis.satisfaction import satisfaction
from analytics.methods.scores import design_effect, mean, net_promoter, wilson
from tests.diagnosis.logs import asked, store_of


def survey(n_customers: int, seed: int = 8) -> pd.DataFrame:
    """Customers of one to nine answers that resemble each other, and as many answers of nobody known."""
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 10, n_customers)
    customer = np.repeat(np.arange(n_customers), n)
    mood = rng.normal(0, 1.2, n_customers)[customer] + rng.normal(0, 0.7, len(customer))
    named = pd.DataFrame({"customer_id": [f"c{c}" for c in customer], "mood": mood})
    unnamed = pd.DataFrame({"customer_id": None, "mood": rng.normal(0, 1.4, len(named) // 4)})
    frame = pd.concat([named, unnamed], ignore_index=True)
    return frame.assign(
        response_id=range(len(frame)), branch_id="B1", answered_at="2026-03-02 10:00", touchpoint=rng.choice(["lobby", "counter"], len(frame)),
        overall=np.clip((3.4 + frame["mood"]).round(), 1, 5), recommend=np.clip((7 + 2 * frame["mood"]).round(), 0, 10),
    ).drop(columns="mood")  # fmt: skip


def test_the_effect_by_hand():
    # Three persons: 1 of 1, 2 of 2 and 0 of 1 satisfied; p = 3/4. Σ (y − p n)² = 1/16 + 1/4 + 9/16 = 7/8; 3/2 of it over
    # 4² is the variance over persons, p (1 − p) / 3 that of four answers apart.
    found = design_effect(3, 4, 1 + 4 + 1, 3, 1 + 4, 1 + 4, 3)
    assert found == pytest.approx(max(1.5 * (7 / 8) / 16 / (3 / 16 / 3), 1))
    # Whoever answers four times alike counts once; so does everybody where nothing differs.
    assert design_effect(10, 40, 160, 20, 80, 80, 20) == pytest.approx(4 * (10 / 9) * (39 / 40))
    assert design_effect(5, 20, 80, 20, 80, 80, 20) == 4 and design_effect(1, 7, 49, 3, 9, 21, 3) == 7
    assert design_effect(0, 0, 0, 0, 0, 0, 0) == 1


def test_no_effect_leaves_the_published_intervals():
    assert wilson(7, 10, 1.0) == wilson(7, 10) and mean(30, 110, 9, 1.0) == mean(30, 110, 9)
    assert net_promoter(5, 2, 9, 1.0) == net_promoter(5, 2, 9)
    assert [float(x) for x in wilson(70, 100, 4)[1:]] == pytest.approx(
        [float(x) for x in wilson(17.5, 25)[1:]]
    )


def test_headline_intervals_equal_a_bootstrap_of_customers(tmp_path):
    frame = survey(400)
    store = store_of(tmp_path, surveys=frame)
    found = satisfaction(store, asked(store))
    assert found.n_customers == 400 and not found.is_about
    person = pd.factorize(
        frame["customer_id"]
        .fillna("")
        .where(frame["customer_id"].notna(), "r" + frame["response_id"].astype(str))
    )[0]
    values = {
        "csat_share": (frame["overall"] >= 4).astype(float), "overall_mean": frame["overall"],
        "nps": 100 * ((frame["recommend"] >= 9).astype(float) - (frame["recommend"] <= 6)),
    }  # fmt: skip
    rng = np.random.default_rng(1)
    n = np.bincount(person)
    for name, value in values.items():
        total = np.bincount(person, value)
        drawn = rng.integers(0, len(n), (4000, len(n)))
        low, high = np.quantile(total[drawn].sum(axis=1) / n[drawn].sum(axis=1), [0.025, 0.975])
        estimate = getattr(found, name)["all"]
        assert estimate.value == pytest.approx(value.mean())
        assert estimate.high - estimate.low == pytest.approx(high - low, rel=0.06), name
        assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=0.12 * (high - low)), name
        apart = 2 * 1.96 * value.std() / len(value) ** 0.5
        assert high - low > 1.3 * apart, "answers of one customer resemble each other here"


def test_answers_of_customers_known_by_their_ticket_alone_are_taken_together(tmp_path):
    at = "2026-03-02 09:00"
    visits = pd.DataFrame(
        {"ticket_id": range(40), "branch_id": "B1", "customer_id": [f"c{i % 10}" for i in range(40)], "service": "cash",
         "arrived_at": at, "called_at": at, "finished_at": at}
    )  # fmt: skip
    surveys = pd.DataFrame(
        {"response_id": range(40), "branch_id": "B1", "answered_at": "2026-03-02 10:00", "ticket_id": range(40),
         "overall": [5 if i % 10 < 6 else 2 for i in range(40)]}
    )  # fmt: skip
    store = store_of(tmp_path, surveys=surveys, visits=visits)
    found = satisfaction(store, asked(store))
    share = found.csat_share["all"]
    assert (found.n_customers, share.n, share.value) == (10, 40, 0.6)
    # Ten customers of whom six are satisfied, each as often as they came: worth 9.2 answers.
    effect = 4 * (10 / 9) * (39 / 40)
    assert (share.low, share.high) == pytest.approx([float(x) for x in wilson(24, 40, effect)[1:]])
    assert found.services["service"].tolist() == ["cash"]
    assert found.services[["low", "high"]].iloc[0].tolist() == pytest.approx([share.low, share.high])


def test_many_answers_are_judged_by_some_of_the_customers(tmp_path, monkeypatch):
    frame = survey(3000)
    store = store_of(tmp_path, surveys=frame)
    whole = satisfaction(store, asked(store))
    monkeypatch.setattr(area, "MOST_FOR_EFFECTS", 6000)
    some = satisfaction(store, asked(store))
    assert some.is_about and not whole.is_about and whole.n_customers == 3000
    assert some.n_customers == pytest.approx(3000, rel=0.1)
    one, other = (x.csat_share["all"] for x in (whole, some))
    assert other.value == one.value
    assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.05)
