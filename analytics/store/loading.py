"""Loading: files of a bank into a new version of the store."""

import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Names
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import named_tickets, versions
from analytics.store.choosing import choose
from analytics.store.concerns import concerns
from analytics.store.mapping import Mapping, keep_mapping, read_mapping
from analytics.store.merge import merge
from analytics.store.plan import Plan
from analytics.store.reader import sql_file
from analytics.store.report import Assumption, FileReport, LoadReport, Warned
from analytics.store.staging import stage

Progress = Callable[[float, str], None]  # share done (0–1) and what is being done
_LOOK_S = 0.2
_Aside = tuple[tuple[Assumption, ...], tuple[Warned, ...]]  # beside the counts of a report


def load(
    paths: Sequence[str | Path],
    folder: str | Path,
    *,
    table: str | None = None,
    mapping: Mapping | str | Path | None = None,
    names: Names[str, str] | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load files and folders of files into a new version of the store in `folder`.

    `table` and `mapping` hold for every file; `names` gives the name of a file that lies under another path
    (uploads). RequestError where a file cannot be used at all: then nothing of the call is published. Where nothing
    changed, the version stays as it is.
    """
    folder = Path(folder)
    if isinstance(mapping, str | Path):
        mapping = read_mapping(mapping)
    say = progress or (lambda _share, _text: None)
    with versions.loading_lock(folder), versions.unfinished(folder) as path:
        parent, version = versions.current_version(folder), versions.next_version(folder)
        with duckdb.connect(path) as con:
            con.execute("set preserve_insertion_order = true; set timezone = 'UTC'")
            con.execute("set enable_progress_bar = true; set enable_progress_bar_print = false")
            lacks_tickets = False
            if parent == versions.NONE_YET:
                con.execute(sql_file("schema.sql"))
            else:  # stores made when every answer had to have a segment, and kept no ticket
                con.execute("alter table surveys alter segment drop not null")
                lacks_tickets = named_tickets.add_columns(con)
            plans, skipped = choose(con, paths, names or {}, table, mapping)
            asides = _stage_all(con, plans, folder, say)
            con.execute("begin")
            reports, is_change = _merge_all(con, plans, asides, version, say)
            if not is_change:
                con.execute("rollback")
                say(1.0, _("Nothing new"))
                return LoadReport(parent, False, tuple(reports), skipped)
            if lacks_tickets or any(made.table.name in named_tickets.TABLES for made in plans):
                named_tickets.mark(con)
            _sign(con, version, parent)
            con.execute("commit; checkpoint")
        say(0.98, _("Publishing {version}").format(version=version))
        versions.publish(folder, path, version)
    say(1.0, _("Done"))
    return LoadReport(version, True, tuple(reports), skipped)


def _stage_all(
    con: duckdb.DuckDBPyConnection, plans: list[Plan], folder: Path, say: Progress
) -> list[_Aside]:
    """Read every file into `staged_N` and `faulty_N`, before the transaction: a file read twice may fail once."""
    asides: list[_Aside] = []
    sizes = [max(made.raw.path.stat().st_size, 1) for made in plans]
    for number, made in enumerate(plans):
        start, width = (0.7 * part / sum(sizes) for part in (sum(sizes[:number]), sizes[number]))
        with _watched(con, say, start, width, _("Reading {file}").format(file=made.raw.name)):
            formats = stage(con, made, folder)
            asides.append((formats.assumed, concerns(con, made)))
        con.execute(
            f"alter table staged rename to staged_{number}; alter table faulty rename to faulty_{number}"
        )
    return asides


def _merge_all(
    con: duckdb.DuckDBPyConnection, plans: list[Plan], asides: list[_Aside], version: str, say: Progress
) -> tuple[list[FileReport], bool]:
    first_id = con.execute("select coalesce(max(load_id), 0) + 1 from loads").fetchall()[0][0]
    reports: list[FileReport] = []
    is_change = False
    for number, made in enumerate(plans):
        con.execute(
            f"alter table staged_{number} rename to staged; alter table faulty_{number} rename to faulty"
        )
        text = _("Comparing {file} with the store").format(file=made.raw.name)
        with _watched(con, say, 0.7 + 0.25 * number / len(plans), 0.25 / len(plans), text):
            merged = merge(con, made, first_id + number)
        con.execute("drop table staged; drop table faulty")
        if not merged.is_usable:
            message = _("No row of {file} can be read as {table}: {reason}.")
            reason = merged.report.reasons[0].reason
            raise RequestError(message.format(file=made.raw.name, table=made.table.name, reason=reason))
        assumed, warnings = asides[number]
        reports.append(replace(merged.report, assumed=assumed, warnings=warnings))
        is_change |= merged.is_change
        _note(con, merged.report, first_id + number, version)
        if made.mapping != Mapping():
            keep_mapping(con, made.mapping, made.raw.columns, made.table.name, made.raw.name)
    return reports, is_change


@contextmanager
def _watched(
    con: duckdb.DuckDBPyConnection, say: Progress, start: float, width: float, text: str
) -> Iterator[None]:
    """Tell, from a thread of its own, how far the statements on the connection have come: from start on by width.

    Each statement counts from nothing, so the furthest seen is told; what a file's own expressions compute is not seen.
    """
    say(start, text)
    is_over = threading.Event()

    def watch() -> None:
        furthest = 0.0
        while not is_over.wait(_LOOK_S):
            done = con.query_progress() / 100
            if done > furthest:
                furthest = done
                say(start + width * min(done, 1.0), text)

    watcher = threading.Thread(target=watch, name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _note(con: duckdb.DuckDBPyConnection, report: FileReport, load_id: int, version: str) -> None:
    con.execute(
        "insert into loads values"
        " ($id, $version, $file, $table, $read, $loaded, $unchanged, $rejected, $unused, $now)",
        {
            "id": load_id,
            "version": version,
            "file": report.file,
            "table": report.table,
            "read": report.rows_read,
            "loaded": report.loaded,
            "unchanged": report.unchanged,
            "rejected": report.rejected,
            "unused": list(report.unused),
            "now": datetime.now(),
        },
    )


def _sign(con: duckdb.DuckDBPyConnection, version: str, parent: str) -> None:
    con.execute("delete from version_info")
    con.execute(
        "insert into version_info values ($version, nullif($parent, $none), $now)",
        {"version": version, "parent": parent, "none": versions.NONE_YET, "now": datetime.now()},
    )
