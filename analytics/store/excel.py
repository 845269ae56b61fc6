"""The first sheet of an Excel file as rows of text."""

from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa

from analytics.errors import RequestError
from analytics.language import _


def rows(path: Path, name: str) -> list[list[str]]:
    """All rows, the column names first; RequestError where the file is no Excel file or holds nothing."""
    from python_calamine import CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        found = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
    except Exception as error:  # calamine raises many kinds; whatever it is, the file is at fault
        raise RequestError(_("{file} is not an Excel file (.xlsx).").format(file=name)) from error
    if not found:
        raise RequestError(_("{file} is empty.").format(file=name))
    return found


def table(path: Path, name: str, columns: tuple[str, ...]) -> tuple[pa.Table, list[int]]:
    """The rows below the column names as text, and the lines that are blank and left out."""
    below = rows(path, name)[1:]
    blank = [line for line, row in enumerate(below, 2) if not any(row)]
    filled = [row for row in below if any(row)]
    cells = zip(*filled, strict=True) if filled else ([] for _column in columns)
    return pa.table([pa.array(list(c), pa.string()) for c in cells], names=list(columns)), blank


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
