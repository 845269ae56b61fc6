"""The frames of a process: its steps, hand-overs, rounds and weeks, with 95 % intervals by the bootstrap over cases."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.diagnosis.event_log import EventLog
from analytics.filters import Filters
from analytics.methods.resampling import Ratios, ratios
from analytics.methods.scores import wilson

MOST_ROUNDS = 4


def _by_case(
    log: EventLog, column: NDArray[np.int64], values: np.ndarray, n_columns: int
) -> sparse.csr_array:
    """Cases × columns: the sum of values of a case's steps in each column (−1: none)."""
    keep = column >= 0
    places = (log.steps["case"].to_numpy()[keep], column[keep])
    shape = (len(log.cases), n_columns)
    return sparse.coo_array((np.asarray(values, float)[keep], places), shape=shape).tocsr()


def _spread(found: Ratios, name: str = "") -> dict[str, np.ndarray]:
    return {f"{name}low": found.low, f"{name}high": found.high}


def _in_complete(log: EventLog, hours: str) -> np.ndarray:
    """The steps' hours, 0 in cases whose cycle time does not count."""
    return (log.steps[hours] * log.steps["case"].map(log.cases["is_complete"])).to_numpy(float)


def _per_complete(log: EventLog, values: np.ndarray, n_columns: int) -> sparse.csr_array:
    """Cases × columns: the case's value in every column, 0 where its cycle time does not count."""
    column = values * log.cases["is_complete"].to_numpy(float)
    return sparse.csr_array(np.repeat(column[:, None], n_columns, axis=1))


def _order(steps: pd.DataFrame) -> pd.Series:
    """activity -> rank, by the median position of its first occurrence in a case, ties by the mean."""
    position = steps.groupby("case").cumcount()
    first = position[steps["repeat"] == 0].groupby(steps["activity"], observed=True).agg(["median", "mean"])
    ranked = first.sort_values(["median", "mean"], kind="stable").index.astype(object)
    return pd.Series(np.arange(len(ranked)), index=ranked)


def _ranks(names: pd.Series, order: pd.Series) -> NDArray[np.int64]:
    """The rank of each row's category, −1 where there is none."""
    return np.append(order.reindex(names.cat.categories, fill_value=-1).to_numpy(), -1)[names.cat.codes]


def activities(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    """One row per activity in the order of the process.

    activity, n (executions), n_cases, work_h with low and high (mean per execution, NaN where no start is known),
    wait_case_h and work_case_h with _low and _high (waited before it and worked on it in a complete case, all its
    executions: they add up to the cycle time), repeat_share with repeat_low and repeat_high (of the cases that
    have it).
    """
    steps, order = log.steps, _order(log.steps)
    column, k = _ranks(steps["activity"], order), len(order)
    is_known = steps["work_h"].notna() & log.has_starts
    n = _by_case(log, column, np.ones(len(steps)), k)
    work = ratios(
        _by_case(log, column, steps["work_h"].fillna(0).to_numpy(), k),
        _by_case(log, column, is_known.to_numpy(float), k),
        draws,
    )
    has = sparse.csr_array((n > 0).astype(float))
    repeat = ratios(sparse.csr_array((n > 1).astype(float)), has, draws)
    per_case: dict[str, np.ndarray] = {}
    for name, hours in (("wait_case_h", "wait_h"), ("work_case_h", "covered_h")):
        total = _by_case(log, column, _in_complete(log, hours), k)
        found = ratios(total, _per_complete(log, np.ones(len(log.cases)), k), draws)
        per_case |= {name: found.value, **_spread(found, f"{name}_")}
    return pd.DataFrame(
        {
            "activity": order.index.to_numpy(),
            "n": np.asarray(n.sum(axis=0)).astype(int),
            "n_cases": np.asarray(has.sum(axis=0)).astype(int),
            "work_h": work.value,
            **_spread(work),
            **per_case,
            "repeat_share": repeat.value,
            **_spread(repeat, "repeat_"),
        }
    )


def _pairs(steps: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """For each step the number of its pair (before, activity), −1 on a case's first; the pairs by number."""
    names = steps["activity"].cat.categories.to_numpy(object)
    before, activity = steps["before"].cat.codes.to_numpy(int), steps["activity"].cat.codes.to_numpy(int)
    key = np.where(before >= 0, before * len(names) + activity, len(names) ** 2)
    n = np.bincount(key, minlength=len(names) ** 2 + 1)[:-1]
    found = np.flatnonzero(n)
    number = np.full(len(n) + 1, -1)
    number[found] = np.arange(len(found))
    pairs = {"before": names[found // max(len(names), 1)], "activity": names[found % max(len(names), 1)]}
    return number[key], pd.DataFrame({**pairs, "n": n[found]})


def handovers(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    """One row per pair (before, activity), the largest part of the cycle time first.

    n, n_cases, n_again_cases (that had done the step before) and their again_share of all cases with again_low and
    again_high, wait_h with low and high (mean per hand-over), wait_clock_h, cycle_share with cycle_share_low and
    cycle_share_high (of the cycle time of complete cases), is_back (to the same or an earlier step), in_row_share
    (of its steps, done in a row with those of other cases that had waited; NaN where it is not known by whom).
    """
    steps, rank = log.steps, _order(log.steps)
    column, pairs = _pairs(steps)
    k = len(pairs)
    n = _by_case(log, column, np.ones(len(steps)), k)
    wait = ratios(_by_case(log, column, steps["wait_h"].to_numpy(), k), n, draws)
    in_complete = _by_case(log, column, _in_complete(log, "wait_h"), k)
    share = ratios(in_complete, _per_complete(log, log.cases["cycle_time_h"].to_numpy(), k), draws)
    again = _by_case(log, column, (steps["repeat"] > 0).to_numpy(float), k)
    n_again_cases = np.asarray((again > 0).sum(axis=0)).astype(int)
    again_share, again_low, again_high = wilson(n_again_cases, np.full(k, len(log.cases)))
    return pairs.assign(
        n_cases=np.asarray((n > 0).sum(axis=0)).astype(int),
        n_again_cases=n_again_cases,
        again_share=again_share,
        again_low=again_low,
        again_high=again_high,
        wait_h=wait.value,
        **_spread(wait),
        wait_clock_h=steps["wait_clock_h"].groupby(column).mean().reindex(range(k)).to_numpy(),
        cycle_share=share.value,
        **_spread(share, "cycle_share_"),
        in_row_share=steps["in_row"].groupby(column).mean().reindex(range(k)).to_numpy(),
        is_back=pairs["activity"].map(rank).to_numpy(int) <= pairs["before"].map(rank).to_numpy(int),
    ).sort_values("cycle_share", ascending=False, ignore_index=True)


def handovers_by_group(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    """One row per pair and group that has it: before, activity, group, n, wait_h, low, high."""
    column, pairs = _pairs(log.steps)
    k, frames = len(pairs), []
    n = _by_case(log, column, np.ones(len(log.steps)), k)
    waited = _by_case(log, column, log.steps["wait_h"].to_numpy(), k)
    for group in log.groups:
        chosen = (log.cases["customer_group"] == group).to_numpy()
        wait = ratios(waited[chosen], n[chosen], draws[:, chosen])
        n_group = np.asarray(n[chosen].sum(axis=0)).astype(int)
        frame = pairs[["before", "activity"]].assign(
            group=group, n=n_group, wait_h=wait.value, **_spread(wait)
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
    rounds = log.steps[log.steps["activity"] == activity].groupby("case").size().clip(upper=MOST_ROUNDS)
    group = log.cases["customer_group"].reindex(rounds.index)
    counts = pd.crosstab(group, rounds).reindex(
        index=pd.Index(log.groups, name="group"), columns=range(1, MOST_ROUNDS + 1), fill_value=0
    )
    frame = counts.reset_index().melt("group", var_name="rounds", value_name="n_cases")
    frame = frame.assign(activity=activity, rounds=frame["rounds"].astype(int))
    frame["n"] = frame["group"].map(counts.sum(axis=1))
    frame["case_share"], frame["low"], frame["high"] = wilson(frame["n_cases"], frame["n"])
    return frame


def weeks(log: EventLog, filters: Filters, draws: NDArray[np.float32]) -> pd.DataFrame:
    """One row per week and group.

    week_on (its Monday), group, n (complete cases), cycle_time_h with low and high, n_finished, is_whole (the period
    holds the week from Monday to Sunday).
    """
    start, end = pd.Timestamp(filters.start_on), pd.Timestamp(filters.end_on)
    mondays = pd.date_range(start - pd.Timedelta(days=start.weekday()), end - pd.Timedelta(days=1), freq="7D")
    week = (log.cases["ended_at"].dt.normalize() - mondays[0]).dt.days // 7
    k, cases = len(mondays), np.arange(len(log.cases))
    complete = log.cases["is_complete"].to_numpy(float)
    place, shape = (cases, week.to_numpy()), (len(cases), k)
    n = sparse.coo_array((complete, place), shape=shape).tocsr()
    cycle = sparse.coo_array((log.cases["cycle_time_h"].to_numpy() * complete, place), shape=shape).tocsr()
    frames = []
    for group in log.groups:
        chosen = (log.cases["customer_group"] == group).to_numpy()
        found = ratios(cycle[chosen], n[chosen], draws[:, chosen])
        frames.append(
            pd.DataFrame(
                {
                    "week_on": mondays,
                    "group": group,
                    "n": np.asarray(n[chosen].sum(axis=0)).astype(int),
                    "cycle_time_h": found.value,
                    **_spread(found),
                    "n_finished": np.bincount(week[chosen], minlength=k),
                    "is_whole": (mondays >= start) & (mondays + pd.Timedelta(days=7) <= end),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
