"""The Satisfaction page: the sample, one group, and stores without answers."""

import re

import pandas as pd
import pytest

from analytics.store.loading import load

PAGE = "diagnose/satisfaction.py"


def test_the_sample(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all")
    assert not app.exception and not app.error
    assert re.fullmatch(r"7\d% of ordinary customers are satisfied, below the 85% target", app.title[0].value)
    assert len(app.metric) == 8
    assert len(app.get("plotly_chart")) == 4


def test_one_group(open_page, sample_store):
    app = open_page(PAGE, sample_store, branch="Sandaojie", customers="vip")
    assert not app.exception
    assert "VIP customers" in app.title[0].value
    assert len(app.metric) == 4


@pytest.mark.parametrize("store", ["empty_store", "visits_store"])
def test_without_answers_the_page_says_what_to_load(open_page, store, request):
    app = open_page(PAGE, request.getfixturevalue(store))
    assert not app.exception and not app.error
    assert app.title[0].value == "No answers of this branch have been loaded"
    assert not app.metric


def test_answers_without_dates_show_everything_but_months(open_page, tmp_path):
    survey = pd.DataFrame(
        {
            "response_id": range(40),
            "branch_id": "B1",
            "overall": [5, 3] * 20,
            "perceived_empathy": 4,
            "touchpoint": "lobby",
        }
    )
    survey.to_csv(tmp_path / "surveys.csv", index=False)
    load([tmp_path / "surveys.csv"], tmp_path / "store")
    app = open_page(PAGE, tmp_path / "store")
    assert not app.exception and not app.error
    assert app.title[0].value == "50% of customers are satisfied, below the 85% target"
    assert "carry no dates" in app.markdown[0].value
    assert app.metric[0].value == "50%"
    assert len(app.get("plotly_chart")) == 2, "items and touchpoints"


@pytest.mark.parametrize(
    ("part", "n_charts"),
    [("moves", 4), ("minute", 2), ("heard", 3), ("trend", 5), ("comments", 1), ("table", 1)],
)
def test_the_other_parts(open_page, sample_store, part, n_charts):
    app = open_page(PAGE, sample_store, branch="Sandaojie", period="all", about=part)
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == n_charts, "the waits and those of the part"
    assert any("NPS interval" in d.value or "nps_interval" in d.value for d in app.dataframe) == (
        part == "table"
    )
