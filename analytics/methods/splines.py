"""Smooth curves through a share: natural cubic splines in a binomial regression."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_Z = 1.959963984540054
# Knots at these quantiles (Harrell 2015, Regression Modeling Strategies, 2.4.6).
_QUANTILES = (0.05, 0.35, 0.65, 0.95)
_LOOSE = 20.0


def knots(x: ArrayLike) -> Floats:
    """Four knots at quantiles of x; fewer where they fall together."""
    return np.unique(np.quantile(np.asarray(x, float), _QUANTILES))


def natural(x: ArrayLike, at: Floats) -> Floats:
    """Basis [n × max(1, K − 1)] of cubic splines, straight beyond the outer of K knots: x and K − 2 bends (Harrell 2.24)."""
    value, k = np.asarray(x, float), len(at)
    columns = [value]
    if k > 2:
        last, span = at[-1] - at[-2], (at[-1] - at[0]) ** 2
        for knot in at[:-2]:
            bend = np.maximum(value - knot, 0) ** 3
            bend -= np.maximum(value - at[-2], 0) ** 3 * (at[-1] - knot) / last
            bend += np.maximum(value - at[-1], 0) ** 3 * (at[-2] - knot) / last
            columns.append(bend / span)
    return np.column_stack(columns)


@dataclass(frozen=True)
class ShareCurve:
    """A share (0–1) as a smooth function of x: coefficients on the logit scale with their covariance; n answers."""

    knots: Floats
    params: Floats
    covariance: Floats
    n: int

    def at(self, x: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """The share at x with its 95 % interval."""
        design = self._design(x)
        middle = design @ self.params
        half = _Z * np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        return _share(middle), _share(middle - half), _share(middle + half)

    def step(self, x: ArrayLike, by: float = 1.0) -> tuple[float, float, float]:
        """What `by` more of x changes the share by, averaged over x, with its 95 % interval (delta method)."""
        before, after = self._design(x), self._design(np.asarray(x, float) + by)
        p, q = _share(before @ self.params), _share(after @ self.params)
        gradient = ((q * (1 - q))[:, None] * after - (p * (1 - p))[:, None] * before).mean(axis=0)
        value, half = float((q - p).mean()), _Z * float(np.sqrt(gradient @ self.covariance @ gradient))
        return value, value - half, value + half

    def falls_below(self, level: float, grid: Floats) -> tuple[float, float, float]:
        """The first x of the grid from which the share lies below the level, with its 95 % interval.

        The interval's ends are where the lower and the upper edge of the band cross; NaN where one does not.
        """
        found = self.at(grid)
        middle, low, high = (
            float(grid[np.argmax(edge < level)]) if (edge < level).any() else np.nan for edge in found
        )
        return middle, low, high

    def _design(self, x: ArrayLike) -> Floats:
        basis = natural(np.atleast_1d(np.asarray(x, float)), self.knots)
        return np.column_stack([np.ones(len(basis)), basis])


def share_curve(x: Floats, yes: NDArray[np.bool_], clusters: NDArray[np.int64]) -> ShareCurve | None:
    """Binomial regression of yes on a natural spline of x, errors robust to clusters; None where it cannot be told."""
    import statsmodels.api as sm

    at = knots(x)
    if len(at) < 2:
        return None
    design = np.column_stack([np.ones(len(x)), natural(x, at)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = sm.GLM(yes.astype(float), design, family=sm.families.Binomial()).fit(
                cov_type="cluster", cov_kwds={"groups": clusters}
            )
    except (np.linalg.LinAlgError, ValueError, sm.tools.sm_exceptions.PerfectSeparationError):
        return None
    covariance = np.asarray(fitted.cov_params())
    is_told = np.isfinite(covariance).all() and covariance[0, 0] < _LOOSE**2
    return ShareCurve(at, np.asarray(fitted.params), covariance, len(x)) if is_told else None


def _share(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logit, -500, 500)))
