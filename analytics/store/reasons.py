"""Why a row was rejected, in words a clerk understands. Codes are what the store keeps."""

from analytics.language import _, ngettext
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
            "future": _("{column} lies in the future"),
            "control": _("{column} holds control characters, which are no text"),
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


def reading_text(reading: str, column: str) -> str:
    """How a column was read."""
    sentence = {
        "dmy": _("{column} was read as day, month, year"),
        "mdy": _("{column} was read as month, day, year"),
        "ymd": _("{column} was read as year, month, day"),
        "serial": _("numbers in {column} were read as Excel's count of days"),
        "comma": _("commas in {column} were read as decimal signs"),
        "point": _("commas in {column} were read as separators of thousands"),
    }[reading]
    return sentence.format(column=column)


def warning_text(code: str, column: str | None, n: int) -> str:
    """What is odd about rows that were loaded."""
    sentence = {
        "overlap": ngettext(
            "{n} service began while the same person was still serving another customer",
            "{n} services began while the same person was still serving another customer",
            n,
        ),
        "identity": ngettext(
            "{n} value of {column} looks like a national identity number",
            "{n} values of {column} look like national identity numbers",
            n,
        ),
        "card": ngettext(
            "{n} value of {column} looks like a bank card number",
            "{n} values of {column} look like bank card numbers",
            n,
        ),
        "gap_days": ngettext(
            "{n} day inside the period has no rows, though such days usually have",
            "{n} days inside the period have no rows, though such days usually have",
            n,
        ),
    }[code]
    return sentence.format(n=f"{n:,}", column=column)
