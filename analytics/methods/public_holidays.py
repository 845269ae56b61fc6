"""China's public holidays and the weekend days that are worked in exchange, from the `holidays` library (offline)."""

from dataclasses import dataclass
from functools import lru_cache

import holidays
import numpy as np
import pandas as pd

# So many days off in a row make a long holiday.
LONG_DAYS = 5


@lru_cache(maxsize=8)
def china(first: int, last: int) -> holidays.HolidayBase:
    """The public holidays of those years, and in weekend_workdays the weekend days worked in their place."""
    return holidays.country_holidays("CN", years=range(first, last + 1), language="en_US")


@dataclass(frozen=True, eq=False)
class DayKinds:
    """One flag per day: is_off (in a run of days off around a public holiday, weekends in it included), is_make_up (a
    weekend day that is worked), before_long (the last five working days before a long holiday), after_off (the first
    working day after a holiday)."""

    is_off: np.ndarray
    is_make_up: np.ndarray
    before_long: np.ndarray
    after_off: np.ndarray


def kinds(days: pd.DatetimeIndex) -> DayKinds:
    """The kinds of consecutive days; what was not announced yet at the library's release is its estimate or missing."""
    around = pd.date_range(days[0] - pd.Timedelta(days=14), days[-1] + pd.Timedelta(days=14))
    found = china(around[0].year, around[-1].year)
    works = np.array([found.is_working_day(day.date()) for day in around])
    named = np.array([day.date() in found for day in around])
    run = np.cumsum(np.diff(works, prepend=not works[0]) != 0)
    length, holds = np.bincount(run), np.bincount(run, named) > 0
    is_off = ~works & holds[run]
    is_long = is_off & (length[run] >= LONG_DAYS)
    before, after = np.zeros(len(around), bool), np.zeros(len(around), bool)
    starts = np.flatnonzero(is_long & ~np.concatenate([[False], is_long[:-1]]))
    for start in starts:
        before[np.flatnonzero(works[:start])[-5:]] = True
    after[1:] = is_off[:-1] & works[1:]
    inside = (around >= days[0]) & (around <= days[-1])
    make_up = works & (around.day_of_week.to_numpy() >= 5)
    return DayKinds(is_off[inside], make_up[inside], before[inside], after[inside])
