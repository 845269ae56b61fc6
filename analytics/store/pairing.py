"""Start and complete of one piece of work become one row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from analytics.store.files import quoted
from analytics.store.mapping import Mapping

STARTED_AT = "start_timestamp"  # the column a pair brings: when the work began
TRANSITION = "lifecycle:transition"
# our column -> the standard keys of event logs, best first
STANDARD_KEYS = {
    "case_id": ("case:concept:name",),
    "activity": ("concept:name",),
    "resource": ("org:resource",),
    "role": ("org:role", "org:group"),
    "started_at": (STARTED_AT,),
    "finished_at": ("time:timestamp",),
}
# stages of work that neither begin nor end it
_BETWEEN = ("schedule", "assign", "reassign", "suspend", "resume", "withdraw", "autoskip", "manualskip")


@dataclass(frozen=True)
class Pairing:
    """The file's columns by which starts and completions are brought together."""

    case: str
    activity: str
    transition: str
    at: str
    instance: str | None = None
    resource: str | None = None


def pairing_for(columns: Sequence[str], mapping: Mapping) -> Pairing | None:
    """How a file's starts and completions are paired; None where it says nothing of them, or has both in a row."""
    have = {column.casefold(): column for column in columns}

    def source(ours: str, *standard: str) -> str | None:
        named = mapping.columns.get(ours, "").strip().casefold()
        return next((have[key] for key in (named, *standard) if key in have), None)

    transition = have.get((mapping.lifecycle or TRANSITION).strip().casefold())
    has_both = STARTED_AT in have or mapping.columns.get("started_at", STARTED_AT) != STARTED_AT
    is_computed = bool({"started_at", "finished_at"} & {*mapping.expressions, *mapping.constants})
    case, activity = source("case_id", "case:concept:name"), source("activity", "concept:name")
    at = source("finished_at", "time:timestamp")
    if transition is None or has_both or is_computed or case is None or activity is None or at is None:
        return None
    return Pairing(
        case, activity, transition, at, have.get("concept:instance"), source("resource", "org:resource")
    )


def with_standard_keys(mapping: Mapping, columns: Sequence[str], pairing: Pairing | None) -> dict[str, Any]:
    """What a mapping leaves out and the standard keys of event logs say: parts of a `Mapping` to replace."""
    have = {column.casefold(): column for column in columns}
    if pairing:
        have[STARTED_AT] = STARTED_AT
    given = {*mapping.columns, *mapping.expressions, *mapping.constants}
    found = {
        ours: next(have[key] for key in keys if key in have)
        for ours, keys in STANDARD_KEYS.items()
        if ours not in given and any(key in have for key in keys)
    }
    parts: dict[str, Any] = {"columns": mapping.columns | found}
    if pairing and mapping.keep is None:
        listed = ", ".join(f"'{stage}'" for stage in _BETWEEN)
        parts["keep"] = f"coalesce(lower(trim({quoted(pairing.transition)})), '') not in ({listed})"
    return parts


def pair(scratch: duckdb.DuckDBPyConnection, columns: Sequence[str], by: Pairing, header: int) -> None:
    """Replace the view `file` by one in which starts and completions are one row; `faulty` gets the starts' lines.

    A row that stands for both has the completion's number. A start left alone has its time in `start_timestamp` only.
    """
    resource = quoted(by.resource) if by.resource else "null"
    instance = f"nullif(trim({quoted(by.instance)}), '')" if by.instance else "null"
    happened = scratch.execute(
        f"""
        select
            _row, trim({quoted(by.case)}), trim({quoted(by.activity)}), {instance}, trim({resource}),
            lower(trim({quoted(by.transition)})) = 'start'
        from file
        where lower(trim({quoted(by.transition)})) in ('start', 'complete')
        order by 2, try_cast({quoted(by.at)} as timestamptz) nulls last, _row
        """
    ).fetchall()
    matched = list(matches(happened))
    pairs = pa.table({"start_row": [s for s, _c in matched], "complete_row": [c for _s, c in matched]},
                     schema=pa.schema([("start_row", pa.int64()), ("complete_row", pa.int64())]))  # fmt: skip
    scratch.register("arrow_pairs", pairs)
    cells = {c: f"coalesce(c.{quoted(c)}, s.{quoted(c)})" for c in columns}
    alone = f"s._row is null and lower(trim(c.{quoted(by.transition)})) = 'start'"
    cells[by.at] = f"case when not ({alone}) then c.{quoted(by.at)} end"
    cells[STARTED_AT] = f"case when {alone} then c.{quoted(by.at)} else s.{quoted(by.at)} end"
    scratch.execute(
        f"""
        create table pairs as from arrow_pairs;
        create table paired as
        select {", ".join(f"{cell} as {quoted(c)}" for c, cell in cells.items())}, c._file, c._row
        from file as c
        left join pairs as p on p.complete_row = c._row
        left join file as s on s._row = p.start_row
        where c._row not in (select start_row from pairs)
        order by c._row;
        insert into faulty select start_row + {header}, 'blank', null from pairs;
        drop view file;
        create view file as from paired
        """
    )
    scratch.unregister("arrow_pairs")


def matches(happened: Iterable[tuple[Any, ...]]) -> Iterable[tuple[int, int]]:
    """Rows of start and complete that belong together; rows come by case in the order of time.

    By instance where one is given; else first in, first out among equal activities, a start by the same person first.
    """
    case: object = None
    waiting: dict[tuple[object, object], list[tuple[int, object]]] = defaultdict(list)
    for row, of_case, activity, instance, resource, is_start in happened:
        if of_case != case:
            case = of_case
            waiting.clear()
        started = waiting[activity, instance]
        if is_start:
            started.append((row, resource))
        elif started:
            same = next((n for n, (_row, who) in enumerate(started) if who == resource), 0)
            yield started.pop(same)[0], row
