"""Alpha of a matrix worked out by hand; omega of covariances that one factor makes; where nothing can be said."""

import numpy as np
import pytest

from analytics.methods.reliability import alpha, omega, one_factor


def test_alpha_of_a_worked_matrix():
    # Items 1, 2, 3 and 2, 2, 5: variances 1 and 3, sums 3, 4, 8 with variance 7 -> 2 · (1 − 4/7) = 6/7.
    assert alpha([[1, 2], [2, 2], [3, 5]]) == pytest.approx(6 / 7)


def test_alpha_of_equal_items_is_one_and_an_incomplete_answer_is_left_out():
    assert alpha([[1, 1, 1], [4, 4, 4], [2, 2, 2]]) == pytest.approx(1)
    assert alpha([[1, 2], [2, 2], [3, 5], [7, np.nan]]) == pytest.approx(6 / 7)


def test_one_factor_finds_the_loadings_that_made_the_correlations():
    loadings = np.array([0.9, 0.7, 0.5, 0.3])
    made = np.outer(loadings, loadings)
    np.fill_diagonal(made, 1)
    assert one_factor(made) == pytest.approx(loadings, abs=1e-3)


def test_omega_equals_alpha_where_items_are_alike_and_exceeds_it_where_they_are_not():
    rng = np.random.default_rng(3)
    factor = rng.normal(size=20_000)
    alike = np.column_stack([factor + rng.normal(size=20_000) for _ in range(4)])
    # Loadings 1, unique variances 1: 16 / (16 + 4).
    assert omega(alike) == pytest.approx(0.8, abs=0.01)
    assert alpha(alike) == pytest.approx(0.8, abs=0.01)
    unlike = alike * [1, 1, 1, 1] + np.outer(factor, [2, 0, 0, -0.8])
    # Loadings 3, 1, 1, 0.2: 5.2² / (5.2² + 4).
    assert omega(unlike) == pytest.approx(5.2**2 / (5.2**2 + 4), abs=0.01)
    assert omega(unlike) > alpha(unlike) + 0.05


@pytest.mark.parametrize(
    "items", [np.ones((20, 3)), np.ones((1, 3)), np.ones((0, 3)), np.arange(20.0)[:, None]]
)
def test_nothing_to_say(items):
    assert np.isnan(alpha(items)) and np.isnan(omega(items))


def test_two_items_do_not_fix_a_factor():
    assert np.isnan(omega(np.random.default_rng(1).normal(size=(50, 2))))
