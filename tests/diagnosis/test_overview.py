"""The overview puts together what the areas found, with whatever data there are."""

import numpy as np
import pandas as pd

from analytics.diagnosis.overview import overview
from analytics.diagnosis.worst import worst_half_hours
from analytics.store import Store
from tests.diagnosis.test_wait_times import FIVE, asked, store_of

SURVEYS = """response_id,branch_id,answered_at,segment,overall,perceived_empathy,perceived_assurance
1,B,2026-11-02 10:00,ordinary,5,6,4
2,B,2026-11-02 11:00,ordinary,2,5,3
3,B,2026-11-02 12:00,VIP,4,7,7
"""
EVENTS = """case_id,process,branch_id,activity,resource,started_at,finished_at
a,loan,B,apply,r,2026-11-02 09:00,2026-11-02 09:30
a,loan,B,approve,s,2026-11-02 11:30,2026-11-02 12:00
"""


def test_all_areas_are_there(tmp_path):
    found = overview(store_of(tmp_path, visits=FIVE, surveys=SURVEYS, events=EVENTS), asked())
    assert found.waits.n_tickets == 5
    assert (found.csat_share["ordinary"].value, found.csat_share["vip"].value, found.n_answers) == (0.5, 1, 3)
    assert found.weakest.dimension == "assurance"
    assert (found.handover.from_activity, found.handover.to_activity) == ("apply", "approve")
    assert found.worst["half_hour"].tolist() == [19, 18]


def test_any_area_may_be_missing(tmp_path):
    for name, text in {"visits": FIVE, "surveys": SURVEYS, "events": EVENTS}.items():
        folder = tmp_path / name
        folder.mkdir()
        found = overview(store_of(folder, **{name: text}), asked())
        assert (found.waits is not None, found.n_answers > 0, found.handover is not None) == (
            name == "visits",
            name == "surveys",
            name == "events",
        )
        assert set(found.csat_share) == {"ordinary", "vip"} or found.n_answers
        assert found.worst.empty == (name != "visits")


def test_nothing_is_none(tmp_path):
    assert overview(Store.open(tmp_path), asked()) is None


def test_the_worst_are_three_and_none_that_kept_the_target():
    cells = pd.DataFrame(
        {
            "half_hour": range(5),
            "excess_h_per_month": [0, 4, np.nan, 9, 1],
            "excess_high": np.nan,
            "n_days": 1,
        }
    )
    assert worst_half_hours(cells)["half_hour"].tolist() == [3, 1, 4]
    assert worst_half_hours(cells.assign(excess_h_per_month=0.0)).empty
    assert len(worst_half_hours(cells.assign(excess_h_per_month=2.0))) == 3


def test_a_half_hour_that_was_high_by_luck_falls_behind_one_that_is_high_for_sure():
    cells = pd.DataFrame(
        {"weekday": np.tile(range(1, 7), 8), "half_hour": np.repeat(range(18, 26), 6), "n_days": 12,
         "excess_h_per_month": 1.0, "excess_high": 1.5}
    )  # fmt: skip
    cells.loc[7, ["excess_h_per_month", "excess_high"]] = 12, 24  # two bad Tuesdays
    cells.loc[21, ["excess_h_per_month", "excess_high"]] = 10, 11
    worst = worst_half_hours(cells)
    assert worst.loc[0, ["excess_h_per_month", "weekday"]].tolist() == [10, 4]
    assert worst.loc[0, "usual_h"] > 9 and worst.loc[0, "usual_low"] > 8
    assert worst.loc[1, "usual_h"] < 4 and worst.loc[1, "usual_low"] < 1
