"""What was planted in a log is found again: order, kept counters, slow people, patience, rates, staff."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.simulation.calibration import Calibration, calibrate_history
from analytics.simulation.history import history_of
from analytics.simulation.model import STRICT_CREDIT_MIN
from tests.simulation.frames import log, no_rosters, roster

ON = date(2026, 3, 2)


def calibrated(rosters: pd.DataFrame | None = None, **settings) -> Calibration:
    frame = log(**settings)
    counters = settings.get("counters", 3)
    return calibrate_history(
        history_of(frame), roster(counters) if rosters is None else rosters, pd.DataFrame(), ON
    )


def credit_of_vips(calibration: Calibration) -> float:
    model = calibration.model
    by_name = dict(zip([s.name for s in model.segments], model.credit_min, strict=True))
    return by_name["VIP"] - by_name["ordinary"]


@pytest.mark.parametrize("planted", [0.0, 8.0, 1000.0])
def test_who_is_called_next(planted: float) -> None:
    found = credit_of_vips(calibrated(credit_min=planted))
    if planted == 1000.0:
        assert found == STRICT_CREDIT_MIN
    else:
        assert found == pytest.approx(planted, abs=1.0)


def test_kept_counters() -> None:
    model = calibrated(kept=1, n_days=40).model
    vip = [s.name for s in model.segments].index("VIP")
    assert [s.segments == {vip} for s in model.servers] == [True, False, False]


def test_slow_person_and_only_that_one() -> None:
    factor = calibrated(slow={1: 2.5}, n_days=40).model.teller_factor
    assert factor["T2"] == pytest.approx(2.5, rel=0.12)
    assert factor["T1"] == pytest.approx(1.0, abs=0.1)
    usual = calibrated(n_days=40).model.teller_factor
    assert max(abs(f - 1) for f in usual.values()) < 0.08


def test_service_means_by_service() -> None:
    model = calibrated(n_days=60).model
    mean = (model.service_min[:, 1:] + model.service_min[:, :-1]).mean(axis=1) / 2
    assert dict(zip(model.services, mean, strict=True)) == pytest.approx(
        {"cash": 4.0, "loans": 10.0}, rel=0.06
    )


def test_the_law_of_service_times_is_fitted_where_it_fits() -> None:
    rng = np.random.default_rng(8)
    frame = log(n_days=40)
    served = frame["called_min"].notna()
    lognormal = np.exp(rng.normal(1.5, 0.6, served.sum()))
    two_humps = np.where(rng.random(served.sum()) < 0.5, 2.0, 14.0) + rng.random(served.sum())
    is_cash = (frame.loc[served, "service"] == "cash").to_numpy()
    frame.loc[served, "finished_min"] = frame.loc[served, "called_min"] + np.where(
        is_cash, lognormal, two_humps
    )
    model = calibrate_history(history_of(frame), roster(3), pd.DataFrame(), ON).model
    laws = dict(zip(model.services, model.service_laws, strict=True))
    assert laws == {"cash": "lognormal", "loans": "empirical"}
    cash = model.service_min[model.services.index("cash")]
    assert (cash[1:] + cash[:-1]).mean() / 2 == pytest.approx(lognormal[is_cash].mean(), rel=0.03)
    assert cash[128] == pytest.approx(np.exp(1.5), rel=0.06)


def test_patience_of_those_who_would_leave() -> None:
    model = calibrated(patience_mean_min=30.0, per_hour=32, n_days=60).model
    for table in model.patience_min:
        # Half have given up after 30 · ln 2 minutes.
        assert table[128] == pytest.approx(30 * np.log(2), rel=0.15)


def test_rates_add_up_to_the_tickets() -> None:
    frame = log(n_days=40)
    model = calibrate_history(history_of(frame), roster(3), pd.DataFrame(), ON).model
    assert model.rates.sum() / 5 == pytest.approx(len(frame) / 40, rel=0.01)
    assert model.rates[5:].sum() == 0


def test_roster_is_taken_as_planned_and_people_as_seen() -> None:
    model = calibrated().model
    assert model.headcount()[0, 18:34].tolist() == [3.0] * 16
    assert model.hourly_cost_cny == 40.0
    assert model.role == "counter"
    assert [bool(p) for p in model.patterns] == [True] * 5 + [False] * 2


def test_without_roster_people_on_duty_are_seen_from_who_served() -> None:
    calibration = calibrated(rosters=no_rosters(), per_hour=34)
    midday = calibration.model.headcount()[0, 20:32]
    assert midday.mean() == pytest.approx(3.0, abs=0.25)
    assert [code for code, _ in calibration.notes] == [
        "staff_inferred",
        "called_next",
        "no_cost",
        "no_satisfaction_link",
    ]


def test_a_day_of_the_month_that_stands_out() -> None:
    frame = log(n_days=80, per_hour=20)
    tenth = frame[pd.to_datetime(frame["arrived_on"]).dt.day == 10]
    doubled = pd.concat([frame, tenth.assign(arrived_min=tenth["arrived_min"] + 0.1)]).sort_values(
        ["arrived_on", "arrived_min"]
    )
    factors = calibrate_history(history_of(doubled), roster(3), pd.DataFrame(), ON).model.month_day
    assert factors[10] == pytest.approx(2.0, abs=0.25)
    assert (np.delete(factors, 10) == 1).all()


def test_growing_demand_is_seen_and_carried_on() -> None:
    """4 % more a week over 16 weeks; steady demand shows no trend."""
    weeks = [
        log(n_days=5, per_hour=16 * 1.04**k, seed=k, first=date(2026, 1, 5) + timedelta(weeks=k))
        for k in range(16)
    ]
    growing = calibrate_history(history_of(pd.concat(weeks)), roster(3), pd.DataFrame(), ON)
    drift = growing.model.drift
    assert drift.slope_per_day * 7 == pytest.approx(np.log(1.04), abs=4 * drift.slope_sd * 7)
    assert dict(growing.notes)["demand_drift"]["low"] > 0
    ahead = np.array([drift.last_on, drift.last_on + 28])
    assert drift.factors(ahead, 0.0, 0.0)[1] == drift.factors(ahead, 0.0, 0.0)[0]
    assert drift.factors(ahead, 0.0, 1.0)[1] > drift.factors(ahead, 0.0, 1.0)[0] > 1
    assert calibrated(n_days=80).model.drift.slope_per_day == 0


def test_too_few_days_is_a_request_error() -> None:
    with pytest.raises(RequestError, match="too few"):
        calibrated(n_days=3)


def test_unknown_leaving_times_are_counted_and_said() -> None:
    frame = log(patience_mean_min=30.0, per_hour=32)
    gone = frame["called_min"].isna()
    frame.loc[gone & (frame.index % 2 == 0), "left_min"] = np.nan
    calibration = calibrate_history(history_of(frame), roster(3), pd.DataFrame(), ON)
    note = dict(calibration.notes)["left_unknown"]
    assert note["n"] == int((gone & (frame.index % 2 == 0)).sum())
    half_gone = calibration.model.patience_min[0, 128]
    assert half_gone == pytest.approx(30 * np.log(2), rel=0.25)


def test_a_ticket_at_night_is_no_customer_of_the_forecast() -> None:
    frame = log(n_days=40)
    stray = frame.iloc[[0]].assign(arrived_min=15.0, called_min=545.0, finished_min=550.0)
    with_stray = pd.concat([stray, frame]).sort_values(["arrived_on", "arrived_min"])
    rates = calibrate_history(history_of(with_stray), roster(3), pd.DataFrame(), ON).model.rates
    assert rates[:, :16].sum() == 0
    assert rates[:, 18:34].sum() > 0
