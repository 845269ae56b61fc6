"""What must hold of every process: nothing is lost, nothing depends on chance it should not depend on."""

import os
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from analytics.simulation.process import metrics
from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.model import ProcessUncertainty
from analytics.simulation.process.runs import CaseRuns
from benchmarks.branch_process import DAYS, engine_model, plain_year
from benchmarks.hand_made import always_lasting, process_model
from tests.simulation.process.processes import (
    DAY_MIN,
    NINE_TO_FIVE,
    at_slot,
    everything,
    run,
    traced,
    work_days,
)

OPENS_MIN = 9 * 60.0


def same(a: CaseRuns, b: CaseRuns) -> bool:
    return all(
        np.array_equal(getattr(a, f.name), getattr(b, f.name), equal_nan=True)
        for f in fields(a)
        if isinstance(getattr(a, f.name), np.ndarray)
    )


def test_all_that_goes_into_a_step_comes_out_of_it() -> None:
    model = replace(everything(), rates=at_slot(0, 20, 40).reshape(7, 48, 1, 1))
    days = (work_days(1)[0], *[d for d in work_days(400) if d.weekday() != 0])
    runs = run(model, days, 3)
    n, pair = len(model.steps), list(model.sides[0].members)
    assert np.all(runs.n_open == 0)
    into, out_of = runs.edge_n.sum(axis=1), runs.edge_n.sum(axis=2)
    assert np.array_equal(into[:, :n], runs.step_sums[:, :, 0])
    ended = np.bincount(runs.replication, minlength=3)
    assert np.array_equal(into[:, n], ended)
    for step in range(n):
        if step not in pair:
            # A case goes into both of a pair, by two edges.
            assert np.array_equal(into[:, step], out_of[:, step] - runs.edge_n[:, step, pair[1]])
    assert np.array_equal(into[:, pair[0]], into[:, pair[1]])
    # What comes after a pair is counted from whichever ended last.
    assert np.array_equal(out_of[:, pair].sum(axis=1), into[:, pair[0]])


def test_cases_have_ended_or_are_open() -> None:
    model, days = everything(), work_days(30)
    runs = run(model, days, 4)
    at_once = process_model(
        {"clerk": [NINE_TO_FIVE] * 500},
        {"contact": ("clerk", always_lasting(0))},
        {"start": {"contact": 1}, "contact": {"won": 1}},
        12 * NINE_TO_FIVE / 16,
        is_open=model.is_open,
    )
    n_come = np.bincount(run(at_once, days, 4).replication, minlength=4)
    ended = np.bincount(runs.replication, minlength=4)
    assert np.array_equal(ended + runs.n_open, n_come)
    assert np.all(runs.n_open > 0) and np.all(ended > 0)


def test_nobody_works_more_than_he_is_there() -> None:
    runs = run(everything(), work_days(60), 5)
    assert np.all(runs.busy_min <= runs.staffed_min + 1e-6)
    assert np.all(runs.busy_min.sum(axis=0) > 0)
    assert np.all(runs.work_h <= runs.working_h + 1e-6)
    assert np.all(runs.working_h <= runs.cycle_h + 1e-6)


def test_steps_are_traced_in_their_order() -> None:
    found = traced(everything(), work_days(40))
    assert np.all(found.ready_min <= found.start_min + 1e-6)
    assert np.all(found.start_min <= found.finish_min + 1e-6)
    # A step is ready the moment another of its case is finished; a case's first, when it came.
    for case in np.unique(found.case):
        mine = found.case == case
        ready, finish = np.round(found.ready_min[mine], 4), np.round(found.finish_min[mine], 4)
        came = ready == ready.min()
        assert came.any() and np.all(np.isin(ready[~came] % DAY_MIN, [*(finish % DAY_MIN), OPENS_MIN]))


def test_threads_do_not_matter() -> None:
    one, many = (run(everything(), work_days(30), 6, workers=n) for n in (1, 4))
    assert same(one, many)


def test_another_seed_brings_other_cases() -> None:
    a, b = (run(everything(), work_days(30), 2, seed=s) for s in (1, 2))
    assert not same(a, b)


def test_the_same_model_twice_changes_nothing() -> None:
    model = everything()
    a, b = simulate_cases([model, everything()], ProcessUncertainty.none(model), work_days(30), 3, 7)
    assert same(a, b)


def test_more_replications_continue_the_fewer() -> None:
    few, more = (run(everything(), work_days(20), n) for n in (2, 5))
    first = more.replication < 2
    assert np.array_equal(more.cycle_h[first], few.cycle_h)
    assert np.array_equal(more.step_sums[:2], few.step_sums)


def test_luck_stays_with_the_case() -> None:
    """Approval and one of a pair twice as quick: no case ends otherwise than before, unless by its age."""
    model = replace(everything(), age_slope=np.zeros(6))
    quick = np.array(model.duration_min)
    quick[[model.step("approval"), model.step("valuation")]] /= 2
    a, b = simulate_cases(
        [model, replace(model, duration_min=quick)], ProcessUncertainty.none(model), work_days(100), 1, 3
    )
    key_a, key_b = (dict(zip(r.luck, r.outcome, strict=True)) for r in (a, b))
    shared = set(key_a) & set(key_b)
    assert len(shared) > 500
    assert all(key_a[k] == key_b[k] for k in shared)


SCRIPT = """
import numpy as np
from tests.simulation.process.processes import everything, run, work_days
runs = run(everything(), work_days(8), 2)
print(len(runs.cycle_h), runs.cycle_h.tobytes().hex(), runs.step_sums.tobytes().hex(), runs.edge_wait.tobytes().hex())
"""


def test_same_numbers_with_and_without_compilation() -> None:
    def numbers(disable_jit: str) -> str:
        env = {**os.environ, "NUMBA_DISABLE_JIT": disable_jit}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True
        )
        return done.stdout

    compiled, plain = numbers("0"), numbers("1")
    assert int(compiled.split()[0]) > 20
    assert compiled == plain


@pytest.mark.slow
def test_year_agrees_with_plain_python_metric_by_metric() -> None:
    model, n_ours, n_other = engine_model(), 200, 25
    runs = run(model, DAYS, n_ours)
    ours = metrics.of_runs(runs, model, len(DAYS), [0]) | metrics.utilisation(runs, model)
    ours |= {f"times:{s.activity}": runs.step_sums[:, i, 0] for i, s in enumerate(model.steps)}
    theirs = [plain_year(seed) for seed in range(n_other)]
    compared = set(ours) & set(theirs[0])
    assert len(compared) == 16
    for name in compared:
        other = np.array([t[name] for t in theirs])
        error = np.sqrt(ours[name].var(ddof=1) / n_ours + other.var(ddof=1) / n_other)
        z = (ours[name].mean() - other.mean()) / error
        assert abs(z) < 3.5, (name, ours[name].mean(), other.mean(), z)
