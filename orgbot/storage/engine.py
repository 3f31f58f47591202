"""Opening the database, and bringing its tables up to date."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from orgbot.storage.tables import bots, metadata

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a transaction may rest before PostgreSQL ends it, and how long one waits for another's locks: those
# of a process that died or froze are let go in between.
LEASE, PATIENCE = timedelta(seconds=10), timedelta(seconds=15)
# A server whose host vanishes says nothing more. What it does not acknowledge is given up after LEASE
# (tcp_user_timeout). Once it has acknowledged a query, nothing is under way: without these, a thread waits
# for its answer for two hours. Seconds of silence before the first question, between two, and how many: 25
# in all, 15 where the system knows tcp_user_timeout; a statement may take 30. One that works for long is not
# cut off, for its system answers.
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
# Seconds that a server may take to let a connection in.
ANSWER = 5
# Any number: the name of the lock under which one process at a time migrates.
MIGRATING = 7_306_229
# What a server says that has no connection left, for all, a role or a database: libpq tells no code of those
# who are not let in, and the words are in the server's language.
FULL = ("too many c", "connection slots", "no more connections", "trop de c", "emplacements de connexion")


def normalise(url: str) -> str:
    """Heroku's postgres:// → SQLAlchemy's form. Raises ValueError for anything but SQLite and PostgreSQL."""
    head, _, tail = url.partition("://")
    scheme = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}.get(head, head)
    try:
        parsed = make_url(f"{scheme}://{tail}")
    except ArgumentError:
        raise ValueError(url) from None
    known = parsed.drivername in ("sqlite", "postgresql+psycopg")
    # Without a path, SQLite would keep the leads in memory only.
    if not known or (parsed.drivername == "sqlite" and not parsed.database):
        raise ValueError(url)
    # The end of a password that holds an @: it would be told as the name of a host that cannot be found.
    if "@" in (parsed.host or ""):
        raise ValueError(url)
    return f"{scheme}://{tail}"


def open_engine(url: str) -> Engine:
    """`url`: normalised. A SQLite file's folder is made when it is missing."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite":
        return _postgres(parsed)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgres(url: URL) -> Engine:
    """What people wrote is in no error (`hide_parameters`). PostgreSQL itself ends the transaction of a
    process that is frozen: nothing of it is kept, and whoever waits for its locks has them after LEASE. What
    the address sets is kept."""
    lease, patience = (f"{int(span.total_seconds() * 1000)}" for span in (LEASE, PATIENCE))
    options = (
        f"-c idle_in_transaction_session_timeout={lease} -c lock_timeout={patience} "
        f"-c statement_timeout={2 * int(patience)}"
    )
    ours = {"connect_timeout": ANSWER, "tcp_user_timeout": int(lease), **KEEPALIVES}
    return create_engine(
        url,
        pool_size=10,
        pool_timeout=PATIENCE.total_seconds(),
        hide_parameters=True,
        connect_args={
            **{name: value for name, value in ours.items() if name not in url.query},
            "options": " ".join((options, *url.normalized_query.get("options", ()))),
        },
    )


def unreachable(engine: Engine, error: DBAPIError) -> bool:
    """Whether PostgreSQL does not answer, is starting or stopping, or has no connection left: that of the
    release before, during a deploy. One that refuses a password or the name of a database answers, and would
    say the same again."""
    if engine.dialect.name != "postgresql":
        return False
    if any(words in str(error.orig) for words in FULL):
        return True
    _, given = engine.dialect.create_connect_args(engine.url)
    where = {name: given[name] for name in ("host", "hostaddr", "port") if name in given}
    found = PGconn.ping(make_conninfo("", **where, connect_timeout=ANSWER).encode())
    return found in (Ping.NO_RESPONSE, Ping.REJECT)


def _prepare(connection: Any, record: object) -> None:
    """The driver must not begin transactions by itself: `_begin` does, and takes the write lock at once."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    # A read that becomes a write ignores the busy timeout: take the lock from the first statement.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(
    engine: Engine, revision: str = "head", may: Callable[[Mapping[int, str]], None] | None = None
) -> None:
    """To the newest schema, or an empty database to an older one; does nothing when it is there already, or
    beyond: migrations only add, and the release before starts on what they added to. `may` is told first
    whose conversations these are, the bots' names by their ids, and raises to leave all as it is."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # A migration may take longer than an event may, and so may the wait for another's.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        if may is not None:
            may(_belongs_to(connection))
        attributes: Mapping[str, object] = {"connection": connection}
        config.attributes.update(attributes)
        if _is_newer(connection, config):
            log.warning("the database is of a newer release, and is left as it is")
        else:
            command.upgrade(config, revision)


def _is_newer(connection: Connection, config: Config) -> bool:
    """Migrated by a release that this one knows nothing of, and with all that this one reads and writes."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if known.issuperset(MigrationContext.configure(connection).get_current_heads()):
        return False
    there = inspect(connection)
    return all(
        there.has_table(table.name)
        and {column["name"] for column in there.get_columns(table.name)} >= {*table.c.keys()}
        for table in metadata.sorted_tables
    )


def _belongs_to(connection: Connection) -> dict[int, str]:
    """Nobody that is known, before the release that wrote it down."""
    if not inspect(connection).has_table(bots.name):
        return {}
    return {row.bot_id: row.username for row in connection.execute(select(bots.c.bot_id, bots.c.username))}
