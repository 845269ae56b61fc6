"""A store is read-only, locked, cheap to open, shared by threads, and says what it holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import duckdb
import pytest

from analytics.filters import Grouping
from analytics.store import Store, load
from analytics.store.tables import TABLES
from tests.store.bench import visit, write


@pytest.fixture
def store(tmp_path):
    visits = [
        visit("1", segment="金卡贵宾"),
        visit("2", segment="Gold"),
        visit("3"),
        visit("1", branch_id="B2"),
    ]
    survey = {"response_id": "1", "branch_id": "B1", "answered_at": "2026-03-05 10:00", "overall": "4"}
    undated = {"response_id": "2", "branch_id": "B3", "answered_at": "", "overall": "4"}
    event = {
        "case_id": "k",
        "process": "p",
        "branch_id": "B1",
        "activity": "a",
        "finished_at": "2026-02-27 23:59",
    }
    case = {"case_id": "k", "process": "p", "segment": "private banking"}
    files = [
        write(tmp_path / "visits.csv", visits),
        write(tmp_path / "surveys.csv", [survey, undated]),
        write(tmp_path / "events.csv", [event]),
        write(tmp_path / "cases.csv", [case]),
    ]
    load(files, tmp_path / "store")
    return Store.open(tmp_path / "store")


def test_branches_periods_and_what_is_there(store):
    assert store.branches() == ["B1", "B2", "B3"]
    assert store.period("B1") == (date(2026, 2, 27), date(2026, 3, 6))
    assert store.period("B2") == (date(2026, 3, 2), date(2026, 3, 3))
    assert store.period("B3") is None
    assert [t for t in TABLES if store.has(t)] == ["visits", "surveys", "events", "cases"]
    assert [t for t in TABLES if store.has(t, "B1")] == ["visits", "surveys", "events", "cases"]
    assert [t for t in TABLES if store.has(t, "B2")] == ["visits"]


def test_who_is_vip_by_the_names_of_segments(store):
    assert store.grouping("B1") == Grouping("segment", ("Gold", "private banking", "金卡贵宾"))
    assert store.grouping("B1", ["ordinary", "unheard of"]) == Grouping("segment", ("ordinary",))
    assert store.grouping("B2") == Grouping("none")


def test_who_is_vip_by_profit_where_no_segment_says_so(tmp_path):
    rows = [
        {"customer_id": f"c{n}", "branch_id": "B1", "annual_profit": str(n), "as_of_on": "2026-01-01"}
        for n in range(10)
    ]
    older = [row | {"as_of_on": "2025-01-01", "annual_profit": "99"} for row in rows[:5]]
    poor = {"customer_id": "c", "branch_id": "B2", "annual_profit": "", "as_of_on": ""}
    load([write(tmp_path / "customers.csv", [*rows, *older, poor])], tmp_path / "store")
    store = Store.open(tmp_path / "store")
    assert store.grouping("B1") == Grouping("profit")
    assert store.grouping("B2") == Grouping("none")
    top = store.rows("select annual_profit from customers_latest where is_top_profit order by 1")
    assert top == [(8.0,), (9.0,)]
    assert store.rows("select count(*) from customers_latest where branch_id = 'B1'") == [(10,)]


def test_an_empty_store_opens_and_answers(tmp_path):
    store = Store.open(tmp_path / "nothing yet")
    assert (store.version, store.branches(), store.period("B1")) == ("v0000", [], None)
    assert not any(store.has(table) for table in TABLES)
    assert store.grouping("B1") == Grouping("none")
    assert store.frame("from tickets_in('B1', date '2026-01-01', date '2027-01-01', 'none', [])").empty


@pytest.mark.parametrize(
    "sql",
    [
        "insert into bank.visits select * from bank.visits",
        "drop table bank.visits",
        "from read_text('/etc/hostname')",
        "attach 'other.duckdb'",
        "copy visits to 'out.csv'",
        "set enable_external_access = true",
    ],
)
def test_a_reader_changes_nothing_and_reaches_nothing_else(store, sql):
    with pytest.raises(duckdb.Error):
        store.rows(sql)


def test_many_threads_ask_one_store(store):
    def ask(n: int) -> list[tuple]:
        return store.rows("select count(*) + $n from visits where branch_id = $branch", n=n, branch="B1")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [[(3 + n,)] for n in range(40)]
