"""How long steps take, the customer's own time before them, and when steps done in batches are worked on."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from analytics.methods.waiting import Steps, split
from analytics.simulation import service
from analytics.simulation.history import History
from analytics.simulation.model import N_QUANTILES, Floats
from analytics.simulation.process import dwell
from analytics.simulation.process.history import MINUTE_US, CaseHistory
from analytics.simulation.process.model import AS_EVER, Flags, Ints, Windows
from analytics.simulation.process.routing import settled_min

IDLE_MIN = 1.0
"""Someone idle for so long before he began a step could have begun it earlier, had it been ready."""
DELAY_SHARE, DELAY_LEAST = 0.05, 20
"""There is own time of the customer before a step where more than this share of its waits, ended by an idle person,
last over a minute; judged on so many such waits."""
BATCH_SHARE, BATCH_LEAST = 0.4, 6
"""A step is done in batches where this share of its waiting times are in batches, of so many batches at least."""
WEEKS_SHARE, WITHIN_MIN = 0.7, 45.0
"""A weekday has a rule where its piles are begun in this share of the weeks, half of them within so many minutes."""
HOURS_SHARE = 0.3
"""Windows that fill more than this part of the opened hours are somebody's hours, not batches."""
DAY_END_SHARE, DAY_END_LEAST = 0.25, 20.0
"""Steps are begun only where they can be finished the same day if fewer last over night than this part of what chance
would bring, where so many would."""
CLOCK_DAY = 1440


def working_minutes(history: CaseHistory) -> Floats:
    """Minutes along the axis that each step was worked on; where one has several open, time is shared among them."""
    begin, end = history.at(history.start), history.at(history.finish)
    own = np.where(history.has_start, end - begin, np.nan)
    known = np.flatnonzero((history.person >= 0) & history.has_start)
    if not len(known):
        return own
    shared = _shared(history.person[known], begin[known], end[known])
    own[known] = np.where(shared > 0, shared, own[known])
    return own


def _shared(person: Ints, begin: Floats, end: Floats) -> Floats:
    """∫ dt ÷ (pieces open at t of the same person) over each piece."""
    n = len(person)
    at = np.concatenate([begin, end])
    change = np.repeat([1, -1], n)
    who = np.concatenate([person, person])
    order = np.lexsort((change, at, who))
    n_open = np.cumsum(change[order])
    gap = np.diff(at[order], append=0.0)
    gap[np.append(who[order][1:] != who[order][:-1], True)] = 0.0
    done = np.concatenate([[0.0], np.cumsum(gap / np.maximum(n_open, 1))[:-1]])
    until = np.empty(2 * n)
    until[order] = done
    return until[n:] - until[:n]


def durations(history: CaseHistory, minutes: Floats, weights: Floats) -> service.ServiceTimes:
    """Quantile tables by step, factors by person, and their bootstrap: as for the services of the hall."""
    nothing = np.full(len(minutes), np.nan)
    as_services = History(
        days=history.days, weekday_of_day=history.weekday_of_day, segments=history.segments,
        services=tuple("\x00".join(s) for s in history.steps), counters=(), tellers=history.people, day=history.day,
        segment=history.case_segment[history.case], service=history.step, counter=np.full(len(minutes), -1),
        teller=history.person, arrived=np.zeros(len(minutes)), called=np.zeros(len(minutes)), finished=minutes,
        left=nothing,
    )  # fmt: skip
    return service.estimate(as_services, weights)


def begun_by_idle(history: CaseHistory, on_duty: Flags, person_worker: dict[int, int]) -> Flags:
    """Whether each step was begun by a person who had been on duty with nothing to do for a minute: then it was begun
    as soon as it was ready for him, and the wait before was not for him. Steps without a person count too.

    on_duty[weekday, slot, worker]; person_worker: the place whose hours are the person's.
    """
    begin, end = history.at(history.start), history.at(history.finish)
    order = np.lexsort((history.start, history.person))
    idle = np.empty(len(begin))
    idle[order] = _idle_before(history.person[order], begin[order], end[order])
    # On duty for the whole minute before: by the clock, for a day's first moment follows the night.
    before_us = history.start - MINUTE_US
    was_open = begin - history.at(before_us) >= IDLE_MIN - 1e-6
    day = before_us // (CLOCK_DAY * MINUTE_US)
    slot = (before_us // (30 * MINUTE_US)) % 48
    weekday = (day + 3) % 7
    worker = np.array([person_worker.get(int(p), -1) for p in range(len(history.people))] + [-1])[
        history.person
    ]
    was_on = np.where(worker >= 0, on_duty[weekday, slot, worker] if on_duty.shape[2] else False, was_open)
    found = (history.person < 0) | ((idle >= IDLE_MIN) & was_open & was_on)
    # Of the work before the period only that of the cases that reach into it is known: it tells of nobody's idleness.
    return np.asarray(found & history.has_start & (history.start >= history.since_us))


@njit(cache=True, nogil=True)
def _idle_before(person, begin, end):
    """Minutes since the person's latest finish before each step; sorted by person and begin."""
    idle = np.empty(len(person))
    latest = -np.inf
    for i in range(len(person)):
        if i == 0 or person[i] != person[i - 1]:
            latest = -np.inf
        idle[i] = begin[i] - latest
        latest = max(latest, end[i])
    return idle


@dataclass(frozen=True, eq=False)
class Delays:
    """row[step before (last: begin), step]; by_dwell[level, step before, step]: the same by the time at the step before
    (AS_EVER: no other); minutes[row, quantile]; sd[row]: relative standard error of the mean."""

    row: Ints
    by_dwell: Ints
    minutes: Floats
    sd: Floats


def delays(history: CaseHistory, told: Flags, is_batched: Flags, stays: dwell.Stays | None = None) -> Delays:
    """The customer's own time before each step: the waits that an idle person ended (`told`).

    Whether somebody is idle when a step becomes ready says nothing of how long the customer took, so these waits are a
    fair sample; those that a busy person ended say only when he became free. Steps that the case went on to at once by
    someone who had just become free had no own time either, and count as often as they come.
    By hand-over where there are enough, else by step; and by how long the case had been at the step before, where that
    counts.
    """
    n = len(history.steps)
    wait = history.at(history.start) - history.at(history.ready)
    before = np.where(history.before >= 0, history.step[history.before], n)
    # Of late steps only those that were soon followed are seen.
    follows = (history.before >= 0) & (history.at(history.ready) <= settled_min(history))
    told = told & follows
    at_once = follows & ~told & history.has_start & (wait <= IDLE_MIN)
    row = np.full((n + 1, n), -1, np.int64)
    tables: list[Floats] = []
    sds: list[float] = []

    def add(here: Ints) -> int:
        values, waits, n_at_once = wait[here][told[here]], wait[here][follows[here]], at_once[here].sum()
        others = len(waits) - n_at_once
        values = np.append(values, np.zeros(round(len(values) * n_at_once / others) if others else 0))
        if len(values) < DELAY_LEAST or (values > IDLE_MIN).mean() <= DELAY_SHARE:
            return -1
        # A wait is never shorter than the own time in it: nor may its law be.
        tables.append(np.minimum(service.quantile_table(values), service.quantile_table(waits)))
        sds.append(float(values.std() / max(values.mean(), 1e-9) / len(values) ** 0.5))
        return len(tables) - 1

    # A step that may also be the first: its case begins with it, so nothing is waited for.
    for s, here in _grouped(history.step, np.arange(len(history.step))):
        if is_batched[s]:
            continue
        row[:n, s] = add(here)
        for b, pair in _grouped(before[here], here):
            if b < n and told[pair].sum() >= DELAY_LEAST:
                row[b, s] = add(pair)
    by_dwell = np.full((stays.n_levels if stays else 0, n + 1, n), AS_EVER)
    if stays:
        level = stays.level[history.before]
        for b in stays.steps:
            after = np.flatnonzero(before == b)
            for s, here in _grouped(history.step[after], after):
                for k, part in [] if is_batched[s] else _grouped(level[here], here):
                    if told[part].sum() >= DELAY_LEAST:
                        by_dwell[k, b, s] = add(part)
    return Delays(row, by_dwell, np.array(tables).reshape(-1, N_QUANTILES), np.array(sds))


def _grouped(key: Ints, rows: Ints) -> list[tuple[int, Ints]]:
    """(key, its rows in their order) for each key that occurs, ascending."""
    order = np.argsort(key, kind="stable")
    keys, first = np.unique(key[order], return_index=True)
    return list(zip(keys.tolist(), np.split(rows[order], first[1:]), strict=True))


def same_day(history: CaseHistory, minutes: Floats, step_role: tuple[str, ...]) -> Flags:
    """Steps whose people begin only what they can finish the same day, judged by pool."""
    begin = history.at(history.start)
    starts_on = history.start // (CLOCK_DAY * MINUTE_US)
    closes = history.at((starts_on + 1) * CLOCK_DAY * MINUTE_US)
    over = history.at(history.finish) > closes + 0.5
    left = closes - begin
    found = np.zeros(len(history.steps), bool)
    for role in set(step_role):
        here = (
            np.array([r == role for r in step_role])[history.step] & history.has_start & np.isfinite(minutes)
        )
        # Were starts spread evenly over the day, so many would last over its end.
        expected = float(np.minimum(minutes[here] / history.day_min, 1.0).sum())
        if expected >= DAY_END_LEAST and (over & here & (left > 0)).sum() < DAY_END_SHARE * expected:
            found[[r == role for r in step_role]] = True
    return found


def batches(history: CaseHistory) -> tuple[Windows | None, ...]:
    """When the steps done in batches are worked on: a weekly rule where there is one, else the gaps seen between piles."""
    rows_of_batch = _batch_of(history)
    wait = history.start - history.ready
    rules: list[Windows | None] = []
    for s in range(len(history.steps)):
        here = (history.step == s) & (wait > MINUTE_US)
        piles = np.unique(rows_of_batch[here & (rows_of_batch >= 0)])
        share = (rows_of_batch[here] >= 0).mean() if here.any() else 0.0
        if share < BATCH_SHARE or len(piles) < BATCH_LEAST:
            rules.append(None)
            continue
        rules.append(_rule(history, s, piles))
    return tuple(rules)


def _batch_of(history: CaseHistory) -> Ints:
    """Row that began each step's batch (−1: none): the cause that waiting times are diagnosed by."""
    at = [
        np.round(history.at(x) * MINUTE_US).astype(np.int64)
        for x in (history.ready, history.start, history.finish)
    ]
    before = np.where(history.before >= 0, history.step[history.before], len(history.steps))
    handover = before * (len(history.steps) + 1) + history.step
    return np.asarray(split(Steps(history.person, history.step, handover, *at, *at))[1], np.int64)


def _rule(history: CaseHistory, step: int, piles: Ints) -> Windows | None:
    """None where the piles are those of every opening: hours, not batches."""
    day_us = CLOCK_DAY * MINUTE_US
    begun = np.sort(history.start[piles])
    day = begun // day_us
    first_of_day = np.append(True, np.diff(day) > 0)
    begun, day = begun[first_of_day], day[first_of_day]
    weekday, minute = (day + 3) % 7, (begun % day_us) / MINUTE_US
    weeks = max(len(np.unique((history.start // day_us + 3) // 7)), 1)
    rows = np.flatnonzero(history.step == step)
    windows = []
    ruled = np.zeros(len(begun), bool)
    for w in np.unique(weekday):
        mine = weekday == w
        low, high = np.quantile(minute[mine], [0.25, 0.75])
        if mine.sum() < WEEKS_SHARE * weeks or high - low > WITHIN_MIN:
            continue
        opens = float(np.median(minute[mine]))
        ruled |= mine
        # Is what becomes ready later that day still done that day? Then it is a window, not a moment.
        ready_day, ready_min = history.ready[rows] // day_us, (history.ready[rows] % day_us) / MINUTE_US
        later = np.isin(ready_day, day[mine]) & (ready_min > opens)
        done = history.start[rows] // day_us == ready_day
        shuts = opens
        if later.sum() >= 5 and (done & later).sum() >= 0.5 * later.sum():
            shuts = float(np.quantile(ready_min[later & done], 0.95))
        windows.append((w * CLOCK_DAY + opens, w * CLOCK_DAY + shuts))
    if ruled.sum() >= WEEKS_SHARE * len(begun):
        if sum(b - a for a, b in windows) > HOURS_SHARE * history.is_open.sum() * 30.0:
            return None
        return Windows(windows=tuple((float(a), float(b)) for a, b in windows))
    gaps = np.diff(history.at(begun))
    return Windows(gaps_min=tuple(gaps[gaps > 0].tolist()) or (history.at(begun[-1:])[0],))
