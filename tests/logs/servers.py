"""A PostgreSQL of one's own, with a password that it asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from orgbot.storage.engine import normalise
from tests.chaos.postgres import Postgres, own_server
from tests.logs.birds import PASSWORD

# All others come in without a password.
ASKED = "host all camille 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"


@contextmanager
def guarded() -> Iterator[Postgres]:
    with own_server() as server:
        assert server.server is not None
        (server.server.folder / "data" / "pg_hba.conf").write_text(ASKED)
        with server.connect() as connection:
            role = sql.SQL("CREATE ROLE camille SUPERUSER LOGIN PASSWORD {}").format(PASSWORD)
            connection.execute(role)
            connection.execute("SELECT pg_reload_conf()")
        yield server


def fresh(server: Postgres, password: str = PASSWORD) -> str:
    """The address of an empty database, as camille, in the form that settings keep."""
    name = f"orgbot_{uuid4().hex}"
    with server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    host = psycopg.conninfo.conninfo_to_dict(server.url)
    return normalise(f"postgres://camille:{password}@{host['host']}:{host['port']}/{name}")
