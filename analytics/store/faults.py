"""Lines of a CSV file that are no rows: read past, and kept for the rejects."""

from typing import Any

import duckdb

from analytics.errors import RequestError
from analytics.language import _

_FILE_AT_FAULT = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)


def read_rows(con: duckdb.DuckDBPyConnection, sql: str, binds: dict[str, Any], name: str) -> None:
    """Run a statement that reads a file; by the CSV standard, or where line ends are mixed, less strictly."""
    try:
        con.execute(sql.replace("{strict}", "true"), binds)
    except _FILE_AT_FAULT as error:
        if "{strict}" not in sql:
            raise RequestError(_("{file} cannot be read.").format(file=name)) from error
        try:
            con.execute("drop table if exists faulty_lines; drop table if exists faulty_scans")
            con.execute(sql.replace("{strict}", "false"), binds)
        except _FILE_AT_FAULT:
            raise RequestError(_("{file} cannot be read; it is damaged.").format(file=name)) from error


def take_faulty_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Move what `read_csv` could not use into `faulty`, one row a line."""
    known = {
        name for (name,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall()
    }
    if "faulty_lines" not in known:
        return
    con.execute(
        """
        insert into faulty
        select
            line,
            case when bool_or(error_type = 'INVALID ENCODING') then 'encoding'
                when bool_or(error_type in ('MISSING COLUMNS', 'TOO MANY COLUMNS')) then 'columns'
                else 'unreadable' end,
            any_value(csv_line)
        from faulty_lines
        group by line
        """
    )
    con.execute("drop table faulty_lines; drop table faulty_scans")
