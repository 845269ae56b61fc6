"""When do customers wait: weekday by half hour, with the people on duty, and the hours that stand out."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analytics.diagnosis.tickets import CELLS, TICKETS_IN, Tickets, read
from analytics.filters import Filters
from analytics.methods import intervals, rosters
from analytics.store.reader import Store

StaffSource = Literal["planned", "seen", "unknown"]
DAYS_PER_MONTH = 365.25 / 12
# A half hour in which hardly ever a ticket is taken is not one of the opening hours.
_OPEN_SHARE = 0.2
# The worst hours are sought among blocks of one to three hours.
_BLOCK = range(2, 7)

_ROSTERS = """
select role, weekday, hour(from_time) * 60 + minute(from_time) as from_min,
    end_min(to_time) as to_min, headcount, valid_from, valid_to
from rosters where branch_id = $branch_id
"""
# Work is first put together within half hours, which no break fits into: a row a ticket would take long to sort.
_ON_DUTY = f"""
with worked as (
    select
        arrived_on, {{desk}} as desk, epoch_us(called_at) // 1800000000 as half_hour,
        min(called_at) as from_at, max(finished_at) as to_at
    from {TICKETS_IN}
    where {{desk}} is not null and called_at is not null and finished_at is not null
    group by all
),
minutes as (
    select
        * exclude (from_at, to_at), (epoch_us(from_at) - epoch_us(from_at::date::timestamp)) / 6e7 as from_min,
        (epoch_us(to_at) - epoch_us(from_at::date::timestamp)) / 6e7 as to_min
    from worked
),
until as (
    select *, max(to_min) over (
        partition by arrived_on, desk order by from_min rows between unbounded preceding and 1 preceding
    ) as until_min
    from minutes
),
sessions as (
    select *, count(*) filter (from_min - until_min > $break_min)
        over (partition by arrived_on, desk order by from_min) as session
    from until
)
select arrived_on, min(from_min) as from_min, max(to_min) as to_min
from sessions
group by arrived_on, desk, session
order by all
"""


@dataclass(frozen=True)
class Peak:
    """The block of hours, [start, end) in half hours, and weekdays (1–7) where waiting beyond target gathers most.

    excess_share, ticket_share: of the waiting beyond target, and of the tickets, that fall there; is_every_day: the
    block is the same on all open weekdays. n_staff: mean people on duty there (NaN unknown); work_erlang: how many
    the arriving work would keep busy.
    """

    weekdays: tuple[int, ...]
    start_half_hour: int
    end_half_hour: int
    is_every_day: bool
    excess_share: float
    ticket_share: float
    n_staff: float
    work_erlang: float


def half_hours(store: Store, filters: Filters, tickets: Tickets) -> tuple[pd.DataFrame, StaffSource]:
    """One row per open weekday and half hour, of the tickets taken then; where the staff figures come from.

    weekday (1–7), half_hour (0–47), n_days (open days of that weekday), n_arrivals and arrivals (mean a day) of
    everybody; n_asked and excess_min (in all) of the groups asked for: minutes waited beyond target, theirs included
    who left at a known time; excess_h_per_month with excess_low and excess_high; n_staff (mean people on duty),
    work_erlang (arrivals an hour by their services' mean time in hours), load_per_person (work_erlang by n_staff, NaN
    where either is unknown).
    """
    every, n_days = by_cell(tickets, tickets.frame, "n"), n_days_of(tickets)
    source, n_staff = _staff(store, filters, tickets)
    with np.errstate(divide="ignore", invalid="ignore"):
        work_erlang = work_min(tickets).sum(axis=1) / n_days / rosters.WIDTH_MIN
        found = pd.DataFrame(
            {
                "weekday": np.arange(CELLS) // 48 + 1,
                "half_hour": np.arange(CELLS) % 48,
                "n_days": n_days,
                "n_arrivals": every.sum(axis=1).astype(int),
                "arrivals": every.sum(axis=1) / n_days,
                **_excess(filters, tickets),
                "n_staff": n_staff,
                "work_erlang": work_erlang,
                "load_per_person": np.where((n_staff > 0) & (work_erlang > 0), work_erlang / n_staff, np.nan),
            }
        )
    n_days_with = (every > 0).sum(axis=1)
    is_open = n_days_with >= np.maximum(_OPEN_SHARE * n_days, 1)
    return found[is_open if is_open.any() else n_days_with > 0].reset_index(drop=True), source


def by_cell(tickets: Tickets, rows: pd.DataFrame, column: str) -> np.ndarray:
    """A column added up per cell of the week and day, [336 × days]."""
    return tickets.sums(rows, column, rows["cell"].to_numpy(), CELLS)


def n_days_of(tickets: Tickets) -> np.ndarray:
    """Days of the cell's weekday, [336]."""
    return np.repeat(np.bincount(tickets.days.day_of_week, minlength=7), 48)


def work_min(tickets: Tickets) -> np.ndarray:
    """Minutes that the arrivals need by their services' mean times, per cell and day; services of unknown time need none."""
    rows = tickets.frame
    by_service = rows.groupby("service")[["service_min", "n_finished"]].sum()
    mean = by_service["service_min"] / by_service["n_finished"].where(by_service["n_finished"] > 0)
    return by_cell(tickets, rows.assign(work=(rows["service"].map(mean) * rows["n"]).fillna(0)), "work")


def _excess(filters: Filters, tickets: Tickets) -> dict[str, np.ndarray]:
    """Waiting beyond target per cell: a total of the period, brought to a month, with an interval over days."""
    rows = tickets.asked
    by_day = by_cell(tickets, rows, "beyond_min")
    # Only days of the cell's weekday can have it: they are the cell's count of clusters.
    is_day = np.repeat(tickets.days.day_of_week.to_numpy()[None, :] == np.arange(7)[:, None], 48, axis=0)
    value, low, high = intervals.means(by_day, is_day.astype(float))
    months = (filters.end_on - filters.start_on).days / DAYS_PER_MONTH
    to_month = is_day.sum(axis=1) / months / 60
    return {
        "n_asked": by_cell(tickets, rows, "n").sum(axis=1).astype(int),
        "excess_min": by_day.sum(axis=1),
        "excess_h_per_month": value * to_month,
        "excess_low": np.maximum(low, 0) * to_month,
        "excess_high": high * to_month,
    }


def rosters_of(store: Store, filters: Filters) -> pd.DataFrame:
    """The branch's rosters as `rosters.planned` takes them."""
    return store.frame(_ROSTERS, branch_id=filters.branch_id)


def _staff(store: Store, filters: Filters, tickets: Tickets) -> tuple[StaffSource, np.ndarray]:
    """Mean people on duty by cell: from the rosters, else from who served when."""
    source: StaffSource = "planned"
    people = rosters.planned(rosters_of(store, filters), tickets.days)
    if people is None:
        source, people = "seen", rosters.seen(on_duty(store, filters), tickets.days)
    by_cell = np.full(CELLS, np.nan)
    if people is None:
        return "unknown", by_cell
    by_cell[:] = 0
    by_cell[(people["weekday"] - 1) * 48 + people["half_hour"]] = people["n_staff"]
    return source, by_cell


@lru_cache(maxsize=8)
def on_duty(store: Store, filters: Filters) -> pd.DataFrame:
    """Who worked from when to when as the tickets show, as `rosters.seen` takes them: persons where known, else counters."""
    tickets = read(store, filters)
    by = "teller_id" if tickets.frame["n_teller"].any() else "counter"
    found = store.frame(_ON_DUTY.format(desk=by), **filters.binds(), break_min=rosters.SAME_SESSION_MIN)
    return found.assign(day=tickets.days.get_indexer(pd.DatetimeIndex(found["arrived_on"])))


def peak(cells: pd.DataFrame) -> Peak | None:
    """The block whose share of the waiting beyond target exceeds its share of the tickets most; None without such.

    Blocks: one to three hours, on all open weekdays, one or two of them (a scan over rectangles in the spirit of
    Kulldorff 1997, for description: nothing is tested).
    """
    total, tickets = cells["excess_min"].sum(), cells["n_asked"].sum()
    if not total > 0:
        return None
    grid = np.zeros((2, 7, 48))
    at = cells["weekday"].to_numpy() - 1, cells["half_hour"].to_numpy()
    grid[0][at], grid[1][at] = cells["excess_min"] / total, cells["n_asked"] / tickets
    open_days = tuple(int(w) for w in sorted(cells["weekday"].unique()))
    running = np.concatenate([np.zeros((2, 7, 1)), grid.cumsum(axis=2)], axis=2)
    best: tuple[float, tuple[int, ...], int, int] | None = None
    choices = {open_days, *combinations(open_days, 1), *combinations(open_days, 2)}
    for width in _BLOCK:
        shares = running[:, :, width:] - running[:, :, :-width]
        gain = shares[0] - shares[1]
        for weekdays in sorted(choices, key=len, reverse=True):
            by_start = gain[[w - 1 for w in weekdays]].sum(axis=0)
            start = int(by_start.argmax())
            if best is None or by_start[start] > best[0] + 1e-9:
                best = float(by_start[start]), weekdays, start, start + width
    if best is None or best[0] <= 0:
        return None
    __, weekdays, start, end = best
    inside = cells[cells["weekday"].isin(weekdays) & cells["half_hour"].between(start, end - 1)]
    return Peak(
        weekdays=weekdays,
        start_half_hour=start,
        end_half_hour=end,
        is_every_day=weekdays == open_days,
        excess_share=float(inside["excess_min"].sum() / total),
        ticket_share=float(inside["n_asked"].sum() / tickets),
        n_staff=float((inside["n_staff"] * inside["n_days"]).sum(skipna=False) / inside["n_days"].sum()),
        work_erlang=float((inside["work_erlang"] * inside["n_days"]).sum() / inside["n_days"].sum()),
    )
