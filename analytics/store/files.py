"""The files a bank brings, seen as rows of text: CSV (also .gz), Excel, Parquet, XES (also .gz)."""

import codecs
import csv
import gzip
import io
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb
import pyarrow as pa

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import excel, xes

ENDINGS = (".csv", ".csv.gz", ".xlsx", ".parquet", ".xes", ".xes.gz")
MOST_COLUMNS = 1000
_N_HEAD = 500
# names that expressions and queries over a file give to things of their own
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TAKEN = ("_file", "_row", "rowid")
_SAMPLE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 23
_DELIMITERS = ",;\t"
_CONTROLS = bytes((*range(9), 11, 12, *range(14, 32), 127))


@dataclass(frozen=True)
class RawFile:
    """A file, or one sheet of it, as it lies there: its columns and how to read it.

    head: the first rows of a CSV file. content: the rows of an Excel sheet or an event log, as text; blank: its lines
    that are no rows. has_controls: whether it may hold control characters.
    """

    path: Path
    name: str
    kind: Literal["csv", "xlsx", "parquet", "xes"]
    columns: tuple[str, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    head: pa.Table | None = field(default=None, repr=False, compare=False)
    content: pa.Table | None = field(default=None, repr=False, compare=False)
    blank: tuple[int, ...] = ()
    has_controls: bool = True

    @property
    def n_header(self) -> int:
        """How many lines come before the first row."""
        return 1 if self.kind in ("csv", "xlsx") else 0


def look(path: Path, name: str | None = None) -> RawFile:
    """The file, or the first sheet of it."""
    return parts(path, name)[0]


def parts(path: Path, name: str | None = None) -> list[RawFile]:
    """Find out how a file is to be read; the sheets of an Excel file one by one, `book.xlsx!sheet` is one of them.

    RequestError where it cannot be read.
    """
    name = name or path.name
    sheet = None
    if not path.exists() and "!" in path.name:
        file, _mark, sheet = path.name.rpartition("!")
        path = path.with_name(file)
        name = name.removesuffix(f"!{sheet}")
    lower = name.lower()
    if not path.is_file():
        raise RequestError(_("{file} is not there.").format(file=name))
    if not lower.endswith(ENDINGS):
        raise RequestError(
            _("{file} is none of the formats CSV, .csv.gz, .xlsx, Parquet and XES.").format(file=name)
        )
    if path.stat().st_size == 0:
        raise RequestError(_("{file} is empty.").format(file=name))
    if lower.endswith(".xlsx"):
        found = _sheets(path, name, sheet)
    elif lower.endswith(".parquet"):
        found = [RawFile(path, name, "parquet", _parquet_columns(path, name))]
    elif lower.endswith((".xes", ".xes.gz")):
        content = xes.table(path, name)
        columns = _unique(content.column_names)
        found = [RawFile(path, name, "xes", columns, content=content.rename_columns(list(columns)))]
    else:
        found = [_look_at_csv(path, name)]
    for raw in found:
        if len(raw.columns) > MOST_COLUMNS:
            message = _("{file} has {n} columns; more than {most} are not read.")
            raise RequestError(message.format(file=raw.name, n=len(raw.columns), most=MOST_COLUMNS))
    return found


def _sheets(path: Path, name: str, only: str | None) -> list[RawFile]:
    found = excel.sheets(path, name)
    titles = [sheet.title for sheet in found]
    if only is not None and only not in titles:
        raise RequestError(_("{file} has no sheet «{sheet}».").format(file=name, sheet=only))
    made = []
    for sheet in found:
        if only in (None, sheet.title):
            columns = _unique(sheet.header)
            cells = zip(*sheet.rows, strict=True) if sheet.rows else ([] for _column in columns)
            content = pa.table(
                [pa.array([c or None for c in cell], pa.string()) for cell in cells], names=list(columns)
            )
            part = name if len(found) == 1 else f"{name}!{sheet.title}"
            made.append(RawFile(path, part, "xlsx", columns, content=content, blank=tuple(sheet.blank)))
    return made


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
                encoding, has_controls = "utf-16", True
            else:
                _refuse_binary(sample, name)
                encoding, has_controls = _encoding(sample, file)
    except (OSError, EOFError, zlib.error) as error:
        raise RequestError(_("{file} cannot be unpacked; it is damaged.").format(file=name)) from error
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    delimiter, rows = _first_rows(text)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise RequestError(_("{file} has no line with column names.").format(file=name))
    columns = _unique(rows[0])
    whole = [row for row in rows[1:] if len(row) == len(columns)]
    cells = zip(*whole, strict=True) if whole else ([] for _column in columns)
    head = pa.table([pa.array([c or None for c in cell], pa.string()) for cell in cells], names=list(columns))
    return RawFile(path, name, "csv", columns, delimiter, encoding, head, has_controls=has_controls)


def _refuse_binary(sample: bytes, name: str) -> None:
    start = sample[:65536]
    if (len(start) - len(start.translate(None, _CONTROLS))) * 100 > len(start):
        raise RequestError(_("{file} is not a text file with columns.").format(file=name))


def _encoding(sample: bytes, rest: BinaryIO) -> tuple[str, bool]:
    """UTF-8, or GB18030 where most lines beyond ASCII are no UTF-8; and whether there are control characters.

    A few lines that are no text are left for the rejects.
    """
    encoding, has_controls = "", False
    chunk = sample
    while chunk and not (encoding and has_controls):
        if not encoding and not chunk.isascii():
            chunk += rest.readline()
            lines = [line for line in chunk.splitlines() if not line.isascii()][:1000]
            good = {code: sum(_decodes(line, code) for line in lines) for code in ("utf-8", "gb18030")}
            is_gb = good["utf-8"] * 2 < len(lines) and good["gb18030"] > good["utf-8"]
            encoding = "gb18030" if is_gb else "utf-8"
        has_controls = has_controls or len(chunk.translate(None, _CONTROLS)) < len(chunk)
        chunk = rest.read(_CHUNK_BYTES)
    return encoding or "utf-8", has_controls


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _first_rows(text: str) -> tuple[str, list[list[str]]]:
    def head(delimiter: str, n: int) -> list[list[str]]:
        rows: list[list[str]] = []
        with suppress(csv.Error):  # an open quotation mark, say: the rows before it tell enough
            for row in islice(csv.reader(io.StringIO(text), delimiter=delimiter), n):
                rows.append(row)
        return rows

    def fitness(delimiter: str) -> tuple[int, int]:
        rows = head(delimiter, 20)
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows) if width > 1 else 0, width)

    best = max(_DELIMITERS, key=fitness)
    return best, head(best, _N_HEAD)


def _unique(header: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    taken = set(_TAKEN)
    for number, cell in enumerate(header, 1):
        # a leading = is what computed columns are told by
        base = name = _CONTROL.sub("", cell).strip().lstrip("= ") or f"column{number}"
        repeat = 1
        while name.casefold() in taken:
            repeat += 1
            name = f"{base}_{repeat}"
        names.append(name)
        taken.add(name.casefold())
    return tuple(names)


def _parquet_columns(path: Path, name: str) -> tuple[str, ...]:
    try:
        with duckdb.connect() as con:
            rows = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
    except duckdb.Error as error:
        raise RequestError(_("{file} is not a Parquet file.").format(file=name)) from error
    return _unique([row[0] for row in rows])
