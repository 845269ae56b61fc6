"""Loading: files of a bank into a new version of the store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store import files as raw_files
from analytics.store import versions
from analytics.store.mapping import Mapping, check_names, mapping_from, read_mapping
from analytics.store.merge import merge
from analytics.store.reader import sql_file
from analytics.store.recognise import guess_table, signature
from analytics.store.report import FileReport, LoadReport, Skipped
from analytics.store.staging import Plan, known_table, plan, stage

Progress = Callable[[float, str], None]  # share done (0–1) and what is being done


def load(
    paths: Sequence[str | Path],
    folder: str | Path,
    *,
    table: str | None = None,
    mapping: Mapping | str | Path | None = None,
    names: dict[str, str] | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load files and folders of files into a new version of the store in `folder`.

    `table` and `mapping` hold for every file; `names` gives the name of a file that lies under another path (uploads).
    RequestError where a file cannot be used at all: then nothing of the call is published. Where nothing changed, the
    version stays as it is.
    """
    folder = Path(folder)
    if isinstance(mapping, str | Path):
        mapping = read_mapping(mapping)
    say = progress or (lambda _share, _text: None)
    chosen, skipped = _collect(paths, names or {}, table, mapping)
    if not chosen:
        raise RequestError(_("There is no file to load."))
    with versions.loading_lock(folder), versions.unfinished(folder) as path:
        parent = versions.current_version(folder)
        version = versions.next_version(folder)
        with duckdb.connect(path) as con:
            con.execute("set preserve_insertion_order = true; set timezone = 'UTC'")
            if parent == versions.NONE_YET:
                con.execute(sql_file("schema.sql"))
            plans, left = _plan(con, chosen, table, mapping)
            con.execute("begin")
            reports, is_change = _load_all(con, plans, folder, version, say)
            if not is_change:
                con.execute("rollback")
                return LoadReport(parent, False, tuple(reports), (*skipped, *left))
            now = datetime.now()
            con.execute("delete from version_info")
            con.execute(
                "insert into version_info values ($version, $parent, $now)",
                {"version": version, "parent": None if parent == versions.NONE_YET else parent, "now": now},
            )
            con.execute("commit")
            con.execute("checkpoint")
        say(0.98, _("Publishing {version}").format(version=version))
        versions.publish(folder, path, version)
    say(1.0, _("Done"))
    return LoadReport(version, True, tuple(reports), (*skipped, *left))


def _load_all(
    con: duckdb.DuckDBPyConnection, plans: list[Plan], folder: Path, version: str, say: Progress
) -> tuple[list[FileReport], bool]:
    weights = [max(p.raw.path.stat().st_size, 1) for p in plans]
    reports: list[FileReport] = []
    is_change = False
    next_id = int(con.execute("select coalesce(max(load_id), 0) + 1 from loads").fetchall()[0][0])
    for number, made in enumerate(plans):
        before, whole = sum(weights[:number]), sum(weights)
        say(0.95 * before / whole, _("Reading {file}").format(file=made.raw.name))
        stage(con, made, folder)
        say(
            0.95 * (before + 0.7 * weights[number]) / whole,
            _("Comparing {file} with the store").format(file=made.raw.name),
        )
        merged = merge(con, made, next_id + number)
        report = merged.report
        if not merged.is_usable:
            message = _("Nothing of {file} can be read as {table}: {reason}.")
            raise RequestError(
                message.format(file=report.file, table=report.table, reason=report.reasons[0].reason)
            )
        reports.append(report)
        is_change |= merged.is_change
        _note(con, made, report, next_id + number, version)
    return reports, is_change


def _note(con: duckdb.DuckDBPyConnection, made: Plan, report: FileReport, load_id: int, version: str) -> None:
    con.execute(
        "insert into loads values ($id, $version, $file, $table, $read, $loaded, $unchanged, $rejected, $unused, $now)",
        {
            "id": load_id, "version": version, "file": report.file, "table": report.table, "read": report.rows_read,
            "loaded": report.loaded, "unchanged": report.unchanged, "rejected": report.rejected,
            "unused": list(report.unused), "now": datetime.now(),
        },
    )  # fmt: skip
    if made.mapping == Mapping():
        return
    kept = {"signature": signature(made.raw.columns), "table": made.table.name}
    con.execute("delete from mappings where signature = $signature and table_name = $table", kept)
    con.execute(
        "insert into mappings values ($signature, $table, $mapping, $file, $now)",
        kept | {"mapping": made.mapping.to_json(), "file": report.file, "now": datetime.now()},
    )


def _collect(
    paths: Sequence[str | Path], names: dict[str, str], table: str | None, mapping: Mapping | None
) -> tuple[list[tuple[raw_files.RawFile, bool]], list[Skipped]]:
    """The files to look at, each with whether it was named itself (else it was found in a folder)."""
    found: list[tuple[raw_files.RawFile, bool]] = []
    skipped: list[Skipped] = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append((raw_files.look(path, names.get(str(path))), True))
            continue
        for inside in sorted(p for p in path.iterdir() if p.is_file()):
            try:
                found.append((raw_files.look(inside), False))
            except RequestError as error:
                if guess_table(inside.name, ()) and inside.name.lower().endswith(raw_files.ENDINGS):
                    raise
                skipped.append(Skipped(inside.name, str(error)))
    return found, skipped


def _plan(
    con: duckdb.DuckDBPyConnection,
    chosen: list[tuple[raw_files.RawFile, bool]],
    table: str | None,
    mapping: Mapping | None,
) -> tuple[list[Plan], list[Skipped]]:
    plans: list[Plan] = []
    left: list[Skipped] = []
    for raw, is_named in chosen:
        known = mapping or kept_mapping(con, raw.columns, table)
        name = table or (known.table if known else None) or guess_table(raw.name, raw.columns)
        if name is None:
            message = _(
                "{file} is none of the files we know by its columns or its name; say which table it is."
            )
            if is_named:
                raise RequestError(message.format(file=raw.name))
            left.append(Skipped(raw.name, _("none of the files we know by its columns or its name")))
            continue
        spec = known_table(name)
        known = known or Mapping()
        check_names(known, name, raw.columns, raw.name)
        plans.append(plan(raw, spec, known))
    if not plans:
        raise RequestError(_("There is no file to load."))
    return plans, left


def kept_mapping(
    con: duckdb.DuckDBPyConnection, columns: tuple[str, ...], table: str | None
) -> Mapping | None:
    """The mapping that worked before for a file of these columns."""
    rows = con.execute(
        """
        select mapping, table_name from mappings
        where signature = $signature and ($table is null or table_name = $table) order by kept_at desc limit 1
        """,
        {"signature": signature(columns), "table": table},
    ).fetchall()
    return mapping_of_row(*rows[0]) if rows else None


def mapping_of_row(content: str, table: str) -> Mapping:
    import json

    found: dict[str, Any] = json.loads(content)
    return mapping_from(found | {"table": table})
