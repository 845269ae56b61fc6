"""The process as it is and as it would be, step by step and hand-over by hand-over."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.redesign.measures import Measure, activities_of
from analytics.redesign.result import LossLink, ProcessDetail
from analytics.simulation.model import Floats
from analytics.simulation.process.calibration import ProcessCalibration
from analytics.simulation.process.model import ProcessModel
from analytics.simulation.process.runs import CaseRuns
from analytics.simulation.result import spread

LEAST_TIMES = 0.001
"""A hand-over in fewer than one of a thousand cases is not drawn."""


def of(
    calibration: ProcessCalibration,
    after: ProcessModel,
    runs: tuple[CaseRuns, CaseRuns],
    measures: Sequence[Measure],
    n_carried_over: int,
) -> ProcessDetail:
    """Both sides of a forecast; the first of `runs` is the status quo, the second that of `after`."""
    model, history = calibration.model, calibration.history
    mine = np.array([i for i, s in enumerate(model.steps) if s.process == model.process])
    told = history.case_process == 0
    named = {activity for m in measures for activity in activities_of(m)}
    steps = _steps(model, after, runs, mine, measures, named)
    if calibration.is_completion_only:
        steps[["work_before_min", "work_after_min"]] = np.nan
    return ProcessDetail(
        steps=steps,
        edges=_edges(model, runs, mine),
        parallel=tuple(
            tuple(after.steps[x].activity for x in side.members)
            for side in after.sides
            if set(side.members) & set(mine)
        ),
        changed=tuple(model.steps[i].activity for i in mine if model.steps[i].activity in named),
        roles=_roles(model, after),
        n_cases=int(told.sum()),
        n_ended=int((told & (history.outcome >= 0)).sum()),
        loss_links=_loss_links(calibration),
        n_carried_over=n_carried_over,
    )


def no_half_hours() -> pd.DataFrame:
    """A process has no waits by half hour."""
    sides = [f"{side}_{part}_min" for side in ("before", "after") for part in ("mean", "low", "high")]
    return pd.DataFrame(columns=["half_hour", "group", *sides])


def _steps(model, after, runs, mine, measures: Sequence[Measure], named: set[str]) -> pd.DataFrame:
    removed = {str(m["activity"]) for m in measures if m["measure"] == "remove_activity"}
    merged = {str(a) for m in measures if m["measure"] == "merge_activities" for a in m["activities"][1:]}
    place = np.argsort(np.argsort(_position(model, runs[0], mine), kind="stable"), kind="stable")
    rows = []
    for k, i in enumerate(mine):
        activity = model.steps[i].activity
        change = (
            "removed" if activity in removed else "merged" if activity in merged
            else "changed" if activity in named or model.steps[i].role != after.steps[i].role else "same"
        )  # fmt: skip
        row: dict[str, Any] = {
            "activity": activity, "role_before": model.steps[i].role, "role_after": after.steps[i].role,
            "change": change, "place": int(place[k]),
        }  # fmt: skip
        for side, run in zip(("before", "after"), runs, strict=True):
            times, waited, own, worked = run.step_sums[:, i].T
            with np.errstate(divide="ignore", invalid="ignore"):
                wait = spread(waited / times / 60)
                row |= {
                    f"n_per_case_{side}": float(times.sum() / _begun(model, run).sum()),
                    f"wait_{side}_h": wait.mean, f"wait_{side}_low_h": wait.low, f"wait_{side}_high_h": wait.high,
                    f"own_{side}_h": spread(own / times / 60).mean, f"work_{side}_min": spread(worked / times).mean,
                }  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows).sort_values("place", ignore_index=True)


def _begun(model: ProcessModel, run: CaseRuns) -> Floats:
    """Cases of the process told of that began in each replication."""
    mine = [i for i, step in enumerate(model.steps) if step.process == model.process]
    return np.asarray(run.edge_n[:, len(model.steps), mine].sum(axis=1))


def _position(model: ProcessModel, run: CaseRuns, mine) -> Floats:
    """Mean number of steps from a case's beginning to the first time a step is done: in the flow of the edges, rework
    left out (steps that lead on are those reached by more cases than they come back to)."""
    flow = run.edge_n.sum(axis=0)
    begin = len(model.steps)
    depth = np.full(begin + 1, np.inf)
    depth[begin] = 0.0
    seen, left = [begin], set(mine.tolist())
    while left:
        onward = {i: flow[seen, i].sum() / max(flow[:, i].sum(), 1) for i in left}
        best = max(onward, key=lambda i: (onward[i], flow[:, i].sum()))
        depth[best] = len(seen)
        seen.append(best)
        left.remove(best)
    return np.asarray(depth[mine])


def _edges(model: ProcessModel, runs: tuple[CaseRuns, CaseRuns], mine) -> pd.DataFrame:
    names = [*(s.activity for s in model.steps), ""]
    outer = len(model.steps)
    n_begun = [max(_begun(model, run).sum(), 1) for run in runs]
    times, waited = ([getattr(run, name).sum(axis=0) for run in runs] for name in ("edge_n", "edge_wait"))
    often = np.maximum(*(n / begun for n, begun in zip(times, n_begun, strict=True))) >= LEAST_TIMES
    rows = []
    # Cases of other processes begin and end elsewhere: the outer row and column hold this process' alone.
    for a in (*mine, outer):
        for b in (*mine, outer):
            if often[a, b]:
                n = [float(t[a, b] / begun) for t, begun in zip(times, n_begun, strict=True)]
                wait = [float(w[a, b] / t[a, b] / 60) if t[a, b] else float("nan")
                        for w, t in zip(waited, times, strict=True)]  # fmt: skip
                rows.append((names[a], names[b], *n, *wait))
    columns = ["before", "activity", "n_per_case_before", "n_per_case_after", "wait_before_h", "wait_after_h"]
    return pd.DataFrame(rows, columns=columns)


def _roles(model: ProcessModel, after: ProcessModel) -> pd.DataFrame:
    rows = []
    for role in dict.fromkeys([*model.roles, *after.roles]):
        people = []
        for m in (model, after):
            mine = [w for w, worker in enumerate(m.workers) if worker.role == role]
            people.append(int(m.on_duty[:, :, mine].sum(axis=2).max()) if mine else 0)
        rows.append((role, *people))
    return pd.DataFrame(rows, columns=["role", "people_before", "people_after"])


def _loss_links(calibration: ProcessCalibration) -> tuple[LossLink, ...]:
    model, sd = calibration.model, calibration.uncertainty.age_sd
    found = []
    for i, s in enumerate(model.steps):
        slope = float(model.age_slope[i])
        if s.process == model.process and slope:
            low, high = slope - 1.96 * sd[i], slope + 1.96 * sd[i]
            found.append(
                LossLink(
                    s.activity,
                    float(np.exp(slope)),
                    float(np.exp(low)),
                    float(np.exp(high)),
                    int(calibration.age_n[i]),
                )
            )
    return tuple(found)
