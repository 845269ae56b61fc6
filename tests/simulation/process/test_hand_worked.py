"""Cases whose times can be worked out by hand: breaks, nights, batches, own people, machines, loss by age."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.model import ProcessUncertainty, Windows, Worker
from analytics.simulation.process.runs import OpenCases
from benchmarks.branch_process import Hours, Week
from benchmarks.hand_made import ALWAYS, Source, always_lasting, hours, process_model
from tests.simulation.process.processes import (
    DAY_MIN,
    NINE_TO_FIVE,
    WORKDAYS,
    all_days,
    at_slot,
    evenly,
    exponential,
    run,
    traced,
    work_days,
)

WEEK_MIN = 7 * DAY_MIN
BREAKS: Hours = {WORKDAYS: [(9.0, 12.0), (13.0, 17.0)]}
DAILY = 10 * NINE_TO_FIVE / 16
"""Ten cases a day from nine to five."""


def lasting(minutes: float, hours_of_work=NINE_TO_FIVE, people: int = 60, rates=DAILY, **changes):
    """One step by plenty of people."""
    return process_model(
        {"clerk": [hours_of_work] * people},
        {"check": ("clerk", always_lasting(minutes))},
        {"start": {"check": 1}, "check": {"won": 1}},
        rates,
        **changes,
    )


@pytest.mark.parametrize("minutes", [20.0, 90.0, 400.0, 1000.0])
def test_work_rests_at_lunch_and_over_night(minutes: float) -> None:
    week = Week(BREAKS)
    found = traced(lasting(minutes, hours(BREAKS), is_open=NINE_TO_FIVE), work_days(15))
    assert len(found.case) > 50
    for ready, start, finish in zip(found.ready_min, found.start_min, found.finish_min, strict=True):
        assert start == pytest.approx(week.next_opening(ready), abs=1e-6)
        assert finish == pytest.approx(week.done(start, minutes), abs=1e-5)


def test_work_begun_before_lunch_ends_after_it() -> None:
    """From 11:30 to 12:00 and from 13:00 to 14:00; the case that comes last on Friday ends on Monday."""
    slots = {23: (690, 720), 32: (960, 990)}
    for slot, (first, last) in slots.items():
        model = lasting(90, hours(BREAKS), rates=at_slot(4, slot, 5), is_open=NINE_TO_FIVE)
        found = traced(model, work_days(10))
        begun, finish = found.start_min % WEEK_MIN - 4 * DAY_MIN, found.finish_min % WEEK_MIN
        assert len(begun) > 0 and np.all((begun >= first) & (begun < last))
        if slot == 23:
            assert finish == pytest.approx(4 * DAY_MIN + begun + 150)
        else:  # 30 to 60 minutes are left on Friday
            assert finish == pytest.approx(9 * 60 + 90 - (17 * 60 - begun))


def test_a_pile_waits_for_its_day() -> None:
    """Released on Tuesday at 10:00 and on Friday from 14:00 to 16:00."""
    tuesday, opens, shuts = DAY_MIN + 600, 4 * DAY_MIN + 840, 4 * DAY_MIN + 960
    model = lasting(10, windows=(Windows(((tuesday, tuesday), (opens, shuts))),))
    found = traced(model, work_days(40))
    assert len(found.case) > 200
    for ready, start in zip(found.ready_min % WEEK_MIN, found.start_min % WEEK_MIN, strict=True):
        if ready <= tuesday:
            expected = tuesday
        elif ready <= opens:
            expected = opens
        else:
            expected = ready if ready <= shuts else tuesday
        assert start == pytest.approx(expected, abs=1e-3)


def test_a_pile_is_worked_off_in_the_order_in_which_it_grew() -> None:
    model = lasting(10, people=1, windows=(Windows(((DAY_MIN + 600, DAY_MIN + 600),)),))
    found = traced(model, work_days(40))
    order = np.argsort(found.start_min)
    assert np.all(np.diff(found.ready_min[order]) > 0)
    assert np.all(np.diff(found.start_min[order]) >= 10 - 1e-6)


def test_piles_at_seen_gaps_come_at_such_gaps() -> None:
    found = traced(lasting(1, ALWAYS, 150, evenly(0.1), windows=(Windows(gaps_min=(500.0,)),)), all_days(10))
    starts = np.unique(np.round(found.start_min, 1))
    assert len(starts) > 20
    assert np.diff(starts) == pytest.approx(500.0, abs=0.2)
    assert np.all(found.start_min - found.ready_min <= 500.1)


def test_what_cannot_be_finished_today_is_begun_tomorrow() -> None:
    found = traced(lasting(120, same_day=np.array([True])), work_days(20))
    assert len(found.case) > 80
    week = Week({WORKDAYS: [(9.0, 17.0)]})
    for ready, start, finish in zip(found.ready_min, found.start_min, found.finish_min, strict=True):
        fits = ready % DAY_MIN + 120 <= 17 * 60 + 1e-9
        next_day = week.next_opening(ready - ready % DAY_MIN + 17 * 60)
        assert start == pytest.approx(ready if fits else next_day, abs=1e-6)
        assert finish == pytest.approx(start + 120, abs=1e-6)


def test_work_longer_than_a_day_is_begun_in_the_morning() -> None:
    found = traced(lasting(600, same_day=np.array([True])), work_days(20))
    assert len(found.case) > 80
    assert found.start_min % DAY_MIN == pytest.approx(np.full(len(found.case), 9 * 60.0), abs=1e-6)
    assert found.finish_min % DAY_MIN == pytest.approx(np.full(len(found.case), 11 * 60.0), abs=1e-6)


def two_steps(delays=None, **changes):
    return process_model(
        {"manager": [ALWAYS] * 2},
        {"contact": ("manager", always_lasting(10)), "proposal": ("manager", always_lasting(10))},
        {"start": {"contact": 1}, "contact": {"proposal": 1}, "proposal": {"won": 1}},
        evenly(0.003),
        delays=delays,
        **changes,
    )


def test_a_case_keeps_its_person() -> None:
    """The second manager takes three times as long: both steps of a case last 10 or both 30 minutes."""
    people = (Worker("M1", "manager", (("Li", 1.0),)), Worker("M2", "manager", (("Wu", 1.0),)))
    shares = {"manager": np.array([0.7, 0.3])}
    model = two_steps(workers=people, owned=shares, resource_factor={"Wu": 3.0})
    found = traced(model, all_days(300))
    lasted = found.finish_min - found.start_min
    first, second = lasted[found.step == 0], lasted[found.step == 1]
    by_case = dict(zip(found.case[found.step == 0], first, strict=True))
    assert all(
        by_case[c] == pytest.approx(x) for c, x in zip(found.case[found.step == 1], second, strict=True)
    )
    assert (first > 20).mean() == pytest.approx(0.3, abs=0.05)
    free = traced(replace(model, owned={}), all_days(300))
    lasted = free.finish_min - free.start_min
    by_case = dict(zip(free.case[free.step == 0], lasted[free.step == 0], strict=True))
    assert any(
        abs(by_case[c] - x) > 1
        for c, x in zip(free.case[free.step == 1], lasted[free.step == 1], strict=True)
    )


def test_an_open_case_goes_on_with_its_person() -> None:
    """New cases would nearly all be Li's; these ten are Wu's, who takes three times as long."""
    people = (Worker("M1", "manager", (("Li", 1.0),)), Worker("M2", "manager", (("Wu", 1.0),)))
    shares = {"manager": np.array([1.0, 0.0])}
    model = two_steps(workers=people, owned=shares, resource_factor={"Wu": 3.0})
    model = replace(model, rates=np.zeros((7, 48, 1, 1)))
    whole, minutes = np.zeros(10, np.int64), np.full(10, 60.0)
    opened = OpenCases(
        whole, whole, whole, minutes, minutes, minutes, minutes, np.tile([1, 0], (10, 1)), minutes,
        np.tile(np.array(["Wu", ""], object), (10, 1)),
    )  # fmt: skip
    runs = simulate_cases([model], ProcessUncertainty.none(model), all_days(3), 1, 1, opened)[0]
    assert runs.step_sums[0, 1, 3] == pytest.approx(10 * 30)
    assert runs.busy_min[0].tolist() == pytest.approx([0.0, 300.0])


def test_a_case_waits_for_its_own_person() -> None:
    """The owner works on Mondays alone; the other, always there, must not step in."""
    monday = hours({(0,): [(0, 24)]})
    model = process_model(
        {"manager": [monday, ALWAYS]},
        {"contact": ("manager", always_lasting(1))},
        {"start": {"contact": 1}, "contact": {"won": 1}},
        evenly(0.01),
        owned={"manager": np.array([1.0, 0.0])},
    )
    found = traced(model, all_days(28))
    assert len(found.case) > 100
    assert np.all(found.start_min % WEEK_MIN <= DAY_MIN)
    assert run(model, all_days(28)).busy_min[0, 1] == 0


def test_a_machine_does_its_share_in_nobodys_time() -> None:
    model = lasting(30, ALWAYS, rates=evenly(0.02), auto_share=np.array([0.4]), auto_min=np.array([5.0]))
    found = traced(model, all_days(200))
    lasted = np.round(found.finish_min - found.start_min, 6)
    assert set(lasted) == {5.0, 30.0}
    assert (lasted == 5).mean() == pytest.approx(0.4, abs=0.03)
    runs = run(model, all_days(200))
    assert runs.busy_min.sum() == pytest.approx(30 * (lasted == 30).sum(), rel=0.01)
    assert np.all(found.start_min[lasted == 5] == found.ready_min[lasted == 5])


def test_a_step_of_nobody_lasts_as_long_as_seen() -> None:
    model = process_model(
        {},
        {"wait for the land registry": ("", always_lasting(250))},
        {"start": {"wait for the land registry": 1}, "wait for the land registry": {"ended": 1}},
        evenly(0.05),
    )
    found = traced(model, all_days(20))
    assert len(found.case) > 500
    assert found.finish_min - found.ready_min == pytest.approx(np.full(len(found.case), 250.0), abs=1e-6)


def test_the_customers_own_time_comes_before_the_step() -> None:
    model = two_steps({("contact", "proposal"): always_lasting(100)})
    found = traced(model, all_days(100))
    second = found.step == 1
    assert (found.start_min - found.ready_min)[second].min() == pytest.approx(100.0)
    runs = run(model, all_days(100))
    times, wait, own, _worked = runs.step_sums[0, 1]
    assert own == pytest.approx(100 * times)
    assert own <= wait < 1.2 * own
    assert runs.step_sums[0, 0, 2] == 0


def test_older_cases_are_lost_more_often() -> None:
    """Log odds grow with working days since the first start, here days of 24 hours."""
    slope, mean_days, at_mean = 0.8, 2.0, 0.3
    model = process_model(
        {"manager": [ALWAYS] * 30},
        {"contact": ("manager", always_lasting(0)), "proposal": ("manager", always_lasting(0))},
        {
            "start": {"contact": 1},
            "contact": {"proposal": 1},
            "proposal": {"won": 1 - at_mean, "lost": at_mean},
        },
        evenly(0.02),
        delays={("contact", "proposal"): exponential(2 * DAY_MIN)},
        age_slope=np.array([0.0, slope]),
        age_mean_days=np.array([0.0, mean_days]),
    )
    runs = run(model, all_days(200), 5)
    age = runs.cycle_h / 24
    odds = at_mean / (1 - at_mean) * np.exp(slope * (age - mean_days))
    expected, lost = odds / (1 + odds), runs.outcome == 1
    for low, high in [(0, 1), (1, 3), (3, 30)]:
        mine = (age >= low) & (age < high)
        error = 0.5 / mine.sum() ** 0.5
        assert mine.sum() > 1000
        assert lost[mine].mean() == pytest.approx(expected[mine].mean(), abs=3 * error)


def test_open_cases_go_on_from_where_they_stood() -> None:
    """60 minutes of a delay of 100 are over; the case began a day before the period."""
    model = replace(two_steps({("contact", "proposal"): always_lasting(100)}), rates=np.zeros((7, 48, 1, 1)))
    one = np.array([0])
    opened = OpenCases(
        one,
        one,
        one,
        np.array([60.0]),
        np.array([0.0]),
        np.array([1440.0]),
        np.array([1440.0]),
        np.array([[1, 0]]),
        np.array([10.0]),
        np.array([["", ""]], object),
    )
    runs = simulate_cases([model], ProcessUncertainty.none(model), all_days(3), 2, 1, opened)[0]
    assert runs.cycle_h == pytest.approx(np.full(2, (1440 + 40 + 10) / 60))
    assert runs.working_h == pytest.approx(runs.cycle_h)
    assert runs.work_h == pytest.approx(np.full(2, 20 / 60))
    assert runs.outcome.tolist() == [0, 0] and runs.n_open.tolist() == [0, 0]


@pytest.mark.parametrize("is_partial", [False, True])
def test_work_that_outlasts_the_period_counts_until_its_end(is_partial: bool) -> None:
    """One person, begun with the first case, never done: busy from there on."""
    duty = hours({WORKDAYS: [(9, 12), (13, 17)]}) if is_partial else NINE_TO_FIVE
    week = Week(BREAKS if is_partial else {WORKDAYS: [(9.0, 17.0)]})
    model = lasting(1e5, duty, people=1, is_open=NINE_TO_FIVE)
    days = work_days(5)
    for seed in range(5):
        runs = run(model, days, seed=seed)
        assert len(runs.cycle_h) == 0 and runs.n_open[0] > 10
        first = traced(lasting(1, ALWAYS, is_open=NINE_TO_FIVE), days, seed).ready_min.min()
        begun = week.next_opening(first)
        worked = sum(max(min(b, 7 * DAY_MIN) - max(a, begun), 0.0) for a, b in week.windows)
        assert runs.busy_min[0, 0] == pytest.approx(worked)
        assert runs.busy_min[0, 0] <= runs.staffed_min[0, 0]


def test_steps_side_by_side_are_counted_once() -> None:
    """A machine of 60 minutes beside a person of 30: worked on for 60."""
    model = process_model(
        {"clerk": [ALWAYS] * 30},
        {"enquiry": ("", always_lasting(60)), "check": ("clerk", always_lasting(30))},
        {"start": {("enquiry", "check"): 1}, ("enquiry", "check"): {"won": 1}},
        evenly(0.01),
    )
    runs = run(model, all_days(20))
    assert len(runs.cycle_h) > 100
    assert runs.working_h == pytest.approx(np.ones(len(runs.cycle_h)))
    assert runs.work_h == pytest.approx(np.ones(len(runs.cycle_h)))


def pair_then(after: Mapping[Source, float]):
    """A pair side by side, then filing; what follows filing is up to the test."""
    return process_model(
        {"clerk": [ALWAYS] * 30},
        {name: ("clerk", always_lasting(10)) for name in ("left", "right", "filing")},
        {"start": {("left", "right"): 1}, ("left", "right"): {"filing": 1}, "filing": after},
        evenly(0.005),
    )


def test_a_step_that_nothing_was_seen_to_follow_ends_its_case() -> None:
    runs = run(pair_then({}), all_days(30))
    assert len(runs.outcome) > 100 and set(runs.outcome) == {2}
    assert runs.cycle_h == pytest.approx(np.full(len(runs.outcome), 20 / 60))


def test_an_open_case_that_can_only_end_ends() -> None:
    """Found open after its last step: it must not begin anew with the pair."""
    model = replace(pair_then({"won": 1.0}), rates=np.zeros((7, 48, 1, 1)))
    one, minutes = np.array([0]), np.array([60.0])
    opened = OpenCases(
        one,
        one,
        np.array([2]),
        minutes,
        minutes,
        minutes,
        minutes,
        np.array([[1, 1, 1]]),
        minutes / 3,
        np.full((1, 3), "", object),
    )
    runs = simulate_cases([model], ProcessUncertainty.none(model), all_days(3), 1, 1, opened)[0]
    assert runs.outcome.tolist() == [0] and runs.step_sums[:, :, 0].sum() == 0
