"""Which days are open: as the branch's own data show it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.language import _
from analytics.methods.public_holidays import kinds


class Opens(Protocol):
    """A model of a hall or of a process, as far as the calendar is concerned."""

    @property
    def patterns(self) -> tuple[tuple[int, ...], ...]: ...

    @property
    def closes_on_holidays(self) -> bool: ...


MOST_DAYS = 2_000
LATEST = date(2200, 12, 31)


def closes_on_holidays(days: Sequence[date], is_open_weekday: Sequence[bool]) -> bool:
    """Whether the branch was closed on most of the public holidays (and the days joined to them) within its data."""
    dates = pd.date_range(days[0], days[-1])
    is_off = kinds(dates).is_off & np.array(is_open_weekday)[dates.day_of_week]
    return bool(is_off.any() and (~dates[is_off].isin(pd.DatetimeIndex(list(days)))).mean() > 0.5)


def coming_days(model: Opens, starts_on: date, n_days: int) -> tuple[date, ...]:
    """The next n open days from `starts_on`: weekdays on which the model is open, without public holidays where it
    closes on them (as far ahead as they are known)."""
    if not 1 <= n_days <= MOST_DAYS:
        raise RequestError(
            _("The forecast can be for 1 to {most} working days, not {n}.").format(most=MOST_DAYS, n=n_days),
            field="horizon_days",
        )
    if not any(model.patterns):
        raise RequestError(_("The data show no weekday on which the branch is open."))
    if starts_on > LATEST:
        raise RequestError(
            _("The forecast must start before {latest}.").format(latest=LATEST), field="starts_on"
        )
    days: list[date] = []
    ahead = 0
    while len(days) < n_days:
        dates = pd.date_range(starts_on + timedelta(days=ahead), periods=366)
        is_off = kinds(dates).is_off if model.closes_on_holidays else np.zeros(len(dates), bool)
        days += [
            d.date() for d, off in zip(dates, is_off, strict=True) if model.patterns[d.weekday()] and not off
        ]
        ahead += len(dates)
    return tuple(days[:n_days])
