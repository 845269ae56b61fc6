"""How satisfied are customers, with what least, where, and does it follow how long they waited?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analytics.diagnosis.answers import WAIT_EDGES_MIN, cells, effects, groups_of, headlines, values
from analytics.diagnosis.dimensions import dimensions
from analytics.filters import Filters, Group
from analytics.methods import scores
from analytics.methods.estimate import Estimate, unknown
from analytics.store.reader import Store


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
    weakest (mean of weakest_item's dimension, 1–7). Who answers more than once counts as one person: all intervals but
    those of items are widened by the design effect. n_customers: persons known by name that gave the answers, a
    multiple of k above 50,000 answers, where is_about. changes: name -> group -> change against as many days
    before, of dated answers.
    scale: lowest and highest point as asked, None where several scales were asked.
    months (month_on), touchpoints (touchpoint), segments (segment), services (service of the ticket named): one row per that and group, with n,
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
    n_customers: int
    is_about: bool
    scale: tuple[float, float] | None
    csat_share: dict[Group, Estimate]
    nps: dict[Group, Estimate]
    overall_mean: dict[Group, Estimate]
    weakest: dict[Group, Estimate]
    weakest_item: WeakestItem | None
    months: pd.DataFrame
    touchpoints: pd.DataFrame
    segments: pd.DataFrame
    services: pd.DataFrame
    items: pd.DataFrame
    waits: pd.DataFrame
    changes: dict[str, dict[Group, Estimate]] = field(default_factory=dict)


def satisfaction(store: Store, filters: Filters) -> Satisfaction | None:
    """The answers of the period and groups asked for; None where there are none."""
    groups = groups_of(store, filters)
    all_cells = cells(store, filters, groups)
    asked = all_cells[all_cells["is_asked"]]
    if asked.empty:
        return None
    effect = effects(store, filters, groups, int(all_cells["n_answers"].sum()))
    overall = values(asked, effect)
    items = dimensions(store, filters, groups)
    weakest = _weakest(items, groups)
    now = headlines(overall, groups)
    now["weakest"] = _item_means(items, groups, weakest)
    return Satisfaction(
        groups=groups,
        n_answers=int(overall["n_answers"].sum()),
        n_undated=int(overall["n_undated"].sum()),
        n_customers=int(
            effect.loc[(effect["part"] == "") & effect["group"].isin(groups), "n_customers"].sum()
        ),
        is_about=bool(effect["is_about"].any()),
        scale=_scale(overall),
        **now,
        weakest_item=weakest,
        months=values(all_cells[all_cells["is_in_trend"]], effect, "month_on"),
        touchpoints=values(asked, effect, "touchpoint"),
        segments=values(asked, effect, "segment"),
        services=values(asked, effect, "service"),
        items=items,
        waits=_waits(values(asked, effect, "bin")),
        changes=_changes(store, filters, groups, all_cells, effect, items, weakest),
    )


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
    all_cells: pd.DataFrame,
    effect: pd.DataFrame,
    items: pd.DataFrame,
    weakest: WeakestItem | None,
) -> dict[str, dict[Group, Estimate]]:
    """Dated answers of the period against those of as many days before; undated ones belong to neither."""
    earlier = all_cells[all_cells["is_before"]]
    if earlier.empty:
        return {}
    now = headlines(values(all_cells[all_cells["is_now"]], effect), groups)
    before = headlines(values(earlier, effect, "before"), groups)
    if weakest is not None and not all_cells["is_undated"].any():
        rated = dimensions(store, filters.period_before(), groups, weakest.dimension)
        now["weakest"] = _item_means(items, groups, weakest)
        before["weakest"] = _item_means(rated, groups, weakest)
    return {
        name: {group: scores.difference(now[name][group], before[name][group]) for group in groups}
        for name in now
    }


def _waits(by_bin: pd.DataFrame) -> pd.DataFrame:
    frame = by_bin[by_bin["n"] > 0].reset_index(drop=True)
    edges = np.array([*WAIT_EDGES_MIN, np.nan])
    position = frame["bin"].to_numpy(int)
    return pd.DataFrame(
        {
            "from_min": edges[position],
            "to_min": edges[position + 1],
            **{name: frame[name] for name in ("group", "n", "csat_share", "low", "high")},
        }
    )
