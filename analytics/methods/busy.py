"""What people were doing while a step waited for them: busy with older or newer work, idle, or off duty.

The causes and their order are told in `waiting`. Times are int64 along an axis on which closed hours have no length.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
CAUSES = ("batching", "contention", "prioritisation", "unavailability", "extraneous")
BATCHING, CONTENTION, PRIORITISATION, UNAVAILABILITY, EXTRANEOUS = range(5)
MINUTE = 60_000_000
# Idleness shorter than that says nothing.
IDLE = 1 * MINUTE
_NEVER = -(2**62)


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


class Doings(NamedTuple):
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
def doings(steps: Steps) -> Doings:
    n = len(steps.person)
    busy_until, duty_until = np.empty(n, np.int64), np.empty(n, np.int64)
    idle, off = np.empty(n, np.int64), np.empty(n, np.int64)
    fresh, newest, tied = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int32)
    until, on_duty, idled, away, last, latest = _NEVER, _NEVER, 0, 0, -1, _NEVER
    for i in range(n):
        start, finish = steps.start[i], steps.finish[i]
        is_first = i == 0 or steps.person[i] != steps.person[i - 1]
        if is_first:
            until, on_duty, last, latest = _NEVER, _NEVER, -1, _NEVER
        tied[i] = tied[i - 1] if not is_first and start == steps.start[i - 1] else i
        if finish > start:
            if start > until > _NEVER:
                on = min(max(steps.duty_start[i] - on_duty, 0), start - until)
                idled, away = idled + on, away + start - until - on
                if on >= IDLE and steps.ready[i] > until:
                    last, latest = i, _NEVER
            if finish > until:
                until, on_duty = finish, steps.duty_finish[i]
            latest = max(latest, steps.ready[i])
        busy_until[i], duty_until[i], idle[i], off[i] = until, on_duty, idled, away
        fresh[i], newest[i] = last, latest
    return Doings(busy_until, duty_until, idle, off, fresh, newest, tied)


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
def split_waits(  # noqa: PLR0912, PLR0915 (one pass over the work of everyone)
    steps: Steps, done: Doings, batch_from: Ints, until: Ints, wanted: Flags, parts: Ints, was_idle: Flags
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
            parts[i, BATCHING] = min(steps.start[b], end) - at
            at, on_duty = steps.start[b], steps.duty_start[b]
            if end <= at:
                continue
        last = done.tied[last]
        # The person's first work that reaches into the wait.
        begin = _reaches(done.busy_until, first, last, at)
        next_at, next_duty = steps.start[begin], steps.duty_start[begin]
        idle, off, extraneous, older = 0, 0, np.int64(0), 0
        if next_at > at:
            idle = min(max(next_duty - on_duty, 0), next_at - at)
            off = next_at - at - idle
        was_idle[i] = idle >= IDLE
        if begin < last:
            since, before, off_before, row = at, 0, 0, begin
            j = done.fresh[last - 1]
            if j > begin:
                since, row = steps.start[j], j
                before, off_before = (
                    idle + done.idle[j] - done.idle[begin],
                    off + done.off[j] - done.off[begin],
                )
            elif idle >= IDLE and steps.ready[begin] > at:
                since, before, off_before = next_at, idle, off
            if since > at:
                # Idle, then on to newer work: until then nothing of this wait was for the person.
                extraneous = since - at - off_before
            idle += done.idle[last - 1] - done.idle[begin]
            off += done.off[last - 1] - done.off[begin]
            busy_until = done.busy_until[last - 1]
            if busy_until < end:
                on = min(max(steps.duty_start[last] - done.duty_until[last - 1], 0), end - busy_until)
                idle, off = idle + on, off + end - busy_until - on
            idle -= before
            busy = end - at - off - idle - extraneous
            if done.newest[last - 1] <= steps.ready[i]:
                older = busy
            elif busy > 0:
                for j in range(row, last):
                    is_older = steps.ready[j] <= steps.ready[i]
                    finish = min(steps.finish[j], end) if is_older else since
                    older += max(finish - max(steps.start[j], since), 0)
                    since = max(since, finish)
            parts[i, CONTENTION] = older
            parts[i, PRIORITISATION] = busy - older
        parts[i, UNAVAILABILITY] = off
        parts[i, EXTRANEOUS] = extraneous + idle
