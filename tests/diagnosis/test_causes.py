"""Causes of long days, and a day replayed by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.charts import wait_causes as charts
from analytics.diagnosis.causes import causes
from analytics.diagnosis.day_replay import replay, worst_days
from analytics.filters import Grouping
from analytics.words import wait_causes as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of


@pytest.fixture(scope="module")
def crowds(tmp_path_factory):
    """Sixty weekdays of 20 to 80 tickets; the wait is a tenth of the day's tickets in minutes, and a little luck."""
    rng, frames = np.random.default_rng(3), []
    for day in pd.bdate_range("2026-08-03", periods=60):
        n = int(rng.integers(20, 81))
        arrived = (day + pd.to_timedelta(np.sort(rng.uniform(540, 900, n)), unit="min")).round("s")
        called = arrived + pd.to_timedelta(np.full(n, n / 10 + rng.normal(0, 0.5) + 2), unit="min")
        frames.append(
            pd.DataFrame(
                {"ticket_id": np.arange(n), "branch_id": "B", "service": "cash", "arrived_at": arrived,
                 "called_at": called, "finished_at": called + pd.to_timedelta(rng.gamma(4, 1, n), unit="min")}
            )
        )  # fmt: skip
    return store_of(tmp_path_factory.mktemp("crowds"), visits=pd.concat(frames).to_csv(index=False))


ASKED = {"start": "2026-08-01", "end": "2026-11-01", "grouping": Grouping()}


def test_the_number_of_customers_is_the_cause_and_shares_add_up(crowds):
    found = causes(crowds, asked(**ASKED))
    rows = found.causes.set_index("cause")
    assert rows.index[0] == "load" and rows.index[-1] == "unexplained" and rows.loc["load", "share"] > 0.7
    assert rows["share"].sum() == pytest.approx(1) and rows["share"].iloc[:-1].sum() == pytest.approx(
        found.r2
    )
    assert (rows["low"] <= rows["share"] + 0.05).all() and (rows["share"] <= rows["high"] + 0.05).all()
    # One service, nobody named: neither mix nor staff can be told.
    assert "mix" not in rows.index and "staff" not in rows.index
    assert words.title(found) == "Waits rise and fall mostly with the number of customers"
    assert len(charts.shares(found).data) == len(rows)


def test_few_days_say_nothing(tmp_path):
    assert causes(store_of(tmp_path, visits=FIVE), asked()) is None


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    return store_of(tmp_path_factory.mktemp("five"), visits=FIVE)


def test_the_five_ticket_day_minute_by_minute(five):
    found = replay(five, asked(), date(2026, 11, 2))
    minutes = found.minutes.set_index("minute")
    # 9:01: tickets 1 and 2 wait. 9:06: ticket 2 waits, 1 and 3 are served. 9:36: tickets 4 and 5 wait, nobody is served.
    assert minutes.loc[[541, 546, 576], "n_waiting"].tolist() == [2, 1, 2]
    assert minutes.loc[[541, 546, 576], "n_busy"].tolist() == [0, 2, 0]
    assert minutes.loc[542, "called"] == "1" and minutes.loc[552, "called"] == "2"
    top = found.longest.iloc[0]
    # Ticket 2 waited 11 minutes behind one other; 3 came later and was called at once.
    assert (top["ticket_id"], top["wait_min"], top["n_ahead"], top["n_overtook"]) == ("2", 11, 1, 1)
    assert found.longest["counters_max"].tolist() == [2] * 4
    assert len(charts.replay(found).data) == 2 + 4


def test_only_the_group_asked_for_is_followed_but_all_are_counted(five):
    found = replay(five, asked(group="vip"), date(2026, 11, 2))
    assert found.longest["ticket_id"].tolist() == ["3"] and found.n == 5


def test_the_day_of_the_longest_wait_comes_first(crowds):
    days = worst_days(crowds, asked(**ASKED))
    assert days["wait_max_min"].is_monotonic_decreasing and len(days) == 60
    assert replay(crowds, asked(**ASKED), date(2027, 1, 1)) is None


def test_a_day_on_which_all_left_can_be_drawn(tmp_path):
    text = "ticket_id,branch_id,service,arrived_at\n1,B,cash,2026-11-02 09:00\n2,B,cash,2026-11-02 09:01\n"
    store = store_of(tmp_path, visits=text)
    found = replay(store, asked(grouping=Grouping()), date(2026, 11, 2))
    assert found.longest.empty and found.minutes["n_waiting"].sum() == 0
    charts.replay(found)
    assert words.replay_title(found).startswith("Nobody")
    assert worst_days(store, asked(grouping=Grouping())).empty
