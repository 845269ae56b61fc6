"""Intervals of means and shares over independent units (cases, days) by the bootstrap."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_REPLICATIONS, _SEED = 400, 20
# Fewer units than this say nothing of how far they vary.
MIN_UNITS = 3
# More units than this are drawn in so many blocks of them.
MOST_BLOCKS = 5_000
# Sums of very many columns are held for fewer blocks, but so many at least.
LEAST_BLOCKS, _MOST_SUMS = 200, 25_000_000
_MOST_DENSE = 5_000_000


@lru_cache(maxsize=8)
def weights(n_units: int, replications: int = _REPLICATIONS, seed: int = _SEED) -> NDArray[np.float32]:
    """How often each unit is drawn: replications × units, Poisson with mean 1 (Chamandy et al. 2012)."""
    draws = np.random.default_rng(seed).poisson(1.0, (replications, n_units)).astype(np.float32)
    draws.flags.writeable = False
    return draws


@lru_cache(maxsize=8)
def blocks(n_units: int) -> NDArray[np.int16]:
    """The block of each unit: its own up to MOST_BLOCKS, else one at random with as many others as in any.

    Units are independent, so are blocks of them: sums over units vary as sums over blocks do, however large these are
    (random groups: Wolter 2007, Introduction to Variance Estimation, chapter 2).
    """
    found: NDArray[np.int16] = (np.arange(n_units) % MOST_BLOCKS).astype(np.int16)
    if n_units > MOST_BLOCKS:
        np.random.default_rng(_SEED).shuffle(found)
    found.flags.writeable = False
    return found


@dataclass(frozen=True)
class Sums:
    """by_block: blocks × K, the sum of values in each column; n_units [K]: how many units have any."""

    by_block: Floats
    n_units: Ints

    @property
    def total(self) -> Floats:
        """Over all units [K]."""
        return np.asarray(self.by_block.sum(axis=0), float)


def sums(unit: NDArray[Any], column: NDArray[Any], values: NDArray[Any], n_units: int, k: int) -> Sums:
    """Values added up by block of units and column; a row per value, a unit's together; columns below 0 are left out."""
    n_blocks = min(n_units, MOST_BLOCKS, max(LEAST_BLOCKS, _MOST_SUMS // max(k, 1)))
    block = blocks(n_units) % max(n_blocks, 1)
    return Sums(*_sums(unit, column, values, block, np.zeros((n_blocks, k)), np.zeros(k, np.int64)))


@njit(cache=True, nogil=True)
def _sums(
    unit: NDArray[Any], column: NDArray[Any], values: NDArray[Any], block: NDArray[np.int16], found: Floats, n: Ints
) -> tuple[Floats, Ints]:  # fmt: skip
    last = np.full(found.shape[1], -1, np.int64)
    for i in range(len(column)):
        at = column[i]
        if at >= 0 and values[i] != 0:
            found[block[unit[i]], at] += values[i]
            if last[at] != unit[i]:
                last[at] = unit[i]
                n[at] += 1
    return found, n


def by_block(values: NDArray[Any]) -> Floats:
    """One value of each unit, added up by block: blocks × 1."""
    added = np.bincount(blocks(len(values)), values, min(len(values), MOST_BLOCKS))
    return np.asarray(added, float)[:, None]


@dataclass(frozen=True)
class Ratios:
    """Sums over units by sums over units, one per column: value [K] with its 95 % interval [K].

    The interval is NaN where fewer than MIN_UNITS blocks of units have the denominator.
    """

    value: Floats
    low: Floats
    high: Floats


def ratios(numerators: Floats, denominators: Floats) -> Ratios:
    """Percentile bootstrap of column sums' ratios; numerators: blocks × K, denominators: blocks × K or × 1.

    Where the one has fewer blocks, those of the other are put together likewise.
    """
    n_blocks = min(len(numerators), len(denominators))
    numerators, denominators = _folded(numerators, n_blocks), _folded(denominators, n_blocks)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.asarray(numerators.sum(axis=0) / denominators.sum(axis=0), float)
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    told = np.flatnonzero(np.broadcast_to((denominators != 0).sum(axis=0), value.shape) >= MIN_UNITS)
    width, draws = max(1, _MOST_DENSE // max(n_blocks, 1)), weights(n_blocks)
    common = _drawn(draws, denominators) if denominators.shape[1] == 1 else None
    for part in np.split(told, range(width, len(told), width)):
        below = _drawn(draws, denominators[:, part]) if common is None else common
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = _drawn(draws, numerators[:, part]) / below
        # Column by column, as is needed where draws have no denominator, takes many times as long.
        quantile = np.nanquantile if np.isnan(drawn).any() else np.quantile
        low[part], high[part] = quantile(drawn, [0.025, 0.975], axis=0)
    return Ratios(value, low, high)


def _folded(columns: Floats, n_blocks: int) -> Floats:
    """Every so manieth block put together: as `sums` does with fewer blocks."""
    if len(columns) == n_blocks:
        return columns
    padded = np.pad(columns, ((0, -len(columns) % n_blocks), (0, 0)))
    return np.asarray(padded.reshape(-1, n_blocks, columns.shape[1]).sum(axis=0), float)


def _drawn(draws: NDArray[np.float32], columns: Floats) -> Floats:
    """Sums over the blocks drawn, replications × K."""
    return np.asarray(draws @ columns.astype(np.float32), float)


def ratio(numerator: NDArray[Any], denominator: NDArray[Any], unit: Unit) -> Estimate:
    """The ratio of two sums over units as one estimate; n is how many units have the denominator."""
    n = int((denominator != 0).sum())
    if not n:
        return unknown(unit)
    found = ratios(by_block(numerator), by_block(denominator))
    return Estimate(float(found.value[0]), float(found.low[0]), float(found.high[0]), n, unit)
