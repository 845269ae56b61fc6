"""Measures of a process whose routing hangs on how long a case has been at a step."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.redesign.measures import parse
from analytics.redesign.process_measures import apply_all
from analytics.simulation.process.model import AS_EVER, Dwell, ProcessModel
from tests.redesign.test_process_measures import ALL, APPROVE, CHECK, COLLECT, LOST, SIGN, model, one

__all__ = ["model"]


@pytest.fixture
def clocked(model: ProcessModel) -> ProcessModel:
    """Documents are asked for again while the customer has had less than 600 minutes, mostly; then checked."""
    routing = np.concatenate([model.routing, model.routing[:1]])
    for level, again in enumerate((0.9, 0.5, 0.0)):
        routing[level, :, COLLECT, COLLECT], routing[level, :, COLLECT, CHECK] = again, 1.0 - again
    until = np.full((4, 2), np.inf)
    until[COLLECT] = 300.0, 600.0
    share = np.zeros((3, 4))
    share[:, COLLECT] = 0.5, 0.25, 0.25
    delay_row = np.full((3, 5, 4), AS_EVER)
    delay_row[1, COLLECT, COLLECT] = 0
    return replace(model, routing=routing, dwell=Dwell(until, share, delay_row))


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m["measure"])
def test_probabilities_add_up_at_every_level(clocked: ProcessModel, measure) -> None:
    after = apply_all(clocked, parse([measure]))
    assert np.allclose(after.routing.sum(axis=-1), 1.0)
    assert after.routing.min() >= 0
    assert after.dwell is not None and after.dwell.delay_row.shape == (3, 5, 4)


def test_less_asking_again_is_less_at_every_level(clocked: ProcessModel) -> None:
    after = one(clocked, measure="reduce_rework", **{"from": "collect", "to": "collect"}, factor=0.5)
    assert after.routing[:, 0, COLLECT, COLLECT] == pytest.approx([0.45, 0.25, 0.0])
    assert after.routing[:, 0, COLLECT, CHECK] == pytest.approx([0.55, 0.75, 1.0])
    assert after.dwell is clocked.dwell


def test_a_step_with_a_clock_is_left_out_by_where_cases_go_from_it_in_all(clocked: ProcessModel) -> None:
    routing = clocked.routing.copy()
    routing[0, :, COLLECT] = 0.0
    routing[0, :, COLLECT, COLLECT], routing[0, :, COLLECT, APPROVE] = 0.9, 0.1
    after = one(replace(clocked, routing=routing), measure="remove_activity", activity="collect")
    # 0.5 × 0.1 leave for the approval, 0.25 × 0.5 + 0.25 × 1 for the check.
    to_check = 0.375 / 0.425
    assert after.start[0, 0, CHECK] == pytest.approx(to_check)
    assert after.start[0, 0, APPROVE] == pytest.approx(1 - to_check)


def test_a_step_left_out_after_one_with_a_clock_hands_on_at_every_level(clocked: ProcessModel) -> None:
    after = one(clocked, measure="remove_activity", activity="check")
    assert after.routing[:, 0, COLLECT, COLLECT] == pytest.approx([0.9, 0.5, 0.0])
    assert after.routing[:, 0, COLLECT, APPROVE] == pytest.approx([0.1, 0.5, 1.0])
    assert after.dwell is not None and after.dwell.has(COLLECT)


@pytest.mark.parametrize("measure", ["merge_activities", "parallelise"])
def test_steps_joined_have_no_clock_any_more(clocked: ProcessModel, measure: str) -> None:
    factor = {"factor": 1.0} if measure == "merge_activities" else {}
    after = one(clocked, measure=measure, activities=["collect", "check"], **factor)
    assert after.dwell is not None and not after.dwell.has(COLLECT)
    assert (after.dwell.delay_row == AS_EVER).all()
    ends = after.routing if measure == "merge_activities" else after.side_routing[None]
    row = ends[:, 0, COLLECT if measure == "merge_activities" else 0]
    assert np.ptp(row, axis=0) == pytest.approx(np.zeros(row.shape[1]))
    assert row.sum(axis=-1) == pytest.approx(1.0)
    assert row[0, APPROVE] == pytest.approx(1.0 if measure == "merge_activities" else 0.425 * 0.5)


def test_other_measures_leave_the_clock_as_it_is(clocked: ProcessModel) -> None:
    for measure in (
        {"measure": "shorten", "activity": "collect", "factor": 0.5},
        {"measure": "automate", "activity": "check", "minutes": 1, "share": 0.5},
        {"measure": "empower", "activity": "approve", "share": 0.6},
        {"measure": "end_batching", "activity": "approve"},
    ):
        after = one(clocked, **measure)
        assert after.dwell is clocked.dwell
        assert np.array_equal(after.routing[:, :, COLLECT], clocked.routing[:, :, COLLECT])
    assert clocked.routing[0, 0, APPROVE, SIGN] + clocked.routing[0, 0, APPROVE, LOST] == pytest.approx(1.0)
