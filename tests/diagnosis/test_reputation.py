"""The result by customers, visits and profit, customer by customer: by hand, and against a bootstrap of customers."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.heard import heard
from analytics.methods.raking import clustered_share, weighted_share
from analytics.words import heard as words
from tests.diagnosis.logs import asked, store_of

AT = "2026-03-02 09:00"
# Three customers of one segment: a, satisfied each time, answers three times and came four; b and c are dissatisfied.
SURVEYS = pd.DataFrame(
    {
        "response_id": range(5), "branch_id": "B1", "answered_at": "2026-03-02 10:00",
        "customer_id": ["a", "a", "a", "b", "c"], "overall": [5, 4, 5, 2, 3],
    }
)  # fmt: skip
VISITS = pd.DataFrame(
    {
        "ticket_id": range(6), "branch_id": "B1", "customer_id": ["a", "a", "a", "a", "b", "c"], "service": "cash",
        "arrived_at": AT, "called_at": AT, "finished_at": AT,
    }
)  # fmt: skip
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c"], "branch_id": "B1", "as_of_on": "2026-03-01", "segment": "ordinary",
        "annual_profit": [100, 300, 200],
    }
)  # fmt: skip


def test_each_customer_by_what_it_has(tmp_path):
    store = store_of(tmp_path, surveys=SURVEYS, visits=VISITS, customers=CUSTOMERS)
    found = heard(store, asked(store)).reputation
    values = {code: e.value for code, e in found.by.items()}
    assert values == pytest.approx(
        {"answers": 3 / 5, "customers": 1 / 3, "visits": 4 / 6, "profit": 100 / 600}
    )
    assert found.of_customers == {"customers", "visits", "profit"} and found.n_customers == 3
    assert "each known customer counting once" in words.reputation_caption(heard(store, asked(store)))


def test_without_a_list_of_customers_those_who_answer_count_once(tmp_path):
    store = store_of(tmp_path, surveys=SURVEYS)
    found = heard(store, asked(store)).reputation
    assert {code: e.value for code, e in found.by.items()} == pytest.approx(
        {"answers": 3 / 5, "customers": 1 / 3}
    )


def test_no_customer_weighs_more_than_three_times_the_mean(tmp_path):
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(10)], "branch_id": "B1", "as_of_on": "2026-03-01",
            "segment": "ordinary", "annual_profit": [9100] + [100] * 9,
        }
    )  # fmt: skip
    surveys = pd.DataFrame(
        {
            "response_id": range(10),
            "branch_id": "B1",
            "customer_id": customers["customer_id"],
            "overall": [1] + [5] * 9,
        }
    )
    store = store_of(tmp_path, surveys=surveys, customers=customers)
    # The mean is 1,000: the one of 9,100 counts 3,000 against 900 of the others.
    assert heard(store, asked(store)).reputation.by["profit"].value == pytest.approx(900 / 3900)


def test_segments_of_mostly_unknown_customers_stand_by_all_their_answers(tmp_path):
    surveys = SURVEYS.assign(customer_id=["a", None, None, None, None], segment="ordinary")
    gold = surveys.assign(
        response_id=range(10, 15), segment="gold", customer_id=list("vwxyz"), overall=[5, 5, 5, 5, 2]
    )
    customers = pd.concat(
        [
            CUSTOMERS,
            pd.DataFrame(
                {
                    "customer_id": list("vwxyz"),
                    "branch_id": "B1",
                    "as_of_on": "2026-03-01",
                    "segment": "gold",
                    "annual_profit": 200,
                }
            ),
        ]
    )
    store = store_of(tmp_path, surveys=pd.concat([surveys, gold]), customers=customers)
    found = heard(store, asked(store)).reputation
    # Ordinary: 3 of 5 answers for 600 of profit; gold: each of five customers alike for 1,000.
    assert found.by["profit"].value == pytest.approx((600 * 0.6 + 1000 * 0.8) / 1600)
    assert found.of_customers == frozenset()


def test_one_person_an_answer_is_wilsons_interval_nearly():
    rng = np.random.default_rng(3)
    yes = (rng.random(400) < 0.7).astype(float)
    one, other = (
        clustered_share(yes, np.ones(400), np.ones(400)),
        weighted_share(yes, np.ones(400), np.ones(400)),
    )
    assert one.value == other.value and (one.low, one.high) == pytest.approx(
        (other.low, other.high), abs=2e-4
    )


def test_the_interval_equals_a_bootstrap_of_customers():
    rng = np.random.default_rng(5)
    n_persons = 600
    stratum = (rng.random(n_persons) < 0.25).astype(np.int64)
    n = rng.integers(1, 6, n_persons).astype(float)
    yes = rng.binomial(n.astype(int), np.clip(rng.beta(3, 1.5, n_persons) + 0.1 * stratum, 0, 1)).astype(
        float
    )
    weight, totals = rng.gamma(2, 1, n_persons) / n, np.array([40.0, 60.0])
    found = clustered_share(yes, n, weight, stratum, totals)
    drawn = np.empty(3000)
    for k in range(len(drawn)):
        shares = []
        for h in (0, 1):
            own = np.flatnonzero(stratum == h)
            some = rng.choice(own, len(own))
            shares.append((weight[some] @ yes[some]) / (weight[some] @ n[some]))
        drawn[k] = 0.4 * shares[0] + 0.6 * shares[1]
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))


@pytest.mark.parametrize("yes", [[0.0, 0.0, 0.0], [2.0, 1.0, 1.0]])
def test_where_all_are_of_one_mind_the_interval_is_that_of_so_many_persons(yes):
    found = clustered_share(yes, [2.0, 1.0, 1.0], np.ones(3))
    assert found.value in (0, 1) and 0 <= found.low < found.high <= 1 and found.n == 4
    assert not clustered_share([], [], np.ones(0)).is_known
    alone = clustered_share([1.0], [2.0], np.ones(1))
    assert alone.value == 0.5 and alone.high - alone.low > 0.7
