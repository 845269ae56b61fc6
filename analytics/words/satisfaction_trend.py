"""Levels of satisfaction, weeks out of the ordinary, and times around what was changed, in words."""

import math

import pandas as pd

from analytics.diagnosis.satisfaction_trend import Trend
from analytics.filters import Group
from analytics.language import _, ngettext
from analytics.words import numbers
from analytics.words.changes import group_name, whom


def missing() -> str:
    return _("No answer carries both a date and a rating, so there is no trend.")


def weeks_title(result: Trend, group: Group) -> str:
    """When the level last changed, from what to what."""
    rows = result.weeks[result.weeks["group"] == group]
    if rows.empty:
        return _("{whom}: too few answers a week to tell").format(whom=whom(group))
    last = int(rows["level"].max())
    if last == 0:
        return _("{whom}: satisfaction keeps its level").format(whom=whom(group))
    before = float(rows.loc[rows["level"] == last - 1, "level_share"].iloc[0])
    now = rows[rows["level"] == last].iloc[0]
    return _("{whom}: from {before} to {after} satisfied since {day}").format(
        whom=whom(group), before=numbers.share(before), after=numbers.share(float(now["level_share"])),
        day=numbers.day(now["week_on"].date()),
    )  # fmt: skip


def weeks_caption(result: Trend, group: Group) -> str:
    rows = result.weeks[result.weeks["group"] == group]
    text = _("Share satisfied a week (10 answers or more), line: level, grey: limits of chance")
    n_out = int((rows["side"] != 0).sum())
    out = ngettext("{n} week outside", "{n} weeks outside", n_out).format(n=n_out) if n_out else ""
    return " · ".join(part for part in (text, out, numbers.n(rows["n"].sum())) if part)


def around_title(result: Trend) -> str:
    """The first group's change around the latest intervention."""
    rows = result.around[result.around["group"] == result.groups[0]]
    if rows.empty or rows["difference"].isna().all():
        return _("Before and after what was changed")
    row = rows[rows["difference"].notna()].iloc[-1]
    said = {"day": numbers.day(row["on"].date()), "n": numbers.pts(abs(row["difference"]))}
    if row["low"] > 0:
        return _("After {day} {n} more were satisfied than before").format(**said)
    if row["high"] < 0:
        return _("After {day} {n} fewer were satisfied than before").format(**said)
    return _("No clear difference between before and after {day}").format(**said)


def around_caption() -> str:
    return _("Share satisfied in as many days before and after, at most 90; other things changed too")


def around_table(result: Trend) -> pd.DataFrame:
    """Interventions with both shares as a person reads them."""
    rows = result.around.to_dict("records")
    return pd.DataFrame(
        {
            "name": [row["name"] for row in rows],
            "on": [numbers.day(row["on"].date()) for row in rows],
            "group_name": [group_name(row["group"]) for row in rows],
            "days": [row["days"] for row in rows],
            "before": [_share_and_n(row["before"], row["n_before"]) for row in rows],
            "after": [_share_and_n(row["after"], row["n_after"]) for row in rows],
            "difference": [_difference(row) for row in rows],
        }
    )


def _share_and_n(share: float, n: int) -> str:
    return f"{numbers.share(share)} · {numbers.n(n)}" if n else numbers.UNKNOWN


def _difference(row: dict) -> str:
    if math.isnan(row["difference"]):
        return numbers.UNKNOWN
    interval = numbers.spread(row["low"], row["high"], "pts", signed=True)
    return f"{numbers.pts(row['difference'], signed=True)} ({interval})"
