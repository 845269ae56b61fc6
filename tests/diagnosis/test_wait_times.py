"""Waits against a day worked out by hand, plain pandas and stores that lack things."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.wait_times import wait_times, waits_by
from analytics.filters import Filters, Grouping, Targets
from analytics.store import Store, load

VIPS = Grouping("segment", ("VIP",))
# Monday 2 November 2026.
FIVE = """ticket_id,branch_id,segment,service,arrived_at,called_at,finished_at,left_at,counter,teller_id
1,B,ordinary,cash,2026-11-02 09:00,2026-11-02 09:02,2026-11-02 09:12,,C1,ann
2,B,ordinary,cash,2026-11-02 09:01,2026-11-02 09:12,2026-11-02 09:20,,C1,ann
3,B,VIP,account opening,2026-11-02 09:05,2026-11-02 09:05,2026-11-02 09:29,,C2,bo
4,B,ordinary,account opening,2026-11-02 09:31,2026-11-02 09:41,2026-11-02 10:01,,C2,bo
5,B,ordinary,cash,2026-11-02 09:35,,,2026-11-02 09:55,,
"""


def store_of(folder: Path, **files: str) -> Store:
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text)
    load(paths, folder / "store")
    return Store.open(folder / "store")


def asked(start="2026-11-02", end="2026-11-03", grouping=VIPS, **other) -> Filters:
    return Filters("B", date.fromisoformat(start), date.fromisoformat(end), grouping=grouping, **other)


@pytest.fixture(scope="module")
def five(tmp_path_factory) -> Store:
    return store_of(tmp_path_factory.mktemp("five"), visits=FIVE)


def test_the_five_ticket_day(five):
    found = wait_times(five, asked())
    assert found is not None and found.groups == ("ordinary", "vip") and found.n_tickets == 5
    # Ordinary waits 2, 11, 10 and one who left: mean 23 / 3; the 0.9-quantile of three lies 0.8 of the way from the
    # second to the third, 10 + 0.8 · 1; in time (≤ 10) are 2 of 4 tickets; 1 of 4 left.
    assert found.wait_mean_min["ordinary"].value == pytest.approx(23 / 3)
    assert found.wait_p90_min["ordinary"].value == pytest.approx(10.8)
    assert found.within_target_share["ordinary"].value == 0.5
    assert found.abandon_share["ordinary"].value == 0.25
    assert [found.wait_mean_min["ordinary"].n, found.within_target_share["ordinary"].n] == [3, 4]
    assert (found.wait_mean_min["vip"].value, found.within_target_share["vip"].value) == (0, 1)
    # One day says nothing of how far days differ.
    assert np.isnan(found.wait_mean_min["ordinary"].low)
    assert found.changes == {}


def test_the_five_ticket_days_half_hours(five):
    cells = wait_times(five, asked()).half_hours.set_index(["weekday", "half_hour"])
    assert list(cells.index) == [(1, 18), (1, 19)]
    assert cells["arrivals"].tolist() == [3, 2]
    # Beyond 10 minutes: 1 (ticket 2) before 9:30, 10 (ticket 5 left after 20) after.
    assert cells["excess_min"].tolist() == pytest.approx([1, 10])
    # One such Monday in a day, 365.25 / 12 of them a month.
    assert cells["excess_h_per_month"].tolist() == pytest.approx([30.4375 / 60, 304.375 / 60])
    # Means: cash 9 min (10, 8), account opening 22 (24, 20). Work 9 + 9 + 22 = 40 of 30 minutes, then 22 + 9 = 31.
    assert cells["work_erlang"].tolist() == pytest.approx([40 / 30, 31 / 30])
    # Ann serves 9:02–9:20 of the first half hour; Bo 9:05–9:29 and, 12 minutes later, to 10:01: 9:05–10:01.
    assert cells["n_staff"].tolist() == pytest.approx([18 / 30 + 25 / 30, 1])
    assert cells["load_per_person"].tolist() == pytest.approx([(40 / 30) / (43 / 30), 31 / 30])


def test_the_five_ticket_day_by_service_teller_and_segment(five):
    by_service = waits_by(five, asked(), "service").set_index(["name", "group"])
    assert by_service["wait_mean_min"].to_dict() == pytest.approx(
        {("account opening", "ordinary"): 10, ("account opening", "vip"): 0, ("cash", "ordinary"): 6.5}
    )
    assert by_service.loc[("cash", "ordinary"), ["n", "beyond_share", "service_mean_min"]].tolist() == [
        2,
        0.5,
        9,
    ]
    assert set(waits_by(five, asked(), "segment")["name"]) == {"ordinary", "VIP"}
    # Staff are pseudonyms; who was not called was with nobody.
    assert waits_by(five, asked(), "teller")["n"].sum() == 4


def test_the_bars_hold_everyone_and_the_target_is_an_edge(five):
    bars = wait_times(five, asked()).distribution
    ordinary = bars[bars["group"] == "ordinary"]
    assert ordinary["n"].sum() == 3 and ordinary["share"].sum() == pytest.approx(1)
    # 2 is within 0–2, 10 within 8–10 (the target itself is in time), 11 in 10–12.
    assert ordinary.set_index("to_min")["n"].loc[[2, 10, 12]].tolist() == [1, 1, 1]


def test_a_roster_gives_the_people_planned(tmp_path):
    roster = "branch_id,role,weekday,from_time,to_time,headcount\nB,counter,1,09:00,09:45,4\n"
    found = wait_times(store_of(tmp_path, visits=FIVE, rosters=roster), asked())
    assert found.staff_source == "planned"
    assert found.half_hours["n_staff"].tolist() == [4, 2]


def test_without_names_of_staff_there_is_no_load(tmp_path):
    lines = [line.rsplit(",", 2)[0] for line in FIVE.splitlines()]
    found = wait_times(store_of(tmp_path, visits="\n".join(lines) + "\n"), asked())
    assert found.staff_source == "unknown" and found.dimensions == ("service", "segment")
    assert found.half_hours["load_per_person"].isna().all()


def test_without_a_split_there_is_one_group(five):
    found = wait_times(five, asked(grouping=Grouping()))
    assert list(found.wait_mean_min) == ["all"]
    assert found.wait_mean_min["all"].value == pytest.approx(23 / 4)
    assert set(found.weeks["group"]) == {"all"}


def test_a_group_asked_for_is_the_only_one_shown_but_all_load_the_counters(five):
    found = wait_times(five, asked(group="vip"))
    assert found.n_tickets == 1 and list(found.wait_mean_min) == ["vip"]
    assert found.half_hours["n_arrivals"].sum() == 5
    assert found.half_hours["excess_min"].sum() == 0 and found.peak is None


def test_a_period_without_tickets_is_none(five, tmp_path):
    assert wait_times(five, asked("2027-01-01", "2027-02-01")) is None
    assert wait_times(Store.open(tmp_path), asked()) is None


@pytest.fixture(scope="module")
def lunch(tmp_path_factory) -> tuple[Store, pd.DataFrame]:
    """Two months of weekdays; ordinary customers who come 12:00–14:00 wait 20 minutes, others 4; before, all wait 8."""
    rng = np.random.default_rng(1)
    frames = []
    for day in pd.bdate_range("2026-09-01", "2026-10-31"):
        minute = np.sort(rng.integers(9 * 60, 17 * 60, 80))
        is_lunch = (minute >= 720) & (minute < 840)
        mean = np.where(is_lunch, 20, 4) if day.month == 10 else 8
        frames.append(pd.DataFrame({"day": day, "minute": minute, "wait": rng.gamma(4, mean / 4)}))
    frame = pd.concat(frames, ignore_index=True)
    arrived = frame["day"] + pd.to_timedelta(frame["minute"], unit="min")
    called = arrived + pd.to_timedelta(frame["wait"].round(2), unit="min")
    visits = pd.DataFrame(
        {
            "ticket_id": frame.groupby("day").cumcount(), "branch_id": "B", "segment": "ordinary", "service": "cash",
            "arrived_at": arrived, "called_at": called, "finished_at": called + pd.Timedelta(minutes=5),
        }
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("lunch")
    return store_of(folder, visits=visits.to_csv(index=False)), frame


OCTOBER = asked("2026-10-01", "2026-10-31")


def test_figures_are_those_of_plain_pandas(lunch):
    store, frame = lunch
    found = wait_times(store, OCTOBER)
    waits = frame.loc[frame["day"].between("2026-10-01", "2026-10-30"), "wait"].round(2)
    assert found.wait_mean_min["ordinary"].value == pytest.approx(waits.mean(), abs=1e-6)
    assert found.wait_p90_min["ordinary"].value == pytest.approx(waits.quantile(0.9), abs=1e-6)
    assert found.within_target_share["ordinary"].value == pytest.approx((waits <= 10).mean())
    assert found.days["n"].sum() == len(waits) == found.n_tickets


def test_the_peak_is_the_lunch_on_every_day(lunch):
    peak = wait_times(lunch[0], OCTOBER).peak
    assert (peak.start_half_hour, peak.end_half_hour, peak.is_every_day) == (24, 28, True)
    assert peak.excess_share > 0.9 and 0.2 < peak.ticket_share < 0.3


def test_a_change_stands_against_as_many_days_before(lunch):
    change = wait_times(lunch[0], OCTOBER).changes["wait_mean_min"]["ordinary"]
    # Before 8; now 4 and a quarter of 20 on top: about 8. The p90 rises for sure.
    assert not change.excludes_zero and abs(change.value) < 1.5
    assert wait_times(lunch[0], OCTOBER).changes["wait_p90_min"]["ordinary"].low > 0


def test_weeks_say_whether_they_are_whole(lunch):
    weeks = wait_times(lunch[0], OCTOBER).weeks.set_index("week_on")
    # 1 October 2026 is a Thursday; the last week ends on the 31st, a Saturday.
    assert weeks["is_whole"].tolist() == [False, True, True, True, False]
    assert weeks["n_days"].tolist() == [2, 5, 5, 5, 5]


def test_another_target_moves_the_shares_and_the_bars(lunch):
    found = wait_times(lunch[0], asked("2026-10-01", "2026-10-31", targets=Targets(wait_min=20)))
    assert found.within_target_share["ordinary"].value > 0.85
    assert found.distribution["to_min"].iloc[0] == 4
