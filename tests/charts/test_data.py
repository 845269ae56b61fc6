"""The map of completeness: what is missing is darker, what a page feels is orange."""

import pandas as pd
import pytest

from analytics.charts import data as charts
from analytics.charts.tokens import WAITING
from analytics.store.completeness import Quality
from analytics.words import data as words

MONTHS = list(pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"]))


def found(n_gaps=(0, 2, 7)) -> Quality:
    months = pd.DataFrame(
        {"table": "visits", "month": MONTHS, "n_rows": [100, 90, 80], "n_days": 20, "n_gap_days": n_gaps}
    )
    missing = pd.concat(
        [
            pd.DataFrame({"table": "visits", "month": MONTHS, "column": column, "missing_share": shares})
            for column, shares in {
                "counter": [0.0, 0.04, 0.6], "customer_id": [0.3, 0.3, 0.3], "teller_id": [0.0, 0.0, 0.0]
            }.items()
        ]
    )  # fmt: skip
    return Quality(
        months, missing, pd.DataFrame(columns=["page", "code", "table", "column", "missing_share"])
    )


def test_a_row_per_table_and_column_with_gaps_and_a_column_per_month():
    heat = charts.completeness(found()).data[0]
    assert [list(row) for row in heat.text] == [
        ["100", "90", "80"], ["0", "2", "7"], ["0%", "4.0%", "60%"], ["30%", "30%", "30%"]
    ]  # fmt: skip
    assert heat.customdata[2][2].replace("\u00a0", " ") == "Counter, missing, Mar 2026: 60%"


def test_what_a_page_feels_is_orange_and_darker_the_more_is_missing():
    heat = charts.completeness(found()).data[0]
    color = [[charts.STEPS[int(step)] for step in row] for row in heat.z]
    assert set(color[0]) == {charts.STEPS[0]} and color[1][0] == color[2][0] == charts.STEPS[0]
    assert [c.startswith(WAITING) for c in (*color[1][1:], *color[2][1:])] == [True] * 4
    assert heat.z[1][1] < heat.z[1][2] and heat.z[2][1] < heat.z[2][2]
    assert not any(c.startswith(WAITING) for c in color[3])


def test_only_the_last_months_have_room():
    many = found()
    months = pd.DataFrame(
        {"table": "visits", "month": pd.date_range("2020-01-01", periods=40, freq="MS"), "n_rows": 1, "n_days": 1,
         "n_gap_days": 0}
    )  # fmt: skip
    figure = charts.completeness(Quality(months, many.missing, many.losses))
    assert len(figure.data[0].x) == charts.MOST_MONTHS
    assert figure.layout.xaxis.ticktext[0].replace("\u00a0", " ") == "Nov 2021"


def test_the_download_has_every_figure_in_one_grain():
    frame = words.quality_table(found())
    assert len(frame) == 9 + 9
    gaps = frame[frame["measure"] == "n_gap_days"]
    assert gaps["value"].tolist() == [0, 2, 7] and gaps["column"].isna().all()
    shares = frame[frame["column"] == "counter"]["value"]
    assert shares.tolist() == pytest.approx([0, 0.04, 0.6])
