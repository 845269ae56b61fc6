"""Writes the sample branches' files: python sample_data/generate.py [--out DIR] [--seed N].

Twelve months of the Sandaojie branch and three peers, made from a seed; README.md lists what is true of them.
"""

import argparse
from pathlib import Path

from world import days, files, settings
from world.customers import Directory, make_customers, managers
from world.draws import Draws
from world.hall import Ticket, run_day
from world.processes import run_processes
from world.settings import BRANCHES, Branch
from world.surveys import COLUMNS, Desk

SEED = 20261031
CUSTOMER_KNOWN_SHARE = 0.7  # the others take a ticket without a card


def hall_year(branch: Branch, seed: int, directory: Directory) -> list[Ticket]:
    """All tickets of a branch, the lunch cover in force from its day on."""
    draws = Draws(seed, branch.number, 11)
    tickets = []
    for day, factor in days.demand_factors(seed).items():
        is_covered = branch.has_lunch_cover and day >= settings.LUNCH_COVER_ON
        for ticket in run_day(branch, day, factor, seed, covered=is_covered):
            if draws.chance(CUSTOMER_KNOWN_SHARE):
                customer = directory.find(ticket.segment, day, draws)
                ticket.customer_id = customer.customer_id if customer else ""
            tickets.append(ticket)
    return tickets


def generate(out: Path, seed: int = SEED) -> None:
    """Write every file of the sample to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    tables: dict[str, files.Rows] = {name: [] for name in ("events", "cases", "surveys")}
    snapshots: list[files.Rows] = [[], []]
    for branch in BRANCHES:
        customers = make_customers(branch, seed)
        directory = Directory(customers)
        tickets = hall_year(branch, seed, directory)
        files.write(out / f"visits_{branch.branch_id.lower()}.csv.gz", files.visits(branch, tickets, seed))
        cases, working_days = run_processes(branch, seed, directory)
        tables["events"] += files.events(branch, cases, working_days)
        tables["cases"] += files.case_rows(cases)
        desk = Desk(branch, seed)
        desk.at_counter(tickets)
        desk.of_cases(cases, working_days, managers(branch)[2] if branch.slow_manager_factor > 1 else "")
        desk.elsewhere(directory)
        tables["surveys"] += desk.sheets()
        for i in range(2):
            snapshots[i] += files.customer_rows(branch, customers, i)
    for row in tables["surveys"][100 : 100 * (files.N_OUT_OF_SCALE + 1) : 100]:
        row[COLUMNS.index("overall")] = "9"  # a slip of the keyboard
    columns = {"events": files.EVENT_COLUMNS, "cases": files.CASE_COLUMNS, "surveys": COLUMNS}
    for name, rows in tables.items():
        files.write(out / f"{name}.csv.gz", files.text_of(columns[name], rows))
    for as_of, rows in zip(settings.SNAPSHOTS, snapshots, strict=True):
        files.write(out / f"customers_{as_of}.csv.gz", files.text_of(files.CUSTOMER_COLUMNS, rows))
    files.write(out / "rosters.csv", files.rosters())
    files.write(out / "interventions.csv", files.interventions())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the files of the sample branches.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    generate(arguments.out, arguments.seed)
