"""What comes next in a case: probabilities by step, segment and whether the step is repeated; steps side by side."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency

from analytics.simulation.model import Floats
from analytics.simulation.process.history import CaseHistory
from analytics.simulation.process.model import ENDS, LOST, N_LEVELS, Flags, Ints, Side

SEGMENT_STRENGTH = 30.0
"""Transitions' worth of all segments' routing that a segment's own is shrunk towards."""
REPEAT_P, REPEAT_LEAST = 0.01, 30
"""A repeated step goes on differently where a chi-squared test says so at 1 %, on so many repeats at least."""
LATE_SHARE = 0.95
"""Transitions are counted of steps done early enough that so many of the waits after them would have ended by now."""
SIDE_LEAST, SIDE_SHARE = 30, 0.8
"""Steps are side by side where, in so many cases at least and in this part of those that have either, each is done
exactly once, one after the other in either order."""
AGE_P, AGE_LEAST = 0.01, 30


@dataclass(frozen=True, eq=False)
class Routing:
    """start[segment, process, target]; probability[level, segment, step, target]; side[segment, side, target];
    n[level, segment, step]: transitions behind it. sides: steps side by side. age_slope[step] with age_sd and
    age_mean_days, up to age_most_days; age_n[step]: cases behind it.
    """

    start: Floats
    probability: Floats
    side: Floats
    n: Floats
    sides: tuple[Side, ...]
    age_slope: Floats
    age_sd: Floats
    age_mean_days: Floats
    age_most_days: Floats
    age_n: Ints


def estimate(history: CaseHistory) -> Routing:
    """Shares of the transitions seen; a segment's own are shrunk towards those of all."""
    n_steps, n_segments = len(history.steps), len(history.segments)
    sides = find_sides(history)
    n_targets = n_steps + len(ENDS) + len(sides)
    rows, target, origin_side, repeated, segment = settled_transitions(history, sides)
    ages = _ages(history)[rows]
    from_step = origin_side < 0
    counts = np.zeros((N_LEVELS, n_segments, n_steps, n_targets))
    np.add.at(
        counts, (repeated[from_step], segment[from_step], history.step[rows[from_step]], target[from_step]), 1
    )
    side_counts = np.zeros((n_segments, len(sides), n_targets))
    np.add.at(side_counts, (segment[~from_step], origin_side[~from_step], target[~from_step]), 1)
    probability, n = _by_level(counts)
    side, _n = shrunk(side_counts)
    for f, members in enumerate(s.members for s in sides):
        for m in members:  # a case found open after one of them goes on as after all
            probability[:, :, m] = np.where(
                probability[:, :, m].sum(-1, keepdims=True) > 0, probability[:, :, m], side[:, f]
            )
    first = np.zeros((n_segments, len(history.processes), n_targets))
    begun = _first_targets(history, sides)
    new = history.is_new
    np.add.at(first, (history.case_segment[new], history.case_process[new], begun[new]), 1)
    start, _n = shrunk(first)
    slope, sd, mean_days, most_days, age_n = _age(history, rows[from_step], target[from_step] - n_steps == LOST, ages[from_step],
                                       segment[from_step])  # fmt: skip
    return Routing(start, probability, side, n, sides, slope, sd, mean_days, most_days, age_n)


def find_sides(history: CaseHistory) -> tuple[Side, ...]:
    """Groups of steps side by side, largest first; no step is in two."""
    candidates = [tuple(int(x) for x in pair) for pair in np.argwhere(np.triu(history.concurrent))]
    found: list[tuple[int, ...]] = []
    for pair in candidates:
        if any(set(pair) & set(other) for other in found):
            continue
        if _is_side(history, pair):
            found.append(pair)
    return tuple(Side(p) for p in found)


def _is_side(history: CaseHistory, pair: tuple[int, ...]) -> bool:
    times = [np.bincount(history.case[history.step == s], minlength=history.n_cases) for s in pair]
    either = (times[0] > 0) | (times[1] > 0)
    rows = np.flatnonzero(np.isin(history.step, pair))
    neighbours = (np.diff(rows) == 1) & (history.case[rows][1:] == history.case[rows][:-1])
    neighbours &= history.step[rows][1:] != history.step[rows][:-1]
    together = np.zeros(history.n_cases, bool)
    together[history.case[rows][1:][neighbours]] = True
    once = (times[0] == 1) & (times[1] == 1) & together
    a = history.step[rows][:-1][neighbours] == pair[0]
    both_orders = len(a) > 0 and min(a.mean(), 1 - a.mean()) >= 0.1
    return bool(both_orders and once.sum() >= SIDE_LEAST and once.sum() >= SIDE_SHARE * either.sum())


def in_side(history: CaseHistory, sides: tuple[Side, ...]) -> Ints:
    """The side each row belongs to, −1 none: where a case does each member once and one after the other."""
    side = np.full(len(history.step), -1, np.int64)
    for f, s in enumerate(sides):
        rows = np.flatnonzero(np.isin(history.step, s.members))
        n = np.bincount(history.case[rows], minlength=history.n_cases)
        apart = np.ones(history.n_cases, bool)
        pairs = (np.diff(rows) == 1) & (history.case[rows][1:] == history.case[rows][:-1])
        apart[history.case[rows][1:][pairs & (history.step[rows][1:] != history.step[rows][:-1])]] = False
        good = rows[(n[history.case[rows]] == len(s.members)) & ~apart[history.case[rows]]]
        side[good] = f
    return side


def settled_transitions(history: CaseHistory, sides: tuple[Side, ...]) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Of each step (or side) that something followed, early enough: its row, the target, its side (−1: a step), whether
    repeated, the segment."""
    rows, target, origin_side, repeated = _transitions(history, sides)
    kept = history.at(history.finish[rows]) <= settled_min(history)
    rows = rows[kept]
    return rows, target[kept], origin_side[kept], repeated[kept], history.case_segment[history.case[rows]]


def _transitions(history: CaseHistory, sides: tuple[Side, ...]) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each step (or side) that something followed: its row, the target, its side (−1: a step), whether repeated."""
    n, n_steps = len(history.step), len(history.steps)
    side = in_side(history, sides)
    same_case = np.append(history.case[1:] == history.case[:-1], False)
    following = np.append(np.arange(1, n), n - 1)
    inner = same_case & (side >= 0) & (side == side[following])
    target = np.where(side[following] >= 0, n_steps + len(ENDS) + side[following], history.step[following])
    outcome = history.outcome[history.case]
    target = np.where(same_case, target, n_steps + outcome)
    known = (same_case | (outcome >= 0)) & ~inner
    rows = np.flatnonzero(known)
    return rows, target[rows], side[rows], _repeated(history)[rows]


def _repeated(history: CaseHistory) -> Ints:
    """1 where the case has done the step before."""
    key = history.case * len(history.steps) + history.step
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), np.int64)
    again[order[1:]] = key[order][1:] == key[order][:-1]
    return again


def _first_targets(history: CaseHistory, sides: tuple[Side, ...]) -> Ints:
    side = in_side(history, sides)[history.first]
    return np.where(side >= 0, len(history.steps) + len(ENDS) + side, history.step[history.first])


def settled_min(history: CaseHistory) -> float:
    """Axis minute after which too few of the waits would have ended to count what follows."""
    same = history.case[1:] == history.case[:-1]
    gap = (history.at(history.start[1:]) - history.at(history.finish[:-1]))[same]
    ends = history.at(np.array([history.start.min(), history.until_us]))
    lag = np.quantile(gap, LATE_SHARE) if len(gap) else 0.0
    return float(ends[1] - min(max(lag, 0.0), 0.2 * (ends[1] - ends[0])))


def _by_level(counts: Floats) -> tuple[Floats, Floats]:
    """Probabilities and counts [level, segment, step, target]: both levels alike unless the data tell them apart."""
    counts = counts.copy()
    for s in range(counts.shape[2]):
        table = counts[:, :, s].sum(axis=1)
        table = table[:, table.sum(axis=0) > 0]
        differs = (
            table.shape[1] > 1
            and (table.sum(axis=1) >= REPEAT_LEAST).all()
            and chi2_contingency(table)[1] < REPEAT_P
        )
        if not differs:
            counts[:, :, s] = counts[:, :, s].sum(axis=0)
    parts = [shrunk(c) for c in counts]
    return np.stack([p for p, _ in parts]), np.stack([n for _, n in parts])


def shrunk(counts: Floats) -> tuple[Floats, Floats]:
    """Shares over the last axis, segments (first axis) shrunk towards all; and the counts behind."""
    pooled = counts.sum(axis=0, keepdims=True)
    share = pooled / np.maximum(pooled.sum(axis=-1, keepdims=True), 1e-12)
    strength = SEGMENT_STRENGTH if len(counts) > 1 else 0.0
    n = counts.sum(axis=-1)
    top = counts + strength * share
    total = top.sum(axis=-1, keepdims=True)
    known = np.minimum(n + strength, pooled.sum(axis=-1)) if strength else n
    return np.divide(top, total, out=np.zeros_like(top), where=total > 0), known


def _ages(history: CaseHistory) -> Floats:
    """Working days from a case's first start to each step's finish."""
    return (
        history.at(history.finish) - history.at(history.start)[history.first[history.case]]
    ) / history.day_min


def _age(history: CaseHistory, rows: Ints, is_lost: Flags, age: Floats, segment: Ints):
    """Log odds per working day that a case is lost after a step, and the oldest age seen (99 %) up to which it holds; 0
    where the data do not show that older cases are lost more often.

    A logistic regression (statsmodels) on age with a level per segment, for each step after which cases are lost; the
    look is corrected for the number of steps (Bonferroni).
    """
    n_steps = len(history.steps)
    slope, sd, mean, most = (np.zeros(n_steps) for _ in range(4))
    n = np.zeros(n_steps, np.int64)
    tried = []
    for s in range(n_steps):
        here = history.step[rows] == s
        if min(is_lost[here].sum(), (~is_lost[here]).sum()) >= AGE_LEAST and np.ptp(age[here]) > 0:
            tried.append((s, here))
    for s, here in tried:
        fitted = _logit(is_lost[here], age[here], segment[here])
        if fitted is not None and fitted[0] > 0 and fitted[2] < AGE_P / len(tried):
            slope[s], sd[s], n[s] = fitted[0], fitted[1], here.sum()
            mean[s], most[s] = age[here].mean(), np.quantile(age[here], 0.99)
    return slope, sd, mean, most, n


def _logit(is_lost: Flags, age: Floats, segment: Ints) -> tuple[float, float, float] | None:
    """Slope, standard error and p-value; None where it cannot be fitted."""
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    levels = [g for g in np.unique(segment) if (segment == g).sum() >= AGE_LEAST]
    design = np.column_stack([age - age.mean(), *[(segment == g).astype(float) for g in levels[1:]]])
    try:
        fitted = sm.Logit(is_lost.astype(float), sm.add_constant(design)).fit(disp=0, maxiter=100)
    except (PerfectSeparationError, np.linalg.LinAlgError):
        return None
    if not fitted.mle_retvals["converged"]:
        return None
    return float(fitted.params[1]), float(fitted.bse[1]), float(fitted.pvalues[1])
