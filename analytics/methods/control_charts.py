"""Which of a row of values lie beyond what their ordinary ups and downs explain (individuals chart, XmR)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# 3 / d2 with d2 = 1.128, the mean range of two normal values by their standard deviation.
FACTOR = 2.66
# Limits from fewer values move too much with each of them.
LEAST_VALUES = 8


@dataclass(frozen=True)
class Limits:
    """Centre, natural limits and mean moving range; NaN limits where there are under LEAST_VALUES values."""

    center: float
    low: float
    high: float
    moving_range: float


def individuals(values: ArrayLike) -> Limits:
    """Mean ± 2.66 · mean |x(i) − x(i−1)| of values in their order (Shewhart; Wheeler and Chambers 1992, ch. 3)."""
    x = np.asarray(values, float)
    x = x[np.isfinite(x)]
    center = float(x.mean()) if len(x) else np.nan
    if len(x) < LEAST_VALUES:
        return Limits(center, np.nan, np.nan, np.nan)
    moving_range = float(np.abs(np.diff(x)).mean())
    return Limits(center, center - FACTOR * moving_range, center + FACTOR * moving_range, moving_range)


def without_pattern(values: ArrayLike, keys: ArrayLike) -> Floats:
    """The values less the mean of their key (weekday) and plus the mean of all: what the pattern does not explain."""
    x, key = np.asarray(values, float), np.asarray(keys, np.int64)
    if not len(x):
        return x
    n = np.bincount(key)
    means = np.bincount(key, x) / np.maximum(n, 1)
    return x - means[key] + x.mean()
