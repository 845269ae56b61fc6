"""When did a share change its level?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Values that a level lasts at least.
SHORTEST = 4


def levels(n_yes: ArrayLike, n: ArrayLike, shortest: int = SHORTEST) -> NDArray[np.int64]:
    """Index of the level of each value [T], of binomial counts in their order: 0, 0, …, 1, …

    The division with the least −2 log likelihood + penalty per change, by dynamic programming over all divisions
    (optimal partitioning, Jackson et al. 2005). The penalty is 3 log T (Zhang and Siegmund 2007 count about 3/2 log T
    a change, for its place and its level), times how far the counts vary beyond the binomial within the whole, if they do.
    """
    yes, all_ = np.asarray(n_yes, float), np.asarray(n, float)
    t = len(yes)
    found = np.zeros(t, np.int64)
    if t < 2 * shortest:
        return found
    sums_yes, sums_n = np.append(0, np.cumsum(yes)), np.append(0, np.cumsum(all_))
    penalty = 3 * np.log(t) * _overdispersion(yes, all_)
    best, start = np.full(t + 1, np.inf), np.zeros(t + 1, np.int64)
    best[0] = -penalty
    for end in range(shortest, t + 1):
        begins = np.array([0, *range(shortest, end - shortest + 1)])
        cost = (
            best[begins] + penalty + _deviance(sums_yes[end] - sums_yes[begins], sums_n[end] - sums_n[begins])
        )
        best[end], start[end] = cost.min(), begins[cost.argmin()]
    end, cuts = t, []
    while end > 0:
        end = int(start[end])
        cuts.append(end)
    for cut in cuts[:-1]:
        found[cut:] += 1
    return found


def _deviance(yes: np.ndarray, n: np.ndarray) -> np.ndarray:
    """−2 log likelihood of the binomial at its own share."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = yes / n
        return -2 * (np.where(yes > 0, yes * np.log(p), 0) + np.where(n > yes, (n - yes) * np.log1p(-p), 0))


def _overdispersion(yes: np.ndarray, n: np.ndarray) -> float:
    """Variance from one value to the next against the binomial's; at least 1. Neighbours share their level."""
    p = yes.sum() / n.sum()
    if not 0 < p < 1:
        return 1.0
    share = yes / n
    spread = p * (1 - p) * (1 / n[1:] + 1 / n[:-1])
    return max(1.0, float(np.mean(np.diff(share) ** 2 / spread)))
