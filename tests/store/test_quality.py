"""A first look at a file, and what a store covers."""

from datetime import date

import pandas as pd

from analytics.store import Store, coverage, load, preview, rejects
from tests.store.bench import visit, write


def test_a_chinese_export_is_guessed(tmp_path):
    path = tmp_path / "导出.csv"
    path.write_bytes(
        "票号,网点,业务类型,取号时间,叫号时间,备注一\nA1,三道街,开户,2026-03-02 09:00,,x\n".encode("gb18030")
    )
    seen = preview(path)
    assert seen.table == "visits"
    assert seen.guesses == {
        "ticket_id": "票号",
        "branch_id": "网点",
        "service": "业务类型",
        "arrived_at": "取号时间",
        "called_at": "叫号时间",
    }
    assert seen.missing == ()
    assert seen.rows.iloc[0]["网点"] == "三道街"


def test_what_is_missing_is_named_and_own_names_come_first(tmp_path):
    path = write(
        tmp_path / "visits.csv", [{"ticket_id": "1", "type": "a", "service": "b", "arrived_at": "2026-03-02"}]
    )
    seen = preview(path)
    assert (seen.guesses["service"], seen.missing) == ("service", ("branch_id",))


def test_a_file_of_nothing_we_know_has_no_guess(tmp_path):
    path = write(tmp_path / "stock.csv", [{"item": "1", "shelf": "2"}])
    seen = preview(path)
    assert (seen.table, seen.guesses, list(seen.rows.columns)) == (None, {}, ["item", "shelf"])


def test_coverage_by_table_and_branch(tmp_path):
    later = {"arrived_at": "2026-03-09 09:00", "called_at": "", "finished_at": ""}
    visits = write(tmp_path / "visits.csv", [visit("1"), visit("2", **later), visit("1", branch_id="B2")])
    roster = {
        "branch_id": "B1",
        "role": "r",
        "weekday": "1",
        "from_time": "9:00",
        "to_time": "10:00",
        "headcount": "1",
    }
    load([visits, write(tmp_path / "rosters.csv", [roster])], tmp_path / "store")
    found = coverage(Store.open(tmp_path / "store"))
    assert list(found.columns) == ["table", "branch_id", "rows", "first_on", "last_on"]
    assert list(zip(found["table"], found["branch_id"], found["rows"], strict=True)) == [
        ("visits", "B1", 2),
        ("visits", "B2", 1),
        ("rosters", "B1", 1),
    ]
    assert [found["first_on"][0].date(), found["last_on"][0].date()] == [date(2026, 3, 2), date(2026, 3, 9)]
    assert pd.isna(found["first_on"][2])


def test_rejects_of_one_load(tmp_path):
    load([write(tmp_path / "visits_a.csv", [visit("1", service=""), visit("2")])], tmp_path / "store")
    load([write(tmp_path / "visits_b.csv", [visit("3", arrived_at="x"), visit("4")])], tmp_path / "store")
    store = Store.open(tmp_path / "store")
    assert list(rejects(store)["file"]) == ["visits_a.csv", "visits_b.csv"]
    only = rejects(store, 2)
    assert list(only["reason"]) == ["arrived_at is not a date and time (like 2026-03-31 09:30)"]
    assert rejects(Store.open(tmp_path / "empty")).empty
