"""Intervals of means and shares over independent units (cases, days) by the bootstrap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
_REPLICATIONS, _SEED = 400, 20
# Fewer units than this say nothing of how far they vary.
MIN_UNITS = 3


def weights(n_units: int, replications: int = _REPLICATIONS, seed: int = _SEED) -> NDArray[np.float32]:
    """How often each unit is drawn: replications × units, Poisson with mean 1 (Chamandy et al. 2012)."""
    return np.random.default_rng(seed).poisson(1.0, (replications, n_units)).astype(np.float32)


@dataclass(frozen=True)
class Ratios:
    """Sums over units by sums over units, one per column: value [K], 95 % interval [K], draws [B × K].

    The interval is NaN where fewer than MIN_UNITS units have the denominator.
    """

    value: Floats
    low: Floats
    high: Floats
    draws: Floats


def ratios(
    numerators: sparse.csr_array, denominators: sparse.csr_array, draws: NDArray[np.float32]
) -> Ratios:
    """Percentile bootstrap of column sums' ratios; numerators, denominators: units × K; draws: `weights`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerators.sum(axis=0) / denominators.sum(axis=0)
        drawn = np.asarray(draws @ numerators) / np.asarray(draws @ denominators)
    has_enough = np.asarray((denominators != 0).sum(axis=0)).ravel() >= MIN_UNITS
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    if has_enough.any():
        low[has_enough], high[has_enough] = np.nanquantile(drawn[:, has_enough], [0.025, 0.975], axis=0)
    return Ratios(np.asarray(value, dtype=float).ravel(), low, high, drawn)


@dataclass(frozen=True)
class Sample:
    """An estimate with the draws its interval rests on, so that two of them can be compared."""

    estimate: Estimate
    draws: Floats

    def change_from(self, earlier: "Sample") -> Estimate:
        """This less an independent earlier one, on this one's n."""
        unit: Unit = "pts" if self.estimate.unit == "share" else self.estimate.unit
        if not (
            self.estimate.is_known and earlier.estimate.is_known and len(self.draws) and len(earlier.draws)
        ):
            return unknown(unit)
        # The draws of two periods come of the same random numbers: turned round, they are paired at random.
        low, high = np.nanquantile(self.draws - np.roll(earlier.draws, 1), [0.025, 0.975])
        value = self.estimate.value - earlier.estimate.value
        return Estimate(value, float(low), float(high), self.estimate.n, unit)


def sample(numerator: Floats, denominator: Floats, unit: Unit, draws: NDArray[np.float32]) -> Sample:
    """The ratio of two sums over units as one estimate; n is how many units have the denominator."""
    n = int((denominator != 0).sum())
    if not n:
        return Sample(unknown(unit), np.zeros(0))
    found = ratios(sparse.csr_array(numerator[:, None]), sparse.csr_array(denominator[:, None]), draws)
    estimate = Estimate(float(found.value[0]), float(found.low[0]), float(found.high[0]), n, unit)
    return Sample(estimate, found.draws[:, 0] if n >= MIN_UNITS else np.zeros(0))
