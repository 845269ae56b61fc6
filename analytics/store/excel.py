"""The sheets of an Excel file as rows of text."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from analytics.errors import RequestError
from analytics.language import _

_MOST_LINES_ABOVE = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet: the cells of its header as found, the rows below that hold anything, the lines that are no rows.

    A line is one of the sheet, the first is 1; the header counts as line 1 whatever lies above it, and lines of the
    header beyond that and empty ones are in `blank`.
    """

    title: str
    header: list[str]
    rows: list[list[str]]
    blank: list[int]


def sheets(path: Path, name: str) -> list[Sheet]:
    """Every sheet that holds anything; RequestError where the file is no Excel file or holds nothing."""
    from python_calamine import CalamineWorkbook

    found: list[Sheet] = []
    try:
        book = CalamineWorkbook.from_path(str(path))
        for title in book.sheet_names:
            made = _sheet(title, book.get_sheet_by_name(title))
            if made:
                found.append(made)
    except Exception as error:  # calamine raises many kinds; whatever it is, the file is at fault
        raise RequestError(_("{file} is not an Excel file (.xlsx).").format(file=name)) from error
    if not found:
        raise RequestError(_("{file} is empty.").format(file=name))
    return found


def _sheet(title: str, sheet: Any) -> Sheet | None:
    if sheet.start is None:  # a chart, or nothing
        return None
    above, left = sheet.start
    cells = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
    if not any(map(any, cells)):
        return None
    merged = [
        (top - above, start - left, bottom - above, end - left)
        for (top, start), (bottom, end) in sheet.merged_cell_ranges or []
    ]
    first, last = _header_lines(cells, merged)
    header = [
        next((text for text in reversed(column) if text), "")
        for column in zip(*cells[first : last + 1], strict=True)
    ]
    below = cells[last + 1 :]
    n_above = above + last + 1
    blank = [*range(2, n_above + 1), *(line for line, row in enumerate(below, n_above + 1) if not any(row))]
    return Sheet(title, header, [row for row in below if any(row)], blank)


def _header_lines(cells: list[list[str]], merged: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    """First and last line of the header: a title above it names few columns, merged cells make it two lines."""
    width = max(map(_n_filled, cells[:_MOST_LINES_ABOVE]))

    def n_named(line: int) -> int:
        covered = {
            column
            for top, start, bottom, end in merged
            if top <= line <= bottom
            for column in range(start, end + 1)
        }
        return len(covered | {column for column, text in enumerate(cells[line]) if text})

    lines = range(min(len(cells), _MOST_LINES_ABOVE))
    first = next((n for n in lines if _n_filled(cells[n]) >= min(2, width) and n_named(n) * 2 > width), 0)
    ends = [bottom for top, start, bottom, end in merged if top == first]
    grouped = any(top == first and end > start and bottom == top for top, start, bottom, end in merged)
    last = max([first, *ends, first + grouped])
    return first, min(last, len(cells) - 1, first + 2)


def _n_filled(row: list[str]) -> int:
    return sum(map(bool, row))


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
