"""Many noisy values at once: what each is likely to be, so that the highest are not taken at their luck."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

Floats = NDArray[np.float64]


def shrunk(values: ArrayLike, errors: ArrayLike, keys: ArrayLike) -> tuple[Floats, Floats]:
    """Each value drawn towards the mean of its key as far as it is noise, and its standard error then; [K] each.

    Parametric empirical Bayes (Morris 1983, JASA 78(381)): values ~ N(truth, errors²), truths ~ N(mean of the key, A),
    A by Paule and Mandel (1982). Whoever picks the largest of the values afterwards is not misled by picking them
    (Efron 2011, JASA 106(496)). Unchanged where there are hardly more values than keys or an error is not known.
    """
    y, s2 = np.asarray(values, float), np.asarray(errors, float) ** 2
    _names, key = np.unique(np.asarray(keys), return_inverse=True)
    spare = len(y) - (key.max(initial=-1) + 1)
    if spare <= 2 or not np.isfinite(s2).all() or not s2.any():
        return y, np.sqrt(s2)
    # Where all days agreed, by chance mostly, the error is not known to be nothing.
    s2 = np.maximum(s2, 0.01 * np.median(s2[s2 > 0]))

    def means(spread: float) -> Floats:
        weight = 1 / (spread + s2)
        return np.asarray((np.bincount(key, weight * y) / np.bincount(key, weight))[key])

    def surplus(spread: float) -> float:
        return float(((y - means(spread)) ** 2 / (spread + s2)).sum() - spare)

    top = float(((y - means(0)) ** 2).max()) * len(y) + 1e-12
    spread = optimize.brentq(surplus, 0.0, top) if surplus(0.0) > 0 else 0.0
    middle, by_key = means(spread), np.bincount(key, 1 / (spread + s2))[key]
    part = s2 / (spread + s2) * (spare - 2) / spare
    variance = s2 * (1 - part) + part**2 * (2 / (spare - 2) * (y - middle) ** 2 + 1 / by_key)
    return y - part * (y - middle), np.sqrt(variance)
