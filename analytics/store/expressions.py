"""Expressions of a mapping: evaluated over a file's text in a database that holds nothing else and reaches nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import RawFile, quoted, relation
from analytics.store.mapping import Mapping


@contextmanager
def computed(con: duckdb.DuckDBPyConnection, raw: RawFile, mapping: Mapping, folder: Path) -> Iterator[str]:
    """The file's columns and, named `=ours`, what the expressions give (`=keep` is a boolean), as a relation of `con`."""
    from analytics.store.staging import read_strictly, take_faulty_lines

    with duckdb.connect() as scratch:
        scratch.execute("create temp table faulty (line bigint, code varchar, raw varchar)")
        with relation(raw, scratch, folder) as source:
            read_strictly(scratch, f"create table rows as select * from {source}", {}, raw.name)
            take_faulty_lines(scratch, raw)
        n = _number_rows(scratch, raw.name)
        scratch.execute("set enable_external_access = false")
        scratch.execute("set lock_configuration = true")
        for what, expression in (*mapping.expressions.items(), ("keep", mapping.keep)):
            if expression:
                _evaluate(scratch, what, expression, n)
        faulty = scratch.execute("select * from faulty").to_arrow_table()
        names = [
            what for what, expression in (*mapping.expressions.items(), ("keep", mapping.keep)) if expression
        ]
        made = "".join(f" positional join {quoted('=' + name)}" for name in names)
        columns = ", ".join(quoted(c) for c in (*raw.columns, *("=" + name for name in names)))
        con.register("faulty_rows", faulty)
        con.execute("insert into faulty from faulty_rows")
        con.unregister("faulty_rows")
        con.register(
            "computed_rows", scratch.execute(f"select {columns} from rows{made}").to_arrow_reader(100_000)
        )
        try:
            yield "computed_rows"
        finally:
            con.unregister("computed_rows")


def _number_rows(scratch: duckdb.DuckDBPyConnection, name: str) -> int:
    """Make the view `file` with `_file` and `_row` (the row's number in the file, faulty lines counted)."""
    scratch.execute("create table this_file as select $name::varchar as name", {"name": name})
    scratch.execute(
        """
        create view file as
        with faults as (select line - 1 as number, line - 1 - row_number() over (order by line) as before from faulty),
        shifts as (select before, count(*) over (order by before) as shift from faults)
        select rows.*, (select name from this_file) as _file,
            (rows.rowid + 1 + coalesce((select max(shift) from shifts where before <= rows.rowid), 0))::bigint as _row
        from rows
        """
    )
    return int(scratch.execute("select count(*) from rows").fetchall()[0][0])


def _evaluate(scratch: duckdb.DuckDBPyConnection, what: str, expression: str, n: int) -> None:
    table = quoted("=" + what)
    cell = f"coalesce(({expression}\n)::boolean, false)" if what == "keep" else f"({expression}\n)::varchar"
    try:
        scratch.execute(f"create table {table} as select {cell} as {table} from file")
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        message = _("What the mapping computes for «{column}» does not work: {why}").format(
            column=what, why=why
        )
        raise RequestError(message, field="mapping") from error
    if scratch.execute(f"select count(*) from {table}").fetchall()[0][0] != n:
        message = _("What the mapping computes for «{column}» does not give one value a row.").format(
            column=what
        )
        raise RequestError(message, field="mapping")
