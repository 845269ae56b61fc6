"""Which of our tables a file is, by its name or by its columns."""

from collections.abc import Sequence

from analytics.store.synonyms import SYNONYMS
from analytics.store.tables import TABLES, Table, is_item

# a CSV export of an event log names its columns by the standard keys
_EVENT_LOG = {"case:concept:name", "concept:name", "time:timestamp"}


def guess_table(file: str, columns: Sequence[str]) -> str | None:
    """The table's name, or None: by the file's name (`visits*.csv`), else by its must-columns."""
    named = table_named(file)
    if named:
        return named
    found = {column.strip().casefold() for column in columns}
    if file.lower().endswith((".xes", ".xes.gz")) or found >= _EVENT_LOG:
        return "events"
    fitting = [table for table in TABLES.values() if set(table.musts) <= found]
    return max(fitting, key=lambda table: (_shared(table, found), len(table.musts))).name if fitting else None


def table_named(file: str) -> str | None:
    """The table that a file's name (of a sheet: the sheet's name) begins with."""
    stem = file.lower().rpartition("!")[2]
    return next((name for name in TABLES if stem.startswith(name)), None)


def signature(columns: Sequence[str]) -> str:
    """What files of the same make have in common: their column names, whatever the order."""
    return "\n".join(sorted(column.strip().casefold() for column in columns))


def _shared(table: Table, found: set[str]) -> int:
    return len(found & set(table.names)) + (sum(map(is_item, found)) if table.has_items else 0)


def guess_columns(table: str, columns: Sequence[str]) -> dict[str, str]:
    """Our column -> the file's: of the same name, else of a name that exports often give it; each used once."""
    spec = TABLES[table]
    by_name = {_plain(column): column for column in columns}
    ours = [
        *spec.names,
        *(c.strip().casefold() for c in columns if spec.has_items and is_item(c.strip().casefold())),
    ]
    guesses = {name: by_name.pop(_plain(name)) for name in ours if _plain(name) in by_name}
    for name in ours:
        for synonym in SYNONYMS.get(name, ()):
            if name not in guesses and _plain(synonym) in by_name:
                guesses[name] = by_name.pop(_plain(synonym))
    return guesses


def likeliest_table(columns: Sequence[str]) -> str | None:
    """The table of which most columns can be guessed, musts counting twice; None where hardly any can."""

    def fitness(name: str) -> int:
        guesses = guess_columns(name, columns)
        return len(guesses) + sum(must in guesses for must in TABLES[name].musts)

    best = max(TABLES, key=fitness)
    return best if fitness(best) >= 4 else None


def _plain(name: str) -> str:
    return name.strip().casefold().replace("_", "").replace(" ", "").replace("-", "")
