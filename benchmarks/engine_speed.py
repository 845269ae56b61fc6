"""Customers per second of the engine, SimPy and Ciw on the same branch month, in one run on one thread.

    python -m benchmarks.engine_speed [--replications N]

Prints medians of five rounds and the ratios; times mean little on their own on a shared machine.
"""

import argparse
import os
import time
from statistics import median

import numpy as np

from analytics.simulation import engine
from analytics.simulation.model import Uncertainty
from analytics.simulation.warming import warm
from benchmarks.branch_month import DAYS, TARGET_MIN, engine_model, simpy_month
from benchmarks.ciw_month import ciw_month

ROUNDS = 5


def ours(replications: int, workers: int) -> tuple[float, float]:
    """(seconds, customers) of the engine with every feature compiled in."""
    model = engine_model()
    start = time.perf_counter()
    runs = engine.simulate(
        [model], Uncertainty.none(model), DAYS, replications, 1, TARGET_MIN, workers=workers
    )
    return time.perf_counter() - start, float(runs[0].sums[:, :, 0].sum())


def timed(run, *seeds: int) -> tuple[float, float]:
    start = time.perf_counter()
    customers = sum(run(seed)["n_tickets"] for seed in seeds)
    return time.perf_counter() - start, customers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    replications = parser.parse_args().replications
    warm()
    ours(2, 1)
    rows: dict[str, list[float]] = {"engine": [], "simpy": [], "ciw": []}
    shares = []
    for seed in range(ROUNDS):
        seconds, n = ours(replications, 1)
        rows["engine"].append(n / seconds)
        seconds, n = timed(simpy_month, seed)
        rows["simpy"].append(n / seconds)
        ten_months = 10 * seconds
        seconds, n = timed(ciw_month, seed)
        rows["ciw"].append(n / seconds)
        seconds, n = ours(replications, os.cpu_count() or 1)
        shares.append(seconds / ten_months)
    for name, values in rows.items():
        print(f"{name:<8}{median(values):>14,.0f} customers per second, one thread")
    for name in ("simpy", "ciw"):
        ratio = np.array(rows["engine"]) / np.array(rows[name])
        print(f"engine ÷ {name}: {median(ratio):,.0f} (from {ratio.min():,.0f} to {ratio.max():,.0f})")
    cores = os.cpu_count()
    print(
        f"{replications} replications of the month on {cores} cores: {median(shares):.1%} of the time of ten in SimPy"
    )


if __name__ == "__main__":
    main()
