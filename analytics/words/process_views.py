"""Variants, what makes cases slow, people and the designed process, in plain words."""

import math
from datetime import date

import pandas as pd

from analytics.diagnosis.conformance import Conformance
from analytics.diagnosis.people import People
from analytics.diagnosis.variants import Variants
from analytics.language import _, ngettext
from analytics.words import numbers
from analytics.words.bottlenecks import step
from analytics.words.changes import lowered

SLOW_PACE = 1.3
PERSON_LETTERS = 6


def person(resource: str) -> str:
    """A pseudonym short enough to read: its first letters."""
    return resource[:PERSON_LETTERS]


def variants_title(found: Variants) -> str:
    return ngettext(
        "One way of running covers {share} of the cases",
        "{n} ways of running cover {share} of the cases",
        found.n_for_most,
    ).format(
        n=found.n_for_most, share=numbers.share(found.variants["cumulative_share"][found.n_for_most - 1])
    )


def variants_caption(found: Variants, n_drawn: int) -> str:
    return _(
        "Share of {n} finished cases, 95% interval; mean cycle time of the complete ones; the {drawn} most frequent"
    ).format(n=numbers.count(found.n_cases), drawn=n_drawn)


def first_time_right(found: Variants) -> str:
    e = found.first_time_right
    return _("{share} ({interval}) of {n} cases are right the first time: no step is done twice.").format(
        share=numbers.share(e.value), interval=numbers.spread(e.low, e.high, "share"), n=numbers.count(e.n)
    )


def attribute(name: str) -> str:
    return {
        "segment": _("Segment"),
        "product": _("Product"),
        "channel": _("Channel"),
        "person": _("Person"),
        "value": _("Twice the value"),
        "rework": _("Each step done again"),
    }[name]


def effect(row: pd.Series) -> str:
    if row["attribute"] in ("value", "rework"):
        return attribute(row["attribute"])
    level = person(row["level"]) if row["attribute"] == "person" else row["level"]
    return _("{what}: {level}").format(
        what=attribute(row["attribute"]), level=_("others") if level == "…" else level
    )


def factor(value: float) -> str:
    """A factor as a change in per cent: 1.09 is +9%."""
    return numbers.plain(value - 1, "share", signed=True)


def effects_title(found: Variants) -> str:
    """What cases take clearly longer with, apart from steps done again: those take time by their nature."""
    clear = found.effects[found.effects["is_clear"] & (found.effects["low"] > 1)]
    other = clear[clear["attribute"] != "rework"]
    if found.effects.empty:
        return _("Too few cases to tell what makes them slow")
    if clear.empty:
        return _("No attribute makes cases clearly slower")
    if other.empty:
        return _("Only steps done again make cases clearly slower")
    worst = other.sort_values("low", ascending=False).iloc[0]
    return _("Cases take {share} longer with {what}").format(
        share=numbers.share(worst["factor"] - 1), what=lowered(effect(worst))
    )


def effects_caption(found: Variants) -> str:
    return _("Change of the cycle time, all else alike, 95% interval, n {n} complete cases").format(
        n=numbers.count(found.n_modelled)
    )


def effects_note(found: Variants) -> str:
    return _(
        "Against the most frequent of each kind. In brackets: how many of the slowest quarter have it, and of the "
        "others. Together they explain {share} of the differences."
    ).format(share=numbers.share(found.r_squared))


def by_attribute_title(name: str) -> str:
    return {
        "segment": _("By segment"),
        "product": _("By product"),
        "channel": _("By channel"),
    }[name]


def people_title(found: People) -> str:
    slow = found.persons[found.persons["pace_low"] > SLOW_PACE]
    if not found.has_starts:
        return _("Without starts nobody's load is known")
    if slow.empty:
        return _("Nobody takes clearly longer than colleagues")
    worst = slow.sort_values("pace_low", ascending=False).iloc[0]
    who = person(worst["resource"])
    if not pd.isna(worst["role"]):
        who = _("{person} ({role})").format(person=who, role=worst["role"])
    return _("{person} takes {times} times as long as colleagues").format(
        person=who, times=f"{worst['pace']:.1f}"
    )


def people_caption() -> str:
    return _(
        "Pseudonyms; load: time at work on anything, once where it overlaps, of the time on duty; pace: time per step against colleagues for the same steps"
    )


def people_table(found: People) -> pd.DataFrame:
    rows = found.persons
    return rows.assign(
        person=[person(r) for r in rows["resource"]],
        load_percent=100 * rows["utilisation"],
        pace_interval=[
            "" if math.isnan(a) else numbers.spread(a, b, "scale")
            for a, b in zip(rows["pace_low"], rows["pace_high"], strict=True)
        ],
        other_percent=100 * rows["other_share"],
    )


def roles_sentence(found: People) -> str:
    parts = [
        _("{role}: {n} people, {share} of {hours} on duty").format(
            role=step(str(row["role"])), n=row["n_persons"], share=numbers.share(row["utilisation"]),
            hours=numbers.with_unit(row["staffed_h"], "h"),
        )
        for _i, row in found.roles.dropna(subset=["role", "utilisation"]).iterrows()
    ]  # fmt: skip
    return " · ".join(parts)


def network_title(found: People) -> str:
    frame = found.network
    same = frame.loc[frame["from_resource"] == frame["to_resource"], "n"].sum()
    return _("{share} of the steps stay with the same person").format(
        share=numbers.share(same / max(frame["n"].sum(), 1))
    )


def network_caption() -> str:
    return _(
        "Hand-overs from the person of the step before (row) to the person of the next step (column), times"
    )


def deviation(row: pd.Series) -> str:
    text = {
        "missing": _("{step} is missing"),
        "out_of_order": _("{step} stands out of order"),
        "repeated": _("{step} is done again"),
        "not_foreseen": _("{step} is not foreseen"),
    }[row["kind"]]
    return text.format(step=step(row["activity"]))


def design_kept(kept_on: date | None) -> str:
    if kept_on is None:
        return _("Not written down yet: the usual order of the cases, to start from.")
    return _("Kept on {day}").format(day=numbers.day(kept_on))


def conformance_title(found: Conformance) -> str:
    return _("{share} of the cases run as designed").format(share=numbers.share(found.conforming.value))


def conformance_caption(found: Conformance) -> str:
    return _(
        "Share of {n} finished cases with each deviation, 95% interval; hours that it adds to the cycle time"
    ).format(n=numbers.count(found.n_cases))


def cost(row: pd.Series) -> str:
    if math.isnan(row["cost_h"]):
        return _("time not told apart")
    if row["cost_low"] <= 0 <= row["cost_high"]:
        return _("no measurable time")
    return f"{numbers.with_unit(row['cost_h'], 'h', signed=True)} ({numbers.spread(row['cost_low'], row['cost_high'], 'h', signed=True)})"
