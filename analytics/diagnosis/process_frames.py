"""The frames of a process: its steps, hand-overs, rounds and weeks, with 95 % intervals by the bootstrap over cases."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.diagnosis.event_log import EventLog
from analytics.filters import Filters
from analytics.methods.resampling import Ratios, Sums, by_block, ratios, sums
from analytics.methods.scores import wilson

MOST_ROUNDS = 4
Column = NDArray[np.integer]


def _by_case(log: EventLog, column: Column, values: pd.Series | np.ndarray, n_columns: int) -> Sums:
    """The sum of values of the steps in each column (−1: none), cases together."""
    return sums(log.steps["case"].to_numpy(), column, np.asarray(values), len(log.cases), n_columns)


def _spread(found: Ratios, name: str = "") -> dict[str, np.ndarray]:
    return {f"{name}low": found.low, f"{name}high": found.high}


def _where_complete(log: EventLog, column: Column) -> Column:
    """The column of steps in cases whose cycle time counts, −1 elsewhere."""
    is_complete = log.cases["is_complete"].to_numpy()[log.steps["case"].to_numpy()]
    return np.where(is_complete, column, column.dtype.type(-1))


def _activity(log: EventLog) -> Column:
    """The place of each step's activity in the order of the process."""
    place = np.empty(len(log.order), np.int16)
    place[log.order] = np.arange(len(log.order))
    return place[log.steps["activity"].cat.codes.to_numpy()]


def activities(log: EventLog) -> pd.DataFrame:
    """One row per activity in the order of the process.

    activity, n (executions), n_cases, work_h with low and high (mean per execution, NaN where no start is known),
    wait_case_h and work_case_h with _low and _high (waited before it and worked on it in a complete case, all its
    executions: they add up to the cycle time), repeat_share with repeat_low and repeat_high (of the cases that
    have it).
    """
    steps, column, k = log.steps, _activity(log), len(log.order)
    work_h, repeat = steps["work_h"].to_numpy(), steps["repeat"].to_numpy()
    is_known = ~np.isnan(work_h) & log.has_starts
    known = np.where(is_known, column, np.int16(-1))
    work = ratios(_by_case(log, known, work_h, k).by_block, _by_case(log, known, is_known, k).by_block)
    # A case has an activity once for the first time, and once again if it repeats.
    has = _by_case(log, column, repeat == 0, k)
    again = ratios(_by_case(log, column, repeat == 1, k).by_block, has.by_block)
    complete, n_complete = _where_complete(log, column), by_block(log.cases["is_complete"].to_numpy())
    per_case: dict[str, np.ndarray] = {}
    for name, hours in (("wait_case_h", "wait_h"), ("work_case_h", "covered_h")):
        found = ratios(_by_case(log, complete, steps[hours], k).by_block, n_complete)
        per_case |= {name: found.value, **_spread(found, f"{name}_")}
    return pd.DataFrame(
        {
            "activity": steps["activity"].cat.categories.to_numpy(object)[log.order],
            "n": np.bincount(column, minlength=k),
            "n_cases": has.n_units,
            "work_h": work.value,
            **_spread(work),
            **per_case,
            "repeat_share": again.value,
            **_spread(again, "repeat_"),
        }
    )


def handovers(log: EventLog) -> pd.DataFrame:
    """One row per pair (before, activity), the largest part of the cycle time first.

    n, n_cases, n_again_cases (that had done the step before) and their again_share of all cases with again_low and
    again_high, wait_h with low and high (mean per hand-over), wait_clock_h, cycle_share with cycle_share_low and
    cycle_share_high (of the cycle time of complete cases), is_back (to the same or an earlier step).
    """
    steps, (column, found) = log.steps, log.pairs
    k, names = len(found), steps["activity"].cat.categories
    n = _by_case(log, column, np.ones(len(steps)), k)
    wait = ratios(_by_case(log, column, steps["wait_h"], k).by_block, n.by_block)
    cycle_h = log.cases["cycle_time_h"].to_numpy() * log.cases["is_complete"].to_numpy()
    in_complete = _by_case(log, _where_complete(log, column), steps["wait_h"], k)
    share = ratios(in_complete.by_block, by_block(cycle_h))
    n_again_cases = _by_case(log, column, steps["repeat"] > 0, k).n_units
    again_share, again_low, again_high = wilson(n_again_cases, np.full(k, len(log.cases)))
    rank = pd.Series(np.arange(len(names)), index=names[log.order])
    return found.assign(
        n_cases=n.n_units,
        n_again_cases=n_again_cases,
        again_share=again_share,
        again_low=again_low,
        again_high=again_high,
        wait_h=wait.value,
        **_spread(wait),
        wait_clock_h=_by_case(log, column, steps["wait_clock_h"], k).total / n.total,
        cycle_share=share.value,
        **_spread(share, "cycle_share_"),
        is_back=found["activity"].map(rank).to_numpy(int) <= found["before"].map(rank).to_numpy(int),
    ).sort_values("cycle_share", ascending=False, ignore_index=True)


def handovers_by_group(log: EventLog) -> pd.DataFrame:
    """One row per pair and group that has it: before, activity, group, n, wait_h, low, high."""
    (column, found), frames = log.pairs, []
    k = len(found)
    for group in log.groups:
        is_mine = (log.cases["customer_group"] == group).to_numpy()[log.steps["case"].to_numpy()]
        mine = np.where(is_mine, column, np.int32(-1))
        n = _by_case(log, mine, np.ones(len(mine)), k)
        wait = ratios(_by_case(log, mine, log.steps["wait_h"], k).by_block, n.by_block)
        frame = found[["before", "activity"]].assign(
            group=group, n=n.total.astype(int), wait_h=wait.value, **_spread(wait)
        )
        frames.append(frame[frame["n"] > 0])
    return pd.concat(frames, ignore_index=True)


def rounds(log: EventLog, pairs: pd.DataFrame) -> pd.DataFrame:
    """How often the step that most cases go back to is done: one row per group and rounds.

    activity, group, rounds (1, 2, 3, 4 for four or more), n_cases (of n that have it), case_share, low, high;
    empty where no step is done again. pairs: `handovers`.
    """
    back = pairs[pairs["is_back"]].sort_values("n_again_cases", ascending=False)
    if not back["n_again_cases"].any():
        return pd.DataFrame(
            columns=["activity", "group", "rounds", "n_cases", "n", "case_share", "low", "high"]
        )
    activity = back["activity"].iloc[0]
    cases = log.steps["case"].to_numpy()[(log.steps["activity"] == activity).to_numpy()]
    times = np.bincount(cases, minlength=len(log.cases)).clip(max=MOST_ROUNDS)
    counts = pd.DataFrame(
        {
            group: np.bincount(times[log.cases["customer_group"] == group], minlength=MOST_ROUNDS + 1)[1:]
            for group in log.groups
        },
        index=range(1, MOST_ROUNDS + 1),
    ).T.rename_axis("group")
    frame = counts.reset_index().melt("group", var_name="rounds", value_name="n_cases")
    frame = frame.assign(activity=activity, rounds=frame["rounds"].astype(int))
    frame["n"] = frame["group"].map(counts.sum(axis=1))
    frame["case_share"], frame["low"], frame["high"] = wilson(frame["n_cases"], frame["n"])
    return frame


def weeks(log: EventLog, filters: Filters) -> pd.DataFrame:
    """One row per week and group.

    week_on (its Monday), group, n (complete cases), cycle_time_h with low and high, n_finished, is_whole (the period
    holds the week from Monday to Sunday).
    """
    start, end = pd.Timestamp(filters.start_on), pd.Timestamp(filters.end_on)
    mondays = pd.date_range(start - pd.Timedelta(days=start.weekday()), end - pd.Timedelta(days=1), freq="7D")
    week = ((log.cases["ended_at"].dt.normalize() - mondays[0]).dt.days // 7).to_numpy()
    is_complete, n_cases, k = log.cases["is_complete"].to_numpy(), len(log.cases), len(mondays)
    cases, cycle_h = np.arange(n_cases), log.cases["cycle_time_h"].to_numpy()
    frames = []
    for group in log.groups:
        is_mine = (log.cases["customer_group"] == group).to_numpy()
        column = np.where(is_mine & is_complete, week, -1)
        n = sums(cases, column, is_complete, n_cases, k)
        found = ratios(sums(cases, column, cycle_h, n_cases, k).by_block, n.by_block)
        frames.append(
            pd.DataFrame(
                {
                    "week_on": mondays,
                    "group": group,
                    "n": n.n_units,
                    "cycle_time_h": found.value,
                    **_spread(found),
                    "n_finished": np.bincount(week[is_mine], minlength=k),
                    "is_whole": (mondays >= start) & (mondays + pd.Timedelta(days=7) <= end),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
