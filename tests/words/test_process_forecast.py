"""A process forecast in words: nothing claimed that the interval does not carry, time before wins."""

from dataclasses import replace

import pytest

from analytics.filters import Targets
from analytics.redesign.result import Guardrail, LossLink, Spread
from analytics.words import forecast as words
from analytics.words import process_forecast, trust
from analytics.words.sections import sections
from tests.fixtures_process_forecast import carried, process_forecast_of

TARGETS = Targets()
FAILS = Guardrail(False, "cycle_time", Spread(48.0, 36.0, 60.0))


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("forecast", "expected"),
    [
        (process_forecast_of(), "Ordinary customers’ cases: 2.0 days less, 1.0 more won a week"),
        (process_forecast_of(()), "Without changes, ordinary customers’ cases would take 10.0 days"),
        (process_forecast_of(works=0.1), "No measurable change for ordinary customers’ cases"),
        (process_forecast_of(works=0.4), "Ordinary customers’ cases would take 19.2 hours less"),
        (process_forecast_of(works=-0.4, guardrail=FAILS),
         "Ordinary customers’ cases would take 19.2 hours longer: guardrail failed"),
        (process_forecast_of(fit_passes=False), "Do not decide on this: the model misses this process"),
        (process_forecast_of(split=False), "Customers’ cases: 2.0 days less, 1.0 more won a week"),
    ],
)  # fmt: skip
def test_headline(forecast, expected):
    assert spaced(words.headline(forecast)) == expected


def test_the_reason_says_from_what_to_what_and_the_vip_beside():
    text = spaced(words.reason(process_forecast_of(), TARGETS))
    assert "By the calendar a won case takes 8.0 days in place of 10.0 days (95% interval 7.5–8.5)." in text
    assert "1.0 more are won a week (+0.5 to +1.5)." in text
    assert "No measurable change for VIP customers’ cases." in text


def test_what_the_share_won_hangs_on_is_said_openly():
    assert "do not show" in process_forecast.hangs_on(process_forecast_of())[0]
    link = LossLink("sign", 1.02, 1.01, 1.03, 800)
    first, last = process_forecast.hangs_on(process_forecast_of(links=(link,)))
    assert "lost more often after «sign»: odds ×1.02 (1.01–1.03; n 800)" in spaced(first)
    assert "the data cannot say" in last
    assert (
        "less often"
        in process_forecast.hangs_on(process_forecast_of(links=(replace(link, odds_ratio=0.9),)))[0]
    )


def test_guardrail_rows_tell_time_and_every_team():
    rows = trust.guardrail_rows(process_forecast_of())
    assert [row[0] for row in rows] == ["holds", "holds", "holds", "holds", "risk"]
    assert spaced(rows[0][2]) == "−2.0 days (−2.5 to −1.5)"
    assert rows[-1][1] == "Approver at most 85% busy"
    worse = trust.guardrail_rows(process_forecast_of(works=-1, guardrail=FAILS))
    assert worse[0][0] == "fails"


def test_five_per_cent_more_does_not_fail():
    assert trust.guardrail_rows(process_forecast_of(works=-0.25))[0][0] == "holds"  # 12 of 240 hours


def test_how_the_period_begins_is_said():
    assert "no open case" in process_forecast.begins_with(process_forecast_of())
    assert "127 cases that are open" in process_forecast.begins_with(carried(process_forecast_of(), 127))
    assert "without open cases" in words.rows_caption(process_forecast_of())
    assert "without open cases" not in words.rows_caption(carried(process_forecast_of(), 127))


def test_sections_are_in_the_unit_that_a_reader_takes_them_in():
    shown = {section.name: section for section in sections(process_forecast_of(), TARGETS)}
    assert shown["cycle_time_mean_h"].title == "Cycle time, calendar days"
    assert shown["cycle_time_mean_h"].rows["ordinary"].after.mean == pytest.approx(8.0)
    assert shown["value_won_cny_per_month"].title == "Value won, million CNY a month"
    assert shown["value_won_cny_per_month"].rows["ordinary"].before.mean == pytest.approx(2.0)
    assert list(shown["utilisation"].rows) == ["Operations", "Approver"]


def test_the_baseline_is_counted():
    assert trust.baseline_title(process_forecast_of()) == "It comes nearer than repeating past weeks"
    assert "on 0 of 1" in trust.baseline_title(process_forecast_of(fit_passes=False))


def test_steps_change_in_words():
    assert "«approve» shrinks most" in process_forecast.steps_title(process_forecast_of())
    assert "for the staff before «approve»" in process_forecast.steps_title(process_forecast_of(()))
    detail = process_forecast_of().process
    assert process_forecast.step_mark(detail, "approve") == "✎ changed"
    assert process_forecast.step_mark(detail, "check") == ""
    side = replace(detail, parallel=(("contact", "check"),))
    assert process_forecast.step_mark(side, "check") == "∥ side by side"
