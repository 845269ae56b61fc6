"""The plan of a process map: from left to right, every line drawn, nothing upon anything else."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from analytics.charts import map_layout
from analytics.charts.letters import px, wrap
from analytics.charts.map_layout import MOST_LINES, NAME, Plan, Rect, plan
from analytics.charts.map_places import Link, Step, cells, main_flow


def link(before: str, activity: str, n: int = 100) -> Link:
    return Link(before, activity, n, f"{n:,}", "12.5 h", "12.5")


def chain(names, n: int = 100) -> list[Link]:
    return [link(a, b, n) for a, b in itertools.pairwise(names)]


def steps(names, n: int = 100) -> list[Step]:
    first = names[0]
    return [Step(name, name, n, n if name == first else 0, (f"{n:,} cases", "23.2 min")) for name in names]


def overlap(a: Rect, b: Rect, least: float = 0.01) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > least and min(a[3], b[3]) - max(a[1], b[1]) > least


def check(found: Plan, links: list[Link]) -> None:
    """What holds for every map."""
    boxes = {box.step.name: box for box in found.boxes}
    labels = [(route, label.rect) for route in found.routes for label in route.labels]
    pieces = [
        (route, (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))
        for route in found.routes
        for (xa, ya), (xb, yb) in route.pieces
    ]
    assert {route.link.pair for route in found.routes} == {one.pair for one in links}, "every line is drawn"
    for a, b in itertools.combinations(found.boxes, 2):
        assert not overlap(a.rect, b.rect), f"boxes {a.step.name}, {b.step.name}"
    for box in found.boxes:
        assert (
            box.rect[0] >= 0
            and box.rect[2] <= found.width
            and box.rect[1] >= 0
            and box.rect[3] <= found.height
        )
        assert all(px(line, box.size, is_bold=True) <= box.w for line in box.lines)
    for route, rect in labels:
        assert rect[0] >= 0 and rect[2] <= found.width and rect[1] >= 0 and rect[3] <= found.height, (
            route.link.pair
        )
        assert not any(overlap(rect, box.rect) for box in found.boxes), f"label {route.link.pair} on a box"
    for (a, first), (b, second) in itertools.combinations(labels, 2):
        assert not overlap(first, second), f"labels {a.link.pair}, {b.link.pair}"
    for (a, rect), (b, piece) in itertools.product(labels, pieces):
        x0, y0, x1, y1 = piece
        assert a is b or not overlap(rect, (x0 - 1, y0 - 1, x1 + 1, y1 + 1)), (
            f"{a.link.pair} on {b.link.pair}"
        )
    for route, (x0, y0, x1, y1) in pieces:
        assert x0 == x1 or y0 == y1
        for box in found.boxes:
            left, top, right, bottom = box.rect
            is_inside = overlap(
                (x0 - 0.1, y0 - 0.1, x1 + 0.1, y1 + 0.1), (left + 1, top + 1, right - 1, bottom - 1)
            )
            assert not is_inside, f"{route.link.pair} runs through {box.step.name}"
    for route in found.routes:
        for name, point in ((route.link.before, route.points[0]), (route.link.activity, route.points[-1])):
            left, top, right, bottom = boxes[name].rect
            assert left <= point[0] <= right and top <= point[1] <= bottom, (
                "a line starts and ends at its boxes"
            )


def test_a_chain_runs_from_left_to_right_in_one_row():
    names = [f"step {i}" for i in range(8)]
    found = plan(steps(names), chain(names))
    check(found, chain(names))
    assert [box.x for box in found.boxes] == sorted(box.x for box in found.boxes)
    assert len({box.y for box in found.boxes}) == 1
    assert all(len(route.points) == 2 and len(route.labels) == 2 for route in found.routes)


def test_lines_back_run_above_and_skips_below():
    names = ["a", "b", "c", "d"]
    links = [*chain(names), link("c", "b", 30), link("a", "c", 20), link("d", "d", 10)]
    found = plan(steps(names), links)
    check(found, links)
    y = found.boxes[0].y
    by_pair = {route.link.pair: route for route in found.routes}
    assert min(p[1] for p in by_pair["c", "b"].points) < y and max(p[1] for p in by_pair["c", "b"].points) < y
    assert min(p[1] for p in by_pair["a", "c"].points) > y
    assert max(p[1] for p in by_pair["d", "d"].points) < y
    assert found.n_silent == 0


def test_the_order_follows_the_flow_whatever_order_is_given():
    names = list("abcdef")
    links = [*chain(names), link("d", "b", 40)]
    assert main_flow(steps(names)[::-1], links) == names


def test_a_step_that_most_cases_pass_over_stands_beneath():
    names = ["in", "check", "mend", "out"]
    links = [
        link("in", "check"),
        link("check", "out", 90),
        link("check", "mend", 10),
        link("mend", "out", 10),
    ]
    rows = [replace(s, n_cases=10) if s.name == "mend" else s for s in steps(names)]
    assert main_flow(rows, links) == ["in", "check", "out"]
    found = cells(["in", "check", "out"], rows, links, 8)
    assert {found[name].row for name in ("in", "check", "out")} == {0}
    assert found["mend"].row == 1 and found["mend"].column == 2
    check(plan(rows, links), links)


def test_long_processes_go_on_in_the_next_row():
    names = [f"Determine necessity of part {i}" for i in range(20)]
    found = plan(steps(names), chain(names))
    check(found, chain(names))
    by_row = [list(row) for _y, row in itertools.groupby(found.boxes, key=lambda box: box.y)]
    assert len(by_row) > 1 and all([b.x for b in row] == sorted(b.x for b in row) for row in by_row)
    assert found.n_silent == 0


@pytest.mark.parametrize("seed", range(12))
def test_nothing_overlaps_in_processes_of_any_shape(seed):
    rng = np.random.default_rng(seed)
    names = [
        f"{'客户经理提交材料' if seed % 3 == 0 else 'Review request'} {i}"
        for i in range(int(rng.integers(2, 24)))
    ]
    pairs = {(a, b) for a, b in rng.choice(names, (int(rng.integers(1, 60)), 2))} | set(
        itertools.pairwise(names)
    )
    links = [link(str(a), str(b), int(rng.integers(1, 2000))) for a, b in sorted(pairs)]
    every = [replace(s, n_cases=int(rng.integers(1, 2000))) for s in steps(names)]
    found = plan(every, links)
    check(found, links)
    assert plan(every, links) == found, "the same map each time"


def test_names_are_wrapped_and_not_cut_while_they_fit():
    text = "Send Request for Quotation to Supplier"
    lines = wrap(text, 90, NAME, MOST_LINES)
    assert " ".join(lines) == text and all(px(line, NAME, is_bold=True) <= 90 for line in lines)
    assert (
        "".join(wrap("客户经理提交贷款审批材料并等待", 100, NAME, MOST_LINES))
        == "客户经理提交贷款审批材料并等待"
    )
    assert "".join(wrap("Donaudampfschifffahrt", 60, NAME, MOST_LINES)) == "Donaudampfschifffahrt", (
        "broken, not cut"
    )
    assert wrap("Process or receive external advice 3", 170, NAME, MOST_LINES) == [
        "Process or receive",
        "external advice 3",
    ]
    long = wrap("word " * 40, 60, NAME, MOST_LINES)
    assert len(long) == MOST_LINES and long[-1].endswith("…")


def test_no_steps_and_a_single_step():
    assert plan([], []).boxes == ()
    found = plan(steps(["do"]), [])
    check(found, [])
    assert found.boxes[0].w <= map_layout.MOST_BOX
