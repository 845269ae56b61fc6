"""How long do customers wait, when, for what, and does it get better?"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from analytics.diagnosis.half_hours import Peak, StaffSource, half_hours, peak
from analytics.diagnosis.tickets import TICKETS_IN, Tickets, read
from analytics.diagnosis.wait_spread import WaitSpread, distribution, p90_by_cell, p90_by_group, wait_spread
from analytics.filters import Filters, Group
from analytics.methods import intervals
from analytics.methods.estimate import Estimate
from analytics.methods.scores import difference
from analytics.store.reader import Store

__all__ = ["Dimension", "Peak", "StaffSource", "WaitTimes", "wait_times", "waits_by"]

Dimension = Literal["service", "counter", "teller", "segment"]
_COLUMN = {"service": "service", "counter": "counter", "teller": "teller_id", "segment": "segment"}

_BY_NAME = f"""
select
    customer_group, {{name}} as name, arrived_on, count(*) as n_served, count(service_min) as n_finished,
    count(*) filter (wait_min <= $target_min) as n_within, sum(wait_min) as wait_min,
    coalesce(sum(service_min), 0) as service_min
from {TICKETS_IN}
where wait_min is not null and {{name}} is not null
group by all order by name, customer_group, arrived_on
"""


@dataclass(frozen=True)
class WaitTimes:
    """Waits of the period; intervals 95 %, days the independent unit. Tickets left unserved have no wait.

    By group: wait_mean_min and wait_p90_min (served tickets), within_target_share (of all tickets: called within the
    target wait) and abandon_share (of all tickets: not called). changes: name -> group -> change against as many
    days before, empty where no ticket is known from then. n_tickets: of the groups asked for; n_days: with tickets.
    half_hours: see half_hours.half_hours; staff_source: `planned`, `seen` (who served when) or `unknown`.
    peak: where waiting beyond target gathers, None where nobody waited beyond it.
    distribution: one row per bar and group: group, from_min, to_min (NaN: open), n, share (of served tickets; a
    wait of exactly to_min belongs to the bar).
    weeks: one row per week and group: week_on (its Monday), group, n (tickets), n_days, wait_mean_min with wait_low
    and wait_high, within_target_share with within_low and within_high, is_whole (the week lies inside the period).
    days: one row per day and group: day_on, group, n, n_served, wait_mean_min, within_target_share, abandon_share.
    """

    groups: tuple[Group, ...]
    n_tickets: int
    n_days: int
    wait_mean_min: dict[Group, Estimate]
    wait_p90_min: dict[Group, Estimate]
    within_target_share: dict[Group, Estimate]
    abandon_share: dict[Group, Estimate]
    half_hours: pd.DataFrame
    staff_source: StaffSource
    peak: Peak | None
    distribution: pd.DataFrame
    weeks: pd.DataFrame
    days: pd.DataFrame
    dimensions: tuple[Dimension, ...]
    changes: dict[str, dict[Group, Estimate]] = field(default_factory=dict)


def wait_times(store: Store, filters: Filters) -> WaitTimes | None:
    """The waits of the period and the groups asked for; None where they took no ticket."""
    tickets = read(store, filters)
    asked = tickets.asked
    if asked.empty:
        return None
    spread = wait_spread(store, filters, tickets)
    now = _headlines(tickets, spread)
    cells, source = half_hours(store, filters, tickets)
    has = {
        "service": True,
        "counter": asked["n_counter"].any(),
        "teller": asked["n_teller"].any(),
        "segment": True,
    }
    return WaitTimes(
        groups=tickets.groups,
        n_tickets=int(asked["n"].sum()),
        n_days=len(tickets.days),
        **now,
        half_hours=cells.merge(p90_by_cell(tickets, spread)),
        staff_source=source,
        peak=peak(cells),
        distribution=distribution(spread, filters.targets.wait_min),
        weeks=_weeks(tickets, filters),
        days=_days(tickets),
        dimensions=tuple(d for d in _COLUMN if has[d]),  # type: ignore[misc]
        changes=_changes(store, filters.period_before(), now),
    )


def _headlines(tickets: Tickets, spread: WaitSpread) -> dict[str, dict[Group, Estimate]]:
    """wait_mean_min, wait_p90_min (served tickets), within_target_share, abandon_share (all tickets) by group."""
    found: dict[str, dict[Group, Estimate]] = {
        "wait_mean_min": {},
        "wait_p90_min": p90_by_group(tickets, spread),
        "within_target_share": {},
        "abandon_share": {},
    }
    for group in tickets.groups:
        rows = tickets.of(group)
        every, served = tickets.sums(rows, "n"), tickets.sums(rows, "n_served")
        mean = intervals.means(tickets.sums(rows, "wait_min"), served)
        found["wait_mean_min"][group] = intervals.estimate(mean, served.sum(axis=1), "min", floor=0)
        for name, column in (("within_target_share", "n_within"), ("abandon_share", "n_left")):
            share = intervals.shares(tickets.sums(rows, column), every)
            found[name][group] = intervals.estimate(share, every.sum(axis=1), "share")
    return found


def waits_by(store: Store, filters: Filters, by: Dimension) -> pd.DataFrame:
    """Waits of served tickets by service, counter, teller or segment, those of the first group longest first.

    One row per name and group: name, group, n (served), wait_mean_min with low and high, beyond_share (waited beyond
    target) with beyond_low and beyond_high, service_mean_min with service_low and service_high (NaN: no ends known).
    Tickets without a name are left out: who was not called was at no counter.
    """
    if by == "service":
        tickets = read(store, filters).frame
        found = tickets[tickets["n_served"] > 0].rename(columns={"service": "name"})
    else:
        found = store.frame(
            _BY_NAME.format(name=_COLUMN[by]), **filters.binds(), target_min=filters.targets.wait_min
        )
    day, days = pd.factorize(found["arrived_on"])
    frames = []
    for group in filters.groups:
        is_mine = (found["customer_group"] == group).to_numpy()
        rows = found[is_mine]
        keys, names = pd.factorize(rows["name"], sort=True)
        one, wait_min, n_within, service_min, n_finished = (
            intervals.sums(keys, day[is_mine], rows[column], len(names), len(days))
            for column in ("n_served", "wait_min", "n_within", "service_min", "n_finished")
        )
        mean, beyond = intervals.means(wait_min, one), intervals.shares(one - n_within, one)
        service = intervals.means(service_min, n_finished)
        frames.append(
            pd.DataFrame(
                {
                    "name": np.asarray(names, object),
                    "group": group,
                    "n": one.sum(axis=1).astype(int),
                    "wait_mean_min": mean[0],
                    "low": np.maximum(mean[1], 0),
                    "high": mean[2],
                    "beyond_share": beyond[0],
                    "beyond_low": beyond[1],
                    "beyond_high": beyond[2],
                    "service_mean_min": service[0],
                    "service_low": np.maximum(service[1], 0),
                    "service_high": service[2],
                }
            )
        )
    return _longest_first(pd.concat(frames, ignore_index=True))


def _longest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """By the first group's mean wait (ordinary before vip); names that only the other group has come last."""
    leaders = frame.drop_duplicates("name").sort_values(["group", "wait_mean_min"], ascending=[True, False])
    place = {name: i for i, name in enumerate(leaders["name"])}
    return frame.sort_values("name", key=lambda names: names.map(place), kind="stable", ignore_index=True)


def _changes(
    store: Store, earlier: Filters, now: dict[str, dict[Group, Estimate]]
) -> dict[str, dict[Group, Estimate]]:
    tickets = read(store, earlier)
    if tickets.asked.empty:
        return {}
    before = _headlines(tickets, wait_spread(store, earlier, tickets))
    return {
        name: {g: difference(e, before[name][g]) for g, e in groups.items()} for name, groups in now.items()
    }


def _weeks(tickets: Tickets, filters: Filters) -> pd.DataFrame:
    mondays = tickets.days - pd.to_timedelta(tickets.days.day_of_week, unit="D")
    week_of_day, distinct = pd.factorize(mondays)
    weeks = pd.DatetimeIndex(distinct)
    start, end = pd.Timestamp(filters.start_on), pd.Timestamp(filters.end_on)
    k, frames = len(weeks), []
    for group in tickets.groups:
        rows = tickets.of(group)
        keys = week_of_day[rows["day"].to_numpy()]
        every, served = tickets.sums(rows, "n", keys, k), tickets.sums(rows, "n_served", keys, k)
        mean = intervals.means(tickets.sums(rows, "wait_min", keys, k), served)
        within = intervals.shares(tickets.sums(rows, "n_within", keys, k), every)
        frames.append(
            pd.DataFrame(
                {
                    "week_on": weeks,
                    "group": group,
                    "n": every.sum(axis=1).astype(int),
                    "n_days": (every > 0).sum(axis=1),
                    "wait_mean_min": mean[0],
                    "wait_low": np.maximum(mean[1], 0),
                    "wait_high": mean[2],
                    "within_target_share": within[0],
                    "within_low": within[1],
                    "within_high": within[2],
                    "is_whole": (weeks >= start) & (weeks + pd.Timedelta(days=7) <= end),
                }
            )
        )
    found = pd.concat(frames, ignore_index=True)
    return found[found["n"] > 0].reset_index(drop=True)


def _days(tickets: Tickets) -> pd.DataFrame:
    frames = []
    for group in tickets.groups:
        sums = (
            tickets.of(group).groupby("arrived_on")[["n", "n_served", "n_within", "n_left", "wait_min"]].sum()
        )
        by_day = pd.DataFrame(
            {
                "n": sums["n"],
                "n_served": sums["n_served"],
                "wait_mean_min": sums["wait_min"] / sums["n_served"].where(sums["n_served"] > 0),
                "within_target_share": sums["n_within"] / sums["n"],
                "abandon_share": sums["n_left"] / sums["n"],
            }
        )
        frames.append(by_day.rename_axis("day_on").reset_index().assign(group=group))
    return pd.concat(frames, ignore_index=True)
