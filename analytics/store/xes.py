"""XES event logs (IEEE 1849) as rows of text: one event a row, the trace's attributes prefixed `case:`."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import pyarrow as pa
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from analytics.errors import RequestError
from analytics.language import _

CASE_PREFIX = "case:"
MOST_KEYS = 500
_BATCH_ROWS = 50_000
_VALUES = {"string", "date", "int", "float", "boolean", "id"}


def table(path: Path, name: str) -> pa.Table:
    """All events in the order of the file; one trace at a time is held as a tree, the rest as columns of text.

    RequestError where the file is no XES, is damaged, or holds entities or a document type.
    """
    batches: list[pa.Table] = []
    keys: dict[str, None] = {}
    rows: list[dict[str, str]] = []
    try:
        with _open(path, name) as file:
            for row in _events(file, name):
                rows.append(row)
                keys.update(dict.fromkeys(row))
                if len(keys) > MOST_KEYS:
                    message = _("{file} has more than {n} different attributes; that is no event log.")
                    raise RequestError(message.format(file=name, n=MOST_KEYS))
                if len(rows) == _BATCH_ROWS:
                    batches.append(_columns(rows))
                    rows = []
    except DefusedXmlException as error:
        message = _(
            "{file} holds entities or a document type, which an event log does not need; it is refused."
        )
        raise RequestError(message.format(file=name)) from error
    except ParseError as error:
        message = _("{file} is not a whole XES event log: line {line} cannot be read.")
        raise RequestError(message.format(file=name, line=error.position[0])) from error
    except (OSError, EOFError, zlib.error) as error:
        raise RequestError(_("{file} cannot be unpacked; it is damaged.").format(file=name)) from error
    except (LookupError, ValueError) as error:  # an encoding nobody knows
        raise RequestError(_("{file} cannot be read; it is damaged.").format(file=name)) from error
    batches.append(_columns(rows))
    if not keys:
        raise RequestError(_("{file} is an event log without events.").format(file=name))
    return pa.concat_tables([b for b in batches if b.num_rows], promote_options="default").select(list(keys))


def default_process(name: str) -> str:
    """The name of the process that a log's file name tells: «purchasing_example.xes.gz» is «purchasing example»."""
    stem = re.sub(r"\.(xes|csv|xlsx|parquet)(\.gz)?(!.*)?$", "", name, flags=re.IGNORECASE)
    return re.sub(r"[_\s]+", " ", stem).strip() or name


def _open(path: Path, name: str) -> Any:
    return gzip.open(path, "rb") if name.lower().endswith(".gz") else path.open("rb")


def _columns(rows: list[dict[str, str]]) -> pa.Table:
    keys = dict.fromkeys(key for row in rows for key in row)
    return pa.table({key: pa.array([row.get(key) for row in rows], pa.string()) for key in keys})


def _events(file: Any, name: str) -> Iterator[dict[str, str]]:
    depth = 0
    root: Element | None = None
    for happened, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if happened == "start":
            depth += 1
            if root is None:
                root = element
                if _tag(element) != "log":
                    raise RequestError(_("{file} is not an XES event log.").format(file=name))
            continue
        depth -= 1
        if depth == 1:
            if _tag(element) == "trace":
                yield from _of_trace(element)
            elif _tag(element) == "event":
                yield _attributes(element)
            if root is not None:
                root.clear()


def _of_trace(trace: Element) -> Iterator[dict[str, str]]:
    own = {CASE_PREFIX + key: value for key, value in _attributes(trace).items()}
    for element in trace:
        if _tag(element) == "event":
            yield own | _attributes(element)


def _attributes(parent: Element) -> dict[str, str]:
    found = {}
    for element in parent:
        key, value = element.get("key"), element.get("value")
        if key and value is not None and _tag(element) in _VALUES:
            found[key.strip()] = value
    return found


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
