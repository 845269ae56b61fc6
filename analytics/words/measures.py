"""Measures in plain words: a short label for a switch or a row, and one sentence for a slide."""

from collections.abc import Sequence
from typing import Any

from analytics.language import _, ngettext
from analytics.words import numbers, process_measures
from analytics.words.phrases import capital, count_word, hours, listed, percent, role, short_id, weekdays

Measure = dict[str, Any]
ASSUMPTIONS = ("demand",)


def is_assumption(measure: Measure) -> bool:
    """Whether it is something that may happen, rather than something the branch does."""
    return measure.get("measure") in ASSUMPTIONS


def label(measure: Measure) -> str:
    """«Two more people at the counters, 12:00–14:00»; what is not known is named by its code."""
    write = _LABELS.get(str(measure.get("measure")))
    return write(measure) if write else str(measure.get("measure", "")).replace("_", " ")


def sentence(measure: Measure) -> str:
    """The label as a sentence, with what it supposes."""
    text = label(measure)
    why = _SUPPOSES.get(str(measure.get("measure")))
    if measure.get("measure") == "shorten" and not measure.get("service") and not measure.get("teller"):
        why = process_measures.shorten_supposes(measure)
    return numbers.sentences([text + _("."), why() if why else ""])


def together(measures: Sequence[Measure]) -> str:
    """All of them as one phrase, measures before assumptions; «nothing changes» for an empty list."""
    ordered = sorted(measures, key=is_assumption)
    return _("; ").join(label(m) for m in ordered) if ordered else _("nothing changes")


def kind(name: str) -> str:
    """What one chooses from the list: the kind of measure, without its numbers."""
    names = {
        "add_staff": _("More people"),
        "move_staff": _("Other working hours"),
        "shorten": _("A shorter service"),
        "divert": _("Send to machines"),
        "set_priority": _("Who is called next"),
        "pool_counters": _("Open kept counters"),
        "smooth_arrivals": _("Appointments"),
        "announce_wait": _("Announced waits"),
        "demand": _("More or fewer customers"),
    }
    return names.get(name) or process_measures.kind(name) or name.replace("_", " ")


def destination(name: str) -> str:
    known = {"self-service": _("self-service"), "mobile": _("the mobile app")}
    return known.get(name, name)


def rule(measure: Measure) -> str:
    """The order of calling as one clause."""
    code = measure.get("rule")
    if code == "priority":
        order = [str(x) for x in measure.get("order") or ()]
        if len(order) > 1:
            return _("{first} are called before {rest}").format(first=order[0], rest=listed(order[1:]))
        return _("VIP are called first")
    if code == "ageing":
        minutes = numbers.minutes(float(measure.get("credit_min") or 0))
        return _("VIP are called as if they had come {minutes} earlier").format(minutes=minutes)
    return _("Everyone is called in order of arrival")


def _when(measure: Measure) -> str:
    parts = [weekdays(measure.get("weekdays"))]
    if measure.get("from") or measure.get("to"):
        parts.append(hours(str(measure.get("from") or "00:00"), str(measure.get("to") or "24:00")))
    return numbers.close_up(" ".join(part for part in parts if part))


def _with_when(text: str, when: str) -> str:
    return numbers.close_up(_("{what}, {when}").format(what=text, when=when)) if when else text


def _add_staff(measure: Measure) -> str:
    n = int(measure.get("headcount", 0))
    where = role(str(measure.get("role", "")))
    pattern = (
        ngettext("{n} more person {where}", "{n} more people {where}", n)
        if n >= 0
        else ngettext("{n} person fewer {where}", "{n} people fewer {where}", -n)
    )
    return _with_when(pattern.format(n=count_word(abs(n)), where=where), _when(measure))


def _move_staff(measure: Measure) -> str:
    n = int(measure.get("headcount", 0))
    begin, end = measure.get("from") or ("", ""), measure.get("to") or ("", "")
    pattern = ngettext(
        "{n} person {where} from {before} to {after}", "{n} people {where} from {before} to {after}", n
    )
    text = pattern.format(
        n=count_word(n), where=role(str(measure.get("role", ""))), before=hours(*begin), after=hours(*end)
    )
    return _with_when(text, weekdays(measure.get("weekdays")))


def _shorten(measure: Measure) -> str:
    factor = float(measure.get("factor", 1))
    what = [str(measure[key]) for key in ("service", "activity") if measure.get(key)]
    subject = what[0] if what else ""
    if measure.get("resource"):
        subject = _("person {id}").format(id=short_id(str(measure["resource"])))
    if measure.get("teller"):
        person = _("teller {id}").format(id=short_id(str(measure["teller"])))
        subject = _("{service} at {person}").format(service=subject, person=person) if subject else person
    subject = subject or _("every service")
    pattern = _("{what}: {share} less time") if factor <= 1 else _("{what}: {share} more time")
    return capital(pattern.format(what=subject, share=percent(1 - factor)))


def _divert(measure: Measure) -> str:
    return _("{share} of {service} to {place}").format(
        share=percent(float(measure.get("share", 0))),
        service=measure.get("service") or _("all services"),
        place=destination(str(measure.get("to") or "self-service")),
    )


def _pool_counters(measure: Measure) -> str:
    counters = [str(c) for c in measure.get("counters") or ()]
    if not counters:
        return _("All counters serve everyone")
    return ngettext(
        "Counter {counters} serves everyone", "Counters {counters} serve everyone", len(counters)
    ).format(counters=listed(counters))


def _smooth_arrivals(measure: Measure) -> str:
    return _("{share} by appointment, from {before} to {after}").format(
        share=percent(float(measure.get("share", 0))),
        before=hours(*(measure.get("from") or ("", ""))),
        after=hours(*(measure.get("to") or ("", ""))),
    )


def _announce_wait(measure: Measure) -> str:
    factor = float(measure.get("patience_factor", 1))
    pattern = (
        _("Waits are announced, patience {share} longer")
        if factor >= 1
        else _("Waits are announced, patience {share} shorter")
    )
    return pattern.format(share=percent(factor - 1))


def _demand(measure: Measure) -> str:
    factor = float(measure.get("factor", 1))
    pattern = _("{share} more customers") if factor >= 1 else _("{share} fewer customers")
    text = pattern.format(share=percent(factor - 1))
    only = [str(measure[key]) for key in ("segment", "service") if measure.get(key)]
    return _("{what} ({only})").format(what=text, only=_(", ").join(only)) if only else text


_LABELS = {
    "add_staff": _add_staff,
    "move_staff": _move_staff,
    "shorten": _shorten,
    "divert": _divert,
    "set_priority": rule,
    "pool_counters": _pool_counters,
    "smooth_arrivals": _smooth_arrivals,
    "announce_wait": _announce_wait,
    "demand": _demand,
    **process_measures.LABELS,
}

_SUPPOSES = {
    "add_staff": lambda: _("They work as fast as those who are there today."),
    "move_staff": lambda: _("The hours paid stay the same."),
    "shorten": lambda: _("Forms filled beforehand, templates or training bring it."),
    "divert": lambda: _("Those customers take no ticket any more."),
    "set_priority": lambda: _("Nobody who is being served is interrupted."),
    "pool_counters": lambda: _("Whoever is next goes to whichever counter is free."),
    "smooth_arrivals": lambda: _("Those who have one come at the hour agreed."),
    "announce_wait": lambda: _("People who know their wait put up with more or less of it."),
    "demand": lambda: _("This is an assumption, not something the branch does."),
    **process_measures.SUPPOSES,
}
