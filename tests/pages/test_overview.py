"""The Overview on the sample, on an empty store and on stores with one table."""

import json

import pytest

from analytics.store import load
from tests.diagnosis.test_overview import EVENTS, SURVEYS

PAGE = "diagnose/overview.py"


def healthy(app):
    assert not app.exception and not app.error, [e.message for e in app.exception]
    return app


def shown(app):
    return " ".join(e.value for e in [*app.title, *app.markdown, *app.caption])


def links(app):
    """Label -> query of the page's links."""
    return {link.proto.label: link.proto.query_string for link in app.get("page_link")}


@pytest.fixture(scope="module")
def one_table(tmp_path_factory):
    def store(name, text):
        folder = tmp_path_factory.mktemp(name)
        (folder / f"{name}.csv").write_text(text)
        load([folder / f"{name}.csv"], folder / "store")
        return folder / "store"

    return store


def test_the_sample(open_page, sample_store):
    app = healthy(open_page(PAGE, sample_store))
    assert len(app.title[0].value) <= 60
    assert len(app.metric) == 8
    for part in (
        "What hurts most",
        "Longest hand-over",
        "cycle time",
        "Weakest for customers",
        "What would help",
    ):
        assert part in shown(app)
    found = links(app)
    assert {"Open Wait times", "Open Bottlenecks", "Open Satisfaction", "Try it in Forecast"} <= set(found)


def test_an_empty_store_says_what_to_load(open_page, empty_store):
    app = healthy(open_page(PAGE, empty_store))
    assert app.title[0].value == "No data have been loaded yet" and not app.metric


def test_visits_alone(open_page, visits_store):
    app = healthy(open_page(PAGE, visits_store))
    assert len(app.metric) == 8 and "no data" in shown(app)
    assert "Longest hand-over" not in shown(app) and "Weakest" not in shown(app)


def test_surveys_alone(open_page, one_table):
    app = healthy(open_page(PAGE, one_table("surveys", SURVEYS)))
    assert "satisfied" in app.title[0].value and "What would help" not in shown(app)


def test_a_process_alone(open_page, one_table):
    app = healthy(open_page(PAGE, one_table("events", EVENTS)))
    assert "working hours" in app.title[0].value and not app.metric


def test_the_measures_of_the_link_are_the_contracts(open_page, visits_store, monkeypatch):
    from tests.fixtures_forecast import LUNCH, forecast_of

    monkeypatch.setattr("analytics.redesign.ready.compare_ready", lambda store, filters: (forecast_of(),))
    app = healthy(open_page(PAGE, visits_store))
    from urllib.parse import parse_qs

    query = parse_qs(links(app)["Try it in Forecast"])
    assert json.loads(query["measures"][0]) == [LUNCH]
    assert "What would help" in shown(app)


def test_what_cannot_be_forecast_is_said_in_a_sentence(open_page, visits_store, monkeypatch):
    from analytics.errors import RequestError

    def refuse(store, filters):
        raise RequestError("Too few days to learn from.")

    monkeypatch.setattr("analytics.redesign.ready.compare_ready", refuse)
    app = healthy(open_page(PAGE, visits_store))
    assert "Too few days to learn from." in shown(app)
