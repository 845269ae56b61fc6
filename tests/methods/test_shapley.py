"""Shares of R² by hand and by their properties."""

import numpy as np
import pytest

from analytics.methods.shapley import shares


def test_independent_causes_have_their_own_squared_correlation():
    # Orthogonal columns: y = 2a + b + rest, all of variance 1 and uncorrelated: R² = (4 + 1) / 6.
    a, b, rest = (np.tile(row, 5) for row in ([1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]))
    found = shares(np.column_stack([a, b]).astype(float), 2.0 * a + b + rest)
    assert found.r_squared == pytest.approx(5 / 6)
    assert found.part == pytest.approx([4 / 6, 1 / 6])


def test_two_correlated_causes_by_hand():
    # Standardised, correlation r between causes, and with y c1, c2: R² = (c1² + c2² − 2 r c1 c2) / (1 − r²);
    # the first cause gets half of what it brings alone and half of what it adds to the other.
    rng = np.random.default_rng(1)
    a = rng.normal(size=500)
    b = 0.6 * a + rng.normal(size=500)
    y = a + b + rng.normal(size=500)
    r, c1, c2 = (np.corrcoef(p, q)[0, 1] for p, q in ((a, b), (a, y), (b, y)))
    both = (c1**2 + c2**2 - 2 * r * c1 * c2) / (1 - r**2)
    found = shares(np.column_stack([a, b]), y)
    assert found.r_squared == pytest.approx(both)
    assert found.part[0] == pytest.approx((c1**2 + both - c2**2) / 2)
    assert found.part.sum() == pytest.approx(found.r_squared, abs=1e-12)


def test_twins_share_alike_and_weights_count_rows():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 3))
    x[:, 2] = x[:, 1] + rng.normal(size=60) / 10
    y = x @ [1, 2, 2] + rng.normal(size=60)
    found = shares(x, y, np.array([np.full(60, 2), rng.poisson(1, 60)], np.float32))
    assert found.part[1] == pytest.approx(found.part[2], rel=0.05) and found.part.sum() == pytest.approx(
        found.r_squared
    )
    assert found.draws[0] == pytest.approx(found.part, rel=1e-4)


def test_nothing_varies():
    assert shares(np.arange(9.0)[:, None], np.ones(9)).r_squared == 0
