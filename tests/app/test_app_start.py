"""A start while PostgreSQL is away: it is waited for; one that refuses is not."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orgbot import app
from orgbot.settings import SettingsError
from orgbot.storage.engine import normalise
from tests.app.test_app_process import PATIENCE, ROOT, environment, free_port, page, running, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_telegram import TOKEN, printed, telegram
from tests.chaos.postgres import Postgres, own_server
from tests.street import OWNER, local_settings

AWAY = "PostgreSQL cannot be reached"


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with own_server() as server:
        yield server


def test_it_starts_once_postgresql_is_back(home: Path, postgres: Postgres) -> None:
    postgres.kill()
    port = free_port()
    with running(home, port, DATABASE_URL=postgres.url) as process:
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
        assert process.wait(timeout=30) == -signal.SIGTERM


def test_migrate_waits_too(home: Path, postgres: Postgres) -> None:
    postgres.kill()
    process = subprocess.Popen(
        [sys.executable, "-m", "orgbot", "migrate"],
        cwd=home,
        env=environment(home, DATABASE_URL=postgres.url, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed(process, AWAY)
        postgres.start()
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()
    with postgres.connect() as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


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
