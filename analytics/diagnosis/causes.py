"""What do days of long waits have in common: many customers, few people, heavier services or slower work?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.half_hours import on_duty, rosters_of
from analytics.diagnosis.tickets import Tickets, read
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
    by_service = frame.groupby("service")[["service_min", "n_finished"]].transform("sum")
    usual = by_service["service_min"] / by_service["n_finished"].where(by_service["n_finished"] > 0)
    by_day = frame.assign(
        n_known=frame["n"].where(usual.notna(), 0),
        usual_min=(usual * frame["n"]).fillna(0),
        slow_min=(frame["service_min"] - usual * frame["n_finished"]).fillna(0),
    ).groupby("day")[["n", "n_known", "n_finished", "usual_min", "slow_min"]].sum()  # fmt: skip
    cells = tickets.sums(frame, "n", frame["half_hour"].to_numpy(), rosters.HALF_HOURS).T
    cells = np.sort(cells[:, cells.any(axis=0)], axis=1)[:, ::-1]
    mine = tickets.of(group).groupby("day")[["wait_min", "n_served"]].sum().reindex(by_day.index)
    days = pd.DataFrame(
        {
            "day_on": tickets.days,
            "wait_mean_min": mine["wait_min"] / mine["n_served"].where(mine["n_served"] > 0),
            "load": by_day["n"].astype(float),
            "timing": cells[:, : max(cells.shape[1] // 4, 1)].sum(axis=1) / cells.sum(axis=1),
            "staff": _staff(store, filters, tickets),
            "mix": by_day["usual_min"] / by_day["n_known"].where(by_day["n_known"] > 0),
            "slow": by_day["slow_min"] / by_day["n_finished"].where(by_day["n_finished"] > 0),
        }
    )
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


def _staff(store: Store, filters: Filters, tickets: Tickets) -> np.ndarray:
    """Person-hours on duty a day: as seen at work (who fell ill is not in the roster), else as planned."""
    people = rosters.seen_by_day(on_duty(store, filters), tickets.days)
    if people is None:
        people = rosters.planned_by_day(rosters_of(store, filters), tickets.days)
    return (
        np.full(len(tickets.days), np.nan) if people is None else people.sum(axis=1) * rosters.WIDTH_MIN / 60
    )
