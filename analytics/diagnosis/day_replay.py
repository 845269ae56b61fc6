"""What happened on one day, minute by minute, and around those who waited longest?"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.store.reader import Store

N_LONGEST = 8

_DAY = """
select ticket_id, customer_group, service, counter,
    (epoch(arrived_at) - epoch($start_on::timestamp)) / 60 as arrived_min,
    (epoch(called_at) - epoch($start_on::timestamp)) / 60 as called_min,
    (epoch(finished_at) - epoch($start_on::timestamp)) / 60 as finished_min,
    (epoch(left_at) - epoch($start_on::timestamp)) / 60 as left_min,
    wait_min
from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
order by arrived_at
"""
_WORST = """
select arrived_on as day_on, count(*)::bigint as n, max(wait_min) as wait_max_min, avg(wait_min) as wait_mean_min
from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
where $in_group = 'all' or customer_group = $in_group
group by 1 having count(wait_min) > 0 order by wait_max_min desc, day_on
"""


@dataclass(frozen=True)
class DayReplay:
    """One day, all customers; who left at an unknown time is not counted as waiting.

    minutes: one row per minute of the opening: minute (of the day), n_waiting, n_busy (counters serving), called (ticket
    ids called in it, comma between). longest: one row per customer who waited longest (of the groups asked for):
    ticket_id, customer_group, service, counter, arrived_min, called_min (of the day), wait_min, n_ahead (waiting on
    arrival), n_overtook (came later, called earlier), busy_mean (counters at work meanwhile), counters_max (at work at
    once that day).
    """

    day_on: date
    n: int
    minutes: pd.DataFrame
    longest: pd.DataFrame


def worst_days(store: Store, filters: Filters) -> pd.DataFrame:
    """The days of the period, that of the longest wait first: day_on, n, wait_max_min, wait_mean_min (group asked for)."""
    group = filters.group if filters.grouping.is_split else "all"
    return store.frame(_WORST, **filters.binds(), in_group=group)


def replay(store: Store, filters: Filters, day_on: date) -> DayReplay | None:
    """The day minute by minute; None without tickets."""
    binds = {**filters.binds(), "start_on": day_on, "end_on": day_on + timedelta(days=1)}
    day = store.frame(_DAY, **binds)
    if day.empty:
        return None
    # Clocks differ a little: nobody is called before they came.
    arrived = day["arrived_min"].to_numpy(float)
    called = np.maximum(day["called_min"].to_numpy(float), arrived)
    gone = np.where(np.isnan(called), np.maximum(day["left_min"].to_numpy(float), arrived), called)
    finished = day["finished_min"].to_numpy(float)
    first = int(arrived.min())
    last = int(
        np.ceil(
            np.nanmax(
                [arrived.max(), np.nanmax(np.append(gone, first)), np.nanmax(np.append(finished, first))]
            )
        )
    )
    minute = np.arange(first, min(last, 1440) + 1)
    waiting = _within(minute, arrived, gone)
    busy = _within(minute, called, finished)
    named = pd.Series(day["ticket_id"].to_numpy(), index=np.floor(called)).loc[lambda s: s.index.notna()]
    by_minute = named.groupby(level=0).agg(lambda ids: ", ".join(map(str, ids)))
    minutes = pd.DataFrame(
        {"minute": minute, "n_waiting": waiting, "n_busy": busy,
         "called": by_minute.reindex(minute.astype(float)).fillna("").to_numpy()}
    )  # fmt: skip
    asked = day if "all" in filters.groups else day[day["customer_group"].isin(filters.groups)]
    longest = asked.dropna(subset="wait_min").nlargest(N_LONGEST, "wait_min")
    rows = []
    for i in longest.index:
        meanwhile = (minute >= arrived[i]) & (minute < called[i])
        rows.append(
            {
                "n_ahead": int(((arrived < arrived[i]) & (gone > arrived[i])).sum()),
                "n_overtook": int(((arrived > arrived[i]) & (called < called[i])).sum()),
                "busy_mean": float(busy[meanwhile].mean()) if meanwhile.any() else np.nan,
                "counters_max": int(busy.max()),
            }
        )
    shown = longest[
        ["ticket_id", "customer_group", "service", "counter", "arrived_min", "called_min", "wait_min"]
    ]
    around = pd.DataFrame(rows, columns=["n_ahead", "n_overtook", "busy_mean", "counters_max"])
    return DayReplay(day_on, len(day), minutes, pd.concat([shown.reset_index(drop=True), around], axis=1))


def _within(minute: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How many spans [start, end) hold each minute; spans with an unknown end are left out."""
    known = np.isfinite(start) & np.isfinite(end)
    return np.searchsorted(np.sort(start[known]), minute, "right") - np.searchsorted(
        np.sort(end[known]), minute, "right"
    )
