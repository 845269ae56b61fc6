"""Small files of a bank for the tests of the store."""

from pathlib import Path

from analytics.store import Store, load
from analytics.store.report import FileReport

VISITS = (
    "ticket_id", "branch_id", "customer_id", "segment", "service", "arrived_at", "called_at", "finished_at", "left_at",
    "counter", "teller_id",
)  # fmt: skip
PERIOD = {"a": "2026-01-01", "b": "2027-01-01", "kind": "none", "vips": []}


def visit(ticket_id: str, **given: str) -> dict[str, str]:
    """A served ticket of 2 March 2026 at branch B1: arrived 09:00, called 09:10, finished 09:15."""
    row = dict.fromkeys(VISITS, "") | {
        "ticket_id": ticket_id,
        "branch_id": "B1",
        "service": "cash",
        "arrived_at": "2026-03-02 09:00:00",
        "called_at": "2026-03-02 09:10:00",
        "finished_at": "2026-03-02 09:15:00",
    }
    return row | given


def write(path: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Rows as a CSV file; the columns are those of the first row."""
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def load_one(path: Path, store: Path, **options) -> FileReport:
    """Load a file; the report on it, whose rows are all accounted for."""
    (report,) = load([path], store, **options).files
    assert report.rows_read == report.loaded + report.unchanged + report.rejected
    assert report.rejected == sum(reason.n for reason in report.reasons)
    return report


def reasons(report: FileReport) -> dict[tuple[str, str | None], int]:
    return {(reason.code, reason.column): reason.n for reason in report.reasons}


def tickets(store: Path, branch_id: str = "B1", columns: str = "*", **period) -> list[tuple]:
    sql = f"select {columns} from tickets_in($branch, $a::date, $b::date, $kind, $vips) order by arrived_at, ticket_id"
    return Store.open(store).rows(sql, branch=branch_id, **(PERIOD | period))
