"""Measures of a process in plain words, with sliders that start at the branch's own values."""

from typing import Any

import streamlit as st

from analytics.language import _
from analytics.redesign.measures import Measure
from analytics.redesign.process_ready import ProcessDefaults
from analytics.words import measures as words
from analytics.words import numbers
from analytics.words.bottlenecks import step
from analytics.words.process_measures import kind_in_process
from pages.shared.measures_form import (
    FEWER,
    Parts,
    clock,
    noon,
    pick_days,
    pick_hours,
    pick_people,
    pick_windows,
    switches,
)

# At hand from the start, and to be added.
AT_HAND = ("end_batching", "reduce_rework", "add_staff", "shorten", "empower", "automate")
MANY = ("add_staff", "shorten", "reduce_rework", "automate", "parallelise", "merge_activities", "remove_activity",
        "reassign", "move_staff")  # fmt: skip
# Who takes this many times as long as colleagues can be chosen by name.
SLOW = 1.15
Item = dict[str, Any]


def kinds(own: ProcessDefaults) -> tuple[str, ...]:
    """The kinds at hand that this process leaves something to choose for."""
    return tuple(kind for kind in AT_HAND if _can(own, kind))


def more(own: ProcessDefaults) -> tuple[str, ...]:
    """The kinds that can be added."""
    return tuple(kind for kind in MANY if _can(own, kind))


def _can(own: ProcessDefaults, kind: str) -> bool:
    needs = {
        "end_batching": bool(own.batched),
        "reduce_rework": bool(own.rework),
        "empower": bool(own.approvals),
        "reassign": len(own.people) > 1,
        "add_staff": bool(own.people),
        "move_staff": bool(own.people),
        "shorten": bool(_worked(own)),
        "automate": bool(_worked(own)),
    }
    return needs.get(kind, len(own.activities) > 1)


def draw(own: ProcessDefaults) -> tuple[Measure, ...]:
    """The form of a process."""
    return switches(own, _PARTS, name, _("Assumed: new cases, % of today"))


def name(kind: str) -> str:
    """A kind of measure as a process calls it."""
    return kind_in_process(kind) or words.kind(kind)


def _worked(own: ProcessDefaults) -> tuple[str, ...]:
    """Steps that somebody is named for."""
    return tuple(a for a in own.activities if own.role_of[a])


def _pick(
    item: Item,
    label: str,
    options: tuple[str, ...],
    key: str = "activity",
    *,
    named: Any = step,
    none: bool = False,
) -> str | None:
    held = item["measure"].get(key)
    if len(options) == 1 and not none:
        st.caption(f"{label}: {named(options[0])}")
        return options[0]
    start = options.index(held) if held in options else None if none else 0
    picked = st.selectbox(
        label, options, start, format_func=named, key=f"{key}-{item['uid']}", placeholder=_("Choose one")
    )
    return None if picked is None else str(picked)


def _percent(item: Item, label: str, key: str, start: float, least: int = 0, most: int = 100) -> float:
    held = round(float(item["measure"].get(key, start)) * 100)
    return float(
        st.slider(label, min(least, held), max(most, held), held, 5, key=f"{key}-{item['uid']}") / 100
    )


def _end_batching(item: Item, own: ProcessDefaults) -> Measure:
    return {"activity": _pick(item, _("Step done in batches"), own.batched)}


def _reduce_rework(item: Item, own: ProcessDefaults) -> Measure:
    pairs = {f"{a}\n{b}": (a, b, share) for a, b, share in own.rework}
    held = f"{item['measure'].get('from')}\n{item['measure'].get('to')}"
    options = list(pairs)

    def named(code: str) -> str:
        before, after, _share = pairs[code]
        return f"{step(before)} → {after}"

    picked = options[0]
    if len(options) == 1:
        st.caption(named(picked))
    else:
        picked = st.selectbox(
            _("Goes back"), options, options.index(held) if held in options else 0, format_func=named,
            key=f"pair-{item['uid']}",
        )  # fmt: skip
    before, after, share = pairs[picked]
    label = _("How often it goes back, % of today: {share} of the times «{step}» is done").format(
        share=numbers.share(share), step=before
    )
    return {"from": before, "to": after, "factor": _percent(item, label, "factor", 1.0, 0, 150)}


def _role(item: Item, own: ProcessDefaults) -> str:
    return _pick(item, _("Team"), tuple(own.people), "role") or next(iter(own.people))


def _add_staff(item: Item, own: ProcessDefaults) -> Measure:
    measure, role = item["measure"], _role(item, own)
    now = own.people[role]
    headcount = pick_people(item, now, -min(FEWER, max(now - 1, 0)), _("People on duty at most"))
    opens, closes = clock(own.opens_half_hour), clock(own.closes_half_hour)
    start, end = pick_hours(
        item, own, _("Hours"), "hours", measure.get("from") or opens, measure.get("to") or closes
    )
    whole_day = (start, end) == (opens, closes)
    return {
        "role": role, "headcount": headcount, "from": None if whole_day else start, "to": None if whole_day else end,
        "weekdays": pick_days(item, own),
    }  # fmt: skip


def _move_staff(item: Item, own: ProcessDefaults) -> Measure:
    measure, role = item["measure"], _role(item, own)
    headcount = st.slider(
        _("People who change hours"), 0, max(own.people[role], int(measure.get("headcount", 0)), 1),
        int(measure.get("headcount", 0)), key=f"people-{item['uid']}",
    )  # fmt: skip
    evening = clock(own.closes_half_hour - 2), clock(own.closes_half_hour)
    away, there, are_apart = pick_windows(
        item, own, measure.get("from") or evening, measure.get("to") or noon(own)
    )
    return {
        "role": role, "headcount": headcount if are_apart else 0, "from": away, "to": there,
        "weekdays": pick_days(item, own),
    }  # fmt: skip


def _shorten(item: Item, own: ProcessDefaults) -> Measure:
    """A step, or one person at all steps."""
    slow = {
        r: f for r, f in own.factor_of_resource.items() if f >= SLOW or r == item["measure"].get("resource")
    }
    people = sorted(slow, key=lambda r: -slow[r])
    held = item["measure"].get("resource") or item["measure"].get("activity")
    options = [*_worked(own), *people]

    def named(code: str) -> str:
        if code not in slow:
            return step(code)
        return _("Person {id}, {times} times as long as colleagues").format(
            id=words.short_id(code), times=f"{slow[code]:.1f}"
        )

    picked = st.selectbox(
        _("Step or person"), options, options.index(held) if held in options else 0, format_func=named,
        key=f"what-{item['uid']}",
    )  # fmt: skip
    is_person = picked in slow
    label = _("Time taken, % of today")
    if not is_person:
        minutes = numbers.minutes(own.minutes_of[picked])
        label = _("Time taken, % of today’s {minutes}").format(minutes=minutes)
    return {
        "activity": None if is_person else picked, "resource": picked if is_person else None,
        "factor": _percent(item, label, "factor", 1.0, 40, 120),
    }  # fmt: skip


def _empower(item: Item, own: ProcessDefaults) -> Measure:
    activity = _pick(item, _("Approval"), own.approvals)
    return {"activity": activity, "share": _percent(item, _("Decided without it, %"), "share", 0.0)}


def _automate(item: Item, own: ProcessDefaults) -> Measure:
    activity = _pick(item, _("Step"), _worked(own)) or ""
    now = own.minutes_of.get(activity, 0.0)
    share = _percent(item, _("Done by the machine, %"), "share", 0.0)
    held = float(item["measure"].get("minutes", 1.0))
    minutes = st.slider(
        _("Minutes it takes, today {minutes}").format(minutes=numbers.minutes(now)), 0.0,
        float(max(round(now), held, 5.0)), held, 0.5, key=f"minutes-{item['uid']}",
    )  # fmt: skip
    return {"activity": activity, "share": share, "minutes": minutes}


def _several(item: Item, own: ProcessDefaults) -> list[str]:
    held = [a for a in item["measure"].get("activities") or () if a in own.activities]
    picked = st.multiselect(
        _("Steps that follow each other"), own.activities, held, format_func=step, placeholder=_("Two or more"),
        key=f"activities-{item['uid']}",
    )  # fmt: skip
    return sorted(picked, key=own.activities.index)


def _merge_activities(item: Item, own: ProcessDefaults) -> Measure:
    activities = _several(item, own)
    label = _("Time together, % of the sum")
    return {"activities": activities, "factor": _percent(item, label, "factor", 1.0, 40, 120)}


def _reassign(item: Item, own: ProcessDefaults) -> Measure:
    activity = _pick(item, _("Step"), own.activities) or ""
    others = tuple(role for role in own.people if role != own.role_of[activity])
    label = _("Done by, today {role}").format(role=own.role_of[activity] or _("nobody named"))
    return {"activity": activity, "role": _pick(item, label, others, "role", none=True)}


_PARTS: Parts = {
    "end_batching": _end_batching,
    "reduce_rework": _reduce_rework,
    "add_staff": _add_staff,
    "move_staff": _move_staff,
    "shorten": _shorten,
    "empower": _empower,
    "automate": _automate,
    "parallelise": lambda item, own: {"activities": _several(item, own)},
    "merge_activities": _merge_activities,
    "remove_activity": lambda item, own: {"activity": _pick(item, _("Step"), own.activities, none=True)},
    "reassign": _reassign,
}
