"""China's calendar of 2026 as announced (State Council, November 2025), also without a network."""

import pandas as pd

from analytics.methods.public_holidays import kinds


def on(flags, days) -> list[str]:
    return [day.strftime("%m-%d") for day, is_on in zip(days, flags, strict=True) if is_on]


def test_spring_festival_2026():
    days = pd.date_range("2026-02-01", "2026-03-02")
    found = kinds(days)
    # Off 15 to 23 February; the Saturdays 14 and 28 February are worked.
    assert on(found.is_off, days) == [f"02-{d}" for d in range(15, 24)]
    assert on(found.is_make_up, days) == ["02-14", "02-28"]
    assert on(found.before_long, days) == ["02-10", "02-11", "02-12", "02-13", "02-14"]
    assert on(found.after_off, days) == ["02-24"]


def test_national_day_2026_and_the_end_of_2025():
    days = pd.date_range("2026-09-19", "2026-10-12")
    found = kinds(days)
    assert on(found.is_off, days) == ["09-25", "09-26", "09-27", *(f"10-0{d}" for d in range(1, 8))]
    assert on(found.is_make_up, days) == ["09-20", "10-10"]
    days = pd.date_range("2025-09-26", "2025-10-12")
    assert on(kinds(days).is_make_up, days) == ["09-28", "10-11"]


def test_an_ordinary_weekend_is_no_holiday():
    days = pd.date_range("2026-11-02", "2026-11-08")
    found = kinds(days)
    assert not found.is_off.any() and not found.is_make_up.any() and not found.after_off.any()
