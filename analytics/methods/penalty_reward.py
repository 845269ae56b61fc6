"""What a poor and what a good rating of each item go with, apart (penalty–reward contrasts)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def poor_and_good(ratings: Floats) -> tuple[Bools, Bools]:
    """Rows × items of the lowest and the highest quarter of each item; ties at the cut belong in.

    Where both cuts fall on the same rating, only what lies beyond it counts.
    """
    low, high = np.quantile(ratings, [0.25, 0.75], axis=0)
    is_tied = low == high
    poor = np.where(is_tied, ratings < low, ratings <= low)
    good = np.where(is_tied, ratings > high, ratings >= high)
    return poor, good


def contrasts(poor: Bools, good: Bools, outcome: Floats, weights: NDArray[np.floating]) -> Floats:
    """Effects [B × 2p] of poor, then of good ratings on the outcome, in its points, the other items held.

    Least squares on dummies for both ends of every item (Brandt 1987; Matzler and Sauerwein 2002), under each row of
    weights [B × n]. An end that nobody gave has the effect 0.
    """
    # As precise as the weights are: counts of rows are exact, and mixed products would copy all weights.
    x = np.column_stack([np.ones(len(outcome)), poor, good]).astype(weights.dtype)
    rows, cols = np.triu_indices(x.shape[1])
    products = np.empty((len(weights), x.shape[1], x.shape[1]))
    products[:, rows, cols] = products[:, cols, rows] = weights @ (x[:, rows] * x[:, cols])
    right = weights @ (x * (outcome - outcome.mean())[:, None].astype(weights.dtype))
    inverse = np.linalg.pinv(products, rcond=1e-9, hermitian=True)
    return np.einsum("bij,bj->bi", inverse, right)[:, 1:]
