"""Weights that make answers stand for all they were drawn from (raking), and shares under such weights."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.methods.estimate import Estimate, unknown

Floats = NDArray[np.float64]
_Z = 1.959963984540054
_ROUNDS, _CLOSE = 500, 1e-9


def rake(counts: ArrayLike, margins: list[tuple[NDArray[np.int64], Floats]]) -> Floats:
    """Weights per cell that bring counts to every margin in turn until all hold (Deming and Stephan 1940).

    counts: answers per cell [K]; margins: (category of each cell [K], wanted totals by category). A category without
    answers is left out, the others keep their proportions; weights average 1 over the answers. 0 for an empty cell.
    """
    n = np.asarray(counts, float)
    weight = np.where(n > 0, 1.0, 0.0)
    shares = []
    for of_cell, wanted in margins:
        has = np.bincount(of_cell, n, len(wanted)) > 0
        total = np.where(has, wanted, 0.0)
        shares.append((of_cell, total / total.sum()))
    for _ in range(_ROUNDS):
        moved = 0.0
        for of_cell, share in shares:
            held = np.bincount(of_cell, n * weight, len(share)) / (n * weight).sum()
            factor = np.divide(share, held, out=np.zeros_like(share), where=held > 0)[of_cell]
            moved = max(moved, float(np.abs(factor[n > 0] - 1).max(initial=0)))
            weight = weight * factor
        if moved < _CLOSE:
            break
    total = (n * weight).sum()
    return weight * n.sum() / total if total > 0 else weight


def weighted_share(n_yes: ArrayLike, n: ArrayLike, weights: Floats) -> Estimate:
    """Σ w yes / Σ w n over cells with Wilson's interval on the effective number of answers, (Σw)² / Σw² (Kish 1965)."""
    yes, all_, w = np.asarray(n_yes, float), np.asarray(n, float), weights
    total = float((w * all_).sum())
    if total <= 0:
        return unknown("share")
    effective = total**2 / float((w**2 * all_).sum())
    p = float((w * yes).sum()) / total
    middle = (p * effective + _Z**2 / 2) / (effective + _Z**2)
    half = _Z / (effective + _Z**2) * np.sqrt(effective * p * (1 - p) + _Z**2 / 4)
    return Estimate(p, float(middle - half), float(middle + half), int(all_.sum()), "share")


def clustered_share(
    n_yes: ArrayLike,
    n: ArrayLike,
    weights: Floats,
    stratum: NDArray[np.int64] | None = None,
    totals: Floats | None = None,
) -> Estimate:
    """Σ_h W_h Σ w yes / Σ w n over persons (rows) in strata h of totals W_h, with an interval over persons.

    The variance is that of stratified ratios, linearised (Särndal, Swensson and Wretman 1992, 7.6); Wilson's interval is
    taken at as many answers as have it. Strata of nobody are left out. n: answers of weight above 0.
    """
    yes, all_ = np.asarray(n_yes, float), np.asarray(n, float)
    of = np.zeros(len(all_), np.int64) if stratum is None else stratum
    size = np.bincount(of, weights * all_)
    wanted = np.where(size > 0, 1.0 if totals is None else totals, 0.0)
    if not wanted.sum() > 0:
        return unknown("share")
    wanted = wanted / wanted.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(size > 0, np.bincount(of, weights * yes) / size, 0.0)
        persons = np.bincount(of, weights > 0).astype(float)
        spread = (
            np.bincount(of, (weights * (yes - share[of] * all_)) ** 2) * persons / (persons - 1) / size**2
        )
    counted = (wanted > 0)[of] & (weights > 0)
    p = float(wanted @ share)
    # A stratum of one person does not show how far persons differ: that of all together stands in.
    alone = (wanted > 0) & (persons < 2)
    spread = np.where(wanted > 0, np.where(alone, p * (1 - p), spread), 0.0)
    variance = float(wanted**2 @ spread)
    # Where all are of one mind, as many persons as their weights are worth (Kish).
    worth = counted * weights * all_ * (wanted / np.where(size > 0, size, 1))[of]
    kish = float(worth.sum() ** 2 / (worth**2).sum())
    effective = p * (1 - p) / variance if variance > 1e-12 else kish
    effective = min(effective, float(all_[counted].sum()))
    middle = (p * effective + _Z**2 / 2) / (effective + _Z**2)
    half = _Z / (effective + _Z**2) * np.sqrt(effective * p * (1 - p) + _Z**2 / 4)
    return Estimate(p, float(middle - half), float(middle + half), int(all_[counted].sum()), "share")
