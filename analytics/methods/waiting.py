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

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
CAUSES = ("batching", "contention", "prioritisation", "unavailability", "extraneous")
BATCHING, CONTENTION, PRIORITISATION, UNAVAILABILITY, EXTRANEOUS = range(5)
MINUTE = 60_000_000
# Steps this close belong to one run; idleness shorter than that says nothing.
RUN_GAP, IDLE = 10 * MINUTE, 1 * MINUTE
# A pile was passed over if the person could have begun it for this part of their time on duty, and steps are batched
# if this part of the piles is worked off when begun, judged on so many steps of piles at least.
PASSED_OVER, CLEARED, LEAST_PILED = 0.5, 0.5, 10
# A hand-over waits for something else if this part of its steps is not begun by an idle person, of so many at least.
NOT_BEGUN, LEAST_IDLE = 0.5, 10


@dataclass(frozen=True)
class Steps:
    """The work of all people. person: number from 0, −1 where unknown; activity, handover (step before and step): number.

    ready, start, finish: along the axis; duty_ready, duty_start, duty_finish: time on duty of the step's person until
    then, along the same axis.
    """

    person: Ints
    activity: Ints
    handover: Ints
    ready: Ints
    start: Ints
    finish: Ints
    duty_ready: Ints
    duty_start: Ints
    duty_finish: Ints

    def taken(self, rows: Ints) -> "Steps":
        return Steps(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@njit(cache=True, nogil=True)
def _split(  # noqa: PLR0912, PLR0915 (one pass over the work of everyone)
    person: Ints,
    ready: Ints,
    start: Ints,
    finish: Ints,
    duty_ready: Ints,
    duty_start: Ints,
    duty_finish: Ints,
    batch_from: Ints,
    until: Ints,
    wanted: Flags,
) -> Ints:
    """Time by cause, and whether the person stood idle when the step was ready [steps, 6]; in order of person, start.

    batch_from: row that began the step's batch, −1 where none; until: row at whose start the wait is cut off (its
    own); wanted: rows to do.
    """
    n = len(person)
    parts = np.zeros((n, 6), np.int64)
    latest = finish.copy()
    first = 0
    for i in range(n):
        if i == 0 or person[i] != person[i - 1]:
            first = i
        else:
            latest[i] = max(latest[i - 1], finish[i])
        last = until[i]
        at, on_duty, end = ready[i], duty_ready[i], start[last]
        if end <= at or not wanted[i]:
            continue
        b = batch_from[i]
        if b >= 0 and start[b] > at:
            cut = min(start[b], end)
            parts[i, 0] += cut - at
            if cut == end:
                continue
            at, on_duty = start[b], duty_start[b]
        # Binary search: the person's first work that may reach into the wait.
        low, high = first, last
        while low < high:
            middle = (low + high) // 2
            if latest[middle] > at:
                high = middle
            else:
                low = middle + 1
        busy_until, busy_duty, older_until = at, on_duty, at
        older, busy, idle, off = 0, 0, 0, 0
        extraneous = np.int64(0)
        for j in range(low, last):
            s, f = max(start[j], at), min(finish[j], end)
            if f <= s or j == i:
                continue
            if s > busy_until:
                on = min(max(duty_start[j] - busy_duty, 0), s - busy_until)
                if busy_until == at and on >= IDLE:
                    parts[i, 5] = 1
                idle += on
                off += s - busy_until - on
                if on >= IDLE and ready[j] > busy_until:
                    # Idle, then on to newer work: until now nothing of this wait was for the person.
                    extraneous += idle + busy
                    idle, busy, older = 0, 0, 0
                    older_until = s
                busy_until = s
            if f > busy_until:
                busy += f - busy_until
                busy_until, busy_duty = f, duty_finish[j] if finish[j] <= end else duty_start[last]
            if ready[j] <= ready[i] and f > older_until:
                older += f - max(s, older_until)
                older_until = f
        if end > busy_until:
            on = min(max(duty_start[last] - busy_duty, 0), end - busy_until)
            if busy_until == at and on >= IDLE:
                parts[i, 5] = 1
            idle += on
            off += end - busy_until - on
        parts[i, 1] = older
        parts[i, 2] = busy - older
        parts[i, 3] = off
        parts[i, 4] = extraneous + idle
    return parts


@njit(cache=True, nogil=True)
def _runs(person: Ints, activity: Ints, ready: Ints, start: Ints, finish: Ints) -> Ints:
    """For each step the row that began its run: the same step of others, done without a pause, all waiting by then."""
    n = len(person)
    began = np.arange(n)
    until = np.int64(0)
    for i in range(n):
        b = began[i - 1]
        if (
            i > 0
            and person[i] == person[i - 1]
            and activity[i] == activity[i - 1]
            and start[i] <= until + RUN_GAP
            and ready[i] <= start[b]
        ):
            began[i] = b
            until = max(until, finish[i])
        else:
            until = finish[i]
    return began


@njit(cache=True, nogil=True)
def _place(group: Ints, n_groups: int) -> Ints:
    """How many rows of its group come before each row."""
    seen, place = np.zeros(n_groups, np.int64), np.zeros(len(group), np.int64)
    for i in range(len(group)):
        place[i] = seen[group[i]]
        seen[group[i]] += 1
    return place


def _order(major: Ints, minor: Ints) -> Ints:
    """Rows by major, then minor; one sort of a single key where it fits, which is several times faster."""
    low, high = int(minor.min(initial=0)), int(minor.max(initial=0))
    span = high - low + 1
    if (int(major.max(initial=0)) + 1) * span < 2**62:
        return np.argsort(major * span + (minor - low))
    return np.lexsort((minor, major))


@njit(cache=True, nogil=True)
def _waiting_then(group: Ints, order: Ints, ready: Ints, start: Ints, place: Ints, began: Ints) -> Ints:
    """How many more steps of its person and activity were waiting when each run began; order: by group, then ready.

    place: how many of its group began before the step.
    """
    n = len(group)
    sorted_group, sorted_ready = group[order], ready[order]
    waiting = np.zeros(n, np.int64)
    for i in range(n):
        if began[i] != i:
            continue
        low = np.searchsorted(sorted_group, group[i], side="left")
        high = np.searchsorted(sorted_group, group[i], side="right")
        come = np.searchsorted(sorted_ready[low:high], start[i], side="right")
        waiting[i] = max(come - place[i] - 1, 0)
    return waiting


def _batches(steps: Steps) -> tuple[Ints, Ints]:
    """For each step the row that began its batch (−1: none), and its wait by cause; rows in order of person and start."""
    n, rows = len(steps.person), np.arange(len(steps.person))
    began = _runs(steps.person, steps.activity, steps.ready, steps.start, steps.finish)
    size = np.bincount(began, minlength=n)
    parts = _parts(steps, np.full(n, -1), began, np.ones(n, np.bool_))
    passed = parts[:, PRIORITISATION] + parts[:, EXTRANEOUS]
    passed_over = np.bincount(began, passed, n)
    could = passed_over + np.bincount(began, parts[:, CONTENTION], n)
    is_passed_over = (passed_over > IDLE) & (passed_over >= PASSED_OVER * could)
    group = steps.person * (steps.activity.max(initial=0) + 1) + steps.activity
    place, order = _place(group, int(group.max(initial=0)) + 1), _order(group, steps.ready)
    waiting = _waiting_then(group, order, steps.ready, steps.start, place, began)
    # Do piles of this step go when they are begun? Judged by person, or by all where one has had too few.
    begins = (began == rows) & (is_passed_over | (size == 1))
    piled = np.where(begins, waiting, 0)
    cleared = np.where(begins, np.minimum(size - 1, waiting), 0)
    by_group = _sums(group, piled), _sums(group, cleared)
    by_activity = _sums(steps.activity, piled), _sums(steps.activity, cleared)
    has_enough = by_group[0] >= LEAST_PILED
    n_piled = np.where(has_enough, by_group[0], by_activity[0])
    n_cleared = np.where(has_enough, by_group[1], by_activity[1])
    is_batched = (n_piled >= LEAST_PILED) & (n_cleared >= CLEARED * n_piled)
    is_batch = (size >= 2) & is_passed_over & is_batched
    batch_from = np.where(is_batch[began], began, -1)
    # Until now the waits of runs were cut off at their beginning.
    in_run = size[began] > 1
    parts[in_run] = _parts(steps, batch_from, rows, in_run)[in_run]
    return batch_from, parts


def _sums(key: Ints, values: Ints) -> Ints:
    """For each row the sum of values over the rows of its key."""
    return np.bincount(key, values)[key].astype(np.int64)


def _parts(steps: Steps, batch_from: Ints, until: Ints, wanted: Flags) -> Ints:
    found: Ints = _split(
        steps.person, steps.ready, steps.start, steps.finish, steps.duty_ready, steps.duty_start, steps.duty_finish,
        batch_from, until, wanted,
    )  # fmt: skip
    return found


def _waits_for_else(steps: Steps, was_idle: Ints) -> Flags:
    """Whether the step's hand-over waits for something else than the person first."""
    is_prompt = steps.start - steps.ready < IDLE
    not_begun = np.bincount(steps.handover, was_idle * ~is_prompt)
    begun = np.bincount(steps.handover, is_prompt)
    n = begun + not_begun
    found: Flags = ((n >= LEAST_IDLE) & (not_begun >= NOT_BEGUN * n))[steps.handover]
    return found


def split(steps: Steps) -> tuple[Ints, Ints]:
    """Each step's wait by cause [steps, 5] in the axis' unit, and the row that began its batch (−1: none).

    Steps whose person is unknown are extraneous from ready to start.
    """
    known = np.flatnonzero(steps.person >= 0)
    rows = known[_order(steps.person[known], steps.start[known])]
    ordered = steps.taken(rows)
    batch_from, found = _batches(ordered)
    if len(rows):
        is_else = _waits_for_else(ordered, found[:, 5])
        found[is_else, EXTRANEOUS] += found[is_else, PRIORITISATION]
        found[is_else, PRIORITISATION] = 0
    parts = np.zeros((len(steps.person), len(CAUSES)), np.int64)
    parts[:, EXTRANEOUS] = np.maximum(steps.start - steps.ready, 0)
    parts[rows] = found[:, : len(CAUSES)]
    batch = np.full(len(steps.person), -1, np.int64)
    batch[rows] = np.where(batch_from >= 0, rows[batch_from], -1)
    return parts, batch
