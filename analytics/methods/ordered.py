"""Ordered logit of a rating, with errors by cluster, and its step from one more of a predictor."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z = 1.959963984540054
FEWEST_OF_SCORE = 10
# A standard error of a slope per standard deviation beyond this: the data do not tell the slope.
_LOOSE = 5.0


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
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    scores = merged(rating)
    if len(np.unique(scores)) < 2:
        return None
    centre, scale = predictors.mean(axis=0), predictors.std(axis=0)
    if (scale == 0).any():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = OrderedModel(scores, (predictors - centre) / scale, distr="logit")
            result = model.fit(method="bfgs", disp=0, maxiter=200)
            hessian = np.linalg.inv(-model.hessian(result.params))
            score = model.score_obs(result.params)
    except (np.linalg.LinAlgError, ValueError):
        return None
    by_cluster = np.zeros((int(clusters.max()) + 1, score.shape[1]))
    np.add.at(by_cluster, clusters, score)
    covariance = hessian @ (by_cluster.T @ by_cluster) @ hessian
    p = predictors.shape[1]
    slope, error = result.params[:p] / scale, np.sqrt(np.diag(covariance)[:p]) / scale
    if not (result.mle_retvals["converged"] and (error * scale < _LOOSE).all()):
        return None
    return OrderedLogit(slope, slope - _Z * error, slope + _Z * error, len(rating))


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
