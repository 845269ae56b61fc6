"""Four slides from a branch's own files, in order, each resting on the results it shows."""

from datetime import date

import pytest

from analytics.briefing.content import best_measures, slides
from analytics.briefing.preview import figure
from analytics.diagnosis.overview import overview
from analytics.diagnosis.wait_times import wait_times
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.methods.estimate import Estimate
from analytics.store import Store
from analytics.store.loading import load
from analytics.words import briefing as words
from analytics.words import overview as overview_words
from analytics.words import wait_times as wait_words
from tests.pages.conftest import write_visits

DIVERT = ({"measure": "divert", "service": "bill payment", "share": 0.5},)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("content")
    load([write_visits(folder / "visits.csv")], folder / "store")
    return Store.open(folder / "store")


@pytest.fixture(scope="module")
def filters(store) -> Filters:
    return Filters("B1", *store.period("B1"), grouping=store.grouping("B1"))


@pytest.fixture(scope="module")
def four(store, filters):
    return slides(store, filters, DIVERT)


def test_the_story_goes_from_status_quo_to_trust(four):
    assert [s.name for s in four] == ["status_quo", "problems", "before_after", "trust"]
    assert all(s.headline and s.charts for s in four)


def test_every_footer_names_what_the_slide_rests_on(four, store):
    for slide in four:
        for part in (
            "B1",
            "2026",
            "all customers",
            "n 3,600 tickets",
            "intervals 95%",
            "22 working days",
            store.version,
        ):
            assert part in slide.footer.replace("\u00a0", " ")


def test_the_cards_show_the_diagnosis_against_its_targets(four, store, filters):
    waits = wait_times(store, filters)
    card = four[0].cards[0]
    share = waits.within_target_share["ordinary"]
    assert card.cells[0].group == "ordinary"
    assert card.cells[0].value == f"{share.value * 100:.0f}%"
    assert card.cells[0].tone == ("better" if share.value >= 0.8 else "worse")


def test_the_weeks_hold_the_shares_of_the_diagnosis(four, store, filters):
    weeks = wait_times(store, filters).weeks
    whole = weeks[weeks["is_whole"] & (weeks["group"] == "ordinary")]
    line = next(s for s in four[0].charts[0].series if s.name == "Ordinary")
    assert line.values == pytest.approx(whole["within_target_share"].tolist())


def test_every_chart_can_be_previewed_with_the_same_numbers(four):
    for slide in four:
        for chart in slide.charts:
            drawn = {t.name: t for t in figure(chart).data if t.name}
            for series in (s for s in chart.series if s.style != "edge"):
                shown = drawn[series.name].x if chart.form == "bar" else drawn[series.name].y
                assert list(shown) == list(series.values)


def test_a_period_without_tickets_is_one_sentence(store):
    with pytest.raises(RequestError):
        slides(store, Filters("B1", date(2020, 1, 1), date(2020, 2, 1)), DIVERT)


def test_the_best_ready_measure_helps_the_ordinary_customers_or_is_none(store, filters):
    measures = best_measures(store, filters)
    assert measures == () or slides(store, filters, measures)[2].headline != ""


def test_the_headlines_are_those_of_the_pages(four, store, filters):
    found = overview(store, filters)
    assert four[0].headline == overview_words.headline(found, filters.targets)
    assert four[1].headline == wait_words.headline(found.waits, filters.targets)


@pytest.mark.parametrize(
    ("value", "n", "expected"),
    [
        (0.709, 900, ("✕ 9\u00a0pts short", "worse")),
        (0.798, 900, ("✕ just short", "worse")),
        (0.80, 900, ("✓ met", "better")),
        (0.91, 900, ("✓ met", "better")),
        (0.50, 12, ("only 12 to go by", "none")),
    ],
)
def test_a_figure_against_its_target_in_words(value, n, expected):
    estimate = Estimate(value, value - 0.05, value + 0.05, n, "share")
    assert words.against_target(estimate, 0.8, True) == expected
