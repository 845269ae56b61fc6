"""Expressions of a mapping, evaluated over a file's text in a database that holds and reaches nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import literal, quoted
from analytics.store.mapping import Mapping
from analytics.store.pairing import STARTED_AT, pair
from analytics.store.plan import Plan
from analytics.store.reading import Query, read_rows

Run = Callable[[Query, dict[str, Any]], None]


@contextmanager
def opened(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> Iterator[Run]:
    """What runs statements over the file's rows: as they are, or with starts and completions paired and, named
    `=ours`, what the mapping computes (`=keep` is a boolean). After each run `faulty` is as `read_rows` says.
    """
    raw, mapping = plan.raw, plan.mapping
    if not (mapping.expressions or mapping.keep or plan.pairing):
        yield lambda sql, binds: read_rows(con, raw, folder, sql, binds)
        return
    with duckdb.connect() as scratch:
        scratch.execute("set timezone = 'UTC'")
        read_rows(scratch, raw, folder, "create table read as select * from {}".format)
        n = _number_rows(scratch, raw.name)
        columns = list(raw.columns)
        if plan.pairing:
            pair(scratch, columns, plan.pairing, raw.n_header)
            columns.append(STARTED_AT)
            n = int(scratch.execute("select count(*) from file").fetchall()[0][0])
        scratch.execute("set enable_external_access = false")
        scratch.execute("set lock_configuration = true")
        _evaluate(scratch, columns, mapping, n)

        def run(sql: Query, binds: dict[str, Any]) -> None:
            con.register("faulty_rows", scratch.sql("from faulty").to_arrow_table())
            con.execute("create or replace temp table faulty as from faulty_rows")
            con.unregister("faulty_rows")
            con.register("computed_rows", scratch.sql("from made").to_arrow_reader(100_000))
            try:
                con.execute(sql("computed_rows"), binds)
            finally:
                con.unregister("computed_rows")

        yield run


def _number_rows(scratch: duckdb.DuckDBPyConnection, name: str) -> int:
    """Make the view `file` with `_file` and `_row` (the row's number in the file, faulty lines counted)."""
    scratch.execute(
        f"""
        create view file as
        with shifts as (
            select line - 1 - row_number() over (order by line) as before, row_number() over (order by line) as shift
            from faulty
        )
        select read.*, {literal(name)} as _file, read.rowid + 1 + coalesce(shift, 0) as _row
        from read asof left join (select before, max(shift) as shift from shifts group by before) as s
            on read.rowid >= s.before
        """
        if scratch.execute("select 1 from faulty limit 1").fetchall()
        else f"create view file as select *, {literal(name)} as _file, rowid + 1 as _row from read"
    )
    return int(scratch.execute("select count(*) from read").fetchall()[0][0])


def _evaluate(scratch: duckdb.DuckDBPyConnection, names: list[str], mapping: Mapping, n: int) -> None:
    """Make the table `made`, in the order of the file; RequestError names the expression that does not work."""
    cells = {ours: f"({expression}\n)::varchar" for ours, expression in mapping.expressions.items()}
    if mapping.keep:
        cells["keep"] = f"coalesce(({mapping.keep}\n)::boolean, false)"
    columns = [quoted(c) for c in names] + [f"{cell} as {quoted('=' + what)}" for what, cell in cells.items()]
    in_order = "order by _row" if scratch.execute("select 1 from faulty limit 1").fetchall() else ""
    try:
        scratch.execute(f"create table made as select {', '.join(columns)} from file {in_order}")
    except duckdb.Error:
        for what, cell in cells.items():
            try:
                scratch.execute(
                    f"create or replace temp table probe as select {cell} as cell, _row from file"
                )
            except duckdb.Error as error:
                why = str(error).splitlines()[0]
                message = _("What the mapping computes for «{column}» does not work: {why}")
                raise RequestError(message.format(column=what, why=why), field="mapping") from error
        raise
    if scratch.execute("select count(*) from made").fetchall()[0][0] != n:
        message = _("An expression of the mapping does not give one value a row.")
        raise RequestError(message, field="mapping")
