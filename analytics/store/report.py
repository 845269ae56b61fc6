"""What a load did: every row read is loaded, unchanged or rejected."""

import json
from dataclasses import dataclass

from analytics.store.reasons import reading_text, reason_text, warning_text


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
class Assumption:
    """How dates or numbers of a column were read where they are not as the data dictionary writes them."""

    reading: str
    column: str

    @property
    def text(self) -> str:
        return reading_text(self.reading, self.column)


@dataclass(frozen=True)
class Warned:
    """Something odd about so many rows (or days) that were loaded all the same."""

    code: str
    column: str | None
    n: int

    @property
    def text(self) -> str:
        return warning_text(self.code, self.column, self.n)


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
    assumed: tuple[Assumption, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def remarks(self) -> list[str]:
        """What was assumed and what is odd, in sentences."""
        return [*(a.text for a in self.assumed), *(w.text for w in self.warnings)]


@dataclass(frozen=True)
class Skipped:
    """A file of a folder that is none of ours, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class LoadReport:
    """The version that is current after a load, whether it is a new one, a report per file, the files left aside."""

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
                "assumed": [{"column": a.column, "reading": a.reading, "text": a.text} for a in f.assumed],
                "warnings": [
                    {"code": w.code, "column": w.column, "n": w.n, "text": w.text} for w in f.warnings
                ],
            }
            for f in self.files
        ]
        content = {
            "version": self.version,
            "is_new_version": self.is_new_version,
            "files": files,
            "skipped": [s.file for s in self.skipped],
            "skipped_reasons": {s.file: s.reason for s in self.skipped},
        }
        return json.dumps(content, ensure_ascii=False)
