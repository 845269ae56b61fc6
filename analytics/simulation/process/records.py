"""The rows that the event loop of a process reads and writes: what is known of steps, people and queues, and what it
remembers of cases under way. One row is what one event touches, so it lies together."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
index = np.uint64
"""Rows are found by numbers without sign: one with a sign may count from the end, which would be asked each time."""


def _row(**fields: str) -> np.dtype:
    return np.dtype((np.record, np.dtype(list(fields.items()), align=True)))


STEP = _row(
    duration_factor="f8", auto_share="f8", auto_min="f8", age_slope="f8", age_mean="f8", age_most="f8",
    queue="u4", owned_role="i4", next_release="u4", release_first="u4", release_end="u4", same_day="?",
)  # fmt: skip
"""owned_role: −1 where whoever is free takes it; [release_first, release_end): when its piles are worked on (none: as it
comes), next_release: the first of them that may still come; the rest as in `ProcessModel`."""
WORKER = _row(
    spell_ends="f8", busy_min="f8", queue_first="u4", queue_end="u4", flexibility="i4",
    on="?", is_busy="?", idle="?", is_extra="?",
)  # fmt: skip
"""On duty until spell_ends; [queue_first, queue_end): the queues he serves; flexibility: how many steps he can do;
is_extra: as in `Worker`."""
QUEUE = _row(due="f8", head="u4", tail="u4", server_first="u4", server_end="u4")
"""The first and last job that wait, since when the first has (infinite: nobody waits); [server_first, server_end): who
serves it, those that do the least else first."""
PLACE = _row(
    luck="u8", entered="f8", begun="f8", worked="f8", case="u4", segment="u4", side="i4", pending="i4"
)
"""A case under way. entered: when it came to its step (`Dwell`), side: the steps side by side that it is in (−1 none), pending: how many of them are not done."""
JOB = _row(
    enabled="f8", ready="f8", due="f8", start="f8", finish="f8", chance="f8", minutes="f8",
    place="u4", step="u4", before="u4", visit="u4", worker="u4", after="u4",
)  # fmt: skip
"""A step of a case, from when the step before is done. ready: when the customer's own time is over, due: when it joins
its queue; chance: of what comes next, minutes: at usual speed; after: who waits behind it in the queue."""


def room(n_cases: int, n_steps: int, n_roles: int, width: int) -> tuple[Rows, ...]:
    """Places for cases under way with up to `width` jobs each, and what they need: (places, jobs, done[place, step],
    owner[place, role], times, codes). The last job is nobody's: it stands behind the last of a queue."""
    n_jobs = n_cases * width
    jobs = np.empty(n_jobs + 1, JOB)
    jobs[-1].due = np.inf
    return (
        np.empty(n_cases, PLACE), jobs, np.empty((n_cases, n_steps), np.uint32),
        np.empty((n_cases, n_roles), np.uint32), np.empty(n_jobs + 2), np.empty(n_jobs + 2, np.int64),
    )  # fmt: skip
