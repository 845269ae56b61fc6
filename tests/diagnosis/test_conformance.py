"""Sequences against a design by hand, and what a planted deviation costs."""

import numpy as np
import pandas as pd
import pytest

from analytics.diagnosis.conformance import (
    DesignedStep,
    conformance,
    design_of,
    deviations_of,
    text_of,
    usual_design,
)
from analytics.errors import RequestError
from tests.diagnosis.logs import PROCESS, asked, events, store_of

DESIGN = design_of("open\n collect *\ncheck*\n\napprove\nphone ?\nsign")


def test_a_design_is_read_and_written():
    assert DESIGN[1] == DesignedStep("collect", is_repeatable=True)
    assert DESIGN[4] == DesignedStep("phone", is_optional=True)
    assert design_of(text_of(DESIGN)) == DESIGN
    with pytest.raises(RequestError, match="open twice"):
        design_of("open\nopen ?")
    with pytest.raises(RequestError, match="no step"):
        design_of("  \n")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("open collect check approve sign", []),
        ("open collect check approve phone sign", []),
        ("open collect check collect check approve sign", []),
        ("open collect check sign", [("missing", "approve")]),
        ("open collect approve check sign", [("out_of_order", "approve")]),
        ("open open collect check approve sign sign", [("repeated", "open"), ("repeated", "sign")]),
        ("open wait collect check approve sign", [("not_foreseen", "wait")]),
        ("sign open collect check approve", [("out_of_order", "sign")]),
    ],
)
def test_deviations_of_complete_cases(path, found):
    assert sorted(deviations_of(tuple(path.split()), DESIGN, is_complete=True)) == sorted(found)


def test_a_case_that_ended_early_misses_only_what_it_passed():
    assert deviations_of(("open", "collect"), DESIGN, is_complete=False) == []
    assert deviations_of(("open", "check"), DESIGN, is_complete=False) == [("missing", "collect")]
    assert deviations_of((), DESIGN, is_complete=False) == []


def test_what_a_deviation_costs(tmp_path):
    # Every case takes 2 h; every third is opened twice, which takes 3 h more.
    rng, rows = np.random.default_rng(3), []
    for i in range(120):
        at = pd.Timestamp("2026-03-02 00:00") + pd.Timedelta(hours=i)
        extra = 3 if i % 3 == 0 else 0
        rows.append((f"K{i}", "open", at, at + pd.Timedelta(hours=1)))
        if extra:
            rows.append((f"K{i}", "open", at + pd.Timedelta(hours=3), at + pd.Timedelta(hours=4)))
        end = at + pd.Timedelta(hours=2 + extra, minutes=int(rng.integers(-10, 11)))
        rows.append((f"K{i}", "sign", end - pd.Timedelta(minutes=20), end))
    store = store_of(tmp_path, events=events(rows))
    assert text_of(usual_design(store, asked(store), PROCESS)) == "open\nsign"
    found = conformance(store, asked(store), PROCESS, design_of("open\nsign"), "clock")
    assert found.conforming.value == pytest.approx(2 / 3)
    row = found.deviations.set_index(["kind", "activity"]).loc[("repeated", "open")]
    assert (row["n"], row["n_cases"], row["share"]) == (40, 40, pytest.approx(1 / 3))
    assert row["cost_low"] < 3 < row["cost_high"] and row["cost_high"] - row["cost_low"] < 0.2
    assert len(found.cases) == 40
    assert conformance(store, asked(store), "none such", design_of("open")) is None
