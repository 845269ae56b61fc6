"""Steps repeated until the customer answers: what comes next, and after how long, by the time the case has been there.

A customer who is called again and again until he answers has a clock that starts when the case comes to the step. It
moves with the case: whatever ends sooner before the step starts it sooner.
"""

from dataclasses import dataclass, replace

import numpy as np

from analytics.simulation.model import Floats
from analytics.simulation.process.history import CaseHistory
from analytics.simulation.process.model import N_LEVELS, Flags, Ints
from analytics.simulation.process.routing import Routing, settled_transitions, shrunk

REPEATS_LEAST = 100
"""A step is tried where so many of its repeats come straight after it."""
FINEST_MIN = 30.0
"""Shorter times at a step are one level: to the minute they hang on people's hours and queues, not on the customer."""
N_LEVELS_TRIED, LEVEL_LEAST = (2, 4, 8, 16), 50
"""The longer ones are cut into parts of equal size, with so many transitions each at least."""
N_FOLDS, PRIOR, Z_LEAST = 5, 10.0, 4.0
"""Used where cases left out are likelier by it than by the repeat alone, by so many standard errors over cases; shares
are drawn towards all by so many transitions' worth."""
N_WAITS = 5
"""The own times of customers are told apart by fifths."""


@dataclass(frozen=True, eq=False)
class Stays:
    """until_min[step, level]: minutes along the axis up to which a level holds, without the last level (∞: none);
    level[row of history]: at its finish, 0 where the step has none."""

    until_min: Floats
    level: Ints

    @property
    def steps(self) -> Ints:
        return np.flatnonzero(np.isfinite(self.until_min).any(axis=1))

    @property
    def n_levels(self) -> int:
        return self.until_min.shape[1] + 1


def estimate(history: CaseHistory, follows: Routing, told: Flags, is_batched: Flags) -> Stays | None:
    """The steps where held-out cases show it, None where none does.

    told[row]: the wait before the step is the customer's own time. Left out are steps done in batches or side by side, and
    those after which loss hangs on the age of the case already.
    """
    rows, target, _side, repeated, _segment = settled_transitions(history, follows.sides)
    dwell = history.dwell_min
    following = np.minimum(rows + 1, len(history.step) - 1)
    wait = history.at(history.start[following]) - history.at(history.ready[following])
    is_told = told[following] & (target < len(history.steps))
    aside = {m for side in follows.sides for m in side.members}
    cuts: dict[int, Floats] = {}
    for s in range(len(history.steps)):
        here = np.flatnonzero(history.step[rows] == s)
        if is_batched[s] or follows.age_slope[s] or s in aside or (target[here] == s).sum() < REPEATS_LEAST:
            continue
        found = _cuts(dwell[rows[here]], target[here], np.where(is_told[here], wait[here], np.nan),
                      repeated[here], history.case[rows[here]])  # fmt: skip
        if found is not None:
            cuts[s] = found
    if not cuts:
        return None
    until = np.full((len(history.steps), max(len(c) for c in cuts.values())), np.inf)
    level = np.zeros(len(history.step), np.int64)
    for s, c in cuts.items():
        until[s, : len(c)] = c
        mine = history.step == s
        level[mine] = np.searchsorted(c, dwell[mine])
    return Stays(until, level)


def _cuts(dwell: Floats, target: Ints, wait: Floats, repeated: Ints, case: Ints) -> Floats | None:
    """Where the time at a step is cut, by the likelihood of cases left out; None where they are no likelier by it."""
    fold, n_targets = case % N_FOLDS, int(target.max()) + 1
    told = np.isfinite(wait)
    fifth = np.zeros(len(wait), np.int64)
    for t in np.unique(target[told]):
        mine = told & (target == t)
        fifth[mine] = np.searchsorted(np.quantile(wait[mine], np.arange(1, N_WAITS) / N_WAITS), wait[mine])

    def likelihood(level: Ints, waits_by: Ints) -> Floats:
        found = _held_out(level, target, fold)
        found[told] += _held_out((waits_by * n_targets + target)[told], fifth[told], fold[told])
        return found

    usual = likelihood(repeated, np.zeros_like(target))
    best, cuts = 0.0, None
    longer = dwell[dwell > FINEST_MIN]
    for n in N_LEVELS_TRIED:
        if len(longer) < (n - 1) * LEVEL_LEAST:
            break
        tried = np.unique(np.append(FINEST_MIN, np.quantile(longer, np.arange(1, n - 1) / (n - 1))))
        level = np.searchsorted(tried, dwell)
        gain = np.bincount(case, likelihood(level, level) - usual)[np.unique(case)]
        error = gain.std() / len(gain) ** 0.5
        if gain.mean() > max(best, Z_LEAST * error):
            best, cuts = float(gain.mean()), tried
    return cuts


def _held_out(cell: Ints, kind: Ints, fold: Ints) -> Floats:
    """Log probability of each entry's kind, by the shares of its cell in the other folds."""
    n_cells, n_kinds = (int(x.max(initial=0)) + 1 for x in (cell, kind))
    counts = np.zeros((N_FOLDS, n_cells, n_kinds))
    np.add.at(counts, (fold, cell, kind), 1)
    others = counts.sum(axis=0) - counts
    share = others.sum(axis=1, keepdims=True) + 0.5
    share /= share.sum(axis=-1, keepdims=True)
    p = others + PRIOR * share
    p /= p.sum(axis=-1, keepdims=True)
    return np.asarray(np.log(p[fold, cell, kind]))


def routed(history: CaseHistory, follows: Routing, stays: Stays) -> tuple[Routing, Floats]:
    """The routing with the levels of these steps in place of the repeat's; and share[level, step] of their times."""
    rows, target, _side, _repeated, segment = settled_transitions(history, follows.sides)
    n_levels = max(stays.n_levels, N_LEVELS)
    more = n_levels - N_LEVELS
    probability = np.concatenate([follows.probability, np.repeat(follows.probability[-1:], more, axis=0)])
    n = np.concatenate([follows.n, np.zeros((more, *follows.n.shape[1:]))])
    share = np.zeros((n_levels, len(history.steps)))
    for s in stays.steps:
        here = rows[history.step[rows] == s]
        mine = history.step[rows] == s
        counts = np.zeros((n_levels, *probability.shape[1::2]))
        np.add.at(counts, (stays.level[here], segment[mine], target[mine]), 1)
        share[:, s] = counts.sum(axis=(1, 2)) / counts.sum()
        for level in range(n_levels):
            p, behind = shrunk(counts[level][:, None])
            is_seen = behind[:, 0] > 0
            probability[level, is_seen, s] = p[is_seen, 0]
            n[level, :, s] = behind[:, 0]
    return replace(follows, probability=probability, n=n), share
