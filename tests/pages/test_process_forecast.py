"""The Forecast page of a process: scope by link and by choice, measures, scenarios that remember it, slides."""

import json

import pytest

from analytics.store import Ledger

PAGE = "improve/forecast.py"
MARKETING = "process:relationship marketing"
HERE = {"branch": "Sandaojie", "period": "all"}
UNBATCH = [{"measure": "end_batching", "activity": "credit approval"}]


def texts(app) -> str:
    return " ".join(str(part.value) for kind in (app.markdown, app.caption) for part in kind)


def on(app) -> list[str]:
    return [t.label for t in app.toggle if t.value]


def test_the_measures_of_a_link_decide_the_scope(open_page, sample_store):
    app = open_page(PAGE, sample_store, **HERE, measures=json.dumps(UNBATCH))
    assert not app.exception and not app.error and not app.warning
    assert app.query_params["scope"] == MARKETING
    assert on(app) == ["Work as it comes"]
    assert "cases" in app.title[0].value and "days less" in app.title[0].value.replace("\u00a0", " ")
    assert len(app.get("plotly_chart")) == 5
    assert "As is and to be" in texts(app)


def test_a_scope_without_measures_is_the_status_quo(open_page, sample_store):
    app = open_page(PAGE, sample_store, **HERE, scope="process:account opening")
    assert not app.exception
    assert app.title[0].value.startswith("Without changes")
    assert "The process as it is" in texts(app)


def test_every_kind_of_measure_can_be_drawn(open_page, sample_store):
    measures = [
        *UNBATCH,
        {"measure": "reduce_rework", "from": "check documents", "to": "collect documents", "factor": 0.5},
        {"measure": "add_staff", "role": "approver", "headcount": 1},
        {"measure": "move_staff", "role": "operations", "headcount": 1, "from": ["15:00", "17:00"], "to": ["12:00", "14:00"]},
        {"measure": "shorten", "activity": "prepare proposal", "factor": 0.8},
        {"measure": "automate", "activity": "check documents", "share": 0.5, "minutes": 2.0},
        {"measure": "parallelise", "activities": ["needs analysis", "prepare proposal"]},
        {"measure": "remove_activity", "activity": "follow up"},
        {"measure": "reassign", "activity": "sign contract", "role": "customer manager"},
    ]  # fmt: skip
    app = open_page(PAGE, sample_store, **HERE, scope=MARKETING, measures=json.dumps(measures))
    assert not app.exception and not app.error and not app.warning
    assert len(on(app)) == len(measures)
    assert json.loads(app.query_params["measures"]) == measures


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ([{"measure": "end_batching", "activity": "juggling"}], "juggling"),
        ([{"measure": "divert", "service": "transfer", "share": 0.2}, *UNBATCH], "do not belong together"),
    ],
)
def test_a_bad_request_is_one_calm_sentence(open_page, sample_store, measures, said):
    app = open_page(PAGE, sample_store, **HERE, measures=json.dumps(measures))
    assert not app.exception and not app.error
    assert [said in note.value for note in app.warning] == [True]


def test_open_cases_can_be_taken_along(open_page, sample_store):
    app = open_page(PAGE, sample_store, **HERE, scope=MARKETING, open="1")
    assert not app.exception
    assert "that are open now" in texts(app)


def test_a_scenario_remembers_its_scope(open_page, sample_store):
    staff = [{"measure": "add_staff", "role": "operations", "headcount": 1}]  # both processes have them
    app = open_page(PAGE, sample_store, **HERE, scope="process:account opening", measures=json.dumps(staff))
    app.text_input[0].set_value("One more").run()
    next(b for b in app.button if b.label == "Save").click().run()
    saved = Ledger.open(sample_store).scenarios("Sandaojie")[0]
    assert saved.scope == "process:account opening"
    again = open_page(PAGE, sample_store, **HERE, scenario=str(saved.id))
    assert not again.exception and not again.warning
    assert again.query_params["scope"] == "process:account opening"


def test_bottlenecks_lead_to_the_forecast(open_page, sample_store):
    app = open_page("diagnose/bottlenecks.py", sample_store, **HERE)
    links = [link.proto for link in app.get("page_link")]
    found = [p for p in links if "end_batching" in p.query_string]
    assert len(found) == 1 and "process" in found[0].query_string


def test_the_briefing_takes_up_the_scope(open_page, sample_store):
    app = open_page(
        "deliver/briefing.py", sample_store, **HERE, scope=MARKETING, measures=json.dumps(UNBATCH)
    )
    assert not app.exception and not app.warning
    assert len(app.subheader) == 4
    assert "1,648 cases" in texts(app).replace("\u00a0", " ")
