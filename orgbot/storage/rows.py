"""What the tables' readers and writers share: a connection, inside one transaction, for one bot."""

from dataclasses import dataclass

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite

from orgbot.storage.tables import metadata


@dataclass(frozen=True, slots=True)
class Rows:
    connection: Connection
    bot_id: int

    def insert_once(self, table: str, **values: object) -> bool:
        """Insert, unless the key is there already; says whether it was new."""
        known = metadata.tables[table]
        statement: Insert
        if self.connection.dialect.name == "sqlite":
            statement = sqlite.insert(known).on_conflict_do_nothing()
        else:
            statement = postgresql.insert(known).on_conflict_do_nothing()
        # What comes back, not how many rows: no driver counts those of an insert alike.
        new = statement.values(bot_id=self.bot_id, **values).returning(known.c.bot_id)
        return self.connection.execute(new).first() is not None
