"""Measures ready to be tried at a branch, with its own values, and how they compare."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from analytics.filters import Filters
from analytics.redesign.forecast import forecast
from analytics.redesign.measures import Measure
from analytics.redesign.result import Forecast
from analytics.simulation.calibration import calibrate
from analytics.simulation.model import SLOT_MIN, Model
from analytics.simulation.process.calibration import calibrate_process
from analytics.simulation.process.history import CaseHistory
from analytics.simulation.process.model import Ints, ProcessModel
from analytics.store import Store

MONTH_DAYS = 22
MACHINE_SERVICES = (
    "bill", "payment", "passbook", "statement", "balance", "transfer", "缴费", "存折", "流水", "对账单", "余额", "转账",
)  # fmt: skip
"""Words by which a service that a machine or the mobile app can do is known, until the branch says otherwise."""


LEAST_REWORK = 0.02
"""Going back in fewer than one of fifty times is not offered as rework."""


@dataclass(frozen=True)
class Defaults:
    """A branch's own values, for forms: what a measure can name.

    headcount[(weekday ISO, half hour)]: people on duty; service_share, service_mean_min by service; teller_factor:
    time relative to colleagues; counters, and those among them that ordinary customers are not called to (reserved).
    """

    role: str
    services: tuple[str, ...]
    service_share: dict[str, float]
    service_mean_min: dict[str, float]
    machine_services: tuple[str, ...]
    segments: tuple[str, ...]
    vip_segments: tuple[str, ...]
    counters: tuple[str, ...]
    reserved_counters: tuple[str, ...]
    teller_factor: dict[str, float]
    opens_half_hour: int
    closes_half_hour: int
    weekdays: tuple[int, ...]
    headcount: dict[tuple[int, int], float]
    calls_vip_first: bool
    hourly_cost_cny: float


def defaults(store: Store, filters: Filters) -> Defaults:
    """The branch's own values from the calibrated model."""
    model = calibrate(store, replace(filters, group="all")).model
    by_service = model.rates.sum(axis=(0, 1, 2))
    mean_min = (model.service_min[:, 1:] + model.service_min[:, :-1]).mean(axis=1) / 2
    headcount = model.headcount()
    staffed = np.flatnonzero(headcount.any(axis=0))
    ordinary = {i for i, s in enumerate(model.segments) if s.group != "vip"}
    services = sorted(range(len(model.services)), key=lambda s: -by_service[s])
    return Defaults(
        role=model.role,
        services=tuple(model.services[s] for s in services),
        service_share={model.services[s]: float(by_service[s] / by_service.sum()) for s in services},
        service_mean_min={model.services[s]: float(mean_min[s]) for s in services},
        machine_services=tuple(model.services[s] for s in services if _is_for_machines(model.services[s])),
        segments=tuple(s.name for s in model.segments),
        vip_segments=tuple(s.name for s in model.segments if s.group == "vip"),
        counters=tuple(s.name for s in model.servers),
        reserved_counters=tuple(s.name for s in model.servers if not ordinary <= s.segments),
        teller_factor=dict(model.teller_factor),
        opens_half_hour=int(staffed[0]),
        closes_half_hour=int(staffed[-1]) + 1,
        weekdays=tuple(w + 1 for w in range(7) if model.patterns[w]),
        headcount={(w + 1, int(s)): float(headcount[w, s]) for w in range(7) for s in staffed},
        calls_vip_first=any(
            c > 0 for c, s in zip(model.credit_min, model.segments, strict=True) if s.group == "vip"
        ),
        hourly_cost_cny=model.hourly_cost_cny,
    )


APPROVAL_WORDS = ("approv", "审", "批")


@dataclass(frozen=True)
class ProcessDefaults:
    """A process' own values, for forms, activities in their usual order.

    role_of, minutes_of, times_of[activity]: who does it (empty: nobody named), mean minutes of work, times done per
    case; people[role]: on duty at most; batched: done in batches; rework: pairs (from, to, share of the times that a
    case goes back); approvals: done by approvers; factor_of_resource: time relative to colleagues.
    """

    process: str
    activities: tuple[str, ...]
    role_of: dict[str, str]
    minutes_of: dict[str, float]
    times_of: dict[str, float]
    people: dict[str, int]
    batched: tuple[str, ...]
    rework: tuple[tuple[str, str, float], ...]
    approvals: tuple[str, ...]
    factor_of_resource: dict[str, float]
    segments: tuple[str, ...]
    weekdays: tuple[int, ...]
    opens_half_hour: int
    closes_half_hour: int
    hourly_cost_cny: dict[str, float]

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """The activities of each pool."""
        return {role: tuple(a for a in self.activities if self.role_of[a] == role) for role in self.people}


def process_defaults(store: Store, filters: Filters, process: str) -> ProcessDefaults:
    """The process' own values from the calibrated model."""
    calibration = calibrate_process(store, replace(filters, group="all"), process)
    model, history = calibration.model, calibration.history
    mine = [i for i, s in enumerate(model.steps) if s.process == process]
    n_cases = max(int((history.case_process == 0).sum()), 1)
    times = np.bincount(history.step, minlength=len(model.steps)) / n_cases
    place = [float(np.median(_place_in_case(history)[history.step == i])) for i in mine]
    order = [i for _p, i in sorted(zip(place, mine, strict=True))]
    minutes = (model.duration_min[:, 1:] + model.duration_min[:, :-1]).mean(axis=1) / 2
    position = {i: k for k, i in enumerate(order)}
    n_targets = len(model.steps)
    count = (model.routing * calibration.uncertainty.routing_n[..., None]).sum(axis=(0, 1))[:, :n_targets]
    share = np.divide(count, calibration.uncertainty.routing_n.sum(axis=(0, 1))[:, None], out=np.zeros_like(count),
                      where=calibration.uncertainty.routing_n.sum(axis=(0, 1))[:, None] > 0)  # fmt: skip
    back = [(float(share[a, b]) * times[a], a, b) for a in order for b in order
            if position[b] <= position[a] and share[a, b] >= LEAST_REWORK]  # fmt: skip
    worked = np.flatnonzero(model.is_open.any(axis=0))
    people = {
        role: int(
            model.on_duty[:, :, [w for w, x in enumerate(model.workers) if x.role == role]].sum(axis=2).max()
        )
        for role in model.roles
    }
    names = {i: model.steps[i].activity for i in order}
    return ProcessDefaults(
        process=process,
        activities=tuple(names.values()),
        role_of={names[i]: model.steps[i].role for i in order},
        minutes_of={names[i]: float(minutes[i]) for i in order},
        times_of={names[i]: float(times[i]) for i in order},
        people=people,
        batched=tuple(names[i] for i in order if model.windows[i] is not None),
        rework=tuple((names[a], names[b], float(share[a, b])) for _n, a, b in sorted(back, reverse=True)),
        approvals=tuple(
            names[i] for i in order
            if any(word in f"{model.steps[i].role} {names[i]}".lower() for word in APPROVAL_WORDS)
        ),
        factor_of_resource=_beside_colleagues(model, people),
        segments=tuple(dict.fromkeys(s.name for s in model.segments)),
        weekdays=tuple(w + 1 for w in range(7) if model.patterns[w]),
        opens_half_hour=int(worked[0]),
        closes_half_hour=int(worked[-1]) + 1,
        hourly_cost_cny=dict(model.hourly_cost_cny),
    )  # fmt: skip


def _beside_colleagues(model: ProcessModel, roles: Iterable[str]) -> dict[str, float]:
    """Each person's time relative to the median of the pool."""
    found: dict[str, float] = {}
    for role in roles:
        names = sorted({name for w in model.workers if w.role == role for name, _share in w.resources})
        factors = [model.resource_factor.get(name, 1.0) for name in names]
        found |= {name: f / float(np.median(factors)) for name, f in zip(names, factors, strict=True)}
    return found


def _place_in_case(history: CaseHistory) -> Ints:
    return np.asarray(np.arange(len(history.case)) - history.first[history.case])


def ready_measures(store: Store, filters: Filters) -> tuple[tuple[Measure, ...], ...]:
    """A few single measures that this branch could take: cover where load per person peaks, divert, pool."""
    known = defaults(store, filters)
    model = calibrate(store, replace(filters, group="all")).model
    start, end = _heaviest_hours(model)
    found: list[tuple[Measure, ...]] = [
        (
            {
                "measure": "add_staff",
                "role": known.role,
                "headcount": 2,
                "from": _clock(start),
                "to": _clock(end),
            },
        )
    ]
    if known.machine_services:
        found.append(
            ({"measure": "divert", "service": known.machine_services[0], "share": 0.4, "to": "self-service"},)
        )
    if known.reserved_counters:
        found.append(({"measure": "pool_counters", "counters": list(known.reserved_counters)},))
    groups = [{model.segments[i].group for i in s.segments} for s in model.servers]
    if not any({"ordinary", "vip"} <= g for g in groups):
        return tuple(found)  # nobody chooses between them, so no order of calling has an effect
    if known.calls_vip_first:
        found.append(({"measure": "set_priority", "rule": "ageing", "credit_min": 5},))
    elif known.vip_segments:
        found.append(({"measure": "set_priority", "rule": "priority"},))
    return tuple(found)


@lru_cache(maxsize=16)
def compare_ready(
    store: Store, filters: Filters, replications: int = 200, seed: int = 1
) -> tuple[Forecast, ...]:
    """The forecasts of the ready measures over a month, best for the ordinary customers first, those that fail the
    guardrail last."""
    found = [
        forecast(store, filters, m, horizon_days=MONTH_DAYS, replications=replications, seed=seed)
        for m in ready_measures(store, filters)
    ]
    return tuple(sorted(found, key=_order))


def _order(result: Forecast) -> tuple[bool, float]:
    ordinary = result.by_group.get("ordinary", result.metrics)
    return not result.guardrail.passes, ordinary["wait_mean_min"].change.mean


def _heaviest_hours(model: Model, hours: int = 2) -> tuple[int, int]:
    """The two hours, the same on all days, in which work per person on duty is heaviest (half hours: from, to)."""
    mean_min = (model.service_min[:, 1:] + model.service_min[:, :-1]).mean(axis=1) / 2
    work = (model.rates.sum(axis=2) * mean_min).sum(axis=2) / SLOT_MIN
    people = model.headcount()
    load = np.divide(
        work.sum(axis=0), people.sum(axis=0), out=np.zeros(work.shape[1]), where=people.sum(axis=0) > 0
    )
    width = 2 * hours
    windows = np.convolve(load, np.ones(width), mode="valid")
    start = int(windows.argmax())
    return start, start + width


def _is_for_machines(service: str) -> bool:
    return any(word in service.lower() for word in MACHINE_SERVICES)


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"
