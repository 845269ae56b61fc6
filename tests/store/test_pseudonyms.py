"""Ids of people are nowhere in the store; the same id has the same pseudonym everywhere."""

import json
import stat

from analytics.store import Store, load, pseudonym
from tests.store.bench import visit, write

CUSTOMER, TELLER, MANAGER, CLERK = "customer-4711", "teller-0815", "manager-1234", "clerk-9999"


def bank(folder):
    faulty = visit("3", customer_id=CUSTOMER, teller_id=TELLER, service="") | {"extra": "x"}
    other = visit("1", customer_id=CUSTOMER, teller_id=TELLER, service="transfer") | {"extra": "x"}
    rows = [
        visit("1", customer_id=f" {CUSTOMER} ", teller_id=TELLER, counter="7") | {"extra": "x"},
        faulty,
        other,
    ]
    visits = write(folder / "visits.csv", rows)
    visits.write_text(visits.read_text() + f"4,B1,{CUSTOMER},,cash\n")
    event = {
        "case_id": "k", "process": "p", "branch_id": "B1", "activity": "a", "resource": CLERK, "finished_at": "2026-03-02",
    }  # fmt: skip
    measure = json.dumps([{"measure": "shorten", "teller": TELLER, "factor": 0.9}]).replace('"', '""')
    intervention = {
        "intervention_id": "i", "branch_id": "B1", "name": "n", "went_live_on": "2026-05-01", "measures": f'"{measure}"',
    }  # fmt: skip
    customer = {"customer_id": CUSTOMER, "branch_id": "B1", "manager_id": MANAGER, "city": "Y"}
    return [
        visits,
        write(folder / "events.csv", [event, event | {"finished_at": "never"}]),
        write(folder / "interventions.csv", [intervention]),
        write(folder / "customers.csv", [customer, customer | {"customer_id": "", "manager_id": MANAGER}]),
        write(folder / "cases.csv", [{"case_id": "k", "process": "p", "customer_id": CUSTOMER}]),
        write(
            folder / "surveys.csv",
            [{"response_id": "1", "branch_id": "B1", "customer_id": CUSTOMER, "overall": "3"}],
        ),
    ]


def test_no_id_is_left_in_any_file_of_the_store(tmp_path):
    folder = tmp_path / "store"
    report = load(bank(tmp_path), folder)
    assert sum(f.rejected for f in report.files) == 5
    everything = Store.open(folder).frame("select string_agg(raw, ' ') as text from rejects").text[0]
    for path in folder.iterdir():
        everything += path.read_bytes().decode("latin-1")
    for id_ in (CUSTOMER, TELLER, MANAGER, CLERK):
        assert id_ not in everything


def test_one_id_has_one_pseudonym_in_all_tables_and_for_measures(tmp_path):
    folder = tmp_path / "store"
    load(bank(tmp_path), folder)
    store = Store.open(folder)
    expected = pseudonym(folder, CUSTOMER)
    for table in ("visits", "customers", "cases", "surveys"):
        assert store.rows(f"select distinct customer_id from {table}") == [(expected,)]
    assert store.rows("select teller_id, counter from visits") == [(pseudonym(folder, TELLER), "7")]
    assert store.rows("select resource from events") == [(pseudonym(folder, CLERK),)]
    assert store.rows("select manager_id from customers") == [(pseudonym(folder, MANAGER),)]
    ((measures,),) = store.rows("select measures from interventions")
    assert json.loads(measures)[0]["teller"] == pseudonym(folder, TELLER)
    assert pseudonym(folder, expected) == expected


def test_the_key_is_the_owners_and_another_store_has_another(tmp_path):
    one, other = pseudonym(tmp_path / "a", "x"), pseudonym(tmp_path / "b", "x")
    assert one != other
    assert pseudonym(tmp_path / "a", "x") == one
    assert stat.S_IMODE((tmp_path / "a" / "pseudonym.key").stat().st_mode) == 0o600
