"""Rows lie in the order in which analyses want them."""

from analytics.store import Store, load
from tests.store.bench import load_one, visit, write

EVENT = {
    "case_id": "k",
    "process": "loans",
    "branch_id": "B1",
    "activity": "check",
    "started_at": "",
    "finished_at": "",
}
FOLLOWS = """
with steps as (
    select
        activity, case_id, process, branch_id,
        lead(activity) over () as next, lead(case_id) over () as next_case
    from bank.events
)
select activity::varchar, next::varchar, count(*) from steps where next_case = case_id group by all order by all
"""


def events(path, *steps):
    rows = [
        EVENT | {"case_id": c, "activity": a, "finished_at": f"2026-03-02 {clock}"} for c, a, clock in steps
    ]
    return write(path, rows)


def test_events_of_several_loads_lie_by_case_and_start_and_steps_are_an_enum(tmp_path):
    first = events(
        tmp_path / "events_1.csv", ("k2", "sign", "10:00"), ("k1", "sign", "09:30"), ("k1", "check", "09:00")
    )
    second = events(
        tmp_path / "events_2.csv", ("k1", "pay", "09:10"), ("k2", "check", "09:50"), ("k1", "sign", "09:30")
    )
    load([first], tmp_path / "store")
    report = load_one(second, tmp_path / "store")
    assert (report.loaded, report.unchanged) == (2, 1)
    store = Store.open(tmp_path / "store")
    assert store.rows("select case_id, activity::varchar from bank.events") == [
        ("k1", "check"), ("k1", "pay"), ("k1", "sign"), ("k2", "check"), ("k2", "sign")
    ]  # fmt: skip
    (kind,) = {row[0] for row in store.rows("select typeof(activity) from bank.events")}
    assert kind.startswith("ENUM")
    assert {row[0] for row in store.rows("select typeof(activity) from events")} == {"VARCHAR"}
    assert store.rows(FOLLOWS) == [("check", "pay", 1), ("check", "sign", 1), ("pay", "sign", 1)]
    again = load([first, second], tmp_path / "store")
    assert [(f.loaded, f.unchanged) for f in again.files] == [(0, 3), (0, 3)]


def test_tickets_of_a_load_lie_by_branch_and_arrival(tmp_path):
    rows = [
        visit(str(n), branch_id=branch, arrived_at=f"2026-03-02 09:0{minute}")
        for n, (branch, minute) in enumerate([("B2", 3), ("B1", 5), ("B2", 1), ("B1", 2)])
    ]
    load([write(tmp_path / "visits.csv", rows)], tmp_path / "store")
    found = Store.open(tmp_path / "store").rows("select branch_id, minute(arrived_at) from bank.visits")
    assert found == [("B1", 2), ("B1", 5), ("B2", 1), ("B2", 3)]
