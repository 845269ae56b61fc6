"""Reading a file's rows as text, every one accounted for: what is no row is kept aside with its line and why."""

import codecs
import glob
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import RawFile, literal, open_binary, quoted

Query = Callable[[str], str]  # the source of rows -> a statement that selects from it
_FILE_AT_FAULT = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)
_CHUNK_BYTES = 1 << 23
_MOST_OPEN_QUOTES = 20


def read_rows(
    con: duckdb.DuckDBPyConnection,
    raw: RawFile,
    folder: Path,
    sql: Query,
    binds: dict[str, Any] | None = None,
) -> None:
    """Run what `sql` makes of the source, the file's rows with all columns as text.

    What could not be read as a row is then in the temporary table `faulty` (line, code, raw), one row a line; lines of
    the code `blank` are no rows. `folder` takes a copy of the file meanwhile, where one is needed.
    """
    con.execute("create or replace temp table faulty (line bigint, code varchar, raw varchar)")
    if raw.kind == "csv":
        copy = folder / "unfinished-copy.csv"
        try:
            _read_csv(con, raw, copy, sql, binds or {})
        finally:
            copy.unlink(missing_ok=True)
        return
    source = "raw_rows"
    if raw.content is not None:
        con.register("raw_rows", raw.content)
        con.execute(
            "insert into faulty select unnest($blank::bigint[]), 'blank', null", {"blank": list(raw.blank)}
        )
    else:
        names = ", ".join(f"{quoted(c)}::varchar as {quoted(c)}" for c in raw.columns)
        listed = ", ".join(map(quoted, raw.columns))
        source = f"(select {names} from read_parquet({literal(glob.escape(str(raw.path)))}) as t({listed}))"
    try:
        con.execute(sql(source), binds or {})
    except duckdb.Error as error:
        if raw.kind != "parquet" and not isinstance(error, _FILE_AT_FAULT):
            raise  # damaged Parquet is told by errors of every kind
        raise _damaged(raw) from error
    finally:
        if raw.content is not None:
            con.unregister("raw_rows")


def _read_csv(
    con: duckdb.DuckDBPyConnection, raw: RawFile, copy: Path, sql: Query, binds: dict[str, Any]
) -> None:
    path = raw.path
    if raw.encoding != "utf-8":
        _write_as_utf8(raw, copy)
        path = copy
    mended: list[int] = []
    while True:
        _run(con, raw, path, sql, binds)
        opened = _open_quotes(con)
        if not opened:
            break
        mended += [line for line, _at in opened]
        if len(mended) > _MOST_OPEN_QUOTES:
            message = _(
                "{file} has quotation marks that are opened and never closed, the first in line {line}."
            )
            raise RequestError(message.format(file=raw.name, line=min(mended)))
        if path == raw.path:
            with open_binary(raw.path, raw.name) as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK_BYTES)
            path = copy
        for _line, at in opened:
            _spoil_line(copy, at)
    con.execute(
        """
        insert into faulty
        select
            line,
            case
                when line in (select unnest($mended::bigint[])) then 'quote'
                when bool_or(error_type = 'INVALID ENCODING') then 'encoding'
                when bool_or(error_type in ('MISSING COLUMNS', 'TOO MANY COLUMNS')) then 'columns'
                else 'unreadable'
            end,
            any_value(csv_line)
        from faulty_lines
        group by line
        """,
        {"mended": mended},
    )
    _forget_faulty_lines(con)


def _run(con: duckdb.DuckDBPyConnection, raw: RawFile, path: Path, sql: Query, binds: dict[str, Any]) -> None:
    """By the CSV standard, or where line ends are mixed, less strictly."""
    columns = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in raw.columns)
    is_packed = path == raw.path and raw.name.lower().endswith(".gz")
    for is_strict in (True, False):
        _forget_faulty_lines(con)
        source = f"""
            read_csv(
                {literal(glob.escape(str(path)))}, auto_detect = false, header = true, columns = {{{columns}}},
                delim = {literal(raw.delimiter)}, quote = '"', escape = '"', strict_mode = {str(is_strict).lower()},
                compression = '{"gzip" if is_packed else "none"}', store_rejects = true,
                rejects_table = 'faulty_lines', rejects_scan = 'faulty_scans'
            )
        """
        try:
            con.execute(sql(source), binds)
        except _FILE_AT_FAULT as error:
            if not is_strict:
                raise _damaged(raw) from error
        else:
            return


def _forget_faulty_lines(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("drop table if exists faulty_lines; drop table if exists faulty_scans")


@dataclass(frozen=True)
class Lines:
    """The lines of a CSV file, those that a quoted cell spans counted as one, as DuckDB does.

    n: how many there are; blank: which hold nothing and are no rows; longer: which take more lines in the file, and
    how many more up to and with them.
    """

    n: int
    blank: tuple[int, ...]
    longer: tuple[tuple[int, int], ...]


def lines_of(raw: RawFile, open_quotes: Collection[int] = ()) -> Lines | None:
    """The file's lines; None where they cannot be told. open_quotes: lines with a quotation mark that is never closed."""
    if raw.kind != "csv" or raw.encoding == "utf-16":
        return None
    blank: list[int] = []
    longer: list[tuple[int, int]] = []
    number, more, is_quoted = 0, 0, False
    with open_binary(raw.path, raw.name) as file:
        for line in file:
            if is_quoted:
                more += 1
            else:
                number += 1
            if line in (b"\n", b"\r\n") and not is_quoted and len(raw.columns) > 1:
                blank.append(number)
            was_quoted = is_quoted
            if b'"' in line and number not in open_quotes:
                is_quoted ^= line.count(b'"') % 2 == 1
            if was_quoted and not is_quoted:
                longer.append((number, more))
    return Lines(number, tuple(blank), tuple(longer))


def _open_quotes(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Line and byte of the quotation marks that are never closed and so swallow the lines after them."""
    return con.execute(
        """
        select line, min(line_byte_position) from faulty_lines
        where error_type in ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')
            and contains(trim(csv_line, chr(10) || chr(13)), chr(10))
        group by line
        """
    ).fetchall()


def _spoil_line(copy: Path, at: int) -> None:
    """Take the quotation marks out of the line and make it unreadable, so that it alone is rejected."""
    with copy.open("rb+") as file:
        file.seek(at)
        line = file.readline()
        while not line.strip() and line:
            at = file.tell()
            line = file.readline()
        text = line.rstrip(b"\r\n")
        file.seek(at)
        file.write(text.replace(b'"', b" ")[:-1] + b"\xff")


def _write_as_utf8(raw: RawFile, copy: Path) -> None:
    """Bytes that do not decode stay as they are, or become such as never decode: their lines are found faulty."""
    is_wide = raw.encoding == "utf-16"  # half a character has no byte to keep
    with open_binary(raw.path, raw.name) as source, copy.open("wb") as target:
        decoder = codecs.getincrementaldecoder(raw.encoding)("replace" if is_wide else "surrogateescape")
        chunk = b"start"
        while chunk:
            chunk = source.read(_CHUNK_BYTES)
            text = decoder.decode(chunk, final=not chunk).encode("utf-8", "surrogateescape")
            target.write(text.replace("\ufffd".encode(), b"\xff") if is_wide else text)


def _damaged(raw: RawFile) -> RequestError:
    return RequestError(_("{file} cannot be read; it is damaged.").format(file=raw.name))
