"""How long people are willing to wait, from those who left and those who were served first (censored)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Survival:
    """Product-limit estimate: at times_min (rising) the share still willing to wait drops to `share`; n_at_risk before."""

    times_min: Floats
    share: Floats
    n_at_risk: Floats
    n_events: float


def kaplan_meier(
    durations_min: Floats, is_event: NDArray[np.bool_], weights: Floats | None = None
) -> Survival:
    """Kaplan and Meier (1958). durations_min: wait until leaving (event) or being called (censored); weights count rows.

    Ties: events before censorings, as usual. Rows with a missing duration must be left out by the caller.
    """
    weights = np.ones(len(durations_min)) if weights is None else weights
    order = np.argsort(durations_min, kind="stable")
    time, event, weight = durations_min[order], is_event[order], weights[order]
    at_risk = weight[::-1].cumsum()[::-1]
    steps, first = np.unique(time[event], return_index=False), None
    first = np.searchsorted(time, steps, side="left")
    deaths = np.zeros(len(steps))
    np.add.at(deaths, np.searchsorted(steps, time[event]), weight[event])
    n_at_risk = at_risk[first] if len(steps) else np.zeros(0)
    share = np.cumprod(1 - deaths / np.maximum(n_at_risk, deaths))
    return Survival(steps, share, n_at_risk, float(weight[event].sum()))


def weibull_censored(
    durations_min: Floats, is_event: NDArray[np.bool_], weights: Floats
) -> tuple[float, float]:
    """Maximum-likelihood Weibull (scale_min, shape) for censored durations; shape is kept within 0.3–5.

    Source: Lawless (2003), «Statistical Models and Methods for Lifetime Data», 5.2: the profile score in the shape.
    """
    time = np.maximum(durations_min, 1 / 60)
    logs, events = np.log(time), weights * is_event
    n_events, log_mean = events.sum(), (events * logs).sum() / max(events.sum(), 1e-12)

    def score(shape: float) -> float:
        power = weights * np.exp(shape * (logs - logs.max()))
        return float((power * logs).sum() / power.sum() - 1 / shape - log_mean)

    low, high = 0.3, 5.0
    if score(low) > 0:
        shape = low
    elif score(high) < 0:
        shape = high
    else:
        for _ in range(40):
            shape = (low + high) / 2
            low, high = (shape, high) if score(shape) < 0 else (low, shape)
    scale = float(((weights * time**shape).sum() / n_events) ** (1 / shape))
    return scale, float(shape)


def greenwood(curve: Survival) -> tuple[Floats, Floats]:
    """95 % interval of `share` at each of the curve's times, on the log-log scale, so that it stays within 0–1.

    Variance by Greenwood (1926), interval by Kalbfleisch and Prentice (2002), 1.4; NaN where nobody is left.
    """
    before = np.concatenate([[1.0], curve.share[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = 1 - curve.share / before
        variance = np.cumsum(gone / (curve.n_at_risk * (1 - gone)))
        half = 1.959964 * np.sqrt(variance) / np.abs(np.log(curve.share))
        low, high = curve.share ** np.exp(half), curve.share ** np.exp(-half)
    has = (curve.share > 0) & (curve.share < 1)
    return np.where(has, low, np.nan), np.where(has, high, np.nan)
