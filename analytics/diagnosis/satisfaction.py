"""How satisfied are customers, with what least, where, and does it follow how long they waited?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analytics.diagnosis.dimensions import dimensions
from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.methods.estimate import Estimate, unknown
from analytics.store.reader import Store

WAIT_EDGES_MIN = (0, 5, 10, 15, 20, 30)
_TREND_MONTHS = 12

# One pass over the answers; all that is shown by one thing or another is added up from these cells.
_CELLS = """
with answers as (
    select
        customer_group, touchpoint, segment, date_trunc('month', answered_at)::date as month_on,
        case when wait_min is not null then {bin} end as bin, overall,
        -- the top two points of the scale as asked; stored is the answer brought to 1–5
        overall_scale_low + (overall - 1) / 4 * (overall_scale_high - overall_scale_low)
            >= overall_scale_high - 1 - 1e-6 as is_satisfied,
        recommend, overall_scale_low, overall_scale_high, answered_at is null as is_undated,
        coalesce(answered_at >= $now_on::timestamp, false) as is_now,
        coalesce(answered_at >= $before_on::timestamp and answered_at < $now_on::timestamp, false) as is_before,
        coalesce(answered_at >= $trend_on::timestamp, false) as is_in_trend
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
)
select
    customer_group, touchpoint, segment, month_on, bin, is_undated, is_now, is_before, is_in_trend,
    count(*)::bigint as n_answers, count(overall)::bigint as n, count_if(is_satisfied)::bigint as n_satisfied,
    sum(overall) as total, sum(overall * overall) as total_squares,
    count(recommend)::bigint as n_recommend, count_if(recommend >= 9)::bigint as n_promoters,
    count_if(recommend <= 6)::bigint as n_detractors,
    min(overall_scale_low) as scale_low, max(overall_scale_low) as scale_low_max,
    min(overall_scale_high) as scale_high_min, max(overall_scale_high) as scale_high
from answers
group by all
"""
_CELL_SUMS = {
    **dict.fromkeys(
        ("n_answers", "n_undated", "n", "n_satisfied", "total", "total_squares", "n_recommend", "n_promoters",
         "n_detractors"), "sum",
    ),
    "scale_low": "min", "scale_low_max": "max", "scale_high_min": "min", "scale_high": "max",
}  # fmt: skip
_HAS_GROUPS = """
select count(distinct group_of($grouping_kind, $vip_segments, s.segment, c.is_top_profit))
from (
    select distinct segment, case when $grouping_kind = 'profit' then customer_id end as customer_id
    from surveys
    where branch_id = $branch_id
) as s
left join customers_latest as c
    on $grouping_kind = 'profit' and c.branch_id = $branch_id and c.customer_id = s.customer_id
"""


@dataclass(frozen=True)
class WeakestItem:
    """The dimension that a group rates lowest, or that falls shortest of expectations where these were asked.

    mean: perceived, on 1–7; gap: perceived − expected, paired, None where expectations were not asked.
    """

    dimension: str
    group: Group
    mean: Estimate
    gap: Estimate | None


@dataclass(frozen=True)
class Satisfaction:
    """Answers of the period by group; undated answers count in all but the trend. Intervals 95 %.

    By group: csat_share (top two points of the scale as asked; Wilson), nps (points), overall_mean (1–5),
    weakest (mean of weakest_item's dimension, 1–7). changes: name -> group -> change against as many days
    before, of dated answers.
    scale: lowest and highest point as asked, None where several scales were asked.
    months (month_on), touchpoints (touchpoint), segments (segment): one row per that and group, with n,
    csat_share, low, high, n_recommend, nps, nps_low, nps_high, overall_mean. months reach back twelve months
    from the end of the period, or to its start where that is earlier.
    items: one row per dimension and group: n, mean, low, high (perceived, 1–7), n_pairs, expected, gap, gap_low,
    gap_high (NaN where expectations were not asked).
    waits: one row per bin of the measured wait and group, of answers that name a served ticket: from_min, to_min
    (NaN: open), n, csat_share, low, high.
    """

    groups: tuple[Group, ...]
    n_answers: int
    n_undated: int
    scale: tuple[float, float] | None
    csat_share: dict[Group, Estimate]
    nps: dict[Group, Estimate]
    overall_mean: dict[Group, Estimate]
    weakest: dict[Group, Estimate]
    weakest_item: WeakestItem | None
    months: pd.DataFrame
    touchpoints: pd.DataFrame
    segments: pd.DataFrame
    items: pd.DataFrame
    waits: pd.DataFrame
    changes: dict[str, dict[Group, Estimate]] = field(default_factory=dict)


def satisfaction(store: Store, filters: Filters) -> Satisfaction | None:
    """The answers of the period and groups asked for; None where there are none."""
    groups = groups_of(store, filters)
    cells = _cells(store, filters, groups)
    asked = cells[cells["is_now"] | cells["is_undated"]]
    overall = _values(asked)
    if overall.empty:
        return None
    items = dimensions(store, filters, groups)
    weakest = _weakest(items, groups)
    now = _headlines(overall, groups)
    now["weakest"] = _item_means(items, groups, weakest)
    return Satisfaction(
        groups=groups,
        n_answers=int(overall["n_answers"].sum()),
        n_undated=int(overall["n_undated"].sum()),
        scale=_scale(overall),
        **now,
        weakest_item=weakest,
        months=_values(cells[cells["is_in_trend"]], "month_on"),
        touchpoints=_values(asked, "touchpoint"),
        segments=_values(asked, "segment"),
        items=items,
        waits=_waits(asked),
        changes=_changes(store, filters, groups, cells, items, weakest),
    )


def weakest_item(store: Store, filters: Filters) -> WeakestItem | None:
    """The weakest dimension of the first group asked for (ordinary customers); None without items."""
    groups = groups_of(store, filters)
    return _weakest(dimensions(store, filters, groups), groups)


def groups_of(store: Store, filters: Filters) -> tuple[Group, ...]:
    """The groups asked for; `all` where the answers do not say whose they are."""
    if not filters.grouping.is_split:
        return ("all",)
    binds = {k: v for k, v in filters.binds().items() if k not in ("start_on", "end_on")}
    return filters.groups if store.rows(_HAS_GROUPS, **binds)[0][0] > 1 else ("all",)


def _cells(store: Store, filters: Filters, groups: tuple[Group, ...]) -> pd.DataFrame:
    """Sums of the groups' answers since the earlier of the period before and twelve months before the end."""
    year_before = (pd.Timestamp(filters.end_on) - pd.DateOffset(months=_TREND_MONTHS)).date()
    trend_on, before_on = min(filters.start_on, year_before), filters.period_before().start_on
    # The bin is how many edges the wait has reached.
    binned = " + ".join(f"(wait_min >= {edge})::integer" for edge in WAIT_EDGES_MIN[1:])
    cells = store.frame(
        _CELLS.format(bin=binned),
        **replace(filters, start_on=min(trend_on, before_on)).binds(),
        now_on=filters.start_on,
        before_on=before_on,
        trend_on=trend_on,
    ).rename(columns={"customer_group": "group"})
    if groups == ("all",):
        cells["group"] = "all"
    cells["n_undated"] = cells["n_answers"].where(cells["is_undated"], 0)
    return cells[cells["group"].isin(groups)]


def _values(cells: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """One row per group (and `by`), in the order of the groups, with counts, shares, scores and means."""
    keys = [by, "group"] if by else ["group"]
    frame = cells.groupby(keys, as_index=False).agg(_CELL_SUMS)
    for names, columns_of in (
        (("csat_share", "low", "high"), scores.wilson(frame["n_satisfied"], frame["n"])),
        (
            ("nps", "nps_low", "nps_high"),
            scores.net_promoter(frame["n_promoters"], frame["n_detractors"], frame["n_recommend"]),
        ),
        (
            ("overall_mean", "mean_low", "mean_high"),
            scores.mean(frame["total"], frame["total_squares"], frame["n"]),
        ),
    ):
        frame = frame.assign(**dict(zip(names, columns_of, strict=True)))
    return frame


def _headlines(overall: pd.DataFrame, groups: tuple[Group, ...]) -> dict[str, dict[Group, Estimate]]:
    rows = {row["group"]: row for row in overall.to_dict("records")}
    found: dict[str, dict[Group, Estimate]] = {"csat_share": {}, "nps": {}, "overall_mean": {}}
    for group in groups:
        row = rows.get(group)
        if row is None:
            found["csat_share"][group], found["nps"][group] = unknown("share"), unknown("points")
            found["overall_mean"][group] = unknown("scale")
            continue
        n = int(row["n"])
        found["csat_share"][group] = Estimate(row["csat_share"], row["low"], row["high"], n, "share")
        found["nps"][group] = Estimate(
            row["nps"], row["nps_low"], row["nps_high"], int(row["n_recommend"]), "points"
        )
        found["overall_mean"][group] = Estimate(
            row["overall_mean"], row["mean_low"], row["mean_high"], n, "scale"
        )
    return found


def _scale(overall: pd.DataFrame) -> tuple[float, float] | None:
    low, high = overall["scale_low"].min(), overall["scale_high"].max()
    is_one = low == overall["scale_low_max"].max() and high == overall["scale_high_min"].min()
    return (float(low), float(high)) if is_one else None


def _weakest(items: pd.DataFrame, groups: tuple[Group, ...]) -> WeakestItem | None:
    for group in groups:
        rows = items[items["group"] == group]
        if rows.empty:
            continue
        by = "gap" if rows["gap"].notna().any() else "mean"
        row = rows.sort_values(by).iloc[0].to_dict()
        gap = Estimate(row["gap"], row["gap_low"], row["gap_high"], int(row["n_pairs"]), "scale")
        mean = Estimate(row["mean"], row["low"], row["high"], int(row["n"]), "scale")
        return WeakestItem(row["dimension"], group, mean, gap if gap.is_known else None)
    return None


def _item_means(
    items: pd.DataFrame, groups: tuple[Group, ...], weakest: WeakestItem | None
) -> dict[Group, Estimate]:
    found: dict[Group, Estimate] = {group: unknown("scale") for group in groups}
    if weakest is not None:
        for row in items[items["dimension"] == weakest.dimension].to_dict("records"):
            found[row["group"]] = Estimate(row["mean"], row["low"], row["high"], int(row["n"]), "scale")
    return found


def _changes(
    store: Store,
    filters: Filters,
    groups: tuple[Group, ...],
    cells: pd.DataFrame,
    items: pd.DataFrame,
    weakest: WeakestItem | None,
) -> dict[str, dict[Group, Estimate]]:
    """Dated answers of the period against those of as many days before; undated ones belong to neither."""
    periods = [_values(cells[cells[era]]) for era in ("is_now", "is_before")]
    if periods[1].empty:
        return {}
    now, before = (_headlines(frame, groups) for frame in periods)
    if weakest is not None and not cells["is_undated"].any():
        earlier = dimensions(store, filters.period_before(), groups, weakest.dimension)
        now["weakest"] = _item_means(items, groups, weakest)
        before["weakest"] = _item_means(earlier, groups, weakest)
    return {
        name: {group: scores.difference(now[name][group], before[name][group]) for group in groups}
        for name in now
    }


def _waits(cells: pd.DataFrame) -> pd.DataFrame:
    frame = _values(cells, "bin")
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    edges = np.array([*WAIT_EDGES_MIN, np.nan])
    position = frame["bin"].to_numpy(int)
    return pd.DataFrame(
        {
            "from_min": edges[position],
            "to_min": edges[position + 1],
            **{name: frame[name] for name in ("group", "n", "csat_share", "low", "high")},
        }
    )
