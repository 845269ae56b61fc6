"""What a measure of a process names: its steps, its pools, their hours."""

from typing import Any

import numpy as np

from analytics.language import _
from analytics.redesign.parameters import unknown
from analytics.simulation.model import N_SLOTS
from analytics.simulation.process.model import ProcessModel


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


def worked(model: ProcessModel, role: str) -> np.ndarray:
    """Half hours at which anybody of the pool works on some weekday; those of the process where none is seen."""
    mine = [w for w, worker in enumerate(model.workers) if worker.role == role]
    found = model.on_duty[:, :, mine].any(axis=(0, 2))
    return np.asarray(found if found.any() else model.is_open.any(axis=0)).reshape(N_SLOTS)
