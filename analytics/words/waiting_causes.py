"""Why cases wait, in plain words: the cause of the most waiting, hand-overs with their causes, examples."""

import pandas as pd

from analytics.diagnosis.waiting_causes import MOST_WAITS, WaitingCauses
from analytics.language import _
from analytics.words import numbers
from analytics.words.bottlenecks import pair, step

# A person's part of the waiting below this is not worth a headline.
LEAST_SHARE = 0.05
# A cause that takes less than a quarter of an hour of the average case is not held up either.
LEAST_H_A_CASE = 0.25


def name(cause: str) -> str:
    return {
        "batching": _("Work is left to pile up and done in one go"),
        "contention": _("The person is busy with earlier work"),
        "prioritisation": _("Newer work goes first"),
        "unavailability": _("The person is off duty"),
        "extraneous": _("The customer's own time, or not recorded"),
    }[cause]


def short_name(cause: str) -> str:
    return {
        "batching": _("piled up"),
        "contention": _("person busy"),
        "prioritisation": _("newer work first"),
        "unavailability": _("off duty"),
        "extraneous": _("customer or not recorded"),
    }[cause]


def for_staff(found: WaitingCauses) -> pd.DataFrame:
    """Hand-overs by cause that the branch has in its hands, the most hours first."""
    return found.handovers[found.handovers["cause"] != "extraneous"]


def title(found: WaitingCauses) -> str:
    """The largest cause in the branch's hands, and where."""
    rows = for_staff(found)
    if rows.empty:
        return _("Little of the waiting is for the staff")
    worst = rows.iloc[0]
    if worst["share"] < LEAST_SHARE or worst["hours"] < LEAST_H_A_CASE * found.n_cases:
        return _("Little of the waiting is for the staff")
    every = found.handovers
    pair_h = every.loc[
        (every["before"] == worst["before"]) & (every["activity"] == worst["activity"]), "hours"
    ].sum()
    if worst["hours"] < 0.5 * pair_h:
        return _("Most for the staff: {step}, {cause}").format(
            step=worst["activity"], cause=short_name(worst["cause"])
        )
    text = {
        "batching": _("{step} waits because work is left to pile up"),
        "contention": _("{step} waits because the person is busy with earlier work"),
        "prioritisation": _("{step} waits because newer work goes first"),
        "unavailability": _("{step} waits because the person is off duty"),
    }[worst["cause"]]
    return text.format(step=step(worst["activity"]))


def caption(found: WaitingCauses) -> str:
    ns = _("n {n}").format(n=" / ".join(numbers.count(n) for n in _ns(found))).replace(" ", numbers.NBSP)
    return _("Mean hours a case waits, share of all waiting, 95% interval, {n}").format(n=ns)


def _ns(found: WaitingCauses) -> list[int]:
    by_group = found.causes.groupby("group", sort=False)["n"].first()
    return [int(by_group[group]) for group in found.groups if by_group[group] > 0]


def handovers_title(found: WaitingCauses) -> str:
    return _("What the branch has in its hands")


def handovers_caption(found: WaitingCauses) -> str:
    if for_staff(found)["value_cny"].notna().any():
        return _("Share of all waiting by hand-over and cause, 95% interval; hours and their price")
    return _("Share of all waiting by hand-over and cause, 95% interval; hours")


def handover(row: pd.Series) -> str:
    return f"{handover_name(row['before'], row['activity'])} · {short_name(row['cause'])}"


def handover_name(before: str, activity: str) -> str:
    return pair(before, activity) if before else _("Begin → {step}").format(step=activity)


def amount(row: pd.Series) -> str:
    """9,760 h · CNY 1,073,597, the price where it is known."""
    hours = numbers.with_unit(row["hours"], "h")
    return hours if pd.isna(row["value_cny"]) else f"{hours} · {numbers.money(row['value_cny'])}"


def price_by_handover(found: WaitingCauses) -> dict[tuple[str, str], float]:
    """CNY of the hours waited by (step before, step), where a roster gives a cost."""
    rows = found.handovers.dropna(subset="value_cny")
    priced: dict[tuple[str, str], float] = {}
    for before, activity, cny in zip(rows["before"], rows["activity"], rows["value_cny"], strict=True):
        priced[(before, activity)] = priced.get((before, activity), 0.0) + cny
    return priced


def notes(found: WaitingCauses) -> str:
    """What the split rests on and what it does not know."""
    parts = []
    if found.n_without_person:
        parts.append(
            _("{n} waits name no person and count as not recorded.").format(
                n=numbers.count(found.n_without_person)
            )
        )
    if found.n_without_start:
        parts.append(
            _("{n} steps have no start: their wait is not known.").format(
                n=numbers.count(found.n_without_start)
            )
        )
    sources = found.duty["source"].value_counts()
    if sources.get("roster"):
        parts.append(_("Who is on duty is known from the rosters."))
    if sources.get("discovered"):
        rows = found.duty[found.duty["source"] == "discovered"]
        parts.append(
            _("Duty hours of {n} people are read off their work, by the hour: {support} of it lies within them, and on {confidence} of their days an hour sees work.").format(
                n=numbers.count(len(rows)), support=numbers.share(rows["support"].mean()),
                confidence=numbers.share(rows["confidence"].mean()),
            )
        )  # fmt: skip
    if found.concurrent:
        pairs = "; ".join(_("{a} and {b}").format(a=a, b=b) for a, b in found.concurrent[:3])
        parts.append(_("Side by side, and so not waiting for one another: {pairs}.").format(pairs=pairs))
    if found.causes["value_cny"].notna().any():
        parts.append(_("The price is the hourly cost of the role waited for."))
    return numbers.sentences(parts)


def examples(found: WaitingCauses, cause: str, before: str = "", activity: str = "") -> pd.DataFrame:
    """Waits of that cause (before that step, after that one), the longest first, as a person reads them."""
    rows = found.waits
    for name, wanted in (("before", before), ("activity", activity)):
        rows = rows[rows[name] == wanted] if wanted else rows
    rows = rows[rows[cause] > 0].sort_values(cause, ascending=False).head(MOST_WAITS)
    return rows.assign(
        handover=[handover_name(a, b) for a, b in zip(rows["before"], rows["activity"], strict=True)],
        cause_h=rows[cause],
        other_h=rows["wait_h"] - rows[cause],
        cause=[short_name(c) for c in rows["cause"]],
    )
