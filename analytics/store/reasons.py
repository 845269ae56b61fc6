"""Why a row was rejected, in words a clerk understands. Codes are what the store keeps."""

from analytics.language import _
from analytics.store.tables import TABLES

_BEFORE = {
    "left_at": "arrived_at",
    "to_time": "from_time",
    "valid_to": "valid_from",
    "left_on": "joined_on",
}


def reason_text(code: str, column: str | None) -> str:
    """The sentence for a reason code and the column it is about."""
    if code == "cast":
        sentence = _cast(column or "")
    elif code == "order":
        sentence = _order(column or "")
    else:
        sentence = {
            "missing": _("{column} is empty and must not be"),
            "range": _("{column} lies outside its scale"),
            "too_long": _("{column} is more than a day after the customer arrived"),
            "duplicate": _("another row of the file has the same key and other content"),
            "conflict": _("a row with the same key and other content is already in the store"),
            "left_out": _("left out by the mapping"),
            "columns": _("the line has too many or too few columns"),
            "encoding": _("the line holds bytes that are no text"),
            "quote": _("the line opens a quotation mark and never closes it"),
            "unreadable": _("the line cannot be read"),
        }[code]
    return sentence.format(column=column, before=_BEFORE.get(column or ""))


def _cast(name: str) -> str:
    types = {column.name: column.type for table in TABLES.values() for column in table.columns}
    return {
        "timestamp": _("{column} is not a date and time (like 2026-03-31 09:30)"),
        "date": _("{column} is not a date (like 2026-03-31)"),
        "time": _("{column} is not a time of day (like 09:30)"),
        "number": _("{column} is not a number"),
        "integer": _("{column} is not a whole number"),
        "boolean": _("{column} is neither yes nor no"),
        "json": _("{column} is not JSON"),
    }[types.get(name, "number")]


def _order(name: str) -> str:
    if name == "called_at":
        return _("{column} is more than 5 seconds before arrived_at")
    if name == "finished_at":
        return _("{column} is before the work began")
    return (
        _("{column} is not after {before}")
        if name in ("to_time", "valid_to")
        else _("{column} is before {before}")
    )
