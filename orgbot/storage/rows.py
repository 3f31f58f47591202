"""What the tables' readers and writers share: a connection, inside one transaction, for one bot."""

from dataclasses import dataclass

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from orgbot.storage.tables import metadata

# The keys of messages that are about a lead: they go before all others, and follow an owner who moves.
ABOUT_LEADS = "lead:%"


@dataclass(frozen=True, slots=True)
class Rows:
    connection: Connection
    bot_id: int

    def insert_once(self, table: str, **values: object) -> bool:
        return insert_once(self.connection, metadata.tables[table], bot_id=self.bot_id, **values)


def insert_once(connection: Connection, table: Table, **values: object) -> bool:
    """Insert, unless the key is there already; says whether it was new."""
    statement: Insert
    if connection.dialect.name == "sqlite":
        statement = sqlite.insert(table).on_conflict_do_nothing()
    else:
        statement = postgresql.insert(table).on_conflict_do_nothing()
    # What comes back, not how many rows: no driver counts those of an insert alike.
    new = statement.values(**values).returning(table.c.bot_id)
    return connection.execute(new).first() is not None
