"""Who does which steps of a process, when: places in pools, their hours, and cases that keep their person."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from analytics.methods.calendars import Calendar
from analytics.methods.discovery import LEAST_DAYS, discovered
from analytics.simulation.model import N_SLOTS, SLOT_MIN, Floats
from analytics.simulation.process.history import PEOPLE, CaseHistory
from analytics.simulation.process.model import Flags, Worker
from analytics.simulation.staffing import in_force, plan_of

NAMED_SHARE = 0.5
"""A step has a pool where at least this share of its times names a person."""
LEAST_WORK = 0.1
"""Who did less than this part of what the pool's people did on average is not counted as a place in it."""
SKILL_TIMES = 3
MOSTLY = 0.5
"""Who does at least this part of his steps in piles is seen at the piles alone."""
KEPT_SHARE = 0.8
"""Cases keep their person where, beyond chance, this share of a case's steps of the role is done by the same."""
KEPT_LEAST = 50
MORE_THAN_PLANNED = 0.02
"""A plan is not believed where more people than it has are at work at once for more than this share of the work."""


@dataclass(frozen=True, eq=False)
class ProcessStaffing:
    """workers; step_role[step] ('' where nobody is named); serves[worker, step]; on_duty[weekday, slot, worker];
    attendance[worker]; owned[role]; hourly_cost_cny[role]; is_planned[role]; is_assumed: roles whose hours are those of the
    process."""

    workers: tuple[Worker, ...]
    step_role: tuple[str, ...]
    serves: Flags
    on_duty: Flags
    attendance: Floats
    owned: dict[str, Floats]
    hourly_cost_cny: dict[str, float]
    is_planned: dict[str, bool]
    is_assumed: frozenset[str]


def estimate(
    history: CaseHistory, roster: pd.DataFrame, on: pd.Timestamp, is_batched: Flags
) -> ProcessStaffing:
    """roster: role, weekday, from_min, to_min, headcount, hourly_cost, valid_from, valid_to of the branch.

    is_batched[step]: worked off in piles. Who does mostly such work is seen at the piles alone: without a plan he is taken
    to be there whenever the process is open (`is_assumed`).
    """
    step_role, person_role = roles(history)
    plans = in_force(roster, on)
    planned_roles = set(plans["role"])
    workers: list[Worker] = []
    on_duty: list[np.ndarray] = []
    attendance: list[float] = []
    owned: dict[str, Floats] = {}
    costs: dict[str, float] = {}
    is_planned: dict[str, bool] = {}
    is_assumed: set[str] = set()
    places: dict[str, tuple[int, int]] = {}
    shares: dict[str, np.ndarray] = {}
    for role in dict.fromkeys(r for r in step_role if r):
        people, share = _people(history, person_role, step_role, role)
        plan, cost = plan_of(plans, [role]) if role in planned_roles else (None, float("nan"))
        if np.isfinite(cost):
            costs[role] = cost
        keeps = _keeps_person(history, step_role, role)
        is_planned[role] = plan is not None and _is_believable(history, people, plan)
        first = len(workers)
        if is_planned[role] and plan is not None:
            for worker, hours in _planned(history, role, people, share, plan, keeps):
                workers.append(worker)
                on_duty.append(hours & history.is_open)
                attendance.append(1.0)
        else:
            pooled = _hours_of(history, np.isin(history.person, people))
            for p in people:
                if is_batched[history.step[history.person == p]].mean() >= MOSTLY:
                    hours, there = history.is_open, 1.0
                    is_assumed.add(role)
                else:
                    hours, there = _discovered(history, int(p), pooled)
                workers.append(Worker(history.people[p], role, ((history.people[p], 1.0),)))
                on_duty.append(hours & history.is_open)
                attendance.append(there)
        places[role] = (first, len(workers))
        if keeps and len(people):
            shares[role] = share
    n = len(workers)
    serves = _serves(history, workers, step_role, places)
    step_role = tuple(role if serves[:, s].any() else "" for s, role in enumerate(step_role))
    for role, share in shares.items():
        first, _last = places[role]
        by_worker = np.zeros(n)
        by_worker[first : first + len(share)] = share / share.sum()
        owned[role] = by_worker
    return ProcessStaffing(
        tuple(workers), step_role, serves,
        np.stack(on_duty, axis=-1) if on_duty else np.zeros((7, N_SLOTS, 0), bool), np.array(attendance), owned,
        costs, is_planned, frozenset(is_assumed),
    )  # fmt: skip


def _serves(
    history: CaseHistory,
    workers: list[Worker],
    step_role: tuple[str, ...],
    places: dict[str, tuple[int, int]],
) -> Flags:
    """Which steps each place does: those of its role, and those that its people were seen at [worker, step]."""
    serves = np.zeros((len(workers), len(history.steps)), bool)
    times = np.zeros(serves.shape)
    number = {name: i for i, name in enumerate(history.people)}
    for w, worker in enumerate(workers):
        mine = np.isin(history.person, [number[name] for name, _share in worker.resources])
        times[w] = np.bincount(history.step[mine], minlength=len(history.steps))
        by_role = np.array([r == worker.role and worker.role != PEOPLE for r in step_role])
        serves[w] = by_role | (times[w] >= SKILL_TIMES)
    for s, role in enumerate(step_role):
        if not role:
            serves[:, s] = False
        elif not serves[:, s].any():
            serves[places[role][0] : places[role][1], s] = True
            # A role that is nobody's first: whoever was seen in it, however rarely.
            serves[:, s] |= times[:, s] > 0
    return serves


def roles(history: CaseHistory) -> tuple[tuple[str, ...], np.ndarray]:
    """The pool of each step ('' where nobody is named), and of each person."""
    known = history.person >= 0
    by_step = []
    for s in range(len(history.steps)):
        rows = history.step == s
        if not rows.any() or known[rows].mean() < NAMED_SHARE:
            by_step.append("")
            continue
        named = pd.Series(history.role[rows & known])
        common = named.mode()
        by_step.append(str(common.iloc[0]) or PEOPLE)
    by_person = (
        pd.Series(history.role[known])
        .groupby(history.person[known])
        .agg(lambda r: r.mode().iloc[0] or PEOPLE)
    )
    person_role = np.array([str(by_person.get(p, PEOPLE)) for p in range(len(history.people))], object)
    return tuple(by_step), person_role


def _people(history: CaseHistory, person_role, step_role, role: str) -> tuple[np.ndarray, Floats]:
    """The people of a pool, most work first, and their shares of its work."""
    mine = np.array([r == role for r in step_role])[history.step] & (history.person >= 0)
    times = np.bincount(history.person[mine], minlength=len(history.people)).astype(float)
    times[person_role != role] = 0.0
    people = np.flatnonzero(times >= max(LEAST_WORK * times.sum() / max((times > 0).sum(), 1), 1))
    people = people[np.argsort(-times[people], kind="stable")]
    return people, times[people] / max(times[people].sum(), 1)


def _is_believable(history: CaseHistory, people: np.ndarray, plan: Floats) -> bool:
    """Whether the plan holds the people seen at work at once, nearly always."""
    rows = np.flatnonzero(
        np.isin(history.person, people) & history.has_start & (history.finish > history.start)
    )
    if not len(rows) or plan.max() < 1:
        return bool(plan.max() >= 1)
    at = np.concatenate([history.start[rows], history.finish[rows]])
    who = np.concatenate([history.person[rows]] * 2)
    change = np.repeat([1, -1], len(rows))
    order = np.lexsort((change, at))
    busy = _at_work(who[order], change[order], len(history.people))
    length = np.diff(at[order], append=at[order][-1])
    return bool(
        (length * np.maximum(busy - plan.max(), 0)).sum() <= MORE_THAN_PLANNED * (length * busy).sum()
    )


@njit(cache=True)
def _at_work(who, change, n_people):
    """People at work after each beginning (+1) and end (−1); each once, however much he has open."""
    n_open, busy, at_work = np.zeros(n_people, np.int64), 0, np.empty(len(who))
    for k in range(len(who)):
        before = n_open[who[k]] > 0
        n_open[who[k]] += change[k]
        busy += int(n_open[who[k]] > 0) - int(before)
        at_work[k] = busy
    return at_work


def _planned(
    history: CaseHistory, role: str, people: np.ndarray, share: Floats, plan: Floats, keeps: bool
) -> Iterator[tuple[Worker, Flags]]:
    """The places of a plan: its people where there are no more than places, else everybody by share in each."""
    most = int(plan.max())
    names = [history.people[p] for p in people]
    if keeps or len(people) <= most:
        for i in range(max(most, len(people))):
            who = ((names[i], 1.0),) if i < len(names) else ()
            yield Worker(f"{role} {i + 1}", role, who), plan > (0 if keeps and i < len(names) else i)
        return
    everybody = tuple(zip(names, share.tolist(), strict=True))
    for i in range(most):
        yield Worker(f"{role} {i + 1}", role, everybody), plan > i


def _hours_of(history: CaseHistory, rows: Flags) -> Flags:
    found = discovered(_instants(history.start[rows]), _instants(history.finish[rows]))
    return _grid(found.calendar) if found is not None else history.is_open


def _discovered(history: CaseHistory, person: int, pooled: Flags) -> tuple[Flags, float]:
    """A person's weekly hours, and the share of those days on which he was there."""
    rows = history.person == person
    found = discovered(_instants(history.start[rows]), _instants(history.finish[rows]))
    enough = found is not None and found.n_days >= LEAST_DAYS
    hours = _grid(found.calendar) if enough and found is not None else pooled
    weekday = history.weekday_of_day
    due = np.asarray(hours.any(axis=1))[weekday].sum()
    seen = len(np.unique(history.day[rows]))
    return hours, float(min(1.0, seen / max(due, 1)))


def _grid(calendar: Calendar) -> Flags:
    grid = np.zeros((7, N_SLOTS), bool)
    for weekday, from_h, to_h in calendar.windows:
        grid[weekday - 1, int(from_h * 60 // SLOT_MIN) : int(np.ceil(to_h * 60 / SLOT_MIN))] = True
    return grid


def _instants(us: np.ndarray) -> np.ndarray:
    return us.astype("datetime64[us]")


def _keeps_person(history: CaseHistory, step_role, role: str) -> bool:
    """Whether a case's steps of the role stay with one person, far beyond what shares would bring by chance."""
    rows = np.flatnonzero(np.array([r == role for r in step_role])[history.step] & (history.person >= 0))
    same_case = history.case[rows][1:] == history.case[rows][:-1]
    if same_case.sum() < KEPT_LEAST:
        return False
    same = (history.person[rows][1:] == history.person[rows][:-1])[same_case].mean()
    share = np.bincount(history.person[rows]) / len(rows)
    chance = float((share**2).sum())
    return bool(chance < 0.95 and (same - chance) / (1 - chance) >= KEPT_SHARE)
