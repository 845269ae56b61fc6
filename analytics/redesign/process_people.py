"""Measures of a process that change who does the work, and when."""

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign.parameters import Context, Measure
from analytics.redesign.process_lookup import role_of, step_of, takes_time, waited_for, worked
from analytics.simulation.model import frozen
from analytics.simulation.process.model import ProcessModel, Worker


def add_staff(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    role = waited_for(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount"), given.weekdays(m)
    slots = given.slots(m.get("from"), m.get("to"), worked(model, role))
    if not any(model.is_open[w, s] for w in weekdays for s in slots):
        raise RequestError(_("The process rests in the hours of add_staff: choose others."), field="from")
    return _staffed(model, role, headcount, weekdays, slots)


def move_staff(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    role = waited_for(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount", least=1), given.weekdays(m)
    away, there = given.moved_slots(m, worked(model, role))
    days = [w for w in weekdays if all(model.is_open[w, s] for s in (*away, *there))]
    if not days:
        raise RequestError(
            _("move_staff needs hours in which the branch is open, in from and to."), field="to"
        )
    return _staffed(_staffed(model, role, -headcount, days, away), role, headcount, days, there)


def reassign(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """The step is done by another pool, at the pool's own pace."""
    step, role = step_of(model, m["activity"]), role_of(model, m["role"])
    if model.steps[step].role == role:
        raise RequestError(
            _("«{activity}» is done by {role} already.").format(activity=m["activity"], role=role),
            field="role",
        )
    if not takes_time(model, step):
        raise RequestError(
            _("The log does not show how long «{activity}» takes, so what it would take {role} is not known.").format(
                activity=m["activity"], role=role), field="activity")  # fmt: skip
    serves = model.serves.copy()
    serves[:, step] = [worker.role == role for worker in model.workers]
    steps = tuple(replace(s, role=role) if i == step else s for i, s in enumerate(model.steps))
    return replace(model, serves=frozen(serves), steps=steps, **_by_people(model, step))


def _by_people(model: ProcessModel, step: int) -> dict[str, Any]:
    """A step that nobody is named for becomes one that takes somebody's time."""
    share, minutes = model.auto_share.copy(), model.auto_min.copy()
    if np.isnan(minutes[step]):
        share[step], minutes[step] = 0.0, 0.0
    return {"auto_share": frozen(share), "auto_min": frozen(minutes)}


def _staffed(
    model: ProcessModel, role: str, headcount: int, weekdays: list[int], slots: list[int]
) -> ProcessModel:
    """People more or fewer in a pool at these half hours of its opening. More: new people of usual pace who do what the
    pool does. Fewer: at each half hour so many of those on duty then, in the order that leaves the pool's pace as it
    was, for the measure is about numbers, not about a person."""
    mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
    on_duty = model.on_duty.copy()
    hours = np.zeros(model.is_open.shape, bool)
    hours[np.ix_(weekdays, slots)] = True
    hours &= model.is_open
    if headcount < 0:
        most = int(on_duty[:, :, mine][hours].sum(axis=1).max()) if hours.any() else 0
        if most < -headcount:
            raise RequestError(
                _("headcount {n} is more than the {have} people on duty at {time}.").format(
                    n=-headcount, have=most, time=f"{slots[0] // 2:02d}:{slots[0] % 2 * 30:02d}"), field="headcount")  # fmt: skip
        order = _first_to_go(model, mine)
        there = on_duty[hours][:, order]
        left = on_duty[hours]
        left[:, order] = there & (np.cumsum(there, axis=1) > -headcount)
        on_duty[hours] = left
        gone = [w for w in mine if not on_duty[:, :, w].any()]
        owned = dict(model.owned)
        if role in owned and gone:
            kept = owned[role].copy()
            kept[gone] = 0.0
            if kept.sum() <= 0:
                raise RequestError(
                    _("Nobody of {role} would be left to look after the cases.").format(role=role),
                    field="headcount",
                )
            owned[role] = kept / kept.sum()
        return replace(model, on_duty=frozen(on_duty), owned=owned)
    n = len(model.workers)
    new = tuple(Worker(f"{role} +{i + 1}", role, is_extra=True) for i in range(headcount))
    skills = model.serves[mine].any(axis=0)
    serves = np.concatenate([model.serves, np.tile(skills, (headcount, 1))])
    on_duty = np.concatenate([on_duty, np.repeat(hours[:, :, None], headcount, axis=2)], axis=2)
    owned = {r: np.append(shares, np.zeros(headcount)) for r, shares in model.owned.items()}
    if role in owned:  # new cases are shared out among all, the new people by their hours
        owners = np.flatnonzero(model.owned[role] > 0)
        usual = model.on_duty[:, :, owners].sum() / len(owners)
        each = hours.sum() / max(usual, 1.0) / len(owners)
        owned[role] /= 1 + headcount * each
        owned[role][n:] = each / (1 + headcount * each)
    return replace(
        model, workers=model.workers + new, serves=frozen(serves), on_duty=frozen(on_duty), owned=owned,
        attendance=frozen(np.append(model.attendance, np.ones(headcount))),
    )  # fmt: skip


def _first_to_go(model: ProcessModel, mine: list[int]) -> list[int]:
    """The people of a pool, each time the one without whom the others' mean pace stays nearest to the pool's; of equals
    the one with the least work."""
    pace = {w: sum(model.resource_factor.get(name, 1.0) * share for name, share in model.workers[w].resources) or 1.0
            for w in mine}  # fmt: skip
    usual = sum(pace.values()) / len(mine)
    left, order = mine[::-1], []
    while len(left) > 1:
        total = sum(pace[w] for w in left)
        away = [abs((total - pace[w]) / (len(left) - 1) - usual) for w in left]
        order.append(left.pop(int(np.argmin(np.round(away, 9)))))
    return order + left
