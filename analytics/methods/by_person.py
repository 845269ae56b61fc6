"""Work in order of who did it and when, and parts of it that are worked on side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Part = TypeVar("Part")
Found = TypeVar("Found")
# Parts this large fit into a core's cache with their columns.
PART_ROWS = 100_000
# So many are put in order one by one.
_FEW = 16
_THREADS = min(os.cpu_count() or 1, 8)


def on_threads(do: Callable[[Part], Found], parts: Sequence[Part]) -> list[Found]:
    """Do every part, several at a time: for functions that let go of the interpreter (numba's nogil, numpy)."""
    if len(parts) == 1:
        return [do(parts[0])]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(do, parts))


class ByPerson(NamedTuple):
    """Rows whose person is known, by person, start, finish and row. begins: where each person's are, and at the end
    their number; parts: of them, each person in one; start, finish and more: columns in that order.
    """

    rows: NDArray[np.int32]
    begins: Ints
    parts: list[slice]
    start: NDArray[np.int64]
    finish: NDArray[np.int64]
    more: list[Any]


@njit(cache=True, nogil=True)
def _counted(person: Ints, n_people: int) -> Ints:
    """Where each person's rows begin, and at the end how many there are."""
    begins = np.zeros(n_people + 1, np.int64)
    for i in range(len(person)):
        if person[i] >= 0:
            begins[person[i] + 1] += 1
    for p in range(n_people):
        begins[p + 1] += begins[p]
    return begins


@njit(cache=True, nogil=True)
def _place(person: Ints, begins: Ints, column: Ints, found: Ints) -> None:
    """Write the column by person, each one's in their order."""
    at = begins[:-1].copy()
    for i in range(len(person)):
        if person[i] >= 0:
            found[at[person[i]]] = column[i]
            at[person[i]] += 1


@njit(cache=True, nogil=True)
def _keys(begins: Ints, start: Ints) -> tuple[Ints, bool]:
    """One key of person and start, and whether it fits; begins: where each person's are in these rows."""
    low, high = start.min(), start.max()
    span, keys = high - low + 1, np.empty(len(start), np.int64)
    for person in range(len(begins) - 1):
        for i in range(begins[person], begins[person + 1]):
            keys[i] = person * span + (start[i] - low)
    return keys, bool((len(begins) - 1) * np.float64(span) < 2.0**62)


@njit(cache=True, nogil=True)
def _by_finish(place: Ints, keys: Ints, finish: Ints) -> None:
    """Bring places of equal keys into the order of finish, then place."""
    begin = 0
    for i in range(1, len(place) + 1):
        if i < len(place) and keys[place[i]] == keys[place[begin]]:
            continue
        if i - begin > _FEW:
            # Where only days are recorded thousands of steps begin at once.
            tied = np.sort(place[begin:i])
            place[begin:i] = tied[np.argsort(finish[tied], kind="mergesort")]
        else:
            for next_one in range(begin + 1, i):
                a, j = place[next_one], next_one
                while j > begin and (finish[place[j - 1]], place[j - 1]) > (finish[a], a):
                    place[j] = place[j - 1]
                    j -= 1
                place[j] = a
        begin = i


def _parts(begins: Ints) -> list[slice]:
    """Rows by person cut into parts of about PART_ROWS, each person's in one."""
    cuts = np.searchsorted(begins, np.arange(0, begins[-1] + PART_ROWS, PART_ROWS))
    at = np.unique(begins[np.minimum(cuts, len(begins) - 1)])
    return [slice(a, b) for a, b in pairwise(at.tolist())]


def by_person(person: Ints, start: Ints, finish: Ints, *more: Ints) -> ByPerson:
    """The rows in order, with these columns; person: number from 0, −1 unknown."""
    begins = _counted(person, int(person.max(initial=-1)) + 1)
    parts = _parts(begins)
    sources: list[NDArray[Any]] = [np.arange(len(person), dtype=np.int32), start, finish, *more]
    columns: list[NDArray[Any]] = [np.empty(begins[-1], source.dtype) for source in sources]
    # Columns are laid out by person as they are read: to fetch them row by row would miss the cache every time.
    on_threads(lambda pair: _place(person, begins, *pair), list(zip(sources, columns, strict=True)))

    def sort(part: slice) -> None:
        low, high = np.searchsorted(begins, [part.start, part.stop])
        mine = begins[low : high + 1] - part.start
        starts, finishes = (column[part] for column in columns[1:3])
        keys, fits = _keys(mine, starts)
        if fits:
            place = np.argsort(keys)
            _by_finish(place, keys, finishes)
        else:
            place = np.lexsort((finishes, starts, np.repeat(np.arange(len(mine) - 1), np.diff(mine))))
        for column in columns:
            column[part] = column[part][place]

    on_threads(sort, parts)
    return ByPerson(columns[0], begins, parts, columns[1], columns[2], columns[3:])
