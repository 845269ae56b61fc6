"""Measures of a process that change what follows what."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign.parameters import Context, Measure, unknown
from analytics.redesign.process_lookup import is_return, step_of
from analytics.simulation.model import N_QUANTILES, Floats, frozen
from analytics.simulation.process.model import AS_EVER, ENDS, ProcessModel, Side

FOLLOWS_SHARE = 0.2
"""Steps can be done side by side, or as one, where at least this share of the first is followed by the next."""


def remove_activity(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    step = step_of(model, m["activity"])
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


def empower(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """A share of the cases goes on as after the approval, without it."""
    return _bypassed(model, step_of(model, m["activity"]), given.number(m, "share", 0.0, 1.0))


def _bypassed(model: ProcessModel, step: int, share: float) -> ProcessModel:
    """For a share of the cases that come to a step, what follows it follows at once; its outcomes stay."""
    exits = _as_on_average(model, [step]).routing[0, :, step].copy()  # [segment, target]
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


def reduce_rework(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Cases go back less often; those that do not go on as the others do."""
    before, after = step_of(model, m["from"], "from"), step_of(model, m["to"], "to")
    factor = given.number(m, "factor", 0.0, 3.0)
    if model.routing[:, :, before, after].max() <= 0:
        seen = [s.activity for i, s in enumerate(model.steps) if model.routing[:, :, before, i].max() > 0]
        if not seen:
            raise RequestError(
                _("After «{before}» no further step follows, so no case goes back to «{after}».").format(
                    before=m["from"], after=m["to"]), field="to")  # fmt: skip
        raise unknown(_("step after «{activity}»").format(activity=m["from"]), str(m["to"]), seen, "to")
    if not is_return(model, before, after):
        raise RequestError(
            _("From «{before}» to «{after}» cases go on, not back: reduce_rework needs a way back to the same or an earlier step.").format(
                before=m["from"], after=m["to"]), field="to")  # fmt: skip
    if (model.routing[:, :, before, after] >= 1 - 1e-9).all(where=model.routing[:, :, before, after] > 0):
        raise RequestError(
            _("After «{before}» the log shows nothing but «{after}», so there is nothing that could follow instead.").format(
                before=m["from"], after=m["to"]), field="to")  # fmt: skip
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


def merge_activities(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Several steps become one, done by the first one's people in the sum of the times × factor."""
    members = _members(model, m)
    factor = given.number(m, "factor", 0.05, 3.0)
    first, n_steps = members[0], len(model.steps)
    model = _as_on_average(model, members)
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


def parallelise(model: ProcessModel, m: Measure, context: Context) -> ProcessModel:
    """Steps that followed one another are begun together; what follows comes when all are done. Where a later one sends
    cases back to an earlier one, they go on from there one step after the other, as before."""
    members = _members(model, m)
    first, n_steps = members[0], len(model.steps)
    model = _as_on_average(model, members)
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


def _as_on_average(model: ProcessModel, steps: list[int]) -> ProcessModel:
    """The same where what comes after these steps no longer hangs on how long the case has been there: no case is there
    as it was in the data, again and again."""
    if model.dwell is None:
        return model
    routing, until, delay_row = (
        model.routing.copy(),
        model.dwell.until_min.copy(),
        model.dwell.delay_row.copy(),
    )
    for s in steps:
        if model.dwell.has(s):
            routing[:, :, s] = np.tensordot(model.dwell.share[:, s], model.routing[:, :, s], axes=1)
            until[s], delay_row[:, s] = np.inf, AS_EVER
    dwell = replace(model.dwell, until_min=frozen(until), delay_row=frozen(delay_row))
    return replace(model, routing=frozen(routing), dwell=dwell)


def _members(model: ProcessModel, m: Measure) -> list[int]:
    names = m["activities"]
    if not isinstance(names, list) or len(names) < 2 or len({str(x) for x in names}) < len(names):
        raise RequestError(
            _('activities of {name} must be a list of two or more activities, such as ["a", "b"].').format(
                name=m["measure"]), field="activities")  # fmt: skip
    members = [step_of(model, x, "activities") for x in names]
    _refuse_side_by_side(model, members)
    model = _as_on_average(model, members)
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
