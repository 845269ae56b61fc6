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


def quantiles(
    values: ArrayLike, keys: ArrayLike, days: ArrayLike, q: float, n_keys: int, n_days: int
) -> Interval:
    """The q-quantile of each key's values with its interval; NaN for a key without values.

    The interval of the share below the quantile is turned back into values (Woodruff 1952, JASA 47), the share's as
    in `shares`.
    """
    values, keys, days = np.asarray(values, float), np.asarray(keys, np.int64), np.asarray(days, np.int64)
    order = np.lexsort((values, keys))
    values, keys, days = values[order], keys[order], days[order]
    n = np.bincount(keys, minlength=n_keys)
    first = np.cumsum(n) - n
    value = _read_off(values, first, n, np.full(n_keys, q))
    counts = sums(keys, days, np.ones(len(keys)), n_keys, n_days)
    below = sums(keys, days, values <= value[keys], n_keys, n_days)
    share, low, high = shares(below, counts)
    # Ties put more than q below the quantile; the interval keeps its width around q.
    ends = [_read_off(values, first, n, np.clip(q + end - share, 0, 1)) for end in (low, high)]
    return value, ends[0], ends[1]


def _read_off(values: Floats, first: Ints, n: Ints, q: Floats) -> Floats:
    """Linear between order statistics (type 7 of Hyndman and Fan 1996), values sorted within each key."""
    found = np.full(len(n), np.nan)
    has = (n > 0) & np.isfinite(q)
    place = q[has] * (n[has] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, n[has] - 1)
    low, high = values[first[has] + below], values[first[has] + above]
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
