"""The ledger keeps what people decided; a change is a new row."""

import sqlite3

import pytest

from analytics.errors import RequestError
from analytics.filters import Targets
from analytics.store import Ledger


@pytest.fixture
def ledger(tmp_path):
    return Ledger.open(tmp_path / "store")


def test_targets_are_the_defaults_until_a_branch_sets_its_own(ledger):
    assert ledger.targets("B1") == Targets()
    ledger.set_targets("B1", Targets(wait_min=15))
    ledger.set_targets("B1", Targets(wait_min=12, csat_share=0.9))
    assert ledger.targets("B1") == Targets(wait_min=12, csat_share=0.9)
    assert ledger.targets("B2") == Targets()


def test_vip_segments_may_be_none_empty_or_named(ledger):
    assert ledger.vip_segments("B1") is None
    ledger.set_vip_segments("B1", ["贵宾", "Gold"])
    assert ledger.vip_segments("B1") == ("贵宾", "Gold")
    ledger.set_vip_segments("B1", [])
    assert ledger.vip_segments("B1") == ()
    ledger.set_vip_segments("B1", None)
    assert ledger.vip_segments("B1") is None


def test_the_designed_process_is_kept_by_branch_and_process_and_nothing_is_lost(ledger):
    assert ledger.design("B1", "loans") is None
    ledger.set_design("B1", "loans", "open\nsign\n")
    ledger.set_design("B1", "loans", "open\ncheck *\nsign")
    ledger.set_design("B1", "开户", "受理 ?")
    kept = Ledger.open(ledger.path.parent).design("B1", "loans")
    assert kept.text == "open\ncheck *\nsign" and kept.kept_at.tzinfo is not None
    assert ledger.design("B1", "开户").text == "受理 ?"
    assert ledger.design("B2", "loans") is None
    ledger.set_design("B1", "loans", None)
    assert ledger.design("B1", "loans") is None
    with pytest.raises(RequestError, match="no step"):
        ledger.set_design("B1", "loans", " \n")
    con = sqlite3.connect(ledger.path)
    rows = con.execute("select value from settings where name = 'design:loans' order by rowid").fetchall()
    assert rows == [('"open\\nsign"',), ('"open\\ncheck *\\nsign"',), ("null",)]
    for change in ("update settings set value = '1'", "delete from settings"):
        with pytest.raises(sqlite3.IntegrityError):
            con.execute(change)


def test_scenarios_are_saved_listed_newest_first_and_taken_off_the_list(ledger):
    first = ledger.save_scenario(
        "B1", " More at noon ", '[{"measure": "add_staff", "role": "柜员", "headcount": 1}]'
    )
    second = ledger.save_scenario("B1", "Nothing", "[]")
    ledger.save_scenario("B2", "Elsewhere", "[]")
    assert [(s.id, s.name) for s in ledger.scenarios("B1")] == [(second, "Nothing"), (first, "More at noon")]
    assert ledger.scenario(first).measures == '[{"measure": "add_staff", "role": "柜员", "headcount": 1}]'
    ledger.delete_scenario(first)
    assert [s.id for s in ledger.scenarios("B1")] == [second]
    assert ledger.scenario(first).name == "More at noon"  # links to it still open


@pytest.mark.parametrize(("name", "measures"), [(" ", "[]"), ("x", "{"), ("x", '{"measure": "divert"}')])
def test_a_scenario_without_name_or_list_is_refused(ledger, name, measures):
    with pytest.raises(RequestError):
        ledger.save_scenario("B1", name, measures)
    with pytest.raises(RequestError, match="99"):
        ledger.scenario(99)


def test_nothing_is_overwritten(ledger):
    ledger.set_targets("B1", Targets(wait_min=15))
    ledger.set_targets("B1", Targets(wait_min=12))
    with sqlite3.connect(ledger.path) as con:
        assert con.execute("select count(*) from settings").fetchone() == (2,)
        assert con.execute("pragma journal_mode").fetchone() == ("wal",)


def test_an_issued_forecast_is_kept_once_and_cannot_be_changed(ledger):
    ledger.issue_forecast("B1", " I-1 ", {"metrics": {"wait_mean_min": 4.2}})
    with pytest.raises(RequestError, match="already"):
        ledger.issue_forecast("B1", "I-1", {"metrics": {}})
    ledger.issue_forecast("B2", "I-1", {})
    assert [(f.intervention_id, f.content) for f in ledger.issued_forecasts("B1")] == [
        ("I-1", {"metrics": {"wait_mean_min": 4.2}})
    ]
    with sqlite3.connect(ledger.path) as con:
        for change in ("update forecasts set content = '{}'", "delete from forecasts"):
            with pytest.raises(sqlite3.IntegrityError, match="issued forecast"):
                con.execute(change)


def test_an_issued_forecast_needs_a_name(ledger):
    with pytest.raises(RequestError) as caught:
        ledger.issue_forecast("B1", "  ", {})
    assert caught.value.field == "issue"
