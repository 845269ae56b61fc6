"""What odd but plausible exports hold: many segments, quiet halls, split rosters, single weeks, gaps."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.simulation import metrics
from analytics.simulation.arrivals import estimate as estimate_arrivals
from analytics.simulation.calendar import coming_days
from analytics.simulation.calibration import calibrate_history
from analytics.simulation.fit import fit_history
from analytics.simulation.history import MAX_SERVICES, history_of
from analytics.simulation.satisfaction import ANSWERS_SQL
from analytics.simulation.satisfaction import estimate as estimate_satisfaction
from analytics.store import Store, load
from tests.simulation.frames import log, no_rosters, roster

ON = date(2026, 2, 13)


def model_of(frame: pd.DataFrame, rosters: pd.DataFrame | None = None):
    return calibrate_history(
        history_of(frame), roster(3) if rosters is None else rosters, pd.DataFrame(), ON
    ).model


def test_rare_segments_stay_in_their_group() -> None:
    frame = log(n_days=10)
    frame["segment"] = [f"S{i % 12}" for i in range(len(frame))]
    frame["customer_group"] = np.where(frame["segment"].isin(["S10", "S11"]), "vip", "ordinary")
    history = history_of(frame)
    group = np.array([s.group for s in history.segments])[history.segment]
    assert (group == frame["customer_group"]).all()
    unsplit = history_of(frame.assign(customer_group="all"))
    assert {s.group for s in unsplit.segments} == {"all"}


def test_a_service_may_be_called_other_services() -> None:
    frame = log(n_days=5)
    frame["service"] = [f"s{i % (MAX_SERVICES + 2)}" for i in range(len(frame))]
    frame.loc[frame["service"] == "s0", "service"] = "other services"
    history = history_of(frame)
    assert history.services.count("other services") == 1
    assert len(history.services) <= MAX_SERVICES
    assert history.service.min() >= 0


def test_answers_of_rare_segments_go_with_their_group() -> None:
    """The eighth segment and the rest are «other» of their group."""
    frame = log(n_days=10)
    frame["segment"] = [f"S{i % 12}" for i in range(len(frame))]
    frame["customer_group"] = np.where(frame["segment"].isin(["S10", "S11"]), "vip", "ordinary")
    history = history_of(frame)
    served = frame[frame["called_min"].notna()]
    answers = served.assign(overall=4, wait_min=served["called_min"] - served["arrived_min"])
    liked = estimate_satisfaction(history, answers)
    assert liked is not None
    assert liked.response_share == pytest.approx(np.ones(len(history.segments)))


def test_an_answer_has_the_segment_of_its_ticket_where_the_questionnaire_has_none(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text(
        "ticket_id,branch_id,segment,service,arrived_at,called_at,finished_at\n"
        "A1,B1,普通,cash,2026-01-05T09:00,2026-01-05T09:02,2026-01-05T09:05\n"
        "A1,B1,贵宾,cash,2026-01-06T09:00,2026-01-06T09:07,2026-01-06T09:09\n"
        "A2,B1,普通,cash,2026-01-06T09:00,,\n"
    )
    (tmp_path / "surveys.csv").write_text(
        "response_id,branch_id,answered_at,ticket_id,overall\n"
        "R1,B1,2026-01-05T09:30,A1,5\nR2,B1,2026-01-06T10:00,A1,2\nR3,B1,2026-01-06T10:00,A2,1\n"
    )
    load([tmp_path / "visits.csv", tmp_path / "surveys.csv"], tmp_path / "store")
    store = Store.open(tmp_path / "store")
    filters = Filters("B1", date(2026, 1, 1), date(2026, 2, 1), grouping=store.grouping("B1"))
    found = store.frame(ANSWERS_SQL, **filters.binds())
    assert found.to_numpy().tolist() == [
        ["普通", "ordinary", "cash", 5.0, 2.0],
        ["贵宾", "vip", "cash", 2.0, 7.0],
    ]


def test_people_who_never_had_to_wait_are_not_taken_for_impatient() -> None:
    frame = log(n_days=20, per_hour=2, patience_mean_min=1e6)
    frame["called_min"] = frame["arrived_min"]
    patience = model_of(frame).patience_min
    assert np.median(patience[0]) > 15


def test_a_quiet_hall_without_roster_is_never_deserted() -> None:
    frame = log(n_days=60, per_hour=1, counters=4, patience_mean_min=1e6)
    model = model_of(frame, no_rosters())
    assert (model.headcount()[:5, 18:34] >= 1).all()
    assert model.headcount()[:5, :17].sum() == 0


def test_constant_service_times_show_no_slow_person() -> None:
    frame = log(n_days=10).assign(service="cash")
    frame["called_min"] = frame["called_min"].round()
    frame["finished_min"] = frame["called_min"] + 4.0
    with np.errstate(all="raise"):
        assert set(model_of(frame).teller_factor.values()) == {1.0}


def test_rosters_of_two_counter_roles_add_up_and_quarters_are_not_counted_twice() -> None:
    low, high = roster(2).assign(role="低柜柜员"), roster(1).assign(role="高柜柜员")
    assert model_of(log(), pd.concat([low, high])).headcount()[0, 18:34].tolist() == [3.0] * 16
    shifts = pd.concat([roster(3, 540, 735), roster(3, 735, 1020)])  # 12:15
    assert model_of(log(), shifts).headcount()[0, 18:34].tolist() == [3.0] * 16


@pytest.mark.parametrize("n_days", [5, 20, 40])
def test_a_month_has_as_many_working_days_however_short_the_data(n_days: int) -> None:
    model = model_of(log(n_days=n_days, per_hour=24))
    assert model.working_days_per_month == pytest.approx(5 * 365.25 / 84)


def test_a_gap_of_months_does_not_close_the_branch() -> None:
    frame = pd.concat([log(n_days=10), log(n_days=10, first=date(2026, 11, 2))])
    assert [bool(p) for p in model_of(frame).patterns] == [True] * 5 + [False] * 2


def test_too_little_for_a_fit_is_said_not_raised() -> None:
    frame = log(n_days=14, per_hour=1.05)
    assert frame["finished_min"].notna().sum() >= 100
    fitted = fit_history(history_of(frame), roster(3), 10.0, replications=2)
    assert (fitted.passes, fitted.reason) == (False, "too_few_days")


def test_services_that_nobody_timed_are_work_but_no_pause() -> None:
    frame = log(n_days=30, per_hour=30)
    full = model_of(frame)
    half = frame.assign(finished_min=frame["finished_min"].where(np.arange(len(frame)) % 2 == 0))
    assert model_of(half).turnaround_min == pytest.approx(full.turnaround_min, abs=0.1)
    seen = [metrics.observed_utilisation(history_of(f), full.headcount()) for f in (frame, half)]
    assert seen[1] == pytest.approx(seen[0], rel=0.05)


def test_a_period_past_the_calendar_is_a_request_error() -> None:
    with pytest.raises(RequestError):
        coming_days(model_of(log(n_days=5)), date.max - timedelta(days=1), 5)


def test_a_draw_of_weeks_without_a_saturday_does_not_close_saturdays() -> None:
    """Weeks busy and quiet in turn, so that whole weeks are drawn; three Saturdays in eight weeks."""
    parts = []
    for week in range(8):
        frame = log(
            n_days=5, per_hour=(10, 30)[week % 2], seed=week, first=date(2026, 1, 5) + timedelta(weeks=week)
        )
        friday = frame["arrived_on"].max()
        parts.append(frame)
        if week % 3 == 0:
            parts.append(frame[frame["arrived_on"] == friday].assign(arrived_on=friday + timedelta(days=1)))
    come = estimate_arrivals(history_of(pd.concat(parts)), 400, np.random.default_rng(1))
    assert come.week_cv > 0
    assert (come.rate_draws[:, 5, 20:30] > 0).all()
