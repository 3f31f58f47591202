"""What real processes print: no password and no token, however wrong a setting or an argument is."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.app.test_app_process import DIRECTOR, free_port, page, running, say, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_telegram import TOKEN, telegram
from tests.chaos.postgres import Postgres
from tests.logs.birds import PASSWORD, SECRET, WORDS, birds, bot
from tests.logs.servers import fresh, guarded

ADDRESS = f"postgres://camille:{PASSWORD}@127.0.0.1:1/leads"
ORGBOT = ("-m", "orgbot")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with guarded() as server:
        yield server


@pytest.mark.parametrize("command", ["run", "serve", "migrate", "faq export"])
def test_a_password_that_postgresql_refuses(tmp_path: Path, postgres: Postgres, command: str) -> None:
    wrong = fresh(postgres, "un-autre-canari")
    said = bot(*ORGBOT, *command.split(), HOME=str(tmp_path), DATABASE_URL=wrong, TELEGRAM_BOT_TOKEN=TOKEN)
    (line,) = said["err"].splitlines()
    assert line.startswith("DATABASE_URL : ")
    assert "password authentication failed" in line
    assert birds(line + said["out"]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "postgres://camille:p@ss-canari@127.0.0.1:1/leads",
        "postgres://camille:canari@127.0.0.1:canari/leads",
        "postgres:/camille:canari@h/leads",
        "postgresql+canari://camille:canari@h/leads",
        "camille:canari@h/leads",
        "sqlite:////dev/null/leads.sqlite3?password=canari",
    ],
)
def test_an_address_that_cannot_be_used(tmp_path: Path, wrong: str) -> None:
    said = bot(*ORGBOT, "migrate", HOME=str(tmp_path), DATABASE_URL=wrong)
    assert said["err"].startswith("DATABASE_URL : ")
    assert birds(said["err"] + said["out"]) == []


@pytest.mark.parametrize("query", [f"password={PASSWORD}", f"sslpassword={PASSWORD}&sslmode=canaris"])
def test_a_password_in_the_query(tmp_path: Path, postgres: Postgres, query: str) -> None:
    bare = fresh(postgres).replace(f":{PASSWORD}@", "@")
    said = bot(*ORGBOT, "migrate", HOME=str(tmp_path), DATABASE_URL=f"{bare}2?{query}")
    assert said["err"].startswith("DATABASE_URL : ")
    assert PASSWORD not in said["err"] + said["out"]


def test_a_migration_that_fails_on_what_is_there(tmp_path: Path, postgres: Postgres) -> None:
    url = fresh(postgres)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32))")
        connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE data_exception USING MESSAGE = 'canari'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON alembic_version FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    said = bot(*ORGBOT, "migrate", HOME=str(tmp_path), DATABASE_URL=url)
    assert "ne peut pas être ouverte (DataError)" in said["err"]
    assert birds(said["err"] + said["out"]) == []


@pytest.mark.parametrize(
    "name",
    ["WEBHOOK_URL", "WEBHOOK_SECRET", "TELEGRAM_API_URL", "PORT", "OWNER_CHAT_ID", "SMTP_URL", "MAIL_TO"],
)
def test_an_address_in_the_place_of_another_setting(tmp_path: Path, name: str) -> None:
    others = {
        "WEBHOOK_SECRET": {"WEBHOOK_URL": "https://x.org"},
        "SMTP_URL": {"MAIL_TO": "camille@example.org"},
        "MAIL_TO": {"SMTP_URL": "smtps://x.org"},
    }
    said = bot("bot.py", HOME=str(tmp_path), **others.get(name, {}), **{name: ADDRESS})
    assert said["err"].startswith(name)
    assert birds(said["err"] + said["out"]) == []


@pytest.mark.parametrize("wrong", [ADDRESS, f"https://api.telegram.org/bot1000:{SECRET}"])
@pytest.mark.parametrize(
    "command", ["backup", "restore", "leads", "backup a", "check --faq", "match --faq", "eval", "migrate"]
)
def test_an_address_in_the_place_of_an_argument(tmp_path: Path, command: str, wrong: str) -> None:
    said = bot(*ORGBOT, *command.split(), wrong, HOME=str(tmp_path))
    assert said["err"]
    assert birds(said["err"] + said["out"]) == []


def test_a_token_that_telegram_refuses(tmp_path: Path, home: Path) -> None:
    """Whose words, python-telegram-bot's, hold it."""
    del home
    other = f"{TOKEN.partition(':')[0]}:{SECRET}"
    with telegram() as port:
        settings = {"TELEGRAM_BOT_TOKEN": other, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
        said = bot("bot.py", HOME=str(tmp_path), PORT=str(free_port()), **settings)
    assert said["err"].startswith("TELEGRAM_BOT_TOKEN : Telegram ne reconnaît pas ce jeton")
    assert birds(said["err"] + said["out"]) == []


def test_a_whole_life_with_all_that_python_can_say(home: Path, postgres: Postgres) -> None:
    """In Python's development mode: every warning, and what asyncio says when it is asked to look."""
    port = free_port()
    with running(home, port, PYTHONDEVMODE="1", DATABASE_URL=fresh(postgres)) as process:
        until_ready(port)
        for line in ("/contact", "oui", "Maison du canari", "lucie@canari.org", WORDS, "oui", "envoyer"):
            say(port, line)
        words = {"method": "sendMessage", "error_code": 400, "description": WORDS, "times": 1}
        page(port, "/sandbox/faults", **words)
        page(port, "/sandbox/say", chat=DIRECTOR, text=WORDS)
        page(port, "/sandbox/clock", forward=20 * 86_400)
        assert say(port, "/monsuivi")
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
    assert "gardées dans postgresql+psycopg://camille:***@127.0.0.1" in printed
    assert "is refused for good" in printed
    assert birds(printed) == []
