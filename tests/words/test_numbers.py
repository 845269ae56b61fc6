"""Numbers read as the number rules say, in English and in Chinese."""

import math
from datetime import date

import pytest

from analytics import language
from analytics.methods.estimate import Estimate, unknown
from analytics.words import numbers as say

NBSP = "\u00a0"


def spaced(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("x", "unit", "text"),
    [
        (13.46, "min", "13.5 min"),
        (0.0, "min", "0.0 min"),
        (0.472, "share", "47%"),
        (0.068, "share", "6.8%"),
        (0.0999, "share", "10%"),
        (-0.38, "pts", "−38 pts"),
        (9600, "cny", "CNY 9,600"),
        (12482, "count", "12,482"),
        (4.231, "scale", "4.23"),
        (32.4, "points", "32 points"),
        (math.nan, "min", "–"),
    ],
)
def test_a_number_carries_its_unit(x, unit, text):
    assert spaced(say.with_unit(x, unit)) == text


def test_number_and_unit_do_not_part_at_a_line_end():
    assert say.minutes(13.5) == f"13.5{NBSP}min"


def test_a_range_is_as_precise_as_its_value_and_says_to_below_zero():
    assert say.interval(Estimate(0.068, 0.0628, 0.0731, 900, "share")) == "6.3–7.3"
    assert say.interval(Estimate(0.47, 0.46, 0.48, 900, "share")) == "46–48"
    assert spaced(say.interval(Estimate(-4.7, -5.8, -3.5, 900, "min"), signed=True)) == "−5.8 to −3.5"
    assert spaced(say.interval(Estimate(0.1, -0.6, 0.4, 900, "min"), signed=True)) == "−0.6 to +0.4"


def test_a_change_of_a_share_is_in_points():
    change = Estimate(0.229, 0.182, 0.271, 900, "share")
    assert spaced(say.change_and_interval(change)) == "+23 pts (+18 to +27)"


def test_a_rounded_zero_has_no_sign():
    assert say.plain(-0.01, "min", signed=True) == "0.0"


def test_a_gap_agrees_with_the_two_numbers_as_shown():
    assert spaced(say.gap(0.776, 0.85, "share")) == "7 pts"
    assert say.gap(10.64, 7, "min") == "3.6"
    assert say.gap(0.798, 0.80, "share") == ""


def test_a_target_reads_as_it_was_set():
    assert [say.target(0.8, "share"), say.target(0.025, "share"), say.target(7.0, "min")] == [
        "80%",
        "2.5%",
        "7",
    ]


def test_the_unknown_is_a_dash():
    assert say.value_and_interval(unknown("min")) == "–"


def test_periods_name_their_first_and_last_day():
    assert spaced(say.period(date(2026, 9, 1), date(2026, 12, 1))) == "1 Sep – 30 Nov 2026"
    assert spaced(say.period(date(2025, 12, 1), date(2026, 3, 1))) == "1 Dec 2025 – 28 Feb 2026"
    assert spaced(say.period(date(2026, 11, 5), date(2026, 11, 6))) == "5 Nov 2026"


def test_half_hours_are_times_of_day():
    assert [say.clock(0), say.clock(18), say.clock(21)] == ["0:00", "9:00", "10:30"]


def test_chinese_counts_in_ten_thousands(monkeypatch):
    monkeypatch.setattr(language, "_source", lambda: "zh_CN")
    assert spaced(say.count_in_prose(12482)) == "1.2 万"
    assert say.count_in_prose(9871) == "9,871"


def test_no_space_stays_between_two_chinese_letters():
    assert say.close_up("周一至周五 窗口增加 2 人") == "周一至周五窗口增加 2 人"
    assert say.close_up("12:00–14:00 窗口") == "12:00–14:00 窗口"
    assert say.close_up("Two more people") == "Two more people"
