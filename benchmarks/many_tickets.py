"""A store of 5 million tickets, made in place: one huge branch, or as many branches as have so many in a year.

python -m benchmarks.many_tickets FOLDER [TICKETS] [BRANCHES]
"""

import sys
from pathlib import Path

import duckdb

from analytics.store import versions
from analytics.store.reader import sql_file

# Weekdays and Saturdays of a year, 9:00–17:00; waits longer at noon; one in twenty leaves.
_TICKETS = """
insert into visits by name
select
    'T' || i as ticket_id, 'B' || lpad((i % {branches})::varchar, 3, '0') as branch_id,
    'C' || (hash(i) % 800000)::varchar as customer_id, if(hash(i, 1) % 5 = 0, 'VIP', 'ordinary') as segment,
    ['cash', 'transfer', 'account opening', 'bill payment', 'loan'][1 + (hash(i, 2) % 5)::bigint] as service,
    arrived as arrived_at,
    if(hash(i, 9) % 20 > 0, arrived + to_seconds(wait), null) as called_at,
    if(hash(i, 9) % 20 > 0, arrived + to_seconds(wait + 120 + (hash(i, 5) % 780)::bigint), null) as finished_at,
    if(hash(i, 9) % 20 = 0, arrived + to_seconds(wait), null) as left_at,
    1 as load_id, 'K' || (hash(i, 6) % 8)::varchar as counter, 'E' || (hash(i, 7) % 60)::varchar as teller_id
from (
    select i, arrived, (if(hour(arrived) in (12, 13), 2, 1) * if(hash(i, 1) % 5 = 0, 0.3, 1)
        * (hash(i, 4) % 1300))::bigint as wait
    from (
        select i, timestamp '2025-11-03 09:00:00' + to_days((day // 6 * 7 + day % 6)::integer)
            + to_seconds((hash(i, 3) % 28800)::bigint) as arrived
        from (select i, (i * 312 // {n}) as day from range({n}) as r(i))
    )
)
order by branch_id, arrived_at
"""


def make(folder: Path, n: int = 5_000_000, branches: int = 1) -> Path:
    """The store in `folder`; kept where it is there already."""
    if versions.current_version(folder) == versions.NONE_YET:
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(versions.path_of(folder, "v0001")) as con:
            con.execute(sql_file("schema.sql"))
            con.execute(_TICKETS.format(n=n, branches=branches))
        (folder / "CURRENT").write_text("v0001\n")
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]), *(int(number) for number in sys.argv[2:]))
