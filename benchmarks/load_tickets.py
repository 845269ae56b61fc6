"""How long 5 million tickets take to load, beside the bare reading of the same file into a table.

python -m benchmarks.load_tickets [TICKETS [ROUNDS]]
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
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


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall clock and processor time of a piece of work; the latter hardly feels what else the machine does."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main(n: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "visits.csv"
        duckdb.execute(TICKETS.format(n=n, path=path))
        print(f"{n:,} tickets, {path.stat().st_size / 1e6:,.0f} MB, medians of {rounds} rounds in turn")

        def bare() -> None:
            (folder / "bare.duckdb").unlink(missing_ok=True)
            with duckdb.connect(folder / "bare.duckdb") as con:
                con.execute("create table visits as from read_csv($path)", {"path": str(path)})

        def first() -> None:
            shutil.rmtree(folder / "store", ignore_errors=True)
            load([path], folder / "store")

        works = {
            "bare read_csv into a table": bare,
            "load": first,
            "load again": lambda: load([path], folder / "store"),
        }
        took: dict[str, list[tuple[float, float]]] = {what: [] for what in works}
        for _round in range(rounds):
            for what, work in works.items():
                took[what].append(seconds(work))
        once = [statistics.median(values) for values in zip(*took["bare read_csv into a table"], strict=True)]
        print(f"{'':27} {'wall clock':>18} {'processor':>20}")
        for what, pairs in took.items():
            wall, cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
            print(
                f"{what:27} {wall:6.1f} s {wall / once[0]:4.1f} times {cpu:7.1f} s {cpu / once[1]:4.1f} times"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
