"""Small logs whose truth is known: the estimates find it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.simulation.process.model import LOST, WON, ProcessModel
from benchmarks.branch_process import Week
from tests.simulation.process.logs import Activity, calibrated, constant, drawn, log
from tests.simulation.process.processes import DAY_MIN, WORKDAYS

CLERKS = tuple(f"clerk {k}" for k in range(8))


def simple(**changes: Any) -> dict[str, Activity]:
    """A contact, then a proposal; `changes` are the proposal's."""
    proposal: dict[str, Any] = {
        "role": "clerk",
        "people": CLERKS,
        "minutes": drawn(20),
        "follows": {"won": 0.6, "lost": 0.4},
    } | changes
    return {
        "contact": Activity("clerk", CLERKS, drawn(10), {"proposal": 1.0}),
        "proposal": Activity(**proposal),
    }


def target(model: ProcessModel, name: str) -> int:
    return (
        len(model.steps) + {"won": WON, "lost": LOST}[name] if name in ("won", "lost") else model.step(name)
    )


def test_routing_is_the_share_of_transitions_by_first_time_and_again() -> None:
    first, again = {"won": 0.5, "lost": 0.2, "proposal": 0.3}, {"won": 0.8, "lost": 0.1, "proposal": 0.1}
    model = calibrated(log(simple(follows=first, again=again), 2000)).model
    i = model.step("proposal")
    for level, truth, n in ((0, first, 2000), (1, again, 650)):
        for name, p in truth.items():
            found = model.routing[level, 0, i, target(model, name)]
            assert found == pytest.approx(p, abs=3.5 * (p * (1 - p) / n) ** 0.5)
    assert model.start[0, 0, model.step("contact")] == pytest.approx(1.0)
    assert model.routing.sum(axis=-1) == pytest.approx(1.0)


def test_first_time_and_again_are_one_where_the_data_show_no_difference() -> None:
    model = calibrated(log(simple(follows={"won": 0.7, "proposal": 0.3}), 1000)).model
    assert np.array_equal(model.routing[0], model.routing[1])


def test_segments_have_their_own_routing_shrunk_to_all() -> None:
    good, bad = (
        log(simple(follows={"won": p, "lost": 1 - p}), 800, seed=s) for s, p in enumerate((0.8, 0.3))
    )
    bad["case_id"] += "b"
    good["segment"], good["customer_group"] = "private", "vip"
    model = calibrated(pd.concat([good, bad], ignore_index=True)).model
    won = {
        s.name: model.routing[0, g, model.step("proposal"), target(model, "won")]
        for g, s in enumerate(model.segments)
    }
    assert won["private"] == pytest.approx(0.8, abs=0.06)
    assert won["ordinary"] == pytest.approx(0.3, abs=0.06)


def test_the_customers_own_time_is_found() -> None:
    model = calibrated(log(simple(delay_min=drawn(300)), 1500)).model
    row = model.delay_row[model.step("contact"), model.step("proposal")]
    assert row >= 0
    table = model.delay_min[row]
    assert float(((table[1:] + table[:-1]) / 2).mean()) == pytest.approx(300, rel=0.1)
    assert model.windows == (None, None)


def test_there_is_no_own_time_where_nobody_waits() -> None:
    model = calibrated(log(simple(), 600)).model
    assert model.delay_row.max() == -1


def test_durations_of_the_usual_and_of_the_slow() -> None:
    slow = {CLERKS[0]: 1.8}
    activities = simple(minutes=drawn(40), slow=slow)
    activities["contact"].slow = slow
    model = calibrated(log(activities, 3000, 600)).model
    factor = model.resource_factor
    others = np.mean([factor[c] for c in CLERKS[1:]])
    assert factor[CLERKS[0]] / others == pytest.approx(1.8, rel=0.1)
    table = model.duration_min[model.step("proposal")]
    mean = float(((table[1:] + table[:-1]) / 2).mean())
    everybody = np.mean([factor[c] for c in CLERKS])
    assert mean * everybody == pytest.approx(40 * (1 + 0.8 / 8), rel=0.06)


@pytest.mark.parametrize("weekdays", [(1, 4), (2,)])
def test_batches_by_weekday_are_found(weekdays: tuple[int, ...]) -> None:
    """Piles are cleared at 10:00 on these days, by one approver."""

    def opens(at: float) -> float:
        moments = [w * DAY_MIN + 600 for w in weekdays]
        base = at - at % (7 * DAY_MIN)
        return min(base + m + (7 * DAY_MIN if base + m < at else 0) for m in moments)

    activities = simple(
        role="approver", people=tuple(f"A{k}" for k in range(9)), minutes=constant(5), opens=opens
    )
    frame = log(activities, 1200)
    # One person signs one pile, paper after paper.
    proposals = (frame["activity"] == "proposal").to_numpy()
    rows = frame[proposals].sort_values("started_at", kind="stable")
    place = rows.groupby("started_at").cumcount().to_numpy()
    frame.loc[rows.index, "started_at"] += pd.to_timedelta(5 * place, unit="min")
    frame.loc[rows.index, "finished_at"] += pd.to_timedelta(5 * place, unit="min")
    frame.loc[rows.index, "resource"] = "A0"
    model = calibrated(frame).model
    rule = model.windows[model.step("proposal")]
    assert rule is not None and len(rule.windows) == len(weekdays)
    for (opens_at, _), weekday in zip(rule.windows, weekdays, strict=True):
        assert opens_at == pytest.approx(weekday * DAY_MIN + 600, abs=20)
    assert model.windows[model.step("contact")] is None
    # Seen at the piles alone, the approver is taken to be there whenever the process is open.
    approver = [w for w, worker in enumerate(model.workers) if worker.role == "approver"]
    assert model.on_duty[:, :, approver][model.is_open].all()


def test_people_of_their_own_are_found_and_only_where_there_are_any() -> None:
    assert "clerk" in calibrated(log(simple(), own=True)).model.owned
    assert calibrated(log(simple())).model.owned == {}


def test_hours_are_discovered_by_person() -> None:
    """The valuers work from Monday to Thursday, from ten to half past five."""
    late = Week({(0, 1, 2, 3): [(10.0, 17.3)]})
    activities = simple(role="valuer", people=("V1", "V2"), opens=late.next_opening, minutes=constant(10))
    model = calibrated(log(activities, 4000, week=Week({WORKDAYS: [(9.0, 18.0)]}))).model
    mine = [w for w, worker in enumerate(model.workers) if worker.role == "valuer"]
    assert len(mine) == 2
    for w in mine:
        on = model.on_duty[:, :, w]
        assert not on[4:].any() and not on[:, :20].any() and not on[:, 36:].any()
        assert on[:4, 20:35].mean() > 0.95
    clerks = [w for w, worker in enumerate(model.workers) if worker.role == "clerk"]
    assert model.on_duty[4][:, clerks].any()


def test_work_over_night_counts_its_working_minutes() -> None:
    """Begun at 16:30, done at 9:30 the next morning: an hour, not seventeen."""
    frame = log(simple(minutes=constant(60)), 800, 104)
    found = calibrated(frame)
    over = (frame["finished_at"].dt.normalize() > frame["started_at"].dt.normalize()) & (
        frame["activity"] == "proposal"
    )
    assert over.sum() > 20
    table = found.model.duration_min[found.model.step("proposal")]
    assert np.median(table) == pytest.approx(60, abs=1)
    assert np.nanmax(found.minutes) < 120
    assert not found.model.same_day.any()


def test_work_never_begun_late_is_seen() -> None:
    def in_time(at: float) -> float:
        return at if at % DAY_MIN <= 17 * 60 - 120 else at - at % DAY_MIN + DAY_MIN

    model = calibrated(
        log(simple(role="teller", people=CLERKS, minutes=constant(120), opens=in_time), 800)
    ).model
    assert model.same_day[model.step("proposal")]


def test_steps_side_by_side_are_found() -> None:
    rng = np.random.default_rng(5)
    frame = log(simple(follows={"won": 1.0}), 600)
    proposals = frame[frame["activity"] == "proposal"]
    twin = proposals.copy()
    twin["activity"] = "enquiry"
    late = pd.to_timedelta(rng.integers(0, 2, len(twin)), unit="s")
    twin["started_at"] += late
    frame.loc[proposals.index, "started_at"] += pd.to_timedelta(1, unit="s") - late.to_numpy()
    frame["finished_at"] = frame[["finished_at", "started_at"]].max(axis=1)
    twin["finished_at"] = twin[["finished_at", "started_at"]].max(axis=1)
    both = pd.concat([frame, twin]).sort_values(["case_id", "started_at", "finished_at"], kind="stable")
    model = calibrated(both.reset_index(drop=True)).model
    assert [{model.steps[m].activity for m in s.members} for s in model.sides] == [{"proposal", "enquiry"}]
    assert model.routing[0, 0, model.step("contact"), -1] == pytest.approx(1.0)


def test_uncertainty_grows_as_data_shrink() -> None:
    many, few = (calibrated(log(simple(delay_min=drawn(300)), n)).uncertainty for n in (2000, 200))
    assert many.duration.std() < few.duration.std()
    assert many.delay.std() < few.delay.std()
    assert many.routing_n.sum() > few.routing_n.sum()
