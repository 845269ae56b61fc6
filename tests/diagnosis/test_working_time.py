"""Working time counted by hand: holidays and the days made up for them, nights, work that overlaps."""

from datetime import date

import pandas as pd
import pytest

from analytics.diagnosis.bottlenecks import bottlenecks
from analytics.diagnosis.people import people
from analytics.diagnosis.waiting_causes import waiting_causes
from tests.diagnosis.logs import PROCESS, asked, events, of_branch, office_hours, store_of
from tests.diagnosis.test_waiting_causes import of


def around_national_day() -> pd.DataFrame:
    """September and October 2025: twelve cases a day from nine to five, opened by Bob and checked at once by Eve.

    No work from 1 to 8 October; Sunday 28 September and Saturday 11 October are worked, all weekends else are not.
    """
    days = pd.bdate_range("2025-09-01", "2025-10-31")
    days = days[(days < "2025-10-01") | (days > "2025-10-08")].append(
        pd.DatetimeIndex(["2025-09-28", "2025-10-11"])
    )
    rows: list[tuple] = []
    for day in days:
        for i in range(12):
            at = [day + pd.Timedelta(hours=9, minutes=40 * i + m) for m in (0, 10, 20)]
            case = f"K{day:%m%d}{i}"
            rows += [(case, "open", at[0], at[1], "Bob"), (case, "check", at[1], at[2], "Eve")]
    return events(rows)


@pytest.mark.parametrize("is_planned", [True, False], ids=["rosters", "read off the work"])
@pytest.mark.parametrize(
    ("opened", "checked", "hours"),
    [
        # An hour on Friday, eight on the Saturday made up, an hour on Monday.
        ("2025-10-10 16:00", "2025-10-13 10:00", 10.0),
        # An hour on Tuesday, nothing from 1 to 8 October, an hour on Thursday.
        ("2025-09-30 16:00", "2025-10-09 10:00", 2.0),
        # Friday to Monday over an ordinary weekend.
        ("2025-10-17 16:00", "2025-10-20 10:00", 2.0),
    ],
)
def test_a_wait_over_holidays_and_the_days_made_up_for_them(tmp_path, is_planned, opened, checked, hours):
    nine = pd.Timestamp(opened) - pd.Timedelta(minutes=5)
    late = events([("L", "open", nine, opened, "Bob"), ("L", "check", checked, pd.Timestamp(checked), "Zoe")])
    log = pd.concat([around_national_day(), late])
    store = store_of(tmp_path, events=log, **({"rosters": office_hours()} if is_planned else {}))
    found = waiting_causes(store, of_branch(store, "B1"), PROCESS)
    # Whoever checks it does nothing else: she is on duty whenever the others are, on the Saturday made up too.
    assert of(found, "L", "check") == {"extraneous": pytest.approx(hours, abs=0.03)}
    steps = bottlenecks(store, of_branch(store, "B1"), PROCESS).handovers
    assert steps["wait_h"].iloc[0] == pytest.approx(hours / steps["n"].iloc[0], abs=0.01)


@pytest.fixture(scope="module", params=["00:00", "24:00"])
def night(tmp_path_factory, request):
    # On duty from ten in the evening to six, Monday to Friday evening. Ann is busy with B from 23:00 to 1:00; A is ready
    # at 23:30 and begun then. C is ready on Tuesday at 5:30 and begun at 22:30 the next evening.
    evening = office_hours().assign(from_time="22:00", to_time=request.param)
    morning = office_hours().assign(weekday=range(2, 7), from_time="00:00", to_time="06:00")
    rows = [
        ("B", "open", "2026-03-02 22:30", "2026-03-02 23:00", "Bob"),
        ("B", "check", "2026-03-02 23:00", "2026-03-03 01:00", "Ann"),
        ("A", "open", "2026-03-02 23:00", "2026-03-02 23:30", "Bob"),
        ("A", "check", "2026-03-03 01:00", "2026-03-03 02:00", "Ann"),
        ("C", "open", "2026-03-03 05:00", "2026-03-03 05:30", "Bob"),
        ("C", "check", "2026-03-03 22:30", "2026-03-03 23:30", "Ann"),
    ]
    return store_of(
        tmp_path_factory.mktemp("night"), events=events(rows), rosters=pd.concat([evening, morning])
    )


def test_a_wait_past_midnight(night):
    found = waiting_causes(night, asked(night), PROCESS)
    assert of(found, "A", "check") == {"contention": 1.5}
    assert of(found, "C", "check") == {"extraneous": 1.0}
    by_clock = waiting_causes(night, asked(night), PROCESS, "clock")
    assert of(by_clock, "C", "check") == {"extraneous": 1.0, "unavailability": 16.0}


def test_work_past_midnight_is_one_piece_of_work(night):
    result = bottlenecks(night, asked(night), PROCESS)
    # B: half an hour and two; A: half an hour, one and a half waited, one; C: half an hour, one waited, one.
    assert result.cycle_time_h["all"].value == pytest.approx((2.5 + 3 + 2.5) / 3)
    ann = people(night, asked(night), PROCESS).persons.set_index("n_steps")
    # Monday 22–24, Tuesday 0–6 and 22–24 for both of them; Ann is at work for four hours, Bob for an hour and a half.
    assert ann["staffed_h"].tolist() == [10.0, 10.0]
    assert sorted(ann["busy_h"]) == pytest.approx([1.5, 4.0])


def test_work_that_overlaps_that_of_another_process_is_counted_once(tmp_path):
    # Ann checks from 9 to 11 and takes a call from 10 to 12: three hours of work, one of them for the call alone. A case
    # ready at 10:30, older than neither, is begun at 12: an hour and a half, not two.
    rows = [
        ("A", "open", "2026-03-02 08:30", "2026-03-02 09:00", "Bob"),
        ("A", "check", "2026-03-02 09:00", "2026-03-02 11:00", "Ann"),
        ("B", "open", "2026-03-02 10:00", "2026-03-02 10:30", "Bob"),
        ("B", "check", "2026-03-02 12:00", "2026-03-02 12:00", "Ann"),
    ]
    call = events([("X", "call", "2026-03-02 10:00", "2026-03-02 12:00", "Ann")], "calls")
    store = store_of(tmp_path, events=pd.concat([events(rows), call]), rosters=office_hours())
    question = asked(store, date(2026, 3, 2), date(2026, 3, 3))
    assert of(waiting_causes(store, question, PROCESS), "B", "check") == {"contention": 1.5}
    ann = people(store, question, PROCESS).persons.set_index("busy_h").loc[3.0]
    assert ann["utilisation"] == pytest.approx(3 / 8) and ann["other_share"] == pytest.approx(1 / 3)
