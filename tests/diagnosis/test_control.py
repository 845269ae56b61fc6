"""Days out of the ordinary: the weekday's own level is none."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts.wait_days import control_chart
from analytics.diagnosis.control import control
from analytics.words import wait_days as words


@pytest.fixture
def days() -> pd.DataFrame:
    """Eight weeks; Mondays 20, other weekdays 5, one minute up and down in turn; one Wednesday of 20."""
    on = pd.bdate_range("2026-09-07", periods=40)
    waits = np.where(on.day_of_week == 0, 20.0, 5.0) + np.where(np.arange(40) // 5 % 2, 1, -1)
    waits[on == "2026-09-30"] = 20
    return pd.DataFrame({"day_on": on, "group": "ordinary", "n_served": 50, "wait_mean_min": waits})


def test_the_odd_day_is_named_and_mondays_are_not(days):
    found = control(days, ("ordinary",))
    assert found.days.loc[found.days["side"] > 0, "day_on"].dt.date.astype(str).tolist() == ["2026-09-30"]
    assert words.title(found).replace("\u00a0", " ") == "On 30 Sep waits were out of the ordinary"
    mondays = found.days[found.days["day_on"].dt.day_of_week == 0]
    assert mondays["usual_min"].tolist() == pytest.approx([20] * 8)
    assert (found.days["adjusted_min"] - found.days["wait_mean_min"] + found.days["usual_min"]).std() < 1e-9


def test_the_limits_are_stated(days):
    said = words.caption(control(days, ("ordinary",)))
    assert "2.66" in said and "40" in said


def test_a_group_nobody_of_which_was_called_can_be_drawn(days):
    found = control(days, ("ordinary", "vip"))
    assert found.days["group"].unique().tolist() == ["ordinary"] and np.isnan(found.limits["vip"].center)
    control_chart(found, 7.0)


def test_few_days_have_no_limits(days):
    found = control(days.head(3), ("ordinary",))
    assert (found.days["side"] == 0).all() and words.title(found).startswith("Too few days")
    control_chart(found, 7.0)
