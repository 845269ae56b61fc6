"""How dates and numbers are written in a file: found where the whole column leaves one reading, asked for where not."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import quoted
from analytics.store.plan import Plan
from analytics.store.report import Assumption

# A reading that fits all but this share of a column is taken where every other misses twenty times as many.
_STRAY_SHARE = 0.05
_DATES, _NUMBERS = ("timestamp", "date"), ("number", "integer")
Ask = Callable[[str], list[dict[Hashable, Any]]]  # a select over `texts` -> its rows


@dataclass(frozen=True)
class Question:
    """What a file leaves open: the mapping's key, our columns, the readings possible, a cell that shows it."""

    key: str
    columns: tuple[str, ...]
    readings: tuple[str, ...]
    example: str

    def sentence(self, file: str) -> str:
        """What a person at the command line is told."""
        message = _(
            "{file}: «{example}» in {column} can be read in more than one way; set {choices} in the mapping."
        )
        choices = _(" or ").join(f'{self.key} = "{reading}"' for reading in self.readings)
        return message.format(
            file=file, example=self.example, column=", ".join(self.columns), choices=choices
        )


@dataclass(frozen=True)
class Formats:
    """order: of day, month and year; dates: our columns not written year first; decimals: our column -> its sign."""

    order: str = "ymd"
    dates: frozenset[str] = frozenset()
    decimals: tuple[tuple[str, str], ...] = ()
    assumed: tuple[Assumption, ...] = ()

    def cell(self, ours: str, cell: str) -> str:
        """The SQL that brings a cell of our column to the way DuckDB reads; what does not fit stays as it is."""
        if ours in self.dates:
            return f"coalesce(moment_of({cell}, '{self.order}'), {cell})"
        sign = dict(self.decimals).get(ours)
        return f"coalesce(number_of({cell}, '{sign}'), {cell})" if sign else cell


def find(plan: Plan, ask: Ask, is_whole: bool) -> tuple[Formats, tuple[Question, ...]] | None:
    """The formats and what is left open; None where only the file's first rows were asked and more must be."""
    dates = [c.name for c in plan.table.columns if c.type in _DATES and c.name in plan.sought]
    numbers = [
        c.name for c in plan.table.columns if c.type in _NUMBERS and c.name in plan.sought
    ] + plan.items
    odd = _odd(ask, dates, numbers)
    if odd and not is_whole:
        return None
    dates, numbers = [c for c in dates if c in odd], [c for c in numbers if c in odd]
    kinds = _kinds(ask, dates, numbers)
    odd_dates = [c for c in dates if set(kinds[c]) - {"plain"}]
    odd_numbers = [c for c in numbers if any("plain" not in kind for kind in kinds[c])]
    formats, asked = _dates(plan, ask, odd_dates, kinds)
    whole_numbers = {c.name for c in plan.table.columns if c.type == "integer"}
    for column in odd_numbers:
        sign = plan.mapping.decimal or _best(kinds[column], (".", ","))
        if sign is None and column in whole_numbers:
            sign = "."
        if sign is None:
            asked.append(
                Question("decimal", (column,), (".", ","), _example(ask, column, "number_kind", ". ,"))
            )
        elif any(not set(kind.split()) & {"plain", "none"} for kind in kinds[column]):
            reading = "comma" if sign == "," else "point"
            formats = replace(
                formats,
                decimals=(*formats.decimals, (column, sign)),
                assumed=(*formats.assumed, Assumption(reading, column)),
            )
    return formats, tuple(asked)


def settled(plan: Plan, ask: Ask, is_whole: bool) -> Formats | None:
    """As `find`, but what is left open is a RequestError."""
    found = find(plan, ask, is_whole)
    if found is None:
        return None
    formats, asked = found
    if asked:
        raise RequestError(asked[0].sentence(plan.raw.name), field=asked[0].key)
    return formats


def _dates(
    plan: Plan, ask: Ask, odd: list[str], kinds: dict[str, Counter[str]]
) -> tuple[Formats, list[Question]]:
    """One order for all dates of a file: a 13 in the first place of any column decides it for all."""
    loose = [c for c in odd if set(kinds[c]) - {"plain", "none"}]
    if not loose:
        return Formats(), []
    turned = [c for c in loose if any("my" in kind or "dy" in kind or kind == "ymd" for kind in kinds[c])]
    turned = [c for c in turned if any(_is_open(kind) for kind in kinds[c])]
    pooled: Counter[str] = Counter()
    for column in turned:
        pooled.update({kind: n for kind, n in kinds[column].items() if _is_open(kind)})
    order = plan.mapping.date_format or (_best(pooled, ("dmy", "mdy", "ymd")) if pooled else "ymd")
    if order is None:
        readings = tuple(o for o in ("dmy", "mdy", "ymd") if any(o in kind for kind in pooled))
        most = max(pooled, key=lambda kind: pooled[kind] * len(kind))
        return Formats(), [
            Question("date_format", tuple(turned), readings, _example(ask, turned[0], "date_kind", most))
        ]
    assumed = []
    for column in loose:
        if column in turned:
            assumed.append(Assumption(order, column))
        if "serial" in kinds[column]:
            assumed.append(Assumption("serial", column))
    return Formats(order, frozenset(loose), (), tuple(assumed)), []


def _is_open(kind: str) -> bool:
    return "dmy" in kind or "mdy" in kind or kind.strip() == "" or kind == "dmy mdy ymd"


def _best(kinds: Counter[str], readings: Iterable[str]) -> str | None:
    """The one reading that fits every value, or nearly every value where the others do not; None where there are two."""
    total = sum(n for kind, n in kinds.items() if kind.strip() not in ("", "none"))
    misses = sorted(
        (total - sum(n for kind, n in kinds.items() if reading in kind.split()), reading)
        for reading in readings
    )
    (fewest, best), (next_fewest, _other) = misses[0], misses[1]
    is_clear = (
        next_fewest > 0 if fewest == 0 else next_fewest >= 20 * fewest and fewest <= _STRAY_SHARE * total
    )
    return best if is_clear else None


def _odd(ask: Ask, dates: list[str], numbers: list[str]) -> set[str]:
    """The columns with any value that DuckDB does not read; asked first, for it is cheap and mostly there is none."""
    # an empty cell is not odd: else every file of tickets would be read twice, for few have all of their times
    odd = "count(*) filter (where {cell} is not null and not is_plain_moment({cell}))"
    cells = [f"{odd.format(cell=quoted('t:' + c))} as {quoted(c)}" for c in dates]
    cells += [
        f"count({quoted('t:' + c)}) - count(try_cast({quoted('t:' + c)} as double)) as {quoted(c)}"
        for c in numbers
    ]
    return (
        {str(c) for c, n in ask(f"select {', '.join(cells)} from texts")[0].items() if n} if cells else set()
    )


def _kinds(ask: Ask, dates: list[str], numbers: list[str]) -> dict[str, Counter[str]]:
    cells = [f"histogram(date_kind({quoted('t:' + c)})) as {quoted(c)}" for c in dates]
    cells += [f"histogram(number_kind({quoted('t:' + c)})) as {quoted(c)}" for c in numbers]
    if not cells:
        return {}
    (row,) = ask(f"select {', '.join(cells)} from texts")
    return {str(column): Counter(found or {}) for column, found in row.items()}


def _example(ask: Ask, column: str, macro: str, kind: str) -> str:
    cell = quoted("t:" + column)
    (row,) = ask(f"select min({cell}) as cell from texts where {macro}({cell}) = '{kind}'")
    return str(row["cell"] or "")
