"""Reading the store: the current version, opened read-only, as the analyses see it."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from analytics.errors import RequestError
from analytics.filters import Grouping
from analytics.language import _
from analytics.store.tables import TABLES
from analytics.store.versions import NONE_YET, current_version, path_of

_BATCH_ROWS = 122_880
_VIP_NAMES = ("vip", "gold", "platinum", "private", "贵宾", "私行")


@cache
def sql_file(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")


def keeps_tickets(con: duckdb.DuckDBPyConnection, surveys: str) -> bool:
    """Whether answers keep the ticket that they name; in stores made before they do not."""
    return "ticket_called_at" in [column[0] for column in con.execute(f"from {surveys} limit 0").description]


def _view_surveys(con: duckdb.DuckDBPyConnection) -> None:
    """The view `surveys`; where the store keeps no tickets with them, these are found now."""
    if keeps_tickets(con, "bank.surveys"):
        con.execute("create view surveys as from bank.surveys")
        return
    con.execute("use bank")
    con.execute(f"create table memory.main.named_tickets as {sql_file('named_tickets.sql')}")
    con.execute("use memory")
    con.execute(
        """
        create view surveys as
        select s.*, t.* exclude (row_id)
        from bank.surveys as s left join named_tickets as t on t.row_id = s.rowid
        """
    )


# A version does not change; every run of a page asks. What is kept holds its store open, so it is little.
@lru_cache(maxsize=8)
def _segments(store: "Store", branch_id: str) -> tuple[str, ...]:
    found = store.rows(
        """
        select distinct segment from (
            select segment from visits where branch_id = $branch_id
            union all select segment from surveys where branch_id = $branch_id
            union all select segment from customers where branch_id = $branch_id
            union all
            select segment from cases
            semi join (select * from events where branch_id = $branch_id) as e using (process, case_id)
        )
        where segment is not null order by 1
        """,
        branch_id=branch_id,
    )
    return tuple(segment for (segment,) in found)


class Store:
    """One version of a branch's data, read-only; safe to share between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, version: str) -> None:
        self._connection = connection
        self.folder = folder
        self.version = version

    @classmethod
    def open(cls, folder: str | Path) -> "Store":
        """The current version of the store in `folder`; empty tables where nothing has been loaded yet."""
        folder = Path(folder)
        version = current_version(folder)
        con = duckdb.connect()
        if version == NONE_YET:
            con.execute("attach ':memory:' as bank")
            con.execute("use bank")
            con.execute(sql_file("schema.sql"))
            con.execute("use memory")
        else:
            path = str(path_of(folder, version)).replace("'", "''")
            try:
                con.execute(f"attach '{path}' as bank (read_only)")
            except duckdb.Error as error:
                raise RequestError(
                    _(
                        "Version {version} of the store cannot be read; `undo` goes back to the one before."
                    ).format(version=version)
                ) from error
        _view_surveys(con)
        con.execute(sql_file("views.sql"))
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        return cls(con, folder, version)

    def frame(self, sql: str, **binds: Any) -> pd.DataFrame:
        """The rows of a query as a frame; `$name` in the query is bound to the argument of that name."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, binds or None).df()

    def batches(self, sql: str, **binds: Any) -> Iterator[pa.RecordBatch]:
        """The rows of a query in Arrow batches, in order: for columns of millions of rows."""
        with self._connection.cursor() as cursor:
            yield from cursor.sql(sql, params=binds or None).to_arrow_reader(_BATCH_ROWS)

    def rows(self, sql: str, **binds: Any) -> list[tuple[Any, ...]]:
        """The rows of a query as tuples."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, binds or None).fetchall()

    def close(self) -> None:
        """Let go of the version's file."""
        self._connection.close()

    def has(self, table: str, branch_id: str | None = None) -> bool:
        """Whether a table holds rows (of the branch); cases count for the branch of their events."""
        if table not in TABLES:
            raise ValueError(table)
        if branch_id is None:
            return bool(self.rows(f"select 1 from {table} limit 1"))
        if table == "cases":
            return bool(
                self.rows(
                    "select 1 from cases semi join (select * from events where branch_id = $branch_id) as e"
                    " using (process, case_id) limit 1",
                    branch_id=branch_id,
                )
            )
        return bool(
            self.rows(f"select 1 from {table} where branch_id = $branch_id limit 1", branch_id=branch_id)
        )

    def branches(self) -> list[str]:
        """The ids of all branches in the store, sorted."""
        tables = [name for name, table in TABLES.items() if "branch_id" in table.names]
        union = " union ".join(f"select branch_id from {name}" for name in tables)
        return [branch_id for (branch_id,) in self.rows(f"select branch_id from ({union}) order by 1")]

    def period(self, branch_id: str) -> tuple[date, date] | None:
        """First day, and the day after the last, of visits, answers and events; None where nothing is dated."""
        first, last = self.rows(
            """
            select min(moment)::date, max(moment)::date + 1
            from (
                select unnest([min(arrived_at), max(arrived_at)]) as moment from visits where branch_id = $branch_id
                union all
                select unnest([min(answered_at), max(answered_at)]) from surveys where branch_id = $branch_id
                union all
                select unnest([min(finished_at), max(finished_at)]) from events where branch_id = $branch_id
            )
            """,
            branch_id=branch_id,
        )[0]
        return None if first is None else (first, last)

    def segments(self, branch_id: str) -> list[str]:
        """The names of the customer segments in the branch's data, sorted."""
        return list(_segments(self, branch_id))

    def grouping(self, branch_id: str, vip_segments: Sequence[str] | None = None) -> Grouping:
        """Who counts as VIP: the segments given or named like VIPs, else the top profits, else no split."""
        found = self.segments(branch_id)
        if vip_segments is None:
            chosen = tuple(s for s in found if any(name in s.casefold() for name in _VIP_NAMES))
        else:
            chosen = tuple(s for s in found if s in set(vip_segments))
        if chosen:
            return Grouping("segment", chosen)
        has_profits = self.rows(
            "select 1 from customers_latest where branch_id = $branch_id and is_top_profit limit 1",
            branch_id=branch_id,
        )
        return Grouping("profit") if has_profits else Grouping()
