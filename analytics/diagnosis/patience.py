"""How long are customers willing to wait, who leaves and when, and whom would a shorter wait have kept?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.tickets import TICKETS_IN, Tickets, read
from analytics.filters import Filters, Group
from analytics.methods import intervals
from analytics.methods.estimate import Estimate
from analytics.methods.kaplan_meier import greenwood, kaplan_meier
from analytics.store.reader import Store

# The curve ends where fewer are still seen waiting; drawn with at most so many points.
LEAST_AT_RISK, _POINTS = 30, 200
# Walk-aways are counted against waits of so many times the target.
_TIMES_TARGET = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)

_QUEUED = f"""
select
    customer_group, called_at is null as is_left,
    coalesce(wait_min, if(patience_min < 0, 0, patience_min)) as queued_min, count(*) as n
from {TICKETS_IN}
group by all order by all
"""
_LEFT = f"""
select customer_group, arrived_on, if(patience_min < 0, 0, patience_min) as queued_min, count(*) as n
from {TICKETS_IN}
where called_at is null and patience_min is not null
group by all order by all
"""


@dataclass(frozen=True)
class PatienceResult:
    """Patience: minutes a customer would wait before leaving; tickets of the period and the groups asked for.

    curves: one row per group and step: group, minutes, share (still willing to wait), low, high, n_at_risk; product
    limit, customers called count as censored at their wait. Who left at an unknown time counts like those of the same
    group who left at a known one (weights on these). n_left, n_unknown, n_served: by group.
    willing: by group the share still willing at the target wait.
    kept: one row per group and wait: group, within_min, share of those who left (at a known time) whose patience
    exceeds it, so who would have been served had everybody been called within it; low, high (days), n.
    leaving: one row per half hour of the day, first group: half_hour, n, abandon_share, low, high.
    services: one row per service, first group: service, n, n_left, abandon_share, low, high; most leaving first.
    """

    groups: tuple[Group, ...]
    n_left: dict[Group, int]
    n_unknown: dict[Group, int]
    n_served: dict[Group, int]
    willing: dict[Group, Estimate]
    curves: pd.DataFrame
    kept: pd.DataFrame
    leaving: pd.DataFrame
    services: pd.DataFrame


def patience(store: Store, filters: Filters) -> PatienceResult | None:
    """The patience of the period's customers; None where nobody left or the data do not tell when."""
    queued = store.frame(_QUEUED, **filters.binds())
    queued = queued[queued["customer_group"].isin(filters.groups)]
    if not queued.loc[queued["is_left"], "queued_min"].notna().any():
        return None
    counts: dict[str, dict[Group, int]] = {"left": {}, "unknown": {}, "served": {}}
    willing, curves = {}, []
    for group in filters.groups:
        rows = queued[queued["customer_group"] == group]
        gone, unknown = rows["is_left"], rows["queued_min"].isna()
        counts["left"][group] = int(rows.loc[gone, "n"].sum())
        counts["unknown"][group] = int(rows.loc[gone & unknown, "n"].sum())
        counts["served"][group] = int(rows.loc[~gone, "n"].sum())
        frame, willing[group] = _curve(rows, group, filters.targets.wait_min)
        curves.append(frame)
    tickets = read(store, filters)
    return PatienceResult(
        groups=tickets.groups,
        n_left=counts["left"],
        n_unknown=counts["unknown"],
        n_served=counts["served"],
        willing=willing,
        curves=pd.concat(curves, ignore_index=True),
        kept=_kept(store, filters),
        leaving=_left_by(tickets, "half_hour"),
        services=_left_by(tickets, "service").sort_values(
            "abandon_share", ascending=False, ignore_index=True
        ),
    )


def _curve(rows: pd.DataFrame, group: Group, target_min: float) -> tuple[pd.DataFrame, Estimate]:
    """rows: is_left, queued_min (minutes, NaN unknown) and how many tickets n."""
    known = rows.dropna(subset="queued_min")
    left, counted = known["is_left"].to_numpy(bool), known["n"].to_numpy(float)
    # Those who left at an unknown time weigh on those of known time.
    weight = rows.loc[rows["is_left"], "n"].sum() / max(counted[left].sum(), 1)
    curve = kaplan_meier(known["queued_min"].to_numpy(float), left, counted * np.where(left, weight, 1.0))
    low, high = greenwood(curve)
    n = int(counted.sum())
    at = int(np.searchsorted(curve.times_min, target_min, side="right")) - 1
    reached = bool(counted[known["queued_min"] >= target_min].sum() >= LEAST_AT_RISK)
    here = (float(curve.share[at]), float(low[at]), float(high[at])) if at >= 0 else (1.0, np.nan, 1.0)
    willing = Estimate(*(here if reached else (np.nan,) * 3), n, "share")
    seen = curve.n_at_risk >= LEAST_AT_RISK
    frame = pd.DataFrame(
        {
            "minutes": curve.times_min,
            "share": curve.share,
            "low": low,
            "high": high,
            "n_at_risk": curve.n_at_risk,
        }
    )[seen]
    if len(frame) > _POINTS:
        frame = frame.iloc[np.unique(np.linspace(0, len(frame) - 1, _POINTS).astype(int))]
    start = pd.DataFrame({"minutes": [0.0], "share": 1.0, "low": 1.0, "high": 1.0, "n_at_risk": float(n)})
    return pd.concat([start, frame], ignore_index=True).assign(group=group), willing


def _kept(store: Store, filters: Filters) -> pd.DataFrame:
    left, target_min = store.frame(_LEFT, **filters.binds()), filters.targets.wait_min or 10.0
    day, days = pd.factorize(left["arrived_on"])
    frames = []
    for group in filters.groups:
        is_mine = (left["customer_group"] == group).to_numpy()
        rows, on = left[is_mine], day[is_mine]
        zero = np.zeros(len(rows), np.int64)
        n = intervals.sums(zero, on, rows["n"], 1, len(days))
        for times in _TIMES_TARGET:
            longer = rows["n"].where(rows["queued_min"] > times * target_min, 0)
            share, low, high = intervals.shares(intervals.sums(zero, on, longer, 1, len(days)), n)
            frames.append((group, times * target_min, share[0], low[0], high[0], int(n.sum())))
    return pd.DataFrame(frames, columns=["group", "within_min", "share", "low", "high", "n"])


def _left_by(tickets: Tickets, column: str) -> pd.DataFrame:
    """Tickets of the first group by half_hour or service."""
    rows = tickets.of(tickets.groups[0])
    keys, names = pd.factorize(rows[column], sort=True)
    k = len(names)
    every, gone = tickets.sums(rows, "n", keys, k), tickets.sums(rows, "n_left", keys, k)
    share, low, high = intervals.shares(gone, every)
    return pd.DataFrame(
        {
            column: names,
            "n": every.sum(axis=1).astype(int),
            "n_left": gone.sum(axis=1).astype(int),
            "abandon_share": share,
            "low": low,
            "high": high,
        }
    )
