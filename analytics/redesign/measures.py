"""Which measures there are, what they must and may say, and where they can be taken: the hall, a process, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.parameters import Context, Measure, unknown

HALL, PROCESS = "hall", "process"


@dataclass(frozen=True)
class Kind:
    """One kind of measure: the parameters it must and may have, and the places it can be taken at."""

    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    places: tuple[str, ...] = (HALL,)


_BOTH, _PROCESS = (HALL, PROCESS), (PROCESS,)
CATALOGUE: dict[str, Kind] = {
    "add_staff": Kind(("role", "headcount"), ("weekdays", "from", "to"), _BOTH),
    "move_staff": Kind(("role", "headcount", "from", "to"), ("weekdays",), _BOTH),
    "shorten": Kind(("factor",), ("service", "teller", "activity", "resource"), _BOTH),
    "divert": Kind(("service", "share"), ("to",)),
    "set_priority": Kind(("rule",), ("order", "credit_min")),
    "pool_counters": Kind((), ("counters",)),
    "smooth_arrivals": Kind(("share", "from", "to")),
    "announce_wait": Kind(("patience_factor",)),
    "remove_activity": Kind(("activity",), places=_PROCESS),
    "merge_activities": Kind(("activities", "factor"), places=_PROCESS),
    "parallelise": Kind(("activities",), places=_PROCESS),
    "automate": Kind(("activity", "minutes", "share"), places=_PROCESS),
    "reduce_rework": Kind(("from", "to", "factor"), places=_PROCESS),
    "empower": Kind(("activity", "share"), places=_PROCESS),
    "end_batching": Kind(("activity",), places=_PROCESS),
    "reassign": Kind(("activity", "role"), places=_PROCESS),
    "demand": Kind(("factor",), ("segment", "service"), _BOTH),
}


def parse(measures: Any) -> tuple[Measure, ...]:
    """The measures, checked for shape: a list of objects with a known `measure` and its parameters."""
    if not isinstance(measures, list | tuple):
        raise RequestError(
            _('The measures must be a JSON list of objects, each with a "measure".'), field="measures"
        )
    for i, m in enumerate(measures, 1):
        if not isinstance(m, dict) or not isinstance(m.get("measure"), str):
            raise RequestError(_('Measure {i} is no object with a "measure".').format(i=i), field="measures")
        name = m["measure"]
        if name not in CATALOGUE:
            raise unknown(_("measure"), name, CATALOGUE, "measure")
        kind = CATALOGUE[name]
        for key in kind.must:
            if m.get(key) is None:
                raise RequestError(
                    _("{name} needs the parameter {key}.").format(name=name, key=key), field=key
                )
        for key in m:
            if key not in ("measure", *kind.must, *kind.may):
                raise unknown(_("parameter of {name}").format(name=name), key, (*kind.must, *kind.may), key)
    _check_together(measures)
    return tuple(measures)


def _check_together(measures: Sequence[Measure]) -> None:
    if sum(m["measure"] == "set_priority" for m in measures) > 1:
        raise RequestError(
            _("The measures contradict each other: set_priority can be given once, people are called by one rule."),
            field="rule",
        )  # fmt: skip
    removed = {str(m["activity"]) for m in measures if m["measure"] == "remove_activity"}
    merged: set[str] = set()  # into another, by a measure before
    for m in measures:
        touched = activities_of(m)
        if m["measure"] != "remove_activity" and removed & touched:
            raise RequestError(
                _("The measures contradict each other: «{activity}» is removed and also changed.").format(
                    activity=sorted(removed & touched)[0]), field="activity")  # fmt: skip
        if merged & touched:
            raise RequestError(
                _("«{activity}» has become part of another step by the merge before: change it first, or the merged step.").format(
                    activity=sorted(merged & touched)[0]), field="activity")  # fmt: skip
        if m["measure"] == "merge_activities":
            merged |= {str(a) for a in _listed(m)[1:]}


def activities_of(m: Measure) -> set[str]:
    """The activities that a measure names."""
    ends = (m["from"], m["to"]) if m["measure"] == "reduce_rework" else ()
    return {str(a) for a in (m.get("activity"), *_listed(m), *ends) if a is not None}


def _listed(m: Measure) -> list[Any]:
    found = m.get("activities")
    return found if isinstance(found, list) else []


__all__ = ["CATALOGUE", "HALL", "PROCESS", "Context", "Kind", "Measure", "activities_of", "parse"]
