"""The answers to questionnaires, added up in one pass by whom, where and when, with what answering twice adds to the intervals."""

from dataclasses import replace

import pandas as pd

from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.methods.estimate import Estimate, Unit, unknown
from analytics.store.reader import Store

WAIT_EDGES_MIN = (0, 5, 10, 15, 20, 30)
# By what answers are broken down, and of when: the period asked for (with undated answers), or the months up to its end.
PARTS = {
    "": "is_asked", "before": "is_before", "month_on": "is_in_trend", "touchpoint": "is_asked", "segment": "is_asked",
    "service": "is_asked", "bin": "is_asked",
}  # fmt: skip
_TREND_MONTHS = 12
# How far answers of one person resemble each other is seen well enough in so many answers.
MOST_FOR_EFFECTS = 50_000

# SQL over answers_in: the top two points of the scale as asked; stored is the answer brought to 1–5.
IS_SATISFIED = """(
    overall_scale_low + (overall - 1) / 4 * (overall_scale_high - overall_scale_low) >= overall_scale_high - 1 - 1e-6
)"""
# The bin is how many edges the wait has reached; null without a wait.
WAIT_BIN = "(" + " + ".join(f"(wait_min >= {edge})::integer" for edge in WAIT_EDGES_MIN[1:]) + ")"

_ANSWERS = f"""
select
    customer_group, touchpoint, segment, service, date_trunc('month', answered_at)::date as month_on, {WAIT_BIN} as bin,
    overall, {IS_SATISFIED} as is_satisfied, recommend, overall_scale_low, overall_scale_high,
    answered_at is null as is_undated, answered_at is null or answered_at >= $now_on::timestamp as is_asked,
    coalesce(answered_at >= $now_on::timestamp, false) as is_now,
    coalesce(answered_at >= $before_on::timestamp and answered_at < $now_on::timestamp, false) as is_before,
    coalesce(answered_at >= $trend_on::timestamp, false) as is_in_trend,
    hash(coalesce(customer_id, response_id)) as person, customer_id is not null as is_named
from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
"""
_CELLS = f"""
select
    customer_group, touchpoint, segment, service, month_on, bin, is_undated, is_asked, is_now, is_before, is_in_trend,
    count(*)::bigint as n_answers, count(overall)::bigint as n, count_if(is_satisfied)::bigint as n_satisfied,
    sum(overall) as total, sum(overall * overall) as total_squares,
    count(recommend)::bigint as n_recommend, count_if(recommend >= 9)::bigint as n_promoters,
    count_if(recommend <= 6)::bigint as n_detractors,
    min(overall_scale_low) as scale_low, max(overall_scale_low) as scale_low_max,
    min(overall_scale_high) as scale_high_min, max(overall_scale_high) as scale_high
from ({_ANSWERS})
group by all
"""
_CELL_SUMS = {
    **dict.fromkeys(
        ("n_answers", "n_undated", "n", "n_satisfied", "total", "total_squares", "n_recommend", "n_promoters",
         "n_detractors"), "sum",
    ),
    "scale_low": "min", "scale_low_max": "max", "scale_high_min": "min", "scale_high": "max",
}  # fmt: skip
# One row per part, group and name: sums over persons of squares and products of what each person's answers add up to.
_EFFECTS = f"""
with drawn as (
    select
        *, (overall is not null)::double as one, is_satisfied::double as yes, (recommend is not null)::double as said,
        (recommend >= 9)::double - (recommend <= 6)::double as side
    from ({_ANSWERS} where hash(coalesce(customer_id, response_id)) % $every::ubigint = 0)
),
persons as ({{persons}})
select
    part, "group", name, count_if(is_named)::bigint as n_customers,
    count_if(n > 0)::double as raters, count_if(said > 0)::double as sayers,
    sum(n) as n, sum(n * n) as nn, sum(yes) as yes, sum(yes * yes) as yes_yes,
    sum(yes * n) as yes_n, sum(total) as total, sum(total * total) as total_total, sum(total * n) as total_n,
    sum(squares) as squares, sum(said) as said, sum(said * said) as said_said, sum(side) as side,
    sum(side * side) as side_side, sum(side * said) as side_said, sum(sides) as sides
from persons
group by all
"""
_PERSONS = """
select
    '{part}' as part, {group} as "group", {name}::varchar as name, person, is_named, sum(one) as n, sum(yes) as yes,
    sum(overall) as total, sum(overall * overall) as squares, sum(said) as said, sum(side) as side, sum(abs(side)) as sides
from drawn where {flag} and (one > 0 or said > 0) group by all
"""
_HAS_GROUPS = """
select count(distinct group_of($grouping_kind, $vip_segments, s.segment, c.is_top_profit))
from (
    select distinct
        coalesce(segment, ticket_segment, 'ordinary') as segment,
        case when $grouping_kind = 'profit' then coalesce(customer_id, ticket_customer_id) end as customer_id
    from surveys
    where branch_id = $branch_id
) as s
left join customers_latest as c
    on $grouping_kind = 'profit' and c.branch_id = $branch_id and c.customer_id = s.customer_id
"""


def groups_of(store: Store, filters: Filters) -> tuple[Group, ...]:
    """The groups asked for; `all` where the answers do not say whose they are."""
    if not filters.grouping.is_split:
        return ("all",)
    binds = {k: v for k, v in filters.binds().items() if k not in ("start_on", "end_on")}
    return filters.groups if store.rows(_HAS_GROUPS, **binds)[0][0] > 1 else ("all",)


def cells(store: Store, filters: Filters, groups: tuple[Group, ...]) -> pd.DataFrame:
    """Sums of the groups' answers since the earlier of the period before and twelve months before the end."""
    found = store.frame(_CELLS, **_binds(filters)).rename(columns={"customer_group": "group"})
    if groups == ("all",):
        found["group"] = "all"
    found["n_undated"] = found["n_answers"].where(found["is_undated"], 0)
    return found[found["group"].isin(groups)]


def effects(store: Store, filters: Filters, groups: tuple[Group, ...], n_answers: int) -> pd.DataFrame:
    """Design effects where customers answer more than once: by how much the variance grows, never below 1.

    One row per part (PARTS), group and name (of the touchpoint, month, …): csat, mean, nps, n_customers that are named.
    Above 50,000 answers by every k-th person with all their answers, n_customers then times k (is_about).
    """
    every = 1 + (n_answers - 1) // MOST_FOR_EFFECTS if n_answers else 1
    persons = " union all ".join(
        _PERSONS.format(
            part=part, flag=flag, name=part if part in ("touchpoint", "segment", "service", "month_on", "bin") else "''",
            group="'all'" if groups == ("all",) else "customer_group",
        )
        for part, flag in PARTS.items()
    )  # fmt: skip
    sums = store.frame(_EFFECTS.format(persons=persons), **_binds(filters), every=every)
    sums["csat"] = scores.design_effect(
        sums["raters"], sums["n"], sums["nn"], sums["yes"], sums["yes_yes"], sums["yes_n"], sums["yes"]
    )
    sums["mean"] = scores.design_effect(
        sums["raters"],
        sums["n"],
        sums["nn"],
        sums["total"],
        sums["total_total"],
        sums["total_n"],
        sums["squares"],
    )
    sums["nps"] = scores.design_effect(
        sums["sayers"],
        sums["said"],
        sums["said_said"],
        sums["side"],
        sums["side_side"],
        sums["side_said"],
        sums["sides"],
    )
    sums["n_customers"] *= every
    sums["is_about"] = every > 1
    return sums[["part", "group", "name", "csat", "mean", "nps", "n_customers", "is_about"]]


def values(cells: pd.DataFrame, effects: pd.DataFrame, part: str = "") -> pd.DataFrame:
    """One row per group (and name of the part), in the order of the groups, with counts, shares, scores and means."""
    by = [] if part in ("", "before") else [part]
    frame = cells.groupby([*by, "group"], as_index=False).agg(_CELL_SUMS)
    own = effects[effects["part"] == part].set_index(["group", "name"])
    names = frame[part] if by else pd.Series("", frame.index)
    if part == "bin":
        names = names.astype("Int64")
    elif part == "month_on":
        names = pd.to_datetime(names).dt.strftime("%Y-%m-%d")
    key = pd.MultiIndex.from_arrays([frame["group"], names.astype(str)])
    effect = own[["csat", "mean", "nps"]].reindex(key).fillna(1.0).set_axis(frame.index)
    for columns, found in (
        (("csat_share", "low", "high"), scores.wilson(frame["n_satisfied"], frame["n"], effect["csat"])),
        (
            ("nps", "nps_low", "nps_high"),
            scores.net_promoter(frame["n_promoters"], frame["n_detractors"], frame["n_recommend"], effect["nps"]),
        ),
        (
            ("overall_mean", "mean_low", "mean_high"),
            scores.mean(frame["total"], frame["total_squares"], frame["n"], effect["mean"], scale=(1, 5)),
        ),
    ):  # fmt: skip
        frame = frame.assign(**dict(zip(columns, found, strict=True)))
    return frame


def headlines(overall: pd.DataFrame, groups: tuple[Group, ...]) -> dict[str, dict[Group, Estimate]]:
    """csat_share, nps, overall_mean by group from one row per group of `values`."""
    columns: dict[str, tuple[tuple[str, str, str, str], Unit]] = {
        "csat_share": (("csat_share", "low", "high", "n"), "share"),
        "nps": (("nps", "nps_low", "nps_high", "n_recommend"), "points"),
        "overall_mean": (("overall_mean", "mean_low", "mean_high", "n"), "scale"),
    }
    rows = {row["group"]: row for row in overall.to_dict("records")}
    found: dict[str, dict[Group, Estimate]] = {}
    for name, ((value, low, high, n), unit) in columns.items():
        found[name] = {}
        for group in groups:
            row = rows.get(group)
            found[name][group] = (
                Estimate(row[value], row[low], row[high], int(row[n]), unit) if row else unknown(unit)
            )
    return found


def _binds(filters: Filters) -> dict[str, object]:
    year_before = (pd.Timestamp(filters.end_on) - pd.DateOffset(months=_TREND_MONTHS)).date()
    trend_on, before_on = min(filters.start_on, year_before), filters.period_before().start_on
    earlier = replace(filters, start_on=min(trend_on, before_on))
    return {**earlier.binds(), "now_on": filters.start_on, "before_on": before_on, "trend_on": trend_on}
