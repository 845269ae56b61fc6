"""What is odd about rows that are loaded all the same: counted over `staged`, said in the report."""

import duckdb

from analytics.store.files import quoted
from analytics.store.gap_days import unexplained
from analytics.store.plan import Plan
from analytics.store.report import Warned

# A long number passes the test of bank cards by chance once in ten times; a column of cards nearly always.
_CARD_SHARE = 0.3
_DAY_OF = {"visits": "arrived_at", "surveys": "answered_at", "events": "finished_at"}


def concerns(con: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[Warned, ...]:
    """All warnings of a staged file."""
    found = [*_person_numbers(con, plan)]
    if plan.table.name == "visits" and {"teller_id", "called_at", "finished_at"} <= plan.given:
        found.append(Warned("overlap", "teller_id", _n_overlaps(con)))
    if plan.table.name in ("visits", "events"):
        found.append(Warned("gap_days", _DAY_OF[plan.table.name], _n_gap_days(con, plan.table.name)))
    return tuple(warned for warned in found if warned.n)


def _person_numbers(con: duckdb.DuckDBPyConnection, plan: Plan) -> list[Warned]:
    found = []
    for column in plan.person_ids:
        looks = quoted("looks:" + column)
        sql = f"select {looks}, count(*) from staged where problem is null and {looks} is not null group by 1"
        n = dict(con.execute(sql).fetchall())
        found.append(Warned("identity", column, n.get("identity", 0)))
        n_card = n.get("card", 0)
        found.append(
            Warned("card", column, n_card if n_card > _CARD_SHARE * (n_card + n.get("digits", 0)) else 0)
        )
    return found


def _n_overlaps(con: duckdb.DuckDBPyConnection) -> int:
    """Services of one person at one branch that begin more than 5 s before the one before has ended."""
    return int(
        con.execute(
            """
            with served as (
                -- one sort of short rows, then each beside the one before; a window over the names costs three times that
                select hash(branch_id, teller_id) as person, called_at, finished_at
                from staged
                where problem is null and teller_id is not null and called_at is not null
                order by person, called_at, finished_at
            ),
            beside as (
                select
                    called_at,
                    person = lag(person) over () as is_same_person,
                    lag(finished_at) over () as busy_until
                from served
            )
            select count(*) from beside where is_same_person and called_at < busy_until - interval 5 seconds
            """
        ).fetchall()[0][0]
    )


def _n_gap_days(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Days of a branch inside the file's period without rows, of weekdays that mostly have some; less the public
    holidays where the branch is closed on most of them."""
    rows = con.execute(
        f"""
            with open_days as (
                select distinct branch_id, {_DAY_OF[table]}::date as day from staged where problem is null
            ),
            periods as (select branch_id, min(day) as first, max(day) as last from open_days group by branch_id),
            days as (
                select branch_id, unnest(generate_series(first, last, interval 1 day))::date as day from periods
            ),
            seen as (
                select d.branch_id, d.day, o.day is not null as is_open
                from days as d left join open_days as o on o.branch_id = d.branch_id and o.day = d.day
            ),
            usual as (
                select *, avg(is_open::integer) over (partition by branch_id, isodow(day)) as open_share from seen
            )
            select branch_id, day, is_open from usual where open_share > 0.5 order by branch_id, day
            """
    ).fetch_df()
    return sum(int(unexplained(days).sum()) for _branch, days in rows.groupby("branch_id"))
