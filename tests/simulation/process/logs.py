"""Small event logs whose truth is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.simulation.process.calibration import ProcessCalibration, calibrate_case_history
from analytics.simulation.process.history import case_history_of
from benchmarks.branch_process import Week
from tests.simulation.process.processes import DAY_MIN, MONDAY, WORKDAYS

NINE_TO_FIVE = Week({WORKDAYS: [(9.0, 17.0)]})
NO_HOURS = pd.DataFrame(columns=["role", "weekday", "from_h", "to_h"])
NO_ROSTERS = pd.DataFrame(
    columns=["role", "weekday", "from_min", "to_min", "headcount", "hourly_cost", "valid_from", "valid_to"]
)
Draw = Callable[[np.random.Generator], float]


@dataclass
class Activity:
    """role and people who do it; minutes of work; delay_min of own time before; follows: target -> probability (end
    targets: won, lost); again: the same from its second time on; opens: when a ready step may be begun."""

    role: str | None
    people: tuple[str, ...]
    minutes: Draw
    follows: Mapping[str, float]
    again: Mapping[str, float] | None = None
    delay_min: Draw | None = None
    opens: Callable[[float], float] | None = None
    slow: Mapping[str, float] = field(default_factory=dict)


def log(
    activities: Mapping[str, Activity],
    n_cases: int = 600,
    n_weeks: int = 26,
    week: Week = NINE_TO_FIVE,
    seed: int = 0,
    *,
    own: bool = False,
    segments: tuple[str, ...] = ("ordinary",),
) -> pd.DataFrame:
    """Cases that come evenly over the open hours, each step by anybody (own: by the case's own person); nobody waits
    for anybody. Cases of the last week may not have ended: their outcome is not known."""
    rng = np.random.default_rng(seed)
    rows: list[list[Any]] = []
    until = n_weeks * 7 * DAY_MIN
    for case in range(n_cases):
        at = week.next_opening(rng.random() * (until - 7 * DAY_MIN))
        segment, name = segments[case % len(segments)], next(iter(activities))
        done: set[str] = set()
        mine: dict[str | None, str] = {}
        before = len(rows)
        while True:
            step = activities[name]
            if step.delay_min is not None and len(rows) > before:
                at = week.done(week.next_opening(at), step.delay_min(rng))
            start = week.next_opening(step.opens(at) if step.opens else at)
            person = str(rng.choice(step.people)) if step.people else None
            if own and person:
                person = mine.setdefault(step.role, person)
            at = week.done(start, step.minutes(rng) * step.slow.get(person or "", 1.0))
            rows.append([f"C{case}", name, person, step.role, start, at, segment, None])
            follows = step.again if name in done and step.again else step.follows
            done.add(name)
            name = str(rng.choice(list(follows), p=list(follows.values())))
            if name in ("won", "lost", "ended"):
                break
        kept = [r for r in rows[before:] if r[5] < until]
        for row in kept:
            row[7] = name if len(kept) == len(rows) - before else None
        rows[before:] = kept
    return framed(rows)


def framed(rows: list[list[Any]]) -> pd.DataFrame:
    """Rows of (case, activity, resource, role, start and finish in minutes, segment, outcome) as the store gives them."""
    frame = pd.DataFrame(
        rows,
        columns=[
            "case_id",
            "activity",
            "resource",
            "role",
            "started_at",
            "finished_at",
            "segment",
            "outcome",
        ],
    )
    for column in ("started_at", "finished_at"):
        minutes = pd.to_numeric(frame[column])
        frame[column] = pd.Timestamp(MONDAY) + pd.to_timedelta((minutes * 60e6).round(), unit="us")
        frame[column] = frame[column].astype("datetime64[us]")
    frame["process"], frame["customer_group"], frame["value"] = "loan", frame["segment"], np.nan
    order = ["case_id", "started_at", "finished_at"]
    return frame.sort_values(order, kind="stable").reset_index(drop=True)


def calibrated(
    frame: pd.DataFrame, hours: pd.DataFrame = NO_HOURS, rosters: pd.DataFrame = NO_ROSTERS
) -> ProcessCalibration:
    history = case_history_of(frame, hours, "loan")
    return calibrate_case_history(history, rosters, pd.Timestamp(history.days[-1]))


def constant(minutes: float) -> Draw:
    return lambda rng: minutes


def drawn(mean: float) -> Draw:
    return lambda rng: float(rng.exponential(mean))
