"""What a store covers and what it turned away; and a first look at a file before it is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from analytics.errors import RequestError
from analytics.store.files import look, parts
from analytics.store.formats import Question
from analytics.store.mapping import Mapping, check_expressions, check_names, kept_mapping
from analytics.store.pairing import STARTED_AT, pairing_for
from analytics.store.plan import match
from analytics.store.reader import Store
from analytics.store.reading import read_rows
from analytics.store.reasons import reason_text
from analytics.store.recognise import guess_columns, guess_table, likeliest_table
from analytics.store.staging import questions
from analytics.store.tables import TABLES


@dataclass(frozen=True)
class Preview:
    """A file before it is loaded.

    columns: as in the file. table: the guess, or None. guesses: our column -> the file's, as far as they can be
    guessed. missing: must-columns without a guess. rows: the first rows as text. mapping: the one that worked for
    files of these columns before.
    """

    file: str
    columns: tuple[str, ...]
    table: str | None
    guesses: dict[str, str]
    missing: tuple[str, ...]
    rows: pd.DataFrame
    mapping: Mapping | None


def preview(
    path: str | Path,
    mapping: Mapping | None = None,
    *,
    folder: str | Path | None = None,
    name: str | None = None,
    table: str | None = None,
    n_rows: int = 20,
) -> Preview:
    """Look at a file without loading it; RequestError where it cannot be read.

    `folder` is the store whose kept mappings are offered; `name` the file's name where it lies under another path;
    `table` what it is to be loaded as, where that is known already.
    """
    raw = look(Path(path), name)
    if mapping is None and folder is not None:
        mapping = kept_mapping(Store.open(folder).rows, raw.columns, table)
    table = table or (mapping.table if mapping else None) or guess_table(raw.name, raw.columns)
    table = table or likeliest_table(raw.columns)
    columns = raw.columns
    if table == "events" and pairing_for(columns, mapping or Mapping()):
        columns = (*columns, STARTED_AT)
    guesses = guess_columns(table, columns) if table else {}
    given = set(guesses)
    if mapping is not None:
        computed = {*mapping.expressions, *mapping.constants}
        guesses = {ours: theirs for ours, theirs in guesses.items() if ours not in computed} | mapping.columns
        given = {*guesses, *computed}
    missing = tuple(must for must in TABLES[table].musts if must not in given) if table else ()
    with TemporaryDirectory() as aside, duckdb.connect() as con:
        read_rows(
            con,
            raw,
            Path(aside),
            lambda rows: f"create table head as select * from {rows} limit {int(n_rows)}",
        )
        rows = con.execute("from head").df()
    return Preview(raw.name, columns, table, guesses, missing, rows, mapping)


def open_questions(
    path: str | Path, table: str, mapping: Mapping, *, name: str | None = None
) -> tuple[Question, ...]:
    """What a file leaves open about its dates and numbers, read as `table` by `mapping`; the whole file may be read."""
    raw = look(Path(path), name)
    with TemporaryDirectory() as aside, duckdb.connect() as con:
        try:
            check_names(mapping, table, (*raw.columns, STARTED_AT), raw.name)
            check_expressions(mapping)
            return questions(con, match(raw, TABLES[table], mapping), Path(aside))
        except RequestError:  # loading will say what is wrong
            return ()


def sheets(path: Path, name: str) -> list[tuple[Path, str]]:
    """Path and name of each part of a file that can be loaded by itself: the sheets of an Excel file, else the file."""
    found = parts(path, name) if name.lower().endswith(".xlsx") else []
    if len(found) < 2:
        return [(path, name)]
    return [(path.with_name(f"{path.name}!{raw.name.removeprefix(name + '!')}"), raw.name) for raw in found]


def rejects(store: Store, load_id: int | None = None, limit: int | None = None) -> pd.DataFrame:
    """The rejected rows, of one load or all, one row each: load_id, file, line, table_name, column, reason, raw."""
    frame = store.frame(
        """
        select load_id, file, line, table_name, "column", reason, raw
        from rejects
        where $load_id is null or load_id = $load_id
        order by load_id, line
        limit $most
        """,
        load_id=load_id,
        most=limit if limit is not None else 1 << 62,
    )
    columns = frame["column"].astype(object).where(frame["column"].notna(), None)
    frame["reason"] = [
        reason_text(code, column) for code, column in zip(frame["reason"], columns, strict=True)
    ]
    return frame


def loads(store: Store) -> pd.DataFrame:
    """The files loaded, newest first, one row each: every column of `loads`."""
    return store.frame("select * from loads order by load_id desc")


def coverage(store: Store) -> pd.DataFrame:
    """What each table holds of each branch, one row each: table, branch_id, rows, first_on, last_on (null: undated)."""
    dated = {
        "visits": "arrived_at",
        "surveys": "answered_at",
        "events": "finished_at",
        "customers": "as_of_on",
        "interventions": "went_live_on",
    }
    parts: Sequence[str] = [
        f"""
        select
            {number} as position, '{name}' as "table", branch_id, count(*) as rows,
            min({dated.get(name, "null")})::date as first_on, max({dated.get(name, "null")})::date as last_on
        from {"cases_by_branch" if name == "cases" else name}
        group by branch_id
        """
        for number, name in enumerate(TABLES)
    ]
    return store.frame(
        f"""
        with cases_by_branch as (
            select c.*, e.branch_id
            from cases as c
            left join (select distinct process, case_id, branch_id from events) as e using (process, case_id)
        )
        select "table", branch_id, rows, first_on, last_on from ({" union all ".join(parts)}) order by position, branch_id
        """
    )
