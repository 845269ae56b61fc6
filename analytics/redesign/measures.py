"""Measures of the hall: each a pure function Model -> Model, checked against what the branch has.

Parameters are those of the contract: times "HH:MM", weekdays ISO numbers (all when left out).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.simulation.model import N_SLOTS, SLOT_MIN, STRICT_CREDIT_MIN, Model, Server, frozen

Measure = dict[str, Any]
RULES = ("fifo", "priority", "ageing")
LATER = (
    "remove_activity", "merge_activities", "parallelise", "automate",
    "reduce_rework", "empower", "end_batching", "reassign",
)  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What names in a measure are looked up with: how ids of the bank's files are written in the store."""

    pseudonym: Callable[[str], str] = lambda name: name


@dataclass(frozen=True)
class Kind:
    """One kind of measure: the parameters it must and may have, and what it does to a model."""

    must: tuple[str, ...]
    may: tuple[str, ...]
    apply: Callable[[Model, Measure, Context], Model]


def apply_all(
    model: Model, measures: tuple[Measure, ...] | list[Measure], context: Context | None = None
) -> Model:
    """The model with the measures in force, in their order. Raises RequestError naming measure and parameter."""
    for measure in parse(measures):
        model = CATALOGUE[measure["measure"]].apply(model, measure, context or Context())
    return model


def parse(measures: Any) -> tuple[Measure, ...]:
    """The measures, checked for shape: a list of objects with a known `measure` and its parameters."""
    if not isinstance(measures, list | tuple):
        raise RequestError(
            _('The measures must be a JSON list of objects, each with a "measure".'), field="measures"
        )
    for i, m in enumerate(measures, 1):
        if not isinstance(m, dict) or not isinstance(m.get("measure"), str):
            raise RequestError(_('Measure {i} is no object with a "measure".').format(i=i), field="measures")
        name = m["measure"]
        if name in LATER:
            raise RequestError(
                _("The measure {name} cannot be forecast yet.").format(name=name), field="measure"
            )
        if name not in CATALOGUE:
            raise _unknown(_("measure"), name, CATALOGUE, "measure")
        kind = CATALOGUE[name]
        for key in kind.must:
            if m.get(key) is None:
                raise RequestError(
                    _("{name} needs the parameter {key}.").format(name=name, key=key), field=key
                )
        for key in m:
            if key not in ("measure", *kind.must, *kind.may):
                raise _unknown(_("parameter of {name}").format(name=name), key, (*kind.must, *kind.may), key)
    if sum(m["measure"] == "set_priority" for m in measures) > 1:
        raise RequestError(
            _(
                "The measures contradict each other: set_priority can be given once, people are called by one rule."
            ),
            field="rule",
        )
    return tuple(measures)


# --- the measures ------------------------------------------------------------------------------------------------


def _add_staff(model: Model, m: Measure, context: Context) -> Model:
    _check_role(model, m["role"])
    headcount, weekdays = _whole(m, "headcount"), _weekdays(m)
    slots = _slots(model, m.get("from"), m.get("to"))
    if not any(s in _opening(model, model.patterns[w]) for w in weekdays for s in slots):
        raise RequestError(_("The branch is closed in the hours of add_staff: choose others."), field="from")
    return _staffed(model, headcount, weekdays, slots)


def _move_staff(model: Model, m: Measure, context: Context) -> Model:
    _check_role(model, m["role"])
    headcount, weekdays = _whole(m, "headcount", least=1), _weekdays(m)
    away, there = _slots(model, *_pair(m, "from")), _slots(model, *_pair(m, "to"))
    if len(away) != len(there):
        raise RequestError(
            _("move_staff moves the same hours: from and to must be equally long."), field="to"
        )
    if set(away) & set(there):
        raise RequestError(_("move_staff needs hours that do not overlap in from and to."), field="to")
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
    factor = _number(m, "factor", 0.05, 3.0)
    if m.get("activity") is not None or m.get("resource") is not None:
        raise RequestError(_("shorten with activity or resource belongs to a process; the hall knows service and teller."),
                           field="activity" if m.get("activity") is not None else "resource")  # fmt: skip
    service = _service(model, m["service"]) if m.get("service") is not None else None
    if m.get("teller") is not None:
        if service is not None:
            raise RequestError(_("shorten takes a service or a teller, not both."), field="teller")
        name = _named(str(m["teller"]), model.teller_factor, context, "teller")
        return replace(model, teller_factor={**model.teller_factor, name: model.teller_factor[name] * factor})
    if service is None:
        raise RequestError(_("shorten needs a service or a teller."), field="service")
    table = model.service_min.copy()
    table[service] *= factor
    return replace(model, service_min=frozen(table))


def _divert(model: Model, m: Measure, context: Context) -> Model:
    return _scaled(model, 1 - _number(m, "share", 0.0, 1.0), service=_service(model, m["service"]))


def _demand(model: Model, m: Measure, context: Context) -> Model:
    service = _service(model, m["service"]) if m.get("service") is not None else None
    segment = None
    if m.get("segment") is not None:
        segment = [i for i, s in enumerate(model.segments) if m["segment"] == s.name]
        if not segment:
            raise _unknown(_("segment"), str(m["segment"]), [s.name for s in model.segments], "segment")
    return _scaled(model, _number(m, "factor", 0.0, 5.0), service, segment)


def _set_priority(model: Model, m: Measure, context: Context) -> Model:
    names = [s.name for s in model.segments]
    rule = m["rule"]
    if rule not in RULES:
        raise _unknown(_("rule of set_priority"), str(rule), RULES, "rule")
    order = m.get("order")
    if order is not None and (not isinstance(order, list) or not order or not all(o in names for o in order)):
        odd = next((str(o) for o in order if o not in names), "") if isinstance(order, list) else str(order)
        raise _unknown(_("segment in order"), odd, names, "order")
    if rule != "fifo" and order is None and not any(s.group == "vip" for s in model.segments):
        raise RequestError(
            _("set_priority needs an order of segments here: {names}.").format(names=", ".join(names)),
            field="order",
        )
    step = {"fifo": 0.0, "priority": STRICT_CREDIT_MIN}.get(rule)
    if step is None:
        step = _number(m, "credit_min", 0.0, 480.0)
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
        {_named(str(c), names, context, "counters") for c in chosen} if chosen is not None else set(names)
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
    share = _number(m, "share", 0.0, 1.0)
    away, there = _slots(model, *_pair(m, "from")), _slots(model, *_pair(m, "to"))
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
    factor = _number(m, "patience_factor", 0.1, 10.0)
    return replace(model, patience_min=frozen(model.patience_min * factor))


CATALOGUE: dict[str, Kind] = {
    "add_staff": Kind(("role", "headcount"), ("weekdays", "from", "to"), _add_staff),
    "move_staff": Kind(("role", "headcount", "from", "to"), ("weekdays",), _move_staff),
    "shorten": Kind(("factor",), ("service", "teller", "activity", "resource"), _shorten),
    "divert": Kind(("service", "share"), ("to",), _divert),
    "set_priority": Kind(("rule",), ("order", "credit_min"), _set_priority),
    "pool_counters": Kind((), ("counters",), _pool_counters),
    "smooth_arrivals": Kind(("share", "from", "to"), (), _smooth_arrivals),
    "announce_wait": Kind(("patience_factor",), (), _announce_wait),
    "demand": Kind(("factor",), ("segment", "service"), _demand),
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
        raise _unknown(_("role of the hall"), str(role), [model.role], "role")


def _service(model: Model, name: Any) -> int:
    if name not in model.services:
        raise _unknown(_("service"), str(name), model.services, "service")
    return model.services.index(name)


def _named(name: str, known, context: Context, field: str) -> str:
    if name in known:
        return name
    hashed = context.pseudonym(name)
    if hashed in known:
        return hashed
    raise _unknown(_("teller") if field == "teller" else _("counter"), name, known, field)


def _number(m: Measure, key: str, low: float, high: float) -> float:
    value = m.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RequestError(
            _("{key} of {name} must be a number from {low:g} to {high:g}, not {value}.").format(
                key=key, name=m["measure"], low=low, high=high, value=value), field=key)  # fmt: skip
    return float(value)


def _whole(m: Measure, key: str, least: int = -50) -> int:
    value = _number(m, key, least, 50)
    if value != int(value) or value == 0:
        raise RequestError(
            _("{key} of {name} must be a whole number other than 0.").format(key=key, name=m["measure"]),
            field=key,
        )
    return int(value)


def _weekdays(m: Measure) -> list[int]:
    days = m.get("weekdays")
    if days is None:
        return list(range(7))
    if not isinstance(days, list) or not days or not all(isinstance(d, int) and 1 <= d <= 7 for d in days):
        raise RequestError(
            _("weekdays must be a list of numbers from 1 (Monday) to 7 (Sunday)."), field="weekdays"
        )
    return sorted({d - 1 for d in days})


def _pair(m: Measure, key: str) -> tuple[str, str]:
    value = m.get(key)
    if not isinstance(value, list) or len(value) != 2:
        raise RequestError(
            _('{key} of {name} must be two times, such as ["09:00", "10:00"].').format(
                key=key, name=m["measure"]
            ),
            field=key,
        )
    return value[0], value[1]


def _slots(model: Model, start: Any, end: Any) -> list[int]:
    """The half hours of [start, end); the opening hours where not given."""
    staffed = np.flatnonzero(model.staff_on.any(axis=(0, 2)))
    first = _time(start, "from") if start is not None else staffed.min() * SLOT_MIN
    last = _time(end, "to") if end is not None else (staffed.max() + 1) * SLOT_MIN
    slots = [s for s in range(N_SLOTS) if first <= s * SLOT_MIN < last]
    if not slots:
        raise RequestError(
            _("No half hour lies between {start} and {end}.").format(start=start, end=end), field="to"
        )
    if start is None and end is None:
        return [s for s in slots if s in set(staffed)]
    return slots


def _time(value: Any, field: str) -> float:
    try:
        hours, minutes = str(value).split(":")
        if 0 <= int(hours) <= 24 and 0 <= int(minutes) < 60:
            return int(hours) * 60.0 + int(minutes)
    except ValueError:
        pass
    raise RequestError(_("{value} is no time: write HH:MM.").format(value=value), field=field)


def _unknown(what: str, name: str, known, field: str) -> RequestError:
    names = ", ".join(str(k) for k in known)
    return RequestError(
        _("Unknown {what} «{name}»: known are {names}.").format(what=what, name=name, names=names),
        field=field,
    )
