"""Days without rows that no habit of closing explains."""

import numpy as np
import pandas as pd


def unexplained(days: pd.DataFrame) -> np.ndarray:
    """Which of one branch's usual days (day, is_open) are missing; public holidays are not where the branch is closed on
    most of them."""
    is_gap = ~days["is_open"].to_numpy(bool)
    if not is_gap.any():
        return is_gap
    from analytics.methods.public_holidays import kinds  # only where days are missing: it takes a moment

    dates = pd.DatetimeIndex(days["day"])
    around = pd.date_range(dates.min(), dates.max())
    is_off = pd.Series(kinds(around).is_off, around).loc[dates].to_numpy()
    closes = is_off.any() and is_gap[is_off].mean() > 0.5
    return is_gap & ~is_off if closes else is_gap
