"""A log cut at a day: what was known then, and the cases that had not ended."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.methods import concurrency
from analytics.simulation.process.history import MINUTE_US, CaseHistory, awaited, ended_unrecorded
from analytics.simulation.process.metrics import worked_h
from analytics.simulation.process.model import Flags, Ints
from analytics.simulation.process.runs import OpenCases

DAY_US = 1440 * MINUTE_US


def midnight_us(day: date) -> int:
    """The instant at which a day begins."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY_US


def open_cases(history: CaseHistory, starts_on: date) -> OpenCases:
    """The cases that had not ended, as they stand when the first opened day from `starts_on` on begins, those longest
    without a step first.

    Left out are cases that have been silent for so long after their last step that it is likelier that nobody awaits
    them any more.
    """
    while not history.is_open[starts_on.weekday()].any():
        starts_on += timedelta(days=1)
    begins_us = midnight_us(starts_on)
    last = _last_finished(history)
    since = history.at(np.array([begins_us]))[0] - history.at(history.finish[last])
    goes_on = np.append(history.case[1:] == history.case[:-1], False)
    chosen = np.flatnonzero(history.outcome < 0)
    chosen = chosen[awaited(history.step, history.finish, goes_on, last[chosen])]
    chosen = chosen[np.argsort(-since[chosen], kind="stable")]
    born = history.start[history.first[chosen]]
    return OpenCases(
        segment=history.case_segment[chosen],
        process=history.case_process[chosen],
        last_step=history.step[last[chosen]],
        elapsed_min=np.maximum(since[chosen], 0.0),
        dwell_min=history.dwell_min[last[chosen]],
        born_min=history.at(np.array([begins_us]))[0] - history.at(born),
        born_clock_min=(begins_us - born) / MINUTE_US,
        done=_times_done(history)[chosen],
        work_min=worked_h(history)[chosen] * 60,
        person=_did_last(history)[chosen],
    )


def until(history: CaseHistory, cut: date) -> CaseHistory:
    """The history as it was known when the day `cut` began: steps finished before, outcomes of cases ended before."""
    cut_us = midnight_us(cut)
    found = part(history, history.finish < cut_us, tuple(d for d in history.days if d < cut))
    cases = np.unique(history.case[history.finish < cut_us])
    went_on = np.maximum.reduceat(history.finish, history.first)[cases] >= cut_us
    outcome = np.where(went_on, -1, found.outcome)
    for process, is_recorded in enumerate(history.records_ends):
        mine = found.case_process == process
        if mine.any() and not is_recorded:
            outcome[mine] = ended_unrecorded(found.step, found.finish, found.case, found.last, mine)
    return replace(found, outcome=outcome)


def part(history: CaseHistory, keep: Flags, days: tuple[date, ...]) -> CaseHistory:
    """The history of the steps that `keep` marks, with the same segments, steps and people; cases without any vanish."""
    cases = np.unique(history.case[keep])
    step, start, finish = history.step[keep], history.start[keep], history.finish[keep]
    _, case = np.unique(history.case[keep], return_inverse=True)
    first = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
    is_concurrent = concurrency.concurrent(case, step, start, finish, len(history.steps))
    ready, before = concurrency.ready(case, step, start, finish, is_concurrent)
    ordinals = np.array([midnight_us(d) for d in days])
    return replace(
        history,
        days=days,
        until_us=int(finish.max()),
        case=case.astype(np.int64),
        step=step,
        person=history.person[keep],
        role=history.role[keep],
        day=np.clip(np.searchsorted(ordinals, start, side="right") - 1, 0, None).astype(np.int64),
        before=before,
        has_start=history.has_start[keep],
        ready=ready,
        start=start,
        finish=finish,
        case_process=history.case_process[cases],
        case_segment=history.case_segment[cases],
        outcome=history.outcome[cases],
        first=first,
        last=np.append(first[1:], len(case)) - 1,
        value=history.value[cases],
        is_new=history.is_new[cases],
        concurrent=is_concurrent,
    )


def _last_finished(history: CaseHistory) -> Ints:
    """Row of each case's step that was finished last."""
    order = np.lexsort((np.arange(len(history.case)), history.finish, history.case))
    return order[history.last]


def _times_done(history: CaseHistory) -> Ints:
    """How often each case has done each step."""
    n = len(history.steps)
    times = np.bincount(history.case * n + history.step, minlength=history.n_cases * n)
    return times.reshape(history.n_cases, n).astype(np.int64)


def _did_last(history: CaseHistory) -> NDArray[np.object_]:
    """Who did each step of each case last [case, step]; '' where nobody is named."""
    found = np.full((history.n_cases, len(history.steps)), "", object)
    names = np.array([*history.people, ""], object)
    found[history.case, history.step] = names[history.person]  # the last of equal places stands
    return found
