"""From a file's text to typed rows: one pass, set-based; what cannot be used is marked with its reason.

`stage` leaves the temporary table `staged` behind, one row per readable row of the file in its order: the table's
columns, `problem` (null, or code|column) and `raw` (the row's text as JSON with ids as pseudonyms, where there is
a problem). Faulty lines of a CSV file are in the temporary table `faulty` (line, code, raw).
"""

import json
from collections.abc import Callable, Hashable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from analytics.store import pseudonym
from analytics.store.checks import problem
from analytics.store.expressions import Run, opened
from analytics.store.files import literal, quoted
from analytics.store.formats import Ask, Formats, Question, find, settled
from analytics.store.plan import ITEM_SCALE, OVERALL_SCALE, Plan
from analytics.store.reader import sql_file
from analytics.store.tables import ITEM_PREFIXES, Column


def stage(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> Formats:
    """Read the file into `staged` and `faulty`; how dates and numbers were read."""
    con.execute(sql_file("staging.sql"))
    with opened(con, plan, folder) as run:
        formats = settled(plan, _asking_head(con, plan), is_whole=False) if _has_head(plan) else None
        is_whole = formats is None
        formats = formats or settled(plan, _asking_file(con, plan, run), is_whole=True) or Formats()
        _read(con, plan, folder, formats, run)
        if not is_whole and _is_cast_amiss(con, plan):  # the first rows did not tell
            again = settled(plan, _asking_file(con, plan, run), is_whole=True)
            if again is not None and again != formats:
                formats = again
            _read(con, plan, folder, formats, run)
    if plan.table.name == "interventions":
        _hide_ids_in_measures(con, folder)
    return formats


def questions(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> tuple[Question, ...]:
    """What the file leaves open about its dates and numbers."""
    con.execute(sql_file("staging.sql"))
    with opened(con, plan, folder) as run:
        found = find(plan, _asking_head(con, plan), is_whole=False) if _has_head(plan) else None
        found = found or find(plan, _asking_file(con, plan, run), is_whole=True)
    return found[1] if found else ()


def _has_head(plan: Plan) -> bool:
    is_as_read = not (plan.mapping.expressions or plan.mapping.keep or plan.pairing)
    return is_as_read and plan.raw.head is not None and plan.raw.head.num_rows > 0


def _asking_head(con: duckdb.DuckDBPyConnection, plan: Plan) -> Ask:
    def ask(select: str) -> list[dict[Hashable, Any]]:
        con.register("head_rows", plan.raw.head)
        try:
            binds, bind = _binder()
            return (
                con.execute(f"with texts as ({_texts(plan, bind)} head_rows) {select}", binds)
                .df()
                .to_dict("records")
            )
        finally:
            con.unregister("head_rows")

    return ask


def _asking_file(con: duckdb.DuckDBPyConnection, plan: Plan, run: Run) -> Ask:
    def ask(select: str) -> list[dict[Hashable, Any]]:
        binds, bind = _binder()
        start = f"create or replace temp table answers as with texts as ({_texts(plan, bind)} "
        run(lambda source: f"{start} {source}) {select}", binds)
        return con.execute("from answers").df().to_dict("records")

    return ask


def _is_cast_amiss(con: duckdb.DuckDBPyConnection, plan: Plan) -> bool:
    codes = [
        f"cast|{c.name}" for c in plan.table.columns if c.type not in ("text", "json", "boolean", "time")
    ]
    codes += [f"cast|{item}" for item in plan.items]
    found = con.execute(
        "select 1 from staged where problem in (select unnest($codes)) limit 1", {"codes": codes}
    )
    return bool(found.fetchall())


def _read(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path, formats: Formats, run: Run) -> None:
    binds, bind = _binder()
    before, after = _staging_sql(plan, formats, bind)
    if any(column.type == "timestamp" for column in plan.table.columns):
        binds |= {
            "zone": plan.mapping.timezone,
            "now": datetime.now(ZoneInfo(plan.mapping.timezone)).replace(tzinfo=None),
        }
    if any(column.is_id for column in plan.table.columns):
        binds["pseudonym_key"] = pseudonym.pseudonym_key(folder)
    run(lambda source: f"create or replace temp table staged as {before} {source}{after}", binds)


def _binder() -> tuple[dict[str, Any], Callable[[Any], str]]:
    binds: dict[str, Any] = {}

    def bind(value: Any) -> str:
        binds[f"v{len(binds)}"] = value
        return f"$v{len(binds) - 1}"

    return binds, bind


def _texts(plan: Plan, bind: Callable[[Any], str], formats: Formats | None = None) -> str:
    """The select of our columns as text (`t:…`), beside the file's own as `f:…`, up to its `from`."""

    def text(ours: str) -> str:
        if ours in plan.mapping.constants:
            cell = bind(plan.mapping.constants[ours])
        elif ours in plan.mapping.expressions:
            cell = quoted("=" + ours)
        else:
            cell = quoted(plan.sources[ours]) if ours in plan.sources else "null::varchar"
        cell = f"filled({cell})"
        pairs = plan.mapping.values.get(ours)
        if pairs:
            cases = " ".join(f"when {bind(theirs)} then {bind(value)}" for theirs, value in pairs.items())
            cell = f"nullif(case {cell} {cases} else {cell} end, '')"
        return f"{formats.cell(ours, cell) if formats else cell} as {quoted('t:' + ours)}"

    texts = [text(name) for name in (*plan.table.names, *plan.items)]
    texts += [f"{quoted(c)} as {quoted('f:' + c)}" for c in plan.raw.columns]
    texts += [f"{quoted('=keep') if plan.mapping.keep else 'true'} as kept"]
    return f"select {', '.join(texts)} from"


def _staging_sql(plan: Plan, formats: Formats, bind: Callable[[Any], str]) -> tuple[str, str]:
    """What comes before and after the source: text of our columns, typed, judged."""

    def as_read(columns: tuple[str, ...]) -> str:
        cells = {c: quoted("f:" + c) for c in columns}
        pairs = [f"{literal(c)}, {_hashed(cell) if c in hidden else cell}" for c, cell in cells.items()]
        return f"json_object({', '.join(pairs)})" if pairs else "null::json"

    hidden = plan.id_columns
    typed = [f"{_typed(plan, column)} as {quoted(column.name)}" for column in plan.table.columns]
    if plan.table.has_items:
        typed += _survey_columns(plan)
    if plan.table.keeps_attributes:
        typed += [f"{as_read(plan.unused)} as attributes"]
    looks = [f"person_number({quoted('t:' + c)}) as {quoted('looks:' + c)}" for c in plan.person_ids]
    before = f"with texts as ({_texts(plan, bind, formats)}"
    after = f"""),
        typed as (select {", ".join(typed)}, * from texts),
        judged as (select *, {problem(plan)} as problem from typed)
        select {", ".join([*map(quoted, plan.stored_columns), *looks])}, problem,
            case when problem is not null then {as_read(plan.raw.columns)}::varchar end as raw
        from judged
    """
    return before, after


def _typed(plan: Plan, column: Column) -> str:
    cell = quoted("t:" + column.name)
    base = quoted("t:" + {"visits": "arrived_at", "events": "started_at"}.get(plan.table.name, column.name))
    if column.is_id:
        return _hashed(cell, is_trimmed=column.name not in plan.mapping.values)
    if column.name == "segment" and plan.table.name == "visits":
        return f"coalesce({cell}, 'ordinary')"
    if column.name == "overall":
        return _on_scale(cell, plan.mapping.scale("overall", OVERALL_SCALE), OVERALL_SCALE)
    return {
        "text": cell,
        "timestamp": f"local_after({cell}, {base}, $zone)",
        "date": f"day_at({cell})",
        "time": f"time_at({cell})",
        "number": f"number_at({cell})",
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


def _hashed(cell: str, is_trimmed: bool = False) -> str:
    trimmed = cell if is_trimmed else f"nullif(trim({cell}), '')"
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
