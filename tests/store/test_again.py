"""Loading again changes nothing; history does not change, settings do."""

import pytest

from analytics.store import Store, load
from tests.store.bench import load_one, reasons, tickets, visit, write

EVENT = {
    "case_id": "k1", "process": "loans", "branch_id": "B1", "activity": "check", "resource": "r1", "role": "clerk",
    "started_at": "2026-03-02 09:00", "finished_at": "2026-03-02 09:30",
}  # fmt: skip


def test_the_same_file_again_changes_nothing_and_makes_no_version(tmp_path):
    path = write(tmp_path / "visits.csv", [visit("1"), visit("2", called_at="late"), visit("3")])
    first = load([path], tmp_path / "store")
    again = load([path], tmp_path / "store")
    assert (first.version, first.is_new_version) == ("v0001", True)
    assert (again.version, again.is_new_version) == ("v0001", False)
    assert (again.files[0].loaded, again.files[0].unchanged, again.files[0].rejected) == (0, 2, 1)
    assert sorted(p.name for p in (tmp_path / "store").glob("*.duckdb")) == ["v0001.duckdb"]


def test_a_longer_file_adds_what_is_new(tmp_path):
    load_one(write(tmp_path / "visits.csv", [visit("1")]), tmp_path / "store")
    report = load_one(write(tmp_path / "visits.csv", [visit("1"), visit("2")]), tmp_path / "store")
    assert (report.loaded, report.unchanged) == (1, 1)
    assert len(tickets(tmp_path / "store")) == 2


def test_a_known_ticket_with_other_content_is_rejected(tmp_path):
    load_one(write(tmp_path / "a.csv", [visit("1")]), tmp_path / "store", table="visits")
    report = load_one(
        write(tmp_path / "b.csv", [visit("1", service="transfer")]), tmp_path / "store", table="visits"
    )
    assert reasons(report) == {("conflict", None): 1}
    assert tickets(tmp_path / "store", columns="service") == [("cash",)]


def test_a_ticket_number_comes_again_on_another_day_and_at_another_branch(tmp_path):
    tomorrow = {name: f"2026-03-03 {clock}" for name, clock in
                (("arrived_at", "09:00"), ("called_at", "09:10"), ("finished_at", "09:15"))}  # fmt: skip
    path = write(tmp_path / "visits.csv", [visit("1"), visit("1", **tomorrow), visit("1", branch_id="B2")])
    assert load_one(path, tmp_path / "store").loaded == 3


def test_a_ticket_twice_in_one_file(tmp_path):
    path = write(
        tmp_path / "visits.csv", [visit("1"), visit("1"), visit("1", service="transfer"), visit("2")]
    )
    for loaded, unchanged in ((2, 1), (0, 3)):
        report = load_one(path, tmp_path / "store")
        assert (report.loaded, report.unchanged) == (loaded, unchanged)
        assert reasons(report) == {("duplicate", None): 1}
    assert tickets(tmp_path / "store", columns="service") == [("cash",), ("cash",)]


def test_two_files_of_one_load_are_compared_with_each_other(tmp_path):
    a = write(tmp_path / "visits_a.csv", [visit("1")])
    b = write(tmp_path / "visits_b.csv", [visit("1"), visit("2")])
    reports = load([a, b], tmp_path / "store").files
    assert [(r.loaded, r.unchanged) for r in reports] == [(1, 0), (1, 1)]


def test_the_newer_roster_stands(tmp_path):
    roster = {
        "branch_id": "B1", "role": "counter", "weekday": "1", "from_time": "09:00", "to_time": "17:00", "headcount": "5",
    }  # fmt: skip
    load_one(write(tmp_path / "rosters.csv", [roster]), tmp_path / "store")
    report = load_one(write(tmp_path / "rosters.csv", [roster | {"headcount": "7"}]), tmp_path / "store")
    assert (report.loaded, report.rejected) == (1, 0)
    assert Store.open(tmp_path / "store").rows("select headcount from rosters") == [(7,)]


def test_of_two_customers_rows_with_one_key_the_last_stands_and_that_is_said(tmp_path):
    row = {
        "customer_id": "c1",
        "branch_id": "B1",
        "as_of_on": "2026-01-01",
        "balance": "10",
        "hobby": "chess",
    }
    path = write(tmp_path / "customers.csv", [row, row | {"balance": "20"}, row | {"as_of_on": "2026-02-01"}])
    for loaded, unchanged in ((2, 0), (0, 2)):
        report = load_one(path, tmp_path / "store")
        assert (report.loaded, report.unchanged, reasons(report)) == (
            loaded,
            unchanged,
            {("duplicate", None): 1},
        )
    store = Store.open(tmp_path / "store")
    assert store.rows("select balance, attributes from customers order by as_of_on") == [
        (20.0, '{"hobby":"chess"}'),
        (10.0, '{"hobby":"chess"}'),
    ]


def test_equal_events_are_numbered_and_load_once(tmp_path):
    path = write(
        tmp_path / "events.csv", [EVENT, EVENT, EVENT | {"role": "boss"}, EVENT | {"started_at": ""}]
    )
    assert load_one(path, tmp_path / "store").loaded == 4
    again = load_one(path, tmp_path / "store")
    assert (again.loaded, again.unchanged) == (0, 4)
    store = Store.open(tmp_path / "store")
    assert store.rows("select ordinal, role from events where started_at is not null order by 1") == [
        (1, "boss"),
        (2, "clerk"),
        (3, "clerk"),
    ]


def test_an_event_known_at_another_branch_is_rejected(tmp_path):
    load_one(write(tmp_path / "events.csv", [EVENT]), tmp_path / "store")
    report = load_one(write(tmp_path / "events.csv", [EVENT | {"branch_id": "B2"}]), tmp_path / "store")
    assert reasons(report) == {("conflict", None): 1}


@pytest.mark.parametrize("change", [{"perceived_empathy": "7"}, {"overall": "1"}, {"comment": "new"}])
def test_an_answer_does_not_change(tmp_path, change):
    answer = {
        "response_id": "1",
        "branch_id": "B1",
        "overall": "5",
        "perceived_empathy": "3",
        "comment": "old",
    }
    load_one(write(tmp_path / "surveys.csv", [answer]), tmp_path / "store")
    assert load_one(write(tmp_path / "surveys.csv", [answer]), tmp_path / "store").unchanged == 1
    report = load_one(write(tmp_path / "surveys.csv", [answer | change]), tmp_path / "store")
    assert reasons(report) == {("conflict", None): 1}
