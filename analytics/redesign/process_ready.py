"""A process' own values, and measures ready to be tried at it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from analytics.filters import Filters
from analytics.redesign.parameters import Measure
from analytics.redesign.process_lookup import is_return
from analytics.simulation.process.calibration import calibrate_process
from analytics.simulation.process.history import CaseHistory
from analytics.simulation.process.metrics import observed_utilisation
from analytics.simulation.process.model import Ints, ProcessModel
from analytics.store import Store

LEAST_REWORK = 0.02
"""Going back in fewer than one of fifty times is not offered as rework."""
MOST_TRIED = 30
"""Of the most frequent hand-overs so many are looked at for ways back."""
SLOW, BUSY = 1.3, 0.6
"""Who takes so much longer than colleagues, and pools so busy, are worth a measure."""
APPROVAL_WORDS = ("approv", "审", "批")


@dataclass(frozen=True)
class ProcessDefaults:
    """A process' own values, for forms, activities in their usual order.

    role_of, minutes_of, times_of[activity]: who does it (empty: nobody named), mean minutes of work, times done per
    case; people[role]: on duty at most; batched: done in batches; rework: pairs (from, to, share of the times that a
    case goes back); approvals: done by approvers; factor_of_resource: time relative to colleagues; utilisation[role].
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
    utilisation: dict[str, float]

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
    n_targets = len(model.steps)
    count = (model.routing * calibration.uncertainty.routing_n[..., None]).sum(axis=(0, 1))[:, :n_targets]
    share = np.divide(count, calibration.uncertainty.routing_n.sum(axis=(0, 1))[:, None], out=np.zeros_like(count),
                      where=calibration.uncertainty.routing_n.sum(axis=(0, 1))[:, None] > 0)  # fmt: skip
    often = sorted(((float(share[a, b]) * times[a], a, b) for a in order for b in order
                    if LEAST_REWORK <= share[a, b] < 1), reverse=True)  # fmt: skip
    back = [(a, b) for _n, a, b in often[:MOST_TRIED] if is_return(model, a, b)]
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
        rework=tuple((names[a], names[b], float(share[a, b])) for a, b in back),
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
        utilisation={
            name.partition(":")[2]: u
            for name, u in observed_utilisation(history, model, calibration.minutes).items()
            if np.isfinite(u)
        },
    )  # fmt: skip


def _beside_colleagues(model: ProcessModel, roles: Iterable[str]) -> dict[str, float]:
    """Each person's time relative to the median of the pool."""
    found: dict[str, float] = {}
    for role in roles:
        names = sorted({name for w in model.workers if w.role == role for name, _share in w.resources})
        factors = [model.resource_factor.get(name, 1.0) for name in names]
        found |= {name: f / float(np.median(factors)) for name, f in zip(names, factors, strict=True)}
    return found


def ready_process_measures(store: Store, filters: Filters, process: str) -> tuple[tuple[Measure, ...], ...]:
    """A few single measures that this process could take: end its piles, halve its rework, help the slow and the busy,
    decide without the approval."""
    own = process_defaults(store, filters, process)
    found: list[tuple[Measure, ...]] = [
        ({"measure": "end_batching", "activity": activity},) for activity in own.batched[:1]
    ]
    for before, after, _share in own.rework[:1]:
        found.append(({"measure": "reduce_rework", "from": before, "to": after, "factor": 0.5},))
    slow = max(own.factor_of_resource, key=lambda name: own.factor_of_resource[name], default=None)
    if slow is not None and own.factor_of_resource[slow] >= SLOW:
        factor = round(1 / own.factor_of_resource[slow], 2)
        found.append(({"measure": "shorten", "resource": slow, "factor": factor},))
    busiest = max(own.utilisation, key=lambda role: own.utilisation[role], default=None)
    if busiest is not None and own.utilisation[busiest] >= BUSY:
        found.append(({"measure": "add_staff", "role": busiest, "headcount": 1},))
    for activity in own.approvals[:1]:
        found.append(({"measure": "empower", "activity": activity, "share": 0.5},))
    return tuple(found)


def _place_in_case(history: CaseHistory) -> Ints:
    return np.asarray(np.arange(len(history.case)) - history.first[history.case])
