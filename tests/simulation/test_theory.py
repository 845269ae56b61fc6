"""The engine against formulas, within what chance allows: many long runs, a 99 % interval of their mean."""

from datetime import date

import numpy as np
import pytest

from analytics.methods.erlang import erlang_a, erlang_c, mg1_priority_waits
from analytics.simulation.engine import Runs, simulate
from analytics.simulation.model import STRICT_CREDIT_MIN, Model, Uncertainty
from tests.simulation.halls import exponential_table, steady_hall

N_RUNS = 24
Z_99_OF_24_RUNS = 2.81  # Student's t, 23 degrees of freedom


def run(model: Model, target_min: float = 1.0) -> Runs:
    return simulate([model], Uncertainty.none(model), [date(2026, 1, 5)], N_RUNS, 11, target_min)[0]


def assert_mean(values: np.ndarray, truth: float) -> None:
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - truth) < Z_99_OF_24_RUNS * error, (values.mean(), truth, error)
    assert error < 0.02 * truth  # precise enough that a wrong engine would show


def test_erlang_c() -> None:
    """100 calls in 30 min, 180 s, 14 agents."""
    runs = run(steady_hall([200 / 60], [exponential_table(3.0)], 14, minutes=40_000), target_min=1 / 3)
    tickets, served, waited, within = runs.sums[:, 0, :4].T
    assert_mean(waited / served, erlang_c(200 / 60, 1 / 3, 14).wait_mean)
    assert_mean(within / tickets, 0.8884)
    assert (runs.sums[:, 0, 4] == 0).all()


def test_erlang_a() -> None:
    """50 servers, 48 a minute, 1 min service, 2 min mean patience."""
    runs = run(steady_hall([48], [exponential_table(1.0)], 50, [exponential_table(2.0)], minutes=5_000))
    tickets, served, _, _, left = runs.sums[:, 0, :5].T
    truth = erlang_a(48, 1, 50, 0.5)
    assert_mean(left / tickets, truth.abandon_share)
    assert_mean(runs.staff[:, 0] / runs.staff[:, 1], truth.utilisation)
    assert (tickets == served + left).all()


def test_priorities_of_cobham() -> None:
    """M/G/1, two classes, strict priority for the second; uniform and constant service."""
    uniform, constant = np.linspace(0, 2.0, 257), np.full(257, 1.5)
    model = steady_hall(
        [0.3, 0.25], [constant, uniform], 1, credit_min=[0.0, STRICT_CREDIT_MIN], minutes=100_000
    )
    runs = run(model)
    high, low = mg1_priority_waits([0.25, 0.3], [1.0, 1.5], [4 / 3, 2.25])
    waits = runs.sums[:, :, 2] / runs.sums[:, :, 1]
    assert_mean(waits[:, 1], high)
    assert_mean(waits[:, 0], low)


def test_constant_service() -> None:
    """M/D/1: half the wait of M/M/1, λm²/(2(1−ρ))."""
    runs = run(steady_hall([0.7], [np.ones(257)], 1, minutes=100_000))
    assert_mean(runs.sums[:, 0, 2] / runs.sums[:, 0, 1], 0.7 / (2 * 0.3))


def test_ageing_credit_shifts_waits_by_up_to_the_credit() -> None:
    """In heavy traffic the credited class waits about the credit less (Kleinrock's accumulating priority limit)."""
    service = exponential_table(1.0)
    model = steady_hall([0.48, 0.48], [service, service], 1, credit_min=[0.0, 5.0], minutes=100_000)
    waits = run(model).sums[:, :, 2] / run(model).sums[:, :, 1]
    difference = (waits[:, 0] - waits[:, 1]).mean()
    assert 0.7 * 5 < difference < 5


@pytest.mark.parametrize("servers", [1, 3])
def test_first_come_first_served_within_a_class(servers: int) -> None:
    from analytics.simulation import engine, kernel

    model = steady_hall([0.9 * servers], [exponential_table(1.0)], servers, minutes=5_000)
    monday = engine.Calendar.of([date(2026, 1, 5)])
    (first, arrival, klass, slot, u), *_ = engine.draw(
        [model], Uncertainty.none(model), monday, np.random.default_rng(5), 0
    )
    waits = np.empty(len(arrival))
    table = engine.lay_out(model)
    kernel.serve_period(
        first, arrival, klass, slot, u, np.zeros(1, np.int64), np.ones((7, 48, 1)), False,
        np.zeros(1, np.int64), np.zeros(1, np.int64), table.class_queue, model.service_min, np.ones(1),
        model.patience_min, np.ones(1), np.zeros(1, np.int64), table.staff_on, table.last_slot, table.next_change,
        model.slot_min, table.serves, table.flexibility, np.ones((servers, 16)), table.credit, 0.0, 1.0,
        np.zeros((1, kernel.N_CSAT_BINS)), np.zeros((1, kernel.N_WAIT_BINS), np.int32), np.zeros((2, 6)),
        np.zeros((1, 7, 48)), np.zeros((1, 7, 48)), waits,
    )  # fmt: skip
    n = first[-1]
    called = arrival[:n] + waits[:n]
    assert n > 3_000
    assert (waits[:n] >= 0).all()
    assert (np.diff(called) >= -1e-9).all()
