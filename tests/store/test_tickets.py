"""A day of five tickets, worked out by hand."""

from datetime import date, datetime

import pytest

from tests.store.bench import load_one, tickets, visit, write


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02 {clock}")


@pytest.fixture
def day(tmp_path):
    rows = [
        visit("1", customer_id="c1", segment="VIP", teller_id="t1", counter="1"),
        visit(
            "2",
            arrived_at="2026-03-02T09:29:59",
            called_at="2026-03-02T09:29:55",
            finished_at="2026-03-02T09:40:00",
        ),
        visit("3", arrived_at="2026-03-02 09:30", called_at="2026-03-02 09:50:30", finished_at=""),
        visit(
            "4", arrived_at="2026-03-02 10:00", called_at="", finished_at="", left_at="2026-03-02 10:12:30"
        ),
        visit("5", arrived_at="2026-03-02 10:05", called_at="", finished_at=""),
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, report.rejected) == (5, 0)
    return tmp_path / "store"


def test_waits_patience_and_service_of_five_tickets(day):
    found = tickets(day, columns="ticket_id, wait_min, patience_min, service_min, is_abandoned, half_hour")
    assert found == [
        ("1", 10.0, None, 5.0, False, 18),
        (
            "2",
            0.0,
            None,
            pytest.approx(10 + 5 / 60),
            False,
            18,
        ),  # called 4 s before arrival: clocks differ a little
        ("3", 20.5, None, None, False, 19),
        ("4", None, 12.5, None, True, 20),
        ("5", None, None, None, True, 20),
    ]


def test_day_weekday_and_times_are_local(day):
    (row,) = tickets(day, columns="arrived_on, weekday, arrived_at, called_at, segment, counter")[:1]
    assert row == (date(2026, 3, 2), 1, at("09:00:00"), at("09:10:00"), "VIP", "1")


def test_an_empty_segment_is_ordinary(day):
    assert [s for (s,) in tickets(day, columns="segment")] == ["VIP", *["ordinary"] * 4]


def test_groups_by_segment_and_without_a_split(day):
    assert [g for (g,) in tickets(day, columns="customer_group", kind="segment", vips=["VIP"])] == [
        "vip",
        *["ordinary"] * 4,
    ]
    assert {g for (g,) in tickets(day, columns="customer_group")} == {"all"}


def test_the_period_is_half_open(day):
    assert len(tickets(day, a="2026-03-02", b="2026-03-03")) == 5
    assert tickets(day, a="2026-03-01", b="2026-03-02") == tickets(day, a="2026-03-03", b="2026-03-09") == []
    assert tickets(day, branch_id="B2") == []
