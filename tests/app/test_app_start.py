"""A start while PostgreSQL is away: it is waited for; one that refuses is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.pq import PGconn, Ping
from sqlalchemy.exc import OperationalError

from orgbot import app
from orgbot.settings import SettingsError
from orgbot.storage.engine import normalise, open_engine, unreachable
from tests.app.test_app_process import (
    PATIENCE,
    ROOT,
    environment,
    free_port,
    launched,
    page,
    running,
    until_ready,
)
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_stop import happens
from tests.app.test_app_telegram import TOKEN, printed, telegram
from tests.chaos.postgres import Postgres, own_server, unprivileged
from tests.street import OWNER, local_settings

AWAY = "PostgreSQL cannot be reached"
# Seconds in which a stop ends the process: the contract itself.
LONGEST = 10.0


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with own_server() as server:
        yield server


def test_it_starts_once_postgresql_is_back(home: Path, postgres: Postgres) -> None:
    postgres.kill()
    port = free_port()
    # As hosts give it.
    url = postgres.url.replace("postgresql://", "postgres://")
    with running(home, port, DATABASE_URL=url) as process:
        printed(process, AWAY)
        printed(process, AWAY)
        postgres.start()
        until_ready(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_stop_while_it_waits_ends_it(home: Path, postgres: Postgres) -> None:
    postgres.kill()
    with running(home, free_port(), DATABASE_URL=postgres.url) as process:
        printed(process, AWAY)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LONGEST) == -signal.SIGTERM


@contextmanager
def migrating(home: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    known = environment(home, DATABASE_URL=url, PYTHONPATH=str(ROOT))
    with launched([sys.executable, "-m", "orgbot", "migrate"], home, known) as process:
        yield process


def test_migrate_waits_too(home: Path, postgres: Postgres) -> None:
    postgres.kill()
    with migrating(home, postgres.url) as process:
        printed(process, AWAY)
        postgres.start()
        assert process.wait(timeout=PATIENCE) == 0
    with postgres.connect() as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_server_whose_connections_are_all_taken_is_waited_for(home: Path, postgres: Postgres) -> None:
    """By the release before, during a deploy; or one's role has had its share."""
    with postgres.connect() as connection, ExitStack() as others:
        connection.execute("CREATE ROLE camille LOGIN CONNECTION LIMIT 1")
        connection.execute("GRANT ALL ON SCHEMA public TO camille")
        hers = postgres.url.replace("postgres@", "camille@")
        others.enter_context(psycopg.connect(hers))
        with migrating(home, hers) as process:
            printed(process, AWAY)
            others.close()
            assert process.wait(timeout=PATIENCE) == 0
        with suppress(psycopg.OperationalError):
            while True:
                others.enter_context(psycopg.connect(postgres.url))
        with migrating(home, postgres.url) as process:
            printed(process, AWAY)
            others.close()
            assert process.wait(timeout=PATIENCE) == 0


def test_a_server_that_is_in_recovery_or_stopping_is_waited_for(home: Path, postgres: Postgres) -> None:
    server = postgres.server
    assert server is not None
    with postgres.connect() as connection:
        connection.execute("ALTER SYSTEM SET hot_standby = off")
    server.stop()
    signed = server.folder / "data" / "standby.signal"
    signed.touch()
    if (who := unprivileged()) is not None:
        os.chown(signed, who, -1)
    server._process = server._spawn()
    happens(lambda: PGconn.ping(postgres.url.encode()) == Ping.REJECT)
    with migrating(home, postgres.url) as process:
        printed(process, AWAY)
        promote = [str(server.binaries / "pg_ctl"), "promote", "-D", str(server.folder / "data")]
        subprocess.run(promote, check=True, capture_output=True, cwd=server.folder, user=unprivileged())
        assert process.wait(timeout=PATIENCE) == 0
    # It stops once the last one has left, and lets nobody else in.
    with postgres.connect(), migrating(home, postgres.url) as process:
        server._process.send_signal(signal.SIGTERM)
        printed(process, AWAY)
    server._process.wait(timeout=PATIENCE)


@pytest.mark.parametrize(
    "words",
    [
        "FATAL:  sorry, too many clients already",
        'FATAL:  too many connections for role "camille"',
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
        "FATAL:  désolé, trop de clients sont déjà connectés",
        "FATAL:  trop de connexions pour le rôle « camille »",
        "FATAL:  no more connections allowed (max_client_conn)",
    ],
)
def test_the_words_of_a_server_that_is_full_are_known(words: str) -> None:
    """Those of PostgreSQL and of PgBouncer, in the languages of the servers here."""
    engine = open_engine("postgresql+psycopg://h/d")
    error = OperationalError("", None, psycopg.OperationalError(f"connection failed: {words}"))
    assert unreachable(engine, error)


def test_a_database_that_goes_away_while_telegram_is_waited_for_is_waited_for_too(
    home: Path, postgres: Postgres
) -> None:
    with telegram() as port:
        page(port, "/sandbox/faults", method="getMe", error_code=502, description="away", times=1000)
        own = free_port()
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
        owner = {"OWNER_CHAT_ID": str(OWNER), "DATABASE_URL": postgres.url}
        with running(home, own, **settings, **owner) as process:
            printed(process, "Telegram cannot be reached")
            postgres.kill()
            httpx.delete(f"http://127.0.0.1:{port}/sandbox/faults").raise_for_status()
            printed(process, "the database does not answer")
            postgres.start()
            until_ready(own)
            assert httpx.get(f"http://127.0.0.1:{own}/ready").json()["owners"] == 1


def test_one_that_refuses_is_told_at_once(
    tmp_path: Path, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    for wrong in (postgres.url + "2", postgres.url.replace("postgres@", "camille:motdepasse@")):
        assert "motdepasse" not in refusal(tmp_path, wrong)
    assert AWAY not in caplog.text


def test_one_that_never_comes_back_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "PATIENCE", 1.0)
    assert "motdepasse" not in refusal(tmp_path, "postgres://u:motdepasse@127.0.0.1:1/leads")
    assert caplog.text.count(AWAY) == 1


def refusal(folder: Path, url: str) -> str:
    with pytest.raises(SettingsError) as caught:
        app.open_store(local_settings(folder, database_url=normalise(url)))
    (line,) = str(caught.value).splitlines()
    assert line.startswith("DATABASE_URL")
    return line
