"""The Satisfaction page: the sample, one group, and stores without answers."""

import re

import pytest

PAGE = "diagnose/satisfaction.py"


def test_the_sample(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all")
    assert not app.exception and not app.error
    assert re.fullmatch(r"7\d% of ordinary customers are satisfied, not 85%", app.title[0].value)
    assert len(app.metric) == 8
    assert len(app.get("plotly_chart")) == 5


def test_one_group(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", customers="vip")
    assert not app.exception
    assert "VIP customers" in app.title[0].value
    assert len(app.metric) == 4


@pytest.mark.parametrize("store", ["empty_store", "visits_store"])
def test_without_answers_the_page_says_what_to_load(open_page, store, request):
    app = open_page(PAGE, request.getfixturevalue(store))
    assert not app.exception and not app.error
    assert app.title[0].value == "No answers of this branch have been loaded"
    assert not app.metric
