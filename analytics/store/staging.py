"""From a file's text to typed rows: one pass, set-based; what cannot be used is marked with its reason.

`stage` leaves the temporary table `staged` behind, one row per readable row of the file in its order: the table's
columns, `problem` (null, or code|column) and `raw` (the row's text as JSON with ids as pseudonyms, where there is
a problem). Faulty lines of a CSV file are in the temporary table `faulty` (line, code, raw).
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from analytics.store import pseudonym
from analytics.store.checks import problem
from analytics.store.expressions import computed
from analytics.store.files import literal, quoted
from analytics.store.plan import ITEM_SCALE, OVERALL_SCALE, Plan
from analytics.store.reader import sql_file
from analytics.store.reading import read_rows
from analytics.store.tables import ITEM_PREFIXES, Column


def stage(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> None:
    """Read the file into `staged` and `faulty`."""
    con.execute(sql_file("staging.sql"))
    sql, binds = _staging_sql(plan)
    sql = f"create or replace temp table staged as {sql}"
    if "$zone" in sql:
        binds["zone"] = plan.mapping.timezone
    if "$pseudonym_key" in sql:
        binds["pseudonym_key"] = pseudonym.pseudonym_key(folder)
    if plan.mapping.expressions or plan.mapping.keep:
        with computed(con, plan.raw, plan.mapping, folder) as source:
            con.execute(sql.replace("{source}", source), binds)
    else:
        read_rows(con, plan.raw, folder, sql, binds)
    if plan.table.name == "interventions":
        _hide_ids_in_measures(con, folder)


def _staging_sql(plan: Plan) -> tuple[str, dict[str, Any]]:
    """The select over `{source}` in three steps: text of our columns (`t:…`, beside the file's own as `f:…`), typed, judged."""
    binds: dict[str, Any] = {}

    def bind(value: Any) -> str:
        binds[f"v{len(binds)}"] = value
        return f"$v{len(binds) - 1}"

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

    def as_read(columns: tuple[str, ...]) -> str:
        cells = {c: quoted("f:" + c) for c in columns}
        pairs = [f"{literal(c)}, {_hashed(cell) if c in hidden else cell}" for c, cell in cells.items()]
        return f"json_object({', '.join(pairs)})" if pairs else "null::json"

    hidden = plan.id_columns
    texts = [text(name) for name in (*plan.table.names, *plan.items)]
    texts += [f"{quoted(c)} as {quoted('f:' + c)}" for c in plan.raw.columns]
    texts += [f"{quoted('=keep') if plan.mapping.keep else 'true'} as kept"]
    typed = [f"{_typed(plan, column)} as {quoted(column.name)}" for column in plan.table.columns]
    if plan.table.has_items:
        typed += _survey_columns(plan)
    if plan.table.keeps_attributes:
        typed += [f"{as_read(plan.unused)} as attributes"]
    sql = f"""
        with texts as (select {", ".join(texts)} from {{source}}),
        typed as (select {", ".join(typed)}, * from texts),
        judged as (select *, {problem(plan)} as problem from typed)
        select {", ".join(map(quoted, plan.stored_columns))}, problem,
            case when problem is not null then {as_read(plan.raw.columns)}::varchar end as raw
        from judged
    """
    return sql, binds


def _typed(plan: Plan, column: Column) -> str:
    cell = quoted("t:" + column.name)
    base = quoted("t:" + {"visits": "arrived_at", "events": "started_at"}.get(plan.table.name, column.name))
    if column.is_id:
        return _hashed(cell)
    if column.name == "segment" and plan.table.name in ("visits", "surveys"):
        return f"coalesce({cell}, 'ordinary')"
    if column.name == "overall":
        return _on_scale(cell, plan.mapping.scale("overall", OVERALL_SCALE), OVERALL_SCALE)
    return {
        "text": cell,
        "timestamp": f"local_after({cell}, {base}, $zone)",
        "date": f"try_cast({cell} as date)",
        "time": f"try_cast({cell} as time)",
        "number": f"try_cast({cell} as double)",
        "integer": f"whole({cell})",
        "boolean": f"yes_no({cell})",
        "json": f"try_cast({cell} as json)",
    }[column.type]


def _survey_columns(plan: Plan) -> list[str]:
    low, high = plan.mapping.scale("overall", OVERALL_SCALE)
    columns = [
        f'case when "t:overall" is not null then {low} end as overall_scale_low',
        f'case when "t:overall" is not null then {high} end as overall_scale_high',
    ]
    for prefix in ITEM_PREFIXES:
        entries = []
        for item in plan.items:
            if item.startswith(prefix):
                value = _on_scale(quoted("t:" + item), plan.mapping.scale(item, ITEM_SCALE), ITEM_SCALE)
                entries.append(f"{{'k': {literal(item.removeprefix(prefix))}, 'v': {value}}}")
        listed = f"[{', '.join(entries)}]::struct(k varchar, v double)[]"
        answered = f"list_filter({listed}, lambda e: e.v is not null)"
        columns.append(f"map_from_entries({answered}) as {prefix.removesuffix('_')}")
    return columns


def _on_scale(cell: str, theirs: tuple[float, float], ours: tuple[float, float]) -> str:
    return f"on_scale({cell}, {theirs[0]}, {theirs[1]}, {ours[0]}, {ours[1]})"


def _hashed(cell: str) -> str:
    trimmed = f"nullif(trim({cell}), '')"
    return f"case when {trimmed} is not null then {pseudonym.SQL.format(id=trimmed)} end"


def _hide_ids_in_measures(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Measures may name people; a handful of rows, so one by one."""
    for row_id, content in con.execute(
        "select rowid, measures from staged where measures is not null"
    ).fetchall():
        measures = json.loads(content)
        for measure in measures if isinstance(measures, list) else []:
            for name in {"teller", "resource", "customer"} & set(
                measure if isinstance(measure, dict) else {}
            ):
                measure[name] = pseudonym.pseudonym(folder, str(measure[name]))
        con.execute(
            "update staged set measures = $m where rowid = $r", {"m": json.dumps(measures), "r": row_id}
        )
