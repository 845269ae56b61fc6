"""Means over a few weeks at a time, with intervals from how much those weeks themselves differ."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
SPAN = 5
_LEAST_WEEKS = 3


def rolling_mean(
    mean: ArrayLike, n: ArrayLike, span: int = SPAN, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """For each week the mean over `span` weeks around it, each week by its n, with low and high.

    mean: a row per week, NaN where nothing ended; n: how many it rests on. The interval is that of a ratio whose units
    are the weeks (linearised; Cochran, Sampling Techniques, 3rd ed., 6.3), Student's t on the weeks less one; NaN where
    fewer than 3 weeks of the window have any. At either end the window is shorter.
    """
    values, counts = np.asarray(mean, float), np.asarray(n, float)
    counts = np.where(np.isnan(values), 0, counts)
    found = np.full((3, len(values)), np.nan)
    for i in range(len(values)):
        window = slice(max(i - span // 2, 0), i + span // 2 + 1)
        is_seen = counts[window] > 0
        m, w = values[window][is_seen], counts[window][is_seen]
        k = len(m)
        if not k:
            continue
        centre = float(w @ m / w.sum())
        found[0, i] = centre
        if k >= _LEAST_WEEKS:
            error = np.sqrt(k / (k - 1) * np.sum((w * (m - centre)) ** 2)) / w.sum()
            half = stats.t.ppf((1 + level) / 2, k - 1) * error
            found[1, i], found[2, i] = centre - half, centre + half
    return found[0], found[1], found[2]
