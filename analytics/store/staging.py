"""From a file's text to typed rows: one pass, set-based; what cannot be used is marked with its reason.

`stage` leaves the temporary table `staged` behind, one row per readable row of the file in its order: the table's
columns, `problem` (null, or code|column) and `raw` (the row's text as JSON with ids as pseudonyms, where there is a
problem). Faulty lines of a CSV file are in the temporary table `faulty` (line, code, raw).
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import pseudonym
from analytics.store.expressions import computed
from analytics.store.faults import read_rows, take_faulty_lines
from analytics.store.files import RawFile, literal, quoted, relation
from analytics.store.mapping import Mapping
from analytics.store.tables import ITEM_PREFIXES, TABLES, Column, Table, is_item

_OVERALL, _ITEM = (1.0, 5.0), (1.0, 7.0)
_CLOCK_SLACK = "interval 5 seconds"  # clocks of ticket machine and counter differ a little
_MACROS = """
create or replace temp macro has_offset(x) as regexp_matches(x, ':\\d\\d(\\.\\d+)?\\s?(Z|[+-]\\d\\d(:?\\d\\d)?)$');
create or replace temp macro instant(x) as case when has_offset(x) then try_cast(x as timestamptz) end;
create or replace temp macro local_at(x, zone) as
    case when has_offset(x) then timezone(zone, try_cast(x as timestamptz)) else try_cast(x as timestamp) end;
-- as long after the base as by the instants, so that durations across a clock change stay right
create or replace temp macro local_after(x, base, zone) as
    case when has_offset(x) and instant(base) is not null
        then local_at(base, zone) + to_microseconds(epoch_us(instant(x)) - epoch_us(instant(base)))
        else local_at(x, zone) end;
create or replace temp macro yes_no(x) as
    case when lower(x) in ('yes', 'y', 'true', '1', '是') then true when lower(x) in ('no', 'n', 'false', '0', '否') then false end;
create or replace temp macro whole(x) as case when try_cast(x as double) = try_cast(x as integer) then try_cast(x as integer) end;
create or replace temp macro on_scale(x, low, high, ours_low, ours_high) as
    ours_low + (try_cast(x as double) - low) * (ours_high - ours_low) / (high - low);
"""


@dataclass(frozen=True)
class Plan:
    """How a file's columns become ours: our column -> the file's, or a constant; what is left over."""

    raw: RawFile
    table: Table
    mapping: Mapping
    sources: dict[str, str]
    unused: tuple[str, ...]

    @property
    def given(self) -> set[str]:
        return {*self.sources, *self.mapping.expressions, *self.mapping.constants}

    @property
    def items(self) -> list[str]:
        return sorted(name for name in self.given if self.table.has_items and is_item(name))


def plan(raw: RawFile, table: Table, mapping: Mapping) -> Plan:
    """Match columns by mapping, else by name; RequestError where a must-column has no source."""
    by_name = {column.strip().casefold(): column for column in raw.columns}
    sources = {ours: by_name[theirs.strip().casefold()] for ours, theirs in mapping.columns.items()}
    for name, column in by_name.items():
        is_ours = name in table.names or (table.has_items and is_item(name))
        if is_ours and name not in {*sources, *mapping.expressions, *mapping.constants}:
            sources[name] = column
    made = Plan(raw, table, mapping, sources, ())
    lacking = [must for must in table.musts if must not in made.given]
    if lacking:
        message = _("{file} lacks the column {column}, which {table} must have.")
        raise RequestError(message.format(file=raw.name, column=lacking[0], table=table.name))
    text = "\n".join([*mapping.expressions.values(), mapping.keep or ""]).casefold()
    used = set(sources.values()) | {column for column in raw.columns if column.casefold() in text}
    return replace(made, unused=tuple(column for column in raw.columns if column not in used))


def stage(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> None:
    """Read the file into `staged` and `faulty`."""
    con.execute(_MACROS)
    con.execute("create or replace temp table faulty (line bigint, code varchar, raw varchar)")
    if plan.mapping.expressions or plan.mapping.keep:
        with computed(con, plan.raw, plan.mapping, folder) as source:
            _stage_from(con, plan, source, folder, is_computed=True)
    else:
        with relation(plan.raw, con, folder) as source:
            _stage_from(con, plan, source, folder, is_computed=False)
            take_faulty_lines(con)


def _stage_from(
    con: duckdb.DuckDBPyConnection, plan: Plan, source: str, folder: Path, is_computed: bool
) -> None:
    sql, binds = _staging_sql(plan, source, is_computed)
    binds = {name: value for name, value in binds.items() if f"${name}" in sql}  # a table without times has no zone
    if "$pseudonym_key" in sql:
        binds["pseudonym_key"] = pseudonym.pseudonym_key(folder)
    read_rows(con, f"create or replace temp table staged as {sql}", binds, plan.raw.name)


def _staging_sql(plan: Plan, source: str, is_computed: bool) -> tuple[str, dict[str, Any]]:
    binds: dict[str, Any] = {}

    def bind(value: Any) -> str:
        name = f"v{len(binds)}"
        binds[name] = value
        return f"${name}"

    def text(ours: str) -> str:
        if ours in plan.mapping.constants:
            cell = bind(plan.mapping.constants[ours])
        elif ours in plan.mapping.expressions:
            cell = quoted("=" + ours)
        else:
            cell = quoted(plan.sources[ours]) if ours in plan.sources else "null::varchar"
        cell = f"nullif(trim({cell}), '')"
        pairs = plan.mapping.values.get(ours)
        if pairs:
            cases = " ".join(f"when {bind(theirs)} then {bind(value)}" for theirs, value in pairs.items())
            cell = f"nullif(case {cell} {cases} else {cell} end, '')"
        return f"{cell} as {quoted('t:' + ours)}"

    names = [*plan.table.names, *plan.items]
    hidden = _id_columns(plan)
    raw_pairs = ", ".join(
        f"{literal(c)}, {_hashed(quoted('f:' + c)) if c in hidden else quoted('f:' + c)}" for c in plan.raw.columns
    )
    as_read = ", ".join(f"{quoted(c)} as {quoted('f:' + c)}" for c in plan.raw.columns)
    keep = quoted("=keep") if plan.mapping.keep else "true"
    extras = ""
    if plan.table.keeps_attributes:
        pairs = ", ".join(f"{literal(c)}, {quoted('f:' + c)}" for c in plan.unused)
        extras = f", {f'json_object({pairs})' if pairs else 'null::json'} as attributes"
    zone = bind(plan.mapping.timezone)
    typed = ", ".join(
        f"{_typed(plan, column, zone)} as {quoted(column.name)}" for column in plan.table.columns
    )
    problems = _problems(plan)
    sql = f"""
        with texts as (select {", ".join(map(text, names))}, {keep} as kept, {as_read} from {source}),
        typed as (select {typed}{_survey_columns(plan)}{extras}, * from texts),
        judged as (
            select *, case when not kept then 'left_out|' {" ".join(problems)} end as problem from typed
        )
        select {", ".join(map(quoted, output_columns(plan.table)))}, problem,
            case when problem is not null then json_object({raw_pairs})::varchar end as raw
        from judged
    """
    return sql, binds


def output_columns(table: Table) -> list[str]:
    """The columns of the store's table that a file fills."""
    extra = ["overall_scale_low", "overall_scale_high", "perceived", "expected"] if table.has_items else []
    return [*table.names, *extra, *(["attributes"] if table.keeps_attributes else [])]


def _typed(plan: Plan, column: Column, zone: str) -> str:
    cell = quoted("t:" + column.name)
    base = quoted("t:" + {"visits": "arrived_at", "events": "started_at"}.get(plan.table.name, column.name))
    if column.is_id:
        return _hashed(cell)
    if column.name == "segment" and plan.table.name in ("visits", "surveys"):
        return f"coalesce({cell}, 'ordinary')"
    if column.name == "overall":
        low, high = plan.mapping.scale("overall", _OVERALL)
        return f"on_scale({cell}, {low}, {high}, {_OVERALL[0]}, {_OVERALL[1]})"
    return {
        "text": cell,
        "timestamp": f"local_after({cell}, {base}, {zone})",
        "date": f"try_cast({cell} as date)",
        "time": f"try_cast({cell} as time)",
        "number": f"try_cast({cell} as double)",
        "integer": f"whole({cell})",
        "boolean": f"yes_no({cell})",
        "json": f"try_cast({cell} as json)",
    }[column.type]


def _survey_columns(plan: Plan) -> str:
    if not plan.table.has_items:
        return ""
    low, high = plan.mapping.scale("overall", _OVERALL)
    sql = f', case when "t:overall" is not null then {low} end as overall_scale_low'
    sql += f', case when "t:overall" is not null then {high} end as overall_scale_high'
    for prefix in ITEM_PREFIXES:
        entries = []
        for item in plan.items:
            if item.startswith(prefix):
                low, high = plan.mapping.scale(item, _ITEM)
                value = f"on_scale({quoted('t:' + item)}, {low}, {high}, {_ITEM[0]}, {_ITEM[1]})"
                entries.append(f"{{'k': {literal(item.removeprefix(prefix))}, 'v': {value}}}")
        kind = "struct(k varchar, v double)[]"
        sql += (
            f", map_from_entries(list_filter([{', '.join(entries)}]::{kind}, lambda e: e.v is not null))"
            f" as {prefix.removesuffix('_')}"
        )
    return sql


def _problems(plan: Plan) -> list[str]:
    """When-clauses of a row's first problem: what is missing, what cannot be read, what does not fit together."""

    def when(condition: str, code: str, column: str = "") -> str:
        return f"when {condition} then {literal(f'{code}|{column}')}"

    clauses = [when(f"{quoted('t:' + must)} is null", "missing", must) for must in plan.table.musts]
    for column in plan.table.columns:
        if column.type != "text" and column.name in plan.given:
            cell = quoted("t:" + column.name)
            clauses.append(when(f"{cell} is not null and {quoted(column.name)} is null", "cast", column.name))
    for item in plan.items:
        cell = quoted("t:" + item)
        clauses.append(when(f"{cell} is not null and try_cast({cell} as double) is null", "cast", item))
    ranges = [("overall", plan.mapping.scale("overall", _OVERALL))] if plan.table.has_items else []
    ranges += [(item, plan.mapping.scale(item, _ITEM)) for item in plan.items]
    for name, (low, high) in ranges:
        clauses.append(
            when(f"try_cast({quoted('t:' + name)} as double) not between {low} and {high}", "range", name)
        )
    clauses += [when(condition, code, column) for condition, code, column in _RULES.get(plan.table.name, ())]
    return clauses


_RULES = {
    "visits": (
        (f"called_at < arrived_at - {_CLOCK_SLACK}", "order", "called_at"),
        ("finished_at < called_at", "order", "finished_at"),
        ("left_at < arrived_at", "order", "left_at"),
        ("called_at > arrived_at + interval 1 day", "too_long", "called_at"),
        ("finished_at > arrived_at + interval 1 day", "too_long", "finished_at"),
        ("left_at > arrived_at + interval 1 day", "too_long", "left_at"),
    ),
    "rosters": (
        ("weekday not between 1 and 7", "range", "weekday"),
        ("headcount < 0", "range", "headcount"),
        ("to_time <= from_time", "order", "to_time"),
        ("valid_to <= valid_from", "order", "valid_to"),
    ),
    "surveys": (("recommend not between 0 and 10", "range", "recommend"),),
    "events": (("finished_at < started_at", "order", "finished_at"),),
    "customers": (("left_on < joined_on", "order", "left_on"),),
}


def _id_columns(plan: Plan) -> set[str]:
    """The file's columns that ids of people come from; they are kept as pseudonyms wherever the row is."""
    ids = [column.name for column in plan.table.columns if column.is_id]
    found = {plan.sources[name] for name in ids if name in plan.sources}
    for name in ids:
        text = plan.mapping.expressions.get(name, "").casefold()
        found |= {column for column in plan.raw.columns if column.casefold() in text}
    return found


def _hashed(cell: str) -> str:
    return f"case when {cell} is not null then {pseudonym.SQL.format(id=f'trim({cell})')} end"


def known_table(name: str) -> Table:
    """The table of that name; RequestError where there is none."""
    if name not in TABLES:
        message = _("There is no table «{table}»; the tables are {tables}.")
        raise RequestError(message.format(table=name, tables=", ".join(TABLES)), field="table")
    return TABLES[name]
