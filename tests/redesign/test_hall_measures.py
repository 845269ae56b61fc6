"""Each measure changes what it says and nothing else; bad requests get one sentence."""

from dataclasses import fields, replace

import numpy as np
import pytest

from analytics.errors import RequestError
from analytics.redesign.hall_measures import apply_all
from analytics.redesign.measures import CATALOGUE, Context, parse
from analytics.simulation.model import STRICT_CREDIT_MIN, Model
from benchmarks.branch_month import engine_model


@pytest.fixture
def model() -> Model:
    """Six counters, four at lunch (12:00–14:00), two of them kept for VIPs; three services; one slow teller."""
    base = engine_model()
    share = np.array([0.5, 0.3, 0.2])
    servers = tuple(
        replace(
            s,
            tellers=((f"T{i + 1}", 1.0),),
            segments=frozenset({1}) if i < 2 else s.segments,
            services=frozenset({0, 1, 2}),
        )
        for i, s in enumerate(base.servers)
    )
    return replace(
        base, services=("cash", "bill payment", "loans"), rates=base.rates * share, service_min=np.tile(base.service_min, (3, 1)),
        servers=servers, teller_factor={f"T{i + 1}": 2.0 if i == 1 else 1.0 for i in range(6)},
    )  # fmt: skip


def changed(before: Model, after: Model) -> set[str]:
    def same(a, b) -> bool:
        return np.array_equal(a, b) if isinstance(a, np.ndarray) else a is b or a == b

    return {f.name for f in fields(before) if not same(getattr(before, f.name), getattr(after, f.name))}


def test_no_measure_changes_nothing(model: Model) -> None:
    assert apply_all(model, []) is model


def test_people_at_lunch_come_back_before_new_places_open(model: Model) -> None:
    after = apply_all(
        model, [{"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"}]
    )
    assert changed(model, after) == {"staff_on"}
    assert after.headcount()[0, 24:28].tolist() == [6, 6, 6, 6]
    assert after.headcount()[0, 23] == model.headcount()[0, 23]
    assert after.staff_hours_per_week() == model.staff_hours_per_week() + 5 * 2 * 2


def test_more_than_the_team_opens_new_places(model: Model) -> None:
    after = apply_all(model, [{"measure": "add_staff", "role": "counter", "headcount": 3}])
    assert changed(model, after) == {"staff_on", "servers"}
    assert after.headcount()[0, 20] == 9
    assert after.headcount()[0, 24] == 7
    assert after.headcount()[0, 40] == 0  # not outside the opening hours
    assert all(s.segments == {0, 1} for s in after.servers[6:])


def test_one_weekday_only(model: Model) -> None:
    after = apply_all(model, [{"measure": "add_staff", "role": "counter", "headcount": 1, "weekdays": [1]}])
    assert after.headcount()[0, 20] == 7
    assert after.headcount()[1, 20] == 6
    assert after.staff_hours_per_week() == pytest.approx(model.staff_hours_per_week() + 8.5)


def test_moved_hours_cost_nothing(model: Model) -> None:
    move = {
        "measure": "move_staff",
        "role": "counter",
        "headcount": 1,
        "from": ["09:00", "11:00"],
        "to": ["12:00", "14:00"],
    }
    after = apply_all(model, [move])
    assert after.staff_hours_per_week() == model.staff_hours_per_week()
    assert after.headcount()[0, 18] == 5
    assert after.headcount()[0, 24] == 5


def test_shorten_a_service_and_a_teller(model: Model) -> None:
    service = apply_all(model, [{"measure": "shorten", "service": "loans", "factor": 0.5}])
    assert changed(model, service) == {"service_min"}
    assert np.allclose(service.service_min[2], model.service_min[2] / 2)
    assert np.array_equal(service.service_min[:2], model.service_min[:2])
    hashed = Context(lambda name: {"anna": "T2"}.get(name, "?"))
    teller = apply_all(model, [{"measure": "shorten", "teller": "anna", "factor": 0.5}], hashed)
    assert teller.teller_factor["T2"] == 1.0
    assert model.teller_factor["T2"] == 2.0  # the caller's model is untouched


def test_divert_takes_a_share_of_one_service(model: Model) -> None:
    after = apply_all(model, [{"measure": "divert", "service": "bill payment", "share": 0.7}])
    assert changed(model, after) == {"rates"}
    assert np.allclose(after.rates[..., 1], model.rates[..., 1] * 0.3)
    assert np.array_equal(after.rates[..., 0], model.rates[..., 0])


def test_demand_of_a_segment(model: Model) -> None:
    after = apply_all(model, [{"measure": "demand", "factor": 1.5, "segment": "VIP"}])
    assert np.allclose(after.rates[:, :, 1], model.rates[:, :, 1] * 1.5)
    assert np.array_equal(after.rates[:, :, 0], model.rates[:, :, 0])


def test_appointments_move_customers_and_lose_none(model: Model) -> None:
    move = {"measure": "smooth_arrivals", "share": 0.4, "from": ["10:00", "12:00"], "to": ["14:00", "16:00"]}
    after = apply_all(model, [move])
    assert changed(model, after) == {"rates"}
    assert after.rates.sum(axis=1) == pytest.approx(model.rates.sum(axis=1))
    assert np.allclose(after.rates[:, 20:24], model.rates[:, 20:24] * 0.6)
    assert (after.rates[:5, 28:32] > model.rates[:5, 28:32]).all()


def test_announced_waits_change_patience(model: Model) -> None:
    after = apply_all(model, [{"measure": "announce_wait", "patience_factor": 1.5}])
    assert changed(model, after) == {"patience_min"}
    assert np.allclose(after.patience_min, model.patience_min * 1.5)


@pytest.mark.parametrize(
    ("request_", "credit"),
    [
        ({"rule": "fifo"}, [0, 0]),
        ({"rule": "priority"}, [0, STRICT_CREDIT_MIN]),
        ({"rule": "priority", "order": ["ordinary"]}, [STRICT_CREDIT_MIN, 0]),
        ({"rule": "priority", "order": ["VIP", "ordinary"]}, [0, STRICT_CREDIT_MIN]),
        ({"rule": "ageing", "credit_min": 5}, [0, 5]),
    ],
)
def test_priority_is_a_credit_of_minutes(model: Model, request_: dict, credit: list[float]) -> None:
    after = apply_all(model, [{"measure": "set_priority", **request_}])
    assert after.credit_min.tolist() == credit


def test_pooled_counters_serve_everyone(model: Model) -> None:
    after = apply_all(model, [{"measure": "pool_counters", "counters": ["C1"]}])
    assert [s.segments for s in after.servers[:3]] == [{0, 1}, {1}, {0, 1}]
    assert all(s.segments == {0, 1} for s in apply_all(model, [{"measure": "pool_counters"}]).servers)


@pytest.mark.parametrize(
    ("measures", "field", "word"),
    [
        ({"measure": "divert"}, "measures", "list"),
        (["divert"], "measures", "object"),
        ([{"measure": "teleport"}], "measure", "teleport"),
        ([{"measure": "end_batching"}], "activity", "needs"),
        ([{"measure": "divert", "service": "cash"}], "share", "share"),
        ([{"measure": "divert", "service": "cash", "share": 1.7}], "share", "1.7"),
        ([{"measure": "divert", "service": "cash", "share": "a lot"}], "share", "a lot"),
        ([{"measure": "divert", "service": "cash", "share": True}], "share", "true"),
        ([{"measure": "divert", "service": "opera", "share": 0.5}], "service", "bill payment"),
        ([{"measure": "divert", "service": "cash", "share": 0.5, "speed": 2}], "speed", "speed"),
        ([{"measure": "add_staff", "role": "juggler", "headcount": 1}], "role", "counter"),
        ([{"measure": "add_staff", "role": "counter", "headcount": 1.5}], "headcount", "whole"),
        ([{"measure": "add_staff", "role": "counter", "headcount": -7}], "headcount", "6 people"),
        ([{"measure": "add_staff", "role": "counter", "headcount": 1, "weekdays": [8]}], "weekdays", "7"),
        ([{"measure": "add_staff", "role": "counter", "headcount": 1, "from": "noon"}], "from", "HH:MM"),
        ([{"measure": "add_staff", "role": "counter", "headcount": 1, "from": "14:00", "to": "12:00"}], "to", "half hour"),
        ([{"measure": "move_staff", "role": "counter", "headcount": 1, "from": ["09:00", "10:00"], "to": ["10:00", "12:00"]}], "to", "equally"),
        ([{"measure": "shorten", "factor": 0.5}], "service", "teller"),
        ([{"measure": "shorten", "teller": "T9", "factor": 0.5}], "teller", "T9"),
        ([{"measure": "set_priority", "rule": "lottery"}], "rule", "fifo"),
        ([{"measure": "set_priority", "rule": "priority", "order": ["royal"]}], "order", "royal"),
        ([{"measure": "set_priority", "rule": "ageing"}], "credit_min", "credit_min"),
        ([{"measure": "pool_counters", "counters": ["C99"]}], "counters", "C99"),
        ([{"measure": "smooth_arrivals", "share": 0.3, "from": ["10:00", "12:00"], "to": ["11:00", "13:00"]}], "to", "overlap"),
        ([{"measure": "announce_wait", "patience_factor": 0}], "patience_factor", "0.1"),
        ([{"measure": "set_priority", "rule": "fifo"}, {"measure": "set_priority", "rule": "priority"}], "rule", "contradict"),
        ([{"measure": "demand", "factor": -1}], "factor", "-1"),
    ],
)  # fmt: skip
def test_bad_requests_name_the_field(model: Model, measures, field: str, word: str) -> None:
    with pytest.raises(RequestError) as caught:
        apply_all(model, parse(measures))
    assert caught.value.field == field
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_measure_of_the_catalogue_is_named_in_the_documentation() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert [name for name in CATALOGUE if f"`{name}`" not in text] == []


def test_parse_keeps_the_order() -> None:
    both = [{"measure": "demand", "factor": 1.1}, {"measure": "pool_counters"}]
    assert parse(both) == tuple(both)


@pytest.mark.parametrize(
    "measure",
    [
        {"measure": "add_staff", "headcount": 1, "from": "20:00", "to": "22:00"},
        {"measure": "add_staff", "headcount": 1, "weekdays": [7]},
        {"measure": "move_staff", "headcount": 1, "from": ["09:00", "10:00"], "to": ["20:00", "21:00"]},
    ],
)
def test_people_cannot_work_while_the_branch_is_closed(model: Model, measure: dict) -> None:
    with pytest.raises(RequestError):
        apply_all(model, [measure | {"role": "counter"}])


def test_a_weekday_that_closes_earlier_keeps_the_hours_that_have_no_place_to_go(model: Model) -> None:
    """Monday closes at 12:00: moving 09:00–11:00 to 11:00–13:00 moves only the half hours that are open at both ends."""
    on = np.concatenate([model.staff_on[:1].copy(), model.staff_on])
    on[0, 24:] = False
    short = replace(
        model, staff_on=on, patterns=((0,), *(tuple(p + 1 for p in q) for q in model.patterns[1:]))
    )
    move = {"measure": "move_staff", "role": "counter", "headcount": 1, "from": ["09:00", "11:00"], "to": ["11:00", "13:00"]}  # fmt: skip
    after = apply_all(short, [move])
    assert after.headcount().sum(axis=1).tolist() == short.headcount().sum(axis=1).tolist()
    assert (after.headcount()[0] - short.headcount()[0])[18:24].tolist() == [-1, -1, 0, 0, 1, 1]
    assert (after.headcount()[1] - short.headcount()[1])[18:26].tolist() == [-1, -1, -1, -1, 1, 1, 1, 1]
