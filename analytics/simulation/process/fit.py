"""Does the model reproduce the process? Calibrated without the last weeks, then held against what they were."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.methods.estimate import Unit
from analytics.methods.log_distance import pair_counts
from analytics.simulation.calibration import ROSTERS_SQL
from analytics.simulation.fit import EVERY, FEWEST_HELD_OUT, HELD_OUT_DAYS, LOOKS, RELATIVE_LIMIT, checked
from analytics.simulation.model import Floats
from analytics.simulation.process import metrics
from analytics.simulation.process.calibration import ProcessCalibration, calibrate_case_history
from analytics.simulation.process.carry import midnight_us, open_cases, part, until
from analytics.simulation.process.engine import simulate_cases, traces
from analytics.simulation.process.history import MINUTE_US, CaseHistory, read_case_history
from analytics.simulation.process.model import WON, Flags, Ints
from analytics.simulation.process.runs import CaseRuns, OpenCases, Trace
from analytics.simulation.result import Fit, FitCheck, spread
from analytics.store import Store

TRACED = 30
"""Replications of which every step is kept."""
ARRIVAL_LIMIT_H, PAIR_LIMIT = 12.0, 0.05
"""What a distance may be at most where the model's own noise is smaller: of arrivals half a day, of pairs of steps one
in twenty; of cycle times 15 % of their mean."""
FEWEST_HELD_CASES = 10
UNITS: dict[str, Unit] = {
    "cycle_time_mean_h": "h",
    "cycle_time_p90_h": "h",
    "won_per_week": "per_week",
    "throughput_per_week": "per_week",
}
IN_GROUPS = ("cycle_time_mean_h", "won_per_week")


@lru_cache(maxsize=8)
def fit_process(store: Store, filters: Filters, process: str, replications: int = 100, seed: int = 1) -> Fit:
    """Hold out the last four weeks (of short data the last fifth), simulate them from what was known before, with the
    cases that were open then, and compare.

    A figure passes where what happened lies within the 99 % prediction interval, or within 15 % of the forecast. A
    distance passes where it is no larger than that of 99 % of the replications from the others, or than 15 % of the
    mean cycle time, 12 h of arrivals, 0.05 of pairs of steps. The fit passes where all checks pass.
    """
    history = read_case_history(store, filters, process)
    return fit_case_history(
        history, store.frame(ROSTERS_SQL, branch_id=filters.branch_id), replications, seed
    )


def fit_case_history(
    history: CaseHistory, rosters: pd.DataFrame, replications: int = 100, seed: int = 1
) -> Fit:
    """The same from arrays: a pure function."""
    days = history.days
    late = np.array([(days[-1] - d).days < HELD_OUT_DAYS for d in days])
    if late.mean() > 0.4:
        late = np.arange(len(days)) >= len(days) - max(len(days) // EVERY, FEWEST_HELD_OUT)
    hidden = tuple(d for d, is_late in zip(days, late, strict=True) if is_late)
    try:
        known = until(history, hidden[0])
        calibration = calibrate_case_history(known, rosters, pd.Timestamp(hidden[0]))
    except RequestError:
        return Fit(False, "too_few_days", n_days=len(days))
    model = calibration.model
    hidden = tuple(d for d in hidden if model.patterns[d.weekday()])
    after = _ended_since(history, hidden)
    if after is None or (_counted(after)).sum() < FEWEST_HELD_CASES:
        return Fit(False, "too_few_days", n_days=len(days))
    opened = open_cases(known, hidden[0])
    runs = simulate_cases([model], calibration.uncertainty, hidden, replications, seed, opened)[0]
    traced = traces(model, calibration.uncertainty, hidden, seed, min(TRACED, replications), opened)

    everyone = list(range(len(history.segments)))
    checks = _figures(runs, after, calibration, hidden, everyone, "all")
    distances, baseline = _distances(runs, traced, opened, history, known, after, calibration, hidden)
    checks += distances
    more: list[FitCheck] = []
    for group in ("ordinary", "vip"):
        segments = [i for i, s in enumerate(history.segments) if s.group == group]
        if 0 < len(segments) < len(everyone):
            found = _figures(runs, after, calibration, hidden, segments, group)
            more += [c for c in found if c.name in IN_GROUPS]
    passes = all(c.passes for c in (*checks, *more))
    return Fit(
        passes=passes,
        reason="held" if passes else "missed",
        checks=tuple(checks),
        more_checks=tuple(more),
        held_out_from=hidden[0],
        held_out_to=hidden[-1] + timedelta(days=1),
        n_days=len(hidden),
        n_cases=int(_counted(after).sum()),
        n_cases_before=int(_counted(known).sum()),
        baseline=baseline,
    )


def _ended_since(history: CaseHistory, days: tuple[date, ...]) -> CaseHistory | None:
    """The cases of the log that ended in the held-out days, whole."""
    if not days:
        return None
    ended = (np.maximum.reduceat(history.finish, history.first) >= midnight_us(days[0])) & (
        history.outcome >= 0
    )
    rows = ended[history.case]
    return part(history, rows, days) if rows.any() else None


def _counted(history: CaseHistory) -> Flags:
    """The cases whose cycle times count: won, or where the log knows no outcomes, ended."""
    ended = (history.outcome == WON) if history.has_outcomes else (history.outcome >= 0)
    return np.asarray((history.case_process == 0) & ended)


def _figures(
    runs: CaseRuns, after: CaseHistory, calibration: ProcessCalibration, days, segments: list[int], group: str
) -> list[FitCheck]:
    simulated = metrics.of_runs(runs, calibration.model, len(days), segments)
    measured = metrics.observed(after, calibration.model, segments)
    found = (
        checked(name, unit, spread(simulated[name]), measured[name], RELATIVE_LIMIT * measured[name], group)
        for name, unit in UNITS.items()
        if name in simulated and name in measured
    )
    return [c for c in found if c is not None]


def _distances(
    runs: CaseRuns, traced: list[Trace], opened: OpenCases, history: CaseHistory, known: CaseHistory,
    after: CaseHistory, calibration: ProcessCalibration, days: tuple[date, ...],
) -> tuple[list[FitCheck], dict[str, float]]:  # fmt: skip
    """How far the held-out weeks are from the simulated ones, beside their own noise; and a naive forecast."""
    model = calibration.model
    counts = runs.outcome == WON if model.has_outcomes else runs.outcome >= 0
    simulated = [runs.cycle_h[counts & (runs.replication == r)] for r in range(runs.replications)]
    cycle_h = _cycle_h(after)[_counted(after)]
    cycles = _by_hour([cycle_h, *simulated])
    allowed = {
        "cycle_time_distance_h": RELATIVE_LIMIT * float(cycle_h.mean()),
        "step_pairs_distance": PAIR_LIMIT,
        "arrival_distance_h": ARRIVAL_LIMIT_H,
    }
    from_us = midnight_us(days[0])
    pairs = np.stack(
        [_pairs(history, from_us), *(_traced_pairs(t, opened, len(model.steps)) for t in traced)]
    )
    begun = _begun(history)
    real = (begun[begun >= from_us] - from_us) / (60 * MINUTE_US)
    arrivals = _by_hour([real, *(_traced_arrivals(t, len(opened.segment)) for t in traced)])
    tables = {
        "cycle_time_distance_h": cycles,
        "step_pairs_distance": pairs.reshape(len(pairs), -1).astype(float),
        "arrival_distance_h": arrivals,
    }
    found = [_distance(name, table, allowed[name]) for name, table in tables.items()]
    naive = _baseline(history, known, days)
    baseline = {name: _apart(tables[name][0], naive[name], name) for name in tables}
    return [c for c in found if c is not None], baseline


def _distance(name: str, table: Floats, allowed: float) -> FitCheck | None:
    """table: the log (0) and the replications. How far the log is from all replications together, beside how far each
    of these is from the others."""
    ours = table[1:][np.isfinite(table[1:]).all(axis=1)]
    if len(ours) < 2 or not np.isfinite(table[0]).all():
        return None
    mean = ours.mean(axis=0)
    value = _apart(table[0], mean, name)
    noise = np.array([_apart(x, mean, name) for x in ours]) * len(ours) / (len(ours) - 1)
    own = spread(noise)
    limit = max(own.mean + LOOKS * (own.high - own.mean), allowed)
    unit: Unit = "share" if name == "step_pairs_distance" else "h"
    return FitCheck(name, unit, value, own, value, limit, value <= limit)


def _apart(a: Floats, b: Floats, name: str) -> float:
    """Distance of two rows: distribution functions by hour, or for pairs of steps their counts."""
    n = min(len(a), len(b))
    # A distribution function stays at 1 beyond its last bin.
    difference = np.abs(a[:n] - b[:n]).sum() + np.abs(1 - np.append(a[n:], b[n:])).sum()
    return float(difference / (a.sum() + b.sum())) if name == "step_pairs_distance" else float(difference)


def _by_hour(samples: list[Floats]) -> Floats:
    """Distribution functions of samples in bins of an hour, [sample, bin]; NaN of empty ones. The 1-Wasserstein distance
    of two is the sum of their absolute differences (Vallender 1974)."""
    bins = [np.floor(np.maximum(x, 0.0)).astype(np.int64) for x in samples]
    most = max((int(b.max()) for b in bins if len(b)), default=0)
    counts = np.stack([np.bincount(b, minlength=most + 1) for b in bins]).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(counts.cumsum(axis=1) / counts.sum(axis=1, keepdims=True))


def _pairs(history: CaseHistory, from_us: int) -> Ints:
    """Steps that followed each other in the told process, the second of them finished since."""
    told = history.case_process[history.case] == 0
    goes_on = np.append((history.finish >= from_us)[1:] & (history.case[1:] == history.case[:-1]), False)
    rows = np.flatnonzero(told & ((history.finish >= from_us) | goes_on))
    case, step = history.case[rows], history.step[rows]
    counts = pair_counts(case, step, len(history.steps))
    first = np.append(True, case[1:] != case[:-1])
    carried = first & (history.finish[rows] < from_us)
    is_open = np.append(first[1:], True) & (history.outcome[case] < 0)
    return _less(counts, step[carried], step[is_open])


def _traced_pairs(t: Trace, opened: OpenCases, k: int) -> Ints:
    told = np.flatnonzero(t.process == 0)
    n_open = len(opened.segment)
    # Before the steps of a case carried over stands the one that it had finished last.
    carried = np.unique(t.case[told][t.case[told] < n_open])
    case = np.concatenate([t.case[told], carried])
    step = np.concatenate([t.step[told], opened.last_step[carried]])
    start = np.concatenate([t.start_min[told], np.full(len(carried), -1.0)])
    finish = np.concatenate([t.finish_min[told], np.full(len(carried), -1.0)])
    ended = np.concatenate([t.has_ended[told], np.zeros(len(carried), bool)])
    order = np.lexsort((finish, start, case))
    case, step, ended = case[order], step[order], ended[order]
    counts = pair_counts(case, step, k)
    first = np.append(True, case[1:] != case[:-1])
    return _less(counts, step[first & (case < n_open)], step[np.append(first[1:], True) & ~ended])


def _less(counts: Ints, carried: Ints, is_open: Ints) -> Ints:
    """Without beginnings of cases that had begun before and ends of those that go on."""
    k = len(counts) - 1
    counts[k, :k] -= np.bincount(carried, minlength=k)
    counts[:k, k] -= np.bincount(is_open, minlength=k)
    return counts


def _traced_arrivals(t: Trace, n_open: int) -> Floats:
    """Hours since the first midnight at which new cases of the told process begin."""
    new = np.flatnonzero((t.process == 0) & (t.case >= n_open))
    if not len(new):
        return np.empty(0)
    begun = np.full(int(t.case[new].max()) + 1, np.inf)
    np.minimum.at(begun, t.case[new], t.start_min[new])
    return np.asarray(begun[np.isfinite(begun)] / 60)


def _begun(history: CaseHistory) -> Ints:
    return np.asarray(history.start[history.first][history.case_process == 0])


def _cycle_h(history: CaseHistory) -> Floats:
    last = np.maximum.reduceat(history.finish, history.first)
    return np.asarray((last - history.start[history.first]) / MINUTE_US / 60)


def _baseline(history: CaseHistory, known: CaseHistory, days: tuple[date, ...]) -> dict[str, Floats]:
    """A naive forecast by the same tables: the cases that ended before, as many a day; arrivals as just before."""
    ended = np.flatnonzero((known.case_process == 0) & (known.outcome >= 0))
    rows = np.isin(known.case, ended)
    pairs = pair_counts(known.case[rows], known.step[rows], len(known.steps)) * len(days) / len(known.days)
    begun, from_us = _begun(history), midnight_us(days[0])
    back_us = midnight_us(known.days[max(len(known.days) - len(days), 0)])
    before = begun[(begun >= back_us) & (begun < from_us)] - back_us
    return {
        "cycle_time_distance_h": _by_hour([_cycle_h(known)[_counted(known)]])[0],
        "step_pairs_distance": pairs.ravel(),
        "arrival_distance_h": _by_hour([before / (60 * MINUTE_US)])[0],
    }
