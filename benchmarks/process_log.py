"""How long a process log of millions of events takes, beside pm4py on the same events, in one run.

python -m benchmarks.process_log [EVENTS [EVENTS_PM4PY]]

From the store: columns, what follows what with frequency and waiting, variants and case durations; then every wait
split into its causes. pm4py (for development alone: AGPL) from a frame in memory: its own format, both graphs and
variants (its durations fail where starts are known), once. Each side runs in a process of its own, for its peak
memory; ours the median of five rounds after a first.

Last, what the page asks for on the same store, in one process: everything read anew, then again as for other customers.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.diagnosis import (
    bottlenecks,
    cause_split,
    columns,
    conformance,
    event_log,
    people,
    variants,
    work,
)
from analytics.diagnosis import waiting_causes as causes_of
from analytics.filters import Filters
from analytics.methods import paths
from analytics.store import Store, versions
from analytics.store.merge import write_events
from analytics.store.reader import sql_file

ROUNDS, PAGE_ROUNDS = 5, 3
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
ACTIVITIES = (
    "contact", "needs analysis", "proposal", "collect documents", "check documents", "credit approval", "signing",
    "follow-up",
)  # fmt: skip
ROLES, ROLE_OF = ("manager", "clerk", "approver"), np.array([0, 0, 0, 1, 1, 2, 0, 0])
EVENTS_PER_PERSON = 10_000


def _clock(worked: np.ndarray) -> pa.Array:
    """Working time from Monday 1 January 2024, Monday to Friday from nine to five, as instants of whole seconds."""
    day, at = np.divmod(worked.astype(np.int64), 8 * HOUR_US)
    monday = np.datetime64("2024-01-01T09:00", "us").astype(np.int64)
    instants = monday + (day // 5 * 7 + day % 5) * DAY_US + at
    return pa.array(instants // 1_000_000 * 1_000_000).cast(pa.timestamp("us"))


def _named(codes: np.ndarray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def make(folder: Path, n_events: int) -> None:
    """Two years of cases of 4 to 12 steps, mostly in order, in a store as loading writes it, with rosters."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    n_steps = 4 + rng.binomial(8, 0.5, n_events // 8)
    first = np.append(0, np.cumsum(n_steps))
    n, case = int(first[-1]), np.repeat(np.arange(len(n_steps)), n_steps)
    place = np.arange(n) - first[case]
    activity = np.clip(place - rng.binomial(np.minimum(place, 3), 0.15), 0, 7)
    waited, own = rng.exponential(3 * HOUR_US, n), rng.gamma(2, 0.1 * HOUR_US, n)
    waited[first[:-1]] = 0
    until = np.append(0, np.cumsum(waited + own))
    finish = np.sort(rng.uniform(0, 4000 * HOUR_US, len(n_steps)))[case] + until[1:] - until[first[case]]
    n_people = np.maximum(n_events // EVENTS_PER_PERSON * np.array([5, 2, 1]) // 8, 3)
    role = ROLE_OF[activity]
    person = (np.append(0, np.cumsum(n_people))[role]) + rng.integers(0, n_people[role])
    made = pa.table(
        {
            "number": case, "activity": _named(activity, list(ACTIVITIES)), "role": _named(role, list(ROLES)),
            "resource": _named(person, [f"P{p:05d}" for p in range(n_people.sum())]),
            "started_at": _clock(finish - own), "finished_at": _clock(finish),
        }
    )  # fmt: skip
    with duckdb.connect(versions.path_of(folder, "v0001")) as con:
        con.register("made", made)
        con.execute(sql_file("schema.sql"))
        names = ("case_id", "process", "branch_id", *made.column_names[1:], "ordinal")
        write_events(
            con,
            ", ".join(names),
            "select 'K' || lpad(number::varchar, 8, '0') as case_id, 'loans' as process, 'B1' as branch_id,"
            " * exclude (number), 1 as ordinal, 1 as load_id from made",
        )
        # Who the cases are of, without which no branch would be looked at.
        con.execute(
            "insert into cases by name select 'K' || lpad(number::varchar, 8, '0') as case_id, 'loans' as process,"
            " case when hash(number) % 8 = 0 then 'VIP' else 'ordinary' end as segment,"
            " 'product ' || hash(number, 1) % 3 as product, 'channel ' || hash(number, 2) % 3 as channel,"
            " 1e4 * (1 + hash(number, 3) % 100) as value,"
            " case when hash(number, 4) % 10 < 7 then 'won' else 'lost' end as outcome, 1 as load_id"
            " from range($n) as k(number)",
            {"n": len(n_steps)},
        )
        con.execute(
            "insert into rosters by name select 'B1' as branch_id, role, weekday, time '09:00' as from_time,"
            " time '17:00' as to_time, 10 as headcount, 1 as load_id"
            " from unnest($roles) as r(role), range(1, 6) as d(weekday)",
            {"roles": ROLES},
        )
    (folder / "CURRENT").write_text("v0001\n")


class _Clock:
    """Seconds of each step, round by round, by the wall and of the processors."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}
        self.worked: dict[str, list[float]] = {}

    def __call__(self, what: str, do: Callable[..., Any], *arguments: Any) -> Any:
        began, idle = time.perf_counter(), time.process_time()
        found = do(*arguments)
        self.worked.setdefault(what, []).append(time.process_time() - idle)
        self.took.setdefault(what, []).append(time.perf_counter() - began)
        return found

    def told(self, **more: Any) -> str:
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        return json.dumps({**self.medians(), "peak_gb": peak_gb, **more})

    def medians(self) -> dict[str, dict[str, float]]:
        """Seconds, and those of all processors: what others do at the same time weighs less on them."""
        told = {"seconds": self.took, "processor": self.worked}
        return {kind: {what: statistics.median(x) for what, x in by.items()} for kind, by in told.items()}


def _forget() -> None:
    """What has been read is read anew."""
    for kept in (
        columns.read_columns, work.read_work, cause_split._split, event_log._known, event_log._calendar_of,
    ):  # fmt: skip
        kept.cache_clear()


def _round(store: Store, filters: Filters, clock: _Clock) -> dict[str, Any]:
    _forget()
    c = clock("columns", columns.read_columns, store, "B1")
    n, _waited = clock("follows", paths.follows, c.first, c.activity, c.start, c.finish, len(c.steps))
    number, _examples = clock("variants", paths.variants, c.first, c.activity)
    clock("durations", lambda: paths.ends(c.first, c.finish) - c.start[c.first[:-1]])
    clock("people", lambda: c.person)
    w = clock("ready, by person", work.read_work, store, "B1")
    opened = clock("opening hours", event_log.calendar_of, store, filters, "loans")
    on_duty = clock("duty", work.duty, w, work.rosters(store, filters), opened)
    clock("causes", work.causes, w, on_duty, opened)
    names = c.steps["activity"].tolist()
    return {
        "follows": {f"{names[a]} > {names[b]}": int(n[a, b]) for a, b in np.argwhere(n)},
        "n_variants": int(number.max()) + 1, "events": len(c.start),
    }  # fmt: skip


def _asked(folder: Path) -> tuple[Store, Filters]:
    store = Store.open(folder)
    start, end = store.period("B1") or (date.min, date.max)
    return store, Filters("B1", start, end, grouping=store.grouping("B1"))


def ours(folder: Path) -> str:
    (store, filters), clock = _asked(folder), _Clock()
    # The first round compiles and reads the file from the disk.
    _round(store, filters, _Clock())
    for _i in range(ROUNDS):
        found = _round(store, filters, clock)
    return clock.told(**found)


def _page(store: Store, filters: Filters, clock: _Clock) -> None:
    """The parts of the page one after the other; the first reads the log and splits its waits."""
    asked = store, filters, "loans"
    clock("headlines, map, hand-overs, weeks", bottlenecks.bottlenecks, *asked)
    clock("why it waits", causes_of.waiting_causes, *asked)
    clock("variants, what goes with slow cases", variants.variants, *asked)
    clock("people", people.people, *asked)
    design = clock("usual order", conformance.usual_design, *asked)
    clock("against the design", conformance.conformance, *asked, design)


def page(folder: Path) -> str:
    store, filters = _asked(folder)
    _page(store, filters, _Clock())  # compiles
    first, again = _Clock(), _Clock()
    for _i in range(PAGE_ROUNDS):
        _forget()
        _page(store, filters, first)
        _page(store, filters, again)
    return again.told(
        events=len(columns.read_columns(store, "B1").start),
        first=first.medians(),
    )


def theirs(folder: Path, share: float) -> str:
    import pm4py

    with duckdb.connect(versions.path_of(folder, "v0001"), read_only=True) as con:
        frame = con.execute(
            "select case_id, activity::varchar as activity, started_at, finished_at from events where case_id <"
            " (select quantile_disc(case_id, $share) from events) or $share = 1", {"share": share},
        ).df()  # fmt: skip
    clock = _Clock()
    log = clock(
        "format",
        lambda: pm4py.format_dataframe(
            frame,
            case_id="case_id",
            activity_key="activity",
            timestamp_key="finished_at",
            start_timestamp_key="started_at",
        ),
    )
    graph, _starts, _ends = clock("follows", lambda: pm4py.discover_dfg(log))
    clock("waiting", lambda: pm4py.discover_performance_dfg(log))
    variants = clock("variants", lambda: pm4py.get_variants(log))
    follows = {f"{a} > {b}": int(n) for (a, b), n in graph.items()}
    return clock.told(follows=follows, n_variants=len(variants), events=len(frame))


def _in_a_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.process_log", *arguments]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(json.loads(said.strip().splitlines()[-1]))


def _table(what: str, found: dict[str, Any]) -> None:
    print(f"\n{what}: {found['events']:,} events, peak memory {found['peak_gb']:.2f} GB")
    print(pd.DataFrame({kind: found[kind] for kind in ("seconds", "processor")}).round(2).to_string())


def main(n_events: int, n_theirs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        _in_a_process("make", name, str(n_events))
        mine = _in_a_process("ours", name)
        _table("Branchwise", mine)
        other = _in_a_process("theirs", name, str(min(n_theirs / n_events, 1)))
        _table("pm4py", other)
        asked = _in_a_process("page", name)
    if other["events"] == mine["events"]:
        assert other["follows"] == mine["follows"] and other["n_variants"] == mine["n_variants"]
    described = ("columns", "follows", "variants", "durations")
    took, all_took = sum(mine["seconds"][x] for x in described), sum(mine["seconds"].values())
    per_event = sum(other["seconds"].values()) / other["events"] * mine["events"]
    print(
        f"\ngraphs, variants, durations: {took:.2f} s against {per_event:.1f} s: {per_event / took:.0f} times"
    )
    print(f"with the causes of all waits: {all_took:.2f} s")
    _table("the page, read anew", asked | asked["first"])
    _table("the page, again", asked)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder, n]:
            make(Path(folder), int(n))
            print("{}")
        case ["ours", folder]:
            print(ours(Path(folder)))
        case ["page", folder]:
            print(page(Path(folder)))
        case ["theirs", folder, share]:
            print(theirs(Path(folder), float(share)))
        case numbers:
            main(*(int(n) for n in numbers[:2]), *(12_000_000,) * (2 - len(numbers[:2])))
