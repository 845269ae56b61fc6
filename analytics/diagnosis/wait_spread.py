"""How waits are spread over the customers called: what one in ten exceeds, and a histogram about the target."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.half_hours import by_cell
from analytics.diagnosis.tickets import CELLS, TICKETS_IN, Tickets
from analytics.filters import Filters, Group
from analytics.methods import intervals
from analytics.methods.estimate import Estimate
from analytics.store.reader import Store

Floats = NDArray[np.float64]
_Q = 0.9
# Bars of a fifth of the target, the last one open: the target lies between two bars.
_BARS_PER_TARGET, _N_BARS = 5, 31

_WAITS = f"""
select customer_group, (weekday - 1) * 48 + half_hour as cell, wait_min, count(*) as n
from {TICKETS_IN} where wait_min is not null
group by all order by customer_group, cell, wait_min
"""
_WITHIN = f"""
select
    arrived_on, customer_group, (weekday - 1) * 48 + half_hour as cell,
    count(*) filter (wait_min <= $of_group[list_position($groups, customer_group)]) as n_of_group,
    count(*) filter (wait_min <= $of_cell[(weekday - 1) * 48 + half_hour + 1]) as n_of_cell
from {TICKETS_IN} where customer_group in $groups and wait_min is not null
group by all
"""


@dataclass(frozen=True, eq=False)
class WaitSpread:
    """values: one row per group, cell of the week and wait, in this order: customer_group, cell, wait_min, n (called).

    of_group, of_cell [336]: the wait (minutes) that one in ten of the group, and of the cell and first group, exceeds;
    within: one row per day, cell and group: day, cell, customer_group, n_of_group and n_of_cell, who waited no longer.
    """

    values: pd.DataFrame
    of_group: dict[Group, float]
    of_cell: Floats
    within: pd.DataFrame


def wait_spread(store: Store, filters: Filters, tickets: Tickets) -> WaitSpread:
    """The waits of those called in the period."""
    values = store.frame(_WAITS, **filters.binds())
    of_group = {}
    for group in tickets.groups:
        waits, n = _one_key(values, group)
        of_group[group] = float(intervals.quantiles(waits, n, [n.sum()], _Q)[0])
    mine = values[values["customer_group"] == tickets.groups[0]]
    n = np.bincount(mine["cell"], mine["n"], CELLS)
    of_cell = intervals.quantiles(mine["wait_min"], mine["n"], n, _Q)
    binds = {"groups": list(of_group), "of_group": list(of_group.values()), "of_cell": of_cell.tolist()}
    within = store.frame(_WITHIN, **filters.binds(), **binds)
    day = tickets.days.get_indexer(pd.DatetimeIndex(within["arrived_on"]))
    return WaitSpread(values, of_group, of_cell, within.assign(day=day))


def p90_by_group(tickets: Tickets, spread: WaitSpread) -> dict[Group, Estimate]:
    """The wait that one in ten of those called exceeds, with its interval."""
    found: dict[Group, Estimate] = {}
    for group, value in spread.of_group.items():
        waits, n = _one_key(spread.values, group)
        rows = spread.within[spread.within["customer_group"] == group]
        served, within = tickets.sums(tickets.of(group), "n_served"), tickets.sums(rows, "n_of_group")
        ends = intervals.quantile_ends(waits, n, _Q, served, within)
        found[group] = intervals.estimate((np.array([value]), *ends), [n.sum()], "min")
    return found


def p90_by_cell(tickets: Tickets, spread: WaitSpread) -> pd.DataFrame:
    """The same by weekday and half_hour, first group: n (called), wait_p90_min, low, high; all 336 cells."""
    first = tickets.groups[0]
    values, rows = (frame[frame["customer_group"] == first] for frame in (spread.values, spread.within))
    served, within = by_cell(tickets, tickets.of(first), "n_served"), by_cell(tickets, rows, "n_of_cell")
    low, high = intervals.quantile_ends(values["wait_min"], values["n"], _Q, served, within)
    return pd.DataFrame(
        {
            "weekday": np.arange(CELLS) // 48 + 1,
            "half_hour": np.arange(CELLS) % 48,
            "n": served.sum(axis=1).astype(int),
            "wait_p90_min": spread.of_cell,
            "low": low,
            "high": high,
        }
    )


def _one_key(values: pd.DataFrame, group: Group) -> tuple[np.ndarray, np.ndarray]:
    """The waits of a group, rising, and how often each."""
    n = values[values["customer_group"] == group].groupby("wait_min")["n"].sum()
    return n.index.to_numpy(float), n.to_numpy()


def distribution(spread: WaitSpread, target_min: float) -> pd.DataFrame:
    """One row per bar and group: group, from_min, to_min (NaN: open), n, share (of those called)."""
    edges = np.arange(_N_BARS) * (target_min or 10) / _BARS_PER_TARGET
    frames = []
    for group in spread.of_group:
        rows = spread.values[spread.values["customer_group"] == group]
        # A wait of exactly the target is within it: bars are closed above, the first one at 0 too.
        bar = np.maximum(np.searchsorted(edges, rows["wait_min"], side="left") - 1, 0)
        n = np.bincount(bar, rows["n"], minlength=_N_BARS).astype(int)
        frames.append(
            pd.DataFrame(
                {
                    "group": group,
                    "from_min": edges,
                    "to_min": np.append(edges[1:], np.nan),
                    "n": n,
                    "share": n / max(n.sum(), 1),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
