"""What the tables' readers and writers share: a connection, inside one transaction, for one bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from orgbot.storage.tables import metadata

# The keys of messages that are about a lead: they go before all others, and follow an owner who moves.
LEAD = "lead:"
ABOUT_LEADS = f"{LEAD}%"


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


def put(connection: Connection, table: Table, *rows: Mapping[str, object]) -> None:
    """Insert, in one exchange with the server; where the primary key is there already, the other values take
    the place of the old ones. `rows`: one at least, all of the same columns."""
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    updated = statement.on_conflict_do_update(index_elements=keys, set_=others)
    send(connection, updated, rows)


def send(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, object]]) -> int:
    """For each of `rows`, one at least, in one exchange with the server; how many rows of the table changed.
    What many need to go together would slow down one."""
    found = connection.execute(statement, [*rows] if len(rows) > 1 else rows[0])
    return found.rowcount


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
