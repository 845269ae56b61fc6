"""Logs as they come: without start times, without outcomes, beginning at midnight, with steps that came in later."""

import numpy as np
import pandas as pd
import pytest

from analytics.simulation.process import metrics, times
from analytics.simulation.process.calibration import calibrate_case_history
from analytics.simulation.process.carry import until
from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.history import MINUTE_US, case_history_of, ended_unrecorded
from analytics.simulation.process.model import ENDED
from analytics.simulation.service import quantile_table
from tests.simulation.process.test_fit import ROSTERS, WINDOWS, log_of

NOTHING = WINDOWS.iloc[:0]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return log_of(1)


def calibrated(frame: pd.DataFrame, windows: pd.DataFrame = WINDOWS, rosters: pd.DataFrame = ROSTERS):
    history = case_history_of(frame, windows, "loan")
    return calibrate_case_history(history, rosters, pd.Timestamp(history.days[-1]))


def mean_cycle_h(calibration) -> tuple[float, float]:
    """Measured, and simulated over as many days."""
    history, model = calibration.history, calibration.model
    runs = simulate_cases([model], calibration.uncertainty, history.days, 20, 1)[0]
    segments = list(range(len(model.segments)))
    simulated = metrics.of_runs(runs, model, len(history.days), segments)["cycle_time_mean_h"].mean()
    return metrics.observed(history, model, segments)["cycle_time_mean_h"], float(simulated)


def test_of_completions_alone_nobody_is_waited_for_twice(log):
    calibration = calibrated(log.assign(started_at=pd.NaT))
    assert not calibration.model.roles
    assert {code for code, _ in calibration.notes} == {"completion_only"}
    measured, simulated = mean_cycle_h(calibration)
    assert simulated == pytest.approx(measured, rel=0.1)


def test_a_log_that_begins_at_midnight_is_like_any_other(log):
    at_night = log.copy()
    first = at_night["started_at"].min()
    shift = first.normalize() - first
    for column in ("started_at", "finished_at"):
        at_night[column] += shift
    history = case_history_of(at_night, NOTHING, "loan")
    instants = np.sort(history.start)[:50]
    minutes = history.at(instants)
    assert minutes[0] == 0  # the first start, at midnight: what lies before does not move the origin
    earlier = history.at(np.append(instants, instants[0] - MINUTE_US))
    assert np.array_equal(earlier[:-1], minutes) and earlier[-1] <= 0


def test_the_law_of_the_own_time_is_never_longer_than_that_of_the_waits(log):
    calibration = calibrated(log)
    history, model = calibration.history, calibration.model
    wait = history.at(history.start) - history.at(history.ready)
    found = 0
    for before, step in np.argwhere(model.delay_row[:-1] >= 0):
        rows = (history.step == step) & (history.before >= 0) & (history.step[history.before] == before)
        if rows.sum() < 200:
            continue
        # The last few weeks' waits do not count: a little more is allowed for.
        longest = quantile_table(wait[rows])
        assert (model.delay_min[model.delay_row[before, step]][:-20] <= 1.1 * longest[:-20] + 5).all()
        found += 1
    assert found >= 2


def test_what_goes_on_at_once_counts_as_no_own_time(log):
    """Half the proposals follow at once by whoever made the contact, who is never idle before: half the law is 0."""
    rows = []
    start = pd.Timestamp("2026-01-05 09:00")
    for i in range(200):
        day = start + pd.Timedelta(days=7 * (i // 5) + i % 5)
        begin = day + pd.Timedelta(minutes=5)
        end = begin + pd.Timedelta(minutes=20)
        next_ = end if i % 2 else end + pd.Timedelta(hours=3)
        for activity, a, b in (
            ("contact", begin, end),
            ("proposal", next_, next_ + pd.Timedelta(minutes=10)),
        ):
            rows.append((f"c{i:03}", activity, a, b))
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "started_at", "finished_at"])
    frame = frame.assign(process="loan", role="manager", resource="m", segment="ordinary", customer_group="ordinary",
                         value=np.nan, outcome="won")  # fmt: skip
    history = case_history_of(frame, WINDOWS, "loan")
    follows = history.before >= 0
    told = follows & (history.start > history.ready)  # who went on at once was not idle
    own = times.delays(history, told, np.zeros(2, bool))
    contact, proposal = (history.steps.index(("loan", a)) for a in ("contact", "proposal"))
    law = own.minutes[own.row[contact, proposal]]
    assert np.mean(law < 1) == pytest.approx(0.5, abs=0.02)
    assert law.max() == pytest.approx(180, rel=0.01)


def test_a_step_that_came_in_after_the_cut_does_no_harm(log):
    history = case_history_of(log, WINDOWS, "loan")
    cut = history.days[60]
    late = log["started_at"] >= pd.Timestamp(cut)
    frame = log.assign(activity=log["activity"].mask(late & (log["activity"] == "approval"), "new approval"))
    known = until(case_history_of(frame, WINDOWS, "loan"), cut)
    calibration = calibrate_case_history(known, ROSTERS, pd.Timestamp(cut))
    assert calibration.model.routing[..., known.steps.index(("loan", "new approval"))].max() == 0


def test_where_no_ends_are_recorded_silence_tells():
    """A step after which nine in ten cases go on within two days: silent for one they are open, for ten they have
    ended; after a step that nothing ever followed they have ended at once."""
    day = 1440 * MINUTE_US
    case, step, finish = [], [], []
    for i in range(100):
        case += [i, i]
        step += [0, 1]
        finish += [i * day, i * day + (i % 40 + 10) * day // 25]
    for i, last in ((100, 90 * day), (101, 101 * day)):  # silent for twelve days, and for one
        case.append(i)
        step.append(0)
        finish.append(last)
    arrays = (np.array(x, np.int64) for x in (step, finish, case))
    step_of, finish_of, case_of = arrays
    last_row = np.flatnonzero(np.append(case_of[1:] != case_of[:-1], True))
    finish_of[last_row[99]] = 102 * day
    found = ended_unrecorded(step_of, finish_of, case_of, last_row, np.ones(102, bool))
    assert (found[:100] == ENDED).all()
    assert found[100] == ENDED and found[101] == -1


def test_a_won_case_without_a_value_is_worth_what_others_are(log):
    won = log["outcome"] == "won"
    number = log["case_id"].rank(method="dense").astype(int)
    values = pd.Series(np.where(number % 2, 1000.0, 3000.0), log.index)
    whole = calibrated(log.assign(value=values.where(won)))
    # Every other of each kind gives none: the mean stays, and both sides with it.
    part = calibrated(log.assign(value=values.where(won & (number % 4 < 2))))
    seen = [metrics.observed(c.history, c.model, [0])["value_won_cny_per_month"] for c in (whole, part)]
    assert seen[1] == pytest.approx(seen[0], rel=0.05)
    assert "values_missing" not in dict(whole.notes)
    said = dict(part.notes)["values_missing"]
    assert said["n"] + said["n_valued"] == said["n_won"] > said["n_valued"] > 0
    runs = simulate_cases([part.model], part.uncertainty, part.history.days, 20, 1)[0]
    simulated = metrics.of_runs(runs, part.model, len(part.history.days), [0])[
        "value_won_cny_per_month"
    ].mean()
    assert simulated == pytest.approx(seen[1], rel=0.1)
