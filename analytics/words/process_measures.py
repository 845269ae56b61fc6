"""Measures of a process in plain words: labels, what each supposes, the kinds to choose from."""

from collections.abc import Callable
from typing import Any

from analytics.language import _
from analytics.words import numbers
from analytics.words.phrases import capital, listed, percent

Measure = dict[str, Any]


def kind(name: str) -> str:
    """What one chooses from the list; empty for a kind that no process has."""
    return {
        "remove_activity": _("Leave out a step"),
        "merge_activities": _("Make one step of several"),
        "parallelise": _("Steps side by side"),
        "automate": _("Let a machine do a step"),
        "reduce_rework": _("Right the first time"),
        "empower": _("Decide without approval"),
        "end_batching": _("Work as it comes"),
        "reassign": _("Another team does a step"),
    }.get(name, "")


def kind_in_process(name: str) -> str:
    """Kinds that halls have too, as a process calls them; empty for the others."""
    return {
        "shorten": _("A shorter step"),
        "demand": _("More or fewer cases"),
    }.get(name, "")


def _activity(measure: Measure, key: str = "activity") -> str:
    return str(measure.get(key) or "")


def _activities(measure: Measure) -> str:
    names = measure.get("activities")
    return listed([str(a) for a in names] if isinstance(names, list | tuple) else [])


def _automate(measure: Measure) -> str:
    share, minutes = float(measure.get("share", 1)), numbers.minutes(float(measure.get("minutes", 0)))
    text = (
        _("A machine does «{activity}» in {minutes}")
        if share >= 1
        else _("A machine does «{activity}» in {minutes} for {share} of the cases")
    )
    return text.format(activity=_activity(measure), minutes=minutes, share=percent(share))


def _reduce_rework(measure: Measure) -> str:
    factor = float(measure.get("factor", 1))
    if factor == 0:
        text = _("«{before}» never goes back to «{after}»")
    elif factor <= 1:
        text = _("«{before}» goes back to «{after}» {share} less often")
    else:
        text = _("«{before}» goes back to «{after}» {share} more often")
    return text.format(
        before=_activity(measure, "from"), after=_activity(measure, "to"), share=percent(1 - factor)
    )


def _merge_activities(measure: Measure) -> str:
    factor = float(measure.get("factor", 1))
    text = _("{activities} become one step")
    if factor < 1:
        text = _("{activities} become one step, {share} quicker")
    elif factor > 1:
        text = _("{activities} become one step, {share} slower")
    return capital(text.format(activities=_activities(measure), share=percent(1 - factor)))


def shorten_supposes(measure: Measure) -> Callable[[], str]:
    """What a shorter step, or a quicker person, supposes."""
    if measure.get("resource"):
        return lambda: _("Training, help or fewer tasks on the side bring it.")
    return lambda: _("Templates, forms filled beforehand or training bring it.")


LABELS: dict[str, Callable[[Measure], str]] = {
    "remove_activity": lambda m: _("«{activity}» is left out").format(activity=_activity(m)),
    "merge_activities": _merge_activities,
    "parallelise": lambda m: capital(
        _("{activities} are done side by side").format(activities=_activities(m))
    ),
    "automate": _automate,
    "reduce_rework": _reduce_rework,
    "empower": lambda m: _("{share} of the cases are decided without «{activity}»").format(
        share=percent(float(m.get("share", 0))), activity=_activity(m)
    ),
    "end_batching": lambda m: _("«{activity}» is done as it comes, not in batches").format(
        activity=_activity(m)
    ),
    "reassign": lambda m: _("«{activity}» is done by {role}").format(
        activity=_activity(m), role=str(m.get("role") or "")
    ),
}

SUPPOSES: dict[str, Callable[[], str]] = {
    "remove_activity": lambda: _("What it was there for is done elsewhere or not needed."),
    "merge_activities": lambda: _("The people of the first step can do the others too."),
    "parallelise": lambda: _("None of them needs what another brings; what follows waits for all of them."),
    "automate": lambda: _("The machine works in opening hours and nobody queues for it."),
    "reduce_rework": lambda: _("Cases that no longer go back go on as the others do."),
    "empower": lambda: _("These cases go on as they would after an approval."),
    "end_batching": lambda: _("Nobody waits for a pile to grow; the people are the same."),
    "reassign": lambda: _("They can do it, and take the time the step takes today."),
}
