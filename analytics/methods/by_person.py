"""Work in order of who did it and when, and parts of it that are worked on side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Part = TypeVar("Part")
Found = TypeVar("Found")
# Parts this large fit into a core's cache with their columns.
PART_ROWS = 100_000
_THREADS = min(os.cpu_count() or 1, 8)


def on_threads(do: Callable[[Part], Found], parts: Sequence[Part]) -> list[Found]:
    """Do every part, several at a time: for functions that let go of the interpreter (numba's nogil, numpy)."""
    if len(parts) == 1:
        return [do(parts[0])]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(do, parts))


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
def _placed(person: Ints, begins: Ints) -> NDArray[np.int64]:
    """The rows by person, those of a person in their order."""
    at, rows = begins[:-1].copy(), np.empty(begins[-1], np.int64)
    for i in range(len(person)):
        if person[i] >= 0:
            rows[at[person[i]]] = i
            at[person[i]] += 1
    return rows


@njit(cache=True, nogil=True)
def _keys(rows: Ints, person: Ints, start: Ints) -> tuple[Ints, bool]:
    """One key of person and start, and whether it fits."""
    low, high = start[rows[0]], start[rows[0]]
    for i in range(len(rows)):
        low, high = min(low, start[rows[i]]), max(high, start[rows[i]])
    span, first = high - low + 1, person[rows[0]]
    keys = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        keys[i] = (person[rows[i]] - first) * span + (start[rows[i]] - low)
    return keys, bool((np.int64(person[rows[-1]] - first) + 1) * np.float64(span) < 2.0**62)


@njit(cache=True, nogil=True)
def _sorted(rows: Ints, place: Ints, keys: Ints, finish: Ints) -> Ints:
    """The rows in their places; those of equal keys by finish, then row."""
    found = rows[place]
    for i in range(1, len(found)):
        j = i
        while j > 0 and keys[place[j - 1]] == keys[place[j]]:
            a, b = found[j - 1], found[j]
            if finish[a] < finish[b] or (finish[a] == finish[b] and a < b):
                break
            found[j - 1], found[j] = b, a
            j -= 1
    return found


def parts_of(begins: Ints) -> list[slice]:
    """Rows by person cut into parts of about PART_ROWS, each person's in one."""
    cuts = np.searchsorted(begins, np.arange(0, begins[-1] + PART_ROWS, PART_ROWS))
    at = np.unique(begins[np.minimum(cuts, len(begins) - 1)])
    return [slice(a, b) for a, b in pairwise(at.tolist())]


def by_person(person: Ints, start: Ints, finish: Ints) -> tuple[NDArray[np.int64], list[slice]]:
    """The rows whose person is known (number from 0, −1 unknown) by person, start, finish and row; and parts of them."""
    begins = _counted(person, int(person.max(initial=-1)) + 1)
    rows, parts = _placed(person, begins), parts_of(begins)

    def sort(part: slice) -> None:
        mine = rows[part]
        keys, fits = _keys(mine, person, start)
        if fits:
            rows[part] = _sorted(mine, np.argsort(keys), keys, finish)
        else:
            rows[part] = mine[np.lexsort((mine, finish[mine], start[mine], person[mine]))]

    on_threads(sort, parts)
    return rows, parts
