"""Ordered logit of a rating, with errors by cluster, and its step from one more of a predictor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z = 1.959963984540054
FEWEST_OF_SCORE = 10
# A standard error of a slope per standard deviation beyond this: the data do not tell the slope.
_LOOSE = 5.0
_MOST_STEPS, _SINGULAR = 60, 1e10


@dataclass(frozen=True)
class OrderedLogit:
    """Slopes [p] of the log odds of a higher rating for one more of each predictor, with 95 % intervals; n rows."""

    slope: Floats
    low: Floats
    high: Floats
    n: int


def ordered_logit(rating: Floats, predictors: Floats, clusters: NDArray[np.int64]) -> OrderedLogit | None:
    """P(rating ≤ j) = logistic(cut_j − x·slope) (McCullagh 1980), errors robust to clusters (customers).

    Rare ratings are taken together with their neighbour. None where the rating does not vary or nothing converges.
    """
    scores = merged(rating)
    if len(np.unique(scores)) < 2:
        return None
    centre, scale = predictors.mean(axis=0), predictors.std(axis=0)
    if (scale == 0).any():
        return None
    found = _fitted(scores, (predictors - centre) / scale)
    if found is None:
        return None
    params, score, inverse = found
    by_cluster = np.column_stack([np.bincount(clusters, column) for column in score.T])
    covariance = inverse @ (by_cluster.T @ by_cluster) @ inverse
    p = predictors.shape[1]
    slope, error = params[-p:] / scale, np.sqrt(np.maximum(np.diag(covariance)[-p:], 0)) / scale
    if not (error * scale < _LOOSE).all():
        return None
    return OrderedLogit(slope, slope - _Z * error, slope + _Z * error, len(rating))


def _fitted(scores: NDArray[np.int64], x: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Cuts and slopes [q], the score of each row [n × q] and the inverse information [q × q]; None where none is found.

    Newton's method with halved steps: the log likelihood is concave (Pratt 1981). By its derivatives it takes a
    hundredth of the time of a general optimiser, which would go by differences.
    """
    n_cuts = int(scores.max())
    # Each row lies between the cut above it and the cut below it; the outermost lie at infinity.
    upper, lower = np.eye(n_cuts + 1)[scores, :n_cuts], np.eye(n_cuts + 1)[scores - 1, :n_cuts]
    upper, lower = np.column_stack([upper, -x]), np.column_stack([lower, -x])
    has_upper, has_lower = scores < n_cuts, scores > 0
    share = np.bincount(scores)[:-1].cumsum() / len(scores)
    params = np.concatenate([np.log(share / (1 - share)), np.zeros(x.shape[1])])
    likelihood, step = -np.inf, np.zeros_like(params)
    for _ in range(_MOST_STEPS):
        tried = params + step
        above = np.where(has_upper, _logistic(upper @ tried), 1.0)
        below = np.where(has_lower, _logistic(lower @ tried), 0.0)
        chance = np.maximum(above - below, 1e-300)
        now = float(np.log(chance).sum()) if (np.diff(tried[:n_cuts]) > 0).all() else -np.inf
        if now < likelihood - 1e-9:
            step = step / 2
            continue
        is_there = now - likelihood < 1e-9 * len(scores) and np.abs(step).max() < 1e-6
        params, likelihood = tried, now
        up, down = above * (1 - above), below * (1 - below)
        score = (up / chance)[:, None] * upper - (down / chance)[:, None] * lower
        of_upper = up * (1 - 2 * above) / chance - (up / chance) ** 2
        of_lower = -down * (1 - 2 * below) / chance - (down / chance) ** 2
        both = (upper * (up * down / chance**2)[:, None]).T @ lower
        hessian = (
            (upper * of_upper[:, None]).T @ upper + (lower * of_lower[:, None]).T @ lower + both + both.T
        )
        if not np.isfinite(hessian).all() or np.linalg.cond(hessian) > _SINGULAR:
            return None
        inverse = np.linalg.inv(-hessian)
        if is_there:
            return params, score, inverse
        step = inverse @ score.sum(axis=0)
    return None


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def merged(rating: Floats) -> NDArray[np.int64]:
    """Ratings as 0, 1, …; those of fewer than FEWEST_OF_SCORE answers go with the neighbour below or, first, above."""
    _values, codes, counts = np.unique(rating, return_inverse=True, return_counts=True)
    target, held, level = np.zeros(len(counts), np.int64), 0, 0
    for i, count in enumerate(counts):
        target[i] = level
        held += int(count)
        if held >= FEWEST_OF_SCORE:
            held, level = 0, level + 1
    # What is left over at the top goes with the level below.
    return np.minimum(target, max(level - 1, 0))[codes]
