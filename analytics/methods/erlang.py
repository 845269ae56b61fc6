"""Queues with a formula: what the simulation is checked against, and staffing rules of thumb.

Units are free but must agree: `arrival_rate`, `service_rate` and `patience_rate` per the same unit of time, waits in
that unit. Sources: Erlang C and A as in Garnett, Mandelbaum and Reiman (2002), «Designing a call center with impatient
customers»; Cobham (1954) for priorities; Pollaczek–Khinchine for M/G/1.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special


@dataclass(frozen=True)
class QueueFigures:
    """Long-run figures: probability of waiting, mean wait of all customers, share leaving, share of time busy."""

    wait_probability: float
    wait_mean: float
    abandon_share: float
    utilisation: float


def erlang_b(load: float, servers: int) -> float:
    """Blocking probability of M/M/n/n at an offered load in erlangs (stable recursion)."""
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking


def erlang_c(arrival_rate: float, service_rate: float, servers: int) -> QueueFigures:
    """M/M/n. Raises ValueError where the load is not below the number of servers: then no long run exists."""
    load = arrival_rate / service_rate
    if load >= servers:
        raise ValueError(f"{load:.2f} erlangs need more than {servers} servers")
    blocking = erlang_b(load, servers)
    wait_probability = servers * blocking / (servers - load * (1 - blocking))
    wait_mean = wait_probability / (servers * service_rate - arrival_rate)
    return QueueFigures(wait_probability, wait_mean, 0.0, load / servers)


def service_level_c(arrival_rate: float, service_rate: float, servers: int, target: float) -> float:
    """Share of customers of M/M/n called within `target`."""
    figures = erlang_c(arrival_rate, service_rate, servers)
    return 1 - figures.wait_probability * math.exp(-(servers * service_rate - arrival_rate) * target)


def erlang_a(arrival_rate: float, service_rate: float, servers: int, patience_rate: float) -> QueueFigures:
    """M/M/n+M: exponential patience of mean 1/patience_rate. Birth–death chain, summed until the tail is negligible."""
    # Weights relative to state n, so that nothing overflows.
    below, weight = 0.0, 1.0
    for j in range(servers, 0, -1):
        weight *= j * service_rate / arrival_rate
        below += weight
    total, queue_mean, waiting, weight, k = below + 1.0, 0.0, 1.0, 1.0, 0
    while weight > 1e-15 * total or k < 10:
        k += 1
        weight *= arrival_rate / (servers * service_rate + k * patience_rate)
        total += weight
        waiting += weight
        queue_mean += k * weight
    queue_mean /= total
    abandon_share = patience_rate * queue_mean / arrival_rate
    utilisation = arrival_rate * (1 - abandon_share) / (servers * service_rate)
    return QueueFigures(waiting / total, queue_mean / arrival_rate, abandon_share, utilisation)


def mg1_priority_waits(
    arrival_rates: list[float], service_means: list[float], service_second_moments: list[float]
) -> list[float]:
    """Mean waits per class of M/G/1 with strict non-preemptive priority, first class first (Cobham 1954)."""
    residual = sum(a * m2 for a, m2 in zip(arrival_rates, service_second_moments, strict=True)) / 2
    waits, load = [], 0.0
    for rate, mean in zip(arrival_rates, service_means, strict=True):
        higher, load = load, load + rate * mean
        waits.append(residual / ((1 - higher) * (1 - load)))
    return waits


def service_level_a(
    arrival_rate: float, service_rate: float, servers: int, patience_rate: float, target: float
) -> float:
    """Share of the customers of M/M/n+M called within `target`; who leaves counts as missed. servers at least 1.

    With k ahead in the queue the offered wait V is a sum of exponentials of rates nμ, nμ+θ, …, nμ+kθ (Palm 1957;
    Zeltyn and Mandelbaum 2005, Queueing Systems 51), so e^(−θV) ~ Beta(nμ/θ, k+1), and who is called within t has the
    share E[e^(−θV); V ≤ t] = α/(α+k+1) · P(Beta(α+1, k+1) ≥ e^(−θt)) with α = nμ/θ.
    """
    if arrival_rate <= 0:
        return 1.0
    # Weights of the states relative to the likeliest, by their logarithms: nothing overflows.
    busy = np.cumsum(np.log(np.arange(servers, 0, -1) * service_rate / arrival_rate))
    n, logs = 64, np.zeros(1)
    while len(logs) == 1 or logs[-1] > logs.max() - 32:
        leaving = servers * service_rate + np.arange(1, n) * patience_rate
        logs, n = np.append(0.0, np.cumsum(np.log(arrival_rate / leaving))), 2 * n
    logs = logs[: np.flatnonzero(logs > logs.max() - 32)[-1] + 1]
    top = max(float(logs.max()), float(busy.max()))
    below, queue = float(np.exp(busy - top).sum()), np.exp(logs - top)
    ahead, alpha = np.arange(len(queue)), servers * service_rate / patience_rate
    reached = special.betaincc(alpha + 1, ahead + 1, math.exp(-patience_rate * target))
    return float((below + queue @ (alpha / (alpha + ahead + 1) * reached)) / (below + queue.sum()))


def most_arrivals(
    service_rate: float, servers: int, patience_rate: float, target: float, share: float
) -> float:
    """The arrival rate up to which M/M/n+M calls at least that share within `target` (0–1, below 1)."""

    def over(rate: float) -> float:
        return service_level_a(rate, service_rate, servers, patience_rate, target) - share

    # No more than that share can be called once n servers are busy all the time.
    high = servers * service_rate / share
    if over(high) >= 0:
        return high
    return float(optimize.brentq(over, 0.0, high, xtol=1e-12 * high, rtol=1e-10))
