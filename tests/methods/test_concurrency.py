"""Concurrency and readiness of small logs by hand."""

import numpy as np

from analytics.methods import concurrency
from analytics.methods.concurrency import concurrent, ready


def log(cases: list[list[tuple[int, int, int]]]) -> tuple[np.ndarray, ...]:
    """cases: steps (activity, start, finish); in order of start, then finish."""
    rows = [(c, *s) for c, steps in enumerate(cases) for s in sorted(steps, key=lambda s: s[1:])]
    return tuple(np.array(x, dtype=np.int64) for x in zip(*rows, strict=True))


def test_both_orders_as_often_as_each_other_are_side_by_side():
    one, other = [(0, 0, 1), (1, 2, 3), (2, 4, 5), (3, 6, 7)], [(0, 0, 1), (2, 2, 3), (1, 4, 5), (3, 6, 7)]
    found = concurrent(*log([one, other] * 10), 4)
    assert np.argwhere(found).tolist() == [[1, 2], [2, 1]]
    assert not concurrent(*log([one] * 100 + [other]), 4).any(), "one stray order is no concurrency"


def test_rework_is_a_loop_not_concurrency():
    bounced = [(0, 0, 1), (1, 2, 3), (0, 4, 5), (1, 6, 7), (0, 8, 9), (1, 10, 11)]
    assert not concurrent(*log([bounced] * 20), 2).any()


def test_work_at_the_same_time_is_side_by_side():
    assert concurrent(*log([[(0, 0, 10), (1, 5, 12)]] * 10), 2)[0, 1]
    assert not concurrent(*log([[(0, 0, 10), (1, 5, 12)]] + [[(0, 0, 10), (1, 10, 12)]] * 10), 2).any()


def test_a_step_is_ready_when_what_it_depends_on_is_done():
    # 0 first; 1 and 2 side by side; 3 after both.
    arrays = log([[(0, 0, 10), (1, 12, 40), (2, 50, 60), (3, 70, 80)]])
    side_by_side = np.zeros((4, 4), bool)
    side_by_side[1, 2] = side_by_side[2, 1] = True
    at, by = ready(*arrays, side_by_side)
    assert at.tolist() == [0, 10, 10, 60]
    assert by.tolist() == [-1, 0, 0, 2]
    at, _by = ready(*arrays, np.zeros((4, 4), bool))
    assert at.tolist() == [0, 10, 40, 60]


def test_a_step_still_going_on_is_not_waited_for():
    # 1 runs from 5 to 90; 2 starts at 50 and so was made ready by 0.
    at, by = ready(*log([[(0, 0, 4), (1, 5, 90), (2, 50, 60), (3, 95, 99)]]), np.zeros((4, 4), bool))
    assert at.tolist() == [0, 4, 4, 90]
    assert by.tolist() == [-1, 0, 0, 1]


def test_beside_the_first_step_a_step_waits_from_the_beginning():
    side_by_side = np.array([[False, True], [True, False]])
    at, by = ready(*log([[(0, 0, 10), (1, 30, 40)]]), side_by_side)
    assert (at.tolist(), by.tolist()) == ([0, 0], [-1, -1])


def test_readiness_against_the_plain_rule():
    rng = np.random.default_rng(2)
    cases = []
    for _ in range(60):
        start = np.sort(rng.integers(0, 500, rng.integers(1, 15)))
        cases.append([(int(rng.integers(0, 5)), int(s), int(s + rng.integers(0, 150))) for s in start])
    case, activity, start, finish = log(cases)
    side_by_side = rng.random((5, 5)) < 0.2
    side_by_side |= side_by_side.T
    at, _by = ready(case, activity, start, finish, side_by_side)
    for i in range(len(case)):
        first = int(np.flatnonzero(case == case[i])[0])
        before = [
            finish[j] for j in range(first, i) if finish[j] <= start[i] and not side_by_side[activity[j], activity[i]]
        ]  # fmt: skip
        assert at[i] == (max(before) if before else start[first])


def test_logs_worked_through_in_parts_are_ready_alike(monkeypatch):
    rng = np.random.default_rng(4)
    case = np.repeat(np.arange(60), rng.integers(1, 30, 60))
    start = rng.integers(0, 50, len(case))
    start = start[np.lexsort((start, case))]
    columns = case, rng.integers(0, 5, len(case)), start, start + rng.integers(0, 20, len(case))
    is_concurrent = rng.random((5, 5)) < 0.3
    whole = ready(*columns, is_concurrent)
    monkeypatch.setattr(concurrency, "PART_ROWS", 25)
    parts = concurrency._parts(case)
    assert len(parts) > 10 and all(case[part.start - 1] != case[part.start] for part in parts[1:])
    for found, expected in zip(ready(*columns, is_concurrent), whole, strict=True):
        assert (found == expected).all()
