"""A log of completions alone: what cannot be forecast is refused in a sentence, and nothing of work or waiting is made up."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.redesign import process_detail
from analytics.redesign.parameters import Context
from analytics.redesign.process_measures import apply_all
from analytics.simulation.calendar import coming_days
from analytics.simulation.process.calibration import ProcessCalibration
from analytics.simulation.process.engine import simulate_cases
from tests.simulation.process.test_fit import log_of
from tests.simulation.process.test_odd_logs import calibrated


@pytest.fixture(scope="module")
def found() -> ProcessCalibration:
    return calibrated(log_of(1).assign(started_at=pd.NaT))


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        ({"measure": "add_staff", "role": "ROLE", "headcount": 1}, "how long cases wait for these people"),
        ({"measure": "move_staff", "role": "ROLE", "headcount": 1, "from": ["09:00", "10:00"], "to": ["14:00", "15:00"]},
         "how long cases wait for these people"),
        ({"measure": "reassign", "activity": "STEP", "role": "ROLE"}, "is not known"),
        ({"measure": "shorten", "activity": "STEP", "factor": 0.5}, "nothing can be shortened"),
        ({"measure": "shorten", "resource": "PERSON", "factor": 0.5}, "how long this person takes"),
        ({"measure": "automate", "activity": "STEP", "minutes": 1, "share": 1}, "what a machine would save"),
        ({"measure": "end_batching", "activity": "STEP"}, "shows no batches"),
    ],
)  # fmt: skip
def test_measures_that_would_change_nothing_are_refused(found, measure, says):
    model = found.model
    worker = next(w for w in model.workers if w.resources)
    names = {"ROLE": worker.role, "STEP": model.steps[0].activity, "PERSON": worker.resources[0][0]}
    asked = {k: names.get(v, v) if isinstance(v, str) else v for k, v in measure.items()}
    with pytest.raises(RequestError, match=says):
        apply_all(model, [asked], Context())


def test_measures_of_where_cases_go_are_forecast_all_the_same(found):
    model = found.model
    fewer = apply_all(model, [{"measure": "remove_activity", "activity": model.steps[0].activity}], Context())
    assert fewer is not model


def test_the_work_of_steps_is_not_known(found):
    assert found.is_completion_only
    days = coming_days(found.model, found.history.days[-1] + timedelta(days=1), 10)
    run = simulate_cases([found.model], found.uncertainty, days, 3, 1)[0]
    steps = process_detail.of(found, found.model, (run, run), (), 0).steps
    assert np.isnan(steps[["work_before_min", "work_after_min"]].to_numpy(float)).all()
    assert (steps["wait_before_h"] >= 0).any()
    assert not calibrated(log_of(1)).is_completion_only
