"""Intervals of what people answer: shares, net promoter score, means; and of the difference of two estimates."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
_Z = 1.959963984540054


def wilson(n_yes: ArrayLike, n: ArrayLike, effect: ArrayLike = 1.0) -> tuple[Floats, Floats, Floats]:
    """Share n_yes / n with its 95 % interval (Wilson 1927); NaN where n is 0.

    effect: design effect of clustered answers; the interval is that of n / effect answers (Korn and Graubard 1998).
    """
    k, n, effective = _effective(n_yes, n, effect)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        middle = (share * effective + _Z**2 / 2) / (effective + _Z**2)
        half = _Z / (effective + _Z**2) * np.sqrt(effective * share * (1 - share) + _Z**2 / 4)
    return share, np.where(n > 0, middle - half, np.nan), np.where(n > 0, middle + half, np.nan)


def net_promoter(
    n_promoters: ArrayLike, n_detractors: ArrayLike, n: ArrayLike, effect: ArrayLike = 1.0
) -> tuple[Floats, Floats, Floats]:
    """Promoters less detractors in points, with its 95 % interval; NaN where n is 0.

    The interval is the multinomial variance's after adding three answers, three quarters of one to either end (Rocks
    2016, The American Statistician 70(4), «adjusted Wald»), so that it does not vanish where all answer alike; with a
    design effect that of n / effect answers.
    """
    p, n, effective = _effective(n_promoters, n, effect)
    with np.errstate(divide="ignore", invalid="ignore"):
        promoters, detractors = p / n, np.asarray(n_detractors, dtype=float) / n
        score = np.where(n > 0, promoters - detractors, np.nan)
        up, down = ((x * effective + 0.75) / (effective + 3) for x in (promoters, detractors))
    half = _Z * np.sqrt((up + down - (up - down) ** 2) / (effective + 3))
    low, high = np.minimum(up - down - half, score), np.maximum(up - down + half, score)
    return 100 * score, 100 * np.maximum(low, -1), 100 * np.minimum(high, 1)


def mean(
    total: ArrayLike,
    total_squares: ArrayLike,
    n: ArrayLike,
    effect: ArrayLike = 1.0,
    scale: tuple[float, float] = (-math.inf, math.inf),
) -> tuple[Floats, Floats, Floats]:
    """Mean with its 95 % t interval, from sums; the interval is NaN where n is below 2, all is where n is 0.

    scale: its ends, beyond which no mean can lie, and so no interval. effect: design effect of clustered answers, by which the variance grows and the degrees of freedom shrink.
    """
    total, n, effective = _effective(total, n, effect)
    squares = np.asarray(total_squares, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / n
        variance = np.maximum(squares - n * value**2, 0) / (n - 1)
        half = stats.t.ppf(0.975, np.maximum(effective - 1, 1)) * np.sqrt(variance / effective)
    half = np.where(n > 1, half, np.nan)
    return value, np.maximum(value - half, scale[0]), np.minimum(value + half, scale[1])


def design_effect(
    persons: ArrayLike,
    n: ArrayLike,
    n_n: ArrayLike,
    y: ArrayLike,
    y_y: ArrayLike,
    y_n: ArrayLike,
    squares: ArrayLike,
) -> Floats:
    """By how much answering several times adds to the variance of the mean Σy / Σn (Kish 1965), never below 1.

    Sums over persons of n answers that add up to y: n, n², y, y², y·n; squares: Σ of the single answers' squares. The
    variance over persons is linearised, G / (G − 1) Σ (y − mean n)² / (Σn)². Where all answer alike, or one person gave
    all answers, each person counts once.
    """
    g, n, n_n, y, y_y, y_n, squares = (
        np.asarray(x, dtype=float) for x in (persons, n, n_n, y, y_y, y_n, squares)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value, once = y / n, np.where(g > 0, n / g, 1.0)
        apart = squares - n * value**2
        found = (y_y - 2 * value * y_n + value**2 * n_n) / apart * g / (g - 1) * (n - 1) / n
    is_told = (apart > 1e-9 * np.maximum(squares, 1)) & (g > 1)
    return np.maximum(np.where(is_told, found, once), 1.0)


def _effective(y: ArrayLike, n: ArrayLike, effect: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Sums and counts as arrays, and of how many independent answers these are worth."""
    counts = np.asarray(n, dtype=float)
    return np.asarray(y, dtype=float), counts, counts / np.asarray(effect, dtype=float)


def difference(now: Estimate, before: Estimate) -> Estimate:
    """now − before of independent estimates, from their intervals (Zou and Donner 2008; for shares Newcombe 1998).

    A difference of shares has the unit `pts`; n is that of now; unknown where either interval is.
    """
    unit: Unit = "pts" if now.unit == "share" else now.unit
    value = now.value - before.value
    low = value - math.hypot(now.value - now.low, before.high - before.value)
    high = value + math.hypot(now.high - now.value, before.value - before.low)
    return unknown(unit, now.n) if math.isnan(low + high) else Estimate(value, low, high, now.n, unit)
