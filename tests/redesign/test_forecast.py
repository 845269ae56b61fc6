"""Forecasts of the sample branch: its own intervention, identities, determinism, sanity, guardrail."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.filters import Filters, Grouping
from analytics.redesign.forecast import forecast, to_json
from analytics.redesign.ready import compare_ready, defaults, ready_measures
from analytics.redesign.result import HALL_METRICS, Forecast
from analytics.simulation import metrics
from analytics.simulation.calendar import closes_on_holidays, coming_days
from analytics.simulation.calibration import calibrate
from analytics.simulation.history import read_history
from analytics.store import Store, load_sample

LUNCH = {"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"}
WENT_LIVE = date(2026, 7, 6)


@pytest.fixture(scope="module")
def store(sample_store: Path) -> Store:
    return Store.open(sample_store)


@pytest.fixture(scope="module")
def before(store: Store) -> Filters:
    """Sandaojie in the quarter before its lunch cover."""
    return Filters("Sandaojie", date(2026, 4, 1), WENT_LIVE, grouping=store.grouping("Sandaojie"))


def month(store: Store, filters: Filters, *measures: dict, **options) -> Forecast:
    return forecast(store, filters, measures, **{"horizon_days": 22, "replications": 100, **options})


def test_the_samples_own_intervention_falls_into_the_interval(store: Store, before: Filters) -> None:
    """Forecast from before the lunch cover, held against the four weeks after it."""
    after = replace(before, start_on=WENT_LIVE, end_on=date(2026, 8, 5))
    happened = read_history(store, after)
    seen = metrics.observed(happened, 10.0, list(range(len(happened.segments))))
    result = month(store, before, LUNCH, horizon_days=len(happened.days), replications=200)
    assert result.starts_on == WENT_LIVE
    for name, value in seen.items():
        spread = result.metrics[name].after
        assert spread.low <= value <= spread.high, name
    assert result.fit.passes


def test_metrics_and_groups_of_the_contract(store: Store, before: Filters) -> None:
    content = to_json(month(store, before, LUNCH))
    assert list(content["metrics"]) == list(HALL_METRICS)
    assert set(content["by_segment"]) == {"ordinary", "gold", "VIP"}
    for metric in content["metrics"].values():
        for side in ("before", "after", "change"):
            low, high = metric[side]["interval"]
            assert low <= metric[side]["mean"] <= high
        assert metric["change"]["mean"] == pytest.approx(
            metric["after"]["mean"] - metric["before"]["mean"], abs=1e-5
        )
    assert content["scope"] == "hall"
    assert content["horizon_days"] == 22


def test_status_quo_changes_nothing_and_sits_by_what_was(store: Store, before: Filters) -> None:
    result = month(store, before)
    for name, m in result.metrics.items():
        assert m.before == m.after, name
        assert (m.change.mean, m.change.low, m.change.high) == (0, 0, 0)
    wait = result.metrics["wait_mean_min"]
    assert wait.observed is not None
    assert wait.before.low <= wait.observed <= wait.before.high
    assert result.guardrail.reason == "no_measure"


def test_same_seed_same_numbers_and_more_replications_continue_the_fewer(
    store: Store, before: Filters
) -> None:
    first, second = month(store, before, LUNCH), month(store, before, LUNCH)
    other = month(store, before, LUNCH, seed=2)
    assert first.metrics == second.metrics
    assert first.metrics["wait_mean_min"] != other.metrics["wait_mean_min"]


def test_one_person_more_never_makes_waits_longer(store: Store, before: Filters) -> None:
    waits = [
        month(store, before, {"measure": "add_staff", "role": "counter", "headcount": n})
        .metrics["wait_mean_min"]
        .change.mean
        for n in (1, 2, 4)
    ]
    assert 0 > waits[0] > waits[1] > waits[2]
    fewer = month(store, before, {"measure": "add_staff", "role": "counter", "headcount": -1})
    assert fewer.metrics["wait_mean_min"].change.mean > 0


def test_a_measure_for_the_few_fails_the_guardrail(store: Store, before: Filters) -> None:
    keep_more = {"measure": "add_staff", "role": "counter", "headcount": -1, "from": "10:00", "to": "15:00"}
    result = month(store, before, keep_more)
    assert not result.guardrail.passes
    assert result.guardrail.reason in ("wait_mean", "wait_p90")
    assert result.by_group["ordinary"]["wait_mean_min"].change.low > 0


@pytest.mark.parametrize(
    "measures",
    [
        [LUNCH],
        [{"measure": "move_staff", "role": "counter", "headcount": 1, "from": ["09:00", "10:00"], "to": ["12:00", "13:00"]}],
        [{"measure": "shorten", "service": "account opening", "factor": 0.8}],
        [{"measure": "shorten", "teller": "T03", "factor": 0.8}],
        [{"measure": "divert", "service": "bill payment", "share": 0.5}],
        [{"measure": "set_priority", "rule": "priority"}],
        [{"measure": "pool_counters"}],
        [{"measure": "demand", "factor": 1.1}],
        [LUNCH, {"measure": "divert", "service": "bill payment", "share": 0.3}, {"measure": "pool_counters", "counters": ["C1"]}],
    ],
)  # fmt: skip
def test_every_measure_alone_and_together(store: Store, before: Filters, measures: list[dict]) -> None:
    result = month(store, before, *measures, replications=20)
    assert all(np.isfinite(m.after.mean) for m in result.metrics.values())
    assert 0 <= result.metrics["utilisation"].after.mean <= 1
    assert result.metrics["abandon_share"].after.low >= 0


def test_twenty_per_cent_more_customers_wait_longer(store: Store, before: Filters) -> None:
    more = month(store, before, {"measure": "demand", "factor": 1.2})
    assert more.metrics["wait_mean_min"].change.low > 0
    assert more.metrics["abandon_share"].change.mean > 0


def test_nobody_comes(store: Store, before: Filters) -> None:
    result = month(store, before, {"measure": "demand", "factor": 0}, replications=10)
    assert np.isnan(result.metrics["wait_mean_min"].after.mean)
    assert result.metrics["utilisation"].after.mean == 0
    assert to_json(result)["metrics"]["wait_mean_min"]["after"]["mean"] is None


def test_satisfaction_follows_the_wait(store: Store, before: Filters) -> None:
    result = month(store, before, LUNCH)
    assert result.metrics["csat_mean"].change.low > 0


def test_cost_is_hours_times_wage(store: Store, before: Filters) -> None:
    result = month(store, before, LUNCH)
    cost = result.metrics["staff_cost_cny_per_month"]
    hours = cost.change.mean / cost.before.mean
    assert cost.change.low == cost.change.high == cost.change.mean > 0
    assert hours == pytest.approx(0.08, abs=0.03)  # 2 of 7 people for 2 of 8 hours


def test_minutes_saved_are_those_of_the_customers_served(store: Store, before: Filters) -> None:
    result = month(store, before, LUNCH)
    saved = result.waited_min_per_month
    assert saved is not None
    assert saved.high < 0
    served_a_month = result.n_tickets / 80 * 24 * 0.95  # about 80 days in the quarter, 24 in a month
    change = result.metrics["wait_mean_min"].change.mean
    assert saved.mean == pytest.approx(change * served_a_month, rel=0.15)


def test_ready_measures_are_forecast_best_first(store: Store, before: Filters) -> None:
    known = defaults(store, before)
    assert known.reserved_counters == ("C1", "C2")
    assert known.machine_services[0] == "bill payment"
    assert len(ready_measures(store, before)) >= 3
    ranked = compare_ready(store, before)
    changes = [r.by_group["ordinary"]["wait_mean_min"].change.mean for r in ranked if r.guardrail.passes]
    assert changes == sorted(changes)
    assert changes[0] < 0


@pytest.mark.parametrize(
    ("options", "field"),
    [({"horizon_days": 0}, "horizon_days"), ({"replications": 1}, "replications"), ({"scope": "process:x"}, "scope"),
     ({"horizon_days": 10**7}, "horizon_days")],
)  # fmt: skip
def test_bad_options(store: Store, before: Filters, options: dict, field: str) -> None:
    with pytest.raises(RequestError) as caught:
        month(store, before, **options)
    assert caught.value.field == field


def test_a_period_without_visits(store: Store, before: Filters) -> None:
    with pytest.raises(RequestError, match="No visits"):
        month(store, replace(before, start_on=date(2020, 1, 1), end_on=date(2020, 2, 1)))


def test_without_groups_the_guardrail_says_that_all_customers_are_checked(
    store: Store, before: Filters
) -> None:
    unsplit = month(store, replace(before, grouping=Grouping()), LUNCH, horizon_days=5, replications=10)
    assert unsplit.by_group == {}
    assert (unsplit.guardrail.passes, unsplit.guardrail.reason) == (True, "no_split")


def test_the_numbers_do_not_depend_on_the_stores_key(store: Store, before: Filters, tmp_path: Path) -> None:
    """Another store of the same files has other pseudonyms, and the same forecast."""
    load_sample(tmp_path / "other")
    other = Store.open(tmp_path / "other")
    shorten = {"measure": "shorten", "teller": "T03", "factor": 0.8}
    first, second = (month(s, before, shorten, replications=20) for s in (store, other))
    assert first.metrics == second.metrics
    assert first.fit.all_checks == second.fit.all_checks


def test_holidays_are_closed_where_the_branch_was_closed_on_them(store: Store, before: Filters) -> None:
    """The sample closes on public holidays; a log that is open on them stays open."""
    model = calibrate(store, replace(before, start_on=date(2025, 11, 1))).model
    coming = coming_days(model, date(2026, 9, 28), 5)
    assert coming == (
        date(2026, 9, 28),
        date(2026, 9, 29),
        date(2026, 9, 30),
        date(2026, 10, 8),
        date(2026, 10, 9),
    )
    always = replace(model, closes_on_holidays=False)
    assert coming_days(always, date(2026, 9, 28), 5)[3] == date(2026, 10, 1)
    assert not closes_on_holidays(pd.bdate_range("2026-01-01", "2026-06-30").date, [True] * 5 + [False] * 2)


def test_a_roster_that_changed_within_the_data_is_said(store: Store, before: Filters) -> None:
    everything = Filters("Sandaojie", *store.period("Sandaojie"), grouping=before.grouping)
    assert ("roster_changed", {"on": "2026-07-06"}) in calibrate(store, everything).notes
    assert "roster_changed" not in [code for code, _values in calibrate(store, before).notes]
