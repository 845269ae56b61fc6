"""The files a bank brings, seen as rows of text: CSV (also .gz), Excel, Parquet."""

import codecs
import csv
import gzip
import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import excel

ENDINGS = (".csv", ".csv.gz", ".xlsx", ".parquet")
_SAMPLE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 23
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class RawFile:
    """A file as it lies there: its columns and how to read it."""

    path: Path
    name: str
    kind: Literal["csv", "xlsx", "parquet"]
    columns: tuple[str, ...]
    delimiter: str = ","
    encoding: str = "utf-8"


def look(path: Path, name: str | None = None) -> RawFile:
    """Find out how a file is to be read, from its first rows; RequestError where it cannot be."""
    name = name or path.name
    lower = name.lower()
    if not path.is_file():
        raise RequestError(_("{file} is not there.").format(file=name))
    if lower.endswith((".xes", ".xes.gz")):
        raise RequestError(_("{file} is an XES event log; bring it as CSV for now.").format(file=name))
    if not lower.endswith(ENDINGS):
        raise RequestError(
            _("{file} is none of the formats CSV, .csv.gz, .xlsx and Parquet.").format(file=name)
        )
    if path.stat().st_size == 0:
        raise RequestError(_("{file} is empty.").format(file=name))
    if lower.endswith(".parquet"):
        return RawFile(path, name, "parquet", _parquet_columns(path, name))
    if lower.endswith(".xlsx"):
        return RawFile(path, name, "xlsx", _unique(excel.rows(path, name)[0]))
    return _look_at_csv(path, name)


def quoted(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text for the few places of SQL where nothing can be bound."""
    return "'" + text.replace("'", "''") + "'"


def open_binary(path: Path, name: str) -> BinaryIO:
    return gzip.open(path, "rb") if name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _look_at_csv(path: Path, name: str) -> RawFile:
    try:
        with open_binary(path, name) as file:
            sample = file.read(_SAMPLE_BYTES)
            if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                encoding = "utf-16"
            else:
                _refuse_binary(sample, name)
                encoding = _encoding(sample, file)
    except (OSError, EOFError, zipfile.error) as error:
        raise RequestError(_("{file} cannot be unpacked; it is damaged.").format(file=name)) from error
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    delimiter, header = _header(text)
    if not any(cell.strip() for cell in header):
        raise RequestError(_("{file} has no line with column names.").format(file=name))
    return RawFile(path, name, "csv", _unique(header), delimiter, encoding)


def _refuse_binary(sample: bytes, name: str) -> None:
    odd = sum(sample[:65536].count(bytes([code])) for code in (*range(9), *range(14, 32), 127))
    if odd * 100 > len(sample[:65536]):
        raise RequestError(_("{file} is not a text file with columns.").format(file=name))


def _encoding(sample: bytes, rest: BinaryIO) -> str:
    """UTF-8, or GB18030 where most lines beyond ASCII are no UTF-8; a few such lines are left for the rejects."""
    chunk = sample
    while chunk.isascii():
        chunk = rest.read(_CHUNK_BYTES)
        if not chunk:
            return "utf-8"
    chunk += rest.readline()
    lines = [line for line in chunk.splitlines() if not line.isascii()][:1000]
    good = {code: sum(_decodes(line, code) for line in lines) for code in ("utf-8", "gb18030")}
    return "gb18030" if good["utf-8"] * 2 < len(lines) and good["gb18030"] > good["utf-8"] else "utf-8"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _header(text: str) -> tuple[str, list[str]]:
    def head(delimiter: str) -> list[list[str]]:
        rows: list[list[str]] = []
        with suppress(csv.Error):  # an open quotation mark, say: the rows before it tell enough
            for row in islice(csv.reader(io.StringIO(text), delimiter=delimiter), 20):
                rows.append(row)
        return rows

    def fitness(delimiter: str) -> tuple[int, int]:
        rows = head(delimiter)
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows) if width > 1 else 0, width)

    best = max(_DELIMITERS, key=fitness)
    rows = head(best)
    return best, rows[0] if rows else []


def _unique(header: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        base = name = cell.strip() or f"column{number}"
        repeat = 1
        while name.casefold() in {n.casefold() for n in names}:
            repeat += 1
            name = f"{base}_{repeat}"
        names.append(name)
    return tuple(names)


def _parquet_columns(path: Path, name: str) -> tuple[str, ...]:
    try:
        with duckdb.connect() as con:
            rows = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
    except duckdb.Error as error:
        raise RequestError(_("{file} is not a Parquet file.").format(file=name)) from error
    return tuple(row[0] for row in rows)
