"""What a ticket says of the answer that names it, kept beside the answer: found once, at loading, not in every question."""

import duckdb

from analytics.store.reader import keeps_tickets, sql_file

TABLES = ("visits", "surveys")
_COLUMNS = {
    "ticket_service": "varchar",
    "ticket_segment": "varchar",
    "ticket_customer_id": "varchar",
    "ticket_arrived_at": "timestamp",
    "ticket_called_at": "timestamp",
}


def add_columns(con: duckdb.DuckDBPyConnection) -> bool:
    """Give a store made before answers kept their tickets the columns for it; whether it lacked them."""
    if keeps_tickets(con, "surveys"):
        return False
    for name, kind in _COLUMNS.items():
        con.execute(f"alter table surveys add column {name} {kind}")
    return True


def mark(con: duckdb.DuckDBPyConnection) -> None:
    """Note at every answer the ticket that it names; a ticket loaded after the answer is found too."""
    # A join sorts all tickets even where no answer asks for one.
    if not con.execute("select 1 from surveys where ticket_id is not null limit 1").fetchall():
        return
    setting = ", ".join(f"{name} = t.{name}" for name in _COLUMNS)
    # History does not change: a ticket is known by its arrival.
    con.execute(
        f"""
        update surveys set {setting} from ({sql_file("named_tickets.sql")}) as t
        where t.row_id = surveys.rowid and surveys.ticket_arrived_at is distinct from t.ticket_arrived_at
        """
    )
