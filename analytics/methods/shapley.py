"""Which part of the explained variance of one variable goes to each predictor, averaged over all orders (LMG)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_EXACT = 12
N_ORDERS, _SEED = 1000, 20
_SINGULAR = 1e-10


@dataclass(frozen=True)
class Shares:
    """Parts of R² [p] that add up to r_squared, of the variance of the outcome (0–1).

    draws: replications × p of the bootstrap; is_exact: by all orders, else by N_ORDERS random ones.
    """

    part: Floats
    r_squared: float
    draws: Floats
    is_exact: bool

    @property
    def low(self) -> Floats:
        return _quantile(self.draws, 0.025)

    @property
    def high(self) -> Floats:
        return _quantile(self.draws, 0.975)


def shares(predictors: Floats, outcome: Floats, weights: NDArray[np.float32] | None = None) -> Shares:
    """Shapley (LMG) decomposition of R² of a linear regression (Lindeman, Merenda and Gold 1980; Grömping 2006).

    predictors: n × p without gaps; outcome: n; weights: replications × n, how often each row is drawn in the
    percentile bootstrap (`resampling.weights`).
    """
    n_predictors = predictors.shape[1]
    columns = np.column_stack([predictors, outcome])
    of_all = parts(_covariances(columns, np.ones((1, len(columns)))))[0]
    draws = (
        np.zeros((0, n_predictors)) if weights is None else parts(_covariances(columns, np.asarray(weights)))
    )
    return Shares(of_all, float(of_all.sum()), draws, n_predictors <= MOST_EXACT)


def parts(covariances: Floats) -> Floats:
    """Parts of R² [B × p] from covariances [B × (p + 1) × (p + 1)] whose last variable is the outcome."""
    p = covariances.shape[-1] - 1
    return _by_subsets(covariances, [1] * p) if p <= MOST_EXACT else _by_orders(covariances)


def r_squared_of_subsets(covariances: Floats, sizes: Sequence[int]) -> Floats:
    """R² [B × 2^p] of every subset of p blocks of predictors; bit j of the index says whether block j is in.

    sizes: columns of each block.

    Predictor after predictor is either left out or swept out of all that follow, so that each subset costs one step.
    """
    left = covariances[:, None]
    total = covariances[:, -1, -1]
    for size in sizes:
        swept = left
        for _ in range(size):
            swept = _swept(swept)
        left = np.concatenate([left[..., size:, size:], swept], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total[:, None] > 0, 1 - left[..., 0, 0] / total[:, None], 0.0)


def _by_subsets(covariances: Floats, sizes: Sequence[int]) -> Floats:
    p = len(sizes)
    explained = r_squared_of_subsets(covariances, sizes)
    subset = np.arange(2**p)
    size = np.array([int(s).bit_count() for s in subset])
    found = np.empty((len(covariances), p))
    for j in range(p):
        without = subset[subset & (1 << j) == 0]
        weight = np.array([factorial(k) * factorial(p - k - 1) / factorial(p) for k in size[without]])
        found[:, j] = (explained[:, without | (1 << j)] - explained[:, without]) @ weight
    return found


def _by_orders(covariances: Floats) -> Floats:
    p = covariances.shape[-1] - 1
    draw = np.random.default_rng(_SEED)
    orders = np.array([draw.permutation(p) for _ in range(N_ORDERS // 2)])
    # Each order and its reverse: what one gives a predictor too early the other gives too late.
    orders = np.vstack([orders, orders[:, ::-1]])
    with_outcome = np.column_stack([orders, np.full(N_ORDERS, p)])
    found = np.zeros((len(covariances), p))
    for b, covariance in enumerate(covariances):
        left = covariance[with_outcome[:, :, None], with_outcome[:, None, :]]
        if covariance[-1, -1] <= 0:
            continue
        for k in range(p):
            swept = _swept(left)
            gain = (left[:, -1, -1] - swept[:, -1, -1]) / covariance[-1, -1]
            found[b] += np.bincount(orders[:, k], gain, p) / N_ORDERS
            left = swept
    return found


def _swept(left: Floats) -> Floats:
    """The covariances of what the first variable leaves unexplained of the others."""
    pivot = left[..., 0, 0]
    scale = np.abs(np.diagonal(left, axis1=-2, axis2=-1)).max(axis=-1)
    # A predictor that the earlier ones determine brings nothing.
    factor = np.where(pivot > _SINGULAR * np.maximum(scale, 1e-300), 1 / np.where(pivot == 0, 1, pivot), 0.0)
    return left[..., 1:, 1:] - factor[..., None, None] * left[..., 1:, :1] * left[..., :1, 1:]


def _covariances(columns: Floats, weights: NDArray[np.floating]) -> Floats:
    """Covariances [B × q × q] of the columns [n × q] under each row of weights [B × n]."""
    centred = columns - columns.mean(axis=0)
    rows, cols = np.triu_indices(columns.shape[1])
    n = weights.sum(axis=1, keepdims=True)
    means = weights @ centred / n
    upper = weights @ (centred[:, rows] * centred[:, cols]) / n - means[:, rows] * means[:, cols]
    found = np.empty((len(weights), columns.shape[1], columns.shape[1]))
    found[:, rows, cols] = found[:, cols, rows] = upper
    return found


def _quantile(draws: Floats, q: float) -> Floats:
    return np.quantile(draws, q, axis=0) if len(draws) else np.full(draws.shape[1], np.nan)
