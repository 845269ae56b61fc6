"""What is odd is said, and loaded all the same; what cannot be is rejected."""

import json
from datetime import date, datetime, timedelta

import pytest

from analytics.store import load
from tests.store.bench import load_one, reasons, visit, write

IDENTITY, CARD = "11010519491231002X", "6222020000000000006"


def warned(report):
    return {(w.code, w.column): w.n for w in report.warnings}


def with_luhn(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def test_overlapping_services_of_one_teller(tmp_path):
    def served(n: int, teller: str, start: str, end: str) -> dict[str, str]:
        return visit(
            str(n),
            teller_id=teller,
            arrived_at="2026-03-02 08:59",
            called_at=f"2026-03-02 {start}",
            finished_at=f"2026-03-02 {end}",
        )

    rows = [
        served(1, "ann", "09:00:00", "09:10:00"),
        served(2, "ann", "09:09:00", "09:20:00"),  # a minute too early
        served(3, "ann", "09:19:57", "09:30:00"),  # clocks are off by as much
        served(4, "bob", "09:05:00", "09:40:00"),
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, warned(report)) == (4, {("overlap", "teller_id"): 1})


def test_numbers_of_identity_and_bank_cards(tmp_path):
    card = with_luhn("622202000000000123")
    ids = [
        IDENTITY,
        IDENTITY.replace("002X", "0021"),
        card,
        card[:-1] + str((int(card[-1]) + 1) % 10),
        "17",
        "customer",
    ]
    rows = [visit(str(n), customer_id=id_) for n, id_ in enumerate(ids)]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, warned(report)) == (
        6,
        {("identity", "customer_id"): 1, ("card", "customer_id"): 1},
    )
    said = json.loads(load([tmp_path / "visits.csv"], tmp_path / "store").to_json())["files"][0]["warnings"]
    assert {k: said[0][k] for k in ("code", "column", "n")} == {
        "code": "identity",
        "column": "customer_id",
        "n": 1,
    }
    assert "customer_id" in said[0]["text"]


def test_long_numbers_that_pass_by_chance_are_no_cards(tmp_path):
    rows = [visit(str(n), customer_id=str(10**15 + n)) for n in range(100)]
    assert warned(load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")) == {}


def test_days_without_rows(tmp_path):
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(28)]
    shut = {date(2026, 3, 11), date(2026, 3, 12)}
    rows = [
        visit(str(day), arrived_at=f"{day} 09:00", called_at="", finished_at="")
        for day in days
        if day.isoweekday() < 6 and day not in shut
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert warned(report) == {("gap_days", "arrived_at"): 2}


def test_public_holidays_that_are_kept_are_no_missing_days(tmp_path):
    """Closed from 1 to 8 October 2025, as China was; a Tuesday in November is missing all the same."""
    days = [date(2025, 9, 1) + timedelta(days=n) for n in range(84)]
    shut = {date(2025, 10, n) for n in range(1, 9)} | {date(2025, 11, 4)}
    rows = [
        visit(str(day), arrived_at=f"{day} 09:00", called_at="", finished_at="")
        for day in days
        if day.isoweekday() < 6 and day not in shut
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert warned(report) == {("gap_days", "arrived_at"): 1}


def test_the_future_is_rejected_with_a_day_of_slack(tmp_path):
    soon, later = datetime.now() + timedelta(hours=6), datetime.now() + timedelta(days=3)
    rows = [
        visit(str(n), arrived_at=f"{at:%Y-%m-%d %H:%M}", called_at="", finished_at="")
        for n, at in enumerate((soon, later))
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, reasons(report)) == (1, {("future", "arrived_at"): 1})


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_in_text_are_rejected(tmp_path, sign):
    rows = [
        visit("1", service="cash\twith a tab"),
        visit("2", service=f"ca{sign}sh"),
        visit("3", counter=f"{sign}4"),
    ]
    report = load_one(write(tmp_path / "visits.csv", rows), tmp_path / "store")
    assert (report.loaded, reasons(report)) == (1, {("control", "service"): 1, ("control", "counter"): 1})
