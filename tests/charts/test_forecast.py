"""The forecast's figures: who is drawn where, in which colour, with which words."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.charts import forecast as charts
from analytics.charts import trust
from analytics.charts.tokens import AFTER, BAD, BEFORE, GOOD, NEUTRAL
from analytics.filters import Targets
from tests.fixtures_forecast import forecast_of

TARGETS = Targets()


def traces(figure) -> dict:
    return {trace.name: trace for trace in figure.data}


def texts(figure) -> dict[str, str]:
    return {note.text: note.font.color for note in figure.layout.annotations}


def test_every_metric_has_its_own_scale_from_zero():
    drawn = traces(charts.now_forecast(forecast_of(), TARGETS))
    # 28.3 is the largest value of its row (target 20), 19.4 lies at 19.4 / 28.3 of the scale
    assert drawn["ordinary wait_p90_min now"].x[0] == pytest.approx(1.0)
    assert drawn["ordinary wait_p90_min after"].x[0] == pytest.approx(19.4 / 28.3)
    # satisfaction starts at 1 and ends at 5
    assert drawn["vip csat_mean after"].x[0] == pytest.approx((4.31 - 1) / 4)


def test_now_is_a_grey_ring_and_the_forecast_a_blue_dot():
    drawn = traces(charts.now_forecast(forecast_of(), TARGETS))
    assert drawn["ordinary wait_mean_min now"].marker.color == BEFORE
    assert drawn["ordinary wait_mean_min now"].marker.symbol == "circle-open"
    assert drawn["ordinary wait_mean_min after"].marker.color == AFTER


def test_change_is_coloured_only_beyond_its_interval_and_always_in_words():
    shown = texts(charts.now_forecast(forecast_of(), TARGETS))
    assert shown["<b>−4.7</b>"] == GOOD
    assert shown["✓ better"] == GOOD
    assert shown["<b>−0.2</b>"] == NEUTRAL  # VIP: −1.4 to +1.0
    worse = texts(charts.now_forecast(forecast_of(works=-1), TARGETS))
    assert worse["<b>+4.7</b>"] == BAD
    assert worse["✕ worse"] == BAD


def test_status_quo_shows_measured_against_expected_and_no_change():
    shown = texts(charts.now_forecast(forecast_of(()), TARGETS))
    assert "13.2 → <b>13.5</b>" in shown
    assert "✓ better" not in shown


def test_the_cost_has_its_source_where_others_have_their_interval():
    shown = texts(charts.now_forecast(forecast_of(), TARGETS))
    assert shown["<b>+9,600</b>"] == NEUTRAL
    assert "hours × hourly cost" in shown
    assert not any("9,600 to" in text or "9,600–" in text for text in shown)


def test_ordinary_customers_stand_above_vip():
    drawn = traces(charts.now_forecast(forecast_of(), TARGETS))
    assert drawn["ordinary wait_mean_min after"].y[0] < drawn["vip wait_mean_min after"].y[0]


def test_by_hour_draws_now_and_forecast_and_names_both_peaks():
    figure = charts.by_hour(forecast_of(), "ordinary", TARGETS)
    drawn = traces(figure)
    assert drawn["before_mean_min"].line.color == BEFORE
    assert max(drawn["before_mean_min"].y) == pytest.approx(22.0)
    assert {"<b>Now</b> 22.0", "<b>Forecast</b> 11.2 (10.2–12.2)", "target 7"} <= set(texts(figure))
    assert figure.layout.yaxis.ticktext[-1].endswith("min")


def test_by_hour_the_name_of_an_early_forecast_peak_meets_no_line():
    """The forecast peaks before the line now does, its band above that: no room beside either peak."""
    hours = list(range(18, 34))
    now = [1, 2, 4, 8, 11, 12, 12, 11, 10, 7.5, 6, 5, 4, 3, 2, 1]
    after = [1, 2, 4, 7, 5, 3, 2, 2, 1, 1, 2, 2.5, 2.7, 2.5, 2, 1]
    frame = pd.DataFrame(
        {"group": "ordinary", "half_hour": hours, "before_mean_min": now, "after_mean_min": after}
    )
    frame = frame.assign(after_low_min=0.1, after_high_min=frame["after_mean_min"] * 1.6)
    figure = charts.by_hour(replace(forecast_of(), by_half_hour=frame), "ordinary", TARGETS)
    name = next(a for a in figure.layout.annotations if a.text.startswith("<b>Forecast</b>"))
    near = frame[(frame["half_hour"] - name.x).abs() <= charts.HALF_LABEL]
    assert name.y >= near[["before_mean_min", "after_high_min"]].max().max()
    assert name.yshift > 0


def test_by_hour_of_the_status_quo_has_one_line():
    assert "before_mean_min" not in traces(charts.by_hour(forecast_of(()), "ordinary", TARGETS))


def test_a_missed_check_is_a_red_cross_and_a_word():
    figure = trust.fit_checks(forecast_of(fit_passes=False), TARGETS)
    drawn = traces(figure)
    assert (drawn["wait_p90_min"].marker.symbol, drawn["wait_p90_min"].marker.color) == ("x", BAD)
    assert (drawn["wait_mean_min"].marker.symbol, drawn["wait_mean_min"].marker.color) == ("circle", GOOD)
    assert "<b>✕ missed</b>" in texts(figure)


def test_fit_by_hour_sets_measured_dots_on_the_simulated_line():
    drawn = traces(trust.fit_by_hour(forecast_of()))
    assert drawn["measured"].mode == "markers"
    assert drawn["simulated_mean_min"].mode == "lines"
    assert drawn["simulated_mean_min"].line.color == AFTER
