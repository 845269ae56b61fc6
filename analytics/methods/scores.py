"""Intervals of what people answer: shares, net promoter score, means; and of the difference of two estimates."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
_Z = 1.959963984540054


def wilson(n_yes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Share n_yes / n with its 95 % interval (Wilson 1927); NaN where n is 0."""
    k, n = np.asarray(n_yes, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        middle = (k + _Z**2 / 2) / (n + _Z**2)
        half = _Z / (n + _Z**2) * np.sqrt(n * share * (1 - share) + _Z**2 / 4)
    return share, np.where(n > 0, middle - half, np.nan), np.where(n > 0, middle + half, np.nan)


def net_promoter(
    n_promoters: ArrayLike, n_detractors: ArrayLike, n: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Promoters less detractors in points, with its 95 % interval; NaN where n is 0.

    The interval is the multinomial variance's after adding three answers, three quarters of one to either end (Rocks
    2016, The American Statistician 70(4), «adjusted Wald»), so that it does not vanish where all answer alike.
    """
    p, d, n = (np.asarray(x, dtype=float) for x in (n_promoters, n_detractors, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(n > 0, (p - d) / n, np.nan)
    up, down = (p + 0.75) / (n + 3), (d + 0.75) / (n + 3)
    half = _Z * np.sqrt((up + down - (up - down) ** 2) / (n + 3))
    low, high = np.minimum(up - down - half, score), np.maximum(up - down + half, score)
    return 100 * score, 100 * np.maximum(low, -1), 100 * np.minimum(high, 1)


def mean(total: ArrayLike, total_squares: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Mean with its 95 % t interval, from sums; the interval is NaN where n is below 2, all is where n is 0."""
    total, squares, n = (np.asarray(x, dtype=float) for x in (total, total_squares, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / n
        variance = np.maximum(squares - n * value**2, 0) / (n - 1)
        half = stats.t.ppf(0.975, np.maximum(n - 1, 1)) * np.sqrt(variance / n)
    half = np.where(n > 1, half, np.nan)
    return value, value - half, value + half


def difference(now: Estimate, before: Estimate) -> Estimate:
    """now − before of independent estimates, from their intervals (Zou and Donner 2008; for shares Newcombe 1998).

    A difference of shares has the unit `pts`; n is that of now; unknown where either interval is.
    """
    unit: Unit = "pts" if now.unit == "share" else now.unit
    value = now.value - before.value
    low = value - math.hypot(now.value - now.low, before.high - before.value)
    high = value + math.hypot(now.high - now.value, before.value - before.low)
    return unknown(unit, now.n) if math.isnan(low + high) else Estimate(value, low, high, now.n, unit)
