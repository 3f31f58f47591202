"""Opening the database, and bringing its tables up to date."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

MIGRATIONS = Path(__file__).parent / "migrations"


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
    return f"{scheme}://{tail}"


def open_engine(url: str) -> Engine:
    """`url`: normalised. A SQLite file's folder is made when it is missing."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


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


def migrate(engine: Engine, revision: str = "head") -> None:
    """To the newest schema, or an empty database to an older one; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        attributes: Mapping[str, object] = {"connection": connection}
        config.attributes.update(attributes)
        command.upgrade(config, revision)
