"""Waits worked out by hand, one cause at a time; and random work, where the parts must add up to the wait."""

import numpy as np
import pytest

from analytics.methods.waiting import CAUSES, MINUTE, Steps, split


def work(rows: list[tuple], duty=lambda minute: minute) -> Steps:
    """rows: person, activity, ready, start, finish in minutes; duty: minutes on duty until then."""
    person, activity, ready, start, finish = (np.array(x) for x in zip(*rows, strict=True))
    instants = [x * MINUTE for x in (ready, start, finish)]
    on_duty = [np.array([duty(m) for m in x.tolist()]) * MINUTE for x in (ready, start, finish)]
    return Steps(person, activity, activity, *instants, *on_duty)


def minutes(steps: Steps, row: int) -> dict[str, float]:
    parts, _batch = split(steps)
    return {name: x / MINUTE for name, x in zip(CAUSES, parts[row].tolist(), strict=True) if x}


def test_busy_with_older_work_is_contention():
    rows = [(0, 0, 0, 0, 60), (0, 1, 5, 60, 90), (0, 2, 10, 90, 100)]
    assert minutes(work(rows), 2) == {"contention": 80}
    assert minutes(work(rows), 1) == {"contention": 55}
    assert minutes(work(rows), 0) == {}


def test_overtaken_by_newer_work_is_prioritisation():
    # Ready at 10; the work at hand ends at 30; then a step that became ready at 20 goes first.
    rows = [(0, 0, 0, 0, 30), (0, 1, 20, 30, 70), (0, 2, 10, 70, 80)]
    assert minutes(work(rows), 2) == {"contention": 20, "prioritisation": 40}


def test_work_that_overlaps_is_counted_once():
    rows = [(0, 0, 0, 0, 30), (0, 1, 0, 10, 40), (0, 2, 20, 20, 60), (0, 3, 5, 60, 70)]
    # From 5: older work until 40, from 20 to 60 newer work; both at once counts as the older.
    assert minutes(work(rows), 3) == {"contention": 35, "prioritisation": 20}


def test_off_duty_is_unavailability_and_idle_on_duty_extraneous():
    # On duty until minute 100 and from 400 on.
    rows = [(0, 0, 0, 0, 50), (0, 1, 20, 430, 450)]
    away = lambda m: min(m, 100) + max(m - 400, 0)  # noqa: E731
    assert minutes(work(rows, away), 1) == {"contention": 30, "unavailability": 300, "extraneous": 80}


def test_who_idles_and_then_takes_up_newer_work_was_not_waited_for():
    # Ready at 10, busy until 60, idle until 100, then a step that came at 100, until 120; begun at 120.
    rows = [(0, 0, 0, 0, 60), (0, 1, 100, 100, 120), (0, 2, 10, 120, 130)]
    assert minutes(work(rows), 2) == {"extraneous": 90, "prioritisation": 20}
    # After a pause with the queue still there the queue goes on: the pause alone is nobody's work.
    rows = [(0, 0, 0, 0, 60), (0, 1, 5, 100, 120), (0, 2, 10, 120, 130)]
    assert minutes(work(rows), 2) == {"contention": 70, "extraneous": 40}


def piles(n_days: int = 8, size: int = 4) -> list[tuple]:
    """Each day steps come up during the morning and are all done at 300, five minutes each."""
    day = 480
    return [
        (0, 7, d * day + 30 * i, d * day + 300 + 5 * i, d * day + 305 + 5 * i) for d in range(n_days) for i in range(size)
    ]  # fmt: skip


def test_a_pile_left_by_an_idle_person_and_worked_off_at_once_is_batching():
    steps = work(piles())
    parts, batch = split(steps)
    assert minutes(steps, 0) == {"batching": 300}
    assert minutes(steps, 3) == {"batching": 210, "contention": 15}
    assert batch[:8].tolist() == [0, 0, 0, 0, 4, 4, 4, 4]
    assert (parts.sum(axis=1) == steps.start - steps.ready).all()


def test_piles_are_told_alike_whatever_numbers_steps_and_people_have():
    usual, rows = split(work(piles())), piles()
    many = [(0 if i < 16 else 90_000, 7_000, *row[2:]) for i, row in enumerate(rows)]
    # Two people's piles are too few for each alone, and are judged together.
    parts, batch = split(work(many))
    assert (parts == usual[0]).all() and (batch == usual[1]).all()


def test_a_queue_worked_off_without_a_pause_is_no_batch():
    # Four arrive every five minutes from 0 on and take 40 each: the person is never idle, nothing is passed over.
    rows = []
    for d in range(8):
        rows += [(0, 7, d * 480 + 5 * i, d * 480 + 40 * i, d * 480 + 40 * (i + 1)) for i in range(6)]
    parts, batch = split(work(rows))
    assert (batch == -1).all()
    assert parts[:, CAUSES.index("batching")].sum() == 0
    assert parts[:, CAUSES.index("contention")].sum() == parts.sum()


def test_two_in_a_row_by_chance_while_others_stay_are_no_batch():
    # Each waits for its customer, a day and a little: many lie there at any time, each begun on its own or by chance two.
    rng = np.random.default_rng(1)
    rows, busy_until = [], 0
    ready = np.sort(rng.integers(0, 20_000, 120))
    for start, at in sorted(
        zip((ready + 240 + rng.exponential(240, 120)).astype(int).tolist(), ready.tolist(), strict=True)
    ):
        begun = max(start, busy_until)
        rows.append((0, 7, at, begun, begun + 20))
        busy_until = begun + 20
    _parts, batch = split(work(rows))
    assert (batch == -1).all()


def test_hand_overs_that_wait_for_something_else_know_no_prioritisation():
    # Activity 1 is not begun for two hours although the person stands idle; activity 0 comes and goes meanwhile.
    rows = []
    for d in range(12):
        at = d * 480
        rows += [(0, 1, at, at + 120, at + 130), (0, 0, at + 60, at + 60, at + 120)]
    steps = work(rows)
    assert minutes(steps, 0) == {"extraneous": 120}
    # As one of few, it may have been overtaken.
    assert minutes(work(rows[:2]), 0) == {"extraneous": 60, "prioritisation": 60}


def test_nobody_known_is_extraneous():
    steps = work([(-1, 0, 0, 50, 60), (0, 1, 0, 0, 50)])
    assert minutes(steps, 0) == {"extraneous": 50}
    assert split(work([(-1, 0, 0, 50, 60)]))[0].sum() == 50 * MINUTE


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_add_up_to_the_wait_and_none_is_negative(seed):
    rng = np.random.default_rng(seed)
    n = 3_000
    ready = rng.integers(0, 60 * 480, n)
    start = ready + rng.integers(0, 900, n) * (rng.random(n) < 0.8)
    finish = start + rng.integers(0, 200, n)
    rows = list(zip(rng.integers(-1, 4, n), rng.integers(0, 3, n), ready, start, finish, strict=True))
    steps = work(rows, lambda m: m // 480 * 300 + min(m % 480, 300))
    parts, _batch = split(steps)
    assert (parts >= 0).all()
    assert (parts.sum(axis=1) == steps.start - steps.ready).all()


def test_contention_and_prioritisation_against_a_count_of_minutes():
    rng = np.random.default_rng(11)
    n = 300
    ready = rng.integers(0, 2_000, n)
    start = ready + rng.integers(0, 300, n)
    finish = start + rng.integers(1, 60, n)
    # Everyone works all the time on something newer than nothing: no idleness, so that the plain rule holds.
    filler = [(0, 9, m, m, m + 5) for m in range(-10, 2_500, 5)]
    rows = [*zip([0] * n, [1] * n, ready, start, finish, strict=True), *filler]
    parts, _batch = split(work(rows))
    clock = np.arange(0, 2_600)
    for i in range(n):
        older, newer = np.zeros(len(clock), bool), np.zeros(len(clock), bool)
        for j, (_p, _a, e, s, f) in enumerate(rows):
            if j != i and (s, f, j) < (start[i], finish[i], i):
                during = (clock >= max(s, ready[i])) & (clock < min(f, start[i]))
                older |= during & (e <= ready[i])
                newer |= during & (e > ready[i])
        assert parts[i, 1] == older.sum() * MINUTE
        assert parts[i, 2] == (newer & ~older).sum() * MINUTE


@pytest.mark.parametrize("seed", range(4))
def test_idleness_and_absence_against_a_walk_through_every_minute(seed):
    """One person with pauses and hours off; no step is done twice, so there are neither runs nor batches."""
    rng = np.random.default_rng(seed)
    n, end = 120, 2_400
    ready = rng.integers(0, 1_500, n)
    start = ready + rng.integers(0, 400, n) * (rng.random(n) < 0.8)
    finish = start + rng.integers(0, 25, n)
    rows = list(zip([0] * n, range(n), ready, start, finish, strict=True))
    on_duty = np.arange(end) % 100 < 80
    steps = work(rows, lambda m: m // 100 * 80 + min(m % 100, 80))
    parts, _batch = split(steps)
    for i in range(n):
        # The work that began before this step, in order.
        others = sorted(
            (start[j], finish[j], j) for j in range(n) if (start[j], finish[j], j) < (start[i], finish[i], i)
        )
        others = [(s, f, ready[j]) for s, f, j in others if f > s and s < start[i]]
        busy, since = np.zeros(end, bool), ready[i]
        until = ready[i]
        for s, f, came in others:
            if f <= ready[i]:
                continue
            if s > until and on_duty[until:s].any() and came > until:
                since = s
            busy[max(s, ready[i]) : min(f, start[i])] = True
            until = max(until, f)
        wait = np.zeros(end, bool)
        wait[ready[i] : start[i]] = True
        late = wait & (np.arange(end) >= since)
        older = np.zeros(end, bool)
        for s, f, came in others:
            if came <= ready[i]:
                older[s:f] = True
        off = wait & ~busy & ~on_duty
        expected = [0, (late & older).sum(), (late & busy & ~older).sum(), off.sum()]
        expected.append(wait.sum() - sum(expected))
        assert parts[i].tolist() == [x * MINUTE for x in expected], i
