"""How long 5 million tickets take to load, beside the bare reading of the same file into a table.

python benchmarks/load_tickets.py [TICKETS]
"""

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from analytics.store import load

TICKETS = """
copy (
    select
        'T' || (i % 1000)::varchar as ticket_id, 'B' || (i // 1000 % 50)::varchar as branch_id,
        'C' || (hash(i) % 800000)::varchar as customer_id, if(hash(i, 1) % 5 = 0, 'VIP', 'ordinary') as segment,
        ['cash', 'transfer', 'account opening', 'bill payment'][1 + (hash(i, 2) % 4)::bigint] as service,
        strftime(arrived, '%Y-%m-%d %H:%M:%S') as arrived_at,
        strftime(arrived + to_seconds((hash(i, 4) % 1200)::bigint), '%Y-%m-%d %H:%M:%S') as called_at,
        strftime(arrived + to_seconds((1200 + hash(i, 5) % 900)::bigint), '%Y-%m-%d %H:%M:%S') as finished_at,
        null as left_at, (hash(i, 6) % 8)::varchar as counter, 'E' || (hash(i, 7) % 600)::varchar as teller_id
    from (
        select i, timestamp '2020-01-01 09:00:00' + to_days((i // 50000)::integer)
            + to_seconds((hash(i, 3) % 28800)::bigint) as arrived
        from range({n}) as r(i)
    )
) to '{path}' (header)
"""


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(n: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "visits.csv"
        duckdb.execute(TICKETS.format(n=n, path=path))

        def bare() -> None:
            with duckdb.connect(folder / "bare.duckdb") as con:
                con.execute("create table visits as from read_csv($path)", {"path": str(path)})

        print(f"{n:,} tickets, {path.stat().st_size / 1e6:,.0f} MB")
        once = seconds(bare)
        print(f"bare read_csv into a table  {once:6.1f} s")
        for what in ("load", "load again"):
            took = seconds(lambda: load([path], folder / "store"))
            print(f"{what:27} {took:6.1f} s  {took / once:.1f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
