"""Charts of satisfaction: axes, units, targets, colours of groups, and surveys that ask little."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analytics.charts import satisfaction as charts
from analytics.charts.tokens import GROUP_COLOR, NEUTRAL, PAGE
from analytics.diagnosis.satisfaction import satisfaction
from analytics.filters import Targets
from analytics.store.reader import Store
from analytics.words import satisfaction as words
from analytics.words import satisfaction_by as by_words
from tests.diagnosis.logs import asked, of_branch, store_of
from tests.diagnosis.test_satisfaction import SIX, VISITS

TARGETS = Targets()


@pytest.fixture(scope="module")
def sample(sample_store):
    store = Store.open(sample_store)
    return satisfaction(store, of_branch(store, "Sandaojie"))


def texts(figure):
    return [a.text for a in figure.layout.annotations]


def test_by_wait_shows_shares_bins_answers_and_both_targets(sample):
    figure = charts.by_wait(sample, TARGETS)
    assert figure.layout.yaxis.range[0] == 0
    assert list(figure.layout.xaxis.ticktext) == ["0–5", "5–10", "10–15", "15–20", "20–30", "30+ min"]
    assert figure.layout.yaxis.ticktext[-1] == "100%"
    assert {"target 85%", "target wait 10 min"} <= set(texts(figure))
    n = sample.waits.query("group == 'ordinary'")["n"].iloc[0]
    assert f"{n:,}" in texts(figure)
    # The target wait is the edge between the second and the third bin.
    assert 1.5 in [s.x0 for s in figure.layout.shapes]


def test_items_show_gaps_where_expectations_were_asked(sample):
    figure = charts.items(sample, TARGETS)
    assert figure.layout.xaxis.ticktext[-1].endswith("of 7")
    rings = [t for t in figure.data if t.mode == "markers" and t.marker.color == PAGE]
    assert len(rings) == len(sample.items)
    assert any(text.startswith("−") and "\u00a0to\u00a0" in text for text in texts(figure))


def test_touchpoints_worst_first_with_target(sample):
    figure = charts.touchpoints(sample, TARGETS)
    assert "target 85%" in texts(figure)
    assert figure.layout.xaxis.range[1] == 1
    bold = [text for text in texts(figure) if text.startswith("<b>")]
    worst = sample.touchpoints.sort_values("csat_share")["touchpoint"].iloc[0]
    assert bold == [f"<b>{words.touchpoint(worst)}</b>"]


@pytest.mark.parametrize("draw", [charts.csat_by_month, charts.nps_by_month])
def test_months_have_a_line_and_a_band_per_group(sample, draw):
    figure = draw(sample, TARGETS)
    lines = [t for t in figure.data if t.mode == "lines+markers"]
    assert [t.line.color for t in lines] == [GROUP_COLOR["ordinary"], GROUP_COLOR["vip"]]
    assert all(len(t.x) == 12 for t in lines)
    low, high = figure.layout.yaxis.range
    assert all(low <= y <= high for t in figure.data if t.fill for y in t.y)


def test_few_answers_can_be_drawn_and_are_said(tmp_path):
    store = store_of(tmp_path, surveys=SIX, visits=VISITS)
    result = satisfaction(store, asked(store))
    for draw in (
        charts.by_wait,
        charts.items,
        charts.touchpoints,
        charts.services,
        charts.csat_by_month,
        charts.nps_by_month,
    ):
        assert not any("nan" in text.lower() for text in texts(draw(result, TARGETS)))
    assert words.headline(result, TARGETS) == "Too few answers to tell (n\u00a04)"
    assert "2 answers have no date" in words.why(result)


def test_words_of_the_sample(sample):
    assert re.fullmatch(
        r"7\d% of ordinary customers are satisfied, below the 85% target", words.headline(sample, TARGETS)
    )
    assert (
        words.waits_title(sample, TARGETS) == "From 10 minutes of waiting on, satisfaction misses its target"
    )
    assert "Satisfaction falls from 9" in words.why(
        sample
    ) and "Responsiveness falls furthest short" in words.why(sample)
    assert words.csat_name(sample) == "Satisfied, 4–5 of 5"
    assert by_words.table(sample)["csat_interval"].str.contains("–").all()


def by_wait_of(sample, *rows):
    """The sample with these bins: minutes from, answers, share satisfied, low, high."""
    frame = pd.DataFrame(rows, columns=["from_min", "n", "csat_share", "low", "high"])
    return replace(sample, waits=frame.assign(group="ordinary", to_min=frame["from_min"] + 5))


def test_few_answers_after_long_waits_are_said_as_such_and_fewer_not_at_all(sample):
    start = ((0, 700, 0.93, 0.91, 0.95), (5, 60, 0.85, 0.75, 0.92))
    few = by_wait_of(sample, *start, (20, 14, 0.43, 0.21, 0.67))
    assert "Waits of over 20 minutes go with less satisfaction, on few answers (n\u00a014)." in words.why(few)
    assert words.waits_title(few, TARGETS).startswith("From 20 minutes")
    fewer = by_wait_of(sample, *start, (20, 2, 0.0, 0.0, 0.66))
    assert "does not fall measurably" in words.why(fewer)
    assert words.waits_title(fewer, TARGETS) == "Satisfaction by the measured wait"


def test_shares_of_the_table_read_as_in_the_chart(sample):
    frame = by_words.table(sample)
    assert (frame["csat_percent"] == (100 * frame["csat_share"]).round()).all()


def services_of(sample, *rows):
    """The sample with these services of ordinary customers: name, answers, share satisfied, low, high."""
    frame = pd.DataFrame(rows, columns=["service", "n", "csat_share", "low", "high"])
    return replace(
        sample, services=frame.assign(group="ordinary", n_recommend=0, nps=0.0, nps_low=0.0, nps_high=0.0)
    )


def test_only_a_clear_difference_is_told_of_services(sample):
    cash, loan, card = (
        ("cash", 300, 0.9, 0.87, 0.93),
        ("loan", 90, 0.6, 0.5, 0.7),
        ("card", 90, 0.86, 0.8, 0.9),
    )
    few = ("transfer", 12, 0.2, 0.1, 0.5)
    title = by_words.services_title
    assert title(services_of(sample, cash, loan, card, few)) == "Loan satisfies least"
    assert title(services_of(sample, cash, card)) == "No service clearly satisfies less than the others"
    assert title(services_of(sample, cash, few)) == "Satisfaction by service"
    low = ("bill payment", 100, 0.62, 0.55, 0.7)
    assert title(services_of(sample, cash, loan, low)) == "Cash satisfies most"
    assert title(services_of(sample, cash, loan, low, card)) == "Loan satisfies less than cash"


def test_few_answers_are_grey_and_fewer_are_words(sample):
    figure = charts.services(
        services_of(
            sample, ("cash", 300, 0.9, 0.87, 0.93), ("loan", 20, 0.6, 0.4, 0.8), ("card", 9, 1.0, 0.7, 1.0)
        ),
        TARGETS,
    )
    dots = {t.x[0]: t.marker for t in figure.data if t.mode == "markers"}
    assert set(dots) == {0.9, 0.6}
    assert dots[0.9].color == GROUP_COLOR["ordinary"] and dots[0.6].line.color == NEUTRAL
    assert any("too few answers (n\u00a09)" in text for text in texts(figure))
    assert by_words.table(services_of(sample, ("card", 9, 1.0, 0.7, 1.0)))["csat_percent"].isna().any()


def test_where_overall_satisfaction_was_not_asked(tmp_path):
    rows = pd.DataFrame({"response_id": range(60), "branch_id": "B1"})
    asks = {
        "More customers would recommend than would not": {"recommend": 10},
        "As many customers would recommend as would not": {"recommend": [10, 2] * 30},
        "Fewer customers would recommend than would not": {"recommend": 3},
        "Nobody was asked for a rating": {"comment": "?"},
        "All items are rated alike": {"perceived_a": 4, "perceived_b": 4},
        "B is rated lowest": {"perceived_a": 4, "perceived_b": [3, 4] * 30},
    }
    for i, (title, columns) in enumerate(asks.items()):
        store = store_of(tmp_path / str(i), surveys=rows.assign(**columns))
        assert words.headline(satisfaction(store, asked(store)), TARGETS) == title
    few = store_of(tmp_path / "few", surveys=rows.head(4).assign(perceived_a=[1, 7, 1, 7], perceived_b=6))
    result = satisfaction(few, asked(few))
    assert words.headline(result, TARGETS) == "Too few ratings to tell the weakest (n\u00a04)"
    assert result.items["low"].min() >= 1 and result.items["high"].max() <= 7, "no mean lies beyond the scale"
