"""Logs that are odd: a model or one clear sentence, never a crash; and the model runs."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.simulation.process import metrics
from analytics.simulation.process.calibration import MOST_STEPS, ProcessCalibration
from analytics.simulation.process.engine import simulate_cases
from benchmarks.branch_process import Week
from tests.simulation.process.logs import NO_ROSTERS, Activity, calibrated, constant, drawn, log
from tests.simulation.process.processes import WORKDAYS
from tests.simulation.process.test_calibration import CLERKS, simple

PLANNED = pd.DataFrame(
    [["clerk", d, 9.0, 17.0] for d in range(1, 6)], columns=["role", "weekday", "from_h", "to_h"]
)


def runs_well(found: ProcessCalibration, least_ended: float = 0.8) -> None:
    """Simulated over the log's own days, about as many cases end as did."""
    model = found.model
    runs = simulate_cases([model], found.uncertainty, found.history.days, 4, 1)[0]
    ended = len(runs.cycle_h) / 4
    assert least_ended * (found.history.outcome >= 0).sum() <= ended <= 1.5 * found.history.n_cases
    assert np.all(runs.cycle_h >= 0) and np.all(np.isfinite(runs.cycle_h))
    told = metrics.of_runs(runs, model, len(found.history.days), list(range(len(model.segments))))
    assert np.all(np.isfinite(told["throughput_per_week"]))


def notes(found: ProcessCalibration) -> set[str]:
    return {code for code, _ in found.notes}


def test_one_activity() -> None:
    found = calibrated(log({"visit": Activity("clerk", CLERKS, drawn(30), {"won": 1.0})}))
    assert len(found.model.steps) == 1
    runs_well(found)


def test_no_roles() -> None:
    frame = log(simple())
    frame["role"] = None
    found = calibrated(frame)
    assert {w.role for w in found.model.workers} == {"people"}
    assert len(found.model.workers) == len(CLERKS)
    runs_well(found)


def test_no_resources() -> None:
    frame = log(simple())
    frame["resource"], frame["role"] = None, None
    found = calibrated(frame)
    assert found.model.workers == () and np.all(found.model.auto_share == 1)
    assert "nobody_named" in notes(found)
    runs_well(found)


def test_some_resources() -> None:
    frame = log(simple())
    frame.loc[frame.index % 5 == 0, ["resource", "role"]] = None
    runs_well(calibrated(frame))


def test_completions_only() -> None:
    frame = log(simple())
    frame["started_at"] = pd.NaT
    frame = frame.sort_values(["case_id", "finished_at"], kind="stable").reset_index(drop=True)
    found = calibrated(frame)
    assert "completion_only" in notes(found)
    runs_well(found, 0.7)


def test_some_completions_only() -> None:
    frame = log(simple())
    frame.loc[frame.index % 3 == 0, "started_at"] = pd.NaT
    runs_well(calibrated(frame), 0.7)


def test_no_outcomes() -> None:
    frame = log(simple())
    frame["outcome"] = None
    found = calibrated(frame)
    assert not found.model.has_outcomes and "no_outcomes" in notes(found)
    runs_well(found, 0.7)


def test_names_with_any_characters() -> None:
    names = {"contact": "приём 📞; 'drop table' \"\n%s {x}", "proposal": " 方案 \t\\ "}
    frame = log(simple())
    frame["activity"] = frame["activity"].map(names)
    frame["resource"] = frame["resource"] + " 李'\"{}%"
    frame["case_id"] = "'; -- \t" + frame["case_id"]
    found = calibrated(frame.sort_values(["case_id", "started_at"], kind="stable").reset_index(drop=True))
    assert {s.activity for s in found.model.steps} == set(names.values())
    runs_well(found)


def test_all_cases_open() -> None:
    """Nobody has gone on yet: either a forecast that runs, or the sentence that it is too little."""
    frame = log(simple())
    frame["outcome"] = None
    frame = frame[frame["activity"] == "contact"].reset_index(drop=True)
    try:
        found = calibrated(frame)
    except RequestError as error:
        assert "too few" in str(error)
    else:
        runs_well(found, 0.0)


def test_all_at_the_same_moment() -> None:
    frame = log(simple())
    frame["started_at"] = frame["finished_at"] = pd.Timestamp("2026-03-02 10:00").as_unit("us")
    with pytest.raises(RequestError, match="days"):
        calibrated(frame)


def test_all_of_a_day_at_the_same_moment() -> None:
    """Loaded by a nightly job: every step of a day is stamped with its midnight."""
    frame = log(simple())
    for column in ("started_at", "finished_at"):
        frame[column] = frame[column].dt.normalize()
    runs_well(calibrated(frame), 0.5)


def test_too_few_are_told_so() -> None:
    with pytest.raises(RequestError, match="too few"):
        calibrated(log(simple(), 15))


def test_day_and_night() -> None:
    found = calibrated(log(simple(), week=Week({tuple(range(7)): [(0.0, 24.0)]})))
    assert found.model.is_open.mean() > 0.9
    runs_well(found)


def test_work_outside_the_planned_hours() -> None:
    """Planned from nine to five, seen until ten at night."""
    found = calibrated(log(simple(), week=Week({WORKDAYS: [(9.0, 22.0)]})), PLANNED)
    assert found.model.is_open[0, 42]
    runs_well(found)


def test_a_roster_for_fewer_people_than_work() -> None:
    one = [["clerk", d, 540.0, 1020.0, 1, 50.0, pd.NaT, pd.NaT] for d in range(1, 6)]
    rosters = pd.DataFrame(one, columns=NO_ROSTERS.columns)
    found = calibrated(log(simple(minutes=drawn(120)), 1500), PLANNED, rosters)
    assert "hours_seen" in notes(found)
    assert len(found.model.workers) == len(CLERKS)
    runs_well(found, 0.7)


@pytest.mark.slow
def test_hundreds_of_activities_are_forecast_and_a_thousand_refused() -> None:
    frame, rng = log(simple(), 1500), np.random.default_rng(0)

    def with_names(n: int) -> pd.DataFrame:
        return frame.assign(
            activity=frame["activity"] + " " + pd.Series(rng.integers(0, n, len(frame)).astype(str))
        )

    found = calibrated(with_names(190))
    assert 350 < len(found.model.steps) <= MOST_STEPS
    runs_well(found, 0.3)
    with pytest.raises(RequestError, match="different steps are too many"):
        calibrated(with_names(600))


@pytest.mark.parametrize("share", [0.004, 0.02])
def test_a_role_that_is_nobodys_first(share: float) -> None:
    """Approvals by people who are clerks most of the time: somebody does them."""
    activities = simple(follows={"approval": share, "won": 1 - share}) | {
        "approval": Activity("approver", CLERKS, constant(10), {"won": 1.0})
    }
    found = calibrated(log(activities))
    i = found.model.step("approval")
    assert found.model.serves[:, i].any() or found.model.auto_share[i] == 1
    runs_well(found)


def test_a_step_that_nothing_was_seen_to_follow() -> None:
    frame = log(simple())
    strange = frame.iloc[[len(frame) - 1]].copy()
    strange["activity"] = "filed"
    strange[["started_at", "finished_at"]] = frame["finished_at"].max()
    both = pd.concat([frame, strange], ignore_index=True)
    both.loc[both["case_id"] == strange["case_id"].iloc[0], "outcome"] = None
    found = calibrated(both)
    assert found.model.step("filed") >= 0
    runs_well(found)


def test_one_case_that_goes_round_a_thousand_times() -> None:
    frame = log(simple(), 300)
    loop = pd.DataFrame([frame.iloc[0].to_dict()] * 1000).assign(case_id="loop")
    loop["started_at"] = frame["started_at"].min() + pd.to_timedelta(np.arange(1000), unit="min")
    loop["finished_at"] = loop["started_at"] + pd.Timedelta(minutes=1)
    both = (
        pd.concat([frame, loop]).sort_values(["case_id", "started_at"], kind="stable").reset_index(drop=True)
    )
    for column in ("started_at", "finished_at"):
        both[column] = both[column].astype("datetime64[us]")
    runs_well(calibrated(both), 0.3)
