"""Measures ready to be tried at a branch, with its own values, and how they compare."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from analytics.filters import Filters
from analytics.redesign.forecast import forecast
from analytics.redesign.measures import Measure
from analytics.redesign.process_ready import ready_process_measures
from analytics.redesign.result import Forecast, MetricForecast
from analytics.redesign.scope import HALL, process_of
from analytics.simulation.calibration import calibrate
from analytics.simulation.model import SLOT_MIN, Model
from analytics.store import Store

MONTH_DAYS = 22
MACHINE_SERVICES = (
    "bill", "payment", "passbook", "statement", "balance", "transfer", "缴费", "存折", "流水", "对账单", "余额", "转账",
)  # fmt: skip
"""Words by which a service that a machine or the mobile app can do is known, until the branch says otherwise."""


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
    store: Store, filters: Filters, scope: str = HALL, replications: int = 200, seed: int = 1
) -> tuple[Forecast, ...]:
    """The forecasts of the ready measures over a month, best for the ordinary customers first, those that fail the
    guardrail last; a process begins with the cases that are open."""
    ready = (
        ready_measures(store, filters)
        if scope == HALL
        else ready_process_measures(store, filters, process_of(scope))
    )
    found = [
        forecast(
            store, filters, m, horizon_days=MONTH_DAYS, replications=replications, seed=seed, scope=scope,
            carry_over=True,
        )
        for m in ready
    ]  # fmt: skip
    return tuple(sorted(found, key=_order))


def time_of_ordinary(result: Forecast) -> MetricForecast:
    """What the ordinary customers (where the data make no split, all) wait in the hall, or their cycle time."""
    ordinary = result.by_group.get("ordinary", result.metrics)
    return ordinary["wait_mean_min" if result.scope == HALL else "cycle_time_mean_h"]


def _order(result: Forecast) -> tuple[bool, float]:
    return not result.guardrail.passes, time_of_ordinary(result).change.mean


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
