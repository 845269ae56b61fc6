"""Measures in plain words, with sliders that start at the branch's own values."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.language import _
from analytics.redesign.measures import Measure
from analytics.redesign.process_ready import ProcessDefaults
from analytics.redesign.ready import Defaults
from analytics.words import measures as words
from analytics.words import numbers
from analytics.words.measure_notes import about
from pages.shared import scenario

MORE, FEWER = 6, 3
MANY = ("add_staff", "move_staff", "divert", "shorten")
Own = Defaults | ProcessDefaults
Parts = dict[str, Callable[[dict[str, Any], Any], Measure]]
# Pixels that a switched-on measure takes below its switch.
HEIGHTS = {
    "add_staff": 195,
    "move_staff": 275,
    "pool_counters": 78,
    "set_priority": 100,
    "divert": 190,
    "shorten": 150,
    "end_batching": 40,
    "reduce_rework": 130,
    "empower": 120,
    "automate": 250,
    "parallelise": 90,
    "merge_activities": 180,
    "remove_activity": 90,
    "reassign": 175,
}


def draw(own: Defaults) -> tuple[Measure, ...]:
    """The form of the hall."""
    return switches(own, _PARTS, name, _("Assumed: customers, % of today"))


def name(kind: str) -> str:
    """A kind of measure as the hall calls it."""
    return words.kind(kind)


def switches(own: Any, parts: Parts, name: Callable[[str], str], assumed: str) -> tuple[Measure, ...]:
    """Draw a switch a measure with its sliders; returns the measures that change something, assumptions last.

    assumed: the name of the slider for how many come.
    """
    chosen = []
    for item in scenario.items():
        kind = item["measure"]["measure"]
        if words.is_assumption(item["measure"]):
            continue
        item["is_on"] = st.toggle(
            name(kind), item["is_on"], key=f"on-{item['uid']}", help=about(kind) or None
        )
        if item["is_on"]:
            part = parts.get(kind)
            item["measure"] = {**item["measure"], **(part(item, own) if part else {})}
            if changes_something(item["measure"]):
                chosen.append(_tidy(item["measure"]))
    for item in scenario.items():
        if words.is_assumption(item["measure"]):
            item["measure"] = {**item["measure"], **_demand(item, assumed)}
            if changes_something(item["measure"]):
                chosen.append(_tidy(item["measure"]))
    return tuple(chosen)


def more(own: Defaults) -> tuple[str, ...]:
    """The kinds of which one can add another."""
    return MANY


def add_popover(kinds: tuple[str, ...], name: Callable[[str], str]) -> None:
    """One more measure."""
    with st.popover(_("Add"), icon=":material/add:", type="tertiary"):
        for kind in kinds:
            if st.button(name(kind), key=f"add-{kind}", type="tertiary"):
                scenario.add({"measure": kind}, is_on=True)
                st.rerun()


def height() -> int:
    """About how high the form is, so that its neighbour can end with it."""
    items = scenario.items()
    return 175 + sum(36 + (HEIGHTS.get(i["measure"]["measure"], 0) if i["is_on"] else 0) for i in items)


def changes_something(measure: Measure) -> bool:
    """Whether it differs from what the branch does already."""
    kind = measure["measure"]
    if kind in ("parallelise", "merge_activities"):
        return len(measure.get("activities") or ()) > 1
    if kind in ("end_batching", "remove_activity"):
        return bool(measure.get("activity"))
    if kind == "reassign":
        return bool(measure.get("role"))
    neutral = {"headcount": 0, "share": 0, "factor": 1, "patience_factor": 1}
    return not any(measure.get(key) == value for key, value in neutral.items())


def _tidy(measure: Measure) -> Measure:
    return {key: value for key, value in measure.items() if value not in (None, [], ())}


def clock(half_hour: int) -> str:
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"


def half_hour(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 2 + int(minutes) // 30


def pick_hours(
    item: dict[str, Any], own: Own, label: str, name: str, start: str, end: str
) -> tuple[str, str]:
    """A range of half hours within the opening hours."""
    options = [clock(h) for h in range(own.opens_half_hour, own.closes_half_hour + 1)]
    value = (start if start in options else options[0], end if end in options else options[-1])
    picked: tuple[str, str] = st.select_slider(
        label, options, value, format_func=lambda t: t.removeprefix("0"), key=f"{name}-{item['uid']}"
    )
    if picked[0] == picked[1]:
        at = min(options.index(picked[0]), len(options) - 2)
        return options[at], options[at + 1]
    return picked


def noon(own: Own) -> tuple[str, str]:
    """Around noon, or the middle of the day where the branch is closed then."""
    first = (
        min(max(24, own.opens_half_hour), own.closes_half_hour - 4)
        if own.closes_half_hour - own.opens_half_hour >= 4
        else own.opens_half_hour
    )
    return clock(first), clock(min(first + 4, own.closes_half_hour))


def pick_days(item: dict[str, Any], own: Own) -> list[int] | None:
    """Which weekdays; None for all on which the branch is open."""
    open_days = own.weekdays
    held = [d for d in item["measure"].get("weekdays") or open_days if d in open_days]
    with st.popover(words.weekdays(item["measure"].get("weekdays")) or _("Every day"), type="tertiary"):
        picked = st.pills(
            _("Days"), open_days, selection_mode="multi", default=held, format_func=numbers.weekday,
            key=f"days-{item['uid']}",
        )  # fmt: skip
    return None if not picked or set(picked) == set(open_days) else sorted(picked)


def pick_people(item: dict[str, Any], now: float, low: int, label: str) -> int:
    held = int(item["measure"].get("headcount", 0))
    options = list(range(min(low, held), max(MORE, held) + 1))

    def name(change: int) -> str:
        if change == 0:
            return _("{n} now").format(n=f"{now:.3g}")
        return f"{now + change:.3g} ({numbers.plain(change, 'count', signed=True)})"

    return int(st.select_slider(label, options, held, format_func=name, key=f"people-{item['uid']}"))


def _on_duty(own: Defaults, days: tuple[int, ...], first: int, end: int) -> float:
    """People there today on average in these half hours, to one decimal."""
    seen = [n for (day, half_hour), n in own.headcount.items() if day in days and first <= half_hour < end]
    return round(sum(seen) / len(seen), 1) if seen else 0.0


def _add_staff(item: dict[str, Any], own: Defaults) -> Measure:
    measure, midday = item["measure"], noon(own)
    key = f"hours-{item['uid']}"
    start, end = st.session_state.get(key) or (
        measure.get("from") or midday[0],
        measure.get("to") or midday[1],
    )
    days = tuple(measure.get("weekdays") or ())
    now = _on_duty(own, days or own.weekdays, half_hour(start), half_hour(end))
    headcount = pick_people(item, now, -min(FEWER, int(now)), _("People on duty"))
    start, end = pick_hours(item, own, _("Hours"), "hours", start, end)
    weekdays = pick_days(item, own)
    return {
        "role": measure.get("role") or own.role, "headcount": headcount, "from": start, "to": end,
        "weekdays": weekdays,
    }  # fmt: skip


def pick_windows(
    item: dict[str, Any], own: Own, away: tuple[str, str], there: tuple[str, str]
) -> tuple[list[str], list[str], bool]:
    """Hours to take from, equally long hours to bring to, whether they are apart."""
    start, end = pick_hours(item, own, _("Away from"), "away", *away)
    length = half_hour(end) - half_hour(start)
    options = [clock(h) for h in range(own.opens_half_hour, own.closes_half_hour - length + 1)]
    begin = st.select_slider(
        _("Over to, starting at"), options, there[0] if there[0] in options else options[0],
        format_func=lambda t: t.removeprefix("0"), key=f"there-{item['uid']}",
    )  # fmt: skip
    are_apart = abs(half_hour(begin) - half_hour(start)) >= length
    if not are_apart:
        st.caption(_("These hours overlap: choose others."))
    return [start, end], [begin, clock(half_hour(begin) + length)], are_apart


def _move_staff(item: dict[str, Any], own: Defaults) -> Measure:
    measure = item["measure"]
    headcount = st.slider(
        _("People who change hours"), 0, MORE, int(measure.get("headcount", 0)), key=f"people-{item['uid']}"
    )
    evening = clock(own.closes_half_hour - 2), clock(own.closes_half_hour)
    away, there, are_apart = pick_windows(
        item, own, measure.get("from") or evening, measure.get("to") or noon(own)
    )
    return {
        "role": measure.get("role") or own.role, "headcount": headcount if are_apart else 0, "from": away,
        "to": there, "weekdays": pick_days(item, own),
    }  # fmt: skip


def _smooth_arrivals(item: dict[str, Any], own: Defaults) -> Measure:
    measure = item["measure"]
    percent = st.slider(
        _("Come by appointment, %"), 0, 100, round(float(measure.get("share", 0)) * 100), 5,
        key=f"share-{item['uid']}",
    )  # fmt: skip
    evening = clock(own.closes_half_hour - 4), clock(own.closes_half_hour)
    away, there, are_apart = pick_windows(
        item, own, measure.get("from") or noon(own), measure.get("to") or evening
    )
    return {"share": percent / 100 if are_apart else 0, "from": away, "to": there}


def _announce_wait(item: dict[str, Any], own: Defaults) -> Measure:
    held = round(float(item["measure"].get("patience_factor", 1)) * 100)
    percent = st.slider(
        _("Patience, % of today"), min(50, held), max(200, held), held, 5, key=f"patience-{item['uid']}"
    )
    return {"patience_factor": percent / 100}


def _divert(item: dict[str, Any], own: Defaults) -> Measure:
    service = _service(item, own, own.machine_services)
    percent = st.slider(
        _("Share sent elsewhere, %"), 0, 100, round(float(item["measure"].get("share", 0)) * 100), 5,
        key=f"share-{item['uid']}",
    )  # fmt: skip
    st.caption(_("{share} of all tickets are for it").format(share=numbers.share(own.service_share[service])))
    return {"service": service, "share": percent / 100}


def _shorten(item: dict[str, Any], own: Defaults) -> Measure:
    if item["measure"].get("teller"):
        label, name = _("Time taken, % of today"), {}
        st.caption(_("Teller {id}").format(id=words.short_id(str(item["measure"]["teller"]))))
    else:
        name = {"service": _service(item, own)}
        mean = own.service_mean_min[name["service"]]
        label = _("Time taken, % of today’s {minutes}").format(minutes=numbers.minutes(mean))
    held = round(float(item["measure"].get("factor", 1)) * 100)
    percent = st.slider(label, min(40, held), max(120, held), held, 5, key=f"factor-{item['uid']}")
    return {**name, "factor": percent / 100}


def _service(item: dict[str, Any], own: Defaults, first: tuple[str, ...] = ()) -> str:
    held = item["measure"].get("service") or (first or own.services)[0]
    start = own.services.index(held) if held in own.services else 0
    return str(st.selectbox(_("Service"), own.services, start, key=f"service-{item['uid']}"))


def _set_priority(item: dict[str, Any], own: Defaults) -> Measure:
    measure, rules = item["measure"], ("fifo", "priority", "ageing")
    names = {
        "fifo": _("In order of arrival"),
        "priority": _("VIP first"),
        "ageing": _("VIP a little earlier"),
    }
    held = measure.get("rule", "priority" if own.calls_vip_first else "fifo")
    rule = st.radio(
        _("Who is called next"), rules, rules.index(held) if held in rules else 0, format_func=names.__getitem__,
        key=f"rule-{item['uid']}", label_visibility="collapsed",
    )  # fmt: skip
    if rule != "ageing":
        return {"rule": rule, "credit_min": None}
    credit = st.slider(
        _("As if they had come earlier by, min"), 0, 30, int(measure.get("credit_min") or 5),
        key=f"credit-{item['uid']}",
    )  # fmt: skip
    return {"rule": rule, "credit_min": credit}


def _pool_counters(item: dict[str, Any], own: Defaults) -> Measure:
    held = [c for c in item["measure"].get("counters") or () if c in own.counters]
    picked = st.multiselect(
        _("Counters"), own.counters, held, format_func=words.short_id, placeholder=_("All counters"),
        key=f"counters-{item['uid']}",
    )  # fmt: skip
    return {"counters": picked or (item["measure"].get("counters") if not held else None)}


def _demand(item: dict[str, Any], label: str) -> Measure:
    """The assumption: apart from the measures, always in sight."""
    only = [str(item["measure"][k]) for k in ("segment", "service") if item["measure"].get(k)]
    if only:
        label = _("Assumed: {who}, % of today").format(who=", ".join(only))
    held = round(float(item["measure"].get("factor", 1)) * 100)
    percent = st.slider(label, min(50, held), max(150, held), held, 5, key=f"demand-{item['uid']}")
    return {"factor": percent / 100}


_PARTS: Parts = {
    "add_staff": _add_staff,
    "move_staff": _move_staff,
    "divert": _divert,
    "shorten": _shorten,
    "set_priority": _set_priority,
    "pool_counters": _pool_counters,
    "smooth_arrivals": _smooth_arrivals,
    "announce_wait": _announce_wait,
}
