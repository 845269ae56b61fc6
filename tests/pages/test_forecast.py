"""The Forecast page: measures by link and by switch, bad requests in one sentence, scenarios."""

import json

import pytest

from analytics.store import Ledger

PAGE = "improve/forecast.py"
POOL = [{"measure": "pool_counters"}]


def texts(app) -> str:
    return " ".join(str(part.value) for kind in (app.markdown, app.caption) for part in kind)


def test_without_measures_it_shows_what_comes_if_nothing_changes(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    assert not app.exception and not app.error
    assert app.title[0].value.startswith("Without changes, ordinary customers would wait")
    assert "22 working days" in texts(app)
    assert "measures" not in app.query_params


def test_a_link_fills_the_form(open_page, visits_store):
    measures = [{"measure": "divert", "service": "bill payment", "share": 0.4}]
    app = open_page(PAGE, visits_store, measures=json.dumps(measures))
    assert not app.exception and not app.warning
    assert app.slider(key=slider_of(app, "share")).value == 40
    assert json.loads(app.query_params["measures"]) == measures


def slider_of(app, name: str) -> str:
    return next(s.key for s in app.slider if s.key and s.key.startswith(f"{name}-"))


def test_a_slider_moves_the_address(open_page, visits_store):
    measures = [{"measure": "divert", "service": "bill payment", "share": 0.4}]
    app = open_page(PAGE, visits_store, measures=json.dumps(measures))
    app.slider(key=slider_of(app, "share")).set_value(60).run()
    assert json.loads(app.query_params["measures"])[0]["share"] == 0.6


def test_a_switch_starts_at_the_branches_own_values_and_changes_nothing_yet(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    next(t for t in app.toggle if t.label == "Send to machines").set_value(True).run()
    assert app.slider(key=slider_of(app, "share")).value == 0
    assert app.title[0].value.startswith("Without changes")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"measures": "{not json"}, "not a JSON list"),
        ({"measures": '{"measure": "divert"}'}, "list of objects"),
        ({"measures": '[{"measure": "divert", "service": "juggling", "share": 0.2}]'}, "juggling"),
        ({"measures": '[{"measure": "divert", "service": "cash", "share": 1.7}]'}, "1.7"),
        ({"measures": '[{"measure": "teleport"}]'}, "teleport"),
        ({"scenario": "99"}, "99"),
        ({"scenario": "x"}, "x"),
    ],
)
def test_a_bad_request_is_one_calm_sentence(open_page, visits_store, query, said):
    app = open_page(PAGE, visits_store, **query)
    assert not app.exception and not app.error
    assert [said in note.value for note in app.warning] == [True]
    assert app.title[0].value.startswith("Without changes")


def test_a_scenario_is_reopened_by_its_link_and_survives_deletion_of_the_name(open_page, visits_store):
    ledger = Ledger.open(visits_store)
    number = ledger.save_scenario("B1", "Everyone everywhere", json.dumps(POOL))
    app = open_page(PAGE, visits_store, scenario=str(number))
    assert not app.exception and not app.warning
    assert next(t for t in app.toggle if t.label == "Open kept counters").value is True
    assert app.query_params["scenario"] == str(number)
    app.button(key=f"delete-{number}").click().run()
    assert number not in [s.id for s in ledger.scenarios("B1")]


def test_saving_keeps_the_measures_in_the_ledger(open_page, visits_store):
    app = open_page(PAGE, visits_store, measures=json.dumps(POOL))
    app.text_input[0].set_value("Open all")
    next(b for b in app.button if b.label == "Save").click().run()
    saved = Ledger.open(visits_store).scenarios("B1")[0]
    assert (saved.name, json.loads(saved.measures)) == ("Open all", POOL)
    assert app.query_params["scenario"] == str(saved.id)


def test_an_empty_store_says_what_to_load(open_page, empty_store):
    app = open_page(PAGE, empty_store)
    assert not app.exception
    assert "needs the branch’s tickets" in app.title[0].value
