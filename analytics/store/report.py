"""What a load did: every row read is loaded, unchanged or rejected."""

import json
from dataclasses import dataclass

from analytics.language import _


@dataclass(frozen=True)
class Reason:
    """So many rows of a file were rejected for one reason; `code` is stable, `reason` a sentence."""

    code: str
    column: str | None
    n: int

    @property
    def reason(self) -> str:
        return reason_text(self.code, self.column)


@dataclass(frozen=True)
class FileReport:
    """Rows read of one file = loaded + unchanged + rejected; `unused`: columns that are not ours."""

    file: str
    table: str
    rows_read: int
    loaded: int
    unchanged: int
    rejected: int
    reasons: tuple[Reason, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A file of a folder that is none of ours, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class LoadReport:
    """A load: the version that is current after it, whether it is a new one, a report per file, files left aside."""

    version: str
    is_new_version: bool
    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...] = ()

    def to_json(self) -> str:
        """The JSON object of the contract."""
        files = [
            {
                "file": f.file,
                "table": f.table,
                "rows_read": f.rows_read,
                "loaded": f.loaded,
                "unchanged": f.unchanged,
                "rejected": f.rejected,
                "reasons": [
                    {"column": r.column, "reason": r.reason, "code": r.code, "n": r.n} for r in f.reasons
                ],
                "unused": list(f.unused),
            }
            for f in self.files
        ]
        skipped = [{"file": s.file, "reason": s.reason} for s in self.skipped]
        content = {
            "version": self.version,
            "is_new_version": self.is_new_version,
            "files": files,
            "skipped": skipped,
        }
        return json.dumps(content, ensure_ascii=False)


def reason_text(code: str, column: str | None) -> str:
    """Why a row was rejected, in words a clerk understands."""
    sentences = {
        "missing": _("{column} is empty and must not be"),
        "cast": _("{column} cannot be read as what it should be (a date, a time, a number)"),
        "range": _("{column} lies outside its scale"),
        "order": _("{column} comes before the step it follows"),
        "too_long": _("{column} comes more than a day after the customer arrived"),
        "duplicate": _("another row of the file has the same key and other content"),
        "conflict": _("a row with the same key and other content is already in the store"),
        "left_out": _("left out by the mapping"),
        "columns": _("the line has too many or too few columns"),
        "encoding": _("the line holds bytes that are no text"),
        "unreadable": _("the line cannot be read"),
    }
    return sentences[code].format(column=column)
