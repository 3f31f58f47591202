"""What an operator does to a bot: starts it twice, gives it the token or the database of another, takes its
own token away. Each ends in one line that says what to do."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx

from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from tests.app.test_app_process import PATIENCE, free_port, page, running, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_stop import BOT, happens, settings
from tests.app.test_app_telegram import TOKEN, printed, telegram
from tests.conftest import MONDAY
from tests.street import DIRECTOR


def refused(process: subprocess.Popen[str]) -> str:
    """The last line that the operator reads."""
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "stopped by a bug" not in said
    return said.splitlines()[-1]


def rows(path: Path) -> dict[str, int]:
    """Those of each table."""
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in names
            if name != "alembic_version"
        }


def test_a_token_that_is_taken_away_ends_a_bot_that_polls(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "orgbot.sqlite3"
    with telegram() as port:
        own = free_port()
        with running(home, own, **settings(port, DATABASE_URL=f"sqlite:///{path}")) as process:
            until_ready(own)
            page(port, "/sandbox/faults", method="sendMessage", error_code=502, times=1000)
            page(port, "/sandbox/say", chat=DIRECTOR, text="/start")
            happens(lambda: rows(path)["outbox"])
            page(port, "/sandbox/faults", method="*", error_code=401, description="Unauthorized", times=1000)
            # What Telegram has for the bot ends the request that waits.
            page(port, "/sandbox/say", chat=DIRECTOR, text="bonjour")
            line = refused(process)
    assert line.startswith("TELEGRAM_BOT_TOKEN : Telegram ne reconnaît plus ce jeton; copie")
    assert rows(path)["outbox"] > 0


def test_a_webhook_that_another_program_sets_is_said_to_a_bot_that_polls(home: Path) -> None:
    with telegram() as port:
        own = free_port()
        with running(home, own, **settings(port)) as process:
            until_ready(own)
            url = f"http://127.0.0.1:{port}/bot{TOKEN}/setWebhook"
            httpx.post(url, data={"url": "https://autre.example.org/telegram"}).raise_for_status()
            line = printed(process, "another program has set a webhook with this token").string
            assert '"error"' in line


def test_a_token_that_telegram_says_is_another_bots_is_refused(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "orgbot.sqlite3"
    url = {"DATABASE_URL": f"sqlite:///{path}"}
    with telegram(bot_id=777) as port, running(home, free_port(), **settings(port, **url)) as process:
        line = refused(process)
    assert line.startswith(f"TELEGRAM_BOT_TOKEN : ce jeton est celui du bot 777, pas {BOT}; copie-le")
    assert not any(rows(path).values())


def test_the_database_of_another_bot_is_refused_before_anything_is_listened_to(
    home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "orgbot.sqlite3"
    store = SqlStore(open_engine(f"sqlite:///{path}"), BOT + 1)
    migrate(store.engine, "0003")
    assert store.introduce("autre_bot", MONDAY) == ""
    store.engine.dispose()
    before = dump(path)
    # Where no Telegram answers.
    with running(home, free_port(), **settings(1, DATABASE_URL=f"sqlite:///{path}")) as process:
        line = refused(process)
    assert line.startswith("TELEGRAM_BOT_TOKEN : cette base de données est celle du bot autre_bot, pas de")
    assert "DATABASE_URL" in line
    # Nor is it brought up to date.
    assert dump(path) == before


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [*database.iterdump()]


def test_a_second_bot_on_a_sqlite_file_is_refused_and_the_first_goes_on(home: Path, tmp_path: Path) -> None:
    """Each would send again what the other is sending."""
    with telegram() as port:
        own, known = free_port(), settings(port, DATABASE_URL=f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
        with running(home, own, **known) as first:
            until_ready(own)
            with running(home, free_port(), **known) as second:
                line = refused(second)
            assert line.startswith("DATABASE_URL : un autre orgbot tourne sur la base")
            assert "arrête-le" in line
            assert first.poll() is None
            until_ready(own)
