"""Numbers as a person reads them: unit, decimals, true minus, no-break spaces; English and Chinese.

One decimal for minutes and hours, none for shares above 10 %; ranges use «–», and «to» as soon as a minus may
occur. What is not known reads «–».
"""

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

from analytics.language import _, language
from analytics.methods.estimate import Estimate, Unit

UNKNOWN = "–"
MINUS = "−"
NBSP = "\u00a0"


def _decimals(x: float, unit: Unit) -> int:
    size = abs(x)
    if unit in ("share", "pts"):
        return 0 if round(size, 3) >= 0.1 or size == 0 else 1
    if unit in ("min", "h", "per_hour"):
        return 0 if size >= 1000 else 1
    if unit == "per_week":
        return 0 if size >= 100 else 1
    if unit == "scale":
        return 2
    return 0


def _digits(x: float, decimals: int, signed: bool = False) -> str:
    if math.isnan(x):
        return UNKNOWN
    text = f"{abs(x):,.{decimals}f}"
    is_zero = not text.strip("0.,")
    sign = "" if is_zero else MINUS if x < 0 else "+" if signed else ""
    return sign + text


def _scaled(x: float, unit: Unit) -> float:
    return x * 100 if unit in ("share", "pts") else x


def plain(x: float, unit: Unit, *, signed: bool = False, decimals: int | None = None) -> str:
    """The number in its unit's scale, without the unit's name but with «%» for shares: 13.5, 47%, 12,482."""
    if math.isnan(x):
        return UNKNOWN
    digits = _digits(_scaled(x, unit), _decimals(x, unit) if decimals is None else decimals, signed)
    return digits + "%" if unit == "share" else digits


def with_unit(x: float, unit: Unit, *, signed: bool = False) -> str:
    """The number with its unit: 13.5 min, 47%, 38 pts, CNY 9,600."""
    n = plain(x, unit, signed=signed)
    if n == UNKNOWN:
        return n
    patterns = {
        "min": _("{n} min"),
        "h": _("{n} h"),
        "pts": _("{n} pts"),
        "points": _("{n} points"),
        "per_hour": _("{n} an hour"),
        "per_week": _("{n} a week"),
        "cny": _("CNY {n}"),
    }
    return _tied(patterns[unit].format(n=n)) if unit in patterns else n


def _tied(text: str) -> str:
    return text.replace(" ", NBSP)


def minutes(x: float) -> str:
    return with_unit(x, "min")


def hours(x: float) -> str:
    return with_unit(x, "h")


def days_or_hours(h: float) -> str:
    """Clock hours as a person says them: 3.2 days from a day on, else 5.3 hours."""
    if abs(h) >= 24:
        return _tied(_("{n} days").format(n=plain(h / 24, "h")))
    return _tied(_("{n} hours").format(n=plain(h, "h")))


def share(x: float) -> str:
    """47% of a share 0–1."""
    return with_unit(x, "share")


def pts(x: float, *, signed: bool = False) -> str:
    """38 pts of a difference of shares 0–1."""
    return with_unit(x, "pts", signed=signed)


def money(cny: float) -> str:
    return with_unit(cny, "cny")


def target(x: float, unit: Unit) -> str:
    """A target as set, without needless decimals: 80%, 7, 2.5%."""
    digits = f"{_scaled(x, unit):.2f}".rstrip("0").rstrip(".")
    return digits + "%" if unit == "share" else digits


def gap(x: float, aim: float, unit: Unit) -> str:
    """How far x lies from the target, as the two read: 38 pts, 3.6; empty where they read alike."""
    places = _decimals(x, unit)
    size = abs(round(_scaled(x, unit), places) - round(_scaled(aim, unit), places))
    if round(size, places) == 0:
        return ""
    digits = _digits(size, places)
    return _tied(_("{n} pts").format(n=digits)) if unit == "share" else digits


def points_apart(x: float) -> str:
    """A difference of shares for narrow places: whole points from ten on, below with one decimal."""
    return _tied(_("{n} pts").format(n=_digits(x * 100, 0 if abs(x) >= 0.1 else 1)))


def count(n: float) -> str:
    return plain(float(n), "count")


def count_in_prose(n: float) -> str:
    """As `count`; in Chinese from ten thousand on 1.2 万."""
    if language() == "zh_CN" and abs(n) >= 10_000:
        return _tied(f"{_digits(n / 10_000, 1)} 万")
    return count(n)


def value(estimate: Estimate) -> str:
    """The estimate's value with its unit."""
    return with_unit(estimate.value, estimate.unit)


def interval(estimate: Estimate, *, signed: bool = False) -> str:
    """The 95 % interval without unit, as precise as the value: 46–48, −5.8 to −3.5."""
    return spread(
        estimate.low,
        estimate.high,
        estimate.unit,
        signed=signed,
        decimals=_decimals(estimate.value, estimate.unit),
    )


def spread(low: float, high: float, unit: Unit, *, signed: bool = False, decimals: int | None = None) -> str:
    """The range from low to high without unit; signed ones and those below zero are joined by «to»."""
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    places = _decimals(max(abs(low), abs(high)), unit) if decimals is None else decimals
    ends = [_digits(_scaled(x, unit), places, signed) for x in (low, high)]
    if signed or low < 0 or unit in ("pts", "points"):
        return _tied(_("{low} to {high}").format(low=ends[0], high=ends[1]))
    return "–".join(ends)


def value_and_interval(estimate: Estimate) -> str:
    """«13.5 min (12.9–14.1)»."""
    return f"{value(estimate)} ({interval(estimate)})" if estimate.is_known else UNKNOWN


def change(estimate: Estimate) -> str:
    """A signed change with its unit: −4.7 min, +3 pts; shares that differ are points."""
    unit: Unit = "pts" if estimate.unit == "share" else estimate.unit
    return with_unit(estimate.value, unit, signed=True)


def change_and_interval(estimate: Estimate) -> str:
    """«−4.7 min (−5.8 to −3.5)»."""
    return f"{change(estimate)} ({interval(estimate, signed=True)})" if estimate.is_known else UNKNOWN


def sentences(parts: Sequence[str]) -> str:
    """Sentences one after the other; Chinese puts no space between them."""
    return ("" if language() == "zh_CN" else " ").join(part for part in parts if part)


def close_up(text: str) -> str:
    """The text without the spaces that joining leaves between two Chinese letters."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text)


def n(number: float) -> str:
    """«n 9,871»."""
    return _tied(_("n {n}").format(n=count(number)))


def clock(half_hour: float) -> str:
    """Half hours since midnight as time of day: 18 -> 9:00, 21 -> 10:30."""
    return f"{int(half_hour) // 2}:{'30' if int(half_hour) % 2 else '00'}"


def weekday(number: int) -> str:
    """The short name of an ISO weekday, 1 = Monday."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[int(number) - 1]


def weekday_long(number: int) -> str:
    """The full name of an ISO weekday, 1 = Monday."""
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return names[int(number) - 1]


def month_name(number: int) -> str:
    """The short name of a month, 1 = January."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )[number - 1]  # fmt: skip


def day(on: date) -> str:
    """5 Nov 2026; 2026年11月5日."""
    return _dated(_("{d} {month} {y}"), on)


def day_short(on: date) -> str:
    """5 Nov; 11月5日."""
    return _dated(_("{d} {month}"), on)


def month(on: date) -> str:
    """Nov 2026; 2026年11月."""
    return _dated(_("{month} {y}"), on)


def _dated(pattern: str, on: date) -> str:
    return _tied(pattern.format(d=on.day, m=on.month, month=month_name(on.month), y=on.year))


def period(start_on: date, end_on: date) -> str:
    """The half-open period by its first and last day: 1 Sep – 30 Nov 2026; 2026年9月1日–11月30日."""
    last_on = end_on - timedelta(days=1)
    if last_on <= start_on:
        return day(start_on)
    if language() == "zh_CN":
        tail = day(last_on) if last_on.year != start_on.year else day_short(last_on)
        return f"{day(start_on)}–{tail}"
    head = day(start_on) if last_on.year != start_on.year else day_short(start_on)
    return f"{head} – {day(last_on)}"
