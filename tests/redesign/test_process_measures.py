"""Each measure of a process changes what it says; probabilities stay probabilities; bad requests get one sentence."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.errors import RequestError
from analytics.redesign.measures import parse
from analytics.redesign.process_measures import APPLY, apply_all
from analytics.simulation.model import N_QUANTILES, N_SLOTS, Drift, Segment
from analytics.simulation.process.model import N_LEVELS, ProcessModel, Step, Windows, Worker
from benchmarks.hand_made import ALWAYS, process_model

COLLECT, CHECK, APPROVE, SIGN = range(4)
WON, LOST = 4, 5
OPEN = np.zeros((7, N_SLOTS), bool)
OPEN[:5, 18:34] = True


@pytest.fixture
def model() -> ProcessModel:
    """collect → check (half go back) → approve (a tenth lost) → sign; two clerks own their cases, one approver."""
    routing = np.zeros((N_LEVELS, 2, 4, 7))
    routing[:, :, COLLECT, CHECK] = 1.0
    routing[:, :, CHECK, COLLECT], routing[:, :, CHECK, APPROVE] = 0.5, 0.5
    routing[:, :, APPROVE, SIGN], routing[:, :, APPROVE, LOST] = 0.9, 0.1
    routing[:, :, SIGN, WON] = 1.0
    start = np.zeros((2, 1, 7))
    start[:, :, COLLECT] = 1.0
    steps = ("collect", "clerk"), ("check", "clerk"), ("approve", "approver"), ("sign", "clerk")
    on_duty = np.repeat(OPEN[:, :, None], 3, axis=2)
    delay_row = np.full((5, 4), -1)
    delay_row[CHECK, COLLECT] = 0
    return ProcessModel(
        process="loans", processes=("loans",), segments=(Segment("ordinary", "ordinary"), Segment("VIP", "vip")),
        rates=np.ones((7, N_SLOTS, 2, 1)), day_cv=0.0, week_cv=0.0, month_day=np.ones(32), drift=Drift(),
        steps=tuple(Step("loans", a, r) for a, r in steps), sides=(), start=start, routing=routing,
        side_routing=np.zeros((2, 0, 7)), duration_min=np.outer([40.0, 20.0, 30.0, 10.0], np.ones(N_QUANTILES)),
        delay_row=delay_row, delay_min=np.full((1, N_QUANTILES), 240.0),
        windows=(None, None, Windows(((2268.0, 2268.0),)), None), same_day=np.zeros(4, bool),
        auto_share=np.zeros(4), auto_min=np.zeros(4), age_slope=np.zeros(4), age_mean_days=np.zeros(4),
        workers=(Worker("clerk 1", "clerk", (("A", 1.0),)), Worker("clerk 2", "clerk", (("B", 1.0),)),
                 Worker("approver 1", "approver", (("C", 1.0),))),
        serves=np.array([[1, 1, 0, 1], [1, 1, 0, 1], [0, 0, 1, 0]], bool),
        resource_factor={"A": 1.0, "B": 2.0, "C": 1.0}, on_duty=on_duty, attendance=np.ones(3),
        owned={"clerk": np.array([0.5, 0.5, 0.0])}, is_open=OPEN, closes_on_holidays=False, has_outcomes=True,
    )  # fmt: skip


def one(model: ProcessModel, **measure) -> ProcessModel:
    return apply_all(model, parse([measure]))


ALL = [
    {"measure": "add_staff", "role": "approver", "headcount": 1},
    {"measure": "add_staff", "role": "clerk", "headcount": -1, "from": "12:00", "to": "14:00"},
    {
        "measure": "move_staff",
        "role": "clerk",
        "headcount": 1,
        "from": ["09:00", "10:00"],
        "to": ["15:00", "16:00"],
    },
    {"measure": "shorten", "activity": "check", "factor": 0.5},
    {"measure": "shorten", "resource": "B", "factor": 0.5},
    {"measure": "remove_activity", "activity": "check"},
    {"measure": "merge_activities", "activities": ["collect", "check"], "factor": 0.8},
    {"measure": "parallelise", "activities": ["collect", "check"]},
    {"measure": "automate", "activity": "check", "minutes": 1, "share": 0.5},
    {"measure": "reduce_rework", "from": "check", "to": "collect", "factor": 0.25},
    {"measure": "empower", "activity": "approve", "share": 0.6},
    {"measure": "end_batching", "activity": "approve"},
    {"measure": "reassign", "activity": "check", "role": "approver"},
    {"measure": "demand", "factor": 1.2, "segment": "VIP"},
]


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m["measure"])
def test_probabilities_add_up_after_every_measure(model: ProcessModel, measure) -> None:
    after = apply_all(model, parse([measure]))
    reached = after.routing.sum(axis=-1)
    assert np.allclose(reached, 1.0)
    assert np.allclose(after.start.sum(axis=-1), 1.0)
    assert after.routing.min() >= 0
    assert np.allclose(after.side_routing.sum(axis=-1), 1.0)
    assert len(after.workers) == after.serves.shape[0] == after.on_duty.shape[2] == len(after.attendance)
    for shares in after.owned.values():
        assert shares.sum() == pytest.approx(1.0)
        assert len(shares) == len(after.workers)


def test_every_measure_of_a_process_is_tried_here() -> None:
    assert {m["measure"] for m in ALL} == set(APPLY)


def test_a_step_left_out_hands_on_its_outcomes(model: ProcessModel) -> None:
    after = one(model, measure="remove_activity", activity="approve")
    assert after.routing[0, 0, CHECK, SIGN] == pytest.approx(0.45)
    assert after.routing[0, 0, CHECK, LOST] == pytest.approx(0.05)
    assert after.routing[0, 0, CHECK, APPROVE] == 0


def test_without_the_check_nothing_bounces(model: ProcessModel) -> None:
    after = one(model, measure="remove_activity", activity="check")
    assert after.routing[0, 0, COLLECT, COLLECT] == 0
    assert after.routing[0, 0, COLLECT, APPROVE] == pytest.approx(1.0)


def test_empowered_cases_skip_the_approval_in_their_share(model: ProcessModel) -> None:
    after = one(model, measure="empower", activity="approve", share=0.6)
    assert after.routing[0, 0, CHECK, APPROVE] == pytest.approx(0.5 * 0.4)
    assert after.routing[0, 0, CHECK, SIGN] == pytest.approx(0.5 * 0.6 * 0.9)


def test_less_rework_goes_on_as_the_others_do(model: ProcessModel) -> None:
    after = one(model, measure="reduce_rework", **{"from": "check", "to": "collect"}, factor=0.25)
    assert after.routing[1, 1, CHECK, COLLECT] == pytest.approx(0.125)
    assert after.routing[1, 1, CHECK, APPROVE] == pytest.approx(0.875)


def with_a_detour(p: float) -> ProcessModel:
    """check → sign, or with p → repair → check again; a quarter of the signed sign again."""
    minutes = np.full(9, 10.0)
    return process_model(
        {"clerk": [ALWAYS]}, dict.fromkeys(("check", "repair", "sign"), ("clerk", minutes)),
        {"start": {"check": 1.0}, "check": {"repair": p, "sign": 1 - p}, "repair": {"check": 1.0},
         "sign": {"won": 0.75, "sign": 0.25}}, np.ones((7, N_SLOTS)),
    )  # fmt: skip


def test_the_same_step_again_and_a_detour_are_ways_back() -> None:
    for before, after, then in (("sign", "sign", 0.125), ("check", "repair", 0.15)):
        model = one(with_a_detour(0.3), measure="reduce_rework", **{"from": before, "to": after}, factor=0.5)
        assert model.routing[0, 0, model.step(before), model.step(after)] == pytest.approx(then)
    # A step that most cases do is no detour, though they come back from it.
    with pytest.raises(RequestError, match="go on, not back"):
        one(with_a_detour(0.6), measure="reduce_rework", **{"from": "check", "to": "repair"}, factor=0.5)


def test_where_nothing_else_could_follow_no_way_back_is_reduced() -> None:
    with pytest.raises(RequestError, match="nothing but «check»"):
        one(with_a_detour(0.3), measure="reduce_rework", **{"from": "repair", "to": "check"}, factor=0.5)


def test_merged_steps_take_the_sum_of_their_times_and_leave_the_loop_out(model: ProcessModel) -> None:
    after = one(model, measure="merge_activities", activities=["collect", "check"], factor=0.5)
    assert after.duration_min[COLLECT].mean() == pytest.approx(30.0)
    assert after.routing[0, 0, COLLECT, APPROVE] == pytest.approx(1.0)


def test_steps_side_by_side_are_begun_together_and_leave_as_the_chain_did(model: ProcessModel) -> None:
    after = one(model, measure="parallelise", activities=["approve", "sign"])
    assert after.sides[0].members == (APPROVE, SIGN)
    assert after.routing[0, 0, CHECK, 7] == pytest.approx(0.5)
    assert after.routing[0, 0, CHECK, APPROVE] == 0
    assert after.side_routing[0, 0, WON] == pytest.approx(0.9)
    assert after.side_routing[0, 0, LOST] == pytest.approx(0.1)


def test_what_is_sent_back_from_side_by_side_goes_on_one_after_the_other(model: ProcessModel) -> None:
    after = one(model, measure="parallelise", activities=["collect", "check"])
    assert after.start[0, 0, 7] == pytest.approx(1.0)
    assert after.side_routing[0, 0, COLLECT] == pytest.approx(0.5)
    assert after.side_routing[0, 0, APPROVE] == pytest.approx(0.5)
    assert after.routing[1, 0, COLLECT, CHECK] == pytest.approx(1.0)
    assert after.routing[1, 0, CHECK, COLLECT] == pytest.approx(0.5)


def test_new_people_share_the_cases_of_a_pool_that_keeps_them(model: ProcessModel) -> None:
    after = one(model, measure="add_staff", role="clerk", headcount=2)
    assert after.owned["clerk"].tolist() == pytest.approx([0.25, 0.25, 0.0, 0.25, 0.25])
    assert after.serves[3].tolist() == [True, True, False, True]


def test_whoever_goes_hands_over_the_cases(model: ProcessModel) -> None:
    after = one(model, measure="add_staff", role="clerk", headcount=-1)
    assert after.owned["clerk"].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert not after.on_duty[:, :, 1].any()


def test_hours_moved_stay_as_many(model: ProcessModel) -> None:
    after = one(
        model,
        measure="move_staff",
        role="clerk",
        headcount=1,
        **{"from": ["09:00", "10:00"], "to": ["15:00", "16:00"]},
    )
    assert after.on_duty.sum() == model.on_duty.sum()
    assert after.on_duty[0, 18].sum() == 2
    assert after.on_duty[0, 30].sum() == 4


def test_ids_may_be_those_of_the_files(model: ProcessModel) -> None:
    from analytics.redesign.parameters import Context

    hashed = replace(model, resource_factor={"p-B": 2.0})
    after = apply_all(
        hashed, parse([{"measure": "shorten", "resource": "B", "factor": 0.5}]), Context(lambda x: f"p-{x}")
    )
    assert after.resource_factor == {"p-B": 1.0}


@pytest.mark.parametrize(
    ("measure", "field", "word"),
    [
        ({"measure": "end_batching", "activity": "check"}, "activity", "approve"),
        ({"measure": "end_batching", "activity": "dance"}, "activity", "dance"),
        ({"measure": "add_staff", "role": "dancer", "headcount": 1}, "role", "clerk"),
        ({"measure": "add_staff", "role": "approver", "headcount": -2}, "headcount", "more than"),
        ({"measure": "add_staff", "role": "clerk", "headcount": 1, "from": "20:00", "to": "22:00"}, "from", "rests"),
        ({"measure": "shorten", "factor": 0.5}, "activity", "activity or a resource"),
        ({"measure": "shorten", "service": "cash", "factor": 0.5}, "service", "hall"),
        ({"measure": "shorten", "activity": "check", "factor": 0}, "factor", "0.05"),
        ({"measure": "merge_activities", "activities": ["sign", "collect"], "factor": 1}, "activities", "follow"),
        ({"measure": "merge_activities", "activities": ["sign"], "factor": 1}, "activities", "two or more"),
        ({"measure": "parallelise", "activities": "collect"}, "activities", "two or more"),
        ({"measure": "reduce_rework", "from": "sign", "to": "collect", "factor": 0.5}, "to", "collect"),
        ({"measure": "reduce_rework", "from": "collect", "to": "check", "factor": 0.5}, "to", "go on, not back"),
        ({"measure": "reduce_rework", "from": "check", "to": "approve", "factor": 0.5}, "to", "go on, not back"),
        ({"measure": "reassign", "activity": "check", "role": "clerk"}, "role", "already"),
        ({"measure": "empower", "activity": "approve", "share": 2}, "share", "from 0 to 1"),
        ({"measure": "demand", "factor": 1.1, "service": "cash"}, "service", "hall"),
        ({"measure": "demand", "factor": 1.1, "segment": "gold"}, "segment", "VIP"),
    ],
)  # fmt: skip
def test_bad_requests_name_the_field(model: ProcessModel, measure, field: str, word: str) -> None:
    with pytest.raises(RequestError) as caught:
        apply_all(model, parse([measure]))
    assert caught.value.field == field
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_text_is_told_from_a_number(model: ProcessModel) -> None:
    with pytest.raises(RequestError, match='not "2"'):
        apply_all(model, parse([{"measure": "add_staff", "role": "clerk", "headcount": "2"}]))
    with pytest.raises(RequestError, match="from 1"):
        apply_all(
            model, parse([{"measure": "add_staff", "role": "clerk", "headcount": 1, "weekdays": [True]}])
        )


def test_piles_end_once(model: ProcessModel) -> None:
    end = {"measure": "end_batching", "activity": "approve"}
    assert apply_all(model, parse([end, end])).windows == apply_all(model, parse([end])).windows


def test_a_step_cannot_be_removed_and_changed() -> None:
    with pytest.raises(RequestError, match="contradict"):
        parse(
            [
                {"measure": "remove_activity", "activity": "a"},
                {"measure": "shorten", "activity": "a", "factor": 0.5},
            ]
        )


@pytest.mark.parametrize(
    ("measures", "word"),
    [
        (
            [
                {"measure": "merge_activities", "activities": ["collect", "check"], "factor": 1},
                {"measure": "merge_activities", "activities": ["check", "approve"], "factor": 1},
            ],
            "check",
        ),
        (
            [
                {"measure": "merge_activities", "activities": ["collect", "check"], "factor": 1},
                {"measure": "shorten", "activity": "check", "factor": 0.5},
            ],
            "check",
        ),
        (
            [
                {"measure": "remove_activity", "activity": "check"},
                {"measure": "reduce_rework", "from": "check", "to": "collect", "factor": 0.5},
            ],
            "check",
        ),
        (
            [
                {"measure": "parallelise", "activities": ["collect", "check"]},
                {"measure": "merge_activities", "activities": ["check", "approve"], "factor": 1},
            ],
            "side by side",
        ),
        (
            [
                {"measure": "parallelise", "activities": ["check", "approve"]},
                {"measure": "merge_activities", "activities": ["collect", "check"], "factor": 1},
            ],
            "side by side",
        ),
        ([{"measure": "remove_activity", "activity": a} for a in ("collect", "check", "approve", "sign")], "only"),
        ([{"measure": "add_staff", "role": "clerk", "headcount": 1, "from": "22:00"}], "22:00 and 17:00"),
    ],
)  # fmt: skip
def test_measures_that_cannot_follow_one_another_are_refused(
    model: ProcessModel, measures, word: str
) -> None:
    with pytest.raises(RequestError, match=word):
        apply_all(model, parse(measures))


def test_a_step_may_be_changed_before_it_is_merged(model: ProcessModel) -> None:
    shorter = {"measure": "shorten", "activity": "check", "factor": 0.5}
    merge = {"measure": "merge_activities", "activities": ["collect", "check"], "factor": 1}
    after = apply_all(model, parse([shorter, merge]))
    assert after.duration_min[COLLECT].mean() == pytest.approx(50.0)


def test_steps_merged_after_a_side_are_done_once(model: ProcessModel) -> None:
    side = {"measure": "parallelise", "activities": ["collect", "check"]}
    approve = {"measure": "merge_activities", "activities": ["approve", "sign"], "factor": 1}
    jumps = model.routing.copy()  # half of what follows the check needs no approval
    jumps[:, :, CHECK, APPROVE], jumps[:, :, CHECK, SIGN] = 0.25, 0.25
    after = apply_all(replace(model, routing=jumps), parse([side, approve]))
    assert after.side_routing[0, 0, SIGN] == 0
    assert after.side_routing[0, 0, APPROVE] == pytest.approx(0.5)


def test_a_side_of_which_nothing_is_left_is_passed_by(model: ProcessModel) -> None:
    aside = one(model, measure="parallelise", activities=["approve", "sign"])
    removed = [{"measure": "remove_activity", "activity": a} for a in ("approve", "sign")]
    after = apply_all(aside, parse(removed))
    assert after.routing[0, 0, CHECK, 7] == 0
    assert after.routing[0, 0, CHECK, WON] == pytest.approx(0.45)
    assert after.routing[0, 0, CHECK, LOST] == pytest.approx(0.05)


def test_a_step_of_unknown_length_is_not_shortened(model: ProcessModel) -> None:
    unknown = model.duration_min.copy()
    unknown[CHECK] = 1 / 60
    with pytest.raises(RequestError, match="how long"):
        apply_all(
            replace(model, duration_min=unknown),
            parse([{"measure": "shorten", "activity": "check", "factor": 0.5}]),
        )


def test_people_for_some_hours_get_cases_by_their_hours(model: ProcessModel) -> None:
    after = one(model, measure="add_staff", role="clerk", headcount=1, weekdays=[1])
    assert after.owned["clerk"].tolist() == pytest.approx([0.5 / 1.1, 0.5 / 1.1, 0.0, 0.1 / 1.1])


def test_fewer_people_work_at_the_pools_pace(model: ProcessModel) -> None:
    three = replace(
        model,
        workers=(*model.workers, Worker("clerk 3", "clerk", (("D", 1.0),))),
        serves=np.vstack([model.serves, model.serves[:1]]),
        on_duty=np.repeat(OPEN[:, :, None], 4, axis=2),
        attendance=np.ones(4),
        resource_factor={"A": 0.5, "B": 1.0, "C": 1.0, "D": 1.5},
        owned={"clerk": np.array([0.4, 0.3, 0.0, 0.3])},
    )
    one_less = one(three, measure="add_staff", role="clerk", headcount=-1)
    assert one_less.on_duty.any(axis=(0, 1)).tolist() == [True, False, True, True]


def test_fewer_people_at_an_hour_are_fewer_of_those_on_duty_then(model: ProcessModel) -> None:
    on_duty = model.on_duty.copy()
    on_duty[:, :24, 1] = False  # the second clerk comes at noon
    less = {"measure": "add_staff", "role": "clerk", "headcount": -1, "from": "09:00", "to": "10:00"}
    after = apply_all(replace(model, on_duty=on_duty), parse([less]))
    assert not after.on_duty[0, 18:20, :2].any()
    assert (after.on_duty[0, 20:] == on_duty[0, 20:]).all()


def test_no_case_through_fails_the_guardrail() -> None:
    from analytics.redesign.guardrail import of_process
    from analytics.redesign.result import MetricForecast
    from analytics.simulation.result import Spread

    usual, none = Spread(240.0, 230.0, 250.0), Spread(np.nan, np.nan, np.nan)
    for before, passes in (
        (usual, False),
        (none, True),
    ):  # none without the measures either: nothing got worse
        table = {
            name: MetricForecast(name, "h", 240.0, before, none, none)
            for name in ("cycle_time_mean_h", "cycle_time_p90_h")
        }
        verdict = of_process(table, has_measures=True, is_split=True)
        assert (verdict.passes, verdict.reason) == (passes, "none_through")
