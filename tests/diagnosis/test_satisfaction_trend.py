"""Levels, limits and times around interventions, by hand and on the sample."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.charts import satisfaction_trend as charts
from analytics.diagnosis.satisfaction_trend import satisfaction_trend
from analytics.methods.change_points import levels
from analytics.store.reader import Store
from analytics.words import satisfaction_trend as words
from tests.diagnosis.logs import asked, of_branch, store_of


def test_two_levels_are_found_where_they_change():
    assert levels([8] * 10 + [4] * 12, [10] * 22).tolist() == [0] * 10 + [1] * 12
    assert levels([9] * 8 + [2] * 8 + [9] * 8, [10] * 24).tolist() == [0] * 8 + [1] * 8 + [2] * 8


@pytest.mark.parametrize(("yes", "n"), [([], []), ([5], [10]), ([10] * 20, [10] * 20), ([0] * 20, [10] * 20)])
def test_no_level_changes_where_nothing_does(yes, n):
    assert levels(yes, n).tolist() == [0] * len(n)


def test_steady_shares_seldom_seem_to_change_nor_do_restless_ones():
    rng = np.random.default_rng(1)
    n = rng.integers(60, 120, (100, 52))
    steady = [levels(rng.binomial(row, 0.8), row).max() > 0 for row in n]
    # Weeks that vary beyond the binomial: 0.8 ± 0.08.
    restless = [
        levels(rng.binomial(row, np.clip(rng.normal(0.8, 0.08, 52), 0, 1)), row).max() > 0 for row in n
    ]
    assert np.mean(steady) < 0.05 and np.mean(restless) < 0.1


def weekly(n_weeks: int = 20, n: int = 20, change: int = 12) -> pd.DataFrame:
    """Half satisfied in the first weeks, then nine of ten; Wednesdays."""
    rows = [
        (f"{w}-{i}", pd.Timestamp("2026-01-07 10:00") + pd.Timedelta(weeks=w), 5 if i < n * (0.5 if w < change else 0.9) else 2)
        for w in range(n_weeks)
        for i in range(n)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["response_id", "answered_at", "overall"]).assign(branch_id="B1")


def test_a_change_and_the_answers_around_an_intervention(tmp_path):
    live = pd.DataFrame(
        {
            "intervention_id": ["x"], "branch_id": "B1", "name": "More desks", "went_live_on": "2026-04-01",
            "measures": "[]",
        }
    )  # fmt: skip
    store = store_of(tmp_path, surveys=weekly(), interventions=live)
    found = satisfaction_trend(store, asked(store, date(2026, 1, 1), date(2026, 6, 1)))
    assert found.weeks["level"].tolist() == [0] * 12 + [1] * 8
    assert found.weeks["level_share"].iloc[[0, -1]].tolist() == [0.5, 0.9]
    assert found.weeks["week_on"].dt.day_name().unique().tolist() == ["Monday"]
    assert (found.weeks["side"] == 0).all()
    row = found.around.iloc[0]
    # The last answers are of 20 May, so 50 days lie on either side: seven weeks before, eight after.
    assert (row["days"], row["n_before"], row["n_after"]) == (50, 140, 160)
    assert row["difference"] == pytest.approx(0.4) and row["low"] > 0
    assert words.around_title(found) == "After 1\xa0Apr\xa02026 40\xa0pts more were satisfied than before"
    assert "from 50% to 90% satisfied since 30" in words.weeks_title(found, "all")
    figure = charts.weeks(found, "all")
    assert figure.layout.yaxis.ticktext[-1] == "100%" and figure.layout.xaxis.type == "date"
    assert [s.x0 for s in figure.layout.shapes] == [pd.Timestamp("2026-04-01")]


@pytest.mark.parametrize("survey", [weekly(1, 1), weekly(3, 12), weekly(3, 4)])
def test_few_answers(tmp_path, survey):
    store = store_of(tmp_path, surveys=survey)
    found = satisfaction_trend(store, asked(store, date(2026, 1, 1), date(2026, 6, 1)))
    assert found.weeks["low"].isna().all() and found.around.empty
    assert words.weeks_title(found, "all")
    if not found.weeks.empty:
        assert charts.weeks(found, "all").data


def test_no_dates(tmp_path):
    store = store_of(tmp_path, surveys=weekly(3).drop(columns="answered_at"))
    assert satisfaction_trend(store, asked(store)) is None


def test_the_sample_says_no_more_than_it_shows(sample_store):
    store = Store.open(sample_store)
    found = satisfaction_trend(store, of_branch(store, "Sandaojie"))
    rows = found.around.set_index("group")
    assert rows.loc["ordinary", "difference"] > 0
    raw = store.frame(
        """select avg((overall >= 4)::int) from surveys where branch_id = 'Sandaojie' and segment = 'ordinary'
        and answered_at >= date '2026-07-06' and answered_at < date '2026-10-04'"""
    )
    assert rows.loc["ordinary", "after"] == pytest.approx(raw.iloc[0, 0])
