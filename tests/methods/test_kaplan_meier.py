"""Survival estimates by hand and against known laws."""

import numpy as np
import pytest

from analytics.methods.kaplan_meier import greenwood, kaplan_meier, weibull_censored


def test_six_people_by_hand() -> None:
    """Left at 1, 3, 3; called at 2, 4, 5. S(1) = 5/6; S(3) = 5/6 · (1 − 2/4) = 5/12."""
    time = np.array([1.0, 2.0, 3.0, 3.0, 4.0, 5.0])
    left = np.array([True, False, True, True, False, False])
    curve = kaplan_meier(time, left)
    assert curve.times_min.tolist() == [1.0, 3.0]
    assert curve.n_at_risk.tolist() == [6.0, 4.0]
    assert curve.share == pytest.approx([5 / 6, 5 / 12])
    assert curve.n_events == 3


def test_weights_count_rows() -> None:
    time, left = np.array([1.0, 2.0, 3.0]), np.array([True, True, False])
    twice = kaplan_meier(np.repeat(time, 2), np.repeat(left, 2))
    weighted = kaplan_meier(time, left, np.full(3, 2.0))
    assert weighted.share == pytest.approx(twice.share)
    assert weighted.n_at_risk == pytest.approx(twice.n_at_risk)


def test_nobody_left() -> None:
    curve = kaplan_meier(np.array([1.0, 2.0]), np.array([False, False]))
    assert len(curve.times_min) == 0
    assert curve.n_events == 0


@pytest.mark.parametrize(("scale", "shape"), [(55.0, 1.6), (20.0, 1.0), (30.0, 0.7)])
def test_weibull_found_again_through_censoring(scale: float, shape: float) -> None:
    rng = np.random.default_rng(3)
    patience, wait = scale * rng.weibull(shape, 40_000), rng.exponential(12, 40_000)
    found = weibull_censored(np.minimum(patience, wait), patience < wait, np.ones(40_000))
    assert found[0] == pytest.approx(scale, rel=0.08)
    assert found[1] == pytest.approx(shape, rel=0.05)


def test_kaplan_meier_follows_the_law_it_was_drawn_from() -> None:
    rng = np.random.default_rng(4)
    patience, wait = 55 * rng.weibull(1.6, 40_000), rng.exponential(15, 40_000)
    curve = kaplan_meier(np.minimum(patience, wait), patience < wait)
    for t in (5.0, 15.0, 30.0):
        share = curve.share[np.searchsorted(curve.times_min, t) - 1]
        assert share == pytest.approx(np.exp(-((t / 55) ** 1.6)), abs=0.015)


def test_greenwood_on_the_leukaemia_trial() -> None:
    """6-MP arm of Freireich et al. (1963), the textbooks' example (Kalbfleisch and Prentice; Collett): weeks to relapse."""
    time = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], float)
    is_censored = np.zeros(21, bool)
    is_censored[[3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20]] = True
    curve = kaplan_meier(time, ~is_censored)
    assert curve.times_min.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.share == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    low, high = greenwood(curve)
    assert low == pytest.approx([0.6197, 0.5631, 0.5032, 0.4316, 0.3675, 0.2678, 0.1881], abs=6e-5)
    assert high == pytest.approx([0.9516, 0.9228, 0.8894, 0.8491, 0.8049, 0.7468, 0.6801], abs=6e-5)
