"""Weekly calendars read off work whose hours are known."""

import numpy as np
import pandas as pd
import pytest

from analytics.methods.discovery import absent, days_worked, discovered


def pieces(
    days: pd.DatetimeIndex, hours: list[float], length_min: float = 30
) -> tuple[np.ndarray, np.ndarray]:
    start = pd.DatetimeIndex([d + pd.Timedelta(hours=h) for d in days for h in hours])
    return start.to_numpy(), (start + pd.Timedelta(minutes=length_min)).to_numpy()


MONDAYS = pd.date_range("2026-01-05", periods=10, freq="7D")


def test_mondays_from_nine_to_noon():
    found = discovered(*pieces(MONDAYS, [9, 10, 11]))
    assert found.calendar.windows == ((1, 9.0, 12.0),)
    assert (found.confidence, found.support, found.n, found.n_days) == (1.0, 1.0, 30, 10)


def test_work_over_several_granules_counts_in_each():
    found = discovered(*pieces(MONDAYS, [9.5], 150))
    assert found.calendar.windows == ((1, 9.0, 12.0),)


def test_a_stray_evening_is_left_out_unless_support_asks_for_it():
    usual, stray = pieces(MONDAYS.repeat(2), [9, 10]), pieces(MONDAYS[:1], [20])
    both = [np.concatenate(x) for x in zip(usual, stray, strict=True)]
    found = discovered(*both, least_confidence=0.2)
    assert found.calendar.windows == ((1, 9.0, 11.0),)
    assert found.support == pytest.approx(40 / 41)
    assert discovered(*both, least_confidence=0.2, least_support=1.0).calendar.windows == (
        (1, 9.0, 11.0),
        (1, 20.0, 21.0),
    )


def test_confidence_is_of_the_days_worked_on_that_weekday():
    early, late = pieces(MONDAYS, [9]), pieces(MONDAYS[:4], [15])
    found = discovered(*[np.concatenate(x) for x in zip(early, late, strict=True)])
    assert found.confidence == pytest.approx((1.0 + 0.4) / 2)


def test_finer_granules_and_nothing_at_all():
    found = discovered(*pieces(MONDAYS, [9.5]), granule_min=30)
    assert found.calendar.windows == ((1, 9.5, 10.0),)
    empty = np.zeros(0, "datetime64[us]")
    assert discovered(empty, empty) is None


# Six weeks from Monday 5 January 2026; Monday to Friday are open.
SIX_WEEKS = pd.date_range("2026-01-05", periods=42)


def away(worked: list[pd.Timestamp], days: pd.DatetimeIndex = SIX_WEEKS) -> list[str]:
    """The days of absence of someone who worked on those days."""
    found = absent(np.isin(days, pd.DatetimeIndex(worked)), days.day_of_week < 5)
    return [f"{day:%m-%d}" for day in days[found]]


def test_two_weeks_of_leave_are_an_absence_with_no_day_more():
    worked = [d for d in SIX_WEEKS if d.weekday() < 5 and not 19 <= d.day_of_year < 33]
    assert away(worked) == [f"01-{d}" for d in (*range(19, 24), *range(26, 31))]


def test_fridays_off_and_the_odd_day_are_none():
    assert away([d for d in SIX_WEEKS if d.weekday() < 4]) == []
    # A Thursday beside the free Friday: two days; with the Wednesday three, of p = 4/5: 0.2³ × 28 = 0.22.
    free = pd.DatetimeIndex(["2026-01-21", "2026-01-22"])
    assert away([d for d in SIX_WEEKS if d.weekday() < 4 and d not in free]) == []


def test_three_days_off_are_one_where_every_other_day_was_worked():
    free = pd.DatetimeIndex(["2026-01-20", "2026-01-21", "2026-01-22"])
    usual = [d for d in SIX_WEEKS if d.weekday() < 5 and d not in free]
    # p = 27/30: 0.1³ × 28 = 0.028 may be chance; over twelve weeks p = 57/60: 0.05³ × 58 = 0.007 is none.
    assert away(usual) == []
    long = pd.date_range("2026-01-05", periods=84)
    assert away([d for d in long if d.weekday() < 5 and d not in free], long) == ["01-20", "01-21", "01-22"]
    assert away([d for d in long if d.weekday() < 5 and d not in free[:2]], long) == [], "two days are none"


def test_of_people_who_worked_on_few_days_nothing_is_said():
    assert away(list(SIX_WEEKS[[0, 1, 2, 30]])) == []
    every_other = [d for d in pd.date_range("2026-01-05", periods=84) if d.day_of_year % 5 in (0, 2)]
    assert len(every_other) > 20
    assert away([*every_other, SIX_WEEKS[-1]], pd.date_range("2026-01-05", periods=200)) == []


def test_who_has_not_come_yet_or_has_left_is_away():
    year = pd.date_range("2026-01-05", periods=140)
    worked = [d for d in year[56:98] if d.weekday() < 5]
    assert away(worked, year) == [f"{d:%m-%d}" for d in (*year[:56], *year[98:]) if d.weekday() < 5]


def test_a_saturday_worked_in_between_ends_an_absence_and_a_long_step_is_presence():
    saturday = pd.Timestamp("2026-01-24")
    worked = [d for d in SIX_WEEKS if d.weekday() < 5 and not 21 <= d.day_of_year < 28]
    assert away(worked) == ["01-21", "01-22", "01-23", "01-26", "01-27"]
    assert away([*worked, saturday]) == []
    hour = 3_600_000_000
    start, finish = np.array([26, 100]) * hour, np.array([73, 99]) * hour
    # From 26 to 73 o'clock: days 1, 2 and 3; from 100 on, however early it is said to end, day 4.
    assert days_worked(start, finish, 0, 6).tolist() == [False, True, True, True, True, False]
