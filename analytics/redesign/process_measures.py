"""Measures of a process: each a pure function ProcessModel -> ProcessModel, checked against what the log shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign.parameters import Context, Measure, unknown
from analytics.simulation.model import N_QUANTILES, N_SLOTS, Floats, frozen
from analytics.simulation.process.model import ENDS, ProcessModel, Side, Worker

NO_WORK_MIN = 2 / 60
"""A step that is never longer is one of whose times only the end is known."""
FOLLOWS_SHARE = 0.2
"""Steps can be done side by side, or as one, where at least this share of the first is followed by the next."""


def apply_all(
    model: ProcessModel, measures: Sequence[Measure], context: Context | None = None
) -> ProcessModel:
    """The model with the measures in force, in their order. Raises RequestError naming measure and parameter."""
    for measure in measures:
        model = APPLY[measure["measure"]](model, measure, context or Context())
    return model


# --- people ------------------------------------------------------------------------------------------------------


def _add_staff(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    role = _role(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount"), given.weekdays(m)
    slots = given.slots(m.get("from"), m.get("to"), _is_worked(model, role))
    if not any(model.is_open[w, s] for w in weekdays for s in slots):
        raise RequestError(_("The process rests in the hours of add_staff: choose others."), field="from")
    return _staffed(model, role, headcount, weekdays, slots)


def _move_staff(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    role = _role(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount", least=1), given.weekdays(m)
    worked = _is_worked(model, role)
    away, there = (given.slots(*given.pair(m, key), worked) for key in ("from", "to"))
    if len(away) != len(there):
        raise RequestError(
            _("move_staff moves the same hours: from and to must be equally long."), field="to"
        )
    if set(away) & set(there):
        raise RequestError(_("move_staff needs hours that do not overlap in from and to."), field="to")
    days = [w for w in weekdays if all(model.is_open[w, s] for s in (*away, *there))]
    if not days:
        raise RequestError(
            _("move_staff needs hours in which the branch is open, in from and to."), field="to"
        )
    return _staffed(_staffed(model, role, -headcount, days, away), role, headcount, days, there)


def _reassign(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """The step is done by another pool, at the pool's own pace."""
    step, role = _step(model, m["activity"]), _role(model, m["role"])
    if model.steps[step].role == role:
        raise RequestError(
            _("«{activity}» is done by {role} already.").format(activity=m["activity"], role=role),
            field="role",
        )
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
    new = tuple(Worker(f"{role} +{i + 1}", role) for i in range(headcount))
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


# --- time of a step ----------------------------------------------------------------------------------------------


def _shorten(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    factor = given.number(m, "factor", 0.05, 3.0)
    if m.get("service") is not None or m.get("teller") is not None:
        raise RequestError(
            _("shorten with service or teller belongs to the hall; a process knows activity and resource."),
            field="service" if m.get("service") is not None else "teller",
        )
    if (m.get("activity") is None) == (m.get("resource") is None):
        raise RequestError(_("shorten needs an activity or a resource, not both."), field="activity")
    if m.get("resource") is not None:
        name = given.named(str(m["resource"]), model.resource_factor, context, "resource", _("resource"))
        factors = {**model.resource_factor, name: model.resource_factor[name] * factor}
        return replace(model, resource_factor=factors)
    step = _step(model, m["activity"])
    if model.duration_min[step].max() <= NO_WORK_MIN:
        raise RequestError(
            _("The log does not show how long «{activity}» takes, so nothing can be shortened there.").format(
                activity=m["activity"]), field="activity")  # fmt: skip
    table = model.duration_min.copy()
    table[step] *= factor
    return replace(model, duration_min=frozen(table))


def _automate(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """For a share of the cases a machine does the step in so many minutes, at any hour of work, without a queue."""
    step = _step(model, m["activity"])
    share, minutes = given.number(m, "share", 0.0, 1.0), given.number(m, "minutes", 0.0, 100_000.0)
    if np.isnan(model.auto_min[step]):
        if share < 1:
            raise RequestError(
                _("The log names nobody for «{activity}»: automate all of it (share 1) or none.").format(
                    activity=m["activity"]), field="share")  # fmt: skip
    elif model.auto_share[step] > 0:
        raise RequestError(
            _("«{activity}» is automated twice: give one measure.").format(activity=m["activity"]),
            field="activity",
        )
    shares, all_minutes = model.auto_share.copy(), model.auto_min.copy()
    shares[step], all_minutes[step] = share, minutes
    return replace(model, auto_share=frozen(shares), auto_min=frozen(all_minutes))


def _end_batching(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    step = _step(model, m["activity"])
    if model.windows[step] is None:
        batched = [s.activity for s, rule in zip(model.steps, model.windows, strict=True)
                   if rule is not None and s.process == model.process]  # fmt: skip
        if batched:
            raise unknown(_("activity done in batches"), str(m["activity"]), batched, "activity")
        raise RequestError(
            _("The log shows no batches at «{activity}», so there are none to end.").format(
                activity=m["activity"]
            ),
            field="activity",
        )
    return replace(model, windows=tuple(None if i == step else rule for i, rule in enumerate(model.windows)))


# --- what follows what -------------------------------------------------------------------------------------------


def _remove_activity(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    step = _step(model, m["activity"])
    after = _without_empty_sides(_bypassed(model, step, 1.0))
    ends = slice(len(model.steps), len(model.steps) + len(ENDS))
    if after.start[:, model.processes.index(model.process), ends].sum(axis=-1).min() > 1 - 1e-9:
        raise RequestError(_("The only activity of a process cannot be removed."), field="activity")
    return after


def _without_empty_sides(model: ProcessModel) -> ProcessModel:
    """Where all steps of a side are left out, what follows it follows at once."""
    tables = [model.routing.copy(), model.start.copy(), model.side_routing.copy()]
    for f, side in enumerate(model.sides):
        if not side.members:
            at = len(model.steps) + len(ENDS) + f
            onward = tables[2][:, f].copy()
            onward[:, at] = 0.0
            onward = _normalised(onward)
            for table in tables:
                table[:] += table[..., at, None] * onward[:, None]
                table[..., at] = 0.0
    routing, start, side_routing = (frozen(table) for table in tables)
    return replace(model, routing=routing, start=start, side_routing=side_routing)


def _empower(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """A share of the cases goes on as after the approval, without it."""
    return _bypassed(model, _step(model, m["activity"]), given.number(m, "share", 0.0, 1.0))


def _bypassed(model: ProcessModel, step: int, share: float) -> ProcessModel:
    """For a share of the cases that come to a step, what follows it follows at once; its outcomes stay."""
    exits = model.routing[0, :, step].copy()  # [segment, target]
    exits[:, step] = 0.0
    total = exits.sum(axis=-1, keepdims=True)
    if (total <= 0).all():
        raise RequestError(
            _("After «{activity}» the log shows nothing that could follow without it.").format(
                activity=model.steps[step].activity), field="activity")  # fmt: skip
    exits = _normalised(exits)

    def past(table: Floats, onward: Floats) -> Floats:
        moved = table[..., step] * share
        found = table + moved[..., None] * onward
        found[..., step] -= moved
        return found

    # Whoever came from a step does not go back to it: what sent cases back was the step that is left out.
    onward = np.repeat(exits[:, None], len(model.steps), axis=1)
    onward[:, np.arange(len(model.steps)), np.arange(len(model.steps))] = 0.0
    onward = np.where(onward.sum(axis=-1, keepdims=True) > 0, _normalised(onward), exits[:, None])
    routing = past(model.routing, onward)
    routing[:, :, step] = model.routing[:, :, step]
    sides = model.sides
    if any(step in side.members for side in sides):
        if share < 1:
            raise RequestError(
                _("«{activity}» is done side by side with others: it can be left out wholly, not for a share.").format(
                    activity=model.steps[step].activity), field="share")  # fmt: skip
        sides = tuple(Side(tuple(x for x in side.members if x != step)) for side in sides)
    delay_row = model.delay_row.copy()
    new = model.routing[..., : len(model.steps)].max(axis=(0, 1)) <= 0  # [from, to] that did not occur
    for before in range(len(model.steps)):
        delay_row[before] = np.where(new[before] & (before != step), delay_row[step], delay_row[before])
    return replace(
        model, routing=frozen(routing), start=frozen(past(model.start, exits[:, None])),
        side_routing=frozen(past(model.side_routing, exits[:, None])), sides=sides, delay_row=frozen(delay_row),
    )  # fmt: skip


def _normalised(table: Floats) -> Floats:
    """Shares over the last axis."""
    total = table.sum(axis=-1, keepdims=True)
    return np.divide(table, total, out=np.zeros_like(table), where=total > 0)


def _reduce_rework(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Cases go back less often; those that do not go on as the others do."""
    before, after = _step(model, m["from"], "from"), _step(model, m["to"], "to")
    factor = given.number(m, "factor", 0.0, 3.0)
    if model.routing[:, :, before, after].max() <= 0:
        seen = [s.activity for i, s in enumerate(model.steps) if model.routing[:, :, before, i].max() > 0]
        raise unknown(_("step after «{activity}»").format(activity=m["from"]), str(m["to"]), seen, "to")
    routing = model.routing.copy()
    rows = routing[:, :, before]
    others = 1.0 - rows[..., after]
    share = np.minimum(rows[..., after] * factor, 1.0)
    scale = np.divide(1.0 - share, others, out=np.zeros_like(others), where=others > 1e-12)
    # Where the log shows nothing else after the step, it stays as it is.
    share = np.where(others > 1e-12, share, rows[..., after])
    rows *= scale[..., None]
    rows[..., after] = share
    return replace(model, routing=frozen(routing))


def _merge_activities(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Several steps become one, done by the first one's people in the sum of the times × factor."""
    members = _members(model, m)
    factor = given.number(m, "factor", 0.05, 3.0)
    _refuse_side_by_side(model, members)
    first, n_steps = members[0], len(model.steps)
    exits, via = _exits(model, members)
    routing = model.routing.copy()
    routing[:, :, first] = exits
    start, side_routing = model.start.copy(), model.side_routing.copy()
    for table in (routing, start, side_routing):
        into = table[..., members[1:]].sum(axis=-1)
        table[..., members[1:]] = 0.0
        table[..., first] += into
    routing[:, :, members[1:]] = model.routing[:, :, members[1:]]  # never reached
    duration = model.duration_min.copy()
    duration[first] = _sum_of_tables(model.duration_min[list(members)]) * factor
    delay_row = model.delay_row.copy()
    for target in range(n_steps):
        delay_row[first, target] = model.delay_row[via[target], target]
    slope, mean = model.age_slope.copy(), model.age_mean_days.copy()
    for member in members[1:]:
        if slope[first] == 0:
            slope[first], mean[first] = slope[member], mean[member]
    return replace(
        model, routing=frozen(routing), start=frozen(start), side_routing=frozen(side_routing),
        duration_min=frozen(duration), delay_row=frozen(delay_row), age_slope=frozen(slope), age_mean_days=frozen(mean),
    )  # fmt: skip


def _parallelise(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Steps that followed one another are begun together; what follows comes when all are done. Where a later one sends
    cases back to an earlier one, they go on from there one step after the other, as before."""
    members = _members(model, m)
    _refuse_side_by_side(model, members)
    first, n_steps = members[0], len(model.steps)
    exits, _via = _exits(model, members, goes_back=True)

    def padded(table: Floats) -> Floats:
        return np.concatenate([table, np.zeros((*table.shape[:-1], 1))], axis=-1)

    def widened(table: Floats) -> Floats:
        """With a target more, the side, that stands where the first member stood."""
        found = padded(table)
        found[..., -1], found[..., first] = table[..., first], 0.0
        return found

    routing = widened(model.routing)
    routing[:, :, members] = padded(model.routing[:, :, members])
    side_routing = np.concatenate([widened(model.side_routing), padded(exits[0])[:, None]], axis=1)
    # Whoever waits for the customer before a later member waited after the first one: now with it.
    delay_row = model.delay_row.copy()
    for before in range(n_steps + 1):
        for member in members[1:]:
            if before not in members and delay_row[before, member] < 0:
                delay_row[before, member] = model.delay_row[first, member]
    return replace(
        model, routing=frozen(routing), start=frozen(widened(model.start)), side_routing=frozen(side_routing),
        sides=(*model.sides, Side(tuple(members))), delay_row=frozen(delay_row),
    )  # fmt: skip


def _members(model: ProcessModel, m: Measure) -> list[int]:
    names = m["activities"]
    if not isinstance(names, list) or len(names) < 2 or len({str(x) for x in names}) < len(names):
        raise RequestError(
            _('activities of {name} must be a list of two or more activities, such as ["a", "b"].').format(
                name=m["measure"]), field="activities")  # fmt: skip
    members = [_step(model, x, "activities") for x in names]
    for a, b in pairwise(members):
        if model.routing[:, :, a, b].max() < FOLLOWS_SHARE:
            raise RequestError(
                _("{name} needs steps that follow one another: «{second}» does not follow «{first}».").format(
                    name=m["measure"], first=model.steps[a].activity, second=model.steps[b].activity),
                field="activities")  # fmt: skip
    return members


def _refuse_side_by_side(model: ProcessModel, members: list[int]) -> None:
    taken = [model.steps[x].activity for side in model.sides for x in side.members if x in members]
    if taken:
        raise RequestError(
            _("«{activity}» is done side by side with others already.").format(activity=taken[0]),
            field="activities",
        )


def _exits(model: ProcessModel, members: list[int], goes_back: bool = False) -> tuple[Floats, list[int]]:
    """Where cases that come to the first member go once they leave the members [level, segment, target]: the absorption
    probabilities of the chain; and for each step the member after which it mostly comes. goes_back: whether going back
    within the members is a way to leave them; else nobody goes back any more."""
    n_levels, n_segments, n_steps, n_targets = model.routing.shape
    exits = np.zeros((n_levels, n_segments, n_targets))
    outside = np.ones(n_targets, bool)
    outside[members] = False
    for level in range(n_levels):
        for g in range(n_segments):
            rows = model.routing[level, g, members]
            inner, out = rows[:, members], rows * outside
            if goes_back:
                out[:, members] = np.tril(inner)
                inner = np.triu(inner, 1)
            reached = np.linalg.solve(np.eye(len(members)) - inner + 1e-12 * np.eye(len(members)), out)
            exits[level, g] = reached[0]
    exits = _normalised(exits)
    flow = model.routing[:, :, members].sum(axis=(0, 1))[:, :n_steps]
    return exits, [members[int(k)] for k in flow.argmax(axis=0)]


def _sum_of_tables(tables: Floats) -> Floats:
    """Quantile table of the sum of independent values."""
    rng = np.random.default_rng(11)
    middle = (tables[:, 1:] + tables[:, :-1]) / 2
    draws = sum(rng.permutation(np.repeat(row, 16)) for row in middle)
    table = np.quantile(draws, np.linspace(0, 1, N_QUANTILES))
    mean = ((table[1:] + table[:-1]) / 2).mean()
    return np.asarray(table * (middle.mean(axis=1).sum() / mean) if mean > 0 else table)


def _demand(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    if m.get("service") is not None:
        raise RequestError(_("demand with a service belongs to the hall."), field="service")
    factor = given.number(m, "factor", 0.0, 5.0)
    names = [s.name for s in model.segments]
    chosen = list(range(len(names)))
    if m.get("segment") is not None:
        chosen = [i for i, name in enumerate(names) if name == m["segment"]]
        if not chosen:
            raise unknown(_("segment"), str(m["segment"]), names, "segment")
    rates = model.rates.copy()
    rates[:, :, chosen, model.processes.index(model.process)] *= factor
    return replace(model, rates=frozen(rates))


APPLY: dict[str, Callable[[ProcessModel, Measure, Context], ProcessModel]] = {
    "add_staff": _add_staff,
    "move_staff": _move_staff,
    "shorten": _shorten,
    "remove_activity": _remove_activity,
    "merge_activities": _merge_activities,
    "parallelise": _parallelise,
    "automate": _automate,
    "reduce_rework": _reduce_rework,
    "empower": _empower,
    "end_batching": _end_batching,
    "reassign": _reassign,
    "demand": _demand,
}


# --- what they share ---------------------------------------------------------------------------------------------


def _step(model: ProcessModel, name: Any, field: str = "activity") -> int:
    step = model.step(str(name))
    if step < 0:
        known = [s.activity for s in model.steps if s.process == model.process]
        raise unknown(_("activity"), str(name), known, field)
    return step


def _role(model: ProcessModel, name: Any) -> str:
    known = list(dict.fromkeys(worker.role for worker in model.workers))
    if name not in known:
        raise unknown(_("role of the process"), str(name), known, "role")
    return str(name)


def _is_worked(model: ProcessModel, role: str) -> np.ndarray:
    """Half hours at which anybody of the pool works on some weekday; those of the process where none is seen."""
    mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
    found = model.on_duty[:, :, mine].any(axis=(0, 2))
    return np.asarray(found if found.any() else model.is_open.any(axis=0)).reshape(N_SLOTS)
