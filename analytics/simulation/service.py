"""How long a service takes, by service and by person; and the pause between two customers."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from statsmodels.stats.diagnostic import lilliefors

from analytics.simulation.history import History
from analytics.simulation.model import N_QUANTILES, Floats

GOODNESS_P = 0.05
FEW = 30
"""Below so many services of a kind its shape is that of all services together."""


@dataclass(frozen=True, eq=False)
class ServiceTimes:
    """quantile_min[service, quantile] at usual speed; teller_factor (median 1) and its log-scale doubt; draws[draw, service]; laws: where each
    service's table comes from (see `_tables`)."""

    quantile_min: Floats
    teller_factor: dict[str, float]
    teller_sd: dict[str, float]
    draws: Floats
    turnaround_min: float
    laws: tuple[str, ...]


def estimate(history: History, weights: Floats) -> ServiceTimes:
    """Minutes = service mean × person's factor × luck; means and factors by Poisson-type proportional fitting.

    A person's factor is shrunk towards 1 by what would be chance (method of moments on the log scale): where the data
    show no difference there is none. weights[draw, day]: bootstrap weights of days.
    """
    minutes = history.finished - history.called
    known = np.isfinite(minutes) & (minutes >= 0)
    service, teller, day = history.service[known], history.teller[known], history.day[known]
    minutes = np.maximum(minutes[known], 1 / 60)
    n_services, n_tellers = len(history.services), len(history.tellers)

    mean_min = np.bincount(service, minutes, n_services) / np.maximum(
        np.bincount(service, minlength=n_services), 1
    )
    mean_min[mean_min == 0] = minutes.mean()
    factor = np.ones(n_tellers + 1)  # the last is «not recorded»
    for _ in range(30 if n_tellers else 0):
        factor = _ratio(np.bincount(teller, minutes, n_tellers + 1) if (teller >= 0).all() else _by(teller, minutes, n_tellers),
                        _by(teller, mean_min[service], n_tellers))  # fmt: skip
        factor[-1] = 1.0
        mean_min = _ratio(
            np.bincount(service, minutes, n_services),
            np.bincount(service, factor[teller], n_services),
            mean_min,
        )
    factors, doubts = _shrink(
        factor[:-1], _by(teller, np.ones(len(teller)), n_tellers)[:-1], minutes, mean_min[service]
    )
    factor = np.append(factors, 1.0)
    normal = minutes / factor[teller]
    tables, laws = _tables(normal, service, n_services)

    sums = np.zeros((len(history.days), n_services))
    counts = np.zeros_like(sums)
    np.add.at(sums, (day, service), normal)
    np.add.at(counts, (day, service), 1)
    overall = _ratio(sums.sum(axis=0), counts.sum(axis=0))
    drawn = _ratio(weights @ sums, weights @ counts, overall)
    names = history.tellers
    return ServiceTimes(
        tables,
        {names[t]: float(f) for t, f in enumerate(factors)},
        {names[t]: float(s) for t, s in enumerate(doubts) if s > 0},
        drawn / overall,
        _turnaround(history),
        laws,
    )


def _by(index, values, n) -> Floats:
    """Sums by index; −1 goes last."""
    return np.bincount(np.where(index >= 0, index, n), values, n + 1).astype(float)


def _ratio(top, bottom, otherwise=1.0) -> Floats:
    return np.divide(
        top, bottom, out=np.broadcast_to(np.asarray(otherwise, float), np.shape(top)).copy(), where=bottom > 0
    )


def _shrink(factor: Floats, n: Floats, minutes: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Factors relative to the median colleague, pulled towards 1 by the share of their scatter that chance explains."""
    if not len(factor):
        return factor, factor
    enough = n >= 5
    logs = np.log(np.where(enough, factor, 1.0))
    logs -= np.median(logs[enough]) if enough.any() else 0.0
    chance = (minutes.std() / minutes.mean()) ** 2 if expected.sum() == 0 else np.var(minutes / expected)
    se2 = chance / np.maximum(n, 1)
    scatter = max(float(np.mean(logs[enough] ** 2 - se2[enough])), 0.0) if enough.any() else 0.0
    keep = scatter / (scatter + se2 + 1e-12) * enough
    return np.exp(logs * keep), np.sqrt(scatter * se2 / (scatter + se2 + 1e-12)) * enough


def _tables(minutes: Floats, service, n_services: int) -> tuple[Floats, tuple[str, ...]]:
    """Quantile tables with the sample's own mean, and where each comes from: `lognormal` where the logs pass Lilliefors'
    test of normality (5 %), else `empirical`; `borrowed` where too few were timed, then the shape is that of all."""
    pooled = quantile_table(minutes)
    tables, laws = np.tile(pooled, (n_services, 1)), []
    for s in range(n_services):
        own = minutes[service == s]
        if len(own) >= FEW:
            logs = np.log(own)
            is_lognormal = logs.std() > 0 and lilliefors(logs, "norm")[1] > GOODNESS_P
            tables[s] = _lognormal_table(own) if is_lognormal else quantile_table(own)
            laws.append("lognormal" if is_lognormal else "empirical")
        else:
            if len(own):
                tables[s] = pooled * (own.sum() + FEW * minutes.mean()) / (len(own) + FEW) / minutes.mean()
            laws.append("borrowed")
    return tables, tuple(laws)


def _lognormal_table(values: Floats) -> Floats:
    """Quantiles of the fitted lognormal law; the last cell's outer edge makes up for the tail, so that the mean holds."""
    logs = np.log(values)
    p = np.linspace(0, 1, N_QUANTILES)
    inner = np.append(0.0, np.exp(logs.mean() + logs.std(ddof=1) * ndtri(p[1:-1])))
    edge = 2 * (values.mean() * (N_QUANTILES - 1) - ((inner[1:] + inner[:-1]) / 2).sum()) - inner[-1]
    if edge < inner[-1]:  # the law's tail is shorter than the cell allows for
        return quantile_table(values)
    return np.append(inner, edge)


def quantile_table(values: Floats) -> Floats:
    """Values at probabilities 0, 1/256 … 1, linear between; scaled so that drawing from it gives the sample's mean."""
    table = np.quantile(values, np.linspace(0, 1, N_QUANTILES))
    mean = ((table[1:] + table[:-1]) / 2).mean()
    return table * (values.mean() / mean) if mean > 0 else table


def _turnaround(history: History, most_min: float = 10.0, fewest: int = 50) -> float:
    """Mean pause of a person between two customers where the next was already waiting; longer pauses are absences."""
    desk = history.counter if (history.counter >= 0).mean() > 0.5 else history.teller
    rows = np.flatnonzero((desk >= 0) & history.is_served)  # the untimed too: a pause ends where they begin
    order = rows[np.lexsort((history.called[rows], desk[rows], history.day[rows]))]
    same = (desk[order][1:] == desk[order][:-1]) & (history.day[order][1:] == history.day[order][:-1])
    pause = history.called[order][1:] - history.finished[order][:-1]
    waiting = history.arrived[order][1:] < history.finished[order][:-1]
    pauses = pause[same & waiting & (pause >= 0) & (pause <= most_min)]
    return float(pauses.mean()) if len(pauses) >= fewest else 0.0
