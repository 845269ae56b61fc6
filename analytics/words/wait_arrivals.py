"""How many customers will come, in words."""

import pandas as pd

from analytics.diagnosis.arrivals import ArrivalsForecast
from analytics.language import _
from analytics.methods.estimate import Estimate
from analytics.words import numbers
from analytics.words.measures import listed


def reason(code: str) -> str:
    """What lifts or lowers a day."""
    if code.startswith("day_"):
        return _("day {n} of the month").format(n=code[4:])
    return {
        "before_long": _("days before a long holiday"),
        "after_off": _("first day after a holiday"),
        "make_up": _("weekend day worked in exchange"),
    }[code]


def title(result: ArrivalsForecast) -> str:
    """The busiest coming day."""
    ahead = result.days[result.days["is_open"]]
    if ahead.empty:
        return _("The branch is closed in the coming four weeks")
    top = ahead.iloc[int(ahead["expected"].argmax())]
    on = pd.Timestamp(top["day_on"])
    return _("The busiest day ahead is {weekday}, {day}: about {n} customers").format(
        weekday=numbers.weekday_long(on.isoweekday()), day=numbers.day_short(on.date()),
        n=numbers.count(top["expected"]),
    )  # fmt: skip


def caption(result: ArrivalsForecast) -> str:
    """Unit, interval, total and what it was learnt from."""
    return _(
        "Tickets a day, all customers, 95% interval of the single day. In four weeks {total} ({interval}) · "
        "learnt from {n} days"
    ).format(
        total=numbers.count(result.total.value), interval=numbers.interval(result.total),
        n=numbers.count(result.total.n),
    )  # fmt: skip


def effects(result: ArrivalsForecast) -> str:
    """What moves a day beyond its weekday, where that is beyond doubt; the days closed."""
    said = []
    sure = result.effects[(result.effects["low"] > 1) | (result.effects["high"] < 1)]
    if len(sure):
        parts = [
            f"{reason(row['effect'])} {numbers.pts(row['factor'] - 1, signed=True).split(numbers.NBSP)[0]}%"
            for row in sure.to_dict("records")
        ]
        said.append(_("Beyond the weekday: {effects}.").format(effects=listed(parts)))
    closed = result.days[result.days["closed_for"] == "holiday"]
    if len(closed):
        days = listed([numbers.day_short(pd.Timestamp(d).date()) for d in closed["day_on"]])
        said.append(_("Closed for the holidays, as in the past: {days}.").format(days=days))
    return numbers.sentences(said)


def trust(result: ArrivalsForecast) -> str:
    """How far trial forecasts were off, beside the same weekday's mean."""
    if not result.error.is_known:
        return _("Too few weeks are known to try the forecast on past ones.")
    return _(
        "Tried on {n} past days, it was off by {own} customers a day ({own_interval}); the mean of the same weekday by "
        "{weekday} ({weekday_interval}). {share} of the days fell into the interval."
    ).format(
        n=numbers.count(result.error.n),
        own=_one(result.error), own_interval=_ends(result.error),
        weekday=_one(result.error_weekday), weekday_interval=_ends(result.error_weekday),
        share=numbers.share(result.covered_share.value),
    )  # fmt: skip


def _one(estimate: Estimate) -> str:
    return numbers.plain(estimate.value, "min")


def _ends(estimate: Estimate) -> str:
    return numbers.spread(estimate.low, estimate.high, "min")


def too_few() -> str:
    return _("A forecast of the customers needs at least 30 days with tickets.")
