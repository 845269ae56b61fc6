"""95 % intervals of means, shares and quantiles of tickets, whose days are the independent unit.

Tickets of one day share its crowd and its staff, so each formula takes the days as clusters: sums per key and day
(K × D matrices) come in, arrays by key come out. A key with tickets on one day alone has a value and no interval.
The difference of two periods: `scores.difference`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analytics.methods.estimate import Estimate, Unit, unknown

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Interval = tuple[Floats, Floats, Floats]
LEVEL = 0.975


def sums(keys: ArrayLike, days: ArrayLike, values: ArrayLike, n_keys: int, n_days: int) -> Floats:
    """Values added up per key and day: [n_keys × n_days]; keys and days are indices, one of each per value."""
    place = np.asarray(keys, np.int64) * n_days + np.asarray(days, np.int64)
    added = np.bincount(place, np.asarray(values, float), n_keys * n_days)
    return added.astype(float).reshape(n_keys, n_days)


def means(totals: Floats, counts: Floats) -> Interval:
    """Mean of all values of a key with its interval, from totals and counts [K × D].

    Ratio of two cluster sums, linearised, with Student's t on days − 1 (Cochran 1977, Sampling Techniques, 6.3 and
    9A.3); with a count of one per day it is the common t interval of a mean of days.
    """
    value, error, n_days = _ratio(totals, counts)
    half = _t(n_days) * error
    return value, value - half, value + half


def shares(yes: Floats, counts: Floats) -> Interval:
    """Share of yes with its interval, from sums [K × D].

    Wilson's (1927) with the effective sample size of the clusters, never above n (Korn and Graubard 1998, Survey
    Methodology 24(2); compared by Franco et al. 2019, J. Surv. Stat. Methodol. 7(3)): stays in 0–1 and has a width
    where all tickets agree.
    """
    value, error, n_days = _ratio(yes, counts)
    n, t = counts.sum(axis=1), _t(n_days)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(error == 0, n, np.minimum(value * (1 - value) / error**2, n))
        middle = (value + t**2 / (2 * effective)) / (1 + t**2 / effective)
        half = (
            t / (1 + t**2 / effective) * np.sqrt(value * (1 - value) / effective + t**2 / (4 * effective**2))
        )
    return value, np.clip(middle - half, 0, value), np.clip(middle + half, value, 1)


def quantiles(values: ArrayLike, n: ArrayLike, totals: ArrayLike, q: ArrayLike) -> Floats:
    """The q-quantile of each key's values; NaN for a key without values.

    values: by key, rising within each, each standing for n equal ones; totals: how many values each key has.
    """
    totals = np.asarray(totals, np.int64)
    up_to = np.cumsum(np.asarray(n, np.int64))
    return _read_off(np.asarray(values, float), up_to, totals, np.broadcast_to(q, len(totals)))


def quantile_ends(
    values: ArrayLike, n: ArrayLike, q: float, counts: Floats, below: Floats
) -> tuple[Floats, Floats]:
    """The ends of the interval of such a quantile.

    counts: values by key and day [K × D]; below: those of them that do not exceed their key's quantile.
    The interval of the share below the quantile is turned back into values (Woodruff 1952, JASA 47), the share's as
    in `shares`.
    """
    share, low, high = shares(below, counts)
    totals = counts.sum(axis=1)
    # Ties put more than q below the quantile; the interval keeps its width around q.
    low, high = (quantiles(values, n, totals, np.clip(q + end - share, 0, 1)) for end in (low, high))
    return low, high


def _read_off(values: Floats, up_to: Ints, total: Ints, q: Floats) -> Floats:
    """Linear between order statistics (type 7 of Hyndman and Fan 1996); up_to: how many there are up to each value."""
    found = np.full(len(total), np.nan)
    has = (total > 0) & np.isfinite(q)
    first = (np.cumsum(total) - total)[has]
    place = q[has] * (total[has] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, total[has] - 1)
    low, high = (values[np.searchsorted(up_to, first + rank, side="right")] for rank in (below, above))
    found[has] = low + (place - below) * (high - low)
    return found


def _ratio(totals: Floats, counts: Floats) -> tuple[Floats, Floats, Ints]:
    """Ratio of the sums, its standard error over days, and the number of days that have the denominator."""
    n, n_days = counts.sum(axis=1), (counts > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = totals.sum(axis=1) / n
        residual = np.where(counts > 0, totals - value[:, None] * counts, 0.0)
        error = np.sqrt((residual**2).sum(axis=1) * n_days / (n_days - 1)) / n
    return value, np.where(n_days > 1, error, np.nan), n_days


def _t(n_days: Ints) -> Floats:
    return np.asarray(stats.t.ppf(LEVEL, np.maximum(n_days - 1, 1)), float)


def estimate(found: Interval, n: ArrayLike, unit: Unit, key: int = 0, floor: float = -np.inf) -> Estimate:
    """One key of an interval as an estimate; floor: what the quantity cannot fall below."""
    value, low, high = (float(part[key]) for part in found)
    count = int(np.asarray(n)[key])
    return Estimate(value, max(low, floor), high, count, unit) if count else unknown(unit)
