"""Queueing formulas against published values."""

import pytest

from analytics.methods.erlang import erlang_a, erlang_b, erlang_c, mg1_priority_waits, service_level_c


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
