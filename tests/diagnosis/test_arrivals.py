"""Coming tickets: weekdays, pay days and holidays found again; closed only where the data show it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.charts import wait_arrivals as charts
from analytics.diagnosis.arrivals import arrivals
from analytics.methods.counts_forecast import fit
from analytics.methods.public_holidays import kinds
from analytics.words import wait_arrivals as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of


def history(start="2025-09-01", end="2026-04-26", *, closes=True, seed=1) -> pd.Series:
    """Weekdays 100 tickets, Mondays 150, the 10th (or the next open day) half as many again."""
    days = pd.date_range(start, end)
    off = kinds(days).is_off if closes else np.zeros(len(days), bool)
    is_open = (days.day_of_week < 5) & ~off
    due, mean = False, []
    for day, opens in zip(days, is_open, strict=True):
        due = due or day.day == 10
        mean.append((150 if day.day_of_week == 0 else 100) * (1.5 if due else 1) if opens else 0)
        due = due and not opens
    return pd.Series(np.random.default_rng(seed).poisson(mean), days)


def test_weekdays_and_the_tenth_are_found_again():
    found = fit(history()).predict(28)
    tenth = found.effects.set_index("effect").loc["day_10"]
    assert tenth["factor"] == pytest.approx(1.5, rel=0.08) and tenth["low"] > 1.3 and tenth["n"] == 8
    days = found.days.set_index("day_on")
    assert days.loc["2026-04-27", "expected"] == pytest.approx(150, rel=0.06)
    assert days.loc["2026-05-07", "expected"] == pytest.approx(100, rel=0.06)
    # The 10th of May 2026 is a Sunday: its customers come on Monday.
    assert days.loc["2026-05-10", "expected"] == 0
    assert days.loc["2026-05-11", "expected"] == pytest.approx(225, rel=0.1)


def test_labour_day_is_closed_where_holidays_were_and_open_where_they_were_not():
    closed = fit(history()).predict(28).days.set_index("day_on")
    assert closed.loc["2026-05-01":"2026-05-05", "closed_for"].tolist() == [
        "holiday", "weekday", "weekday", "holiday", "holiday",
    ]  # fmt: skip
    # Saturday the 9th is worked in exchange, yet such Saturdays were closed here.
    assert closed.loc["2026-05-09", "closed_for"] == "weekday"
    opened = fit(history(closes=False)).predict(28).days.set_index("day_on")
    assert opened.loc["2026-05-01", "is_open"] and opened.loc["2026-05-01", "expected"] > 80


def test_a_sunday_worked_in_exchange_is_open_where_such_sundays_were():
    counts = history("2025-09-01", "2026-09-13")
    counts[counts.index[kinds(pd.DatetimeIndex(counts.index)).is_make_up]] = 90
    days = fit(counts).predict(28).days.set_index("day_on")
    assert days.loc["2026-09-20", "is_open"] and not days.loc["2026-09-27", "is_open"]


def test_the_interval_covers_nineteen_in_twenty():
    inside = []
    for seed in range(8):
        counts = history("2025-09-01", "2026-09-20", seed=seed)
        ahead = fit(counts.iloc[:-28]).predict(28).days
        actual = counts.iloc[-28:].to_numpy()
        is_open = actual > 0
        inside += list((ahead["low"] <= actual)[is_open] & (actual <= ahead["high"])[is_open])
    assert 0.90 <= np.mean(inside) <= 0.99


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rows = []
    for day, n in history().items():
        at = day + pd.to_timedelta(540 + np.arange(n), unit="min")
        rows.append(pd.DataFrame({"ticket_id": np.arange(n), "arrived_at": at}))
    frame = pd.concat(rows).assign(branch_id="B", service="cash", called_at=lambda f: f["arrived_at"])
    return store_of(tmp_path_factory.mktemp("arrivals"), visits=frame.to_csv(index=False))


def test_trial_forecasts_beat_the_weekdays_mean(store):
    found = arrivals(store, asked("2026-02-01", "2026-04-27"))
    assert found.days["day_on"].iloc[0].date() == date(2026, 4, 25) and len(found.days) == 28
    assert found.error.value < found.error_weekday.value and found.error.n > 60
    assert found.covered_share.value > 0.85
    assert found.total.low < found.days["expected"].sum() < found.total.high
    assert "Closed for the holidays" in words.effects(found) and "day 10" in words.effects(found)
    assert "off by" in words.trust(found)
    assert [t.name for t in charts.coming(found).data if t.name] == ["counted", "expected"]


def test_only_what_was_known_then_counts(store):
    early = arrivals(store, asked("2025-12-01", "2026-02-01"))
    assert early.history["day_on"].max() < pd.Timestamp("2026-02-01")
    assert early.days["day_on"].iloc[0] == pd.Timestamp("2026-01-31")


def test_a_few_days_are_not_enough(tmp_path):
    assert arrivals(store_of(tmp_path, visits=FIVE), asked()) is None


def test_days_all_alike_are_forecast_as_they_were():
    days = pd.date_range("2026-09-01", "2026-11-20")
    counts = pd.Series(np.where(days.day_of_week < 5, 60.0, 0.0), days)
    found = fit(counts).predict(28)
    assert found.days.loc[found.days["is_open"], "expected"].to_numpy() == pytest.approx(60, rel=0.01)
    assert found.effects.empty
