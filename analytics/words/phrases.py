"""Phrases that the words of measures are put together from: places, times, lists, small numbers."""

from collections.abc import Sequence

from analytics.language import _
from analytics.words import numbers


def role(name: str) -> str:
    """Where the people of a pool work; pools that the product does not know keep their name."""
    known = {
        "operations": _("in operations"),
        "teller": _("among the tellers"),
        "counter": _("at the counters"),
        "counters": _("at the counters"),
        "customer manager": _("among the customer managers"),
        "approver": _("among the approvers"),
        "lobby": _("in the lobby"),
    }
    return known.get(name.strip().lower()) or _("in {pool}").format(pool=name)


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


def percent(share: float) -> str:
    """The size of a share in whole per cent."""
    return f"{round(abs(share) * 100)}%"


def short_id(identifier: str) -> str:
    """Pseudonyms are long; their first six characters tell colleagues apart."""
    return identifier if len(identifier) <= 8 else identifier[:6]


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
