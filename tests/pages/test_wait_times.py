"""The Wait times page on the sample, on an empty store and on visits alone."""

import pytest

from analytics.store import load

PAGE = "diagnose/wait_times.py"


def healthy(app):
    assert not app.exception and not app.error, [e.message for e in app.exception]
    return app


def shown(app):
    return " ".join(e.value for e in [*app.title, *app.markdown, *app.caption])


def test_the_sample(open_page, sample_store):
    app = healthy(open_page(PAGE, sample_store))
    assert len(app.title[0].value) <= 60
    assert {m.label for m in app.metric} == {":blue[Ordinary]", ":violet[VIP]"} and len(app.metric) == 8
    assert "95% interval" in shown(app) and "target 80%" in shown(app)
    assert "as before" in shown(app) or "better" in shown(app)


def test_an_empty_store_says_what_to_load(open_page, empty_store):
    app = healthy(open_page(PAGE, empty_store))
    assert "loaded" in app.title[0].value and not app.metric


def test_visits_alone_are_enough(open_page, visits_store):
    app = healthy(open_page(PAGE, visits_store))
    assert len(app.metric) == 8 and "seen at work" in shown(app)


@pytest.mark.parametrize("view", ["wait", "arrivals", "staff", "load"])
def test_every_view_of_the_week_can_be_sent_as_a_link(open_page, visits_store, view):
    app = healthy(open_page(PAGE, visits_store, map=view))
    assert app.session_state["map"] == view


@pytest.mark.parametrize("by", ["service", "counter", "teller", "segment"])
def test_every_dimension_has_its_table(open_page, visits_store, by):
    app = healthy(open_page(PAGE, visits_store, by=by))
    names = {"service": 3, "counter": 3, "teller": 3, "segment": 2}
    assert len(app.dataframe[0].value) == names[by]
    assert f"All {by}s" in shown(app)


def test_nonsense_in_the_address_falls_back(open_page, visits_store):
    app = healthy(open_page(PAGE, visits_store, map="stars", by="moon"))
    assert (app.session_state["map"], app.session_state["by"]) == ("wait", "service")


def test_one_group_alone(open_page, visits_store):
    app = healthy(open_page(PAGE, visits_store, customers="vip"))
    assert {m.label for m in app.metric} == {":violet[VIP]"}


def test_a_single_day(open_page, visits_store):
    app = healthy(open_page(PAGE, visits_store, **{"from": "2026-09-01", "to": "2026-09-02"}))
    assert "Too few waits in each half hour to tell" in shown(app)


@pytest.mark.parametrize("part", ["who", "days", "patience", "staffing", "arrivals", "causes"])
def test_every_part_can_be_sent_as_a_link(open_page, visits_store, part):
    app = healthy(open_page(PAGE, visits_store, part=part))
    assert app.session_state["part"] == part


@pytest.mark.parametrize("part", ["who", "days", "patience", "staffing", "arrivals", "causes"])
def test_every_part_lives_with_bare_tickets_of_one_day(open_page, tmp_path, part):
    """No groups, no services' ends, no counters, nobody known to have left, a single day."""
    text = "ticket_id,branch_id,service,arrived_at,called_at\n1,B1,cash,2026-11-02 09:00,2026-11-02 09:05\n"
    (tmp_path / "visits.csv").write_text(text)
    load([tmp_path / "visits.csv"], tmp_path / "store")
    healthy(open_page(PAGE, tmp_path / "store", part=part))


@pytest.mark.parametrize("part", ["patience", "staffing", "arrivals", "causes"])
def test_every_part_says_how_to_read_it(open_page, sample_store, part):
    app = healthy(open_page(PAGE, sample_store, part=part, branch="Sandaojie"))
    titles = [m for m in app.markdown if m.value.startswith("**") and m.help]
    assert len(titles) >= 2
