"""Which days are open: as the branch's own data show it."""

from datetime import date, timedelta

from analytics.errors import RequestError
from analytics.language import _
from analytics.simulation.model import Model


def coming_days(model: Model, starts_on: date, n_days: int) -> tuple[date, ...]:
    """The next n open days from `starts_on`: weekdays on which the model is open."""
    if n_days < 1:
        raise RequestError(_("The forecast needs at least one working day."), field="horizon_days")
    if not any(model.patterns):
        raise RequestError(_("The data show no weekday on which the branch is open."))
    days: list[date] = []
    day = starts_on
    while len(days) < n_days:
        if model.patterns[day.weekday()]:
            days.append(day)
        day += timedelta(days=1)
    return tuple(days)
