"""A transaction; and which of a database's errors say that it is away for now."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import InterfaceError, OperationalError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from orgbot.runtime.ports import StoreAwayError

# PostgreSQL's classes: connection, resources, operator intervention, rollback; a lock not had in time, and a
# transaction that was idle for too long. https://www.postgresql.org/docs/current/errcodes-appendix.html
CLASSES = ("08", "53", "57", "40")
CODES = ("55P03", "25P03")
SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_READONLY")


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """Raises StoreAwayError when the same may succeed later; another error is our bug, or the data's."""
    with _told(), engine.begin() as connection:
        yield connection


@contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """Within a transaction: what raises is undone alone. Raises as `begin` does."""
    with _told(), connection.begin_nested():
        yield


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreAwayError("no connection is free") from error
    except DBAPIError as error:
        if error.connection_invalidated or is_away(error.orig):
            raise StoreAwayError(type(error.orig).__name__) from error
        raise


def is_away(error: BaseException | None) -> bool:
    """Of the driver's own error."""
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", "")).startswith(SQLITE)
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg could not speak to the server at all, or not in time (ConnectionTimeout).
        return isinstance(error, OperationalError | InterfaceError)
    return state[:2] in CLASSES or state in CODES
