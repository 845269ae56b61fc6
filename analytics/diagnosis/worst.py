"""The half hours of the week that lose customers most time, without the luck of having been picked."""

import numpy as np
import pandas as pd
from scipy import stats

from analytics.methods.intervals import LEVEL
from analytics.methods.shrinkage import shrunk

N_WORST = 3


def worst_half_hours(cells: pd.DataFrame, n: int = N_WORST) -> pd.DataFrame:
    """The n half hours in which most is usually waited beyond target, none without such waits.

    The columns of `half_hours.half_hours` and usual_h with usual_low and usual_high (95 %): customer-hours a month,
    drawn towards those of the same half hour on the other weekdays as far as the days' ups and downs explain the
    difference. The highest of many measured values would else be high by luck too.
    """
    t = stats.t.ppf(LEVEL, np.maximum(cells["n_days"] - 1, 1))
    measured = cells["excess_h_per_month"]
    usual, error = shrunk(measured, (cells["excess_high"] - measured) / t, cells["half_hour"])
    found = cells.assign(
        usual_h=np.maximum(usual, 0), usual_low=np.maximum(usual - t * error, 0), usual_high=usual + t * error
    )
    return found[measured > 0].nlargest(n, "usual_h").reset_index(drop=True)
