"""When did satisfaction change its level, which weeks were out of the ordinary, and how was it around what was changed?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.diagnosis.answers import IS_SATISFIED, groups_of
from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.methods.change_points import levels
from analytics.methods.control_charts import FACTOR, LEAST_VALUES
from analytics.methods.estimate import Estimate, unknown
from analytics.store.reader import Store

# Answers that a week needs; months looked back at least; days compared at most on either side.
MIN_ANSWERS, _MONTHS, DAYS_AROUND = 10, 12, 90

_WEEKS = f"""
select
    answered_at::date as day_on, customer_group as "group", count(overall)::bigint as n,
    count_if({IS_SATISFIED})::bigint as n_satisfied
from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
where answered_at is not null and overall is not null
group by all
order by all
"""
_CHANGES = """
select name, went_live_on from interventions
where branch_id = $branch_id and went_live_on > $start_on and went_live_on < $end_on
order by all
"""


@dataclass(frozen=True)
class Trend:
    """Weeks of the twelve months before the end of the period (or since its start), and times around interventions.

    weeks: one row per week with 10 answers or more and group: week_on (Monday), n, csat_share, level (index), level_share
    (share of all answers of the level), low, high (natural limits around it, NaN under 8 weeks), side (1 above, −1 below).
    around: one row per intervention and group: name, on, days (as many on either side, at most 90), n_before, before,
    n_after, after, difference with low, high (95 %, share 0–1).
    """

    groups: tuple[Group, ...]
    weeks: pd.DataFrame
    around: pd.DataFrame


def satisfaction_trend(store: Store, filters: Filters) -> Trend | None:
    """The trend; None where no answer is dated and rated."""
    groups = groups_of(store, filters)
    back = (pd.Timestamp(filters.end_on) - pd.DateOffset(months=_MONTHS)).date()
    asked = replace(filters, start_on=min(filters.start_on, back))
    days = _counts(store, asked, groups)
    if days.empty:
        return None
    week = pd.to_datetime(days["day_on"]).dt.to_period("W-SUN").dt.start_time
    by_week = (
        days.assign(week_on=week).groupby(["group", "week_on"], as_index=False)[["n", "n_satisfied"]].sum()
    )
    weeks = [_weeks(by_week[(by_week["group"] == group) & (by_week["n"] >= MIN_ANSWERS)]) for group in groups]
    return Trend(groups, pd.concat(weeks, ignore_index=True), _around(store, asked, days, groups))


def _counts(store: Store, filters: Filters, groups: tuple[Group, ...]) -> pd.DataFrame:
    frame = store.frame(_WEEKS, **filters.binds())
    if groups == ("all",):
        frame = frame.groupby("day_on", as_index=False)[["n", "n_satisfied"]].sum().assign(group="all")
    return frame[frame["group"].isin(groups)]


def _weeks(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.sort_values("week_on").reset_index(drop=True)
    share = (rows["n_satisfied"] / rows["n"]).to_numpy(float)
    level = levels(rows["n_satisfied"], rows["n"])
    sums = rows.groupby(level)[["n", "n_satisfied"]].transform("sum")
    usual = (sums["n_satisfied"] / sums["n"]).to_numpy(float)
    width = np.nan
    if len(rows) >= LEAST_VALUES:
        # What differs between neighbouring weeks of one level.
        same = np.diff(level) == 0
        width = FACTOR * float(np.abs(np.diff(share))[same].mean())
    side = np.where(share > usual + width, 1, np.where(share < usual - width, -1, 0))
    return rows[["group", "week_on", "n"]].assign(
        csat_share=share, level=level, level_share=usual, low=np.clip(usual - width, 0, 1),
        high=np.clip(usual + width, 0, 1), side=side,
    )  # fmt: skip


def _around(store: Store, asked: Filters, days: pd.DataFrame, groups: tuple[Group, ...]) -> pd.DataFrame:
    changes = store.rows(_CHANGES, branch_id=asked.branch_id, start_on=asked.start_on, end_on=asked.end_on)
    day_on = pd.to_datetime(days["day_on"])
    first, last = day_on.min().date(), day_on.max().date()
    rows = []
    for name, on in changes:
        n_days = min(DAYS_AROUND, (on - first).days, (last - on).days + 1)
        if n_days < 1:
            continue
        for group in groups:
            own = days[days["group"] == group]
            before = _share(own, on - timedelta(days=n_days), on)
            after = _share(own, on, on + timedelta(days=n_days))
            change = scores.difference(after, before)
            rows.append(
                (name, pd.Timestamp(on), group, n_days, before.n, before.value, after.n, after.value, change.value,
                 change.low, change.high)
            )  # fmt: skip
    columns = [
        "name",
        "on",
        "group",
        "days",
        "n_before",
        "before",
        "n_after",
        "after",
        "difference",
        "low",
        "high",
    ]
    return pd.DataFrame(rows, columns=columns)


def _share(days: pd.DataFrame, start: date, end: date) -> Estimate:
    on = pd.to_datetime(days["day_on"])
    rows = days[(on >= pd.Timestamp(start)) & (on < pd.Timestamp(end))]
    n, yes = int(rows["n"].sum()), int(rows["n_satisfied"].sum())
    if not n:
        return unknown("share")
    value, low, high = (float(x) for x in scores.wilson(yes, n))
    return Estimate(value, low, high, n, "share")
