"""The words around slides: what every one of them rests on."""

from analytics.filters import Filters
from analytics.language import _
from analytics.redesign.result import Forecast
from analytics.words import forecast as forecast_words
from analytics.words import numbers


def footer(filters: Filters, version: str, forecast: Forecast) -> str:
    """Branch, period, customers, n, interval, forecast's horizon and seed, data version."""
    return " · ".join(
        [
            branch(filters.branch_id),
            numbers.period(filters.start_on, filters.end_on),
            customers(filters.group),
            _("n {n} tickets").format(n=numbers.count(forecast.n_tickets)),
            _("intervals 95%"),
            _("target wait {minutes} min").format(minutes=f"{filters.targets.wait_min:g}"),
            _("forecast {horizon}").format(horizon=forecast_words.horizon(forecast)),
            _("{n} runs, seed {seed}").format(n=forecast.replications, seed=forecast.seed),
            _("data {version}").format(version=version),
        ]
    )


def branch(branch_id: str) -> str:
    return _("{branch} branch").format(branch=branch_id) if branch_id.isascii() else branch_id


def customers(group: str) -> str:
    return {
        "ordinary": _("ordinary customers"),
        "vip": _("VIP customers"),
    }.get(group, _("all customers"))


def slide_name(name: str) -> str:
    """What a slide is about, for the list of slides."""
    return {
        "status_quo": _("Status quo"),
        "problems": _("Problems and causes"),
        "before_after": _("Before and after"),
        "trust": _("How far to trust it"),
    }[name]
