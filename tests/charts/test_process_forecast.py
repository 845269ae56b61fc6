"""Figures of a process forecast: scales, units, marks beside colours."""

from dataclasses import replace

import pytest

from analytics.charts import forecast as charts
from analytics.charts import process_before_after, process_forecast
from analytics.charts.flow import Arrow, Lane, lanes
from analytics.charts.tokens import AFTER, NEUTRAL, WAITING
from analytics.filters import Grouping, Targets
from tests.fixtures_process_forecast import process_forecast_of

GROUPING = Grouping("segment", ("VIP", "gold"))


def texts(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_now_and_forecast_are_told_in_days():
    shown = texts(charts.now_forecast(process_forecast_of(), Targets()))
    assert "<b>Cycle time, calendar days</b>" in shown
    assert "10.0 → <b>8.0</b>" in shown
    assert "✓ better" in shown


def test_segments_stand_about_a_zero_line():
    figure = process_forecast.by_segment(process_forecast_of(), GROUPING)
    dots = [t for t in figure.data if t.mode == "markers" and t.name == "cycle_time_mean_h"]
    # the widest interval is −2.5 … +0.5 (VIP −0.02 ± 0.5): −2.0 lies at a sixth of it
    assert dots[0].x[0] == pytest.approx(0.5 / (2.5 + 0.48), abs=0.01)
    assert {"Ordinary", "Gold", "VIP"} <= set(texts(figure))


def test_steps_are_stacked_hours_from_zero():
    figure = process_forecast.step_times(process_forecast_of())
    bars = {bar.name: bar for bar in figure.data}
    assert bars["check own before"].base[0] == 0
    assert bars["check own before"].x[0] == 8.0
    assert (bars["check wait before"].base[0], bars["check wait before"].x[0]) == (8.0, 1.0)
    assert bars["check work before"].x[0] == 0.5
    assert "approve wait after" not in bars, "nobody waits for it any more"
    assert "8.0 (7.2–8.8)" in texts(figure)


def test_both_lanes_have_the_same_steps_at_the_same_places():
    as_is, to_be = lanes(process_forecast_of())
    assert [box.activity for box in as_is.boxes] == [box.activity for box in to_be.boxes]
    assert [box.look for box in to_be.boxes] == ["same", "same", "changed"]
    assert to_be.boxes[2].mark == "✎ changed"
    assert [a.text for a in as_is.arrows if a.is_back] == ["0.20× · 1.0\u00a0h"]
    assert [(a.start, a.end) for a in as_is.arrows if a.is_long] == [(1, 2)], (
        "8 of 9 h are the customer’s own"
    )
    assert not any(a.is_long for a in to_be.arrows if a.end == 2)


def test_the_status_quo_is_one_lane():
    assert len(lanes(process_forecast_of(()))) == 1


def test_steps_left_out_are_dashed_and_say_so():
    forecast = process_forecast_of()
    steps = forecast.process.steps.copy()
    steps.loc[2, ["change", "n_per_case_after"]] = ["removed", 0.0]
    gone = replace(forecast, process=replace(forecast.process, steps=steps))
    figure = process_before_after.before_after(gone)
    assert any(s.line.dash == "dash" and s.line.color == NEUTRAL for s in figure.layout.shapes)
    assert "<b>✕ left out</b>" in texts(figure)


def test_side_by_side_steps_share_a_frame_and_no_arrow():
    forecast = process_forecast_of()
    side = replace(forecast, process=replace(forecast.process, parallel=(("contact", "check"),)))
    _as_is, to_be = lanes(side)
    assert to_be.groups == ((0, 1),)
    assert [(a.start, a.end) for a in to_be.arrows] == [(1, 2)]


def test_a_changed_step_has_a_strong_border_and_waiting_is_orange():
    shapes = process_before_after.before_after(process_forecast_of()).layout.shapes
    assert any(s.type == "rect" and s.line.color == AFTER for s in shapes)
    assert any(s.line.color == WAITING for s in shapes)


def test_lines_of_the_lanes_lie_within_each_other():
    def arrow(start, end):
        return Arrow(start, end, 1.0, "1.00×", "", False)

    short, long, apart, skip = arrow(3, 2), arrow(4, 1), arrow(6, 5), arrow(0, 2)
    lane = Lane("", (), (long, short, apart, skip, arrow(0, 1)), ())
    assert lane.levels(is_back=True) == {short: 0, apart: 0, long: 1}
    assert lane.levels(is_back=False) == {skip: 0}
