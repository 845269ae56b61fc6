"""Intervals of means and shares over independent units (cases, days) by the bootstrap."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
_REPLICATIONS, _SEED = 400, 20
# Fewer units than this say nothing of how far they vary.
MIN_UNITS = 3
_MOST_DENSE = 5_000_000


@lru_cache(maxsize=8)
def weights(n_units: int, replications: int = _REPLICATIONS, seed: int = _SEED) -> NDArray[np.float32]:
    """How often each unit is drawn: replications × units, Poisson with mean 1 (Chamandy et al. 2012)."""
    draws = np.random.default_rng(seed).poisson(1.0, (replications, n_units)).astype(np.float32)
    draws.flags.writeable = False
    return draws


@dataclass(frozen=True)
class Ratios:
    """Sums over units by sums over units, one per column: value [K] with its 95 % interval [K].

    The interval is NaN where fewer than MIN_UNITS units have the denominator.
    """

    value: Floats
    low: Floats
    high: Floats


def ratios(
    numerators: sparse.csr_array, denominators: sparse.csr_array, draws: NDArray[np.float32]
) -> Ratios:
    """Percentile bootstrap of column sums' ratios; numerators: units × K, denominators: units × K or × 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerators.sum(axis=0) / denominators.sum(axis=0)
        drawn = _drawn(numerators, draws) / _drawn(denominators, draws)
    n_units = np.broadcast_to(np.asarray((denominators != 0).sum(axis=0)).ravel(), value.shape)
    has_enough = n_units >= MIN_UNITS
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    if has_enough.any():
        low[has_enough], high[has_enough] = np.nanquantile(drawn[:, has_enough], [0.025, 0.975], axis=0)
    return Ratios(np.asarray(value, dtype=float).ravel(), low, high)


def _drawn(columns: sparse.csr_array, draws: NDArray[np.float32]) -> Floats:
    """Sums over the drawn units, replications × K (or × 1); dense products are many times faster, in parts of bounded size."""
    if not columns.shape[1]:
        return np.zeros((len(draws), 0))
    width = max(1, _MOST_DENSE // max(columns.shape[0], 1))
    parts = [
        draws @ columns[:, k : k + width].toarray().astype(np.float32)
        for k in range(0, columns.shape[1], width)
    ]
    return np.hstack(parts).astype(float)


def ratio(numerator: Floats, denominator: Floats, unit: Unit, draws: NDArray[np.float32]) -> Estimate:
    """The ratio of two sums over units as one estimate; n is how many units have the denominator."""
    n = int((denominator != 0).sum())
    if not n:
        return unknown(unit)
    found = ratios(sparse.csr_array(numerator[:, None]), sparse.csr_array(denominator[:, None]), draws)
    return Estimate(float(found.value[0]), float(found.low[0]), float(found.high[0]), n, unit)
