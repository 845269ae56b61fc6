"""What does a minute of waiting cost in satisfaction, and from which wait on are customers dissatisfied?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.diagnosis.answer_sample import drawn
from analytics.diagnosis.answers import IS_SATISFIED, groups_of
from analytics.filters import Filters, Group
from analytics.methods.estimate import Estimate, unknown
from analytics.methods.ordered import ordered_logit
from analytics.methods.splines import share_curve
from analytics.store.reader import Store

# Answers, and of them satisfied and not, that a curve needs.
MIN_ANSWERS, MIN_EACH = 50, 10
# More than half not satisfied: the group has turned.
TURNED = 0.5
_GRID_MIN = 0.1


@dataclass(frozen=True)
class WaitCost:
    """Satisfaction of answers that name a served ticket, as a smooth function of the minutes waited, by group.

    curves: one row per group and wait: wait_min (0 to the wait that 1 in 100 exceeds), share satisfied (top two points)
    with low, high (95 %, over customers). per_minute: change of the share (pts) for one minute more, averaged over the
    waits of the group. slope: change of the log odds of a higher rating for one minute more (ordered logit), as
    (value, low, high). turns and misses: the wait (minutes) from which fewer than half are satisfied, and from which
    fewer than the target; low or high is NaN where the band does not cross within the waits seen.
    longest_min: end of the curve. n_answers of n_all were used.
    """

    groups: tuple[Group, ...]
    curves: pd.DataFrame
    per_minute: dict[Group, Estimate]
    slope: dict[Group, tuple[float, float, float]]
    turns: dict[Group, Estimate]
    misses: dict[Group, Estimate]
    longest_min: dict[Group, float]
    n_answers: int
    n_all: int


def wait_cost(store: Store, filters: Filters) -> WaitCost | None:
    """The cost of waiting in the period; None where no group has answers enough that name a ticket."""
    asked = groups_of(store, filters)
    frame, n_all = drawn(
        store,
        filters,
        asked,
        f"wait_min, overall, {IS_SATISFIED} as is_satisfied",
        "wait_min is not null and overall is not null",
    )
    curves, found = [], WaitCost((), pd.DataFrame(), {}, {}, {}, {}, {}, len(frame), 0)
    for group in asked:
        rows = frame[frame["group"] == group]
        n_yes = int(rows["is_satisfied"].sum())
        if len(rows) < MIN_ANSWERS or min(n_yes, len(rows) - n_yes) < MIN_EACH:
            continue
        wait, customers = rows["wait_min"].to_numpy(float), pd.factorize(rows["customer"])[0]
        curve = share_curve(wait, rows["is_satisfied"].to_numpy(bool), customers)
        if curve is None:
            continue
        longest = float(np.quantile(wait, 0.99))
        grid = np.arange(0, longest + _GRID_MIN, _GRID_MIN)
        share, low, high = curve.at(grid)
        # Every half minute is enough to draw.
        curves.append(
            pd.DataFrame({"group": group, "wait_min": grid, "share": share, "low": low, "high": high})[::5]
        )
        found.per_minute[group] = Estimate(*curve.step(wait), len(rows), "pts")
        logit = ordered_logit(rows["overall"].to_numpy(float), wait[:, None], customers)
        found.slope[group] = (
            (np.nan,) * 3 if logit is None else (float(logit.slope[0]), float(logit.low[0]), float(logit.high[0]))
        )  # fmt: skip
        for kept, level in ((found.turns, TURNED), (found.misses, filters.targets.csat_share)):
            crossing = curve.falls_below(level, grid)
            is_seen = not np.isnan(crossing[0])
            kept[group] = Estimate(*crossing, len(rows), "min") if is_seen else unknown("min", len(rows))
        found.longest_min[group] = longest
    if not curves:
        return None
    return WaitCost(
        tuple(found.per_minute), pd.concat(curves, ignore_index=True), found.per_minute, found.slope,
        found.turns, found.misses, found.longest_min, len(frame), n_all,
    )  # fmt: skip
