"""How many customers will come on each of the next 28 days?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.methods import counts_forecast as model
from analytics.methods import intervals
from analytics.methods.estimate import Estimate, unknown
from analytics.store.reader import Store

HORIZON_DAYS = 28
# Fewer open days say too little of weekdays, let alone of months.
LEAST_DAYS = 30
# Trial forecasts, four weeks apart, each from what was known then.
_ORIGINS, _SHOWN_DAYS = 6, 56

_DAYS = """
select arrived_at::date as day_on, count(*)::bigint as n from visits
where branch_id = $branch_id and arrived_at < $end_on::timestamp group by 1 order by 1
"""


@dataclass(frozen=True)
class ArrivalsForecast:
    """Tickets a day of all customers, from everything known before the period's end.

    days: one row per coming day: day_on, is_open, closed_for (`holiday`, `weekday`, '' where open), expected with low and
    high (95 % prediction interval of the day), reasons (codes of the effects at work, comma between).
    history: one row per day of the last eight weeks with tickets: day_on, n.
    effects: one row per effect found: effect (code), factor with low and high, n (days).
    total: expected tickets of the horizon with its interval; n: days learnt from.
    error, error_weekday: mean absolute error a day of trial forecasts and of the same weekday's mean of the eight weeks
    before, on the same open days (n); covered_share: of these days within the interval. Unknown where too little came before.
    """

    days: pd.DataFrame
    history: pd.DataFrame
    effects: pd.DataFrame
    total: Estimate
    error: Estimate
    error_weekday: Estimate
    covered_share: Estimate


def arrivals(store: Store, filters: Filters) -> ArrivalsForecast | None:
    """The forecast from the day after the period's last ticket; None where under 30 days with tickets are known."""
    found = store.frame(_DAYS, branch_id=filters.branch_id, end_on=filters.end_on)
    if len(found) < LEAST_DAYS:
        return None
    counts = found.set_index(pd.DatetimeIndex(found["day_on"]))["n"].astype(float)
    counts = counts.reindex(pd.date_range(counts.index[0], counts.index[-1]), fill_value=0)
    predicted = model.fit(counts).predict(HORIZON_DAYS)
    shown = counts[counts > 0]
    shown = shown[shown.index > counts.index[-1] - pd.Timedelta(days=_SHOWN_DAYS)]
    error, weekday, covered = _backtest(counts)
    return ArrivalsForecast(
        days=predicted.days,
        history=pd.DataFrame({"day_on": shown.index, "n": shown.to_numpy(int)}),
        effects=predicted.effects,
        total=Estimate(*predicted.total, int((counts > 0).sum()), "count"),
        error=error,
        error_weekday=weekday,
        covered_share=covered,
    )


def _backtest(counts: pd.Series) -> tuple[Estimate, Estimate, Estimate]:
    own, weekday, inside = [], [], []
    for back in range(1, _ORIGINS + 1):
        known, ahead = counts.iloc[: -HORIZON_DAYS * back], counts.iloc[-HORIZON_DAYS * back :][:HORIZON_DAYS]
        if (known > 0).sum() < 2 * LEAST_DAYS:
            break
        days = model.fit(known).predict(HORIZON_DAYS).days
        is_open = (ahead > 0).to_numpy()
        actual = ahead.to_numpy()[is_open]
        recent = known.iloc[-_SHOWN_DAYS:]
        means = recent[recent > 0].groupby(pd.DatetimeIndex(recent[recent > 0].index).day_of_week).mean()
        same = means.reindex(pd.DatetimeIndex(ahead.index).day_of_week).to_numpy(float)[is_open]
        own += np.abs(days["expected"].to_numpy()[is_open] - actual).tolist()
        weekday += np.abs(np.nan_to_num(same) - actual).tolist()
        inside += (
            (days["low"].to_numpy()[is_open] <= actual) & (actual <= days["high"].to_numpy()[is_open])
        ).tolist()
    if not own:
        return unknown("count"), unknown("count"), unknown("share")
    one = np.ones((1, len(own)))
    errors = [intervals.means(np.array([e]), one) for e in (own, weekday)]
    share = intervals.shares(np.array([inside], float), one)
    first, second = (intervals.estimate(e, [len(own)], "count", floor=0) for e in errors)
    return first, second, intervals.estimate(share, [len(own)], "share")
