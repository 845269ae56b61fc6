"""A forecast in words: the answer first, nothing claimed that the interval does not carry."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.filters import Targets
from analytics.redesign.result import FitCheck, Guardrail, Spread
from analytics.simulation import calibration
from analytics.simulation.process import calibration as process_calibration
from analytics.words import forecast as words
from analytics.words import forecast_notes, trust
from tests.fixtures_forecast import forecast_of, metric

TARGETS = Targets()
FAILS = Guardrail(False, "wait_mean", Spread(4.7, 3.5, 5.9))


@pytest.mark.parametrize(
    ("forecast", "expected"),
    [
        (forecast_of(), "Ordinary customers would wait 4.7 minutes less"),
        (forecast_of(()), "Without changes, ordinary customers would wait 13.5 minutes"),
        (forecast_of(works=0), "No measurable change for ordinary customers"),
        (
            forecast_of(works=-1, guardrail=FAILS),
            "Ordinary customers would wait 4.7 minutes longer: guardrail failed",
        ),
        (forecast_of(split=False), "Customers would wait 3.7 minutes less"),
        (forecast_of(fit_passes=False), "Do not decide on this: the model misses this branch"),
        (forecast_of((), fit_passes=False), "Do not decide on this: the model misses this branch"),
    ],
)
def test_headline(forecast, expected):
    assert words.headline(forecast) == expected


def test_reason_tells_from_what_to_what_for_the_others_and_the_cost():
    text = words.reason(forecast_of(), TARGETS).replace("\u00a0", " ")
    assert "falls from 13.5 to 8.8 min (95% interval 7.6–10.0), above the 7-minute target" in text
    assert "VIP waits do not change measurably" in text
    assert "It costs CNY 9,600 more a month" in text


def test_on_which_side_of_the_target_follows_the_figures_shown():
    for target, side in ((8.8, "at the 8.8"), (9, "inside the 9"), (8, "above the 8")):
        assert f"{side}-minute target" in words.reason(forecast_of(), Targets(wait_mean_min=target))


def test_a_failing_fit_counts_its_misses_and_says_what_would_help():
    missed = forecast_of(fit_passes=False, notes=(("staff_inferred", {"n_desks": 7}),))
    text = words.reason(missed, TARGETS)
    assert "misses on 1 of 3 checks" in text and "No roster fits" in text
    assert "Choose a measure" not in words.lead(forecast_of((), fit_passes=False), TARGETS)


def test_a_check_outside_its_interval_is_not_called_held():
    near = FitCheck("wait_mean_min", "min", 5.9, Spread(10.0, 6.8, 14.6), 4.1, 5.0, True)
    inside = FitCheck("wait_mean_min", "min", 7.0, Spread(10.0, 6.8, 14.6), 3.0, 5.0, True)
    assert (trust.check_word(near), trust.check_word(inside)) == ("✓ near enough", "✓ held")


def test_a_failing_fit_is_given_with_its_reason_and_the_numbers_stay():
    text = words.reason(forecast_of(fit_passes=False), TARGETS)
    assert "measured 28.0, simulated 35.0–41.0" in text
    assert "falls from 13.5" in text


def test_guardrail_rows_follow_the_rule_of_half_a_minute():
    assert [row[0] for row in trust.guardrail_rows(forecast_of())] == ["holds"] * 5
    worse = [row[0] for row in trust.guardrail_rows(forecast_of(works=-1))]
    assert worse == ["fails", "fails", "fails", "holds", "risk"]


def test_the_table_holds_every_group_and_metric_once():
    frame = words.before_after(forecast_of(), TARGETS)
    assert not frame.duplicated(["group", "metric"]).any()
    row = frame[(frame["group"] == "ordinary") & (frame["metric"] == "wait_mean_min")].iloc[0]
    assert (row["before"], row["after"], row["unit"]) == (13.5, 8.8, "min")


def test_every_note_of_the_calibration_has_words():
    sources = "".join(Path(m.__file__).read_text("utf-8") for m in (calibration, process_calibration))
    codes = set(re.findall(r'notes\.append\(\("(\w+)"', sources))
    assert len(codes) > 5
    assert codes <= set(forecast_notes._NOTES)


def test_notes_in_words():
    forecast = forecast_of(
        notes=(
            ("kept_counters", {"counters": ["C1", "C2"]}),
            ("demand_drift", {"per_month": -0.02, "low": -0.03, "high": -0.01}),
            ("called_next", {"credits": [("VIP", 1e5)], "explained_share": 0.97, "n": 400}),
        )
    )
    said = [text.replace("\u00a0", " ") for text in words.notes(forecast)]
    assert said[0] == "Counters C1 and C2 serve only some customers today."
    assert said[1].startswith("Customers fall by 2.0% a month")
    assert said[2] == "Read off the calls: VIP first (97% of 400 follow it)."


def test_the_title_of_the_rows_says_that_vip_lose_where_they_do():
    found = forecast_of()
    assert words.rows_title(found) == "Ordinary customers gain on all 5 counts"
    vip = {**found.by_group["vip"], "wait_mean_min": metric("wait_mean_min", 3.6, 3.7, 7.4, 1.5)}
    paid = replace(found, by_group={**found.by_group, "vip": vip})
    assert words.rows_title(paid) == "Ordinary customers gain on all 5 counts, VIP lose"


@pytest.mark.parametrize("measures", [(), None])
def test_the_days_stand_beside_the_figures(measures):
    made = forecast_of() if measures is None else forecast_of(measures)
    said = words.rows_caption(made).replace("\u00a0", " ")
    assert f"Forecast of {made.horizon_days} working days from" in said
