"""Charts of the overview: what hurts, what would help, the trend."""

from dataclasses import replace

import pandas as pd

from analytics.charts import overview as charts
from analytics.charts.tokens import WAITING, in_light
from analytics.diagnosis.wait_times import wait_times
from analytics.filters import Targets
from analytics.redesign.result import Guardrail
from analytics.words import overview as words
from tests.diagnosis.test_wait_times import FIVE, asked, store_of
from tests.fixtures_forecast import forecast_of, metric

WORST = pd.DataFrame(
    {
        "weekday": [1, 5], "half_hour": [24, 20], "arrivals": [20.0, 12.0], "n_staff": [7.0, float("nan")],
        "work_erlang": [6.6, 5.0], "usual_h": [11.7, 6.0], "usual_low": [6.0, float("nan")],
        "usual_high": [17.0, float("nan")],
    }
)  # fmt: skip


def texts(figure):
    return [a.text.replace("\u00a0", " ") for a in figure.layout.annotations]


def test_the_worst_bars_start_at_zero_and_carry_sentence_value_and_interval():
    figure = charts.worst(WORST)
    bars = [t for t in figure.data if t.type == "bar"]
    assert [b.x[0] for b in bars] == [11.7, 6.0] and figure.layout.xaxis.range[0] == 0
    assert [b.marker.color for b in bars] == [WAITING, WAITING + charts.HALF]
    assert "<b>Mon 12:00–12:30: work for 6.6 people, 7 on duty</b>" in texts(figure)
    assert "Fri 10:00–10:30: 12 customers a day" in texts(figure)
    assert any(t.startswith("11.7 h") and "6.0–17.0" in t for t in texts(figure))
    # Without an interval there is no whisker.
    assert len(figure.data) == 3


def test_what_helps_has_a_dot_per_measure_and_group_on_one_axis_with_zero():
    failing = forecast_of(works=-1, guardrail=Guardrail(False, "wait_mean", None))
    figure = charts.helps([forecast_of(), failing])
    dots = [t for t in figure.data if t.mode == "markers"]
    assert len(dots) == 4
    low, high = figure.layout.xaxis.range
    assert low < 0 < high and figure.layout.xaxis.ticktext[-1].endswith("min")
    assert any("fails guardrail" in t for t in texts(figure))
    assert "Ordinary −4.7 (−5.9 to −3.5)" in texts(figure)


def test_without_a_split_there_is_one_dot_a_measure():
    figure = charts.helps([forecast_of(split=False)])
    assert len([t for t in figure.data if t.mode == "markers"]) == 1
    assert "#0000" not in in_light(figure).to_json()


def test_the_trend_holds_the_target_and_ends_in_percent(tmp_path):
    waits = wait_times(store_of(tmp_path, visits=FIVE), asked())
    figure = charts.service_level(waits, Targets())
    assert "target 80%" in texts(figure)
    assert figure.layout.yaxis.ticktext[-1] == "100%"
    low, high = figure.layout.yaxis.range
    assert low <= 0.5 and high > 1


def test_weeks_stand_on_whiskers_side_by_side(tmp_path):
    waits = wait_times(store_of(tmp_path, visits=FIVE), asked())
    figure = charts.service_level(waits, Targets())
    lines = {t.name: t for t in figure.data if t.name}
    assert len({lines[f"{group} weeks"].x[0] for group in waits.groups}) == len(waits.groups)
    known = waits.weeks["within_low"].notna().sum()
    assert len([t for t in figure.data if not t.name]) == known


def with_vip_paying():
    found = forecast_of()
    vip = {**found.by_group["vip"], "wait_mean_min": metric("wait_mean_min", 3.6, 3.7, 7.4, 1.5)}
    return replace(found, by_group={**found.by_group, "vip": vip})


def test_who_pays_is_said_in_the_title_with_a_choice_by_which_nobody_does():
    paid = with_vip_paying()
    assert words.helps_title(paid) == "What would help most, at a cost to VIP"
    note = words.helps_note([paid, forecast_of()]).replace("\u00a0", " ")
    assert "VIP would wait 3.7 min longer." in note
    assert "A choice by which nobody waits longer: " in note
    assert "nobody" not in words.helps_note([paid, paid])


def test_nothing_helps_for_sure_where_the_model_misses():
    assert words.helps_title(forecast_of(fit_passes=False)) == "What would help: not yet known"
