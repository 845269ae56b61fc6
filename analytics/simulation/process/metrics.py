"""The metrics of a process forecast, of simulated periods and of the log, by the same definitions."""

import numpy as np

from analytics.simulation.model import Floats
from analytics.simulation.process.history import MINUTE_US, CaseHistory
from analytics.simulation.process.model import WON, Ints, ProcessModel
from analytics.simulation.process.runs import CaseRuns


def of_runs(runs: CaseRuns, model: ProcessModel, n_days: int, segments: list[int]) -> dict[str, Floats]:
    """name -> value [replication], of the cases of these segments that ended in the period."""
    mine = np.isin(runs.segment, segments)
    value = _values(model, runs.segment[mine], runs.luck[mine])
    return _metrics(runs.replications, runs.replication[mine], runs.outcome[mine], runs.cycle_h[mine],
                    runs.working_h[mine], runs.work_h[mine], value, model, n_days)  # fmt: skip


def observed(history: CaseHistory, model: ProcessModel, segments: list[int]) -> dict[str, float]:
    """The same of the log's cases that ended in the period. A won case whose value is not known counts with the mean that
    its simulated like are drawn from."""
    ended = np.flatnonzero(
        (history.case_process == 0) & (history.outcome >= 0) & np.isin(history.case_segment, segments)
    )
    start, finish = history.start[history.first[ended]], _last_finish(history)[ended]
    value = None
    if model.value_cny is not None:
        usual = (model.value_cny[:, 1:] + model.value_cny[:, :-1]).mean(axis=1) / 2
        seen = history.value[ended]
        value = np.where(np.isfinite(seen), seen, usual[history.case_segment[ended]])
    found = _metrics(
        1, np.zeros(len(ended), np.int64), history.outcome[ended], (finish - start) / MINUTE_US / 60,
        (history.at(finish) - history.at(start)) / 60, worked_h(history)[ended], value, model, len(history.days),
    )  # fmt: skip
    return {name: float(values[0]) for name, values in found.items()}


def utilisation(runs: CaseRuns, model: ProcessModel) -> dict[str, Floats]:
    """`utilisation:ROLE` -> share of the time on duty that is worked, [replication]."""
    found = {}
    for role in model.roles:
        mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
        with np.errstate(divide="ignore", invalid="ignore"):
            found[f"utilisation:{role}"] = runs.busy_min[:, mine].sum(axis=1) / runs.staffed_min[:, mine].sum(
                axis=1
            )
    return found


def observed_utilisation(history: CaseHistory, model: ProcessModel, minutes: Floats) -> dict[str, float]:
    """minutes[row]: working minutes of each step."""
    weekday = history.weekday_of_day
    found = {}
    for role in model.roles:
        mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
        people = {name for w in mine for name, _share in model.workers[w].resources}
        rows = np.isin(history.person, [i for i, name in enumerate(history.people) if name in people])
        rows &= history.start >= history.since_us
        on = model.on_duty[weekday][:, :, mine].sum(axis=(0, 1)) * model.attendance[mine]
        staffed = float(on.sum()) * model.slot_min
        found[f"utilisation:{role}"] = float(np.nansum(minutes[rows])) / staffed if staffed else float("nan")
    return found


def _values(model: ProcessModel, segment: Ints, luck: Floats) -> Floats | None:
    if model.value_cny is None:
        return None
    x = luck * (model.value_cny.shape[1] - 1)
    k = x.astype(np.int64)
    low, high = model.value_cny[segment, k], model.value_cny[segment, k + 1]
    return np.asarray(low + (x - k) * (high - low))


def _metrics(n, replication, outcome, cycle_h, working_h, work_h, value, model: ProcessModel, n_days: int):
    weeks = n_days / max(model.days_per_week, 1)
    counted = outcome == WON if model.has_outcomes else np.ones(len(outcome), bool)
    r = replication[counted]
    won = np.bincount(r, minlength=n).astype(float)
    ended = np.bincount(replication, minlength=n).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        working = np.bincount(r, working_h[counted], n)
        found = {
            "cycle_time_mean_h": np.bincount(r, cycle_h[counted], n) / won,
            "cycle_time_p90_h": _p90(r, cycle_h[counted], n),
            "cycle_time_working_mean_h": working / won,
            "waiting_share": 1 - np.bincount(r, work_h[counted], n) / working,
            "throughput_per_week": ended / weeks,
        }
        if model.has_outcomes:
            found |= {"won_per_week": won / weeks, "conversion_share": won / ended}
            if value is not None:
                months = n_days / model.working_days_per_month
                found["value_won_cny_per_month"] = np.bincount(r, value[counted], n) / months
    return found


def _p90(replication: Ints, values: Floats, n: int) -> Floats:
    """The nine-in-ten quantile of each replication (linear between order statistics)."""
    order = np.lexsort((values, replication))
    sorted_values = values[order]
    size = np.bincount(replication, minlength=n)
    first = np.cumsum(size) - size
    found = np.full(n, np.nan)
    some = size > 0
    place = first[some] + 0.9 * (size[some] - 1)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, first[some] + size[some] - 1)
    found[some] = sorted_values[low] + (place - low) * (sorted_values[high] - sorted_values[low])
    return found


def _last_finish(history: CaseHistory) -> Ints:
    return np.maximum.reduceat(history.finish, history.first)


def worked_h(history: CaseHistory) -> Floats:
    """Hours along the axis in which anybody worked on each case: steps side by side count once."""
    begin, end = history.at(history.start), history.at(history.finish)
    apart = history.case * (end.max() + 1.0)  # so that the latest end so far starts anew with each case
    latest = np.maximum.accumulate(end + apart) - apart
    reached = np.append(0.0, latest[:-1])
    reached[history.first] = begin[history.first]
    return np.add.reduceat(np.maximum(end - np.maximum(begin, reached), 0.0), history.first) / 60
