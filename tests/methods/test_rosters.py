"""People on duty by weekday and half hour, planned and seen."""

import pandas as pd

from analytics.methods import rosters

# A Monday, a Tuesday and the next Monday.
DAYS = pd.DatetimeIndex(["2026-11-02", "2026-11-03", "2026-11-09"])


def roster(*rows):
    columns = ["role", "weekday", "from_min", "to_min", "headcount", "valid_from", "valid_to"]
    return pd.DataFrame(rows, columns=columns)


def cells(frame):
    return {(w, h): n for w, h, n in frame.itertuples(index=False)}


def test_a_plan_is_the_mean_of_the_days_on_which_it_was_in_force():
    plan = roster(
        ("counter", 1, 540, 600, 4, None, pd.Timestamp("2026-11-09")),
        ("counter", 1, 540, 600, 6, pd.Timestamp("2026-11-09"), None),
        ("counter", 2, 540, 585, 2, None, None),
        ("approver", 1, 540, 600, 9, None, None),
    )
    # Mondays: 4 and 6 people; Tuesday 9:30–10:00 is staffed half of the time.
    assert cells(rosters.planned(plan, DAYS)) == {(1, 18): 5, (1, 19): 5, (2, 18): 2, (2, 19): 1}


def test_a_plan_that_is_not_in_force_or_of_another_pool_is_none():
    late = roster(("counter", 1, 540, 600, 4, pd.Timestamp("2027-01-01"), None))
    others = roster(("approver", 1, 540, 600, 4, None, None), ("driver", 1, 540, 600, 4, None, None))
    assert rosters.planned(late, DAYS) is None
    assert rosters.planned(others, DAYS) is None
    assert rosters.planned(roster(), DAYS) is None


def test_seen_staff_are_spread_over_their_half_hours_and_averaged_over_the_weekday():
    on_duty = pd.DataFrame(
        [(0, 540, 600), (0, 540, 570), (0, 630, 660), (2, 540, 570)], columns=["day", "from_min", "to_min"]
    )
    # Means of two Mondays.
    assert cells(rosters.seen(on_duty, DAYS)) == {(1, 18): 1.5, (1, 19): 0.5, (1, 21): 0.5}


def test_nobody_known_is_none():
    assert rosters.seen(pd.DataFrame(columns=["day", "from_min", "to_min"]), DAYS) is None


def test_roles_of_the_hall() -> None:
    assert rosters.hall_roles(["counter", "approver"]) == ["counter"]
    assert rosters.hall_roles(["现金柜台", "客户经理", "非现金柜台"]) == ["现金柜台", "非现金柜台"]
    assert rosters.hall_roles(["staff"]) == ["staff"]
    assert rosters.hall_roles(["approver", "operations"]) == []
    assert rosters.hall_roles(["customer manager"]) == []
    assert rosters.hall_roles(["help desk", "counter"]) == ["counter"]


def test_a_plan_of_other_pools_is_asked_for_by_their_roles():
    plan = roster(
        ("counter", 1, 540, 600, 4, None, None),
        ("approver", 1, 540, 570, 2, None, None),
        ("operations", 1, 540, 600, 1, None, None),
    )
    assert cells(rosters.planned(plan, DAYS, ["approver"])) == {(1, 18): 2}
    assert cells(rosters.planned(plan, DAYS, ["approver", "operations"])) == {(1, 18): 3, (1, 19): 1}
    assert rosters.planned(plan, DAYS, ["driver"]) is None
