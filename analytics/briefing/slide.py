"""What stands on a slide, whatever draws it: a page draws the same parts that the deck does."""

from dataclasses import dataclass
from typing import Literal

from analytics.charts.flow import Lane

Tone = Literal["better", "worse", "none"]


@dataclass(frozen=True)
class Series:
    """One line or set of bars: values in the order of the chart's categories, None where nothing is known.

    color is a token of charts/tokens.py. low and high are the ends of the 95 % interval, as many as values,
    or empty. style `plain`; `dots` without a line; `edge` the end of an interval, thin; `dotted` a target.
    """

    name: str
    values: tuple[float | None, ...]
    color: str
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    style: Literal["plain", "dots", "edge", "dotted"] = "plain"


@dataclass(frozen=True)
class Chart:
    """Values over a scale (form `line`) or by category (`column`; `bar`: horizontal, first category on top).

    x: where a line's values stand (hours since midnight; days since 30 Dec 1899, as Excel counts), with the
    format and distance of its ticks. Formats are Excel's («0.0», «0%»); is_labelled writes the value at each bar;
    is_told: the categories say the values in their second line.
    """

    title: str
    caption: str
    form: Literal["line", "column", "bar"]
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    x: tuple[float, ...] = ()
    x_format: str = '0":00"'
    x_step: float = 2
    number_format: str = "0.0"
    is_labelled: bool = False
    is_told: bool = False


@dataclass(frozen=True)
class Cell:
    """One group's figure on a card: value, its side of the target or its change in words, interval."""

    group: str
    value: str
    verdict: str = ""
    tone: Tone = "none"
    interval: str = ""


@dataclass(frozen=True)
class Card:
    title: str
    cells: tuple[Cell, ...]
    last_line: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of texts; tones colour a row's last cell, which says the same in words. widths are shares."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    tones: tuple[Tone, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Slide:
    """A headline that answers the slide's question, why, and the parts that carry it.

    footer: branch, period, filters, n, interval and data version. `name` is a stable code. flow: a process as it is and
    as it would be, above the charts.
    """

    name: Literal["status_quo", "problems", "before_after", "as_is_to_be", "trust"]
    headline: str
    reason: str
    footer: str
    cards: tuple[Card, ...] = ()
    charts: tuple[Chart, ...] = ()
    table: Table | None = None
    points: tuple[str, ...] = ()
    flow: tuple[Lane, ...] = ()
