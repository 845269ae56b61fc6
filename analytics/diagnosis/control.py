"""Which days had waits out of the ordinary, the weekday's own pattern set aside?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.filters import Group
from analytics.methods.control_charts import Limits, individuals, without_pattern


@dataclass(frozen=True)
class DayControl:
    """The days' mean waits (minutes, customers called) as an individuals chart per group.

    days: one row per day and group with anybody called: day_on, group, n_served, wait_mean_min, usual_min (mean of that
    weekday's days), adjusted_min (without the weekday's pattern), side (1 above the limits, −1 below, 0 within).
    limits: by group, of adjusted_min.
    """

    groups: tuple[Group, ...]
    days: pd.DataFrame
    limits: dict[Group, Limits]


def control(days: pd.DataFrame, groups: tuple[Group, ...]) -> DayControl:
    """The chart of `WaitTimes.days`; days on which nobody was called are left out."""
    parts, limits = [], {}
    for group in groups:
        rows = days[(days["group"] == group) & (days["n_served"] > 0)].sort_values("day_on")
        waits = rows["wait_mean_min"].to_numpy(float)
        weekday = pd.DatetimeIndex(rows["day_on"]).day_of_week.to_numpy()
        adjusted = without_pattern(waits, weekday)
        found = limits[group] = individuals(adjusted)
        side = np.where(adjusted > found.high, 1, np.where(adjusted < found.low, -1, 0))
        usual = waits - adjusted + (waits.mean() if len(waits) else 0)
        parts.append(
            rows[["day_on", "group", "n_served", "wait_mean_min"]].assign(
                usual_min=usual, adjusted_min=adjusted, side=side
            )
        )
    return DayControl(groups, pd.concat(parts, ignore_index=True), limits)
