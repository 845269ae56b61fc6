"""When do customers wait: weekday by half hour, with the people on duty, and the hours that stand out."""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analytics.diagnosis.tickets import Tickets
from analytics.filters import Filters
from analytics.methods import intervals, rosters
from analytics.store.reader import Store

StaffSource = Literal["planned", "seen", "unknown"]
CELLS = 7 * 48
DAYS_PER_MONTH = 365.25 / 12
# A half hour in which hardly ever a ticket is taken is not one of the opening hours.
_OPEN_SHARE = 0.2
# The worst hours are sought among blocks of one to three hours.
_BLOCK = range(2, 7)

_ROSTERS = """
select role, weekday, hour(from_time) * 60 + minute(from_time) as from_min,
    -- midnight at the end of a shift is 24:00
    case when to_time <= from_time then 1440 else hour(to_time) * 60 + minute(to_time) end as to_min,
    headcount, valid_from, valid_to
from rosters where branch_id = $branch_id
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
    everybody; n and wait_p90_min with low and high of the first group asked for (served); n_asked and excess_min (in all)
    of the groups asked for: minutes waited beyond target, theirs included who left at a known time; excess_h_per_month
    with excess_low and excess_high; n_staff (mean people on duty), work_erlang (arrivals an hour by their services'
    mean time in hours), load_per_person (work_erlang by n_staff, NaN where either is unknown).
    """
    frame = tickets.frame
    cell = (frame["weekday"] - 1) * 48 + frame["half_hour"]
    every = tickets.sums(frame, pd.Series(1, frame.index), cell.to_numpy(), CELLS)
    n_days = np.repeat(np.bincount(tickets.days.day_of_week, minlength=7), 48)
    first = tickets.of(tickets.groups[0]).dropna(subset="wait_min")
    p90 = intervals.quantiles(
        first["wait_min"], cell[first.index], first["day"], 0.9, CELLS, len(tickets.days)
    )
    mean_min = frame["service"].map(frame.groupby("service")["service_min"].mean())
    work = tickets.sums(frame, mean_min, cell.to_numpy(), CELLS)
    source, n_staff = _staff(store, filters, tickets)
    with np.errstate(divide="ignore", invalid="ignore"):
        work_erlang = work.sum(axis=1) / n_days / rosters.WIDTH_MIN
        found = pd.DataFrame(
            {
                "weekday": np.arange(CELLS) // 48 + 1,
                "half_hour": np.arange(CELLS) % 48,
                "n_days": n_days,
                "n_arrivals": every.sum(axis=1).astype(int),
                "arrivals": every.sum(axis=1) / n_days,
                "n": np.bincount(cell[first.index], minlength=CELLS),
                "wait_p90_min": p90[0],
                "low": p90[1],
                "high": p90[2],
                **_excess(filters, tickets, cell),
                "n_staff": n_staff,
                "work_erlang": work_erlang,
                "load_per_person": np.where((n_staff > 0) & (work_erlang > 0), work_erlang / n_staff, np.nan),
            }
        )
    n_days_with = (every > 0).sum(axis=1)
    is_open = n_days_with >= np.maximum(_OPEN_SHARE * n_days, 1)
    return found[is_open if is_open.any() else n_days_with > 0].reset_index(drop=True), source


def _excess(filters: Filters, tickets: Tickets, cell: pd.Series) -> dict[str, np.ndarray]:
    """Waiting beyond target per cell: a total of the period, brought to a month, with an interval over days."""
    rows = tickets.asked
    beyond = (rows["queued_min"] - filters.targets.wait_min).clip(lower=0)
    by_day = tickets.sums(rows, beyond, cell[rows.index].to_numpy(), CELLS)
    # Only days of the cell's weekday can have it: they are the cell's count of clusters.
    is_day = np.repeat(tickets.days.day_of_week.to_numpy()[None, :] == np.arange(7)[:, None], 48, axis=0)
    value, low, high = intervals.means(by_day, is_day.astype(float))
    months = (filters.end_on - filters.start_on).days / DAYS_PER_MONTH
    to_month = is_day.sum(axis=1) / months / 60
    return {
        "n_asked": np.bincount(cell[rows.index], minlength=CELLS),
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
        source, people = "seen", rosters.seen(services_of(tickets.frame), tickets.days)
    by_cell = np.full(CELLS, np.nan)
    if people is None:
        return "unknown", by_cell
    by_cell[:] = 0
    by_cell[(people["weekday"] - 1) * 48 + people["half_hour"]] = people["n_staff"]
    return source, by_cell


def services_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Who worked from when to when: persons where they are known, else counters."""
    by = "teller_id" if frame["teller_id"].notna().any() else "counter"
    return pd.DataFrame(
        {
            "day": frame["day"],
            "desk": frame[by],
            "from_min": frame["from_min"],
            "to_min": frame["from_min"] + frame["service_min"],
        }
    )


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
