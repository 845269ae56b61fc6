"""Loading: files of a bank into a new version of the store."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Names
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
        say(0.7 * sum(sizes[:number]) / sum(sizes), _("Reading {file}").format(file=made.raw.name))
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
        say(0.7 + 0.25 * number / len(plans), _("Comparing {file} with the store").format(file=made.raw.name))
        con.execute(
            f"alter table staged_{number} rename to staged; alter table faulty_{number} rename to faulty"
        )
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
