"""The Bottlenecks page: the sample's processes, hours in both clocks, and stores without processes."""

import re
import time

import pytest

PAGE = "diagnose/bottlenecks.py"


def test_the_sample(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all")
    assert not app.exception and not app.error
    assert re.fullmatch(r"Credit approval keeps cases waiting \d+\.\d working hours", app.title[0].value)
    assert len(app.metric) == 8, "four cards, ordinary beside VIP"
    assert app.selectbox(key="process").value == "relationship marketing"
    assert len(app.get("plotly_chart")) == 6


def test_another_process_and_clock_by_the_address(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", process="account opening", hours="clock")
    assert not app.exception
    assert app.selectbox(key="process").value == "account opening"
    assert "clock hours" in app.title[0].value


def test_choices_can_be_changed(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie")
    app.selectbox(key="process").select("account opening").run()
    assert not app.exception
    assert app.selectbox(key="process").value == "account opening"


def test_one_group(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", customers="ordinary")
    assert not app.exception
    assert len(app.metric) == 4


def test_a_period_in_which_nothing_ended(open_page, sample_store):
    app = open_page(PAGE, sample_store, **{"branch": "Sandaojie", "from": "2025-11-01", "to": "2025-11-02"})
    assert not app.exception
    assert "No case ended" in app.title[0].value


@pytest.mark.parametrize("store", ["empty_store", "visits_store"])
def test_without_processes_the_page_says_what_to_load(open_page, store, request):
    app = open_page(PAGE, request.getfixturevalue(store))
    assert not app.exception and not app.error
    assert app.title[0].value == "No process of this branch has been loaded"
    assert not app.metric


def test_a_warm_page_answers_within_half_a_second(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie")
    start = time.perf_counter()
    app.run()
    assert time.perf_counter() - start < 1.0, "half a second, and as much again for a busy machine"
