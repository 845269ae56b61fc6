"""The tickets of a period added up in the database, with the indices that intervals over days need."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.filters import Filters, Group
from analytics.methods import intervals
from analytics.store.reader import Store

TICKETS_IN = "tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)"
CELLS = 7 * 48

_TICKETS = f"""
select
    arrived_on, weekday, half_hour, customer_group, service, count(*) as n, count(wait_min) as n_served,
    count(*) filter (wait_min is null) as n_left, count(*) filter (wait_min <= $target_min) as n_within,
    count(service_min) as n_finished, count(counter) as n_counter, count(teller_id) as n_teller,
    coalesce(sum(wait_min), 0) as wait_min, coalesce(sum(service_min), 0) as service_min,
    coalesce(sum(queued_min), 0) as queued_min, coalesce(sum(greatest(queued_min - $target_min, 0)), 0) as beyond_min
from (select *, coalesce(wait_min, if(patience_min < 0, 0, patience_min)) as queued_min from {TICKETS_IN})
group by all
order by arrived_on, half_hour, customer_group, service
"""


@dataclass(frozen=True, eq=False)
class Tickets:
    """All tickets of the period, whatever group is asked for: who is served shares the counters with everybody.

    frame: one row per day, half hour of arrival, group and service: arrived_on, weekday, half_hour, customer_group,
    service, n (tickets), n_served (called), n_left (not called), n_within (called within the target wait), n_finished
    (service time known), n_counter and n_teller (where that is known), day (index into days), cell (of the week), and
    in minutes the sums wait_min (served), queued_min (theirs too who left at a known time), beyond_min (queued beyond
    the target wait) and service_min.
    days: the days with any ticket; groups: those asked for, `all` where the data make no split.
    """

    frame: pd.DataFrame
    days: pd.DatetimeIndex
    groups: tuple[Group, ...]

    def of(self, group: Group) -> pd.DataFrame:
        return self.frame if group == "all" else self.frame[self.frame["customer_group"] == group]

    @property
    def asked(self) -> pd.DataFrame:
        """The rows of the groups asked for."""
        return (
            self.frame if "all" in self.groups else self.frame[self.frame["customer_group"].isin(self.groups)]
        )

    def sums(
        self, rows: pd.DataFrame, column: str, keys: np.ndarray | None = None, n_keys: int = 1
    ) -> np.ndarray:
        """A column added up per key and day, [n_keys × days]."""
        places = np.zeros(len(rows), np.int64) if keys is None else keys
        return intervals.sums(places, rows["day"], rows[column], n_keys, len(self.days))


@lru_cache(maxsize=8)
def read(store: Store, filters: Filters) -> Tickets:
    """The tickets that arrived in the period, by arrival; kept, because several analyses of a page begin with them."""
    frame = store.frame(_TICKETS, **filters.binds(), target_min=filters.targets.wait_min)
    day, days = pd.factorize(frame["arrived_on"])
    cell = (frame["weekday"] - 1) * 48 + frame["half_hour"]
    return Tickets(frame.assign(day=day, cell=cell), pd.DatetimeIndex(days), filters.groups)
