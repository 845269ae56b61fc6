"""From staged rows to the tables: what is new, what is there already, what contradicts it."""

from dataclasses import dataclass, replace

import duckdb

from analytics.store.files import quoted
from analytics.store.plan import Plan
from analytics.store.reader import sql_file
from analytics.store.reading import Lines, lines_of
from analytics.store.report import FileReport, Reason
from analytics.store.tables import Table

# Where these are all that a file gives, it is another file than it was taken for.
_NO_SENSE = ("missing", "cast", "columns", "encoding", "quote", "unreadable")

# Columns of events with few names for many rows: numbers to those who read millions of them.
FEW_NAMES = ("activity", "resource", "role")


@dataclass(frozen=True)
class Merged:
    """A file's report; whether it changed the store (rows, or rejects not known before); whether any row made sense."""

    report: FileReport
    is_change: bool
    is_usable: bool


def merge(con: duckdb.DuckDBPyConnection, plan: Plan, load_id: int) -> Merged:
    """Bring `staged` into the table of `plan`; set-based, inside the caller's transaction.

    `verdicts` holds the usable rows that are not simply new: unchanged, duplicate, conflict, replaces.
    """
    table = plan.table
    con.execute("create or replace temp table verdicts (row_id bigint, verdict varchar)")
    columns = plan.stored_columns
    if "ordinal" in table.key:
        _number_equal_rows(con, table)
        columns = [*columns, "ordinal"]
    else:
        _judge_repeats(con, table, columns)
    _judge_known(con, table, columns)
    _insert(con, table, columns, load_id)
    _reject(con, plan, columns, load_id)
    return _report(con, plan, load_id)


def _key(table: Table) -> list[str]:
    return [part if "::" in part else quoted(part) for part in table.key]


def _comparable(column: str) -> str:
    """Maps and JSON are compared as text."""
    is_nested = column in ("perceived", "expected", "attributes", "measures")
    return quoted(column) + ("::varchar" if is_nested else "")


def _find_repeats(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """`repeats`: usable rows whose key occurs more than once (by its hash, so a few too many; it is cheap)."""
    con.execute(
        f"""
        create or replace temp table repeats as
        with hashes as (select hash({key}) as h from staged where problem is null),
        often as (select h from hashes group by h having count(*) > 1)
        select rowid as row_id from staged where problem is null and hash({key}) in (from often)
        """
    )


def _number_equal_rows(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Add `ordinal`: the how-manieth of rows equal in all the rest of the key."""
    rest = ", ".join(quoted(part) for part in table.key if part != "ordinal")
    _find_repeats(con, rest)
    con.execute("alter table staged add column ordinal integer default 1")
    con.execute(
        f"""
        update staged set ordinal = n.ordinal
        from (
            select s.rowid as row_id, row_number() over (partition by {rest} order by branch_id, role, s.rowid) as ordinal
            from staged as s semi join repeats as r on r.row_id = s.rowid
        ) as n
        where n.row_id = staged.rowid and n.ordinal > 1
        """
    )


def _judge_repeats(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    """Rows of the file with one key: one stands (history: the first; else the last), its equals change nothing."""
    key = ", ".join(_key(table))
    _find_repeats(con, key)
    content = f"row({', '.join(map(_comparable, columns))})"
    order = "desc" if table.newest_stands else "asc"
    con.execute(
        f"""
        insert into verdicts
        with ranked as (
            select
                s.rowid as row_id,
                row_number() over same_key as rank,
                {content} is not distinct from first_value({content}) over same_key as is_equal
            from staged as s semi join repeats as r on r.row_id = s.rowid
            window same_key as (partition by {key} order by s.rowid {order})
        )
        select row_id, case when is_equal then 'unchanged' else 'duplicate' end from ranked where rank > 1
        """
    )


def _judge_known(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str]) -> None:
    if not con.execute(f"select 1 from {table.name} limit 1").fetchall():
        return
    equal = " and ".join(f"s.{c} is not distinct from k.{c}" for c in map(_comparable, columns))
    otherwise = "replaces" if table.newest_stands else "conflict"
    con.execute(
        f"""
        insert into verdicts
        select s.rowid, case when {equal} then 'unchanged' else '{otherwise}' end
        from staged as s inner join {table.name} as k on {_same_key(table, "s", "k")}
        where s.problem is null and s.rowid not in (select row_id from verdicts)
        """
    )


def _same_key(table: Table, one: str, other: str) -> str:
    never_null = {*map(quoted, table.musts), "arrived_at::date", '"ordinal"'}
    equals = {part: "=" if part in never_null else "is not distinct from" for part in _key(table)}
    return " and ".join(f"{one}.{part} {sign} {other}.{part}" for part, sign in equals.items())


def _insert(con: duckdb.DuckDBPyConnection, table: Table, columns: list[str], load_id: int) -> None:
    if table.newest_stands:
        replacing = "select s.* from staged as s inner join verdicts as v on v.row_id = s.rowid"
        con.execute(
            f"""
            delete from {table.name} using ({replacing} where v.verdict = 'replaces') as s
            where {_same_key(table, "s", table.name)}
            """
        )
    listed = ", ".join(map(quoted, columns))
    new = f"""
        select {listed}, {load_id} as load_id from staged
        where problem is null and rowid not in (select row_id from verdicts where verdict <> 'replaces')
        """
    if table.name == "events":
        write_events(con, listed, new)
        return
    ordered_by = {"visits": "order by branch_id, arrived_at", "surveys": "order by branch_id, answered_at"}
    con.execute(f"insert into {table.name} ({listed}, load_id) {new} {ordered_by.get(table.name, '')}")


def write_events(con: duckdb.DuckDBPyConnection, listed: str, new: str) -> None:
    """Write the table anew, as a whole in order, so that what follows a step is the next row; few names as ENUM.

    listed: its columns but for load_id; new: a query of rows to be added, with these and load_id.
    """
    if not con.execute(f"from ({new}) limit 1").fetchall():
        return
    schema = "create table events" + sql_file("schema.sql").split("create table events")[1].split(";")[0]
    as_text = ", ".join(f"{name}::varchar as {name}" for name in FEW_NAMES)
    con.execute(
        f"""
        create or replace temp table all_events as
        select * replace ({as_text}) from events union all by name {new};
        drop table events
        """
    )
    for name in FEW_NAMES:
        con.execute(
            f"""
            drop type if exists {name}_name;
            create type {name}_name as enum (
                select distinct {name} from all_events where {name} is not null order by 1
            )
            """
        )
        schema = schema.replace(f"{name} varchar", f"{name} {name}_name")
    con.execute(
        f"""
        {schema};
        insert into events ({listed}, load_id)
        select {listed}, load_id from all_events
        order by branch_id, process, case_id, coalesce(started_at, finished_at), finished_at, ordinal, activity;
        drop table all_events
        """
    )


def _reject(con: duckdb.DuckDBPyConnection, plan: Plan, columns: list[str], load_id: int) -> None:
    """Write `new_rejects`, then keep them; a row's line is that in the file."""
    lines = _lines(con, plan)
    if lines is not None:
        con.execute(
            "insert into faulty select unnest($lines::bigint[]), 'blank', null", {"lines": lines.blank}
        )
    header = plan.raw.n_header
    ours = ", ".join(f"'{c}', {quoted(c)}" for c in columns)
    # in a line of too many or too few columns no telling which one is an id: its text is not kept then
    names_people = any(c.is_id and c.name in plan.given for c in plan.table.columns)
    con.execute(
        f"""
        create or replace temp table new_rejects as
        with ranked as (select line, row_number() over (order by line) as shift from faulty),
        shifts as (select line - 1 - shift as before, max(shift) as shift from ranked group by before),
        first as (select min(rowid) as row_id from staged),
        rejected as (
            select rowid as row_id, problem, raw from staged where problem is not null
            union all
            select s.rowid, v.verdict || '|', json_object({ours})::varchar
            from staged as s inner join verdicts as v on v.row_id = s.rowid
            where v.verdict in ('duplicate', 'conflict')
        ),
        numbered as (select r.*, r.row_id - f.row_id as number from rejected as r cross join first as f)
        select
            n.number + 1 + coalesce(s.shift, 0) + {header} as line,
            nullif(split_part(n.problem, '|', 2), '') as "column",
            split_part(n.problem, '|', 1) as reason,
            n.raw
        from numbered as n asof left join shifts as s on n.number >= s.before
        union all
        select line, null, code, {"null" if names_people else "raw"} from faulty where code <> 'blank'
        """
    )
    if lines is not None and lines.longer:
        _count_longer_lines(con, lines)
    con.execute(
        """
        insert into rejects
        select $load_id, $file, line, $table, "column", reason, raw from new_rejects order by line
        """,
        {"load_id": load_id, "file": plan.raw.name, "table": plan.table.name},
    )


def _lines(con: duckdb.DuckDBPyConnection, plan: Plan) -> Lines | None:
    """The file's lines, where any row is rejected and they are told as DuckDB told them."""
    n_faulty, n_staged, n_rejected = con.execute(
        """
        select
            (select count(*) from faulty), (select count(*) from staged),
            (select count(*) from staged where problem is not null)
            + (select count(*) from verdicts where verdict in ('duplicate', 'conflict'))
        """
    ).fetchall()[0]
    if not (n_faulty or n_rejected):
        return None
    opened = con.execute("select line from faulty where code = 'quote'").fetchall()
    lines = lines_of(plan.raw, {line for (line,) in opened})
    if lines is None:
        return None
    is_as_told = lines.n == plan.raw.n_header + n_staged + n_faulty + len(lines.blank)
    return lines if is_as_told else replace(lines, longer=())


def _count_longer_lines(con: duckdb.DuckDBPyConnection, lines: Lines) -> None:
    """The lines of `new_rejects` as an editor counts them: a row whose quoted cells span lines takes several."""
    con.execute(
        """
        update new_rejects set line = line + s.more
        from (
            select n.rowid as row_id, l.more
            from new_rejects as n
            asof join (select unnest($lines::bigint[]) as line, unnest($more::bigint[]) as more) as l on n.line > l.line
        ) as s
        where s.row_id = new_rejects.rowid
        """,
        {"lines": [line for line, _more in lines.longer], "more": [more for _line, more in lines.longer]},
    )


def _report(con: duckdb.DuckDBPyConnection, plan: Plan, load_id: int) -> Merged:
    read, rejected, unchanged = con.execute(
        """
        select
            (select count(*) from staged) + (select count(*) from faulty where code <> 'blank'),
            (select count(*) from new_rejects),
            (select count(*) from verdicts where verdict = 'unchanged')
        """
    ).fetchall()[0]
    reasons = con.execute(
        """
        select reason, "column", count(*) as n from new_rejects group by all order by n desc, reason, "column"
        """
    ).fetchall()
    loaded = read - rejected - unchanged
    is_new_reject = con.execute(
        """
        select 1 from new_rejects as n
        where not exists (
            select 1 from rejects as r
            where
                r.load_id < $load_id and r.table_name = $table and r.reason = n.reason
                and r."column" is not distinct from n."column" and r.raw is not distinct from n.raw
                and (r.raw is not null or (r.file = $file and r.line = n.line))
        ) limit 1
        """,
        {"load_id": load_id, "file": plan.raw.name, "table": plan.table.name},
    ).fetchall()
    report = FileReport(
        file=plan.raw.name,
        table=plan.table.name,
        rows_read=read,
        loaded=loaded,
        unchanged=unchanged,
        rejected=rejected,
        reasons=tuple(Reason(*reason) for reason in reasons),
        unused=() if plan.table.keeps_attributes else plan.unused,
    )
    senseless = sum(reason.n for reason in report.reasons if reason.code in _NO_SENSE)
    return Merged(report, loaded > 0 or bool(is_new_reject), not read or senseless < read)
