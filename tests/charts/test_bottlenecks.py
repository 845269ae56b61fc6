"""Charts of a process: axes, units, colours by meaning, and logs with little in them."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from analytics.charts import bottlenecks as charts
from analytics.charts import process_hours
from analytics.charts.layout import SMALL
from analytics.charts.letters import px
from analytics.charts.process_map import SHADES, left_out, process_map
from analytics.charts.tokens import GROUP_COLOR, NEUTRAL, WAITING, WORKING
from analytics.diagnosis.bottlenecks import Bottlenecks, bottlenecks
from analytics.words import bottlenecks as words
from analytics.words import process_map as map_words
from tests.diagnosis.logs import PROCESS, asked, cases, events, office_hours, store_of
from tests.diagnosis.test_bottlenecks import THREE, WHOSE

ALL = (process_map, process_hours.steps, charts.handovers, charts.returns, charts.weeks)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Bottlenecks:
    folder = tmp_path_factory.mktemp("three")
    store = store_of(folder, events=events(THREE), cases=cases(WHOSE), rosters=office_hours())
    found = bottlenecks(store, asked(store), PROCESS)
    assert found is not None
    return found


def texts(figure):
    return [a.text for a in figure.layout.annotations]


def test_the_map_shows_steps_and_lines_with_their_figures(three):
    figure = process_map(three)
    said = " | ".join(texts(figure))
    for step in ("Contact", "Check", "Approve"):
        assert f"<b>{step}</b>" in said
    assert "3 cases" in said
    paths = [s for s in figure.layout.shapes if s.type == "path"]
    lines = [s for s in figure.layout.shapes if s.type == "line"]
    assert len(paths) == 1, "one way back: check to contact"
    assert len(lines) == 2, "contact to check, check to approve"
    assert all(line.x0 < line.x1 and line.y0 == line.y1 for line in lines), "from left to right"
    back = three.handovers[three.handovers["before"] == three.handovers["activity"]]
    assert back.empty
    assert any(re.match(r"1 · ", t) for t in texts(figure)), "the way back with its cases and wait"


def test_hours_by_step_add_up_to_the_cycle_time(three):
    figure = process_hours.steps(three)
    waited = [t for t in figure.data if t.marker.color == WAITING]
    worked = [t for t in figure.data if t.marker.color == WORKING]
    assert [t.x[0] for t in waited] == pytest.approx([1, 3.5, 1])
    assert sum(t.x[0] for t in waited + worked) == pytest.approx(three.overall_cycle_time_h.value)
    assert figure.layout.xaxis.range[0] == 0


def test_bars_of_handovers_show_shares_of_the_cycle_time(three):
    figure = charts.handovers(three)
    bars = [t for t in figure.data if t.type == "bar"]
    assert [t.x[0] for t in bars] == pytest.approx(sorted(three.handovers["cycle_share"], reverse=True))
    assert bars[0].marker.color == WAITING and all(t.marker.color != WAITING for t in bars[1:])
    assert figure.layout.xaxis.range[0] == 0
    assert any("39%" in text and "2.3" in text for text in texts(figure))


def test_groups_keep_their_colours(three):
    figure = charts.weeks(three)
    assert {t.marker.color for t in figure.data if t.type == "bar"} == {
        GROUP_COLOR[g] for g in ("ordinary", "vip")
    }
    assert figure.layout.yaxis2.range[0] == 0
    rounds = charts.rounds(three)
    assert [t.y[0] for t in rounds.data] == [0.5, 1.0]


@pytest.mark.parametrize("draw", ALL)
def test_a_process_of_one_step_can_be_drawn(tmp_path, draw):
    store = store_of(tmp_path, events=events([("A", "do", "2026-03-02 09:00", "2026-03-02 10:00")]))
    result = bottlenecks(store, asked(store), PROCESS)
    figure = draw(result)
    assert "nan" not in re.sub(r'"[^"]*":', "", json.dumps(texts(figure)).lower())
    assert words.headline(result) and map_words.title(result) and map_words.steps_title(result)


def test_completions_alone_are_not_painted_as_waiting(tmp_path):
    steps = [("A", "in", None, "2026-03-02 09:00"), ("A", "out", None, "2026-03-02 12:00")]
    store = store_of(tmp_path, events=events(steps))
    result = bottlenecks(store, asked(store), PROCESS)
    figure = process_map(result)
    hours = process_hours.steps(result)
    assert {t.marker.color for t in hours.data} == {NEUTRAL}
    assert {s.line.color for s in figure.layout.shapes if s.type == "line"} == {WORKING + SHADES[-1]}


def test_rare_steps_are_left_out_and_counted(tmp_path):
    steps = [
        (f"K{case}", name, f"2026-03-02 09:{minute:02d}", f"2026-03-02 09:{minute + 1:02d}")
        for case in range(60)
        for minute, name in enumerate(["in", f"odd {case}", "out"])
    ]
    store = store_of(tmp_path, events=events(steps))
    result = bottlenecks(store, asked(store), PROCESS)
    assert left_out(result) == 60
    boxes = [s for s in process_map(result).layout.shapes if s.type == "rect"]
    assert len(boxes) == 2


def test_words_of_the_three_cases(three):
    assert words.headline(three) == "Check keeps cases waiting 2.3 working hours"
    assert "39% of the 9.0 working hours that a won case takes" in words.why(three)
    assert "go back" not in words.why(three), "one case of three is too few to say so"
    frame = words.table(three)
    assert frame["handover"].iloc[0] == "Contact → check"
    assert isinstance(frame, pd.DataFrame) and frame["cycle_percent"].between(0, 100).all()


def test_the_title_of_the_waits_says_half_or_most_as_the_shares_add_up(three):
    def title(*shares):
        rows = pd.DataFrame({"cycle_share": shares})
        return words.waits_title(replace(three, handovers=rows))

    assert title(0.3, 0.21, 0.1) == "Two hand-overs take half of the cycle time"
    assert title(0.23, 0.18, 0.17) == "Three hand-overs take most of the cycle time"
    assert title(0.2, 0.1) == "Which hand-overs take the time"


LONG = "Check the papers that the customer brought along at the counter"


def test_a_long_step_is_named_below_a_headline_without_room_for_it(tmp_path):
    steps = [
        (f"K{i}", name, f"2026-03-0{2 + i} {a}", f"2026-03-0{2 + i} {b}")
        for i in range(3)
        for name, a, b in (("in", "09:00", "09:30"), (LONG, "11:30", "12:00"))
    ]
    store = store_of(tmp_path, events=events(steps))
    result = bottlenecks(store, asked(store), PROCESS)
    assert LONG not in words.headline(result)
    assert words.why(result).startswith(f"Waiting for {LONG} makes up 67% of the 3.0 working hours")
    alone = store_of(tmp_path / "alone", events=events([(c, n, None, b) for c, n, _a, b in steps]))
    result = bottlenecks(alone, asked(alone), PROCESS)
    assert words.headline(result) == "One step comes 2.5 working hours after the one before"
    assert words.why(result).startswith(f"From in to {LONG} go 100% of the 2.5 working hours")
    assert [name for name, *_rest in words.cards(result)] == [
        "cycle_time_h",
        "rework_share",
        "finished_per_week",
    ]


def test_what_always_comes_back_is_said_without_its_share(tmp_path):
    at = [f"2026-03-0{d} {h:02d}:00" for d in (2, 3) for h in range(9, 17)]
    ways = ["in", "check", "amend", "check", "out"], ["in", "check", "out"]
    rows = [
        (f"K{i}", name, at[2 * j], at[2 * j + 1]) for i in range(40) for j, name in enumerate(ways[i % 2])
    ]
    store = store_of(tmp_path, events=events(rows))
    said = words.why(bottlenecks(store, asked(store), PROCESS))
    assert "50% of the cases go back from amend to check." in said


def test_the_longest_bar_leaves_room_for_its_figures(three):
    rows = three.activities.assign(wait_case_h=3021.5, wait_case_h_low=2580.2, wait_case_h_high=3470.1)
    figure = process_hours.steps(replace(three, activities=rows))
    longest = max((t for t in texts(figure) if t.endswith(")")), key=len)
    assert longest.startswith("3,02"), longest
    assert px(longest, SMALL) + 6 <= figure.layout.margin.r
