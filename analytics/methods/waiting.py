"""Why steps wait: every wait between ready and start split into five causes that add up to it exactly.

The causes are those of Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, "Why am I Waiting? Data-Driven Analysis
of Waiting Times in Business Processes" (CAiSE 2023), in their order of precedence at each instant of a wait:
batching (until the batch is begun), contention (the person is busy with work that was ready no later),
prioritisation (busy with work that was ready later), unavailability (off duty), extraneous (the rest).

Three refinements, because a log does not show when a customer has answered:
- A batch is a pile worked off after the person passed it over. A queue that is worked off without a pause looks the
  same in a log, but nobody passed it over; and two steps done in a row by chance leave others of the pile untouched.
- Someone who stood idle and then took up newer work was not kept from this step by being busy before: until then its
  wait is extraneous, as is the customer's own time.
- Where the steps of a hand-over are mostly not begun although the person stands idle when they are ready, they wait
  for something else first: what overtook them meanwhile is no prioritisation, and counts as extraneous.

Times are int64 along an axis on which closed hours have no length (or clock time); one entry per step.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.busy import (
    CAUSES,
    EXTRANEOUS,
    IDLE,
    MINUTE,
    PRIORITISATION,
    Flags,
    Ints,
    Steps,
    doings,
    split_waits,
)
from analytics.methods.by_person import by_person, on_threads
from analytics.methods.piles import passed_over, piled, runs

__all__ = ["CAUSES", "EXTRANEOUS", "MINUTE", "Steps", "split", "split_in_order"]

# Steps are batched if this part of their piles is worked off when begun, judged on so many steps of piles at least.
CLEARED, LEAST_PILED = 0.5, 10
# A hand-over waits for something else if this part of its steps is not begun by an idle person, of so many at least.
NOT_BEGUN, LEAST_IDLE = 0.5, 10
# Of people and activities together those that occur are numbered anew where they are that few.
MOST_EMPTY = 20


@dataclass(frozen=True, eq=False)
class _Split:
    """The waits of steps in order of person and start, worked out part by part.

    steps_of: the steps of a part; parts: their waits by cause; batch: the row that began the step's batch, −1 none;
    is_open: the piles of others must tell whether the step's run is a batch; was_idle: the person stood idle when the
    step was ready; is_prompt: it was begun at once.
    """

    steps_of: Callable[[slice], Steps]
    parts: Ints
    batch: Ints
    is_open: Flags
    was_idle: Flags
    is_prompt: Flags
    handover: NDArray[np.int32]
    n_activities: int

    def first_pass(self, part: slice) -> list[Ints]:
        """Causes, but of the open runs; for each activity the steps piled, and those cleared."""
        steps, parts, was_idle = self.steps_of(part), self.parts[part], self.was_idle[part]
        done, began, rows = doings(steps), runs(steps), np.arange(len(steps.person), dtype=np.int32)
        # At first the waits of runs are cut off at their beginning.
        split_waits(steps, done, np.full_like(rows, -1), began, np.ones(len(rows), np.bool_), parts, was_idle)
        size, is_passed_over = passed_over(began, parts)
        group = (steps.person - steps.person[0]).astype(np.int64) * self.n_activities + steps.activity
        n_groups = self.n_activities * (int(steps.person[-1] - steps.person[0]) + 1)
        if n_groups > MOST_EMPTY * len(rows):
            found, group = np.unique(group, return_inverse=True)
        else:
            found = np.arange(n_groups)
        begin = (size == 1) | ((size > 1) & is_passed_over)
        n_piled, n_cleared = piled(steps, group, size, begin)
        # Do piles of this step go when they are begun? As with all people where this one has had too few.
        may_be_batch = ((size > 1) & is_passed_over)[began]
        is_open = may_be_batch & (n_piled < LEAST_PILED)[group]
        is_batch = may_be_batch & (n_cleared >= CLEARED * n_piled)[group]
        batch_from = np.where(is_batch & ~is_open, began, np.int32(-1))
        is_cut_off = (size > 1)[began] & ~is_open & ((began != rows) | (batch_from >= 0))
        split_waits(steps, done, batch_from, rows, is_cut_off, parts, was_idle)
        self.batch[part] = np.where(is_batch | is_open, np.int32(part.start) + began, np.int32(-1))
        self.is_open[part], self.handover[part] = is_open, steps.handover
        self.is_prompt[part] = steps.start - steps.ready < IDLE
        activity = found[: len(n_piled)] % self.n_activities
        return [np.bincount(activity, x, self.n_activities) for x in (n_piled, n_cleared)]

    def second_pass(self, part: slice, is_cleared: Flags) -> None:
        """Causes of the open runs."""
        is_open, batch = self.is_open[part], self.batch[part]
        if not is_open.any():
            return
        steps, rows = self.steps_of(part), np.arange(len(is_open), dtype=np.int32)
        batch[is_open & ~is_cleared[steps.activity]] = -1
        batch_from = np.where(batch >= 0, batch - part.start, -1).astype(np.int32)
        split_waits(steps, doings(steps), batch_from, rows, is_open, self.parts[part], self.was_idle[part])


@njit(cache=True, nogil=True)
def _told(handover: Ints, is_prompt: Flags, was_idle: Flags) -> tuple[Ints, Ints]:
    """For each hand-over how many steps were begun at once, and how many not although the person stood idle."""
    begun = np.zeros(handover.max() + 1, np.int64)
    not_begun = np.zeros_like(begun)
    for i in range(len(handover)):
        if is_prompt[i]:
            begun[handover[i]] += 1
        elif was_idle[i]:
            not_begun[handover[i]] += 1
    return begun, not_begun


@njit(cache=True, nogil=True)
def _without_prioritisation(parts: Ints, handover: Ints, is_for_else: Flags) -> None:
    for i in range(len(handover)):
        if is_for_else[handover[i]]:
            parts[i, EXTRANEOUS] += parts[i, PRIORITISATION]
            parts[i, PRIORITISATION] = 0


def split_in_order(
    steps_of: Callable[[slice], Steps], slices: list[slice], n_activities: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """As `split`, of steps by person and start, given part by part; each person's are in one of the slices."""
    n = slices[-1].stop if slices else 0
    parts, batch = np.empty((n, len(CAUSES)), np.int64), np.empty(n, np.int32)
    if not n:
        return parts, batch
    is_open, was_idle, is_prompt = (np.empty(n, np.bool_) for _flag in range(3))
    handover = np.empty(n, np.int32)
    work = _Split(steps_of, parts, batch, is_open, was_idle, is_prompt, handover, n_activities)
    n_piled, n_cleared = (sum(x) for x in zip(*on_threads(work.first_pass, slices), strict=True))
    is_cleared = (n_piled >= LEAST_PILED) & (n_cleared >= CLEARED * n_piled)
    on_threads(lambda part: work.second_pass(part, is_cleared), slices)
    begun, not_begun = _told(handover, is_prompt, was_idle)
    n_told = begun + not_begun
    is_for_else = (n_told >= LEAST_IDLE) & (not_begun >= NOT_BEGUN * n_told)
    if is_for_else.any():
        # What waits for something else than the person first knows no prioritisation.
        _without_prioritisation(parts, handover, is_for_else)
    return parts, batch


def split(steps: Steps) -> tuple[Ints, Ints]:
    """Each step's wait by cause [steps, 5] in the axis' unit, and the row that began its batch (−1: none).

    Steps whose person is unknown are extraneous from ready to start.
    """
    rows, _begins, slices, *_columns = by_person(steps.person, steps.start, steps.finish)
    found, batch_from = split_in_order(
        lambda part: steps.taken(rows[part]), slices, int(steps.activity.max(initial=0)) + 1
    )
    parts = np.zeros((len(steps.person), len(CAUSES)), np.int64)
    parts[:, EXTRANEOUS] = np.maximum(steps.start - steps.ready, 0)
    parts[rows] = found
    batch = np.full(len(steps.person), -1, np.int64)
    batch[rows] = np.where(batch_from >= 0, rows[batch_from], -1)
    return parts, batch
