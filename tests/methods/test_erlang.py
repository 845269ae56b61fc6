"""Queueing formulas against published values."""

import numpy as np
import pytest

from analytics.methods.erlang import (
    erlang_a,
    erlang_b,
    erlang_c,
    mg1_priority_waits,
    most_arrivals,
    service_level_a,
    service_level_c,
)


def test_erlang_b_textbook_value() -> None:
    assert erlang_b(2.0, 3) == pytest.approx(4 / 19)  # (8/6) / (1 + 2 + 2 + 8/6)


def test_erlang_c_of_a_call_centre() -> None:
    """100 calls in 30 min, 180 s each, 14 agents: the standard worked example."""
    figures = erlang_c(200, 20, 14)
    assert figures.wait_probability == pytest.approx(0.1741, abs=5e-5)
    assert figures.wait_mean * 3600 == pytest.approx(7.84, abs=0.005)
    assert service_level_c(200, 20, 14, 20 / 3600) == pytest.approx(0.8884, abs=5e-5)
    assert service_level_c(200, 20, 13, 20 / 3600) == pytest.approx(0.7956, abs=5e-5)


def test_erlang_c_refuses_overload() -> None:
    with pytest.raises(ValueError, match="erlangs"):
        erlang_c(10, 1, 10)


def test_erlang_a_published_value() -> None:
    """50 servers, 2,880 an hour, 1 min service, 2 min patience (Garnett, Mandelbaum and Reiman)."""
    figures = erlang_a(48, 1, 50, 0.5)
    assert figures.abandon_share == pytest.approx(0.0309, abs=5e-5)
    assert figures.wait_mean * 60 == pytest.approx(3.71, abs=0.005)
    assert figures.utilisation == pytest.approx(0.930, abs=5e-4)


def test_erlang_a_meets_erlang_c_where_nobody_leaves() -> None:
    patient = erlang_a(200, 20, 14, 1e-9)
    assert patient.wait_mean == pytest.approx(erlang_c(200, 20, 14).wait_mean, rel=1e-4)
    assert patient.wait_probability == pytest.approx(erlang_c(200, 20, 14).wait_probability, rel=1e-4)


def test_priority_waits_keep_the_conservation_law() -> None:
    """Weighted by load, mean waits add to the same as first come, first served (Kleinrock)."""
    rates, means, squares = [0.2, 0.3], [1.0, 1.5], [2.0, 4.5]
    high, low = mg1_priority_waits(rates, means, squares)
    load = 0.2 + 0.45
    fifo = (0.2 * 2.0 + 0.3 * 4.5) / 2 / (1 - load)
    assert high < fifo < low
    assert 0.2 * high + 0.45 * low == pytest.approx(load * fifo)


def test_service_level_of_erlang_a_meets_erlang_c_where_nobody_leaves() -> None:
    """The worked example above: 0.8884 with 14 agents, 0.7956 with 13."""
    for agents, level in ((14, 0.8884), (13, 0.7956)):
        assert service_level_a(200, 20, agents, 1e-4, 20 / 3600) == pytest.approx(level, abs=1e-4)


def test_service_level_of_erlang_a_ends_at_those_who_stay() -> None:
    """Called at once: the share that meets a free server; called at all: who does not leave (50 servers, 3.09 % leave)."""
    assert service_level_a(48, 1, 50, 0.5, 1e9) == pytest.approx(1 - 0.0309, abs=5e-5)
    none = erlang_a(48, 1, 50, 0.5).wait_probability
    assert service_level_a(48, 1, 50, 0.5, 0) == pytest.approx(1 - none, abs=1e-9)


def test_service_level_of_erlang_a_against_a_played_queue() -> None:
    """Six servers, 9 an hour each at most, patience 15 min: 200,000 customers, first come first served."""
    rng = np.random.default_rng(2)
    n, free, called = 200_000, [0.0] * 6, 0
    arrivals = rng.exponential(1 / 60, n).cumsum()
    for at, work, willing in zip(arrivals, rng.exponential(1 / 9, n), rng.exponential(1 / 4, n), strict=True):
        wait = max(min(free) - at, 0)
        if wait <= willing:
            free[free.index(min(free))] = at + wait + work
            called += wait <= 5 / 60
    assert called / n == pytest.approx(service_level_a(60, 9, 6, 4, 5 / 60), abs=0.006)


def test_most_arrivals_are_where_the_level_is_met() -> None:
    rate = most_arrivals(9, 6, 4, 10 / 60, 0.8)
    assert service_level_a(rate, 9, 6, 4, 10 / 60) == pytest.approx(0.8, abs=1e-6)
    assert most_arrivals(9, 7, 4, 10 / 60, 0.8) > rate
