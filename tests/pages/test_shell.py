"""The sidebar keeps the filters as codes, in the address and across pages."""

from datetime import date

import pytest

from analytics.errors import RequestError
from analytics.store.loading import load
from pages.shared.context import FILTERS
from pages.shared.filters import period_of
from tests.pages.conftest import write_visits

PAGE = "deliver/data.py"


def asked(app):
    return app.session_state[FILTERS]


def test_the_default_period_is_the_last_three_months(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    assert not app.exception
    assert (asked(app).start_on, asked(app).end_on) == (date(2026, 9, 1), date(2026, 11, 24))
    assert asked(app).group == "all"
    assert asked(app).grouping.vip_segments == ("VIP",)


def test_codes_in_the_address_are_taken_and_kept_there(open_page, visits_store):
    app = open_page(PAGE, visits_store, period="1m", customers="vip", branch="B1")
    assert asked(app).start_on == date(2026, 10, 24)
    assert asked(app).group == "vip"
    assert (app.query_params["period"], app.query_params["customers"]) == ("1m", "vip")


def test_a_period_from_to_is_half_open_like_on_the_command_line(open_page, visits_store):
    app = open_page(PAGE, visits_store, **{"from": "2026-10-01", "to": "2026-11-01"})
    assert (asked(app).start_on, asked(app).end_on) == (date(2026, 10, 1), date(2026, 11, 1))
    assert app.query_params["period"] == "custom"


@pytest.mark.parametrize(
    "query",
    [
        {"period": "century"},
        {"customers": "staff"},
        {"branch": "B9"},
        {"lang": "xx"},
        {"from": "yesterday", "to": "never"},
        {"from": "2031-01-01", "to": "2030-01-01"},
    ],
)
def test_nonsense_in_the_address_does_no_harm(open_page, visits_store, query):
    app = open_page(PAGE, visits_store, **query)
    assert not app.exception and not app.error
    assert asked(app).start_on < asked(app).end_on <= date(2026, 11, 24)


def test_a_choice_in_the_sidebar_moves_to_the_address(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    app.selectbox(key="period-en").set_value("all").run()
    assert app.query_params["period"] == "all"
    app.selectbox(key="period-en").set_value("3m").run()
    assert "period" not in app.query_params


def test_the_language_is_a_code_and_changes_no_other_choice(open_page, visits_store):
    app = open_page(PAGE, visits_store, period="1m", lang="zh_CN")
    assert app.selectbox(key="lang").value == "zh_CN"
    assert asked(app).start_on == date(2026, 10, 24)
    app.selectbox(key="lang").set_value("en").run()
    assert asked(app).start_on == date(2026, 10, 24)
    assert "lang" not in app.query_params


def test_an_empty_store_asks_nothing(open_page, empty_store):
    app = open_page(PAGE, empty_store)
    assert not app.exception and not app.error
    assert asked(app) is None


def test_periods_end_with_the_data_and_never_start_before():
    first_on, end_on = date(2026, 1, 10), date(2026, 12, 1)
    assert period_of("1m", first_on, end_on) == (date(2026, 11, 1), end_on)
    assert period_of("3m", first_on, end_on) == (date(2026, 9, 1), end_on)
    assert period_of("12m", first_on, end_on) == (first_on, end_on)
    assert period_of("all", first_on, end_on) == (first_on, end_on)


def test_the_calendar_moves_the_period(open_page, visits_store):
    app = open_page(PAGE, visits_store, **{"from": "2026-10-01", "to": "2026-11-01"})
    through = next(d for d in app.date_input if d.label == "Through")
    through.set_value(date(2026, 10, 15)).run()
    assert (asked(app).start_on, asked(app).end_on) == (date(2026, 10, 1), date(2026, 10, 16))
    assert app.query_params["to"] == "2026-10-16"
    app.selectbox(key="period-en").set_value("1m").run()
    assert "to" not in app.query_params and asked(app).start_on == date(2026, 10, 24)


def test_a_request_that_cannot_be_met_is_a_calm_note(open_page, visits_store, monkeypatch):
    def refuse(_store):
        raise RequestError("The file is not there.")

    monkeypatch.setattr("analytics.store.quality.coverage", refuse)
    app = open_page(PAGE, visits_store)
    assert [w.value for w in app.warning] == ["The file is not there."]
    assert not app.exception and not app.error


def test_a_defect_is_one_sentence_on_the_page_and_a_traceback_in_the_log(
    open_page, visits_store, monkeypatch, caplog
):
    monkeypatch.setattr("analytics.store.quality.coverage", lambda _store: 1 / 0)
    app = open_page(PAGE, visits_store)
    assert [e.value for e in app.error] == ["This page could not be shown; the program's log says why."]
    assert not app.exception
    assert "ZeroDivisionError" in caplog.text


def test_a_new_version_is_seen_at_once_and_old_answers_are_not(open_page, tmp_path):
    store = tmp_path / "store"
    load([write_visits(tmp_path / "visits.csv", n_days=5)], store)
    app = open_page(PAGE, store)
    assert asked(app).end_on == date(2026, 9, 8)
    load([write_visits(tmp_path / "visits.csv", n_days=8, seed=2)], store)
    app.run()
    assert asked(app).end_on == date(2026, 9, 11)
