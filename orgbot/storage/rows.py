"""What the tables' readers and writers share: a connection, inside one transaction, for one bot."""

from dataclasses import dataclass

from sqlalchemy import Connection, Table
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
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing()
    # What comes back, not how many rows: no driver counts those of an insert alike.
    return connection.execute(statement.returning(table.c.bot_id)).first() is not None


def put(connection: Connection, table: Table, **values: object) -> None:
    """Insert; where the primary key is there already, the other values take the place of the old ones."""
    statement = _insert(connection, table).values(**values)
    keys = [column.name for column in table.primary_key]
    others = {name: value for name, value in values.items() if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
