"""The world as the files that a bank would bring, with the small faults that such files have."""

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path

from . import settings
from .customers import Customer
from .draws import Draws
from .hall import Ticket
from .processes import Case, clock
from .settings import BRANCHES, LUNCH, LUNCH_COVER_ON, Branch
from .surveys import moment

N_DUPLICATES, N_CALLED_EARLY, N_FINISHED_EARLY, N_OUT_OF_SCALE = 12, 9, 6, 4
LUNCH_COVER = [{"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"}]
VISIT_COLUMNS = (
    "ticket_id", "branch_id", "customer_id", "segment", "service", "arrived_at", "called_at", "finished_at",
    "left_at", "counter", "teller_id",
)  # fmt: skip
Rows = list[list[str]]


def text_of(columns: tuple[str, ...], rows: Rows) -> bytes:
    """A CSV file's bytes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def write(path: Path, content: bytes) -> None:
    """Write a file, compressed where its name says so, with no time or name inside."""
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.write_bytes(content)


def stamp(ticket: Ticket, minute: float) -> str:
    """A minute of the ticket's day as text; empty where it did not happen."""
    return f"{moment(ticket.day, minute):%Y-%m-%d %H:%M:%S}" if minute >= 0 else ""


def visits(branch: Branch, tickets: list[Ticket], seed: int) -> bytes:
    """The queue machine's export: some walk-aways unseen, a few rows doubled, a few clocks off."""
    draws = Draws(seed, branch.number, 10)
    rows: Rows = []
    for ticket in tickets:
        is_seen_leaving = ticket.is_served or draws.chance(0.85)
        rows.append(
            [
                ticket.ticket_id, branch.branch_id, ticket.customer_id, ticket.segment, ticket.service,
                stamp(ticket, ticket.arrived), stamp(ticket, ticket.called), stamp(ticket, ticket.finished),
                stamp(ticket, ticket.left) if is_seen_leaving else "",
                f"C{ticket.counter}" if ticket.counter else "", ticket.teller_id,
            ]
        )  # fmt: skip
    if branch.number == 0:
        spoil(tickets, rows, draws)
    return text_of(VISIT_COLUMNS, rows)


def spoil(tickets: list[Ticket], rows: Rows, draws: Draws) -> None:
    """Faults of a real queue machine: called before arrival, finished before called, rows exported twice."""
    served = [i for i, ticket in enumerate(tickets) if ticket.is_served]
    for n, fault in ((N_CALLED_EARLY, "called"), (N_FINISHED_EARLY, "finished")):
        for _ in range(n):
            i = served.pop(draws.below(len(served)))
            if fault == "called":
                rows[i][6] = stamp(tickets[i], tickets[i].arrived - 4)
            else:
                rows[i][7] = stamp(tickets[i], tickets[i].called - 3)
    for _ in range(N_DUPLICATES):
        i = draws.below(len(rows))
        rows.insert(min(len(rows), i + 40), list(rows[i]))


def rosters() -> bytes:
    """Who is planned to work when, at every branch; the lunch cover by its dates of validity."""
    columns = (
        "branch_id", "role", "weekday", "from_time", "to_time", "headcount", "hourly_cost",
        "valid_from", "valid_to",
    )  # fmt: skip
    rows: Rows = []
    for branch in BRANCHES:
        for weekday in range(1, 7):
            day = date(2026, 6, weekday)  # 1 June 2026 is a Monday
            close = settings.SATURDAY_SHUT if weekday == 6 else settings.SHUT
            for start, end in ((settings.OPEN, LUNCH[0]), LUNCH, (LUNCH[1], close)):
                changes = branch.has_lunch_cover and start == LUNCH[0]
                periods = [("", "", False)]
                if changes:
                    on = LUNCH_COVER_ON.isoformat()
                    periods = [(settings.FIRST_DAY.isoformat(), on, False), (on, "", True)]
                for valid_from, valid_to, is_covered in periods:
                    n = branch.headcount(day, start, is_covered)
                    rows.append([*shift(branch, "counter", weekday, (start, end), n), valid_from, valid_to])
            if weekday < 6:
                people = {"customer manager": branch.managers, "approver": 2}
                people["operations"] = 3 if branch.number == 0 else 2
                hours = (settings.OPEN, close)
                rows += [[*shift(branch, role, weekday, hours, n), "", ""] for role, n in people.items()]
    return text_of(columns, rows)


def shift(branch: Branch, role: str, weekday: int, hours: tuple[int, int], headcount: int) -> list[str]:
    """One row of the roster, its validity left to the caller."""
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in hours]
    return [branch.branch_id, role, str(weekday), *times, str(headcount), str(settings.HOURLY_COST[role])]


def events(branch: Branch, cases: list[Case], days: list[date]) -> Rows:
    """One row per step, in order of its end."""
    rows = []
    for case in cases:
        for activity, who, role, start, end in case.events:
            started, finished = clock(days, start, start), clock(days, start, end)
            times = [f"{started:%Y-%m-%d %H:%M:%S}", f"{finished:%Y-%m-%d %H:%M:%S}"]
            rows.append([case.case_id, case.process, branch.branch_id, activity, who, role, *times])
    return sorted(rows, key=lambda row: (row[7], row[0], row[3]))


EVENT_COLUMNS = (
    "case_id", "process", "branch_id", "activity", "resource", "role", "started_at", "finished_at",
)  # fmt: skip
CASE_COLUMNS = ("case_id", "process", "customer_id", "segment", "product", "channel", "value", "outcome")


def case_rows(cases: list[Case]) -> Rows:
    """One row per case; a case still open has no outcome."""
    return [
        [c.case_id, c.process, c.customer_id, c.segment, c.product, c.channel, f"{c.value:.0f}", c.outcome]
        for c in cases
    ]


CUSTOMER_COLUMNS = (
    "customer_id", "branch_id", "as_of_on", "segment", "manager_id", "joined_on", "left_on", "annual_profit",
    "balance", "products", "phone_allowed",
)  # fmt: skip


def customer_rows(branch: Branch, customers: list[Customer], snapshot: int) -> Rows:
    """One row per customer known at a snapshot; the second tells who has left meanwhile, and when."""
    as_of = settings.SNAPSHOTS[snapshot]
    rows = []
    for c in customers:
        if c.joined_on > as_of:
            continue
        left = c.left_on.isoformat() if c.left_on and c.left_on <= as_of else ""
        rows.append(
            [
                c.customer_id, branch.branch_id, as_of.isoformat(), c.segment[snapshot],
                c.manager_id[snapshot], c.joined_on.isoformat(), left, f"{c.annual_profit[snapshot]:.0f}",
                f"{c.balance[snapshot]:.0f}", str(c.products[snapshot]), "yes" if c.phone_allowed else "no",
            ]
        )  # fmt: skip
    return rows


def interventions() -> bytes:
    """The one change of the twelve months."""
    columns = ("intervention_id", "branch_id", "name", "went_live_on", "measures")
    name = "Lunch cover: two more counters from 12:00 to 14:00"
    return text_of(
        columns, [["lunch-cover", "Sandaojie", name, LUNCH_COVER_ON.isoformat(), json.dumps(LUNCH_COVER)]]
    )
