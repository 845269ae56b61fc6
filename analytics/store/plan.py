"""How the columns of a file become those of a table."""

import json
import re
from dataclasses import dataclass, replace

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import xes
from analytics.store.files import RawFile
from analytics.store.mapping import Mapping
from analytics.store.pairing import STARTED_AT, Pairing, pairing_for, with_standard_keys
from analytics.store.recognise import guess_columns
from analytics.store.tables import TABLES, Table, is_item

_NUMBERED = ("ticket_id", "case_id", "response_id")
OFTEN_CONSTANT = ("process", "branch_id")
OVERALL_SCALE, ITEM_SCALE = (1.0, 5.0), (1.0, 7.0)


@dataclass(frozen=True)
class Plan:
    """A file, its table and mapping; `sources`: our column -> the file's; `unused`: the file's that are left over."""

    raw: RawFile
    table: Table
    mapping: Mapping
    sources: dict[str, str]
    unused: tuple[str, ...]
    pairing: Pairing | None = None

    @property
    def given(self) -> set[str]:
        """Our columns that the file gives, itself or by the mapping."""
        return {*self.sources, *self.mapping.expressions, *self.mapping.constants}

    @property
    def sought(self) -> set[str]:
        """Our columns whose text comes from the file."""
        return {*self.sources, *self.mapping.expressions}

    @property
    def person_ids(self) -> list[str]:
        """Our columns whose values might be numbers of identity or bank cards."""
        return [
            c.name for c in self.table.columns if c.name in self.sought and (c.is_id or c.name in _NUMBERED)
        ]

    @property
    def items(self) -> list[str]:
        """The questionnaire items the file gives."""
        return sorted(name for name in self.given if self.table.has_items and is_item(name))

    @property
    def id_columns(self) -> set[str]:
        """The file's columns that ids of people come from; they are kept as pseudonyms wherever the row is."""
        ids = [column.name for column in self.table.columns if column.is_id]
        found = {self.sources[name] for name in ids if name in self.sources}
        return found | _named_in([self.mapping.expressions.get(name, "") for name in ids], self.raw.columns)

    @property
    def stored_columns(self) -> list[str]:
        """The columns of the store's table that a file fills."""
        scales = (
            ["overall_scale_low", "overall_scale_high", "perceived", "expected"]
            if self.table.has_items
            else []
        )
        return [*self.table.names, *scales, *(["attributes"] if self.table.keeps_attributes else [])]


def plan(raw: RawFile, table: Table, mapping: Mapping) -> Plan:
    """As `match`; RequestError where a must-column has no source."""
    made = match(raw, table, mapping)
    lacking = [must for must in table.musts if must not in made.given]
    if lacking:
        message = _(
            "{file} lacks the column {column}, which {table} must have; a mapping file (--mapping) gives it, by {lines}."
        )
        raise RequestError(
            message.format(
                file=raw.name, column=", ".join(lacking), table=table.name, lines=_lines(lacking, raw, table)
            )
        )
    return made


def _lines(lacking: list[str], raw: RawFile, table: Table) -> str:
    """What a mapping file would say of these columns; in capitals what only the bank knows."""
    guesses = guess_columns(table.name, raw.columns)
    same = {
        column: xes.default_process(raw.name) if column == "process" else "BRANCH"
        for column in lacking
        if column in OFTEN_CONSTANT and column not in guesses
    }
    named = {column: guesses.get(column, "THEIR COLUMN") for column in lacking if column not in same}

    def line(part: str, pairs: dict[str, str]) -> str:
        return f"{part} = {{{', '.join(f'{ours} = {json.dumps(v, ensure_ascii=False)}' for ours, v in pairs.items())}}}"

    return _(" and ").join(
        line(part, pairs) for part, pairs in (("columns", named), ("constants", same)) if pairs
    )


def match(raw: RawFile, table: Table, mapping: Mapping) -> Plan:
    """Match columns by mapping, by the standard keys of event logs, else by name."""
    pairing = pairing_for(raw.columns, mapping) if table.name == "events" else None
    if table.name == "events":
        mapping = replace(mapping, **with_standard_keys(mapping, raw.columns, pairing))
    columns = (*raw.columns, STARTED_AT) if pairing else raw.columns
    by_name = {column.casefold(): column for column in columns}
    sources = {ours: by_name[theirs.strip().casefold()] for ours, theirs in mapping.columns.items()}
    for name, column in by_name.items():
        is_ours = name in table.names or (table.has_items and is_item(name))
        if is_ours and name not in {*sources, *mapping.expressions, *mapping.constants}:
            sources[name] = column
    used = set(sources.values()) | _named_in([*mapping.expressions.values(), mapping.keep or ""], raw.columns)
    unused = tuple(column for column in raw.columns if column not in used)
    return Plan(raw, table, mapping, sources, unused, pairing)


def known_table(name: str) -> Table:
    """The table of that name; RequestError where there is none."""
    if name not in TABLES:
        message = _("There is no table «{table}»; the tables are {tables}.")
        raise RequestError(message.format(table=name, tables=", ".join(TABLES)), field="table")
    return TABLES[name]


def _named_in(expressions: list[str], columns: tuple[str, ...]) -> set[str]:
    text = "\n".join(expressions)
    return {c for c in columns if re.search(rf"(?<!\w){re.escape(c)}(?!\w)", text, re.IGNORECASE)}
