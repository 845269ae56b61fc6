"""Which of our tables a file is, by its name or by its columns."""

from collections.abc import Sequence

from analytics.store.tables import TABLES, Table, is_item


def guess_table(file: str, columns: Sequence[str]) -> str | None:
    """The table's name, or None: by the file's name (`visits*.csv`), else by its must-columns."""
    stem = file.lower()
    for name in TABLES:
        if stem.startswith(name):
            return name
    found = {column.strip().casefold() for column in columns}
    fitting = [table for table in TABLES.values() if set(table.musts) <= found]
    return max(fitting, key=lambda table: (_shared(table, found), len(table.musts))).name if fitting else None


def signature(columns: Sequence[str]) -> str:
    """What files of the same make have in common: their column names, whatever the order."""
    return "\n".join(sorted(column.strip().casefold() for column in columns))


def _shared(table: Table, found: set[str]) -> int:
    return len(found & set(table.names)) + (sum(map(is_item, found)) if table.has_items else 0)
