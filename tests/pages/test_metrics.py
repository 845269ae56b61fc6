"""A metric card says value, gap to the target, interval, n and change, and never by colour alone."""

import pytest
from streamlit.testing.v1 import AppTest

from analytics.methods.estimate import Estimate, unknown
from pages.shared.metrics import Card


def shown(card):
    def script(card):
        from pages.shared.metrics import metric_cards

        metric_cards([card])

    app = AppTest.from_function(script, kwargs={"card": card}).run()
    assert not app.exception
    words = [m.value for m in [*app.markdown, *app.caption]]
    return [(m.label, m.value) for m in app.metric], " | ".join(words).replace("\u00a0", " ")


def share(value, n=900):
    return Estimate(value, value - 0.01, value + 0.01, n, "share")


def test_ordinary_customers_come_first_with_gap_interval_and_n():
    card = Card("Called within 10 min", {"ordinary": share(0.47, 9871), "vip": share(0.94, 2611)}, 0.85)
    metrics, words = shown(card)
    assert metrics == [(":blue[Ordinary]", "47%"), (":violet[VIP]", "94%")]
    assert ":red-badge[38 pts short]" in words and ":green-badge[met]" in words
    assert "46–48" in words and "93–95" in words
    assert "target 85% · n 9,871 / 2,611" in words


def test_more_is_worse_where_lower_is_better():
    wait = Estimate(10.6, 10.4, 10.8, 900, "min")
    words = shown(Card("Mean wait, min", {"all": wait}, 7, higher_is_better=False))[1]
    assert ":red-badge[3.6 over]" in words and "target 7 · n 900" in words


def test_a_miss_that_rounds_away_is_still_a_miss():
    words = shown(Card("Called within 10 min", {"all": share(0.798)}, 0.80))[1]
    assert ":red-badge[just short]" in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Estimate(-0.02, -0.03, -0.01, 900, "share"), ":red[↓ 2.0 pts worse]"),
        (Estimate(0.02, 0.01, 0.03, 900, "pts"), ":green[↑ 2.0 pts better]"),
        (Estimate(0.02, -0.01, 0.05, 900, "share"), ":gray[≈ as before]"),
    ],
)
def test_a_change_is_coloured_only_beyond_its_interval(change, said):
    words = shown(Card("Called within 10 min", {"all": share(0.5)}, 0.8, changes={"all": change}))[1]
    assert said in words


def test_few_answers_are_said_in_place_of_a_verdict():
    words = shown(Card("Satisfied", {"all": share(0.9, n=12)}, 0.85))[1]
    assert "only n 12" in words and "met" not in words


def test_the_unknown_is_no_number():
    metrics, words = shown(Card("Satisfied", {"all": unknown("share")}, 0.85))
    assert metrics[0][1] == "–" and "no data" in words
