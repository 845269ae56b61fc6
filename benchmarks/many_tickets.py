"""How long the wait times page takes with 5 million tickets: all of one branch in the period shown, and of 70 branches.

python -m benchmarks.many_tickets [TICKETS]

Warm: the store is open and another question has been answered; each question is new (no result is kept for it). The
stores are made in place.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb

from analytics.diagnosis.overview import overview
from analytics.filters import Filters
from analytics.store import Store, versions
from analytics.store.reader import sql_file
from benchmarks.pages import SCRIPTS, on_server, seconds

GOAL_S, TRIES = 1.5, 3
PARTS = ("who", "days", "patience", "staffing", "arrivals", "causes")
FIRST, END = date(2025, 11, 3), date(2026, 11, 1)

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


def page_times(store: Path, questions: Iterator[dict[str, str]]) -> dict[str, list[float]]:
    """The page with each of its parts."""
    found = {}
    for part in PARTS:
        on_server(store, SCRIPTS["wait_times"], part=part, **next(questions))
        found[part] = [
            on_server(store, SCRIPTS["wait_times"], part=part, **next(questions)) for _ in range(TRIES)
        ]
    return found


def periods() -> Iterator[dict[str, str]]:
    """A year less a few days, always other ones."""
    first = FIRST
    while True:
        first += timedelta(days=1)
        yield {"period": "custom", "from": first.isoformat(), "to": END.isoformat()}


def branches() -> Iterator[dict[str, str]]:
    """Another branch each time, its last three months."""
    return ({"branch": f"B{i:03d}"} for i in range(70))


def overview_time(folder: Path) -> float:
    """What the Overview shows at once (its ready measures are tried afterwards, behind a sign of progress)."""
    store = Store.open(folder)
    for days in (1, 2, 3):
        took = seconds(lambda days=days: overview(store, Filters("B000", FIRST + timedelta(days), END)))
    return took


def main(n: int = 5_000_000) -> None:
    with tempfile.TemporaryDirectory() as name:
        one, many = make(Path(name) / "one", n), make(Path(name) / "many", n, 70)
        shown = page_times(one, periods()), page_times(many, branches())
        print(f"{n:,} tickets; server time, median of {TRIES} new questions (goal {GOAL_S} s)")
        print(f"{'wait times, part':18} {'of one branch':>14} {'of 70 branches':>15}")
        for part in PARTS:
            first, second = (statistics.median(times[part]) for times in shown)
            print(f"{part:18} {first:12.2f} s {second:13.2f} s {'' if first <= GOAL_S else 'over'}")
        print(f"{'overview, analysis':18} {overview_time(one):12.2f} s")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
