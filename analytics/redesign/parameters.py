"""What the parameters of a measure may be: times "HH:MM", weekdays ISO numbers (all when left out)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.errors import RequestError
from analytics.language import _
from analytics.simulation.model import N_SLOTS, SLOT_MIN

Measure = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """What names in a measure are looked up with: how ids of the bank's files are written in the store."""

    pseudonym: Callable[[str], str] = lambda name: name


def number(m: Measure, key: str, low: float, high: float) -> float:
    value = m.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RequestError(
            _("{key} of {name} must be a number from {low:g} to {high:g}, not {value}.").format(
                key=key, name=m["measure"], low=low, high=high, value=json.dumps(value, ensure_ascii=False, default=str)), field=key)  # fmt: skip
    return float(value)


def whole(m: Measure, key: str, least: int = -50) -> int:
    value = number(m, key, least, 50)
    if value != int(value) or value == 0:
        raise RequestError(
            _("{key} of {name} must be a whole number other than 0.").format(key=key, name=m["measure"]),
            field=key,
        )
    return int(value)


def weekdays(m: Measure) -> list[int]:
    days = m.get("weekdays")
    if days is None:
        return list(range(7))
    if not isinstance(days, list) or not days or not all(type(d) is int and 1 <= d <= 7 for d in days):
        raise RequestError(
            _("weekdays must be a list of numbers from 1 (Monday) to 7 (Sunday)."), field="weekdays"
        )
    return sorted({d - 1 for d in days})


def pair(m: Measure, key: str) -> tuple[str, str]:
    value = m.get(key)
    if not isinstance(value, list) or len(value) != 2:
        raise RequestError(
            _('{key} of {name} must be two times, such as ["09:00", "10:00"].').format(
                key=key, name=m["measure"]
            ),
            field=key,
        )
    return value[0], value[1]


def time(value: Any, field: str) -> float:
    try:
        hours, minutes = str(value).split(":")
        if 0 <= int(hours) <= 24 and 0 <= int(minutes) < 60:
            return int(hours) * 60.0 + int(minutes)
    except ValueError:
        pass
    raise RequestError(_("{value} is no time: write HH:MM.").format(value=value), field=field)


def slots(start: Any, end: Any, is_staffed: NDArray[np.bool_]) -> list[int]:
    """The half hours of [start, end); those with anybody on duty where not given. is_staffed[slot]."""
    staffed = np.flatnonzero(is_staffed)
    first = time(start, "from") if start is not None else staffed.min() * SLOT_MIN
    last = time(end, "to") if end is not None else (staffed.max() + 1) * SLOT_MIN
    found = [s for s in range(N_SLOTS) if first <= s * SLOT_MIN < last]
    if not found:
        raise RequestError(
            _("No half hour lies between {start} and {end}.").format(start=_clock(first), end=_clock(last)),
            field="to",
        )
    if start is None and end is None:
        return [s for s in found if s in set(staffed)]
    return found


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def moved_slots(m: Measure, is_staffed: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """The half hours that move_staff takes people from, and as many others that it brings them to."""
    away, there = (slots(*pair(m, key), is_staffed) for key in ("from", "to"))
    if len(away) != len(there):
        raise RequestError(
            _("move_staff moves the same hours: from and to must be equally long."), field="to"
        )
    if set(away) & set(there):
        raise RequestError(_("move_staff needs hours that do not overlap in from and to."), field="to")
    return away, there


def unknown(what: str, name: str, known, field: str) -> RequestError:
    names = ", ".join(str(k) for k in known) or _("none")
    return RequestError(
        _("Unknown {what} «{name}»: known are {names}.").format(what=what, name=name, names=names),
        field=field,
    )


def named(name: str, known, context: Context, field: str, what: str) -> str:
    """An id of the bank's files or of the store, as the store writes it."""
    if name in known:
        return name
    hashed = context.pseudonym(name)
    if hashed in known:
        return hashed
    raise unknown(what, name, known, field)
