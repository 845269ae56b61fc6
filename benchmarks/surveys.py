"""How long each part of the Satisfaction page takes on 2 million answers beside 5 million tickets, all of one branch.

python -m benchmarks.surveys [FOLDER [ANSWERS [TICKETS]]]

Warm: the store is open and the page has been run; then another period is asked for, which nobody asked for before. Each
part is a run of the whole page (head, cards, waits, the part). Beside it: one bare pass over the answers of the period.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb

from analytics.store import named_tickets, versions
from benchmarks.many_tickets import make
from benchmarks.pages import on_server

PAGE, GOAL_S = "diagnose/satisfaction.py", 1.5
FIRST, LAST, TRIES = date(2025, 11, 3), date(2026, 11, 1), 3
PARTS = ("where", "minute", "moves", "heard", "trend", "comments", "table")
# Three quarters of the answers name a served ticket; one customer in two is named, and comes again.
_ANSWERS = """
insert into surveys by name
with tickets as (
    select *, row_number() over () as number from visits where called_at is not null using sample {n} rows (reservoir, 7)
),
answers as (
    select
        *, number % 4 > 0 as is_named, 3 * ((hash(number, 1) % 1000) / 1000 - 0.5) as mood,
        least((epoch_us(called_at) - epoch_us(arrived_at)) / 6e8, 3) as wait,
        [hash(number, 20 + k) % 1000 / 1000 for k in range(6)] as luck
    from tickets
)
select
    'R' || number as response_id, branch_id, finished_at + interval 20 minute as answered_at,
    ['counter', 'customer manager', 'lobby', 'self-service'][1 + (hash(number, 2) % 4)::bigint] as touchpoint,
    if(hash(number, 3) % 3 = 0, null, segment) as segment, if(hash(number, 4) % 2 = 0, customer_id, null) as customer_id,
    if(is_named, ticket_id, null) as ticket_id,
    greatest(1, least(5, round(4.3 + mood - wait)))::double as overall,
    1.0 as overall_scale_low, 5.0 as overall_scale_high,
    if(hash(number, 5) % 10 < 8, greatest(0, least(10, round(8 + 2 * mood - wait)))::integer, null) as recommend,
    map {{
        'tangibles': 1 + round(6 * luck[1]), 'reliability_1': greatest(1, round(3 + mood + 3 * luck[2])),
        'reliability_2': greatest(1, round(3 + mood + 3 * luck[3])), 'assurance': greatest(1, round(4 + 2 * luck[4])),
        'responsiveness': greatest(1, round(4 + mood + luck[5])), 'empathy': greatest(1, round(3 + mood + 2 * luck[6]))
    }} as perceived,
    map {{
        'tangibles': 5.0, 'reliability_1': 6.0, 'reliability_2': 6.0, 'assurance': 6.0, 'responsiveness': 6.0, 'empathy': 5.0
    }} as expected,
    if(hash(number, 6) % 10 = 0, [
        'waited too long in the queue', 'friendly staff', 'the machine was broken', 'quick and polite service',
        '柜台太慢了，等了很久', '服务态度很好'
    ][1 + (hash(number, 7) % 6)::bigint], null) as comment,
    2 as load_id
from answers
order by branch_id, answered_at
"""
_BARE = """
select avg(overall), count(recommend), avg(perceived['empathy']) from surveys
where answered_at >= $start and answered_at < $end
"""


def store_of(folder: Path, n: int, n_tickets: int) -> Path:
    """The store in `folder`, with as many answers; kept where it is there already."""
    make(folder, n_tickets)
    with duckdb.connect(versions.path_of(folder, "v0001")) as con:
        if not con.execute("from surveys limit 1").fetchall():
            con.execute(_ANSWERS.format(n=n))
            start = time.perf_counter()
            named_tickets.mark(con)
            print(f"finding the tickets of {n:,} answers: {time.perf_counter() - start:.1f} s")
    return folder


def bare(folder: Path, start: date, end: date) -> float:
    """Seconds of a pass over three columns of the answers in the period, without the page."""
    with duckdb.connect(versions.path_of(folder, "v0001"), read_only=True) as con:
        took = []
        for _ in range(4):
            began = time.perf_counter()
            con.execute(_BARE, {"start": start, "end": end}).fetchall()
            took.append(time.perf_counter() - began)
    return statistics.median(took[1:])


def part_times(store: Path, part: str, periods: Iterator[dict[str, str]]) -> tuple[float, float]:
    """Wall clock and processor seconds of the page with that part, medians over periods not asked for before."""
    wall, processor = [], []
    for _ in range(TRIES):
        start = time.process_time()
        wall.append(on_server(store, PAGE, about=part, period="custom", **next(periods)))
        processor.append(time.process_time() - start)
    return statistics.median(wall), statistics.median(processor)


def never_asked(start: date, end: date) -> Iterator[dict[str, str]]:
    """Periods of nearly the same days, each another one."""
    for shift in range(200):
        days = {"from": start + timedelta(days=shift % 7), "to": end - timedelta(days=shift // 7)}
        yield {name: day.isoformat() for name, day in days.items()}


def main(folder: Path, n: int, n_tickets: int) -> None:
    store = store_of(folder, n, n_tickets)
    starts = {"3 months": LAST - timedelta(days=91), "12 months": FIRST}
    for part in PARTS:
        on_server(store, PAGE, about=part)
    for name, start in starts.items():
        once, periods = bare(store, start, LAST), never_asked(start, LAST)
        print(f"{name}; a bare pass over the answers: {once:.3f} s")
        for part in PARTS:
            wall, processor = part_times(store, part, periods)
            over = "" if wall <= GOAL_S else "over"
            print(
                f"  {part:10} {wall:5.2f} s ({wall / once:4.0f} times), processor {processor:5.2f} s {over}"
            )


if __name__ == "__main__":
    given = sys.argv[1:]
    sizes = [int(number) for number in given[1:]]
    n_answers, tickets = (sizes + [2_000_000, 5_000_000][len(sizes) :])[:2]
    if given:
        main(Path(given[0]), n_answers, tickets)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch) / "store", n_answers, tickets)
