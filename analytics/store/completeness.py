"""How complete a branch's data are, table by table and month by month, and which page loses what by it."""

from dataclasses import dataclass

import pandas as pd

from analytics.store.files import literal, quoted
from analytics.store.gap_days import unexplained
from analytics.store.reader import Store
from analytics.store.tables import TABLES

# What a share of missing values beyond this costs a page.
LOSS_SHARE = 0.05
_DATED = {"visits": "arrived_at", "surveys": "answered_at", "events": "finished_at"}
# Columns that are empty by their nature are no gaps: who was served did not leave.
_BY_NATURE = {"left_at"}
# (table, column) -> what is lost where it is missing: page and code, words in `words/data.py`
LOSSES = {
    ("visits", "finished_at"): ("wait_times", "no_service_times"),
    ("visits", "counter"): ("wait_times", "no_counters"),
    ("visits", "teller_id"): ("wait_times", "no_tellers"),
    ("surveys", "answered_at"): ("satisfaction", "no_trend"),
    ("surveys", "ticket_id"): ("satisfaction", "no_waits_of_answers"),
    ("surveys", "overall"): ("satisfaction", "no_csat"),
    ("surveys", "recommend"): ("satisfaction", "no_nps"),
    ("surveys", "touchpoint"): ("satisfaction", "no_touchpoints"),
    ("events", "started_at"): ("bottlenecks", "no_working_times"),
    ("events", "resource"): ("bottlenecks", "no_persons"),
    ("events", "role"): ("bottlenecks", "no_roles"),
}


@dataclass(frozen=True)
class Quality:
    """How complete a branch's data are.

    months: one row per table and month: table, month (first day), n_rows, n_days (with rows), n_gap_days (without,
    though such weekdays mostly have some and it is no public holiday that the branch keeps). missing: one row per table, month and column: table, month, column,
    missing_share. losses: one row per table and column missing too often over all months: page, code, table, column,
    missing_share.
    """

    months: pd.DataFrame
    missing: pd.DataFrame
    losses: pd.DataFrame


def quality(store: Store, branch_id: str) -> Quality:
    """Rows, days without rows and shares missing per column of a branch's dated tables."""
    months = pd.concat([_months(store, table, branch_id) for table in _DATED], ignore_index=True)
    missing = pd.concat([_missing(store, table, branch_id) for table in _DATED], ignore_index=True)
    return Quality(months, missing.drop(columns="n_rows"), _losses(missing))


def _months(store: Store, table: str, branch_id: str) -> pd.DataFrame:
    at = _DATED[table]
    days = store.frame(
        f"""
        with by_day as (
            select {at}::date as day, count(*) as n_rows from {table}
            where branch_id = $branch_id and {at} is not null group by all
        ),
        calendar as (
            select unnest(generate_series(min(day), max(day), interval 1 day))::date as day from by_day
        ),
        seen as (select c.day, coalesce(b.n_rows, 0) as n_rows from calendar as c left join by_day as b using (day)),
        usual as (select *, avg((n_rows > 0)::integer) over (partition by isodow(day)) as open_share from seen)
        select day, n_rows, n_rows > 0 as is_open, open_share > 0.5 as is_usual from usual order by day
        """,
        branch_id=branch_id,
    )
    usual = days[days["is_usual"]]
    by_month = days.assign(
        table=table, month=days["day"].dt.to_period("M").dt.to_timestamp(),
        is_gap=pd.Series(unexplained(usual), usual.index).reindex(days.index, fill_value=False),
    ).groupby(["table", "month"], as_index=False)  # fmt: skip
    return by_month.agg(n_rows=("n_rows", "sum"), n_days=("is_open", "sum"), n_gap_days=("is_gap", "sum"))


def _missing(store: Store, table: str, branch_id: str) -> pd.DataFrame:
    columns = [c.name for c in TABLES[table].columns if not c.must and c.name not in _BY_NATURE]
    # an abandoned ticket has neither a call nor an end, a counter nor a teller: that is no gap
    of = "case when called_at is not null then {} else 'none' end" if table == "visits" else "{}"
    always = {"customer_id", "segment", "called_at"}
    cells = []
    for column in columns:
        cell = (
            quoted(column)
            if column in always or table != "visits"
            else of.format(f"{quoted(column)}::varchar")
        )
        if column not in ("called_at", "segment"):
            cells.append(f"avg(({cell} is null)::integer) as {quoted(column)}")
    wide = store.frame(
        f"""
        select {literal(table)} as "table", date_trunc('month', {_DATED[table]})::date as month, count(*) as n_rows, {", ".join(cells)}
        from {table} where branch_id = $branch_id group by all order by month nulls first
        """,
        branch_id=branch_id,
    )
    return wide.melt(["table", "month", "n_rows"], var_name="column", value_name="missing_share")


def _losses(missing: pd.DataFrame) -> pd.DataFrame:
    weighed = missing.assign(n_missing=missing["missing_share"] * missing["n_rows"])
    sums = weighed.groupby(["table", "column"], sort=False)[["n_missing", "n_rows"]].sum()
    shares = (sums["n_missing"] / sums["n_rows"]).rename("missing_share").reset_index()
    found = zip(shares["table"], shares["column"], shares["missing_share"], strict=True)
    rows = [
        (*LOSSES[table, column], table, column, float(share))
        for table, column, share in found
        if (table, column) in LOSSES and share > LOSS_SHARE
    ]
    return pd.DataFrame(rows, columns=["page", "code", "table", "column", "missing_share"])
