"""Mapping files: how the columns of a bank's file become those of the data dictionary."""

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from analytics.errors import RequestError
from analytics.language import _
from analytics.store.recognise import signature
from analytics.store.tables import TABLES, is_item

DEFAULT_TIMEZONE = "Asia/Shanghai"
_PARTS = ("columns", "expressions", "constants")
_CHOICES = {"date_format": ("ymd", "dmy", "mdy"), "decimal": (".", ",")}


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says; the names on the left are ours.

    date_format: `ymd`, `dmy` or `mdy`, decimal: `.` or `,`, both only where the file leaves it open. lifecycle: the
    column that tells starts from completions.
    """

    table: str | None = None
    timezone: str = DEFAULT_TIMEZONE
    keep: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    expressions: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    scales: dict[str, tuple[float, float]] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    lifecycle: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def scale(self, column: str, default: tuple[float, float]) -> tuple[float, float]:
        """Lowest and highest answer of a survey column; the longest matching prefix wins."""
        fits = [prefix for prefix in self.scales if column.startswith(prefix)]
        return self.scales[max(fits, key=len)] if fits else default


def read_mapping(path: str | Path) -> Mapping:
    """The mapping in a TOML file."""
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RequestError(
            _("The mapping file {file} cannot be read.").format(file=path.name), field="mapping"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("The mapping file {file} is not TOML: {error}.").format(file=path.name, error=error)
        raise RequestError(message, field="mapping") from error
    return mapping_from(content, path.name)


def mapping_from(content: dict[str, Any], name: str = "mapping") -> Mapping:
    """The mapping that a dictionary of the TOML file's shape describes; RequestError where it describes none."""

    def wrong(what: str) -> RequestError:
        return RequestError(_("{file}: {what}").format(file=name, what=what), field="mapping")

    unknown = set(content) - set(Mapping.__dataclass_fields__)
    if unknown:
        raise wrong(_("there is no part «{part}» in a mapping.").format(part=sorted(unknown)[0]))
    table = content.get("table")
    if table is not None and (not isinstance(table, str) or table not in TABLES):
        raise wrong(_("there is no table «{table}».").format(table=table))
    timezone = content.get("timezone", DEFAULT_TIMEZONE)
    try:
        ZoneInfo(timezone)
    except (
        Exception
    ) as error:  # ZoneInfo raises by what is wrong with the name, all of it means the same here
        raise wrong(_("there is no time zone «{zone}».").format(zone=timezone)) from error
    for part in (*_PARTS, "values", "scales"):
        if not isinstance(content.get(part, {}), dict):
            raise wrong(_("«{part}» is not a table of names.").format(part=part))
    parts = {part: {ours: str(theirs) for ours, theirs in content.get(part, {}).items()} for part in _PARTS}
    twice = [ours for ours in parts["columns"] if ours in parts["expressions"]]
    twice += [ours for ours in parts["constants"] if ours in parts["columns"] or ours in parts["expressions"]]
    if twice:
        raise wrong(_("«{column}» is given twice.").format(column=twice[0]))
    values = {}
    for ours, pairs in content.get("values", {}).items():
        if not isinstance(pairs, dict):
            raise wrong(_("the values of «{column}» are not pairs of theirs and ours.").format(column=ours))
        values[ours] = {str(theirs): str(value) for theirs, value in pairs.items()}
    scales = {}
    for prefix, ends in content.get("scales", {}).items():
        if not (_is_scale(ends)):
            raise wrong(_("the scale of «{column}» is not [lowest, highest].").format(column=prefix))
        scales[prefix] = (float(ends[0]), float(ends[1]))
    keep = None if content.get("keep") is None else str(content["keep"])
    for key, allowed in _CHOICES.items():
        if content.get(key) is not None and content[key] not in allowed:
            listed = ", ".join(f'"{choice}"' for choice in allowed)
            raise wrong(_("«{key}» is one of {choices}.").format(key=key, choices=listed))
    lifecycle = None if content.get("lifecycle") is None else str(content["lifecycle"])
    mapping = Mapping(
        table,
        timezone,
        keep,
        columns=parts["columns"],
        expressions=parts["expressions"],
        values=values,
        constants=parts["constants"],
        scales=scales,
        date_format=content.get("date_format"),
        decimal=content.get("decimal"),
        lifecycle=lifecycle,
    )
    check_expressions(mapping)
    return mapping


def _is_scale(ends: object) -> bool:
    is_pair = isinstance(ends, list | tuple) and len(ends) == 2
    return is_pair and all(isinstance(end, int | float) for end in ends) and ends[0] < ends[1]  # type: ignore[attr-defined,index]


def check_expressions(mapping: Mapping) -> None:
    """Refuse what is more or less than one expression."""
    for what, expression in (*mapping.expressions.items(), ("keep", mapping.keep)):
        if expression is not None and not is_single_expression(expression):
            message = _("What the mapping computes for «{column}» is not one expression.").format(column=what)
            raise RequestError(message, field="mapping")


def check_names(mapping: Mapping, table: str, columns: tuple[str, ...], file: str) -> None:
    """Refuse names that the table or the file does not have."""
    spec = TABLES[table]
    for ours in (*mapping.columns, *mapping.expressions, *mapping.constants, *mapping.values):
        if ours not in spec.names and not (spec.has_items and is_item(ours)):
            message = _("The mapping names «{column}», which {table} does not have.").format(
                column=ours, table=table
            )
            raise RequestError(message, field="mapping")
    known = {column.casefold() for column in columns}
    for theirs in (*mapping.columns.values(), *([mapping.lifecycle] if mapping.lifecycle else [])):
        if theirs.strip().casefold() not in known:
            message = _("{file} has no column «{column}», which the mapping names.").format(
                file=file, column=theirs
            )
            raise RequestError(message, field="mapping")


def is_single_expression(expression: str) -> bool:
    """Whether a text is one expression of SQL and nothing beside it: no second column, clause or statement."""
    if not expression.strip():
        return False
    with duckdb.connect() as con:
        text = con.execute("select json_serialize_sql($sql)", {"sql": f"select ({expression}\n)"}).fetchall()[
            0
        ][0]
    parsed = json.loads(text)
    if parsed.get("error") or len(parsed["statements"]) != 1 or '"class":"STAR"' in text.replace(" ", ""):
        return False
    node = parsed["statements"][0]["node"]
    plain = (
        "where_clause",
        "having",
        "qualify",
        "sample",
        "modifiers",
        "group_expressions",
        "group_sets",
        "cte_map",
    )
    return (
        node["type"] == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["select_list"][0].get("function_name") != "row"  # «a, b»
        and node["from_table"]["type"] == "EMPTY"
        and not any(_says_something(node.get(part)) for part in plain)
    )


def _says_something(part: object) -> bool:
    return any(map(_says_something, part.values())) if isinstance(part, dict) else bool(part)


def keep_mapping(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, columns: tuple[str, ...], table: str, file: str
) -> None:
    """Keep a mapping that worked for files of these columns."""
    key = {"signature": signature(columns), "table": table}
    con.execute("delete from mappings where signature = $signature and table_name = $table", key)
    con.execute(
        "insert into mappings values ($signature, $table, $mapping, $file, $now)",
        key | {"mapping": replace(mapping, table=table).to_json(), "file": file, "now": datetime.now()},
    )


def kept_mapping(
    rows: Callable[..., list[tuple[Any, ...]]], columns: Sequence[str], table: str | None = None
) -> Mapping | None:
    """The mapping that worked last for files of these columns (as that table); `rows` asks the store."""
    found = rows(
        """
        select mapping from mappings
        where signature = $signature and ($table is null or table_name = $table) order by kept_at desc limit 1
        """,
        signature=signature(columns),
        table=table,
    )
    return mapping_from(json.loads(found[0][0])) if found else None
