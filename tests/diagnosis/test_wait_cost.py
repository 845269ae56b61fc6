"""The planted cost of waiting comes out; curves by an independent computation; odd data say so."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import wait_cost as charts
from analytics.diagnosis.wait_cost import wait_cost
from analytics.filters import Targets
from analytics.methods.ordered import merged, ordered_logit
from analytics.methods.splines import knots, natural, share_curve
from analytics.store.reader import Store
from analytics.words import wait_cost as words
from tests.diagnosis.logs import asked, of_branch, store_of
from tests.diagnosis.test_satisfaction import SIX, VISITS


def test_the_planted_slope_lies_inside_the_interval(sample_store):
    store = Store.open(sample_store)
    found = wait_cost(store, of_branch(store, "Sandaojie"))
    # sample_data/world/surveys.py: 0.062 a minute over a logistic noise of scale 0.55.
    for group in ("ordinary", "vip"):
        _value, low, high = found.slope[group]
        assert low < -0.062 / 0.55 < high
        assert found.per_minute[group].high < 0
    # Satisfied is above the cut 0.15: half are where mood − 0.062 wait = 0.15, with a mood of about 1.5 at no wait.
    turn = found.turns["ordinary"]
    assert turn.low < turn.value < turn.high and turn.high - turn.low < 5
    assert found.misses["ordinary"].value < turn.value
    curve = found.curves[found.curves["group"] == "ordinary"]
    assert curve["share"].is_monotonic_decreasing and curve["wait_min"].iloc[0] == 0


def test_the_curve_finds_where_a_known_share_falls_below_half():
    rng = np.random.default_rng(4)
    n_held = 0
    for _ in range(30):
        wait = rng.exponential(12, 800)
        yes = rng.random(800) < 1 / (1 + np.exp(0.15 * (wait - 18)))
        curve = share_curve(wait, yes, np.arange(800))
        _value, low, high = curve.falls_below(0.5, np.arange(0, 60, 0.1))
        n_held += low <= 18 <= (high if np.isfinite(high) else 60)
        step, step_low, step_high = curve.step(wait)
        assert step_low < step < step_high < 0
    assert n_held >= 26


def test_natural_splines_are_straight_beyond_the_outer_knots():
    at = knots(np.arange(101.0))
    assert at.tolist() == [5, 35, 65, 95]
    outside = natural([95, 105, 115, 125.0], at)
    assert np.diff(outside, n=2, axis=0) == pytest.approx(np.zeros((2, 3)), abs=1e-9)
    assert natural([0, 2, 4.0], at)[:, 1:] == pytest.approx(np.zeros((3, 2)))


def test_two_ratings_are_a_plain_logit():
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 1))
    y = (rng.random(400) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    plain = sm.Logit(y, sm.add_constant(x)).fit(disp=0)
    found = ordered_logit(y, x, np.arange(400))
    assert found.slope[0] == pytest.approx(plain.params[1], abs=1e-4)
    robust = sm.Logit(y, sm.add_constant(x)).fit(disp=0, cov_type="HC0").bse[1]
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.959964 * robust, rel=1e-3)


def test_rare_ratings_go_with_their_neighbour():
    ratings = np.repeat([1.0, 2, 3, 4, 5], [3, 20, 30, 2, 4])
    assert np.bincount(merged(ratings)).tolist() == [23, 36]


@pytest.mark.parametrize("overall", [[5] * 6, [5, 4, 2, 3, 5, 5]])
def test_too_few_answers_name_their_ticket(tmp_path, overall):
    store = store_of(tmp_path, surveys=SIX.assign(overall=overall), visits=VISITS)
    assert wait_cost(store, asked(store)) is None
    alone = store_of(tmp_path / "alone", surveys=SIX.drop(columns="ticket_id"))
    assert wait_cost(alone, asked(alone)) is None


def test_nobody_turns_within_the_waits_seen(tmp_path):
    rng = np.random.default_rng(2)
    n = 200
    wait = rng.uniform(1, 5, n)
    at = pd.Timestamp("2026-03-02 09:00")
    visits = pd.DataFrame(
        {
            "ticket_id": range(n), "branch_id": "B1", "service": "cash", "arrived_at": at,
            "called_at": at + pd.to_timedelta(wait.round(2), unit="min"),
            "finished_at": at + pd.Timedelta(minutes=9),
        }
    )  # fmt: skip
    surveys = pd.DataFrame(
        {
            "response_id": range(n), "branch_id": "B1", "answered_at": at + pd.Timedelta(minutes=20),
            "ticket_id": range(n), "overall": np.where(rng.random(n) < 0.9, 5, 2),
        }
    )  # fmt: skip
    store = store_of(tmp_path, surveys=surveys, visits=visits)
    found = wait_cost(store, asked(store))
    assert not found.turns["all"].is_known
    assert words.title(found) == "Customers stay satisfied through all waits seen"
    figure = charts.cost(found, Targets())
    assert figure.layout.yaxis.ticktext[-1] == "100%" and "min" in figure.layout.xaxis.ticktext[-1]
    assert [t.name for t in figure.data if t.mode == "lines" and t.name] == ["all"]
