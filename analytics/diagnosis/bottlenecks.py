"""Where do the cases of a process lose their time: working, waiting between steps, doing things again?"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.diagnosis.event_log import EventLog, HoursKind, processes, read
from analytics.filters import Filters, Group
from analytics.methods.estimate import Estimate, unknown
from analytics.methods.resampling import Ratios, ratio, ratios, weights
from analytics.methods.scores import difference, wilson
from analytics.store.reader import Store

__all__ = ["Bottlenecks", "Handover", "HoursKind", "bottlenecks", "longest_handover", "processes"]

# From this share of steps done in a row on, a hand-over is one where cases wait for the staff.
IN_ROW_SHARE = 0.4
# Such a hand-over comes first if it takes this part of the cycle time at least.
_LEAST_SHARE = 0.05
# No hand-over is called the longest on fewer cases while others have more.
_MIN_LONGEST = 10
_MOST_ROUNDS = 4


@dataclass(frozen=True)
class Handover:
    """The wait from the finish of one step to the start of the next, where it takes most of the cycle time.

    mean_wait_h: over its occurrences; cycle_share: of the cycle time of complete cases; in_row_share: of its
    steps, done in a row while the others waited. Without starts (`has_starts` False) the wait runs from finish
    to finish.
    """

    process: str
    from_activity: str
    to_activity: str
    has_starts: bool
    mean_wait_h: Estimate
    mean_cycle_time_h: Estimate
    cycle_share: Estimate
    in_row_share: float

    @property
    def is_in_row(self) -> bool:
        """Whether cases wait for staff here: they are worked off in a row. Else the customer's time may count in."""
        return self.in_row_share >= IN_ROW_SHARE


@dataclass(frozen=True)
class Bottlenecks:
    """One process in the period; hours are working or clock hours as `hours` says, intervals 95 % over cases.

    By group: cycle_time_h (mean, first start to last finish), waiting_share (of cycle time), rework_share
    (cases in which an activity repeats), finished_per_week (over whole weeks, n cases); changes: name -> group -> change against as many
    days before, empty where nothing ended then. overall_cycle_time_h: over all groups asked for.

    activities: one row per activity in the order of the process: activity, n (executions), n_cases, work_h
    with low and high (mean per execution, NaN where no start is known), wait_case_h and work_case_h with _low
    and _high (waited before it and worked on it in a complete case, all its executions: they add up to the cycle
    time), repeat_share with low and high (of the cases that have it).
    handovers: one row per pair (before, activity), the largest part of the cycle time first: n, n_cases, case_share
    with low and high (cases that have it), wait_h with low and high (mean per hand-over), wait_clock_h,
    cycle_share with low and high (of the cycle time of complete cases), is_back (to the same or an
    earlier step), in_row_share (of its steps, done in a row with those of other cases that had waited; NaN
    where it is not known by whom). handovers_by_group: before, activity, group, n, wait_h, low, high.
    rounds: one row per group and rounds (1, 2, 3, 4 for four or more) of the step that most cases go back to: activity,
    group, rounds, n_cases (of n that have it), case_share, low, high; empty where none does.
    weeks: one row per week and group: week_on (its Monday), group, n (complete cases), cycle_time_h with low
    and high, n_finished, is_whole (the period holds the week from Monday to Sunday).
    Cycle times and shares of them rest on complete cases: those won, where outcomes say so (`is_won_only`).
    Where `has_starts` is False only completions are known: waits hold the work of the step too, and the share of
    waiting is unknown.
    """

    process: str
    hours: HoursKind
    groups: tuple[Group, ...]
    n_cases: int
    n_complete: int
    n_open: int
    is_won_only: bool
    has_starts: bool
    hours_per_week: float
    cycle_time_h: dict[Group, Estimate]
    waiting_share: dict[Group, Estimate]
    rework_share: dict[Group, Estimate]
    finished_per_week: dict[Group, Estimate]
    overall_cycle_time_h: Estimate
    activities: pd.DataFrame
    handovers: pd.DataFrame
    handovers_by_group: pd.DataFrame
    rounds: pd.DataFrame
    weeks: pd.DataFrame
    longest: Handover | None
    changes: dict[str, dict[Group, Estimate]] = field(default_factory=dict)


def bottlenecks(
    store: Store, filters: Filters, process: str, hours: HoursKind = "working"
) -> Bottlenecks | None:
    """The process in the period and the groups asked for; None where none of its cases ended."""
    log = read(store, filters, process, hours)
    if log.cases.empty:
        return None
    draws = weights(len(log.cases))
    weeks = _weeks(log, filters, draws)
    now = _headlines(log, weeks, draws)
    handovers, cycle_time = _handovers(log, draws), _cycle_time(log.cases, draws)
    return Bottlenecks(
        process=process,
        hours=hours,
        groups=log.groups,
        n_cases=len(log.cases),
        n_complete=int(log.cases["is_complete"].sum()),
        n_open=log.n_open,
        is_won_only=log.is_won_only,
        has_starts=log.has_starts,
        hours_per_week=log.calendar.hours_per_week,
        **now,
        overall_cycle_time_h=cycle_time,
        activities=_activities(log, draws),
        handovers=handovers,
        handovers_by_group=_handovers_by_group(log, draws),
        rounds=_rounds(log, handovers),
        weeks=weeks,
        longest=_longest(log, handovers, cycle_time),
        changes=_changes(now, read(store, filters.period_before(), process, hours), filters.period_before()),
    )


def longest_handover(store: Store, filters: Filters, hours: HoursKind = "working") -> Handover | None:
    """Of all processes' longest hand-overs the one that costs most hours in all, waits for staff first; or None."""
    found: list[Handover] = []
    for process in processes(store, filters)["process"]:
        log = read(store, filters, process, hours)
        if log.cases.empty:
            continue
        draws = weights(len(log.cases))
        longest = _longest(log, _handovers(log, draws), _cycle_time(log.cases, draws))
        found += [longest] if longest else []
    return max(found, key=lambda h: (h.is_in_row, h.mean_wait_h.value * h.mean_wait_h.n), default=None)


def _cycle_time(cases: pd.DataFrame, draws: NDArray[np.float32]) -> Estimate:
    complete = cases["is_complete"].to_numpy(float)
    return ratio(cases["cycle_time_h"].to_numpy() * complete, complete, "h", draws)


def _headlines(
    log: EventLog, weeks: pd.DataFrame, draws: NDArray[np.float32]
) -> dict[str, dict[Group, Estimate]]:
    is_rework = (log.steps["repeat"] > 0).groupby(log.steps["case"]).any().to_numpy().astype(float)
    found: dict[str, dict[Group, Estimate]] = {
        name: {} for name in ("cycle_time_h", "waiting_share", "rework_share", "finished_per_week")
    }
    for group in log.groups:
        chosen = (log.cases["customer_group"] == group).to_numpy()
        cases, drawn = log.cases[chosen], draws[:, chosen]
        complete = cases["is_complete"].to_numpy(float)
        cycle, wait = cases["cycle_time_h"].to_numpy() * complete, cases["wait_h"].to_numpy() * complete
        found["cycle_time_h"][group] = _cycle_time(cases, drawn)
        waiting = ratio(wait, cycle, "share", drawn)
        found["waiting_share"][group] = waiting if log.has_starts else unknown("share")
        found["rework_share"][group] = ratio(is_rework[chosen], np.ones(len(cases)), "share", drawn)
        whole = weeks[(weeks["group"] == group) & weeks["is_whole"]]["n_finished"].to_numpy(float)
        per_week = ratio(whole, np.ones(len(whole)), "count", weights(len(whole)))
        found["finished_per_week"][group] = replace(per_week, n=int(whole.sum()))
    return found


def _changes(
    now: dict[str, dict[Group, Estimate]], earlier: EventLog, filters: Filters
) -> dict[str, dict[Group, Estimate]]:
    if earlier.cases.empty:
        return {}
    draws = weights(len(earlier.cases))
    before = _headlines(earlier, _weeks(earlier, filters, draws), draws)
    return {
        name: {
            group: difference(e, before[name][group])
            for group, e in by_group.items()
            if group in before[name]
        }
        for name, by_group in now.items()
    }


def _by_case(log: EventLog, column: pd.Series, values: np.ndarray, n_columns: int) -> sparse.csr_array:
    """Cases × columns: the sum of values of a case's steps in each column (−1: none)."""
    keep = column.to_numpy() >= 0
    places = (log.steps["case"].to_numpy()[keep], column.to_numpy()[keep])
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
    first = position[steps["repeat"] == 0].groupby(steps["activity"]).agg(["median", "mean"])
    ranked = first.sort_values(["median", "mean"], kind="stable").index
    return pd.Series(np.arange(len(ranked)), index=ranked)


def _activities(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    steps, order = log.steps, _order(log.steps)
    column, k = steps["activity"].map(order), len(order)
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


def _pairs(steps: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """For each step the number of its pair (before, activity), −1 on a case's first; the pairs by number."""
    grouped = steps[steps["before"].notna()].groupby(["before", "activity"], sort=True)
    column = grouped.ngroup().reindex(steps.index, fill_value=-1)
    return column, grouped.size().rename("n").reset_index()


def _handovers(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
    steps, order = log.steps, _order(log.steps)
    column, pairs = _pairs(steps)
    k = len(pairs)
    n = _by_case(log, column, np.ones(len(steps)), k)
    wait = ratios(_by_case(log, column, steps["wait_h"].to_numpy(), k), n, draws)
    in_complete = _by_case(log, column, _in_complete(log, "wait_h"), k)
    share = ratios(in_complete, _per_complete(log, log.cases["cycle_time_h"].to_numpy(), k), draws)
    n_cases = np.asarray((n > 0).sum(axis=0)).astype(int)
    case_share, case_low, case_high = wilson(n_cases, np.full(k, len(log.cases)))
    return pairs.assign(
        n_cases=n_cases,
        case_share=case_share,
        case_low=case_low,
        case_high=case_high,
        wait_h=wait.value,
        **_spread(wait),
        wait_clock_h=steps["wait_clock_h"].groupby(column).mean().reindex(range(k)).to_numpy(),
        cycle_share=share.value,
        **_spread(share, "cycle_share_"),
        in_row_share=steps["in_row"].groupby(column).mean().reindex(range(k)).to_numpy(),
        is_back=(pairs["activity"].map(order) <= pairs["before"].map(order)).to_numpy(),
    ).sort_values("cycle_share", ascending=False, ignore_index=True)


def _handovers_by_group(log: EventLog, draws: NDArray[np.float32]) -> pd.DataFrame:
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


def _rounds(log: EventLog, handovers: pd.DataFrame) -> pd.DataFrame:
    back = handovers[handovers["is_back"]].sort_values("n_cases", ascending=False)
    if back.empty:
        return pd.DataFrame(
            columns=["activity", "group", "rounds", "n_cases", "n", "case_share", "low", "high"]
        )
    activity = back["activity"].iloc[0]
    rounds = log.steps[log.steps["activity"] == activity].groupby("case").size().clip(upper=_MOST_ROUNDS)
    group = log.cases["customer_group"].reindex(rounds.index)
    counts = pd.crosstab(group, rounds).reindex(
        index=pd.Index(log.groups, name="group"), columns=range(1, _MOST_ROUNDS + 1), fill_value=0
    )
    frame = counts.reset_index().melt("group", var_name="rounds", value_name="n_cases")
    frame = frame.assign(activity=activity)
    frame["n"] = frame["group"].map(counts.sum(axis=1))
    frame["case_share"], frame["low"], frame["high"] = wilson(frame["n_cases"], frame["n"])
    return frame


def _longest(log: EventLog, handovers: pd.DataFrame, cycle_time_h: Estimate) -> Handover | None:
    """The hand-over that takes most of the cycle time: of those where cases wait for the staff, else of all."""
    rows = handovers[handovers["cycle_share"] > 0]
    rows = rows[rows["n_cases"] >= min(_MIN_LONGEST, rows["n_cases"].max())] if len(rows) else rows
    if rows.empty:
        return None
    for_staff = (rows["in_row_share"] >= IN_ROW_SHARE) & (rows["cycle_share"] >= _LEAST_SHARE)
    rows = rows[for_staff] if for_staff.any() else rows
    row = rows.sort_values("cycle_share", ascending=False).iloc[0].to_dict()
    wait = Estimate(row["wait_h"], row["low"], row["high"], int(row["n"]), "h")
    share = Estimate(
        row["cycle_share"], row["cycle_share_low"], row["cycle_share_high"], cycle_time_h.n, "share"
    )
    return Handover(
        log.process,
        row["before"],
        row["activity"],
        log.has_starts,
        wait,
        cycle_time_h,
        share,
        row["in_row_share"],
    )


def _weeks(log: EventLog, filters: Filters, draws: NDArray[np.float32]) -> pd.DataFrame:
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
