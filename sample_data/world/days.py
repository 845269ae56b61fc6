"""Which days the branches are open and how busy each day is."""

from datetime import date, timedelta

from . import settings
from .draws import Draws

# Public holidays of China from November 2025 to October 2026; the branches are closed on them and on Sundays.
HOLIDAYS = (
    (date(2026, 1, 1), date(2026, 1, 3)),  # New Year
    (date(2026, 2, 15), date(2026, 2, 23)),  # Spring Festival
    (date(2026, 4, 4), date(2026, 4, 6)),  # Qingming
    (date(2026, 5, 1), date(2026, 5, 5)),  # Labour Day
    (date(2026, 6, 19), date(2026, 6, 21)),  # Dragon Boat
    (date(2026, 9, 25), date(2026, 9, 27)),  # Mid-Autumn
    (date(2026, 10, 1), date(2026, 10, 7)),  # National Day
)
LONG_HOLIDAYS = (date(2026, 2, 15), date(2026, 10, 1))


def is_open(day: date) -> bool:
    """Whether the branches open on this day."""
    return day.isoweekday() != 7 and not any(first <= day <= last for first, last in HOLIDAYS)


def open_days() -> list[date]:
    """Every open day of the twelve months, Saturdays included."""
    span = (settings.LAST_DAY - settings.FIRST_DAY).days + 1
    days = (settings.FIRST_DAY + timedelta(days=i) for i in range(span))
    return [day for day in days if is_open(day)]


def working_days() -> list[date]:
    """The open days from Monday to Friday, on which the processes are worked on."""
    return [day for day in open_days() if day.isoweekday() < 6]


def shut(day: date) -> int:
    """The minute at which the branch closes."""
    return settings.SATURDAY_SHUT if day.isoweekday() == 6 else settings.SHUT


def demand_factors(seed: int) -> dict[date, float]:
    """How busy each open day is at every branch alike: weekday, month, pensions, holidays, common luck."""
    days = open_days()
    pension_days = set()
    for year, month in sorted({(day.year, day.month) for day in days}):
        for number in settings.PENSION_DAYS:  # paid out on the next open day where the bank is closed
            pension_days.add(next(day for day in days if day >= date(year, month, number)))
    busy = set()
    for first in LONG_HOLIDAYS:
        busy.update([day for day in days if day < first][-5:])
    draws = Draws(seed, 9)
    factors = {}
    for day in days:
        factor = settings.WEEKDAY_FACTOR[day.isoweekday()] * settings.MONTH_FACTOR[day.month]
        factor *= settings.PENSION_FACTOR if day in pension_days else 1.0
        factor *= settings.BEFORE_HOLIDAY_FACTOR if day in busy else 1.0
        factors[day] = factor * draws.lognormal(1.0, 0.05)
    return factors
