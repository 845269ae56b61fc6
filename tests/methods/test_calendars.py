"""Working hours between two instants, against hand counts and a minute-by-minute count."""

import numpy as np
import pandas as pd
import pytest

from analytics.methods.calendars import ALWAYS, Calendar, inferred, merged, with_days_off

# Mon–Fri 9–12 and 13–17, Sat 10–14.
OFFICE = Calendar(
    (*((w, a, b) for w in range(1, 6) for a, b in ((9.0, 12.0), (13.0, 17.0))), (6, 10.0, 14.0))
)


def at(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[us]")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T09:30", "2026-03-02T10:00", 0.5),  # Monday, within a window
        ("2026-03-02T11:30", "2026-03-02T13:30", 1.0),  # over lunch
        ("2026-03-02T16:30", "2026-03-03T09:30", 1.0),  # over night
        ("2026-03-06T16:00", "2026-03-09T10:00", 1 + 4 + 1),  # Friday to Monday, Saturday's four hours
        ("2026-03-08T08:00", "2026-03-08T20:00", 0.0),  # Sunday
        ("2026-03-02T20:00", "2026-03-02T07:00", 0.0),  # end before start
        ("2026-03-02T00:00", "2026-03-09T00:00", 39.0),  # a whole week
    ],
)
def test_hand_counted_spans(start, end, hours):
    assert OFFICE.hours_between(at(start), at(end)) == pytest.approx([hours])


def test_a_day_off_counts_nothing():
    closed = Calendar(OFFICE.windows, frozenset({np.datetime64("2026-03-03")}))
    assert closed.hours_between(at("2026-03-02T16:00"), at("2026-03-04T10:00")) == pytest.approx([2.0])


def test_missing_instants_give_nan_and_always_gives_clock_hours():
    hours = ALWAYS.hours_between(at("2026-03-01T23:00", "NaT"), at("2026-03-03T01:30", "2026-03-03T01:30"))
    assert hours[0] == pytest.approx(26.5)
    assert np.isnan(hours[1])
    assert ALWAYS.hours_per_week == 168


def test_against_a_count_of_minutes():
    rng = np.random.default_rng(4)
    start = np.datetime64("2026-03-01") + rng.integers(0, 20 * 1440, 60).astype("timedelta64[m]")
    end = start + rng.integers(0, 8 * 1440, 60).astype("timedelta64[m]")
    minutes = pd.date_range("2026-03-01", "2026-04-05", freq="min")
    hour = minutes.hour + minutes.minute / 60
    is_open = np.zeros(len(minutes), bool)
    for weekday, a, b in OFFICE.windows:
        is_open |= (minutes.isocalendar().day == weekday) & (hour >= a) & (hour < b)
    expected = [is_open[(minutes >= s) & (minutes < e)].sum() / 60 for s, e in zip(start, end, strict=True)]
    assert OFFICE.hours_between(
        start.astype("datetime64[us]"), end.astype("datetime64[us]")
    ) == pytest.approx(expected)


def test_parts_add_up_to_the_whole():
    a, b, c = at("2026-03-02T10:10"), at("2026-03-05T12:34"), at("2026-03-11T08:00")
    assert OFFICE.hours_between(a, b) + OFFICE.hours_between(b, c) == pytest.approx(
        OFFICE.hours_between(a, c)
    )


def test_overlapping_windows_are_merged():
    assert merged([(1, 9, 12), (1, 11, 17), (2, 9, 10), (1, 18, 18)]) == ((1, 9, 17), (2, 9, 10))


def test_windows_and_days_off_are_read_off_the_work():
    # Four weeks Mon–Fri, an instant every 15 minutes from 9:00 to 16:45; one Wednesday without any;
    # one stray late evening, one lonely Sunday.
    days = [d for d in pd.date_range("2026-03-02", "2026-03-27") if d.weekday() < 5 and d.day != 11]
    instants = [d + pd.Timedelta(minutes=m) for d in days for m in range(9 * 60, 17 * 60, 15)]
    instants += [pd.Timestamp("2026-03-10 22:00"), pd.Timestamp("2026-03-15 12:00")]
    calendar = inferred(pd.Series(instants).to_numpy())
    assert calendar.windows == tuple((w, 9.0, 17.0) for w in range(1, 6))
    assert calendar.closed_on == frozenset({np.datetime64("2026-03-11")})
    assert with_days_off([(3, 9, 17)], pd.Series(instants).to_numpy()).closed_on == calendar.closed_on


def test_nothing_known_means_round_the_clock():
    assert inferred(at("NaT")) == ALWAYS


def busy_weeks(days: pd.DatetimeIndex, per_day: int) -> np.ndarray:
    """Work from nine to five on those days."""
    return np.concatenate(
        [
            (d + pd.to_timedelta(np.linspace(9 * 60, 17 * 60 - 1, per_day), unit="min")).to_numpy()
            for d in days
        ]
    )


def test_the_golden_week_and_the_days_made_up_for_it():
    # 2025: National Day from Wednesday 1 to Wednesday 8 October; Sunday 28 September and Saturday 11 October are worked.
    free = pd.date_range("2025-10-01", "2025-10-08")
    made_up = pd.DatetimeIndex(["2025-09-28", "2025-10-11"])
    usual = [d for d in pd.date_range("2025-09-01", "2025-10-31") if d.weekday() < 5 and d not in free]
    for per_day in (4, 40):
        calendar = inferred(busy_weeks(pd.DatetimeIndex([*usual, *made_up]), per_day))
        # From Tuesday 30 September 16:00 to Thursday 9 October 10:00: an hour, the holidays, an hour.
        assert calendar.hours_between(at("2025-09-30T16:00"), at("2025-10-09T10:00")) == pytest.approx([2.0])
        # From Friday 26 September 16:00 to Monday 29 September 10:00: an hour, Sunday's eight, an hour.
        assert calendar.hours_between(at("2025-09-26T16:00"), at("2025-09-29T10:00")) == pytest.approx([10.0])
        # An ordinary Sunday stays closed.
        assert calendar.hours_between(at("2025-09-21T00:00"), at("2025-09-22T00:00")) == [0.0]


def test_a_holiday_with_work_is_a_working_day_and_an_idle_day_of_thin_work_is_not_a_holiday():
    days = pd.DatetimeIndex([d for d in pd.date_range("2025-09-22", "2025-10-17") if d.weekday() < 5])
    open_all = with_days_off([(w, 9, 17) for w in range(1, 6)], busy_weeks(days, 12))
    assert open_all.closed_on == frozenset()
    thin = with_days_off([(w, 9, 17) for w in range(1, 6)], busy_weeks(days[days != "2025-10-15"], 3))
    assert thin.closed_on == frozenset()


def test_a_night_shift_over_midnight_is_counted_through():
    night = Calendar(merged([(1, 22.0, 24.0), (2, 0.0, 6.0)]))
    assert night.hours_between(at("2026-03-02T23:00"), at("2026-03-03T05:00")) == pytest.approx([6.0])
    assert night.hours_between(at("2026-03-02T12:00"), at("2026-03-03T12:00")) == pytest.approx([8.0])


def test_microseconds_are_exact_and_only_ever_grow():
    instants = np.sort(
        np.datetime64("2026-03-01")
        + np.random.default_rng(3).integers(0, 10**12, 500).astype("timedelta64[us]")
    )
    worked = OFFICE.worked_us(instants)
    assert worked.dtype == np.int64 and (np.diff(worked) >= 0).all()
    assert (np.diff(worked) <= np.diff(instants.astype("datetime64[us]").astype(np.int64))).all()


def test_hours_open_in_both():
    role = Calendar(((1, 8.0, 10.0), (3, 11.0, 14.0)), frozenset({np.datetime64("2026-03-04")}))
    both = OFFICE.within(role)
    assert both.windows == ((1, 9.0, 10.0), (3, 11.0, 12.0), (3, 13.0, 14.0))
    assert both.hours_between(at("2026-03-02T00:00"), at("2026-03-09T00:00")) == pytest.approx([1.0])
    assert ALWAYS.within(role) == role.within(ALWAYS)


def test_days_with_hours_and_days_taken_out():
    # Saturday 14 February 2026 is worked like a Monday, Tuesday 17 February is a holiday.
    calendar = Calendar(
        OFFICE.windows[:-1], frozenset({np.datetime64("2026-02-17")}), ((np.datetime64("2026-02-14"), 1),)
    )
    days = np.arange(np.datetime64("2026-02-13"), np.datetime64("2026-02-19")).astype(np.int64)
    assert calendar.is_open(days).tolist() == [True, True, False, True, False, True]
    fewer = calendar.without(days[[1, 3]])
    assert fewer.is_open(days).tolist() == [True, False, False, False, False, True]
    assert calendar.without(days[:0]) is calendar
