"""Answers know the wait of the ticket they name; the events of cases come whole and in order."""

from analytics.store import Store, load
from tests.store.bench import PERIOD, visit, write


def ask(store, macro: str, columns: str, **period) -> list[tuple]:
    sql = f"select {columns} from {macro}($branch, $a::date, $b::date, $kind, $vips)"
    return Store.open(store).rows(sql, **({"branch": "B1"} | PERIOD | period))


def test_an_answer_has_the_wait_of_the_last_ticket_of_that_number_before_it(tmp_path):
    next_day = {"arrived_at": "2026-03-03 09:00", "called_at": "2026-03-03 09:30", "finished_at": ""}
    visits = [
        visit("1", service="a"),
        visit("1", service="b", **next_day),
        visit("2", called_at="", finished_at=""),
    ]
    answer = {"response_id": "", "branch_id": "B1", "answered_at": "", "ticket_id": "1", "overall": "3"}
    answers = [
        answer | {"response_id": "1", "answered_at": "2026-03-02 12:00"},
        answer | {"response_id": "2", "answered_at": "2026-03-04 12:00"},
        answer | {"response_id": "3"},
        answer | {"response_id": "4", "ticket_id": "2", "answered_at": "2026-03-02 12:00"},
        answer | {"response_id": "5", "ticket_id": "99"},
    ]
    store = tmp_path / "store"
    load([write(tmp_path / "visits.csv", visits), write(tmp_path / "surveys.csv", answers)], store)
    columns = "response_id, wait_min, service"
    assert sorted(ask(store, "answers_in", columns)) == [
        ("1", 10.0, "a"),
        ("2", 30.0, "b"),
        ("3", 30.0, "b"),
        ("4", None, "cash"),
        ("5", None, None),
    ]
    march_2 = {"a": "2026-03-02", "b": "2026-03-03"}
    assert sorted(ask(store, "answers_in", "response_id", **march_2)) == [("1",), ("3",), ("4",), ("5",)]


def test_cases_that_finished_in_the_period_come_with_all_their_events(tmp_path):
    def event(case_id: str, activity: str, start: str, end: str) -> dict[str, str]:
        return {
            "case_id": case_id, "process": "p", "branch_id": "B1", "activity": activity, "started_at": start,
            "finished_at": end,
        }  # fmt: skip

    events = [
        event("k1", "b", "2026-03-01 10:00", "2026-03-01 11:00"),
        event("k1", "a", "", "2026-02-27 10:00"),
        event("k1", "c", "2026-03-01 10:00", "2026-03-01 10:30"),
        event("k2", "a", "2026-03-01 10:00", "2026-04-01 11:00"),
    ]
    cases = [
        {"case_id": "k1", "process": "p", "segment": "", "customer_id": "c1", "outcome": "won"},
        {"case_id": "k2", "process": "p", "segment": "mass", "customer_id": "c1", "outcome": ""},
    ]
    customers = [{"customer_id": "c1", "branch_id": "B1", "segment": "VIP"}]
    store = tmp_path / "store"
    files = {"events.csv": events, "cases.csv": cases, "customers.csv": customers}
    load([write(tmp_path / name, rows) for name, rows in files.items()], store)
    split = {"kind": "segment", "vips": ["VIP"]}
    march = {"a": "2026-03-01", "b": "2026-04-01"}
    found = ask(store, "case_events_in", "case_id, activity, outcome, customer_group", **march, **split)
    assert found == [("k1", "a", "won", "vip"), ("k1", "c", "won", "vip"), ("k1", "b", "won", "vip")]
    assert {g for (g,) in ask(store, "case_events_in", "customer_group", a="2026-04-01", **split)} == {
        "ordinary"
    }


def test_an_answer_without_a_segment_has_that_of_its_ticket_and_its_customer(tmp_path):
    visits = [
        visit("1", segment="VIP", customer_id="c1"),
        visit("2", segment="", customer_id="c2"),
    ]
    answer = {
        "response_id": "", "branch_id": "B1", "answered_at": "2026-03-02 12:00", "ticket_id": "1", "segment": "",
        "customer_id": "", "overall": "3",
    }  # fmt: skip
    answers = [
        answer | {"response_id": "1"},
        answer | {"response_id": "2", "segment": "mass", "customer_id": "c2"},
        answer | {"response_id": "3", "ticket_id": "2"},
        answer | {"response_id": "4", "ticket_id": ""},
    ]
    customers = [
        {"customer_id": f"c{n}", "branch_id": "B1", "annual_profit": profit}
        for n, profit in ((1, "900"), (2, "100"), (3, "50"))
    ]
    store = tmp_path / "store"
    files = {"visits.csv": visits, "surveys.csv": answers, "customers.csv": customers}
    load([write(tmp_path / name, rows) for name, rows in files.items()], store)
    columns = "response_id, segment, customer_group"
    assert sorted(ask(store, "answers_in", columns, kind="segment", vips=["VIP"])) == [
        ("1", "VIP", "vip"),
        ("2", "mass", "ordinary"),
        ("3", "ordinary", "ordinary"),
        ("4", "ordinary", "ordinary"),
    ]
    assert sorted(ask(store, "answers_in", "response_id, customer_group", kind="profit")) == [
        ("1", "vip"),
        ("2", "ordinary"),
        ("3", "ordinary"),
        ("4", "ordinary"),
    ]
