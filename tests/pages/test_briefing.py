"""The Briefing page: the slides' content, the measures they show, the deck on demand."""

import io
import json

from pptx import Presentation

from analytics.store import Ledger

PAGE = "deliver/briefing.py"
DIVERT = [{"measure": "divert", "service": "bill payment", "share": 0.5}]


def test_it_shows_four_slides_and_offers_the_deck(open_page, visits_store):
    app = open_page(PAGE, visits_store)
    assert not app.exception and not app.error
    assert len(app.subheader) == 4
    assert "Four slides" in app.title[0].value


def test_a_link_brings_its_measures(open_page, visits_store):
    app = open_page(PAGE, visits_store, measures=json.dumps(DIVERT))
    assert "50% of bill payment to self-service" in app.markdown[0].value


def test_saved_scenarios_can_be_chosen(open_page, visits_store):
    number = Ledger.open(visits_store).save_scenario("B1", "Half the bills", json.dumps(DIVERT))
    app = open_page(PAGE, visits_store)
    choice = app.selectbox(key="brief-B1")
    choice.set_value(f"scenario-{number}").run()
    assert not app.exception
    assert "50% of bill payment" in app.markdown[0].value


def test_a_bad_link_is_one_sentence(open_page, visits_store):
    app = open_page(PAGE, visits_store, measures='[{"measure": "divert", "service": "cash", "share": 1.7}]')
    assert not app.exception and not app.error
    assert "1.7" in app.warning[0].value


def test_an_empty_store_says_what_to_load(open_page, empty_store):
    app = open_page(PAGE, empty_store)
    assert not app.exception
    assert "needs the branch’s tickets" in app.title[0].value


def test_the_deck_holds_the_slides_that_the_page_shows(open_page, visits_store):
    from analytics.briefing.content import slides
    from analytics.briefing.deck import deck
    from analytics.store import Store
    from pages.shared.context import FILTERS

    app = open_page(PAGE, visits_store, measures=json.dumps(DIVERT))
    made = slides(Store.open(visits_store), app.session_state[FILTERS], tuple(DIVERT))
    presentation = Presentation(io.BytesIO(deck(made, "x")))
    titles = [s.shapes.title.text_frame.text for s in presentation.slides]
    assert titles == [part.value for part in app.subheader]
