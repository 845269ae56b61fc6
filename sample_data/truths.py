"""What would have been: the same customers and cases with one cause put right, written to truths.json.

python sample_data/truths.py [--out FILE] [--seed N]. Only a made-up world can tell this; a finding or a forecast is
judged by it. Hall: the Sandaojie branch before and after the lunch cover. Processes: all its cases won in the year.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from generate import SEED
from world import days, settings
from world.customers import Directory, make_customers
from world.hall import Ticket, run_day
from world.processes import MARKETING, OPENING, clock, run_processes
from world.settings import BRANCHES, Branch

DIVERTIBLE = ("bill payment", "passbook/statement", "transfer")


def waits(tickets: list[Ticket]) -> dict[str, Any]:
    """Waits in minutes of the ordinary and the valued (gold and VIP) customers, and all minutes waited."""
    found: dict[str, Any] = {"waited_h": round(sum(ticket.wait for ticket in tickets) / 60)}
    for name in ("ordinary", "valued"):
        group = [t for t in tickets if (t.segment == "ordinary") == (name == "ordinary")]
        served = sorted(t.wait for t in group if t.is_served)
        found[name] = {
            "n_tickets": len(group),
            "wait_mean_min": round(sum(served) / len(served), 2),
            "wait_p90_min": round(served[int(0.9 * (len(served) - 1))], 2),
            "within_10_min_share": round(sum(wait <= 10 for wait in served) / len(group), 4),
            "abandon_share": round(1 - len(served) / len(group), 4),
        }
    return found


def hall_truths(branch: Branch, seed: int) -> dict[str, Any]:
    """The hall before the lunch cover as it was and with each cause put right; after it, with and without."""
    factors = days.demand_factors(seed)
    before = {day: factor for day, factor in factors.items() if day < settings.LUNCH_COVER_ON}
    after = {day: factor for day, factor in factors.items() if day >= settings.LUNCH_COVER_ON}

    def play(period: dict[Any, float], **changes: Any) -> dict[str, Any]:
        played = {"covered": False, **changes}
        return waits([t for day, f in period.items() for t in run_day(branch, day, f, seed, **played)])

    return {
        "before": {
            "as it was": play(before),
            "lunch covered": play(before, covered=True),
            "kept counters open to all, gold and VIP first": play(before, pooling="valued first"),
            "kept counters open to all, first come first served": play(before, pooling="first come"),
            "70 % of bill payments at machines": play(before, diverted=("bill payment",), keep=0.3),
            "70 % of all that machines can do": play(before, diverted=DIVERTIBLE, keep=0.3),
        },
        "after": {"as it was": play(after, covered=True), "had there been no lunch cover": play(after)},
    }


def cycle_times(branch: Branch, seed: int, directory: Directory, process: str) -> dict[str, Any]:
    """Clock hours from first start to last finish of the cases won."""
    cases, working_days = run_processes(branch, seed, directory)
    hours = []
    for case in cases:
        if case.process == process and case.outcome == "won":
            first, last = case.events[0], case.events[-1]
            start, end = clock(working_days, first[3], first[3]), clock(working_days, last[3], last[4])
            hours.append((end - start).total_seconds() / 3600)
    return {"n_won": len(hours), "cycle_time_mean_h": round(sum(hours) / len(hours), 1)}


def process_truths(branch: Branch, seed: int) -> dict[str, Any]:
    """Cycle times of both processes as they were and with each cause put right."""
    directory = Directory(make_customers(branch, seed))
    worlds = {
        "as it was": branch,
        "documents bounce as at the peers": replace(branch, rework_share=0.15),
        "approvals as they come": replace(branch, approves_in_batches=False),
        "the slow manager as fast as the others": replace(branch, slow_manager_factor=1.0),
    }
    return {
        process: {name: cycle_times(world, seed, directory, process) for name, world in worlds.items()}
        for process in (MARKETING, OPENING)
    }


def truths(seed: int = SEED) -> dict[str, Any]:
    """Everything that truths.json holds."""
    return {
        "seed": seed,
        "hall": hall_truths(BRANCHES[0], seed),
        "processes": process_truths(BRANCHES[0], seed),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write what would have been with each cause put right.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "truths.json")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    arguments.out.write_text(json.dumps(truths(arguments.seed), indent=1) + "\n", encoding="utf-8")
