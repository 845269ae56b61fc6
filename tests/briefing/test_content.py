"""Four slides from a branch's own files, in order, each resting on the results it shows."""

from datetime import date

import pytest

from analytics.briefing.content import best_measures, slides
from analytics.briefing.preview import figure
from analytics.diagnosis.wait_times import wait_times
from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.store import Store
from analytics.store.loading import load
from analytics.words import briefing as words
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


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ((0.40, 0.38, 0.42), "Most ordinary customers wait longer than the 10-minute target"),
        ((0.71, 0.68, 0.74), "29% of ordinary customers are not called within 10 minutes"),
        ((0.79, 0.76, 0.82), "79% of ordinary customers are called in time, close to target"),
        ((0.88, 0.86, 0.90), "88% of ordinary customers are called within 10 minutes"),
    ],
)
def test_status_headline(store, filters, within, expected):
    from dataclasses import replace

    from analytics.methods.estimate import Estimate

    waits = wait_times(store, filters)
    changed = replace(
        waits, within_target_share={"ordinary": Estimate(*within, n=900, unit="share")}, groups=("ordinary",)
    )
    assert words.status_headline(changed, filters.targets) == expected
