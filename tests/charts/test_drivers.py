"""Axes, units and colours of what moves satisfaction."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import drivers as charts
from analytics.charts.tokens import BAD, GOOD, NEUTRAL
from analytics.diagnosis.drivers import Drivers


@pytest.fixture
def result() -> Drivers:
    row = {"n": 100, "n_poor": 40, "n_good": 40, "odds": 2.0, "odds_low": 1.5, "odds_high": 2.5}
    frame = pd.DataFrame(
        [
            row | {"group": "all", "dimension": "empathy", "share": 0.7, "low": 0.6, "high": 0.8, "mean": 4.0,
                   "penalty": -1.0, "penalty_low": -1.2, "penalty_high": -0.8, "reward": 0.2, "reward_low": -0.1,
                   "reward_high": 0.5, "asymmetry": -0.8, "asymmetry_low": -1.0, "asymmetry_high": -0.6},
            row | {"group": "all", "dimension": "speed", "share": 0.3, "low": 0.2, "high": 0.4, "mean": 6.0,
                   "penalty": np.nan, "penalty_low": np.nan, "penalty_high": np.nan, "reward": 0.4, "reward_low": 0.2,
                   "reward_high": 0.6, "asymmetry": np.nan, "asymmetry_low": np.nan, "asymmetry_high": np.nan},
        ]
    )  # fmt: skip
    return Drivers(
        ("all",), frame, {"all": 0.5}, frozenset({"all"}), (), (), True, True, 100, 100, is_sample=False
    )


def test_shares_run_from_zero_in_per_cent(result):
    figure = charts.shares(result)
    assert tuple(figure.layout.xaxis.range) == (0, 0.8)
    assert figure.layout.xaxis.ticktext[-1] == "80%"
    assert [t.x[0] for t in figure.data if t.mode == "markers"] == [0.7, 0.3]


def test_the_map_has_its_lines_at_the_mean_and_the_even_share(result):
    figure = charts.priorities(result)
    lines = {(s.x0, s.x1, s.y0, s.y1) for s in figure.layout.shapes}
    assert lines == {(0, 1, 0.5, 0.5), (5.0, 5.0, 0, 1)}
    assert [(t.x[0], t.y[0]) for t in figure.data if t.mode == "markers"] == [(4.0, 0.7), (6.0, 0.3)]
    assert any("of 7" in text for text in figure.layout.xaxis.ticktext)


def test_ends_are_coloured_only_beyond_chance_and_marked_by_shape(result):
    marks = [t for t in charts.ends(result).data if t.mode == "markers"]
    assert [(t.x[0], t.marker.color, t.marker.symbol) for t in marks] == [
        (-1.0, BAD, "x"),
        (0.2, NEUTRAL, "circle"),
        (0.4, GOOD, "circle"),
    ]
