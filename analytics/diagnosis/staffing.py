"""How many people does each half hour of the week need for the target, and how many are there?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.half_hours import StaffSource, half_hours, rosters_of, work_min
from analytics.diagnosis.tickets import Tickets, read
from analytics.filters import Filters
from analytics.methods import resampling, rosters
from analytics.methods.erlang import most_arrivals
from analytics.methods.estimate import Estimate
from analytics.store.reader import Store

# The roster of the last weeks is the one that can be changed.
_LAST_DAYS, _WIDTH_H, _MOST_PEOPLE = 28, 0.5, 80
# Where hardly anybody leaves.
_MOST_PATIENCE_MIN = 1000.0
_WIDTHS, _REPLICATIONS = range(2, 7), 200


@dataclass(frozen=True)
class Move:
    """The same hours at another time, on all open weekdays: half hours [from_start, from_end) to [to_start, to_end)."""

    role: str
    headcount: int
    from_half_hours: tuple[int, int]
    to_half_hours: tuple[int, int]
    hours_short_before: float
    hours_short_after: float


@dataclass(frozen=True)
class Staffing:
    """People needed by Erlang A (M/M/n+M) beside those on duty; all customers, any counter taken to serve everyone.

    cells: one row per open weekday and half hour: weekday, half_hour, n_days, n_arrivals, work_erlang, n_staff (mean on
    duty by the roster of the last four weeks, else seen at work; NaN unknown), n_needed with needed_low, needed_high
    (95 %, days), gap (n_needed − n_staff, above 0: short). Each half hour stands alone: what queues over from the one
    before is not counted.
    hours_short, hours_over: person-hours a week, n days. service_min, patience_min: means that the formula used.
    move: what brings down the hours short most; None where nothing does or nobody is known on duty.
    """

    cells: pd.DataFrame
    source: StaffSource
    hours_short: Estimate
    hours_over: Estimate
    service_min: float
    patience_min: float
    move: Move | None


def staffing(store: Store, filters: Filters) -> Staffing | None:
    """People needed in the period; None without tickets or without known service times."""
    tickets = read(store, filters)
    total = tickets.frame[["service_min", "n_finished", "queued_min", "n_left"]].sum()
    if tickets.asked.empty or not total["service_min"] > 0:
        return None
    service_min = float(total["service_min"] / total["n_finished"])
    cells, source = half_hours(store, filters, tickets)
    cells = cells.drop(columns=[c for c in cells if str(c).startswith(("excess", "load"))])
    plan = rosters_of(store, filters)
    last = tickets.days[tickets.days > tickets.days[-1] - pd.Timedelta(days=_LAST_DAYS)]
    people = rosters.planned(plan, last)
    if people is not None:
        known = people.set_index(["weekday", "half_hour"])["n_staff"]
        keys = pd.MultiIndex.from_frame(cells[["weekday", "half_hour"]])
        cells["n_staff"] = known.reindex(keys).fillna(0).to_numpy()
    patience_min = float(total["queued_min"] / max(total["n_left"], 0.5))
    patience_min = min(max(patience_min, 1.0), _MOST_PATIENCE_MIN)
    level = _Level(filters, service_min, patience_min)
    loads = _load_draws(tickets, cells)
    cells["n_needed"] = level.people(cells["work_erlang"].to_numpy(float))
    drawn = level.people(loads)
    cells["needed_low"], cells["needed_high"] = np.quantile(drawn, [0.025, 0.975], axis=0)
    cells["gap"] = cells["n_needed"] - cells["n_staff"]
    staff = cells["n_staff"].to_numpy(float)
    n_days = len(tickets.days)
    short = _hours(cells["n_needed"].to_numpy(float), staff, drawn, 1, n_days)
    over = _hours(cells["n_needed"].to_numpy(float), staff, drawn, -1, n_days)
    names = rosters.hall_roles(list(dict.fromkeys(plan["role"]))) if len(plan) else []
    move = _best_move(cells, names[0] if names else "counter") if source != "unknown" else None
    return Staffing(cells, source, short, over, service_min, patience_min, move)


class _Level:
    """People needed by offered load: the least n whose Erlang A reaches the target's share within the target wait."""

    def __init__(self, filters: Filters, service_min: float, patience_min: float) -> None:
        self._steps: list[float] = []
        self._args = (1 / service_min, 1 / patience_min, filters.targets)
        self._service_min = service_min

    def people(self, loads: np.ndarray) -> np.ndarray:
        rate, leaving, targets = self._args
        share = min(targets.within_target_share, 0.999)
        while len(self._steps) < _MOST_PEOPLE and (not self._steps or self._steps[-1] < np.nanmax(loads)):
            n = len(self._steps) + 1
            self._steps.append(most_arrivals(rate, n, leaving, targets.wait_min, share) * self._service_min)
        return np.where(loads > 0, np.searchsorted(self._steps, loads - 1e-9) + 1.0, 0.0)


def _load_draws(tickets: Tickets, cells: pd.DataFrame) -> np.ndarray:
    """Offered load of the cells with the days drawn again: [replications × cells]."""
    work = work_min(tickets)[((cells["weekday"] - 1) * 48 + cells["half_hour"]).to_numpy()]
    is_day = tickets.days.day_of_week.to_numpy()[None, :] == cells["weekday"].to_numpy()[:, None] - 1
    draws = resampling.weights(len(tickets.days), _REPLICATIONS)
    n_days = np.maximum(draws @ is_day.T.astype(float), 1)
    return np.asarray(draws @ work.T / n_days / rosters.WIDTH_MIN)


def _hours(needed: np.ndarray, staff: np.ndarray, drawn: np.ndarray, sign: int, n_days: int) -> Estimate:
    if not np.isfinite(staff).any():
        return Estimate(np.nan, np.nan, np.nan, n_days, "h")
    value = np.nansum(np.clip(sign * (needed - staff), 0, None)) * _WIDTH_H
    totals = np.nansum(np.clip(sign * (drawn - staff), 0, None), axis=1) * _WIDTH_H
    low, high = np.quantile(totals, [0.025, 0.975])
    return Estimate(float(value), min(float(low), float(value)), max(float(high), float(value)), n_days, "h")


def _best_move(cells: pd.DataFrame, role: str) -> Move | None:
    """One to three hours of one to three people, on all weekdays open at both ends, that cut the hours short most."""
    gap = cells.pivot(index="weekday", columns="half_hour", values="gap")
    gap = gap.reindex(columns=range(int(gap.columns.min()), int(gap.columns.max()) + 1))
    grid, first = gap.to_numpy(float), int(gap.columns[0])
    before = float(np.nansum(np.clip(grid, 0, None))) * _WIDTH_H
    best: Move | None = None
    for width in _WIDTHS:
        starts = range(grid.shape[1] - width + 1)
        for count in (1, 2, 3):
            for a in starts:
                for b in starts:
                    if abs(a - b) < width:
                        continue
                    moved, away, there = grid.copy(), slice(a, a + width), slice(b, b + width)
                    both = np.isfinite(grid[:, away]) & np.isfinite(grid[:, there])
                    moved[:, away] += count * both
                    moved[:, there] -= count * both
                    after = float(np.nansum(np.clip(moved, 0, None))) * _WIDTH_H
                    if after < (best.hours_short_after if best else before) - 1e-9:
                        best = Move(
                            role, count, (first + a, first + a + width), (first + b, first + b + width), before, after
                        )  # fmt: skip
    return best if best and before - best.hours_short_after >= 1 else None
