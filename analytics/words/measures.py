"""Measures in plain words: a short label for a switch or a row, and one sentence for a slide."""

from collections.abc import Sequence
from typing import Any

from analytics.language import _, ngettext
from analytics.words import numbers

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
    return names.get(name, name.replace("_", " "))


def role(name: str) -> str:
    """Where the people of a pool work; pools that the product does not know keep their name."""
    known = {
        "counter": _("at the counters"),
        "counters": _("at the counters"),
        "customer manager": _("among the customer managers"),
        "approver": _("among the approvers"),
        "lobby": _("in the lobby"),
    }
    return known.get(name.strip().lower()) or _("in {pool}").format(pool=name)


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


def hours(start: str, end: str) -> str:
    """12:00–14:00, without leading zeros."""
    return f"{start.removeprefix('0')}–{end.removeprefix('0')}"


def weekdays(days: Sequence[int] | None) -> str:
    """«Mon–Fri», «Mon and Fri»; empty for every day."""
    chosen = sorted({int(d) for d in days or ()})
    if not chosen or len(chosen) == 7:
        return ""
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return _("{first}–{last}").format(first=numbers.weekday(chosen[0]), last=numbers.weekday(chosen[-1]))
    return listed([numbers.weekday(d) for d in chosen])


def listed(items: Sequence[str]) -> str:
    """«a, b and c»."""
    if len(items) < 2:
        return "".join(items)
    return _("{first} and {last}").format(first=_(", ").join(items[:-1]), last=items[-1])


def count_word(n: int) -> str:
    """One … ten in words at the start of a sentence, figures beyond."""
    words = (_("No"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"),
             _("Nine"), _("Ten"))  # fmt: skip
    return words[n] if 0 <= n < len(words) else str(n)


def _percent(share: float) -> str:
    return f"{round(abs(share) * 100)}%"


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
    who = [str(measure[key]) for key in ("teller", "resource") if measure.get(key)]
    subject = what[0] if what else ""
    if who:
        person = _("teller {id}").format(id=short_id(who[0]))
        subject = _("{service} at {person}").format(service=subject, person=person) if subject else person
    subject = subject or _("every service")
    pattern = _("{what}: {share} less time") if factor <= 1 else _("{what}: {share} more time")
    return _capital(pattern.format(what=subject, share=_percent(1 - factor)))


def _divert(measure: Measure) -> str:
    return _("{share} of {service} to {place}").format(
        share=_percent(float(measure.get("share", 0))),
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
        share=_percent(float(measure.get("share", 0))),
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
    return pattern.format(share=_percent(factor - 1))


def _demand(measure: Measure) -> str:
    factor = float(measure.get("factor", 1))
    pattern = _("{share} more customers") if factor >= 1 else _("{share} fewer customers")
    text = pattern.format(share=_percent(factor - 1))
    only = [str(measure[key]) for key in ("segment", "service") if measure.get(key)]
    return _("{what} ({only})").format(what=text, only=_(", ").join(only)) if only else text


def short_id(identifier: str) -> str:
    """Pseudonyms are long; their first six characters tell colleagues apart."""
    return identifier if len(identifier) <= 8 else identifier[:6] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
}
