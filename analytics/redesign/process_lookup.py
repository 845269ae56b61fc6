"""What a measure of a process names: its steps, its pools, their hours."""

from typing import Any

import numpy as np

from analytics.errors import RequestError
from analytics.language import _
from analytics.redesign.parameters import unknown
from analytics.simulation.model import N_SLOTS, Floats
from analytics.simulation.process.model import ENDS, ProcessModel

NO_WORK_MIN = 2 / 60


def step_of(model: ProcessModel, name: Any, field: str = "activity") -> int:
    step = model.step(str(name))
    if step < 0:
        known = [s.activity for s in model.steps if s.process == model.process]
        raise unknown(_("activity"), str(name), known, field)
    return step


def role_of(model: ProcessModel, name: Any) -> str:
    known = list(dict.fromkeys(worker.role for worker in model.workers))
    if name not in known:
        raise unknown(_("role of the process"), str(name), known, "role")
    return str(name)


def waited_for(model: ProcessModel, name: Any) -> str:
    """A pool whose number and hours tell in the forecast. Raises RequestError where starts of what it does are missing."""
    role = role_of(model, name)
    mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
    # Of steps without starts all waiting is the step's own (auto_min NaN): nobody is waited for there.
    if not model.serves[mine][:, ~np.isnan(model.auto_min)].any():
        raise RequestError(
            _("Of the steps of «{role}» only completions are recorded. Without their starts it is not known how long cases wait for these people, so a change of staff cannot be forecast.").format(
                role=role), field="role")  # fmt: skip
    return role


def takes_time(model: ProcessModel, steps: int | np.ndarray) -> bool:
    """Whether the log shows how long any of the steps takes: of those never longer than this only the end is known."""
    return bool(model.duration_min[steps].max(initial=0.0) > NO_WORK_MIN)


def worked(model: ProcessModel, role: str) -> np.ndarray:
    """Half hours at which anybody of the pool works on some weekday; those of the process where none is seen."""
    mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
    found = model.on_duty[:, :, mine].any(axis=(0, 2))
    return np.asarray(found if found.any() else model.is_open.any(axis=0)).reshape(N_SLOTS)


def is_return(model: ProcessModel, before: int, after: int) -> bool:
    """Whether going on from one step to another is going back: to the same step, to one that cases reach first, or by a
    detour that most cases do without and that leads back."""
    if before == after:
        return True
    onward, start = _chain(model)
    here, there = _places(model, before), _places(model, after)
    alone = here & ~there
    if start @ _reached_first(onward, alone, there) <= start @ _reached_first(onward, there, alone):
        return True
    nothing = np.zeros(len(start), bool)
    seldom = start @ _reached_first(onward, there, nothing) < 0.5
    return bool(seldom and _reached_first(onward, here, nothing)[after] >= 0.5)


def _chain(model: ProcessModel) -> tuple[Floats, Floats]:
    """Where cases of all segments go from each target [target, target], steps done for the first time, and where they
    begin; ends lead nowhere."""
    told = model.processes.index(model.process)
    share = model.rates[..., told].sum(axis=(0, 1)) + 1e-12
    share = share / share.sum()
    n_steps = len(model.steps)
    onward = np.zeros((model.n_targets, model.n_targets))
    onward[:n_steps] = np.einsum("g,gst->st", share, model.routing[0])
    if model.sides:
        onward[-len(model.sides) :] = np.einsum("g,gst->st", share, model.side_routing)
    return onward, share @ model.start[:, told]


def _places(model: ProcessModel, step: int) -> np.ndarray:
    """The targets at which a step is done: itself, and the sides that it is in."""
    at = [
        step,
        *(len(model.steps) + len(ENDS) + f for f, side in enumerate(model.sides) if step in side.members),
    ]
    return np.isin(np.arange(model.n_targets), at)


def _reached_first(onward: Floats, goal: np.ndarray, others: np.ndarray) -> Floats:
    """Probability, from each target, to reach one of the goal before one of the others or an end."""
    free = ~(goal | others)
    found = goal.astype(float)
    inner = onward[np.ix_(free, free)]
    found[free] = np.linalg.solve((1 + 1e-12) * np.eye(len(inner)) - inner, onward[free][:, goal].sum(axis=1))
    return found
