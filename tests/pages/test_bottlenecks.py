"""The Bottlenecks page: the sample's processes, hours in both clocks, and stores without processes."""

import re
import time

import pytest

from tests.diagnosis.logs import events, store_of

PAGE = "diagnose/bottlenecks.py"


def test_the_sample(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all")
    assert not app.exception and not app.error
    assert re.fullmatch(r"Credit approval keeps cases waiting \d+\.\d working hours", app.title[0].value)
    assert len(app.metric) == 8, "four cards, ordinary beside VIP"
    assert app.selectbox(key="process").value == "relationship marketing"
    assert len(app.get("plotly_chart")) == 2
    assert any("work left to pile up" in m.value for m in app.markdown), "the cause beside the headline"


@pytest.mark.parametrize(
    ("part", "n_charts"), [("why", 2), ("map", 1), ("time", 7), ("rework", 4), ("people", 1), ("design", 1)]
)
def test_each_part_of_the_page(open_page, sample_store, part, n_charts):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all", part=part)
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == n_charts


def test_a_step_named_twice_in_the_design_is_said(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all", part="design")
    app.text_area[0].set_value("follow up\nfollow up").run()
    assert not app.exception
    assert "follow up twice" in app.warning[0].value


def test_the_design_is_kept_and_shown_on_the_next_visit(open_page, tmp_path):
    rows = [(f"K{i}", name, f"2026-03-0{d} 09:{i:02d}", f"2026-03-0{d} 10:{i:02d}")
            for i in range(12) for d, name in enumerate(("in", "check", "out"), 2)]  # fmt: skip
    folder = store_of(tmp_path, events=events(rows)).folder
    app = open_page(PAGE, folder, period="all", part="design")
    assert app.text_area[0].value == "in\ncheck\nout"
    app.text_area[0].set_value("in\nout").run()
    app.button(key="keep-design").click().run()
    assert not app.exception and app.text_area[0].value == "in\nout"
    again = open_page(PAGE, folder, period="all", part="design")
    assert again.text_area[0].value == "in\nout"
    assert again.button(key="keep-design").disabled
    assert any(m.value == "**0% of the cases run as designed**" for m in again.markdown)
    again.text_area[0].set_value("in\nin").run()
    again.button(key="keep-design").click().run()
    assert "in twice" in again.warning[0].value
    again.button(key="drop-design").click().run()
    assert not again.exception and again.text_area[0].value == "in\ncheck\nout"
    third = open_page(PAGE, folder, period="all", part="design")
    assert third.text_area[0].value == "in\ncheck\nout"


def test_completions_alone(open_page, tmp_path):
    rows = [(f"K{i}", "in", None, f"2026-03-02 09:{i:02d}") for i in range(12)]
    rows += [(f"K{i}", "out", None, f"2026-03-02 12:{i:02d}") for i in range(12)]
    store = store_of(tmp_path, events=events(rows))
    for part in ("why", "map", "time", "rework", "people", "design"):
        app = open_page(PAGE, store.folder, period="all", part=part)
        assert not app.exception and not app.error, part
        assert len(app.metric) == 3, "waiting cannot be told: it takes no card"
        if part == "map":
            said = " ".join(c.value for c in app.caption) + str(app.segmented_control(key="color").options)
            assert "wait" not in said.lower()


def test_another_process_and_clock_by_the_address(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", process="account opening", hours="clock")
    assert not app.exception
    assert app.selectbox(key="process").value == "account opening"
    assert app.title[0].value == "Hand over waits longest, but mostly not for staff"
    assert any("clock hours that a won case takes" in m.value for m in app.markdown)


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
