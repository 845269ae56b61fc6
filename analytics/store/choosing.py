"""Which files a load takes, as which table, by which mapping; what of a folder it leaves aside."""

from collections.abc import Mapping as Names
from collections.abc import Sequence
from pathlib import Path

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.files import ENDINGS, RawFile, look
from analytics.store.mapping import Mapping, check_expressions, check_names, kept_mapping
from analytics.store.plan import Plan, known_table, plan
from analytics.store.recognise import guess_table
from analytics.store.report import Skipped


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
            raw = look(path, names.get(str(path)))
            made = _plan(con, raw, table, mapping)
            if made is None:
                raise RequestError(f"{raw.name}: {_unknown()}.", field="table")
            plans.append(made)
            continue
        for inside in sorted(p for p in path.iterdir() if p.is_file()):
            taken = _take(con, inside, table, mapping)
            if isinstance(taken, Plan):
                plans.append(taken)
            else:
                skipped.append(taken)
    if not plans:
        listed = ", ".join(str(path) for path in paths)
        raise RequestError(_("There is no file of ours to load in {paths}.").format(paths=listed))
    return plans, tuple(skipped)


def _take(
    con: duckdb.DuckDBPyConnection, path: Path, table: str | None, mapping: Mapping | None
) -> Plan | Skipped:
    """The plan for a file found in a folder, or why it is left aside."""
    is_ours_by_name = guess_table(path.name, ()) is not None and path.name.lower().endswith(ENDINGS)
    try:
        return _plan(con, look(path), table, mapping) or Skipped(path.name, _unknown())
    except RequestError as error:
        # one mapping is for one kind of file: what it does not fit is not meant by it
        if is_ours_by_name and mapping is None:
            raise
        return Skipped(path.name, str(error))


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
    check_names(known, name, raw.columns, raw.name)
    check_expressions(known)
    return plan(raw, spec, known)


def _unknown() -> str:
    return _("neither its columns nor its name say which table it is")
