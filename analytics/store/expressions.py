"""Expressions of a mapping, evaluated over a file's text in a database that holds and reaches nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import RawFile, literal, quoted
from analytics.store.mapping import Mapping
from analytics.store.reading import read_rows


@contextmanager
def computed(con: duckdb.DuckDBPyConnection, raw: RawFile, mapping: Mapping, folder: Path) -> Iterator[str]:
    """The file's columns and, named `=ours`, what the expressions give (`=keep` is a boolean), for `con`'s `from`."""
    with duckdb.connect() as scratch:
        read_rows(scratch, raw, folder, "create table read as select * from {source}")
        n = _number_rows(scratch, raw.name)
        scratch.execute("set enable_external_access = false")
        scratch.execute("set lock_configuration = true")
        _evaluate(scratch, raw, mapping, n)
        con.register("faulty_rows", scratch.sql("from faulty").to_arrow_table())
        con.execute("create or replace temp table faulty as from faulty_rows")
        con.unregister("faulty_rows")
        con.register("computed_rows", scratch.sql("from made").to_arrow_reader(100_000))
        try:
            yield "computed_rows"
        finally:
            con.unregister("computed_rows")


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


def _evaluate(scratch: duckdb.DuckDBPyConnection, raw: RawFile, mapping: Mapping, n: int) -> None:
    """Make the table `made`, in the order of the file; RequestError names the expression that does not work."""
    cells = {ours: f"({expression}\n)::varchar" for ours, expression in mapping.expressions.items()}
    if mapping.keep:
        cells["keep"] = f"coalesce(({mapping.keep}\n)::boolean, false)"
    columns = [quoted(c) for c in raw.columns] + [
        f"{cell} as {quoted('=' + what)}" for what, cell in cells.items()
    ]
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
