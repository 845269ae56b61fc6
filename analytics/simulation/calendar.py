"""Which days are open: as the branch's own data show it."""

from datetime import date, timedelta

from analytics.errors import RequestError
from analytics.language import _
from analytics.simulation.model import Model

MOST_DAYS = 2_000
LATEST = date(2999, 12, 31)


def coming_days(model: Model, starts_on: date, n_days: int) -> tuple[date, ...]:
    """The next n open days from `starts_on`: weekdays on which the model is open."""
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
    day = starts_on
    while len(days) < n_days:
        if model.patterns[day.weekday()]:
            days.append(day)
        day += timedelta(days=1)
    return tuple(days)
