"""What do days of long waits have in common: many customers, few people, heavier services or slower work?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.half_hours import rosters_of, services_of
from analytics.diagnosis.tickets import read
from analytics.filters import Filters, Group
from analytics.methods import resampling, rosters, shapley
from analytics.store.reader import Store

CAUSES = ("load", "timing", "staff", "mix", "slow")
# Fewer days say nothing of so many causes.
LEAST_DAYS = 30


@dataclass(frozen=True)
class Causes:
    """Daily mean wait (minutes) of the first group, regressed on the day's causes, R² split by Shapley's average.

    causes: one row per cause that varies and then `unexplained`: cause, share with low and high (of the variance of the
    days; shares add up to 1; 95 % bootstrap over days), per_step_min (minutes more on a day one standard deviation
    higher). load: customers; timing: how many of them come in the day's busiest quarter of half hours; staff: person-hours
    on duty; mix: minutes a ticket needs by its services' usual times; slow: minutes a service took against its usual time.
    days: one row per day: day_on, wait_mean_min, load, timing, staff, mix, slow, expected_min (by the regression).
    """

    group: Group
    causes: pd.DataFrame
    days: pd.DataFrame
    r2: float
    n_days: int


def causes(store: Store, filters: Filters) -> Causes | None:
    """The decomposition of the period; None under 30 days with waits or where nothing varies."""
    tickets = read(store, filters)
    if tickets.asked.empty:
        return None
    frame, group = tickets.frame, tickets.groups[0]
    usual = frame.groupby("service")["service_min"].transform("mean")
    by_day = frame.assign(usual=usual, slow=frame["service_min"] - usual).groupby("day")
    cells = frame.groupby(["day", "half_hour"]).size().unstack(fill_value=0)
    busiest = cells.apply(lambda row: row.nlargest(max(len(row) // 4, 1)).sum() / row.sum(), axis=1)
    days = pd.DataFrame(
        {
            "day_on": tickets.days,
            "wait_mean_min": tickets.of(group).groupby("day")["wait_min"].mean().reindex(range(len(tickets.days))),
            "load": by_day.size().astype(float),
            "timing": busiest,
            "staff": _staff(store, filters, frame, tickets.days),
            "mix": by_day["usual"].mean(),
            "slow": by_day["slow"].mean(),
        }
    )  # fmt: skip
    days = days.dropna(subset="wait_mean_min").reset_index(drop=True)
    names = [c for c in CAUSES if days[c].notna().all() and days[c].std() > 1e-9]
    if len(days) < LEAST_DAYS or not names:
        return None
    y, columns = days["wait_mean_min"].to_numpy(float), days[names].to_numpy(float)
    found = shapley.shares(columns, y, resampling.weights(len(days)))
    if y.std() < 1e-9:
        return None
    drawn = np.column_stack([found.draws, 1 - found.draws.sum(axis=1)])
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    x = np.column_stack([np.ones(len(y)), (columns - columns.mean(axis=0)) / columns.std(axis=0)])
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    rows = pd.DataFrame(
        {
            "cause": [*names, "unexplained"], "share": [*found.part, 1 - found.r_squared], "low": low, "high": high,
            "per_step_min": [*slopes[1:], np.nan],
        }
    )  # fmt: skip
    is_rest = rows["cause"] == "unexplained"
    rows = pd.concat([rows[~is_rest].sort_values("share", ascending=False), rows[is_rest]], ignore_index=True)
    return Causes(group, rows, days.assign(expected_min=x @ slopes), found.r_squared, len(days))


def _staff(store: Store, filters: Filters, frame: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    """Person-hours on duty a day: as seen at work (who fell ill is not in the roster), else as planned."""
    people = rosters.seen_by_day(services_of(frame), days)
    if people is None:
        people = rosters.planned_by_day(rosters_of(store, filters), days)
    return np.full(len(days), np.nan) if people is None else people.sum(axis=1) * rosters.WIDTH_MIN / 60
