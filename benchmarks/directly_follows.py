"""What follows what in 12 million events: on the table in its order, beside a bare scan and a partitioned window.

python -m benchmarks.directly_follows [EVENTS [ROUNDS]]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

EVENTS = """
create table unordered as
select
    'K' || (i // 8)::varchar as case_id, 'loans' as process, 'B' || (hash(i // 8) % 4)::varchar as branch_id,
    ['check', 'sign', 'approve', 'register', 'return', 'complete file', 'archive', 'call'][1 + (hash(i, 1) % 8)::integer]
        as activity,
    timestamp '2026-01-01' + to_seconds((i // 8) * 60 + (i % 8) * 3000) as finished_at
from range({n}) as r(i);
create type activity_name as enum (select distinct activity from unordered order by 1);
create table events as
select * replace (activity::activity_name as activity) from unordered
order by branch_id, process, case_id, finished_at;
"""
COUNTS = {
    "bare scan of the columns": "select activity, count(*), min(case_id), max(case_id) from events group by all",
    "lead() over () in order": """
        with steps as (
            select activity, case_id, lead(activity) over () as next, lead(case_id) over () as next_case from events
        )
        select activity, next, count(*) from steps where next_case = case_id group by all
        """,
    "partitioned window": """
        with steps as (
            select activity, lead(activity) over (partition by branch_id, process, case_id order by finished_at) as next
            from unordered
        )
        select activity, next, count(*) from steps where next is not null group by all
        """,
}


def main(n: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(Path(folder) / "events.duckdb") as con:
        con.execute(EVENTS.format(n=n))
        took: dict[str, list[tuple[float, float]]] = {what: [] for what in COUNTS}
        found = {}
        for _round in range(rounds):
            for what, sql in COUNTS.items():
                wall, cpu = time.perf_counter(), time.process_time()
                found[what] = sorted(con.execute(sql).fetchall())
                took[what].append((time.perf_counter() - wall, time.process_time() - cpu))
        assert found["lead() over () in order"] == found["partitioned window"]
        print(f"{n:,} events, medians of {rounds} rounds in turn")
        for what, pairs in took.items():
            wall, cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
            print(f"{what:27} {wall:6.2f} s wall clock {cpu:6.2f} s processor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
