"""Which files a load takes, as which table, by which mapping; what of a folder it leaves aside."""

from collections.abc import Mapping as Names
from collections.abc import Sequence
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import ENDINGS, RawFile, parts
from analytics.store.mapping import Mapping, check_expressions, check_names, kept_mapping
from analytics.store.pairing import STARTED_AT
from analytics.store.plan import Plan, known_table, plan
from analytics.store.recognise import guess_table, table_named
from analytics.store.report import Skipped
from analytics.store.tables import TABLES

MOST_LISTED = 10


def choose(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[str | Path],
    names: Names[str, str],
    table: str | None,
    mapping: Mapping | None,
) -> tuple[list[Plan], tuple[Skipped, ...]]:
    """A plan for every file to load; RequestError where a file that is named, or is ours by its name, cannot be used."""
    plans: list[Plan] = []
    skipped: list[Skipped] = []
    for path in map(Path, paths):
        if not path.is_dir():
            made, aside = _take(con, path, names.get(str(path)), table, mapping)
            if not made:
                message = _("{file}: {reason}; name it by --as, one of {tables}.")
                raise RequestError(
                    message.format(
                        file=aside[0].file, reason=aside[0].reason.rstrip("."), tables=", ".join(TABLES)
                    ),
                    field="table",
                )
            plans += made
            skipped += aside
            continue
        for inside in sorted(p for p in path.iterdir() if p.is_file()):
            made, aside = _take_inside(con, inside, table, mapping)
            plans += made
            skipped += aside
    if not plans:
        raise _nothing(paths, skipped)
    return plans, tuple(skipped)


def _nothing(paths: Sequence[str | Path], skipped: list[Skipped]) -> RequestError:
    """What folders hold instead of a file of ours, and how files are known."""
    listed = ", ".join(str(path) for path in paths)
    if not skipped:
        inner = sorted(p.name for path in map(Path, paths) for p in path.iterdir() if p.is_dir())
        if not inner:
            return RequestError(_("There is no file to load in {paths}.").format(paths=listed))
        message = _("There is no file to load in {paths}; the folders in it are loaded if named: {folders}.")
        return RequestError(message.format(paths=listed, folders=", ".join(inner[:MOST_LISTED])))
    reasons = [s.reason if s.reason.startswith(s.file) else f"{s.file}: {s.reason}" for s in skipped]
    found = [reason.rstrip(".") for reason in reasons[:MOST_LISTED]]
    if len(reasons) > MOST_LISTED:
        found.append(_("and {n} more").format(n=len(reasons) - MOST_LISTED))
    message = _(
        "There is no file of ours to load in {paths}; a file is known by its name, which begins with {tables}, or by its"
        " columns, else by --as TABLE and --mapping FILE.toml; what is there: {found}."
    )
    return RequestError(
        message.format(paths=listed, tables=", ".join(TABLES), found="; ".join(found)), field="table"
    )


def _take(
    con: duckdb.DuckDBPyConnection, path: Path, name: str | None, table: str | None, mapping: Mapping | None
) -> tuple[list[Plan], list[Skipped]]:
    """The plans for a file, more than one where it has several sheets of ours; what of it is left aside."""
    found = parts(path, name)
    plans: list[Plan] = []
    skipped: list[Skipped] = []
    for raw in found:
        try:
            made = _plan(con, raw, table, mapping)
        except RequestError as error:
            if len(found) == 1:
                raise
            skipped.append(Skipped(raw.name, str(error)))
            continue
        if made is None:
            skipped.append(Skipped(raw.name, _unknown()))
        else:
            plans.append(made)
    return plans, skipped


def _take_inside(
    con: duckdb.DuckDBPyConnection, path: Path, table: str | None, mapping: Mapping | None
) -> tuple[list[Plan], list[Skipped]]:
    """As `_take`, for a file found in a folder."""
    is_ours_by_name = table_named(path.name) is not None and path.name.lower().endswith(ENDINGS)
    try:
        return _take(con, path, None, table, mapping)
    except RequestError as error:
        # one mapping is for one kind of file: what it does not fit is not meant by it
        if is_ours_by_name and mapping is None:
            raise
        return [], [Skipped(path.name, str(error))]


def _plan(
    con: duckdb.DuckDBPyConnection, raw: RawFile, table: str | None, mapping: Mapping | None
) -> Plan | None:
    known = mapping or kept_mapping(
        lambda sql, **binds: con.execute(sql, binds).fetchall(), raw.columns, table
    )
    name = table or (known.table if known else None) or guess_table(raw.name, raw.columns)
    if name is None:
        return None
    spec = known_table(name)
    known = known or Mapping()
    check_names(known, name, (*raw.columns, STARTED_AT), raw.name)
    check_expressions(known)
    return plan(raw, spec, known)


def _unknown() -> str:
    return _("neither its columns nor its name say which table it is")
