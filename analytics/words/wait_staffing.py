"""People needed for the target beside those on duty, in words."""

from typing import Any

from analytics.diagnosis.staffing import Move, Staffing
from analytics.filters import Targets
from analytics.language import _
from analytics.words import numbers


def title(result: Staffing) -> str:
    """Hours short against hours to spare."""
    short, over = result.hours_short, result.hours_over
    if not short.is_known:
        needed = result.cells["n_needed"]
        return _("Between {low} and {high} people are needed").format(
            low=numbers.count(needed.min()), high=numbers.count(needed.max())
        )
    if short.value < 1:
        return _("Hardly any half hour lacks people for the target")
    if over.value > short.value:
        return _("{short} a week lack people, {over} have people to spare").format(
            short=numbers.hours(short.value), over=numbers.hours(over.value)
        )
    return _("{short} a week lack people").format(short=numbers.hours(short.value))


def caption(result: Staffing, targets: Targets) -> str:
    """What the cells say, the target, intervals and n."""
    text = _("Person-hours. Cells: people needed to call {share} within {minutes} min").format(
        share=numbers.target(targets.within_target_share, "share"), minutes=f"{targets.wait_min:g}"
    )
    if not result.hours_short.is_known:
        return f"{text} · {numbers.n(int(result.cells['n_arrivals'].sum()))}"
    on_duty = _("people planned") if result.source == "planned" else _("people seen at work")
    figures = _(
        "Short {short}, to spare {over} hours a week, 95% interval · {days} days, {n} tickets"
    ).format(
        short=numbers.interval(result.hours_short),
        over=numbers.interval(result.hours_over),
        days=result.hours_short.n,
        n=numbers.count(int(result.cells["n_arrivals"].sum())),
    )
    return numbers.sentences([f"{text} / {on_duty}" + _("."), figures])


def note(result: Staffing) -> str:
    """What the formula takes for granted."""
    return _(
        "Taken: any counter serves everyone, service {service} on average, customers would wait {patience} on average before they "
        "leave, each half hour starts without a queue (Erlang A). The forecast plays the real hall."
    ).format(
        service=numbers.minutes(result.service_min),
        patience=numbers.minutes(result.patience_min),
    )


def move_sentence(move: Move) -> str:
    """The move that cuts the hours short most, and by how much."""
    a, b = (
        f"{numbers.clock(start)}–{numbers.clock(end)}"
        for start, end in (move.from_half_hours, move.to_half_hours)
    )
    who = _("one person") if move.headcount == 1 else _("{n} people").format(n=numbers.count(move.headcount))
    return _("Moving {who} from {a} to {b} would bring the hours short from {before} to {after} a week.").format(
        who=who, a=a, b=b, before=numbers.plain(move.hours_short_before, "h"),
        after=numbers.hours(move.hours_short_after),
    )  # fmt: skip


def move_measure(move: Move) -> dict[str, Any]:
    """The same as a measure for the forecast."""
    return {
        "measure": "move_staff", "role": move.role, "headcount": move.headcount,
        "from": [_hm(h) for h in move.from_half_hours], "to": [_hm(h) for h in move.to_half_hours],
    }  # fmt: skip


def _hm(half_hour: int) -> str:
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"


def unknown() -> str:
    return _(
        "How long a service takes is not known in this period, so the people needed cannot be worked out."
    )
