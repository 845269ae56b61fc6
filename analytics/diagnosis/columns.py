"""The events of a branch as columns of numbers: what every analysis of its processes computes on.

The store keeps them in order of process, case and start, so that a case is a run of rows and what follows a step is
the next row: nothing is sorted here, and names appear only where a result names something.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from analytics.store.reader import Store

Codes = NDArray[np.int32]
Steps = NDArray[np.int16]
Ints = NDArray[np.int64]
Code = TypeVar("Code", np.int16, np.int32)
Flags = NDArray[np.bool_]

_THREADS = 2
_UNKNOWN_US = np.iinfo(np.int64).min
# Stores made before steps were an ENUM are not written in order.
_IN_ORDER = "bank.events"
_TO_ORDER = """
(
    from bank.events
    order by branch_id, process, case_id, coalesce(started_at, finished_at), finished_at, ordinal, activity
)
"""
_STEPS = "select started_at, finished_at, activity from {events} where branch_id = $branch_id"
_WHO = "select resource, role from {events} where branch_id = $branch_id"
_PROCESSES = """
select process, count(*)::bigint as n from bank.events where branch_id = $branch_id group by process order by process
"""
# The same case may go through two processes: a process begins anew (see _PROCESSES).
_CASES = """
select row, case_id
from (
    select row_number() over () - 1 as row, case_id, coalesce(case_id <> lag(case_id) over (), true) as is_new
    from {events} where branch_id = $branch_id
)
where is_new
"""


@dataclass(frozen=True, eq=False)
class Columns:
    """A row per step, a case's steps together in order of start, then finish.

    first[case]: the row at which it begins, and at the end the number of rows. activity: number of its process' step,
    into `steps` (process, activity). start, finish: µs since 1970, start = finish where it is not known (has_start).
    processes: name -> its first row and the row after its last. case_names: see names_of.
    """

    store: Store = field(repr=False)
    branch_id: str
    first: Ints
    activity: Steps
    start: Ints
    finish: Ints
    has_start: Flags
    steps: pd.DataFrame
    processes: dict[str, tuple[int, int]]
    case_names: list[pa.Array] = field(repr=False)

    @property
    def n_cases(self) -> int:
        return len(self.first) - 1

    @cached_property
    def case(self) -> Codes:
        """The number of each row's case."""
        return np.repeat(np.arange(self.n_cases, dtype=np.int32), np.diff(self.first))

    def names_of(self, cases: Ints) -> pa.ChunkedArray:
        """The names of those cases."""
        return pa.chunked_array(self.case_names, pa.string()).take(pa.array(cases))

    @cached_property
    def _who(self) -> tuple[Codes, NDArray[np.object_], Codes, NDArray[np.object_]]:
        found = self.store.batches(_ordered(_WHO, self.store), branch_id=self.branch_id)
        with ThreadPoolExecutor(_THREADS) as pool:
            encoded = list(pool.map(lambda batch: [_encoded(batch.column(i)) for i in range(2)], found))
        (person, people), (role, roles) = (
            _of_branch(*_coded([pair[i] for pair in encoded], np.int32)) for i in range(2)
        )
        return person, people, role, roles

    @property
    def person(self) -> Codes:
        """The number of who did the step, into `people`; −1 unknown."""
        return self._who[0]

    @property
    def people(self) -> NDArray[np.object_]:
        return self._who[1]

    @property
    def role(self) -> Codes:
        """The number of the role of who did the step, into `roles`; −1 unknown."""
        return self._who[2]

    @property
    def roles(self) -> NDArray[np.object_]:
        return self._who[3]

    def cases_of(self, process: str) -> slice:
        """The cases of the process."""
        low, high = np.searchsorted(self.first, self.processes.get(process, (0, 0))).tolist()
        return slice(low, high)


def _ordered(sql: str, store: Store) -> str:
    return sql.format(events=_IN_ORDER if _is_in_order(store) else _TO_ORDER)


@lru_cache(maxsize=8)
def _is_in_order(store: Store) -> bool:
    return bool(store.rows("select typeof(activity) like 'ENUM%' from bank.events limit 1") == [(True,)])


def _encoded(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _coded(parts: list[pa.DictionaryArray], kind: type[Code]) -> tuple[NDArray[Code], NDArray[np.object_]]:
    """The number of each row's name (−1 null), and the names in their order."""
    dictionaries: list[pa.Array] = []
    for part in parts:
        # Those of an ENUM are all alike.
        if not dictionaries or not part.dictionary.equals(dictionaries[-1]):
            dictionaries.append(part.dictionary)
    names: list[str] = sorted({name for one in dictionaries for name in one.to_pylist()})
    place: dict[str, int] = {name: i for i, name in enumerate(names)}
    codes = np.empty(sum(map(len, parts)), kind)
    at, number = 0, np.zeros(0, kind)
    numbered: pa.Array | None = None
    for part in parts:
        dictionary: pa.Array = part.dictionary
        if numbered is None or not dictionary.equals(numbered):
            numbered = dictionary
            number = np.array([*(place[name] for name in dictionary.to_pylist()), -1], kind)
        indices = part.indices.fill_null(len(number) - 1) if part.null_count else part.indices
        np.take(number, indices.to_numpy(zero_copy_only=False), out=codes[at : at + len(part)], mode="wrap")
        at += len(part)
    return codes, np.array(names, object)


def _of_branch(codes: NDArray[Code], names: NDArray[np.object_]) -> tuple[NDArray[Code], NDArray[np.object_]]:
    """The same with the names that occur alone: an ENUM has those of all branches."""
    is_present = _present(codes, len(names))
    if is_present.all():
        return codes, names
    number = np.append(np.cumsum(is_present) - 1, -1).astype(codes.dtype)
    return number[codes], names[is_present]


@lru_cache(maxsize=2)
def read_columns(store: Store, branch_id: str) -> Columns:
    """All steps of the branch, whatever their period."""
    processes, n = {}, 0
    for process, n_rows in store.rows(_PROCESSES, branch_id=branch_id):
        processes[process] = (n, n + n_rows)
        n += n_rows
    instants, at, named = np.empty((2, n), np.int64), 0, []
    for batch in store.batches(_ordered(_STEPS, store), branch_id=branch_id):
        for i in range(2):
            column = batch.column(i).to_numpy(zero_copy_only=False)
            instants[i, at : at + len(batch)] = column.astype("datetime64[us]", copy=False).view(np.int64)
        named.append(_encoded(batch.column(2)))
        at += len(batch)
    start, finish = instants
    has_start = start != _UNKNOWN_US
    if not has_start.all():
        np.copyto(start, finish, where=~has_start)
    activity, steps = _steps(*_coded(named, np.int16), processes)
    first, case_names = _cases(store, branch_id, [low for low, _high in processes.values()])
    return Columns(
        store, branch_id, np.append(first, n), activity, start, finish, has_start, steps, processes, case_names
    )  # fmt: skip


def _cases(store: Store, branch_id: str, begins: list[int]) -> tuple[Ints, list[pa.Array]]:
    """The rows at which cases begin and their names; a process begins with a new one in any case."""
    batches = list(store.batches(_ordered(_CASES, store), branch_id=branch_id))
    first = np.concatenate([np.zeros(0, np.int64), *(batch.column(0).to_numpy() for batch in batches)])
    names = [batch.column(1) for batch in batches]
    again = np.array(begins, np.int64)
    place = np.searchsorted(first, again)
    is_within = np.append(first, -1)[place] != again
    again, place = again[is_within], place[is_within]
    if len(again):
        kept = pa.array(np.insert(np.arange(len(first)), place, place - 1))
        return np.insert(first, place, again), pa.chunked_array(names, pa.string()).take(kept).chunks
    return first, names


@njit(cache=True, nogil=True)
def _numbered(activity: Steps, number: Steps) -> None:
    for i in range(len(activity)):
        activity[i] = number[activity[i]]


@njit(cache=True, nogil=True)
def _present(codes: Ints | Codes | Steps, n: int) -> Flags:
    found = np.zeros(n, np.bool_)
    for i in range(len(codes)):
        if codes[i] >= 0:
            found[codes[i]] = True
    return found


def _steps(
    activity: Steps, names: NDArray[np.object_], processes: dict[str, tuple[int, int]]
) -> tuple[Steps, pd.DataFrame]:
    """The steps numbered anew in place, each process' own; and the process and name of each number."""
    rows: list[tuple[str, str]] = []
    for process, (low, high) in processes.items():
        present = np.flatnonzero(_present(activity[low:high], len(names)))
        number = np.zeros(len(names), np.int16)
        number[present] = np.arange(len(rows), len(rows) + len(present))
        if (number[present] != present).any():
            _numbered(activity[low:high], number)
        rows += [(process, str(name)) for name in names[present]]
    return activity, pd.DataFrame(rows, columns=["process", "activity"])
