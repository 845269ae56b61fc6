"""Cases per second of the process engine, Prosimos and plain Python on the same process, in one run.

    python -m benchmarks.process_engine [--replications N] [--rounds N]

Prints medians over the rounds and the ratios, on one thread by processor time and on all cores by the clock, and how far the mean cycle times lie apart: like is compared with like.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from analytics.simulation.process import metrics
from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.model import ProcessUncertainty
from benchmarks.branch_process import CASES_PER_DAY, DAYS, engine_model, plain_year
from benchmarks.prosimos_process import RELEASE, Prosimos


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    model, n_cases = engine_model(), round(CASES_PER_DAY * len(DAYS))
    nothing = ProcessUncertainty.none(model)
    simulate_cases([model], nothing, DAYS, 1, 1, workers=1)
    speed: dict[str, list[float]] = {"engine": [], "all cores": [], "prosimos": [], "python": []}
    cycle_h: dict[str, list[float]] = {name: [] for name in ("engine", "prosimos", "python")}
    with tempfile.TemporaryDirectory() as folder:
        prosimos = Prosimos(Path(folder))
        for seed in range(args.rounds):
            for name, workers, clock in (
                ("engine", 1, time.process_time),
                ("all cores", None, time.perf_counter),
            ):
                begun = clock()
                runs = simulate_cases([model], nothing, DAYS, args.replications, seed, workers=workers)[0]
                speed[name].append(runs.edge_n[:, -1, :].sum() / (clock() - begun))  # cases begun
            cycle_h["engine"] += metrics.of_runs(runs, model, len(DAYS), [0])["cycle_time_mean_h"].tolist()
            seconds, n, hours = prosimos.run(100 + seed)
            speed["prosimos"].append(n / seconds)
            cycle_h["prosimos"].append(hours)
            begun = time.process_time()
            year = plain_year(seed)
            speed["python"].append(year["n_cases"] / (time.process_time() - begun))
            cycle_h["python"].append(year["cycle_time_mean_h"])
        prosimos.close()
    for name, hours_of in cycle_h.items():
        cycles = np.array(hours_of)
        error = 1.96 * cycles.std(ddof=1) / len(cycles) ** 0.5 if len(cycles) > 1 else float("nan")
        print(
            f"{name:<9}{median(speed[name]):>10,.0f} cases per second; mean cycle {cycles.mean():.1f} ± {error:.1f} h "
            f"of {len(cycles)} years of {n_cases:,} cases"
        )
    for ours, other, label in (
        ("engine", "prosimos", f"{RELEASE}, one thread"),
        ("all cores", "prosimos", f"{RELEASE}, {os.cpu_count()} cores against its one"),
        ("engine", "python", "plain Python, one thread"),
    ):
        ratio = np.array(speed[ours]) / np.array(speed[other])
        print(f"engine ÷ {label}: {median(ratio):,.0f} (from {ratio.min():,.0f} to {ratio.max():,.0f})")


if __name__ == "__main__":
    main()
