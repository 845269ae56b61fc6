"""Answers keep the ticket they name, whichever comes first; stores made before they did tell the same."""

import duckdb
import pytest

from analytics.store import Store, load, versions
from tests.store.bench import PERIOD, visit, write

ANSWERS = [
    {"response_id": "1", "branch_id": "B1", "answered_at": "2026-03-02 12:00", "ticket_id": "1", "overall": "3"},
    {"response_id": "2", "branch_id": "B1", "answered_at": "2026-03-04 12:00", "ticket_id": "1", "overall": "4"},
    {"response_id": "3", "branch_id": "B1", "answered_at": "", "ticket_id": "1", "overall": "5"},
    {"response_id": "4", "branch_id": "B1", "answered_at": "2026-03-04 12:00", "ticket_id": "", "overall": "5"},
]  # fmt: skip
MONDAY = visit("1", service="a", segment="VIP", customer_id="c1")
TUESDAY = visit(
    "1", service="b", segment="mass", arrived_at="2026-03-03 09:00", called_at="2026-03-03 09:30", finished_at=""
)  # fmt: skip
FOUND = [
    ("1", 10.0, "a", "VIP", "vip"),
    ("2", 30.0, "b", "mass", "ordinary"),
    ("3", 30.0, "b", "mass", "ordinary"),
    ("4", None, None, "ordinary", "ordinary"),
]


def answers(folder) -> list[tuple]:
    return Store.open(folder).rows(
        "select response_id, wait_min, service, segment, customer_group"
        " from answers_in('B1', $a::date, $b::date, 'segment', ['VIP']) order by 1",
        **{key: PERIOD[key] for key in ("a", "b")},
    )


def forget_tickets(folder) -> None:
    """The store as it was before answers kept their tickets."""
    with duckdb.connect(versions.path_of(folder, versions.current_version(folder))) as con:
        for name in ("service", "segment", "customer_id", "arrived_at", "called_at"):
            con.execute(f"alter table surveys drop column ticket_{name}")


@pytest.mark.parametrize("order", ["visits first", "surveys first", "together", "a day later"])
def test_tickets_are_found_in_every_order(tmp_path, order):
    store = tmp_path / "store"
    visits = write(tmp_path / "visits.csv", [MONDAY, TUESDAY])
    surveys = write(tmp_path / "surveys.csv", ANSWERS)
    monday, tuesday = (
        write(tmp_path / f"visits_{name}.csv", [day]) for name, day in (("1", MONDAY), ("2", TUESDAY))
    )
    loads = {
        "visits first": [[visits], [surveys]],
        "surveys first": [[surveys], [visits]],
        "together": [[surveys, visits]],
        "a day later": [[surveys, monday], [tuesday]],
    }
    for paths in loads[order]:
        load(paths, store)
    assert answers(store) == FOUND


def test_an_older_store_tells_the_same_and_catches_up_with_the_next_load(tmp_path):
    store = tmp_path / "store"
    load([write(tmp_path / "visits.csv", [MONDAY]), write(tmp_path / "surveys.csv", ANSWERS)], store)
    forget_tickets(store)
    assert answers(store)[1] == ("2", 10.0, "a", "VIP", "vip")
    customer = {"customer_id": "c1", "branch_id": "B1"}
    load([write(tmp_path / "customers.csv", [customer])], store)
    kept = Store.open(store).rows("select response_id, ticket_service from bank.surveys order by 1")
    assert kept == [("1", "a"), ("2", "a"), ("3", "a"), ("4", None)]
    load([write(tmp_path / "visits.csv", [TUESDAY])], store)
    assert answers(store) == FOUND


def test_a_number_called_every_day_is_found_by_its_day(tmp_path):
    days = [f"2026-03-{day:02d}" for day in range(1, 29)]
    visits = [
        visit("7", service=day, arrived_at=f"{day} 09:00", called_at=f"{day} 09:05", finished_at="")
        for day in days
    ]
    rows = [
        ANSWERS[0] | {"response_id": f"r{day}", "answered_at": f"{day} 10:00", "ticket_id": "7"}
        for day in days
    ]
    store = tmp_path / "store"
    load([write(tmp_path / "visits.csv", visits), write(tmp_path / "surveys.csv", rows)], store)
    found = Store.open(store).rows("select answered_at::date::varchar, ticket_service from surveys")
    assert len(found) == 28 and all(day == service for day, service in found)
