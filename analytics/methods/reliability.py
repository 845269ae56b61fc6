"""How far the items of a scale measure one thing: Cronbach's alpha and McDonald's omega."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_ROUNDS, _SMALLEST = 2000, 1e-6
# With fewer answers than this the correlations of items say nothing.
MIN_ANSWERS = 10


def alpha(items: ArrayLike) -> float:
    """Cronbach's alpha of answers × items (Cronbach 1951): k / (k − 1) · (1 − Σ var of items / var of their sum).

    Answers with a missing item are left out; NaN with under two items, under two answers, or where all answer alike.
    """
    x = _complete(items)
    n, k = x.shape
    if n < 2 or k < 2:
        return np.nan
    total = x.sum(axis=1).var(ddof=1)
    return float(k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / total)) if total > 0 else np.nan


def omega(items: ArrayLike) -> float:
    """McDonald's omega of one factor (McDonald 1999): (Σ loadings)² / ((Σ loadings)² + Σ unique variances).

    Loadings by principal factors repeated until the communalities stand (minres for one factor; Harman and Jones
    1966), of the covariances. NaN with under three items (two do not fix a factor), under MIN_ANSWERS answers, or an
    item that does not vary.
    """
    x = _complete(items)
    if len(x) < MIN_ANSWERS or x.shape[1] < 3:
        return np.nan
    deviation = x.std(axis=0, ddof=1)
    if (deviation == 0).any():
        return np.nan
    loadings = one_factor(np.corrcoef(x, rowvar=False)) * deviation
    unique = deviation**2 - loadings**2
    common = loadings.sum() ** 2
    return float(common / (common + unique.sum()))


def one_factor(correlations: ArrayLike) -> Floats:
    """Loadings [k] on one factor that leave the least squares of the off-diagonal correlations [k × k]."""
    r = np.array(correlations, dtype=float)
    # Squared multiple correlations to begin with, as far as they can be had.
    communality = np.clip(1 - 1 / np.diag(np.linalg.pinv(r)), 0.05, 1.0)
    loadings = np.zeros(len(r))
    for _ in range(_ROUNDS):
        np.fill_diagonal(r, communality)
        values, vectors = np.linalg.eigh(r)
        found = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
        found *= 1.0 if found.sum() >= 0 else -1.0
        communality = np.minimum(found**2, 1.0)
        if np.abs(found - loadings).max() < _SMALLEST:
            break
        loadings = found
    return np.clip(found, -1.0, 1.0)


def _complete(items: ArrayLike) -> Floats:
    x = np.asarray(items, dtype=float)
    return x[np.isfinite(x).all(axis=1)]
