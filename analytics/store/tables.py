"""What the tables of the data dictionary are made of; loading is generated from this."""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "timestamp", "date", "time", "number", "integer", "boolean", "json"]


@dataclass(frozen=True)
class Column:
    """A column of the dictionary; `is_id` marks ids of people, kept as pseudonyms only."""

    name: str
    type: Type = "text"
    must: bool = False
    is_id: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the dictionary.

    newest_stands: a row with a known key and other content replaces the older one (else it is rejected).
    keeps_attributes: columns that are not ours are kept in `attributes`.
    has_items: questionnaire items are columns too, `perceived_…` and `expected_…`.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    newest_stands: bool = False
    keeps_attributes: bool = False
    has_items: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def musts(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.must)


def _must(name: str, type_: Type = "text", is_id: bool = False) -> Column:
    return Column(name, type_, must=True, is_id=is_id)


def _id(name: str) -> Column:
    return Column(name, is_id=True)


_ALL = (
    Table(
        "visits",
        (
            _must("ticket_id"), _must("branch_id"), _id("customer_id"), Column("segment"), _must("service"),
            _must("arrived_at", "timestamp"), Column("called_at", "timestamp"), Column("finished_at", "timestamp"),
            Column("left_at", "timestamp"), Column("counter"), _id("teller_id"),
        ),
        key=("branch_id", "arrived_at::date", "ticket_id"),
    ),
    Table(
        "rosters",
        (
            _must("branch_id"), _must("role"), _must("weekday", "integer"), _must("from_time", "time"),
            _must("to_time", "time"), _must("headcount", "integer"), Column("hourly_cost", "number"),
            Column("valid_from", "date"), Column("valid_to", "date"),
        ),
        key=("branch_id", "role", "weekday", "from_time", "valid_from"),
        newest_stands=True,
    ),
    Table(
        "surveys",
        (
            _must("response_id"), _must("branch_id"), Column("answered_at", "timestamp"), Column("touchpoint"),
            Column("segment"), _id("customer_id"), Column("ticket_id"), Column("case_id"), Column("overall", "number"),
            Column("recommend", "integer"), Column("comment"),
        ),
        key=("branch_id", "response_id"),
        has_items=True,
    ),
    Table(
        "events",
        (
            _must("case_id"), _must("process"), _must("branch_id"), _must("activity"), _id("resource"),
            Column("role"), Column("started_at", "timestamp"), _must("finished_at", "timestamp"),
        ),
        key=("process", "case_id", "activity", "started_at", "finished_at", "resource", "ordinal"),
    ),
    Table(
        "cases",
        (
            _must("case_id"), _must("process"), _id("customer_id"), Column("segment"), Column("product"),
            Column("channel"), Column("value", "number"), Column("outcome"),
        ),
        key=("process", "case_id"),
        newest_stands=True,
        keeps_attributes=True,
    ),
    Table(
        "customers",
        (
            _must("customer_id", is_id=True), _must("branch_id"), Column("as_of_on", "date"), Column("segment"),
            _id("manager_id"), Column("joined_on", "date"), Column("left_on", "date"),
            Column("annual_profit", "number"), Column("balance", "number"), Column("products", "integer"),
            Column("phone_allowed", "boolean"),
        ),
        key=("branch_id", "customer_id", "as_of_on"),
        newest_stands=True,
        keeps_attributes=True,
    ),
    Table(
        "interventions",
        (
            _must("intervention_id"), _must("branch_id"), _must("name"), _must("went_live_on", "date"),
            Column("measures", "json"),
        ),
        key=("branch_id", "intervention_id"),
        newest_stands=True,
    ),
)  # fmt: skip

TABLES = {table.name: table for table in _ALL}
ITEM_PREFIXES = ("perceived_", "expected_")


def is_item(name: str) -> bool:
    """Whether a column name is that of a questionnaire item."""
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in ITEM_PREFIXES)
