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
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.methods.by_person import by_person, on_threads

Ints = NDArray[np.integer[Any]]
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

    def taken(self, rows: Ints | slice) -> "Steps":
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
    parts: Ints,
    was_idle: Flags,
) -> None:
    """Write time by cause [steps, 5], and whether the person stood idle when the step was ready; in order of person, start.

    batch_from: row that began the step's batch, −1 where none; until: row at whose start the wait is cut off (its
    own); wanted: rows to do.
    """
    n = len(person)
    latest = finish.copy()
    first = 0
    for i in range(n):
        if i == 0 or person[i] != person[i - 1]:
            first = i
        else:
            latest[i] = max(latest[i - 1], finish[i])
        if not wanted[i]:
            continue
        parts[i], was_idle[i] = 0, False
        last = until[i]
        at, on_duty, end = ready[i], duty_ready[i], start[last]
        if end <= at:
            continue
        b = batch_from[i]
        if b >= 0 and start[b] > at:
            cut = min(start[b], end)
            parts[i, 0] += cut - at
            if cut == end:
                continue
            at, on_duty = start[b], duty_start[b]
        # The person's first work that may reach into the wait: back by steps that double, then between the last two.
        low, high, back = first, last, 1
        while last - back >= first:
            if latest[last - back] <= at:
                low = last - back + 1
                break
            high = last - back
            back *= 2
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
                    was_idle[i] = True
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
                was_idle[i] = True
            idle += on
            off += end - busy_until - on
        parts[i, 1] = older
        parts[i, 2] = busy - older
        parts[i, 3] = off
        parts[i, 4] = extraneous + idle


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
def _waiting_then(group: Ints, begins: Ints, come: Ints, start: Ints, place: Ints, began: Ints) -> Ints:
    """How many more steps of its person and activity were waiting when each run began.

    come: when steps became ready, by group (from begins[group] on) and time; place: how many of its group began before.
    """
    waiting = np.zeros(len(group), np.int64)
    for i in range(len(group)):
        if began[i] == i:
            # All that began before had come, and so has it: what is waiting is just behind them.
            low, high, on = begins[group[i]] + place[i] + 1, begins[group[i] + 1], 1
            while low + on - 1 < high and come[low + on - 1] <= start[i]:
                on *= 2
            high = min(high, low + on - 1)
            waiting[i] = np.searchsorted(come[low:high], start[i], side="right")
    return waiting


# Whether a person's piles of an activity are cleared once begun; by all people's where one has had too few.
_NO, _YES, _AS_ALL = range(3)


@dataclass(frozen=True, eq=False)
class _Split:
    """The waits of steps in order of person and start, worked out part by part.

    parts: by cause; began: the row (of its part) that began the step's run; may_be_batch: the run was passed over;
    is_cleared: _NO, _YES, _AS_ALL.
    """

    steps: Steps
    parts: Ints
    was_idle: Flags
    began: NDArray[np.int32]
    may_be_batch: Flags
    is_cleared: NDArray[np.int8]

    def first_pass(self, part: slice) -> tuple[Ints, Ints]:
        """Causes with the waits of runs cut off at their beginning; for each activity steps piled, and cleared."""
        steps, parts = self.steps.taken(part), self.parts[part]
        n, rows = len(steps.person), np.arange(len(steps.person))
        began = _runs(steps.person, steps.activity, steps.ready, steps.start, steps.finish)
        size = np.bincount(began, minlength=n)
        _write(steps, np.full(n, -1), began, np.ones(n, np.bool_), parts, self.was_idle[part])
        passed_over = np.bincount(began, parts[:, PRIORITISATION] + parts[:, EXTRANEOUS], n)
        could = passed_over + np.bincount(began, parts[:, CONTENTION], n)
        is_passed_over = (passed_over > IDLE) & (passed_over >= PASSED_OVER * could)
        k = int(self.steps.activity.max(initial=0)) + 1
        group = (steps.person - steps.person[0]).astype(np.int64) * k + steps.activity
        n_groups = int(group.max()) + 1
        begins = np.append(0, np.cumsum(np.bincount(group, minlength=n_groups)))
        come = steps.ready[_order(group, steps.ready)]
        waiting = _waiting_then(group, begins, come, steps.start, _place(group, n_groups), began)
        # Do piles of this step go when they are begun?
        begin = (began == rows) & (is_passed_over | (size == 1))
        piled = np.where(begin, waiting, 0)
        cleared = np.where(begin, np.minimum(size - 1, waiting), 0)
        n_piled, n_cleared = (np.bincount(group, x, n_groups) for x in (piled, cleared))
        own = np.where(n_cleared >= CLEARED * n_piled, _YES, _NO)
        self.began[part] = began
        self.may_be_batch[part] = ((size >= 2) & is_passed_over)[began]
        self.is_cleared[part] = np.where(n_piled >= LEAST_PILED, own, _AS_ALL)[group]
        by_activity = [np.bincount(steps.activity, x, k).astype(np.int64) for x in (piled, cleared)]
        return by_activity[0], by_activity[1]

    def second_pass(self, part: slice, is_cleared: Flags, batch: Ints) -> tuple[Ints, Ints]:
        """Causes of the steps in runs, with their batches written; for each hand-over how many were not begun, and begun."""
        steps, began = self.steps.taken(part), self.began[part].astype(np.int64)
        own = self.is_cleared[part]
        is_batched = np.where(own == _AS_ALL, is_cleared[steps.activity], own == _YES)
        batch_from = np.where((self.may_be_batch[part] & is_batched)[began], began, -1)
        in_run = np.bincount(began)[began] > 1 if len(began) else np.zeros(0, np.bool_)
        is_cut_off = in_run & ((began != np.arange(len(began))) | (batch_from >= 0))
        _write(steps, batch_from, np.arange(len(began)), is_cut_off, self.parts[part], self.was_idle[part])
        batch[part] = np.where(batch_from >= 0, part.start + batch_from, -1)
        is_prompt, n = steps.start - steps.ready < IDLE, int(self.steps.handover.max(initial=0)) + 1
        not_begun = np.bincount(steps.handover[self.was_idle[part] & ~is_prompt], minlength=n)
        return not_begun, np.bincount(steps.handover[is_prompt], minlength=n)

    def third_pass(self, part: slice, is_for_else: Flags) -> None:
        """What waits for something else than the person first knows no prioritisation."""
        parts, rows = self.parts[part], np.flatnonzero(is_for_else[self.steps.handover[part]])
        parts[rows, EXTRANEOUS] += parts[rows, PRIORITISATION]
        parts[rows, PRIORITISATION] = 0


def _write(steps: Steps, batch_from: Ints, until: Ints, wanted: Flags, parts: Ints, was_idle: Flags) -> None:
    _split(
        steps.person, steps.ready, steps.start, steps.finish, steps.duty_ready, steps.duty_start, steps.duty_finish,
        batch_from, until, wanted, parts, was_idle,
    )  # fmt: skip


def split_in_order(steps: Steps, slices: list[slice]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As `split`, of steps by person and start; slices: parts of them to be done side by side, each person in one."""
    n = len(steps.person)
    parts, batch = np.empty((n, len(CAUSES)), np.int64), np.empty(n, np.int64)
    if not n:
        return parts, batch
    work = _Split(
        steps,
        parts,
        np.empty(n, np.bool_),
        np.empty(n, np.int32),
        np.empty(n, np.bool_),
        np.empty(n, np.int8),
    )
    piled, cleared = (sum(x) for x in zip(*on_threads(work.first_pass, slices), strict=True))
    is_cleared = (piled >= LEAST_PILED) & (cleared >= CLEARED * piled)
    counted = on_threads(lambda part: work.second_pass(part, is_cleared, batch), slices)
    not_begun, begun = (sum(x) for x in zip(*counted, strict=True))
    n_told = begun + not_begun
    is_for_else = (n_told >= LEAST_IDLE) & (not_begun >= NOT_BEGUN * n_told)
    on_threads(lambda part: work.third_pass(part, is_for_else), slices)
    return parts, batch


def split(steps: Steps) -> tuple[Ints, Ints]:
    """Each step's wait by cause [steps, 5] in the axis' unit, and the row that began its batch (−1: none).

    Steps whose person is unknown are extraneous from ready to start.
    """
    rows, slices = by_person(steps.person, steps.start, steps.finish)
    found, batch_from = split_in_order(steps.taken(rows), slices)
    parts = np.zeros((len(steps.person), len(CAUSES)), np.int64)
    parts[:, EXTRANEOUS] = np.maximum(steps.start - steps.ready, 0)
    parts[rows] = found
    batch = np.full(len(steps.person), -1, np.int64)
    batch[rows] = np.where(batch_from >= 0, rows[batch_from], -1)
    return parts, batch
