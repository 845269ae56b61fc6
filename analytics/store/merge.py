"""From staged rows to the tables: what is new, what is there already, what contradicts it."""

from dataclasses import dataclass

import duckdb

from analytics.store.staging import Plan, output_columns
from analytics.store.files import quoted
from analytics.store.report import FileReport, Reason
from analytics.store.tables import Table

# Where these are all that a file gives, it is another file than it was taken for.
_NO_SENSE = ("missing", "cast", "columns", "encoding", "unreadable")


@dataclass(frozen=True)
class Merged:
    """The report of a file and whether it changed the store (rows, or rejects not known before), whether any row made sense."""

    report: FileReport
    is_change: bool
    is_usable: bool


def merge(con: duckdb.DuckDBPyConnection, plan: Plan, load_id: int) -> Merged:
    """Bring `staged` into the table of `plan`; set-based, inside the caller's transaction."""
    table = plan.table
    con.execute("create or replace temp table verdicts (row_id bigint, verdict varchar)")
    columns = output_columns(table)
    if table.name == "events":
        _number_equal_events(con, table)
        columns = [*columns, "ordinal"]
    else:
        _judge_repeats(con, table, columns)
    _judge_known(con, table, columns)
    _insert(con, table, columns, load_id)
    first = int(_one(con, "select coalesce(min(rowid), 0) from staged"))
    _reject(con, plan, columns, load_id, first)
    return _report(con, plan, load_id)


def _key(table: Table) -> list[str]:
    return [part if "::" in part else quoted(part) for part in table.key]


def _comparable(column: str) -> str:
    """Maps and JSON are compared as text."""
    return (
        f"{quoted(column)}::varchar"
        if column in ("perceived", "expected", "attributes", "measures")
        else quoted(column)
    )


def _number_equal_events(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Add `ordinal`: the how-manieth of rows equal in all the rest of the key."""
    rest = ", ".join(quoted(part) for part in table.key if part != "ordinal")
    con.execute(
        f"""
        create or replace temp table repeats as
        with hashes as (select hash({rest}) as h from staged where problem is null),
        often as (select h from hashes group by h having count(*) > 1)
        select rowid as row_id, row_number() over (partition by {rest} order by branch_id, role, rowid)::integer as ordinal
        from staged where problem is null and hash({rest}) in (from often)
        """
    )
    con.execute(
        """
        create or replace temp table numbered as
        select s.*, coalesce(r.ordinal, 1)::integer as ordinal from staged as s left join repeats as r on r.row_id = s.rowid
        order by s.rowid
        """
    )
    con.execute("drop table staged; alter table numbered rename to staged")


def _judge_repeats(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    """Rows of the file with one key: one stands (history: the first; else the last), its equals change nothing."""
    key = ", ".join(_key(table))
    con.execute(
        f"""
        create or replace temp table repeats as
        with hashes as (select hash({key}) as h from staged where problem is null),
        often as (select h from hashes group by h having count(*) > 1)
        select rowid as row_id, hash({key}) as h from staged where problem is null and hash({key}) in (from often)
        """
    )
    content = ", ".join(f"{_comparable(c)}" for c in columns)
    order = "desc" if table.newest_stands else "asc"
    con.execute(
        f"""
        insert into verdicts
        with ranked as (
            select
                s.rowid as row_id,
                row_number() over same_key as rank,
                row({content}) is not distinct from first_value(row({content})) over same_key as is_equal
            from staged as s inner join repeats as r on r.row_id = s.rowid
            window same_key as (partition by {key} order by s.rowid {order})
        )
        select row_id, case when is_equal then 'unchanged' else 'duplicate' end from ranked where rank > 1
        """
    )


def _judge_known(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    if not con.execute(f"select 1 from {table.name} limit 1").fetchall():
        return
    pairs = " and ".join(
        f"s.{part} = k.{part}" if part in _never_null(table) else f"s.{part} is not distinct from k.{part}"
        for part in _key(table)
    )
    equal = " and ".join(f"s.{_comparable(c)} is not distinct from k.{_comparable(c)}" for c in columns)
    otherwise = "replaces" if table.newest_stands else "conflict"
    con.execute(
        f"""
        insert into verdicts
        select s.rowid, case when {equal} then 'unchanged' else '{otherwise}' end
        from staged as s inner join {table.name} as k on {pairs}
        where s.problem is null and s.rowid not in (select row_id from verdicts)
        """
    )


def _never_null(table: Table) -> set[str]:
    return {quoted(must) for must in table.musts} | {"arrived_at::date", '"ordinal"'}


def _insert(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str], load_id: int) -> None:
    if table.newest_stands:
        pairs = " and ".join(f"s.{part} is not distinct from {table.name}.{part}" for part in _key(table))
        con.execute(
            f"""
            delete from {table.name} using (
                select s.* from staged as s inner join verdicts as v on v.row_id = s.rowid where v.verdict = 'replaces'
            ) as s
            where {pairs}
            """
        )
    listed = ", ".join(map(quoted, columns))
    con.execute(
        f"""
        insert into {table.name} ({listed}, load_id)
        select {listed}, {load_id} from staged
        where problem is null and rowid not in (select row_id from verdicts where verdict <> 'replaces')
        """
    )


def _reject(con: duckdb.DuckDBPyConnection, plan: Plan, columns: list[str], load_id: int, first: int) -> None:
    """Write `new_rejects`, then keep them; a row's line counts the header and the faulty lines before it."""
    header = 0 if plan.raw.kind == "parquet" else 1
    ours = ", ".join(f"'{c}', {quoted(c)}" for c in columns)
    # in a line of too many or too few columns no telling which one is an id: its text is not kept then
    names_people = any(c.is_id and c.name in plan.given for c in plan.table.columns)
    con.execute(
        f"""
        create or replace temp table new_rejects as
        with faults as (select line - 1 as number, line - 1 - row_number() over (order by line) as before from faulty),
        shifts as (select before, max(shift) as shift from (
            select before, row_number() over (order by before) as shift from faults) group by before),
        readable as (
            select s.rowid - {first} as number, s.problem, s.raw, null as verdict from staged as s where s.problem is not null
            union all
            select s.rowid - {first}, null, json_object({ours})::varchar, v.verdict
            from staged as s inner join verdicts as v on v.row_id = s.rowid where v.verdict in ('duplicate', 'conflict')
        )
        select
            r.number + 1 + coalesce(shift, 0) + {header} as line,
            nullif(split_part(r.problem, '|', 2), '') as "column",
            coalesce(split_part(r.problem, '|', 1), r.verdict) as reason,
            r.raw
        from readable as r asof left join shifts as h on r.number >= h.before
        union all
        select line, null, code, {"null" if names_people else "raw"} from faulty
        """
    )
    con.execute(
        """
        insert into rejects
        select $load_id, $file, line, $table, "column", reason, raw from new_rejects order by line
        """,
        {"load_id": load_id, "file": plan.raw.name, "table": plan.table.name},
    )


def _report(con: duckdb.DuckDBPyConnection, plan: Plan, load_id: int) -> Merged:
    rows = int(_one(con, "select count(*) from staged"))
    faulty = int(_one(con, "select count(*) from faulty"))
    rejected = int(_one(con, "select count(*) from new_rejects"))
    unchanged = int(_one(con, "select count(*) from verdicts where verdict = 'unchanged'"))
    found = con.execute(
        'select reason, "column", count(*) from new_rejects group by all order by count(*) desc, reason, "column"'
    ).fetchall()
    loaded = rows + faulty - rejected - unchanged
    is_new_reject = con.execute(
        """
        select 1 from new_rejects as n
        where not exists (
            select 1 from rejects as r
            where r.load_id < $load_id and r.file = $file and r.table_name = $table and r.line = n.line
                and r.reason = n.reason and r."column" is not distinct from n."column" and r.raw is not distinct from n.raw
        ) limit 1
        """,
        {"load_id": load_id, "file": plan.raw.name, "table": plan.table.name},
    ).fetchall()
    report = FileReport(
        plan.raw.name, plan.table.name, rows + faulty, loaded, unchanged, rejected,
        tuple(Reason(*row) for row in found),
        () if plan.table.keeps_attributes else plan.unused,
    )  # fmt: skip
    unusable = sum(reason.n for reason in report.reasons if reason.code in _NO_SENSE)
    return Merged(report, loaded > 0 or bool(is_new_reject), unusable < rows + faulty or not rows + faulty)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> float:
    return con.execute(sql).fetchall()[0][0]
