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
from typing import Any, NamedTuple

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
NEVER = -(2**62)
# A pile was passed over if the person could have begun it for this part of their time on duty, and steps are batched
# if this part of the piles is worked off when begun, judged on so many steps of piles at least.
PASSED_OVER, CLEARED, LEAST_PILED = 0.5, 0.5, 10
# A hand-over waits for something else if this part of its steps is not begun by an idle person, of so many at least.
NOT_BEGUN, LEAST_IDLE = 0.5, 10


class Steps(NamedTuple):
    """Work of people. person: number from 0, −1 where unknown; activity, handover (step before and step): number.

    ready, start, finish: along the axis; duty_ready, duty_start, duty_finish: time on duty of the step's person until
    then, along the same axis: what is one instant on it is one time on duty.
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
        return Steps(*(column[rows] for column in self))


class _Day(NamedTuple):
    """What each person has done until each of their steps (that of no length aside), in order of person and start.

    busy_until, duty_until: the latest finish, and the time on duty until then; idle, off: how long they stood idle on
    duty, and were off it, in the pauses before; fresh: the last row that ended an idle pause with work that came during
    it, −1 where none did; newest: the latest ready since that row; tied: the first row that starts when this one does.
    """

    busy_until: Ints
    duty_until: Ints
    idle: Ints
    off: Ints
    fresh: Ints
    newest: Ints
    tied: Ints


@njit(cache=True, nogil=True)
def _days(steps: Steps) -> _Day:
    n = len(steps.person)
    busy_until, duty_until = np.empty(n, np.int64), np.empty(n, np.int64)
    idle, off = np.empty(n, np.int64), np.empty(n, np.int64)
    fresh, newest, tied = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int32)
    until, on_duty, idled, away, last, latest = NEVER, NEVER, 0, 0, -1, NEVER
    for i in range(n):
        start, finish = steps.start[i], steps.finish[i]
        is_first = i == 0 or steps.person[i] != steps.person[i - 1]
        if is_first:
            until, on_duty, last, latest = NEVER, NEVER, -1, NEVER
        tied[i] = tied[i - 1] if not is_first and start == steps.start[i - 1] else i
        if finish > start:
            if start > until > NEVER:
                on = min(max(steps.duty_start[i] - on_duty, 0), start - until)
                idled, away = idled + on, away + start - until - on
                if on >= IDLE and steps.ready[i] > until:
                    last, latest = i, NEVER
            if finish > until:
                until, on_duty = finish, steps.duty_finish[i]
            latest = max(latest, steps.ready[i])
        busy_until[i], duty_until[i], idle[i], off[i] = until, on_duty, idled, away
        fresh[i], newest[i] = last, latest
    return _Day(busy_until, duty_until, idle, off, fresh, newest, tied)


@njit(cache=True, nogil=True)
def _reaches(busy_until: Ints, first: int, last: int, at: int) -> int:
    """The first row from `first` until whose end the person is busy after an instant; `last` where none before it is."""
    low, high, back = first, last, 1
    # Back by steps that double, then between the last two.
    while last - back >= first:
        if busy_until[last - back] <= at:
            low = last - back + 1
            break
        high = last - back
        back *= 2
    while low < high:
        middle = (low + high) // 2
        if busy_until[middle] > at:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, nogil=True)
def _split(  # noqa: PLR0912, PLR0915 (one pass over the work of everyone)
    steps: Steps, day: _Day, batch_from: Ints, until: Ints, wanted: Flags, parts: Ints, was_idle: Flags
) -> None:
    """Write time by cause [steps, 5], and whether the person stood idle when the step was ready; in order of person, start.

    batch_from: row that began the step's batch, −1 where none; until: row at whose start the wait is cut off (its
    own); wanted: rows to do.
    """
    first = 0
    for i in range(len(steps.person)):
        if i > 0 and steps.person[i] != steps.person[i - 1]:
            first = i
        if not wanted[i]:
            continue
        parts[i], was_idle[i] = 0, False
        last = until[i]
        at, on_duty, end = steps.ready[i], steps.duty_ready[i], steps.start[last]
        if end <= at:
            continue
        b = batch_from[i]
        if b >= 0 and steps.start[b] > at:
            parts[i, 0] = min(steps.start[b], end) - at
            at, on_duty = steps.start[b], steps.duty_start[b]
            if end <= at:
                continue
        last = day.tied[last]
        # The person's first work that reaches into the wait.
        begin = _reaches(day.busy_until, first, last, at)
        next_at, next_duty = steps.start[begin], steps.duty_start[begin]
        idle, off, extraneous, older = 0, 0, np.int64(0), 0
        if next_at > at:
            idle = min(max(next_duty - on_duty, 0), next_at - at)
            off = next_at - at - idle
        was_idle[i] = idle >= IDLE
        if begin < last:
            since, before, off_before, row = at, 0, 0, begin
            j = day.fresh[last - 1]
            if j > begin:
                since, row = steps.start[j], j
                before, off_before = idle + day.idle[j] - day.idle[begin], off + day.off[j] - day.off[begin]
            elif idle >= IDLE and steps.ready[begin] > at:
                since, before, off_before = next_at, idle, off
            if since > at:
                # Idle, then on to newer work: until then nothing of this wait was for the person.
                extraneous = since - at - off_before
            idle += day.idle[last - 1] - day.idle[begin]
            off += day.off[last - 1] - day.off[begin]
            busy_until = day.busy_until[last - 1]
            if busy_until < end:
                on = min(max(steps.duty_start[last] - day.duty_until[last - 1], 0), end - busy_until)
                idle, off = idle + on, off + end - busy_until - on
            idle -= before
            busy = end - at - off - idle - extraneous
            if day.newest[last - 1] <= steps.ready[i]:
                older = busy
            elif busy > 0:
                for j in range(row, last):
                    is_older = steps.ready[j] <= steps.ready[i]
                    finish = min(steps.finish[j], end) if is_older else since
                    older += max(finish - max(steps.start[j], since), 0)
                    since = max(since, finish)
            parts[i, 1] = older
            parts[i, 2] = busy - older
        parts[i, 3] = off
        parts[i, 4] = extraneous + idle


@njit(cache=True, nogil=True)
def _runs(steps: Steps) -> NDArray[np.int32]:
    """For each step the row that began its run: the same step of others, done without a pause, all waiting by then."""
    n = len(steps.person)
    began = np.arange(n).astype(np.int32)
    until = np.int64(0)
    for i in range(n):
        b = began[i - 1]
        if (
            i > 0
            and steps.person[i] == steps.person[i - 1]
            and steps.activity[i] == steps.activity[i - 1]
            and steps.start[i] <= until + RUN_GAP
            and steps.ready[i] <= steps.start[b]
        ):
            began[i] = b
            until = max(until, steps.finish[i])
        else:
            until = steps.finish[i]
    return began


@njit(cache=True, nogil=True)
def _passed_over(began: Ints, parts: Ints) -> tuple[Ints, Flags]:
    """How many steps each run has, at the row that began it, and whether the person could have begun it before."""
    n = len(began)
    size, passed_over, busy = np.zeros(n, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        b = began[i]
        size[b] += 1
        passed_over[b] += parts[i, PRIORITISATION] + parts[i, EXTRANEOUS]
        busy[b] += parts[i, CONTENTION]
    return size, (passed_over > IDLE) & (passed_over >= PASSED_OVER * (passed_over + busy))


@njit(cache=True, nogil=True)
def _piled(steps: Steps, group: Ints, begins: Ints, come: Ints, size: Ints, told: Flags) -> tuple[Ints, Ints]:
    """Steps by group (person and activity) that were waiting beside the one begun, and those of them worked off with it.

    come: when steps became ready, by group (from begins[group] on) and time; told: rows that began a run to count.
    """
    piled, cleared = np.zeros(len(begins) - 1, np.int64), np.zeros(len(begins) - 1, np.int64)
    seen = begins[:-1].copy()
    for i in range(len(group)):
        g, start = group[i], steps.start[i]
        if told[i]:
            # All that began before had come, and so has it: what is waiting is just behind them.
            low, high, on = seen[g] + 1, begins[g + 1], 1
            while low + on - 1 < high and come[low + on - 1] <= start:
                on *= 2
            waiting = np.searchsorted(come[low : min(high, low + on - 1)], start, side="right")
            piled[g] += waiting
            cleared[g] += min(size[i] - 1, waiting)
        seen[g] += 1
    return piled, cleared


def _come(steps: Steps, group: Ints) -> Ints:
    """When the steps of each group became ready, group by group."""
    low, high = int(steps.ready.min()), int(steps.ready.max())
    span = high - low + 1
    if (int(group.max()) + 1) * span >= 2**62:
        return steps.ready[np.lexsort((steps.ready, group))]
    # One sort of a single key is several times faster.
    keys = group * span
    keys += steps.ready - low
    keys.sort()
    keys %= span
    keys += low
    return keys


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
        day, began, rows = _days(steps), _runs(steps), np.arange(len(steps.person), dtype=np.int32)
        # At first the waits of runs are cut off at their beginning.
        _split(steps, day, np.full_like(rows, -1), began, np.ones(len(rows), np.bool_), parts, was_idle)
        size, is_passed_over = _passed_over(began, parts)
        group = (steps.person - steps.person[0]).astype(np.int64) * self.n_activities + steps.activity
        begins = np.append(0, np.cumsum(np.bincount(group)))
        begin = (size == 1) | ((size > 1) & is_passed_over)
        piled, cleared = _piled(steps, group, begins, _come(steps, group), size, begin)
        # Do piles of this step go when they are begun? As with all people where this one has had too few.
        may_be_batch = ((size > 1) & is_passed_over)[began]
        is_open = may_be_batch & (piled < LEAST_PILED)[group]
        is_batch = may_be_batch & (cleared >= CLEARED * piled)[group]
        batch_from = np.where(is_batch & ~is_open, began, np.int32(-1))
        _split(steps, day, batch_from, rows, (size > 1)[began] & ~is_open, parts, was_idle)
        self.batch[part] = np.where(is_batch | is_open, part.start + began.astype(np.int64), -1)
        self.is_open[part], self.handover[part] = is_open, steps.handover
        self.is_prompt[part] = steps.start - steps.ready < IDLE
        activity = np.arange(len(piled)) % self.n_activities
        return [np.bincount(activity, x, self.n_activities) for x in (piled, cleared)]

    def second_pass(self, part: slice, is_cleared: Flags) -> None:
        """Causes of the open runs."""
        is_open, batch = self.is_open[part], self.batch[part]
        if not is_open.any():
            return
        steps, rows = self.steps_of(part), np.arange(len(is_open), dtype=np.int32)
        batch[is_open & ~is_cleared[steps.activity]] = -1
        batch_from = np.where(batch >= 0, batch - part.start, -1).astype(np.int32)
        _split(steps, _days(steps), batch_from, rows, is_open, self.parts[part], self.was_idle[part])


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
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As `split`, of steps by person and start, given part by part; each person's are in one of the slices."""
    n = slices[-1].stop if slices else 0
    parts, batch = np.empty((n, len(CAUSES)), np.int64), np.empty(n, np.int64)
    if not n:
        return parts, batch
    is_open, was_idle, is_prompt = (np.empty(n, np.bool_) for _flag in range(3))
    handover = np.empty(n, np.int32)
    work = _Split(steps_of, parts, batch, is_open, was_idle, is_prompt, handover, n_activities)
    piled, cleared = (sum(x) for x in zip(*on_threads(work.first_pass, slices), strict=True))
    is_cleared = (piled >= LEAST_PILED) & (cleared >= CLEARED * piled)
    on_threads(lambda part: work.second_pass(part, is_cleared), slices)
    begun, not_begun = _told(handover, is_prompt, was_idle)
    n_told = begun + not_begun
    # What waits for something else than the person first knows no prioritisation.
    _without_prioritisation(parts, handover, (n_told >= LEAST_IDLE) & (not_begun >= NOT_BEGUN * n_told))
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
