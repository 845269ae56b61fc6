"""Forecasts of the sample's processes: its known truths, identities, determinism, scope, carry-over, guardrail."""

import json
from datetime import date
from pathlib import Path

import pytest

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.redesign.forecast import forecast, to_json
from analytics.redesign.process_ready import process_defaults, ready_process_measures
from analytics.redesign.ready import compare_ready
from analytics.redesign.result import PROCESS_METRICS, Forecast
from analytics.redesign.scope import decide
from analytics.store import Store

MARKETING, OPENING = "process:relationship marketing", "process:account opening"
END_BATCHES = {"measure": "end_batching", "activity": "credit approval"}
LESS_REWORK = {
    "measure": "reduce_rework",
    "from": "check documents",
    "to": "collect documents",
    "factor": 0.38,
}
ONE_EACH = [
    END_BATCHES,
    LESS_REWORK,
    {"measure": "add_staff", "role": "customer manager", "headcount": 1},
    {
        "measure": "move_staff",
        "role": "operations",
        "headcount": 1,
        "from": ["09:00", "10:00"],
        "to": ["15:00", "16:00"],
    },
    {"measure": "shorten", "activity": "prepare proposal", "factor": 0.7},
    {"measure": "shorten", "resource": "M03", "factor": 0.42},
    {"measure": "remove_activity", "activity": "contact customer"},
    {"measure": "merge_activities", "activities": ["contact customer", "needs analysis"], "factor": 0.9},
    {"measure": "parallelise", "activities": ["check documents", "credit approval"]},
    {"measure": "automate", "activity": "check documents", "minutes": 1, "share": 0.6},
    {"measure": "empower", "activity": "credit approval", "share": 0.5},
    {"measure": "reassign", "activity": "sign contract", "role": "customer manager"},
    {"measure": "demand", "factor": 1.2},
]


@pytest.fixture(scope="module")
def store(sample_store: Path) -> Store:
    return Store.open(sample_store)


@pytest.fixture(scope="module")
def year(store: Store) -> Filters:
    return Filters("Sandaojie", *store.period("Sandaojie"), grouping=store.grouping("Sandaojie"))


def month(store: Store, filters: Filters, *measures: dict, **options) -> Forecast:
    return forecast(
        store, filters, measures, **{"horizon_days": 22, "replications": 60, "scope": MARKETING, **options}
    )


@pytest.fixture(scope="module")
def truths() -> dict:
    text = (Path(__file__).parents[2] / "sample_data" / "truths.json").read_text("utf-8")
    return json.loads(text)["processes"]["relationship marketing"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("approvals as they come", END_BATCHES),
        ("documents bounce as at the peers", LESS_REWORK),
        (
            "the slow manager as fast as the others",
            {"measure": "shorten", "resource": "M03", "factor": 1 / 2.4},
        ),
    ],
)
def test_the_samples_truths_lie_in_the_intervals(
    store: Store, year: Filters, truths, name: str, measure
) -> None:
    """What the generator's world brought with one thing put right, on cases of the same year."""
    result = forecast(store, year, [measure], scope=MARKETING)
    was, would_be = truths["as it was"], truths[name]
    cycle = result.metrics["cycle_time_mean_h"]
    assert cycle.observed == pytest.approx(was["cycle_time_mean_h"], abs=0.1)
    assert cycle.before.low <= was["cycle_time_mean_h"] <= cycle.before.high
    assert cycle.after.low <= would_be["cycle_time_mean_h"] <= cycle.after.high
    assert cycle.change.low <= would_be["cycle_time_mean_h"] - was["cycle_time_mean_h"] <= cycle.change.high
    weeks = was["n_won"] / result.metrics["won_per_week"].observed
    won = result.metrics["won_per_week"]
    assert won.after.low <= would_be["n_won"] / weeks <= won.after.high


def test_metrics_and_groups_of_the_contract(store: Store, year: Filters) -> None:
    content = to_json(month(store, year, END_BATCHES))
    assert content["scope"] == MARKETING
    assert list(content["metrics"])[: len(PROCESS_METRICS)] == list(PROCESS_METRICS)
    assert {"utilisation:customer manager", "utilisation:approver", "utilisation:operations"} < set(
        content["metrics"]
    )
    assert set(content["by_segment"]) == {"ordinary", "gold", "VIP"}
    for metric in content["metrics"].values():
        for side in ("before", "after", "change"):
            low, high = metric[side]["interval"]
            assert low <= metric[side]["mean"] <= high
    json.dumps(content, allow_nan=False)


def test_nothing_changes_without_a_measure(store: Store, year: Filters) -> None:
    for name, metric in month(store, year).metrics.items():
        assert (metric.change.low, metric.change.high) == (0.0, 0.0), name


def test_the_same_request_gives_the_same_numbers_and_a_longer_list_changes_no_case(
    store: Store, year: Filters
) -> None:
    first, again = (to_json(month(store, year, END_BATCHES)) for _ in range(2))
    for content in (first, again):
        content.pop("seconds")
    assert first == again
    assert (
        to_json(month(store, year, LESS_REWORK))["metrics"]["cycle_time_mean_h"]["before"]
        == (first["metrics"]["cycle_time_mean_h"]["before"])
    )


@pytest.mark.parametrize("measure", ONE_EACH, ids=lambda m: m["measure"])
def test_every_measure_alone(store: Store, year: Filters, measure) -> None:
    result = month(store, year, measure, replications=30)
    assert result.metrics["cycle_time_mean_h"].after.mean > 0
    assert result.process is not None
    assert len(result.process.steps) == 8


def test_measures_together_bring_more_than_each(store: Store, year: Filters) -> None:
    alone = [
        month(store, year, m).metrics["cycle_time_mean_h"].change.mean for m in (END_BATCHES, LESS_REWORK)
    ]
    both = month(store, year, END_BATCHES, LESS_REWORK).metrics["cycle_time_mean_h"].change.mean
    assert both < min(alone) < 0


@pytest.mark.parametrize("hours", [("09:00", "11:00"), ("12:00", "14:00"), ("15:00", "17:00")])
def test_somebody_more_for_two_hours_holds_no_case_up(store: Store, year: Filters, hours) -> None:
    more = {"measure": "add_staff", "role": "operations", "headcount": 1, "from": hours[0], "to": hours[1]}
    result = forecast(store, year, [more], scope=OPENING, horizon_days=44, replications=40)
    assert result.metrics["cycle_time_working_mean_h"].change.mean < -0.05


def test_what_removal_and_automation_do_to_people(store: Store, year: Filters) -> None:
    before = month(store, year).metrics["utilisation:approver"].after.mean
    half = month(store, year, {"measure": "empower", "activity": "credit approval", "share": 0.5})
    assert 0.4 * before < half.metrics["utilisation:approver"].after.mean < 0.9 * before


def test_a_period_that_takes_over_open_cases_begins_busy(store: Store, year: Filters) -> None:
    fresh, carried = month(store, year), month(store, year, carry_over=True)
    assert carried.process.n_carried_over > 20
    assert fresh.process.n_carried_over == 0
    assert carried.metrics["won_per_week"].before.mean > 1.5 * fresh.metrics["won_per_week"].before.mean
    # With the open cases a month is much like the year's.
    assert carried.metrics["won_per_week"].before.low < carried.metrics["won_per_week"].observed
    assert carried.metrics["won_per_week"].before.high > carried.metrics["won_per_week"].observed


def test_open_cases_are_those_of_the_day_it_begins(store: Store, year: Filters) -> None:
    within = month(store, year, carry_over=True, starts_on=date(2026, 6, 1))
    events = "events where branch_id = $b and process = 'relationship marketing'"
    ((begun, ended),) = store.rows(
        f"select count(*) filter (began < $d), count(*) filter (ends < $d) from (select min(started_at) as began, "
        f"max(finished_at) as ends from {events} group by case_id)", b="Sandaojie", d=date(2026, 6, 1))  # fmt: skip
    assert within.process.n_carried_over == pytest.approx(begun - ended, rel=0.6)
    assert month(store, year, carry_over=True, starts_on=date(2025, 1, 2)).process.n_carried_over == 0
    with pytest.raises(RequestError, match="2026-10-30"):
        month(store, year, carry_over=True, starts_on=date(2027, 1, 4))


def test_hours_of_people_who_keep_their_cases_may_move(store: Store, year: Filters) -> None:
    move = {
        "measure": "move_staff",
        "role": "customer manager",
        "headcount": 1,
        "from": ["09:00", "10:00"],
        "to": ["16:00", "17:00"],
    }
    change = month(store, year, move, carry_over=True).metrics["throughput_per_week"]
    assert abs(change.change.mean) < 0.03 * change.before.mean


def test_wins_hang_on_time_where_the_data_show_it(store: Store, year: Filters) -> None:
    """The sample's customers go elsewhere before signing the longer it takes."""
    assert [x.activity for x in month(store, year).process.loss_links] == ["sign contract"]
    assert month(store, year, scope=OPENING).process.loss_links == ()


def test_the_guardrail_fails_where_ordinary_cases_take_longer(store: Store, year: Filters) -> None:
    result = month(
        store, year, {"measure": "add_staff", "role": "operations", "headcount": -2}, carry_over=True
    )
    assert not result.guardrail.passes
    assert result.guardrail.reason == "cycle_time"


def test_scope_is_told_by_the_measures(store: Store, year: Filters) -> None:
    assert decide(store, year, [END_BATCHES], None) == MARKETING
    assert (
        decide(store, year, [{"measure": "empower", "activity": "approve account", "share": 0.5}], None)
        == OPENING
    )
    assert decide(store, year, [{"measure": "add_staff", "role": "counter", "headcount": 1}], None) == "hall"
    assert decide(store, year, [{"measure": "shorten", "resource": "M03", "factor": 0.5}], None) == MARKETING
    assert decide(store, year, [], None) == "hall"
    assert decide(store, year, [{"measure": "demand", "factor": 1.1}], None) == "hall"
    assert decide(store, year, [LESS_REWORK], OPENING) == OPENING


@pytest.mark.parametrize(
    ("measures", "scope", "word"),
    [
        ([LESS_REWORK], None, "account opening"),
        (
            [END_BATCHES, {"measure": "divert", "service": "cash", "share": 0.1}],
            None,
            "do not belong together",
        ),
        ([{"measure": "remove_activity", "activity": "dance"}], None, "dance"),
        ([{"measure": "add_staff", "role": "dancer", "headcount": 1}], None, "dancer"),
        ([{"measure": "parallelise", "activities": ["check documents", "dance"]}], None, "«dance»"),
        ([{"measure": "reduce_rework", "from": "dance", "to": "dance", "factor": 0}], None, "«dance»"),
        ([{"measure": "shorten", "resource": "nobody", "factor": 0.5}], None, "nobody"),
        ([{"measure": "divert", "service": "cash", "share": 0.1}], OPENING, "divert"),
        ([], "process:dance", "dance"),
        ([], "dance", "dance"),
    ],
)
def test_what_fits_nowhere_or_twice_is_said(store: Store, year: Filters, measures, scope, word: str) -> None:
    with pytest.raises(RequestError) as caught:
        forecast(store, year, measures, scope=scope)
    assert word in str(caught.value)


def test_too_few_cases_are_said(store: Store, year: Filters) -> None:
    week = Filters("Sandaojie", date(2025, 11, 3), date(2025, 11, 10), grouping=year.grouping)
    with pytest.raises(RequestError, match="too few"):
        forecast(store, week, [], scope=MARKETING)
    labour_day = Filters("Sandaojie", date(2026, 5, 1), date(2026, 5, 2), grouping=year.grouping)
    with pytest.raises(RequestError, match="on 0 days"):
        forecast(store, labour_day, [], scope=MARKETING)
    with pytest.raises(RequestError, match="no events"):
        forecast(store, Filters("Sandaojie", date(2020, 1, 1), date(2020, 2, 1)), [], scope=MARKETING)


def test_the_process_own_values(store: Store, year: Filters) -> None:
    own = process_defaults(store, year, "relationship marketing")
    assert own.activities[0] == "contact customer"
    assert own.activities[-1] == "follow up"
    assert own.people == {"operations": 3, "customer manager": 6, "approver": 2}
    assert own.batched == ("credit approval",)
    assert own.rework[0][:2] == ("check documents", "collect documents")
    assert own.rework[0][2] == pytest.approx(0.33, abs=0.05)
    slow = max(own.factor_of_resource.values())
    assert slow == pytest.approx(2.4, abs=0.25)


def test_ready_measures_of_a_process_are_ranked(store: Store, year: Filters) -> None:
    ready = ready_process_measures(store, year, "relationship marketing")
    assert [m[0]["measure"] for m in ready] == ["end_batching", "reduce_rework", "shorten", "empower"]
    ranked = compare_ready(store, year, MARKETING, replications=30)
    assert ranked[0].measures == (END_BATCHES,)
    assert ranked[0].process.n_carried_over > 0


def test_cases_that_pile_up_are_said(store: Store, year: Filters) -> None:
    """Those that end take no longer; the many that do not end have no cycle time that the guardrail could compare."""
    from analytics.words import trust

    result = forecast(
        store, year, [{"measure": "add_staff", "role": "customer manager", "headcount": -3}], replications=30,
        scope=MARKETING,
    )  # fmt: skip
    assert result.metrics["throughput_per_week"].change.high < 0
    if result.guardrail.passes:
        assert "fewer a week get through" in trust.guardrail_verdict(result)
