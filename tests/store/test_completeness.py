"""Rows, gaps and shares missing by table and month, and what pages lose by it."""

from datetime import date, timedelta

import pandas as pd

from analytics.store import Store, load
from analytics.store.completeness import LOSSES, Quality, quality
from analytics.words.data import loss_text, quality_title
from tests.store.bench import visit, write


def test_months_gaps_shares_and_losses(tmp_path):
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(35)]
    rows = []
    for day in days:
        if day.isoweekday() > 5 or day == date(2026, 3, 18):
            continue
        march = day.month == 3
        served = {
            "called_at": f"{day} 09:10",
            "finished_at": f"{day} 09:20" if march else "",
            "teller_id": "ann",
        }
        rows.append(visit("1", arrived_at=f"{day} 09:00", **served))
        rows.append(
            visit("2", arrived_at=f"{day} 09:05", called_at="", finished_at="", left_at=f"{day} 09:09")
        )
    load([write(tmp_path / "visits.csv", rows)], tmp_path / "store")
    found = quality(Store.open(tmp_path / "store"), "B1")
    months = [(r.table, r.month.date(), r.n_rows, r.n_days, r.n_gap_days) for r in found.months.itertuples()]
    assert months == [("visits", date(2026, 3, 1), 42, 21, 1), ("visits", date(2026, 4, 1), 6, 3, 0)]
    shares = {(r.month.month, r.column): r.missing_share for r in found.missing.itertuples()}
    assert (shares[3, "finished_at"], shares[4, "finished_at"], shares[3, "teller_id"]) == (0, 0.5, 0)
    assert shares[3, "customer_id"] == 1
    assert "left_at" not in {column for _month, column in shares}
    assert [(r.page, r.code, r.column) for r in found.losses.itertuples()] == [
        ("wait_times", "no_service_times", "finished_at"), ("wait_times", "no_counters", "counter")
    ]  # fmt: skip


def test_public_holidays_that_the_branch_keeps_are_no_gaps(tmp_path):
    days = [date(2026, 9, 14) + timedelta(days=n) for n in range(35)]
    closed = {date(2026, 10, n) for n in range(1, 8)} | {date(2026, 9, 22)}
    kept = {"called_at": "", "finished_at": ""}
    rows = [
        visit(f"{d}", arrived_at=f"{d} 09:00", **kept) for d in days if d.isoweekday() < 6 and d not in closed
    ]
    load([write(tmp_path / "visits.csv", rows)], tmp_path / "store")
    found = quality(Store.open(tmp_path / "store"), "B1")
    assert found.months["n_gap_days"].tolist() == [1, 0], "22 September alone"


def test_days_missing_from_two_tables_are_counted_once():
    months = pd.DataFrame(
        {
            "table": ["visits", "surveys", "surveys"],
            "month": pd.Timestamp("2026-03-01"),
            "n_gap_days": [2, 2, 3],
        }
    )
    found = Quality(months, pd.DataFrame(), pd.DataFrame())
    assert quality_title(found) == "Surveys: 5 days have no rows though they should"


def test_an_empty_store_and_an_unknown_branch_have_none(tmp_path):
    found = quality(Store.open(tmp_path / "store"), "B1")
    assert found.months.empty and found.missing.empty and found.losses.empty


def test_every_loss_has_words():
    assert all(loss_text(code, 0.25) for _page, code in LOSSES.values())
