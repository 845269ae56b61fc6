"""Steps repeated until the customer answers: a clock that starts when the case comes to the step, and moves with it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.simulation.process.engine import simulate_cases
from analytics.simulation.process.history import MINUTE_US, case_history_of
from analytics.simulation.process.model import AS_EVER, Dwell, ProcessModel, ProcessUncertainty
from analytics.simulation.process.runs import OpenCases
from benchmarks.hand_made import always_lasting
from tests.simulation.process.logs import NINE_TO_FIVE, NO_HOURS, Activity, calibrated, drawn, framed, log
from tests.simulation.process.processes import (
    ALWAYS,
    DAY_MIN,
    all_days,
    evenly,
    process_model,
    run,
    traced,
)

CALL = 1


def called_until(minutes: float, contact_min: float = 30.0) -> ProcessModel:
    """A contact, then calls of 10 minutes, 100 minutes after one another, until the customer has had `minutes`; the first
    of them at once, the second after 40."""
    model = process_model(
        {"clerk": [ALWAYS] * 40},
        {"contact": ("clerk", always_lasting(contact_min)), "call": ("clerk", always_lasting(10))},
        {"start": {"contact": 1}, "contact": {"call": 1}, "call": {"call": 1}},
        evenly(0.003),
        delays={("call", "call"): always_lasting(100), ("contact", "contact"): always_lasting(40)},
    )
    routing = np.repeat(model.routing[:1], 3, axis=0)
    routing[2, 0, CALL] = 0.0
    routing[2, 0, CALL, len(model.steps)] = 1.0  # won
    until = np.full((2, 2), np.inf)
    until[CALL] = [15.0, minutes]
    delay_row = np.full((3, 3, 2), AS_EVER)
    delay_row[0, CALL, CALL] = 1
    share = np.zeros((3, 2))
    share[:, CALL] = 0.3, 0.3, 0.4
    return replace(model, routing=routing, dwell=Dwell(until, share, delay_row))


def test_calls_go_on_until_the_customer_has_had_his_time() -> None:
    """Calls end at 10, 60, 170, 280, 390 minutes after the contact: the third level begins after 250."""
    runs = run(called_until(250), all_days(30))
    assert len(runs.cycle_h) > 100
    assert runs.cycle_h == pytest.approx(np.full(len(runs.cycle_h), (30 + 280) / 60))
    found = traced(called_until(250), all_days(30))
    first = found.case == found.case[0]
    assert (found.step[first] == CALL).sum() == 4


def test_the_clock_moves_with_the_case() -> None:
    """A contact ten times as long changes nothing of what comes after it."""
    models = [called_until(250), called_until(250, contact_min=300)]
    runs = simulate_cases(models, ProcessUncertainty.none(models[0]), all_days(30), 1, 1)
    assert runs[1].cycle_h == pytest.approx(np.full(len(runs[1].cycle_h), (300 + 280) / 60))
    assert runs[0].cycle_h == pytest.approx(np.full(len(runs[0].cycle_h), (30 + 280) / 60))


@pytest.mark.parametrize(("dwell", "minutes"), [(230.0, 40 + 10), (130.0, 40 + 10 + 110)])
def test_an_open_case_has_been_there_as_long_as_it_has(dwell: float, minutes: float) -> None:
    """60 of the 100 minutes until the next call are over. At its end the case has been there 340 minutes (or 240: once
    more)."""
    model = replace(called_until(250), rates=np.zeros((7, 48, 1, 1)))
    one = np.array([0])
    opened = OpenCases(
        one, one, np.array([CALL]), np.array([60.0]), np.array([dwell]), np.array([500.0]), np.array([500.0]),
        np.array([[1, 3]]), np.array([60.0]), np.array([["", ""]], object),
    )  # fmt: skip
    runs = simulate_cases([model], ProcessUncertainty.none(model), all_days(3), 1, 1, opened)[0]
    assert runs.cycle_h == pytest.approx([(500 + minutes) / 60])


def answered(answer_min, contact_min: float = 5.0, n_cases: int = 1500, n_weeks: int = 40) -> pd.DataFrame:
    """A contact of so long, then calls every 240 minutes of work until the customer has had the time that answer_min draws."""
    rng, week, rows = np.random.default_rng(3), NINE_TO_FIVE, []
    clerks = [f"clerk {k}" for k in range(40)]
    for case in range(n_cases):
        at = week.next_opening(rng.random() * (n_weeks - 3) * 7 * DAY_MIN)
        steps, elapsed, answer = ["contact"], 0.0, answer_min(rng)
        while steps:
            wait = 240.0 * rng.uniform(0.8, 1.2) if rows and rows[-1][:2] == [f"C{case}", "call"] else 0.0
            start = week.next_opening(week.done(at, wait))
            at = week.done(start, 5.0 if steps[-1] == "call" else contact_min)
            rows.append(
                [f"C{case}", steps.pop(), str(rng.choice(clerks)), "clerk", start, at, "ordinary", "won"]
            )
            elapsed += wait + 5.0 if rows[-1][1] == "call" else 0.0
            if elapsed < answer:
                steps.append("call")
    return framed(rows)


def test_a_clock_is_found_and_the_cycle_times_with_it() -> None:
    """Answers after 15 to 17 hours of work: cases are called about 5 times, never once or ten times."""
    frame = answered(lambda rng: rng.uniform(900, 1000))
    model = calibrated(frame).model
    assert model.dwell is not None
    call = model.step("call")
    assert model.dwell.has(call) and not model.dwell.has(model.step("contact"))
    assert model.routing.sum(axis=-1) == pytest.approx(1.0)
    runs = run(model, model_days(frame), 2)
    seen_h = cycle_h(frame)
    for p in (0.1, 0.5, 0.9):
        assert np.quantile(runs.cycle_h, p) == pytest.approx(seen_h.quantile(p), rel=0.12)
    without = run(replace(model, dwell=None, routing=_whatever_the_dwell(model, call)), model_days(frame), 2)
    assert np.quantile(without.cycle_h, 0.1) < 0.5 * seen_h.quantile(0.1)


@pytest.mark.slow
def test_a_shorter_step_before_leaves_the_customer_his_time() -> None:
    """Of customers who take 6 to 30 hours of work, counted from the end of a contact of four hours: of one hour, the cases
    last as those of a branch that contacts in one hour."""
    draw = lambda rng: rng.uniform(360, 1800)  # noqa: E731
    long, short = answered(draw, 240.0), answered(draw, 60.0)
    model = calibrated(long).model
    assert model.dwell is not None
    duration = model.duration_min.copy()
    duration[model.step("contact")] *= 0.25
    runs = simulate_cases([model, replace(model, duration_min=duration)], ProcessUncertainty.none(model),
                          model_days(long), 2, 1)  # fmt: skip
    truth = cycle_h(short).mean() - cycle_h(long).mean()
    assert truth < -3
    assert runs[1].cycle_h.mean() - runs[0].cycle_h.mean() == pytest.approx(truth, rel=0.3)
    for p in (0.1, 0.5, 0.9):
        assert np.quantile(runs[1].cycle_h, p) == pytest.approx(cycle_h(short).quantile(p), rel=0.15)


def cycle_h(frame: pd.DataFrame) -> pd.Series:
    seen = frame.groupby("case_id").agg(a=("started_at", "min"), b=("finished_at", "max"))
    return (seen["b"] - seen["a"]).dt.total_seconds() / 3600


def model_days(frame: pd.DataFrame):
    return case_history_of(frame, NO_HOURS, "loan").days


def _whatever_the_dwell(model: ProcessModel, step: int):
    assert model.dwell is not None
    routing = model.routing.copy()
    routing[:, :, step] = np.tensordot(model.dwell.share[:, step], routing[:, :, step], axes=1)
    return routing


@pytest.mark.parametrize("is_busy", [False, True])
def test_calls_that_remember_nothing_have_no_clock(is_busy: bool) -> None:
    """Half of the calls are followed by another, whenever; of customers that take their time, or of few clerks."""
    clerks = tuple(f"clerk {k}" for k in range(1 if is_busy else 8))
    activities = {
        "contact": Activity("clerk", clerks, drawn(10), {"call": 1.0}),
        "call": Activity(
            "clerk", clerks, drawn(15), {"call": 0.5, "won": 0.3, "lost": 0.2}, delay_min=drawn(300)
        ),
    }
    assert calibrated(log(activities, 2000)).model.dwell is None


def test_people_who_call_slowly_are_no_clock() -> None:
    clerks = tuple(f"clerk {k}" for k in range(4))
    slow = {clerks[0]: 3.0}
    activities = {
        "call": Activity(
            "clerk", clerks, drawn(30), {"call": 0.6, "won": 0.4}, delay_min=drawn(100), slow=slow
        )
    }
    assert calibrated(log(activities, 2000, own=True)).model.dwell is None


def test_a_stay_is_one_until_another_step_comes_between() -> None:
    rows = [["C1", name, "A", "clerk", start, start + 10, "ordinary", "won"]
            for name, start in (("call", 600), ("call", 700), ("call", 800), ("check", 830), ("sign", 860), ("call", 900))]  # fmt: skip
    history = case_history_of(framed(rows), NO_HOURS, "loan")
    ready = history.ready[history.first[0]]
    assert ready == history.start[history.first[0]]
    since = [(600, 610), (600, 710), (600, 810), (810, 840), (840, 870), (870, 910)]
    begins = int(history.start[0]) - 600 * MINUTE_US
    for row, (came, finish) in enumerate(since):
        instants = np.array([begins + came * MINUTE_US, begins + finish * MINUTE_US])
        came_at, done_at = history.at(instants)
        assert history.dwell_min[row] == pytest.approx(done_at - came_at)
