"""What customers rate and expect, added up by dimension and group."""

import re
from functools import lru_cache

import pandas as pd

from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.store.reader import Store

_SUM_NAMES = ("n", "total", "total_squares", "n_pairs", "expected", "gap_total", "gap_squares")
# Which items an answer has is nearly always what others have: their lists are told apart by hash.
_ITEM_NAMES = """
with lists as (
    select any_value(map_keys(perceived)) as perceived, any_value(map_keys(expected)) as expected
    from surveys
    where branch_id = $branch_id
    group by hash(map_keys(perceived)), hash(map_keys(expected))
)
select item, bool_or(list_contains(expected, item))
from (select distinct unnest(perceived) as item, expected from lists)
group by item order by item
"""
# Perceived and expected are paired item by item within an answer, then averaged over the items of a dimension: each
# item is looked up once, and no answer is taken apart.
_ITEMS = """
with items as (
    select customer_group, {items}
    from answers_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
),
dimensions as (select customer_group, {dimensions} from items)
select customer_group as "group", {sums} from dimensions group by all order by all
"""
_SUMS = """
    count(perceived_{i})::bigint as n_{i}, sum(perceived_{i}) as total_{i},
    sum(perceived_{i} * perceived_{i}) as total_squares_{i}, count(gap_{i})::bigint as n_pairs_{i},
    avg(expected_{i}) as expected_{i}, sum(gap_{i}) as gap_total_{i}, sum(gap_{i} * gap_{i}) as gap_squares_{i}
"""


def dimensions(
    store: Store, filters: Filters, groups: tuple[Group, ...], only: str | None = None
) -> pd.DataFrame:
    """One row per dimension and group: n, mean, low, high (perceived, 1–7), n_pairs, expected, gap with its interval.

    only: that dimension alone.
    """
    raw = _item_sums(store, filters, only)
    if groups == ("all",):
        sums = raw.drop(columns=["group", "expected"]).groupby("dimension", as_index=False).sum()
        weighted = (raw["expected"] * raw["n_pairs"]).groupby(raw["dimension"]).sum(min_count=1)
        sums["expected"] = sums["dimension"].map(weighted) / sums["n_pairs"].where(sums["n_pairs"] > 0)
        raw = sums.assign(group="all")
    else:
        raw = raw[raw["group"].isin(groups)].reset_index(drop=True)
    value, low, high = scores.mean(raw["total"], raw["total_squares"], raw["n"], scale=(1, 7))
    gap, gap_low, gap_high = scores.mean(
        raw["gap_total"].fillna(0), raw["gap_squares"].fillna(0), raw["n_pairs"], scale=(-6, 6)
    )
    return raw[["dimension", "group", "n"]].assign(
        mean=value, low=low, high=high, n_pairs=raw["n_pairs"], expected=raw["expected"],
        gap=gap, gap_low=gap_low, gap_high=gap_high,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _names(store: Store, branch_id: str) -> list[tuple[str, bool]]:
    """The items ever rated, and whether they were ever expected; a version of the store does not change."""
    return [(item, bool(is_expected)) for item, is_expected in store.rows(_ITEM_NAMES, branch_id=branch_id)]


def _item_sums(store: Store, filters: Filters, only: str | None) -> pd.DataFrame:
    """One row per dimension (or of the only one) and group with an answer: n, sums and squares of perceived and gaps."""
    named = _names(store, filters.branch_id)
    if only is not None:
        named = [(name, has) for name, has in named if re.sub(r"_[0-9]+$", "", name) == only]
    dimensions: dict[str, list[int]] = {}
    for k, (name, _has) in enumerate(named):
        dimensions.setdefault(re.sub(r"_[0-9]+$", "", name), []).append(k)
    if not dimensions:
        return pd.DataFrame(columns=["dimension", "group", *_SUM_NAMES]).astype(
            dict.fromkeys(_SUM_NAMES, float)
        )
    items = [
        f"perceived[$item{k}] as p{k}, " + (f"expected[$item{k}] as e{k}" if has else f"null::double as e{k}")
        for k, (_name, has) in enumerate(named)
    ]
    columns = [
        # An expectation counts where the item was rated.
        f"{_mean('p{k}', own)} as perceived_{i}, {_mean('(e{k} + 0 * p{k})', own)} as expected_{i},"
        f" {_mean('(p{k} - e{k})', own)} as gap_{i}"
        for i, own in enumerate(dimensions.values())
    ]
    sums = [_SUMS.format(i=i) for i in range(len(dimensions))]
    wide = store.frame(
        _ITEMS.format(items=", ".join(items), dimensions=", ".join(columns), sums=",".join(sums)),
        **filters.binds(),
        **{f"item{k}": name for k, (name, _has) in enumerate(named)},
    )
    parts = [
        wide[["group", *(f"{name}_{i}" for name in _SUM_NAMES)]]
        .set_axis(["group", *_SUM_NAMES], axis=1)
        .assign(dimension=dimension)
        for i, dimension in enumerate(dimensions)
    ]
    long = pd.concat(parts, ignore_index=True)
    return long[long["n"] > 0].sort_values(["dimension", "group"], ignore_index=True)


def _mean(term: str, own: list[int]) -> str:
    """SQL of the mean of a term over the items it is known for."""
    terms = [term.format(k=k) for k in own]
    if len(terms) == 1:
        return terms[0]
    known = " + ".join(f"({t} is not null)::integer" for t in terms)
    return f"({' + '.join(f'coalesce({t}, 0)' for t in terms)}) / nullif({known}, 0)"
