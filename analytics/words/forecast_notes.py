"""What could not be estimated in a forecast and what was done instead, in words."""

from collections.abc import Callable
from datetime import date
from typing import Any

from analytics.language import _, ngettext
from analytics.redesign.result import Forecast
from analytics.words import numbers
from analytics.words.phrases import listed, short_id

# No wait can reach such a credit: that group is always called first.
ALWAYS_FIRST_MIN = 1e4


def notes(forecast: Forecast) -> list[str]:
    """What could not be estimated and what was done instead, one sentence each."""
    return [note(code, values) for code, values in forecast.notes]


def note(code: str, values: dict[str, Any]) -> str:
    sentence = _NOTES.get(code)
    return sentence(values) if sentence else code.replace("_", " ")


def _percent(share: float) -> str:
    return numbers.share(share)


def _drift(v: dict[str, Any]) -> str:
    pattern = (
        _("Customers grow by {share} a month ({interval}); the forecast goes on with that.")
        if v["per_month"] >= 0
        else _("Customers fall by {share} a month ({interval}); the forecast goes on with that.")
    )
    return pattern.format(
        share=numbers.share(abs(v["per_month"])),
        interval=numbers.spread(v["low"], v["high"], "share", signed=True),
    )


def _called_next(v: dict[str, Any]) -> str:
    said = [
        _("{segment} first").format(segment=name)
        if credit >= ALWAYS_FIRST_MIN
        else _("{segment} as if {minutes} earlier").format(segment=name, minutes=numbers.minutes(credit))
        for name, credit in v["credits"]
    ]
    return _("Read off the calls: {order} ({share} of {n} follow it).").format(
        order=listed(said), share=numbers.share(v["explained_share"]), n=numbers.count(v["n"])
    )


def _steps(v: dict[str, Any]) -> str:
    return listed([_("«{name}»").format(name=activity) for activity in v["activities"]])


_OF_PROCESS: dict[str, Callable[[dict[str, Any]], str]] = {
    "completion_only": lambda v: _(
        "Only completions are recorded: how long work takes, and how long cases wait, is told together, and neither staff nor more or fewer cases change it."
    ),
    "nobody_named": lambda v: _(
        "Nobody is named for {steps}: taken as happening by itself, without a queue."
    ).format(steps=_steps(v)),
    "hours_seen": lambda v: _(
        "No roster fits {roles}: who works when is read off the steps they did."
    ).format(roles=listed([str(role) for role in v["roles"]])),
    "hours_assumed": lambda v: _(
        "No roster fits {roles}, who are seen at piles of work alone: taken to be there in all opening hours."
    ).format(roles=listed([str(role) for role in v["roles"]])),
    "batches": lambda v: _("{steps} is done in batches, as the log shows.").format(steps=_steps(v)),
    "dwell": lambda v: _(
        "What follows {steps}, and how soon, goes by how long the case has been there, as the log shows."
    ).format(steps=_steps(v)),
    "own_person": lambda v: _("In {roles} each case keeps its own person.").format(
        roles=listed([str(role) for role in v["roles"]])
    ),
    "shared_people": lambda v: _("The same people also work on {processes}, which goes on as it is.").format(
        processes=listed([str(name) for name in v["processes"]])
    ),
    "values_missing": lambda v: _(
        "{n} of {n_won} won cases give no value: they count as the mean of the {n_valued} that do, of their segment where it has enough."
    ).format(n=numbers.count(v["n"]), n_won=numbers.count(v["n_won"]), n_valued=numbers.count(v["n_valued"])),
    "no_outcomes": lambda v: _(
        "The cases give no outcomes, so what is won is not known; times are those of the cases that ended."
    ),
}

_NOTES: dict[str, Callable[[dict[str, Any]], str]] = {
    "roster_changed": lambda v: _(
        "The roster changed on {day}, within the data: the forecast takes the roster of the end, which days before fit "
        "less. A period from then on may fit better."
    ).format(day=numbers.day(date.fromisoformat(v["on"]))),
    "staff_inferred": lambda v: _(
        "No roster fits: who works when is read off who served when ({n} desks)."
    ).format(n=v["n_desks"]),
    "patience_assumed": lambda v: _(
        "Too few left unserved ({n}) to tell how long people would wait; a usual patience is assumed."
    ).format(n=numbers.count(v["n_left"])),
    "left_unknown": lambda v: _(
        "{n} customers left at a time that nobody noted; they are taken as gone before their turn came."
    ).format(n=numbers.count(v["n"])),
    "demand_drift": _drift,
    "called_next": _called_next,
    "kept_counters": lambda v: ngettext(
        "Counter {counters} serves only some customers today.",
        "Counters {counters} serve only some customers today.",
        len(v["counters"]),
    ).format(counters=listed([short_id(name) for name in v["counters"]])),
    "order_unclear": lambda v: _(
        "Only {share} of the calls follow a rule that can be read off the data."
    ).format(share=_percent(v["explained_share"])),
    "out_of_turn": lambda v: _(
        "Only {share} of the customers of a group were called in order of arrival."
    ).format(share=_percent(v["in_order_share"])),
    "no_cost": lambda v: _("The rosters name no wages, so the cost is not known."),
    "no_satisfaction_link": lambda v: _("No answers name their ticket, so satisfaction is not forecast."),
    "satisfaction_not_linked": lambda v: _(
        "In {n} answers satisfaction does not move with the wait, so it is forecast as it is."
    ).format(n=numbers.count(v["n"])),
    **_OF_PROCESS,
}
