"""The tickets of a period as a frame, with the indices that intervals over days need."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.filters import Filters, Group
from analytics.methods import intervals
from analytics.methods.estimate import Estimate
from analytics.store.reader import Store

_TICKETS = """
select
    customer_group, segment, service, counter, teller_id, arrived_on, weekday, half_hour, wait_min,
    coalesce(wait_min, if(patience_min < 0, 0, patience_min)) as queued_min, service_min, is_abandoned,
    (epoch(called_at) - epoch(called_at::date::timestamp)) / 60 as from_min
from tickets_in($branch_id, $start_on, $end_on, $grouping_kind, $vip_segments)
order by arrived_at
"""


@dataclass(frozen=True, eq=False)
class Tickets:
    """All tickets of the period, whatever group is asked for: who is served shares the counters with everybody.

    frame: one row per ticket: customer_group, segment, service, counter, teller_id, arrived_on, weekday, half_hour,
    wait_min (NaN: not called), queued_min (also of who left, NaN where unknown when), service_min, from_min (of the
    day, service began), is_abandoned, day (index into days), is_within (called within the target wait).
    days: the days with any ticket; groups: those asked for, `all` where the data make no split.
    """

    frame: pd.DataFrame
    days: pd.DatetimeIndex
    groups: tuple[Group, ...]

    def of(self, group: Group) -> pd.DataFrame:
        return self.frame if group == "all" else self.frame[self.frame["customer_group"] == group]

    @property
    def asked(self) -> pd.DataFrame:
        """The tickets of the groups asked for."""
        return (
            self.frame if "all" in self.groups else self.frame[self.frame["customer_group"].isin(self.groups)]
        )

    def sums(
        self, rows: pd.DataFrame, values: pd.Series, keys: np.ndarray | None = None, n_keys: int = 1
    ) -> np.ndarray:
        """Values added up per key and day, [n_keys × days]; missing values count as 0."""
        places = np.zeros(len(rows), np.int64) if keys is None else keys
        return intervals.sums(places, rows["day"], values.fillna(0), n_keys, len(self.days))


def read(store: Store, filters: Filters) -> Tickets:
    """The tickets that arrived in the period, by arrival."""
    frame = store.frame(_TICKETS, **filters.binds())
    day, days = pd.factorize(frame["arrived_on"])
    frame = frame.assign(day=day, is_within=frame["wait_min"] <= filters.targets.wait_min)
    return Tickets(frame, pd.DatetimeIndex(days), filters.groups)


def headlines(tickets: Tickets) -> dict[str, dict[Group, Estimate]]:
    """wait_mean_min, wait_p90_min (served tickets), within_target_share, abandon_share (all tickets) by group."""
    names = ("wait_mean_min", "wait_p90_min", "within_target_share", "abandon_share")
    found: dict[str, dict[Group, Estimate]] = {name: {} for name in names}
    for group in tickets.groups:
        rows = tickets.of(group)
        served = rows[rows["wait_min"].notna()]
        is_served, every = rows["wait_min"].notna(), tickets.sums(rows, pd.Series(1, rows.index))
        mean = intervals.means(tickets.sums(rows, rows["wait_min"]), tickets.sums(rows, is_served))
        zero = np.zeros(len(served), np.int64)
        p90 = intervals.quantiles(served["wait_min"], zero, served["day"], 0.9, 1, len(tickets.days))
        found["wait_mean_min"][group] = intervals.estimate(mean, [len(served)], "min", floor=0)
        found["wait_p90_min"][group] = intervals.estimate(p90, [len(served)], "min")
        for name, column in (("within_target_share", "is_within"), ("abandon_share", "is_abandoned")):
            share = intervals.shares(tickets.sums(rows, rows[column]), every)
            found[name][group] = intervals.estimate(share, [len(rows)], "share")
    return found
