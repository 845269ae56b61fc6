"""Whose voice do the answers carry, and what would the result be if all counted as they come, or as they pay?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.diagnosis.answers import IS_SATISFIED, WAIT_BIN, groups_of
from analytics.diagnosis.reputation import WEIGHTINGS, Reputation, reputation
from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.methods.estimate import Estimate
from analytics.methods.raking import rake, weighted_share
from analytics.store.reader import Store

_CELLS = f"""
with tickets as (
    select segment, service, {WAIT_BIN} as bin, customer_group
    from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where wait_min is not null
),
answers as (
    select
        segment, service, {WAIT_BIN} as bin, customer_group, count(overall)::bigint as n,
        count_if({IS_SATISFIED})::bigint as n_satisfied,
        count(*)::bigint as n_answers
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    where wait_min is not null
    group by all
)
select
    coalesce(t.customer_group, a.customer_group) as "group", coalesce(t.segment, a.segment) as segment,
    coalesce(t.service, a.service) as service, coalesce(t.bin, a.bin)::integer as bin,
    coalesce(t.n_tickets, 0)::bigint as n_tickets, coalesce(a.n_answers, 0)::bigint as n_answers,
    coalesce(a.n, 0)::bigint as n, coalesce(a.n_satisfied, 0)::bigint as n_satisfied
from (select *, count(*) as n_tickets from tickets group by all) as t
full join answers as a
    on a.segment = t.segment and a.service = t.service and a.bin = t.bin and a.customer_group = t.customer_group
order by all
"""
_BY_SEGMENT = f"""
with answers as (
    select
        segment, count(overall)::bigint as n,
        count_if({IS_SATISFIED})::bigint as n_satisfied
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    group by all
),
visits as (
    select segment, count(*)::double as visits
    from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
    group by all
),
people as (
    select segment, count(*)::double as customers, sum(greatest(annual_profit, 0)) as profit
    from customers_latest
    where branch_id = $branch_id and (left_on is null or left_on >= $start_on) and segment is not null
    group by all
)
select
    segment, coalesce(a.n, 0)::bigint as n, coalesce(a.n_satisfied, 0)::bigint as n_satisfied,
    coalesce(p.customers, 0) as customers, coalesce(v.visits, 0) as visits, coalesce(p.profit, 0) as profit
from answers as a
full join visits as v using (segment)
full join people as p using (segment)
order by segment
"""


@dataclass(frozen=True)
class Heard:
    """Who answers, and the share satisfied weighted by whom the answers stand for. Intervals 95 %.

    response: one row per group and segment: n_tickets served, n_answers that name one, rate, low, high; empty without
    tickets named. raw and raked: share satisfied of the answers that name a ticket, as they came and raked to the served
    tickets by segment, service and bin of the wait. reputation: the share satisfied as the answers came, and by customers,
    visits and profit.
    segments: one row per segment: n, csat_share, low, high, and the share of answers, customers, visits, profit.
    silent: segments with customers or visits and no answer, which no weighting can speak for.
    """

    groups: tuple[Group, ...]
    response: pd.DataFrame
    raw: dict[Group, Estimate]
    raked: dict[Group, Estimate]
    reputation: Reputation
    segments: pd.DataFrame
    silent: tuple[str, ...]


def heard(store: Store, filters: Filters) -> Heard | None:
    """Response and weightings of the period; None where nobody rated."""
    groups = groups_of(store, filters)
    # All segments together make the reputation, whichever group is looked at.
    segments = store.frame(_BY_SEGMENT, **replace(filters, group="all").binds())
    if not segments["n"].sum():
        return None
    cells = store.frame(_CELLS, **filters.binds())
    if groups == ("all",):
        cells["group"] = "all"
    cells = cells[cells["group"].isin(groups)].reset_index(drop=True)
    response, raw, raked = pd.DataFrame(columns=["group", "segment"]), {}, {}
    if cells["n_answers"].sum():
        response = _response(cells, groups)
        for group in groups:
            own = cells[cells["group"] == group]
            if own["n"].sum():
                raw[group] = weighted_share(own["n_satisfied"], own["n"], np.ones(len(own)))
                raked[group] = weighted_share(own["n_satisfied"], own["n"], _to_visits(own))
    silent = tuple(segments.loc[(segments["n"] == 0) & (segments["visits"] > 0), "segment"])
    return Heard(
        groups, response, raw, raked, reputation(store, filters, segments), _shares(segments), silent
    )


def _response(cells: pd.DataFrame, groups: tuple[Group, ...]) -> pd.DataFrame:
    frame = cells.groupby(["group", "segment"], as_index=False)[["n_tickets", "n_answers"]].sum()
    frame = frame[frame["n_tickets"] > 0].reset_index(drop=True)
    # An answer may name a ticket of the day before the period.
    rate, low, high = scores.wilson(np.minimum(frame["n_answers"], frame["n_tickets"]), frame["n_tickets"])
    frame = frame.assign(rate=rate, low=low, high=high)
    return frame.sort_values("group", key=lambda column: column.map(groups.index), kind="stable")


def _to_visits(cells: pd.DataFrame) -> np.ndarray:
    margins: list[tuple[np.ndarray, np.ndarray]] = []
    for by in ("segment", "service", "bin"):
        codes, _names = pd.factorize(cells[by])
        totals = np.bincount(codes, cells["n_tickets"].to_numpy(float)).astype(float)
        margins.append((codes, totals))
    return rake(cells["n"], margins)


def _shares(segments: pd.DataFrame) -> pd.DataFrame:
    share, low, high = scores.wilson(segments["n_satisfied"], segments["n"])
    frame = segments[["segment", "n"]].assign(csat_share=share, low=low, high=high)
    for name in WEIGHTINGS:
        amount = segments["n"] if name == "answers" else segments[name]
        frame[name] = amount / amount.sum() if amount.sum() else np.nan
    return frame
