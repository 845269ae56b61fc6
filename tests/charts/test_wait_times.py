"""Charts of waits: axes, units, the target as an edge, nothing that needs a screen."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.charts import wait_times as charts
from analytics.charts.tokens import HEAT_STEPS, WAITING, in_light
from analytics.charts.wait_days import control_chart
from analytics.diagnosis.control import control
from analytics.diagnosis.wait_times import wait_times, waits_by
from analytics.filters import Grouping, Targets
from analytics.words import wait_times as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of
from tests.pages.conftest import write_visits

TARGETS = Targets()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    return store_of(folder, visits=write_visits(folder / "raw.csv").read_text().replace(",B1,", ",B,"))


@pytest.fixture(scope="module")
def result(store):
    return wait_times(store, asked("2026-09-01", "2026-11-24"))


@pytest.mark.parametrize("view", charts.VIEWS)
def test_the_map_has_a_cell_per_weekday_and_half_hour(result, view):
    figure = charts.half_hours(result, view, TARGETS)
    heat = figure.data[0]
    assert np.shape(heat.z) == (5, len(heat.x)) and heat.x[0] == 18
    assert [y.strip("\u00a0") for y in heat.y] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert figure.layout.xaxis.side == "top" and figure.layout.xaxis.ticktext[0] == "9:00"
    assert not figure.layout.showlegend


def test_a_wait_of_exactly_the_target_is_grey_and_beyond_is_orange(result):
    cells = result.half_hours.head(3).assign(wait_p90_min=[20.0, 20.01, 5.0], n=[50, 50, 9])
    few = type(result)(**{**vars(result), "half_hours": cells})
    heat = charts.half_hours(few, "wait", TARGETS).data[0]
    k = len(HEAT_STEPS)
    steps = [heat.colorscale[2 * int(z)][1] if np.isfinite(z) else None for z in np.ravel(heat.z)]
    assert steps == [HEAT_STEPS[1], HEAT_STEPS[2], None]
    assert (heat.zmin, heat.zmax) == (-0.5, k - 0.5)
    assert list(np.ravel(heat.text)) == ["20", "20", ""]


def test_bars_beyond_the_target_are_orange_and_add_up(result):
    figure = charts.distribution(result, TARGETS)
    for bars in figure.data:
        is_orange = np.array(bars.marker.color) == WAITING
        assert (is_orange == (np.array(bars.x) > TARGETS.wait_min)).all()
        assert sum(bars.y) == pytest.approx(1)
    assert figure.layout.xaxis.ticktext[-1] == "60+\u00a0min"


def test_the_dumbbell_starts_at_zero_and_shows_the_target(store, result):
    frame = waits_by(store, asked("2026-09-01", "2026-11-24"), "service")
    figure = charts.by_name(frame, "service", result, TARGETS)
    assert figure.layout.xaxis.range[0] == 0 and figure.layout.xaxis.ticktext[-1].endswith("min")
    assert any("target 7" in a.text.replace("\u00a0", " ") for a in figure.layout.annotations)
    dots = [t for t in figure.data if t.mode == "markers"]
    assert len(dots) == len(frame)


def test_no_more_names_than_there_is_room_for(result):
    frame = waits_by_many(14)
    assert len(charts.shown(frame)) == charts.MOST_ROWS
    figure = charts.by_name(frame, "counter", result, TARGETS)
    assert figure.layout.yaxis.range[0] == charts.MOST_ROWS - 0.5


def waits_by_many(n):
    import pandas as pd

    return pd.DataFrame(
        {"name": [f"C{i}" for i in range(n)], "group": "ordinary", "n": 40, "wait_mean_min": 5.0, "low": 4.0, "high": 6.0}
    )  # fmt: skip


def test_overloaded_half_hours_are_outlined_as_one_area(result):
    cells = result.half_hours.assign(load_per_person=0.5)
    at = (cells["weekday"] == 2) & cells["half_hour"].isin([20, 21])
    cells.loc[at, "load_per_person"] = [1.1, 1.2]
    lines = charts.half_hours(replace(result, half_hours=cells), "wait", TARGETS).layout.shapes
    # Two cells side by side: two tops, two bottoms, one left, one right; none between them.
    assert len(lines) == 6
    assert {(s.x0, s.x1) for s in lines if s.x0 == s.x1} == {(19.5, 19.5), (21.5, 21.5)}
    assert {s.y0 for s in lines if s.y0 == s.y1} == {0.5, 1.5}
    assert "Outlined" in words.map_caption(replace(result, half_hours=cells), "wait", TARGETS)


def test_one_day_without_groups_can_be_drawn(tmp_path):
    store, question = store_of(tmp_path, visits=FIVE), asked(grouping=Grouping())
    found = wait_times(store, question)
    for figure in (
        *(charts.half_hours(found, view, TARGETS) for view in charts.VIEWS),
        charts.distribution(found, TARGETS),
        charts.by_name(waits_by(store, question, "teller"), "teller", found, TARGETS),
        control_chart(control(found.days, found.groups), TARGETS.wait_mean_min),
    ):
        assert "#0000" not in in_light(figure).to_json()


def test_a_group_without_tickets_can_be_drawn(tmp_path):
    store, question = store_of(tmp_path, visits=FIVE.replace(",VIP,", ",ordinary,")), asked()
    found = wait_times(store, question)
    charts.distribution(found, TARGETS)
    control_chart(control(found.days, found.groups), TARGETS.wait_mean_min)
    charts.by_name(waits_by(store, question, "service"), "service", found, TARGETS)
