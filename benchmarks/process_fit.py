"""Fit on a real event log: the process calibrated on the first half of its cases, the second half simulated.

    python -m benchmarks.process_fit bpic_2012_w.csv.gz docs/examples/loan_work_items.toml

Two protocols. At the cut: calibrated on what was known when the second half began. Whole cases: on the first half of the
cases to their ends, as published figures mostly are. The simulation begins with the cases open at the cut; as many new
cases as the log has are followed to their ends. Distances are means of ten runs, beside those of a naive forecast: as
many cases drawn from those known (at the cut, those that had ended), begun when cases began in the first half.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.methods import log_distance
from analytics.methods.log_distance import DAY_US, HOUR_US
from analytics.simulation.calendar import coming_days
from analytics.simulation.calibration import ROSTERS_SQL
from analytics.simulation.process.calibration import ProcessCalibration, calibrate_case_history
from analytics.simulation.process.carry import midnight_us, open_cases, part, until
from analytics.simulation.process.engine import traces
from analytics.simulation.process.history import MINUTE_US, CaseHistory, read_case_history
from analytics.simulation.process.model import Ints
from analytics.simulation.process.runs import OpenCases
from analytics.store import Store, load

Log = tuple[Ints, Ints, Ints, Ints]
"""case, step, start, finish; a case's steps together in order of start."""
AHEAD = 1.6
"""So many times the log's days are simulated, that the last cases end."""


def distances(real: Log, other: Log, k: int) -> dict[str, float]:
    logs = (real, other)
    first = [np.flatnonzero(np.append(True, log[0][1:] != log[0][:-1])) for log in logs]
    begun = [log[2][f] for log, f in zip(logs, first, strict=True)]
    cycle_h = [
        (np.maximum.reduceat(log[3], f) - b) / HOUR_US for log, f, b in zip(logs, first, begun, strict=True)
    ]
    instants = [np.concatenate([log[2], log[3]]) for log in logs]
    case = [np.cumsum(np.append(0, log[0][1:] != log[0][:-1])) for log in logs]
    since = [at - np.tile(b[c], 2) for at, b, c in zip(instants, begun, case, strict=True)]
    return {
        "2-gram": log_distance.pair_distance(*(log_distance.pair_counts(log[0], log[1], k) for log in logs)),
        "cycle time, h": log_distance.cycle_time_distance(cycle_h[0], cycle_h[1]),
        "relative events, h": log_distance.relative_event_distance(*since),
        "arrivals, h": log_distance.arrival_distance(*begun),
        "circadian, h": log_distance.circadian_event_distance(*instants),
        "mean cycle time, h": float(cycle_h[1].mean()),
        "P90, h": float(np.quantile(cycle_h[1], 0.9)),
    }


def rows_of(history: CaseHistory, cases: Ints, shift_us: int = 0) -> Log:
    """The log of cases, each as often as it is named."""
    size = history.last[cases] - history.first[cases] + 1
    rows = np.repeat(history.first[cases] - np.cumsum(size) + size, size) + np.arange(size.sum())
    case = np.repeat(np.arange(len(cases)), size)
    return case, history.step[rows], history.start[rows] + shift_us, history.finish[rows] + shift_us


def simulated(c: ProcessCalibration, days, opened: OpenCases, n: int, runs: int, seed: int) -> list[Log]:
    """The first n new cases of each run."""
    logs: list[Log] = []
    for t in traces(c.model, c.uncertainty, days, seed, runs, opened):
        order = np.lexsort((t.finish_min, t.start_min, t.case))
        order = order[(t.case[order] >= len(opened.segment)) & (t.process[order] == 0)]
        case = t.case[order]
        first = np.append(True, case[1:] != case[:-1])
        chosen = case[first][np.argsort(t.start_min[order][first], kind="stable")[:n]]
        order = order[np.isin(case, chosen)]
        at = [
            midnight_us(days[0]) + (x[order] * MINUTE_US).astype(np.int64)
            for x in (t.start_min, t.finish_min)
        ]
        logs.append((t.case[order], t.step[order], *at))
    return logs


def mean(found: list[dict[str, float]]) -> pd.Series:
    return pd.DataFrame(found).mean()


def main(path: Path, mapping: Path | None, runs: int, seed: int) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        load([path], Path(folder) / "store", mapping=mapping)
        store = Store.open(Path(folder) / "store")
        branch = store.branches()[0]
        start_on, end_on = store.period(branch) or (date.min, date.max)
        filters = Filters(branch, start_on, end_on, grouping=store.grouping(branch))
        process = str(store.frame("select mode(process) as p from events")["p"][0])
        history = read_case_history(store, filters, process)
        rosters = store.frame(ROSTERS_SQL, branch_id=branch)
    k = len(history.steps)
    begun = history.start[history.first]
    middle = np.sort(begun)[history.n_cases // 2]
    cut = date.fromordinal(int(middle // DAY_US) + date(1970, 1, 1).toordinal())
    late = np.flatnonzero(begun >= midnight_us(cut))
    early = np.flatnonzero(begun < midnight_us(cut))
    real, n = rows_of(history, late), len(late)
    known = until(history, cut)
    whole = part(history, np.isin(history.case, early), tuple(d for d in history.days if d < cut))
    n_days = sum(d >= cut for d in history.days)
    # The first half's weeks, moved on by whole weeks.
    shift_us = -(-(midnight_us(cut) - int(begun.min()) // DAY_US * DAY_US) // (7 * DAY_US)) * 7 * DAY_US

    def model(source: CaseHistory) -> pd.Series:
        c = calibrate_case_history(source, rosters, pd.Timestamp(cut))
        days = coming_days(c.model, cut, round(AHEAD * n_days))
        logs = simulated(c, days, open_cases(known, cut), n, runs, seed)
        return mean([distances(real, log, k) for log in logs])

    def naive(source: CaseHistory, among: Ints) -> pd.Series:
        draw: Callable[[int], Ints] = lambda r: np.random.default_rng(seed + r).choice(among, n)  # noqa: E731
        return mean([distances(real, rows_of(source, draw(r), shift_us), k) for r in range(runs)])

    print(
        f"{process}: {len(early)} cases before {cut}, {n} from then on, {len(open_cases(known, cut).segment)} open then"
    )
    return pd.DataFrame(
        {
            "log": mean([distances(real, real, k)]),
            "model, at the cut": model(known),
            "naive, at the cut": naive(known, np.flatnonzero(known.outcome >= 0)),
            "model, whole cases": model(whole),
            "naive, whole cases": naive(whole, np.arange(whole.n_cases)),
        }
    ).round(3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log", type=Path)
    parser.add_argument("mapping", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(main(given.log, given.mapping, given.runs, given.seed).to_string())
