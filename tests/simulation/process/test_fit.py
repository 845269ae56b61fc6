"""A process model is held against weeks it has not seen: a right one passes, a wrong one does not."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.simulation.process.carry import midnight_us, open_cases, until
from analytics.simulation.process.fit import fit_case_history
from analytics.simulation.process.history import CaseHistory, case_history_of
from benchmarks.hand_made import process_model
from tests.simulation.process.processes import DAY_MIN, MONDAY, NINE_TO_FIVE, exponential, traced, work_days

PLAN = [("manager", 4), ("clerk", 2), ("approver", 1)]
ROSTERS = pd.DataFrame(
    [
        {"role": role, "weekday": w, "from_min": 540.0, "to_min": 1020.0, "headcount": n, "hourly_cost": 80.0,
         "valid_from": pd.NaT, "valid_to": pd.NaT}
        for role, n in PLAN for w in range(1, 6)
    ]
)  # fmt: skip
WINDOWS = ROSTERS[["role", "weekday"]].assign(from_h=9.0, to_h=17.0)
ROLE_OF = {"contact": "manager", "proposal": "manager", "documents": "clerk", "approval": "approver"}


def loans(per_day: float = 18.0):
    """A contact, a proposal, documents that bounce, an approval."""
    return process_model(
        {role: [NINE_TO_FIVE] * n for role, n in PLAN},
        {
            "contact": ("manager", exponential(25)),
            "proposal": ("manager", exponential(40)),
            "documents": ("clerk", exponential(25)),
            "approval": ("approver", exponential(12)),
        },
        {
            "start": {"contact": 1.0},
            "contact": {"proposal": 0.8, "lost": 0.2},
            "proposal": {"documents": 1.0},
            "documents": {"approval": 0.7, "documents": 0.3},
            "approval": {"won": 0.8, "lost": 0.2},
        },
        per_day * NINE_TO_FIVE / 16,
        delays={("contact", "proposal"): exponential(400), ("documents", "documents"): exponential(700)},
    )


def log_of(seed: int, n_days: int = 80, slowness: float = 1.0) -> pd.DataFrame:
    """The events of a simulated world."""
    model = loans()
    model = replace(model, duration_min=slowness * model.duration_min)
    t = traced(model, work_days(n_days), seed)
    names = [s.activity for s in model.steps]
    activity = np.array(names, object)[t.step]
    instants = np.datetime64(MONDAY, "us") + np.stack([t.start_min, t.finish_min]).astype(np.int64) * 60 * np.timedelta64(10**6, "us")  # fmt: skip
    frame = pd.DataFrame(
        {
            "process": "loan", "case_id": t.case.astype(str), "activity": activity,
            "role": [ROLE_OF[a] for a in activity], "started_at": instants[0], "finished_at": instants[1],
            "segment": "ordinary", "customer_group": "ordinary", "value": np.nan, "step": t.step,
            "outcome": pd.Series("", range(len(t.case)), dtype=object).where(t.has_ended, None),
        }
    )  # fmt: skip
    frame["resource"] = _people(frame)
    frame = frame.sort_values(["case_id", "started_at", "finished_at"], ignore_index=True)
    last = ~frame["case_id"].duplicated(keep="last")
    won = frame.loc[last].set_index("case_id")["activity"] == "approval"
    lost = frame.loc[last].set_index("case_id").index[np.random.default_rng(seed).random(len(won)) < 0.2]
    said = (
        frame["case_id"].map(won).map({True: "won", False: "lost"}).mask(frame["case_id"].isin(lost), "lost")
    )
    frame["outcome"] = said.where(frame["outcome"].notna(), None)
    return frame


def _people(frame: pd.DataFrame) -> pd.Series:
    """Who did each step: whoever of the pool had been free longest."""
    who = pd.Series("", frame.index)
    for role, n in PLAN:
        free = np.full(n, np.datetime64("1970-01-01", "us"))
        rows = frame[frame["role"] == role].sort_values("started_at")
        for i, start, finish in zip(
            rows.index, rows["started_at"].to_numpy(), rows["finished_at"].to_numpy(), strict=True
        ):
            k = int(np.argmin(np.maximum(free - start, np.timedelta64(0, "us"))))
            free[k] = finish
            who[i] = f"{role} {k}"
    return who


def history_of(frame: pd.DataFrame) -> CaseHistory:
    return case_history_of(frame, WINDOWS, "loan")


@pytest.fixture(scope="module")
def history() -> CaseHistory:
    return history_of(log_of(1))


def test_a_right_model_passes_in_most_worlds():
    fits = [fit_case_history(history_of(log_of(seed)), ROSTERS, replications=60) for seed in range(1, 5)]
    assert sum(f.passes for f in fits) >= 3
    assert all(f.reason == ("held" if f.passes else "missed") for f in fits)
    names = {c.name for c in fits[0].checks}
    assert {
        "cycle_time_mean_h",
        "won_per_week",
        "cycle_time_distance_h",
        "step_pairs_distance",
        "arrival_distance_h",
    } <= names
    assert fits[0].n_days == 20 and fits[0].n_cases > 100 and fits[0].n_cases_before > 300


def test_weeks_in_which_all_took_twice_as_long_are_noticed():
    before, after = log_of(1, n_days=60), log_of(2, n_days=20, slowness=2.0)
    after["case_id"] = "later " + after["case_id"]
    for column in ("started_at", "finished_at"):
        after[column] += pd.Timedelta(days=12 * 7)
    found = fit_case_history(
        history_of(pd.concat([before, after], ignore_index=True)), ROSTERS, replications=60
    )
    missed = {c.name for c in found.checks if not c.passes}
    assert not found.passes and found.reason == "missed"
    assert {"cycle_time_mean_h", "cycle_time_distance_h"} <= missed


def test_the_same_input_gives_the_same_fit(history):
    first, second = (fit_case_history(history, ROSTERS, replications=20) for _ in range(2))
    assert [c.value for c in first.checks] == [c.value for c in second.checks]


def test_too_little_says_so():
    found = fit_case_history(history_of(log_of(1, n_days=8)), ROSTERS, replications=10)
    assert not found.passes and found.reason == "too_few_days" and not found.checks


def test_a_history_cut_at_a_day_knows_nothing_of_later(history):
    cut = history.days[40]
    known = until(history, cut)
    assert known.finish.max() < midnight_us(cut)
    assert known.days == history.days[:40]
    last = np.maximum.reduceat(history.finish, history.first)
    begun = history.start[history.first]
    finished = np.minimum.reduceat(history.finish, history.first) < midnight_us(cut)
    assert known.n_cases == finished.sum()
    went_on = last[finished] >= midnight_us(cut)
    assert went_on.sum() > 10
    assert (known.outcome[went_on] == -1).all()
    assert (known.outcome[~went_on] == history.outcome[finished][~went_on]).all()
    assert (known.start[known.first] == begun[finished]).all()


def test_a_cut_history_is_what_the_log_until_then_gives():
    frame = log_of(3)
    history = history_of(frame)
    cut = history.days[50]
    late = frame.groupby("case_id")["finished_at"].transform("max") >= pd.Timestamp(cut)
    before = frame.assign(outcome=frame["outcome"].where(~late, None))
    before = before[before["finished_at"] < pd.Timestamp(cut)]
    expected, found = history_of(before), until(history, cut)
    for name in ("start", "finish", "ready", "before", "case", "outcome", "first", "last", "day"):
        assert np.array_equal(getattr(expected, name), getattr(found, name)), name


def test_open_cases_stand_where_the_log_left_them(history):
    cut = history.days[40]
    known = until(history, cut)
    opened = open_cases(known, cut)
    n = len(opened.segment)
    assert 10 < n <= (known.outcome < 0).sum()
    assert (np.diff(opened.elapsed_min) <= 0).all()
    assert (opened.done.sum(axis=1) >= 1).all()
    assert (opened.done[np.arange(n), opened.last_step] >= 1).all()
    assert (opened.work_min <= opened.born_min + 1e-6).all() and (opened.elapsed_min <= opened.born_min).all()
    assert (opened.born_clock_min >= opened.born_min).all()


def test_open_cases_by_hand():
    """One case begun on Friday at 16:00 for half an hour, and another begun and ended: the forecast begins on Monday."""
    common = {"process": "loan", "role": "manager", "resource": "m", "segment": "ordinary",
              "customer_group": "ordinary", "value": np.nan}  # fmt: skip
    steps = (
        ("a", None, "contact", "2026-01-09 16:00", "2026-01-09 16:30"),
        ("b", "won", "contact", "2026-01-08 16:00", "2026-01-08 16:30"),
        ("b", "won", "proposal", "2026-01-09 10:00", "2026-01-09 11:00"),
    )
    frame = pd.DataFrame(
        [
            {**common, "case_id": case, "outcome": outcome, "activity": activity,
             "started_at": pd.Timestamp(start), "finished_at": pd.Timestamp(finish)}
            for case, outcome, activity, start, finish in steps
        ]
    )  # fmt: skip
    history = case_history_of(frame, WINDOWS, "loan")
    opened = open_cases(history, history.days[-1] + timedelta(days=1))  # a Saturday: nothing is open
    assert opened.elapsed_min.tolist() == [30] and opened.born_min.tolist() == [60]
    assert opened.work_min.tolist() == [30]
    assert opened.born_clock_min.tolist() == [
        2 * DAY_MIN + 8 * 60
    ]  # from Friday 16:00 to the midnight before Monday


def test_cases_that_nobody_awaits_any_more_are_left_out(history):
    cut = history.days[40]
    known = until(history, cut)
    stale = known.outcome.copy()
    forgotten = np.flatnonzero(known.outcome >= 0)[:5]  # of the first weeks, never heard of again
    stale[forgotten] = -1
    every, found = (open_cases(k, cut) for k in (known, replace(known, outcome=stale)))
    assert len(found.segment) == len(every.segment)
    assert len(every.segment) >= 0.95 * (known.outcome < 0).sum()
