"""Processes whose figures queueing theory gives in closed form."""

import math

import numpy as np
import pytest

from benchmarks.hand_made import ALWAYS, always_lasting, process_model
from tests.simulation.process.processes import all_days, evenly, exponential, one_step, run

DAYS, REPLICATIONS = all_days(300), 40


def mean_wait(runs, step: int) -> tuple[float, float]:
    """Mean minutes waited for a step, and the standard error over replications."""
    waits = runs.step_sums[:, step, 1] / runs.step_sums[:, step, 0]
    return float(waits.mean()), float(waits.std(ddof=1) / len(waits) ** 0.5)


def erlang_c_wait(servers: int, per_min: float, mean: float) -> float:
    load = per_min * mean
    below = sum(load**k / math.factorial(k) for k in range(servers))
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (below + last) * mean / (servers - load)


@pytest.mark.parametrize(("servers", "per_min"), [(1, 0.02), (3, 0.06), (6, 0.14)])
def test_one_step_waits_as_erlang_c_says(servers: int, per_min: float) -> None:
    runs = run(one_step(servers, per_min, exponential(30)), DAYS, REPLICATIONS)
    wait, error = mean_wait(runs, 0)
    assert error < 0.03 * wait
    assert wait == pytest.approx(erlang_c_wait(servers, per_min, 30.0), abs=3 * error)


def test_constant_times_halve_the_wait_of_one_server() -> None:
    """Pollaczek and Khinchine."""
    wait, error = mean_wait(run(one_step(1, 0.02, always_lasting(30)), DAYS, REPLICATIONS), 0)
    assert wait == pytest.approx(erlang_c_wait(1, 0.02, 30.0) / 2, abs=3 * error)


def test_two_steps_in_a_row_wait_as_if_alone() -> None:
    """Product form of two M/M/1 in tandem (Burke, Jackson)."""
    model = process_model(
        {"clerk": [ALWAYS], "approver": [ALWAYS]},
        {"check": ("clerk", exponential(30)), "approval": ("approver", exponential(20))},
        {"start": {"check": 1}, "check": {"approval": 1}, "approval": {"won": 1}},
        evenly(0.025),
    )
    runs = run(model, DAYS, REPLICATIONS)
    for step, mean in enumerate((30.0, 20.0)):
        wait, error = mean_wait(runs, step)
        assert wait == pytest.approx(erlang_c_wait(1, 0.025, mean), abs=3 * error)


def test_rework_is_geometric_and_loads_the_server() -> None:
    again = 0.3
    model = process_model(
        {"clerk": [ALWAYS]},
        {"check": ("clerk", exponential(20))},
        {"start": {"check": 1}, "check": {"won": 1 - again, "check": again}},
        evenly(0.028),
    )
    runs = run(model, DAYS, REPLICATIONS)
    visits = runs.edge_n[:, :, 0].sum(axis=1) / runs.edge_n[:, -1, 0]
    error = visits.std(ddof=1) / REPLICATIONS**0.5
    assert visits.mean() == pytest.approx(1 / (1 - again), abs=3 * error)
    # Jackson: the server sees λ ÷ (1 − p), and so do the waits.
    wait, error = mean_wait(runs, 0)
    assert wait == pytest.approx(erlang_c_wait(1, 0.028 / (1 - again), 20.0), abs=3 * error)
    used = runs.busy_min.sum(axis=1) / runs.staffed_min.sum(axis=1)
    assert used.mean() == pytest.approx(0.8, abs=3 * used.std(ddof=1) / REPLICATIONS**0.5)


def test_a_step_done_again_may_go_on_differently() -> None:
    model = process_model(
        {"clerk": [ALWAYS] * 20},
        {"check": ("clerk", always_lasting(5))},
        {"start": {"check": 1}, "check": {"won": 0.4, "check": 0.6}},
        evenly(0.01),
        again={"check": {"won": 1.0}},
    )
    runs = run(model, DAYS, 5)
    share = runs.edge_n[:, 0, 0].sum() / runs.edge_n[:, -1, 0].sum()
    assert share == pytest.approx(0.6, abs=0.01)  # 0.6 once more, and never a third time
    assert runs.cycle_h.max() == pytest.approx(10 / 60)


def test_a_pair_side_by_side_lasts_as_long_as_the_longer() -> None:
    a, b = 30.0, 50.0
    model = process_model(
        {"clerk": [ALWAYS] * 40},
        {"left": ("clerk", exponential(a)), "right": ("clerk", exponential(b))},
        {"start": {("left", "right"): 1}, ("left", "right"): {"won": 1}},
        evenly(0.02),
    )
    runs = run(model, DAYS, 10)
    assert len(runs.cycle_h) > 50_000
    error = 60 * runs.cycle_h.std() / len(runs.cycle_h) ** 0.5
    assert 60 * runs.cycle_h.mean() == pytest.approx(a + b - 1 / (1 / a + 1 / b), abs=3 * error)
    # Somebody works on the case all the time.
    assert runs.work_h == pytest.approx(runs.working_h, abs=1e-6)


def test_whoever_can_do_least_else_is_taken_first() -> None:
    model = process_model(
        {"clerk": [ALWAYS], "all-rounder": [ALWAYS]},
        {"check": ("clerk", always_lasting(10)), "sale": ("all-rounder", always_lasting(10))},
        {"start": {"check": 1}, "check": {"won": 1}},
        evenly(0.001),
        serves=np.array([[True, False], [True, True]]),
    )
    busy = run(model, DAYS).busy_min[0]
    assert busy[0] > 50 * max(busy[1], 1.0)
