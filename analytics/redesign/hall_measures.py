"""Measures of the hall: each a pure function Model -> Model, checked against what the branch has."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign import parameters as given
from analytics.redesign.parameters import Context, Measure, unknown
from analytics.simulation.model import N_SLOTS, STRICT_CREDIT_MIN, Model, Server, frozen

RULES = ("fifo", "priority", "ageing")


def apply_all(model: Model, measures: Sequence[Measure], context: Context | None = None) -> Model:
    """The model with the measures in force, in their order. Raises RequestError naming measure and parameter."""
    for measure in measures:
        model = APPLY[measure["measure"]](model, measure, context or Context())
    return model


def _add_staff(model: Model, m: Measure, context: Context) -> Model:
    _check_role(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount"), given.weekdays(m)
    slots = _slots(model, m.get("from"), m.get("to"))
    if not any(s in _opening(model, model.patterns[w]) for w in weekdays for s in slots):
        raise RequestError(_("The branch is closed in the hours of add_staff: choose others."), field="from")
    return _staffed(model, headcount, weekdays, slots)


def _move_staff(model: Model, m: Measure, context: Context) -> Model:
    _check_role(model, m["role"])
    headcount, weekdays = given.whole(m, "headcount", least=1), given.weekdays(m)
    away, there = given.moved_slots(m, np.asarray(model.staff_on.any(axis=(0, 2))))
    # On each weekday only those half hours that it is open at both ends: else people would go and come nowhere.
    days_of: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for w in weekdays:
        is_open = _opening(model, model.patterns[w])
        pairs = tuple((a, b) for a, b in zip(away, there, strict=True) if a in is_open and b in is_open)
        if pairs:
            days_of.setdefault(pairs, []).append(w)
    if not days_of:
        raise RequestError(
            _("move_staff needs hours in which the branch is open, in from and to."), field="to"
        )
    for pairs, days in days_of.items():
        model = _staffed(model, -headcount, days, [a for a, _to in pairs])
        model = _staffed(model, headcount, days, [b for _from, b in pairs])
    return model


def _shorten(model: Model, m: Measure, context: Context) -> Model:
    factor = given.number(m, "factor", 0.05, 3.0)
    if m.get("activity") is not None or m.get("resource") is not None:
        raise RequestError(_("shorten with activity or resource belongs to a process; the hall knows service and teller."),
                           field="activity" if m.get("activity") is not None else "resource")  # fmt: skip
    service = _service(model, m["service"]) if m.get("service") is not None else None
    if m.get("teller") is not None:
        if service is not None:
            raise RequestError(_("shorten takes a service or a teller, not both."), field="teller")
        name = given.named(str(m["teller"]), model.teller_factor, context, "teller", _("teller"))
        return replace(model, teller_factor={**model.teller_factor, name: model.teller_factor[name] * factor})
    if service is None:
        raise RequestError(_("shorten needs a service or a teller."), field="service")
    table = model.service_min.copy()
    table[service] *= factor
    return replace(model, service_min=frozen(table))


def _divert(model: Model, m: Measure, context: Context) -> Model:
    return _scaled(model, 1 - given.number(m, "share", 0.0, 1.0), service=_service(model, m["service"]))


def _demand(model: Model, m: Measure, context: Context) -> Model:
    service = _service(model, m["service"]) if m.get("service") is not None else None
    segment = None
    if m.get("segment") is not None:
        segment = [i for i, s in enumerate(model.segments) if m["segment"] == s.name]
        if not segment:
            raise unknown(_("segment"), str(m["segment"]), [s.name for s in model.segments], "segment")
    return _scaled(model, given.number(m, "factor", 0.0, 5.0), service, segment)


def _set_priority(model: Model, m: Measure, context: Context) -> Model:
    names = [s.name for s in model.segments]
    rule = m["rule"]
    if rule not in RULES:
        raise unknown(_("rule of set_priority"), str(rule), RULES, "rule")
    order = m.get("order")
    if order is not None and (not isinstance(order, list) or not order or not all(o in names for o in order)):
        odd = next((str(o) for o in order if o not in names), "") if isinstance(order, list) else str(order)
        raise unknown(_("segment in order"), odd, names, "order")
    if rule != "fifo" and order is None and not any(s.group == "vip" for s in model.segments):
        raise RequestError(
            _("set_priority needs an order of segments here: {names}.").format(names=", ".join(names)),
            field="order",
        )
    step = {"fifo": 0.0, "priority": STRICT_CREDIT_MIN}.get(rule)
    if step is None:
        step = given.number(m, "credit_min", 0.0, 480.0)
    credit = np.zeros(len(names))
    if order is None:  # VIPs first, all alike
        credit[[s.group == "vip" for s in model.segments]] = step
    else:
        ranked = list(dict.fromkeys(order))
        levels = len(ranked) - (set(ranked) == set(names))  # the last of a full order has nobody behind
        for place, name in enumerate(ranked):
            credit[[n == name for n in names]] = step * (levels - place)
    return replace(model, credit_min=frozen(credit))


def _pool_counters(model: Model, m: Measure, context: Context) -> Model:
    names = [s.name for s in model.servers]
    chosen = m.get("counters")
    if chosen is not None and not isinstance(chosen, list):
        raise RequestError(_('counters must be a list of counters, such as ["C1", "C2"].'), field="counters")
    wanted = (
        {given.named(str(c), names, context, "counters", _("counter")) for c in chosen}
        if chosen is not None
        else set(names)
    )
    everyone = frozenset(range(len(model.segments)))
    skills = frozenset(range(len(model.services)))
    servers = tuple(
        replace(s, segments=everyone, services=s.services if len(s.services) > 1 else skills)
        if s.name in wanted
        else s
        for s in model.servers
    )
    return replace(model, servers=servers)


def _smooth_arrivals(model: Model, m: Measure, context: Context) -> Model:
    """Appointments: a share of those who come in some hours come in others, spread as the others are now."""
    share = given.number(m, "share", 0.0, 1.0)
    away, there = _slots(model, *given.pair(m, "from")), _slots(model, *given.pair(m, "to"))
    if set(away) & set(there):
        raise RequestError(_("smooth_arrivals needs hours that do not overlap in from and to."), field="to")
    rates = model.rates.copy()
    moved = rates[:, away].sum(axis=1) * share
    now = rates[:, there].sum(axis=(2, 3))
    is_open = model.headcount()[:, there] > 0
    weight = np.where(now.sum(axis=1, keepdims=True) > 0, now, is_open)
    total = weight.sum(axis=1)
    # A day that is closed in the hours to come to keeps its customers where they are.
    can = total > 0
    weight = np.divide(weight, total[:, None], out=np.zeros(weight.shape), where=can[:, None])
    rates[:, away] *= np.where(can, 1 - share, 1.0)[:, None, None, None]
    rates[:, there] += weight[:, :, None, None] * moved[:, None]
    return replace(model, rates=frozen(rates))


def _announce_wait(model: Model, m: Measure, context: Context) -> Model:
    """People who know their wait put up with more (or less) of it."""
    factor = given.number(m, "patience_factor", 0.1, 10.0)
    return replace(model, patience_min=frozen(model.patience_min * factor))


APPLY: dict[str, Callable[[Model, Measure, Context], Model]] = {
    "add_staff": _add_staff,
    "move_staff": _move_staff,
    "shorten": _shorten,
    "divert": _divert,
    "set_priority": _set_priority,
    "pool_counters": _pool_counters,
    "smooth_arrivals": _smooth_arrivals,
    "announce_wait": _announce_wait,
    "demand": _demand,
}


# --- what they share ---------------------------------------------------------------------------------------------


def _scaled(
    model: Model, factor: float, service: int | None = None, segments: list[int] | None = None
) -> Model:
    rates = model.rates.copy()
    g = slice(None) if segments is None else segments
    if service is None:
        rates[:, :, g] *= factor
    else:
        rates[:, :, g, service] *= factor
    return replace(model, rates=frozen(rates))


def _opening(model: Model, patterns: Sequence[int]) -> range:
    """The half hours from the first to the last with anybody on duty under these patterns."""
    staffed = np.flatnonzero(model.staff_on[list(patterns)].any(axis=(0, 2)))
    return range(staffed[0], staffed[-1] + 1) if len(staffed) else range(0)


def _staffed(model: Model, headcount: int, weekdays: list[int], slots: list[int]) -> Model:
    """People more or fewer in these half hours, within each day's opening. More: first those of the team who are off
    just then, else new places that serve everybody at the usual speed; fewer: the last to be counted on go first."""
    servers, staff_on = list(model.servers), model.staff_on.copy()
    everyone = frozenset(range(len(model.segments))), frozenset(range(len(model.services)))
    breadth = [len(s.segments) * len(s.services) for s in servers]
    patterns = sorted({p for w in weekdays for p in model.patterns[w]})
    shared = {p for w in range(7) if w not in weekdays for p in model.patterns[w]} & set(patterns)
    new_patterns = list(model.patterns)
    if shared:  # the same pattern serves other weekdays too: give these weekdays their own copies
        copies = {p: len(staff_on) + i for i, p in enumerate(patterns)}
        staff_on = np.concatenate([staff_on, staff_on[patterns]])
        for w in weekdays:
            new_patterns[w] = tuple(copies[p] for p in model.patterns[w])
        patterns = sorted(copies.values())
    most_on = staff_on[patterns].sum(axis=2).max(axis=0) if patterns else np.zeros(N_SLOTS)
    for p in patterns:
        is_open = np.flatnonzero(staff_on[p].any(axis=1))
        for slot in slots:
            if not len(is_open) or not is_open[0] <= slot <= is_open[-1]:
                continue
            on, works_today = staff_on[p, slot], staff_on[p].any(axis=0)
            if headcount > 0:
                spare = [
                    s
                    for s in np.argsort([-b for b in breadth], kind="stable")
                    if not on[s] and works_today[s]
                ]
                spare += [s for s in range(len(servers)) if not on[s] and s not in spare]
                while len(spare) < headcount:
                    servers.append(Server(f"extra {len(servers) + 1}", (), *everyone))
                    breadth.append(len(model.segments) * len(model.services))
                    staff_on = np.concatenate([staff_on, np.zeros((*staff_on.shape[:2], 1), bool)], axis=2)
                    spare.append(len(servers) - 1)
                staff_on[p, slot, spare[:headcount]] = True
            else:
                present = [s for s in range(len(servers) - 1, -1, -1) if on[s]]
                if len(present) < -headcount and most_on[slot] < -headcount:
                    raise RequestError(
                        _("headcount {n} is more than the {have} people on duty at {time}.").format(
                            n=-headcount, have=int(most_on[slot]), time=f"{slot // 2:02d}:{slot % 2 * 30:02d}"), field="headcount")  # fmt: skip
                staff_on[p, slot, present[:-headcount]] = False
    return replace(model, servers=tuple(servers), staff_on=frozen(staff_on), patterns=tuple(new_patterns))


def _check_role(model: Model, role: Any) -> None:
    if role != model.role:
        raise unknown(_("role of the hall"), str(role), [model.role], "role")


def _service(model: Model, name: Any) -> int:
    if name not in model.services:
        raise unknown(_("service"), str(name), model.services, "service")
    return model.services.index(name)


def _slots(model: Model, start: Any, end: Any) -> list[int]:
    return given.slots(start, end, np.asarray(model.staff_on.any(axis=(0, 2))))
