"""The commands that an operator or a host runs, as processes: the Procfile, migrate, backup, restore."""

import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from orgbot.runtime.ports import Outgoing
from orgbot.storage.codec import dump
from orgbot.storage.engine import MIGRATING, migrate, normalise, open_engine
from orgbot.storage.store import SqlStore
from tests.app.test_app_process import (
    PATIENCE,
    ROOT,
    environment,
    free_port,
    launched,
    page,
    replies,
    running,
    until_ready,
)
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_stop import BOT, happens, settings, stopped
from tests.app.test_app_telegram import TOKEN, telegram
from tests.chaos.postgres import binaries, own_server
from tests.conftest import MONDAY
from tests.desk.test_desk_card import lead
from tests.storage.postgres import database

REFERENCE = "7KQ-2M4"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with database() as url:
        yield url.replace("postgresql+psycopg://", "postgres://")


@contextmanager
def shell(line: str, home: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """As a host runs it: from the root of the project, with its Python first."""
    known = environment(home, **variables)
    first = (str(Path(sys.executable).parent), str(binaries()), known["PATH"])
    with launched(line, ROOT, known | {"PATH": os.pathsep.join(first)}) as process:
        yield process


def orgbot(home: Path, *given: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orgbot", *map(str, given)],
        cwd=home,
        env=environment(home, PYTHONPATH=str(ROOT), **variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    return {kind: command.strip() for kind, _, command in (line.partition(":") for line in lines)}


def test_a_host_runs_the_release_line_many_times_at_once_and_then_the_web_line(
    home: Path, server: str
) -> None:
    release, web = procfile()["release"], procfile()["web"]
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        # One that is at it already.
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATING,))
        with (
            shell(release, home, DATABASE_URL=server) as one,
            shell(release, home, DATABASE_URL=server) as other,
            shell(release, home, DATABASE_URL=server) as third,
        ):
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            happens(lambda: connection.execute(waiting).fetchone() == (3,))
            known = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(known).fetchone() == (0,)
            connection.execute("SELECT pg_advisory_unlock(%s)", (MIGRATING,))
            for process in (one, other, third):
                assert process.wait(timeout=PATIENCE) == 0
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
    with telegram() as port:
        own = free_port()
        known_ = settings(port, DATABASE_URL=server, DYNO="web.1", PORT=str(own))
        with shell(f"exec {web}", home, **known_) as process:
            until_ready(own)
            assert stopped(process) == 0


def opened(url: str) -> SqlStore:
    """Of the bot, with one lead and its card."""
    known = SqlStore(open_engine(url), BOT)
    migrate(known.engine)
    with known.transaction() as tx:
        tx.add_lead(lead())
        tx.enqueue(Outgoing("update:1:0", 1001, None), MONDAY)
    assert known.introduce("orgbot_bot", MONDAY) == ""
    return known


def test_a_copy_made_while_the_bot_writes_brings_the_lead_back(home: Path, tmp_path: Path) -> None:
    path, copy = tmp_path / "orgbot.sqlite3", tmp_path / "copies" / "orgbot.sqlite3"
    copy.parent.mkdir()
    url = {"DATABASE_URL": f"sqlite:///{path}", "TELEGRAM_BOT_TOKEN": TOKEN}
    opened(url["DATABASE_URL"]).engine.dispose()
    with telegram() as port:
        own, known = free_port(), settings(port, **url)
        with (
            running(home, own, **known) as process,
            closing(sqlite3.connect(path, isolation_level=None)) as reader,
            closing(sqlite3.connect(path, isolation_level=None)) as writer,
        ):
            until_ready(own)
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM leads").fetchone() == (1,)
            # What is not committed yet keeps nobody from reading, and is in no copy.
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM leads")
            page(port, "/sandbox/say", chat=1001, text="/start")
            done = orgbot(home, "backup", copy, **url)
            assert (done.returncode, done.stdout) == (0, f"Copie faite : {copy}\n"), done.stderr
            writer.execute("COMMIT")
            # Nor does who reads keep anybody from writing: that one reads on what was there when it began.
            happens(lambda: replies(port, 1001))
            assert reader.execute("SELECT count(*) FROM leads").fetchone() == (1,)
            refused(orgbot(home, "restore", copy, **url), f"{path} : le bot tourne", "arrête-le")
            assert leads(path) == []
            assert stopped(process) == 0
        done = orgbot(home, "restore", copy, **url)
        assert done.returncode == 0, done.stderr
        assert "avant-restauration" in done.stdout
        with running(home, own, **known) as process:
            until_ready(own)
            page(port, "/sandbox/say", chat=2002, text="/demandes")
            happens(lambda: said(port, REFERENCE))
            assert stopped(process) == 0


def said(port: int, words: str) -> bool:
    return any(words in one["text"] for one in page(port, "/sandbox/chats/2002")["messages"])


def leads(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as known:
        return known.execute("SELECT reference FROM leads").fetchall()


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """In one line, that names what is wrong and the fix."""
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert all(word in line for word in words), line


def test_what_cannot_be_copied_or_put_back_is_said_and_nothing_is_lost(home: Path, tmp_path: Path) -> None:
    path, copy, other = (tmp_path / name for name in ("orgbot.sqlite3", "copie.sqlite3", "autre.sqlite3"))
    url = {"DATABASE_URL": f"sqlite:///{path}", "TELEGRAM_BOT_TOKEN": TOKEN}
    opened(url["DATABASE_URL"]).engine.dispose()
    foreign = SqlStore(open_engine(f"sqlite:///{other}"), BOT + 1)
    migrate(foreign.engine)
    assert foreign.introduce("autre_bot", MONDAY) == ""
    foreign.engine.dispose()
    (tmp_path / "notes.txt").write_text("ma liste d’épicerie", "utf-8")
    shut = closed(tmp_path)

    assert orgbot(home, "backup", copy, **url).returncode == 0
    before = path.read_bytes(), copy.read_bytes()
    told = {
        ("backup",): ("COPIE", "orgbot backup --help"),
        ("backup", tmp_path): ("dossier", "ajoute un nom"),
        ("backup", shut / "copie"): (str(shut), "droits"),
        ("restore", tmp_path / "copie.sqlite"): ("n’existe pas", "orgbot backup"),
        ("restore", tmp_path / "notes.txt"): ("notes.txt : ce n’est pas une copie", "orgbot backup"),
        ("restore", other): ("autre_bot", "TELEGRAM_BOT_TOKEN"),
    }
    with ThreadPoolExecutor(4) as pool:
        done = pool.map(lambda given: orgbot(home, *given, **url), told)
        for found, words in zip(done, told.values(), strict=True):
            refused(found, *words)
    missing = {**url, "DATABASE_URL": f"sqlite:///{tmp_path / 'rien.sqlite3'}"}
    refused(orgbot(home, "backup", tmp_path / "vide", **missing), "pas encore de base", "DATABASE_URL")
    unwritable = {**url, "DATABASE_URL": f"sqlite:///{shut / 'orgbot' / 'orgbot.sqlite3'}"}
    refused(orgbot(home, "restore", copy, **unwritable), str(shut), "droits")
    assert (path.read_bytes(), copy.read_bytes()) == before
    assert [found.name for found in tmp_path.glob("*copie*")] == ["copie.sqlite3"]
    assert not [*tmp_path.glob("*restauration*")]
    assert leads(path) == [(REFERENCE,)]


def closed(folder: Path) -> Path:
    """A folder where nothing can be made, by root neither."""
    if os.geteuid() == 0:
        return Path("/proc")
    (folder / "ferme").mkdir(mode=0o555)
    return folder / "ferme"


def documented() -> list[str]:
    """Of docs/operations.md, for PostgreSQL: the line that copies, and those that put back."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8").partition("## Copies")[2]
    blocks = text.partition("PostgreSQL:")[2].split("```")[1:4:2]
    return [block.strip() for block in blocks]


def test_the_documented_commands_bring_a_lead_back_on_postgresql(home: Path, tmp_path: Path) -> None:
    """Into the database as it is since; and, from a copy of the first release, into one of this release."""
    copied, back = documented()
    with own_server() as postgres:
        with postgres.connect() as connection:
            connection.execute("CREATE ROLE camille LOGIN")
            for name in ("head", "0001"):
                connection.execute(f'CREATE DATABASE "{name}" OWNER camille')
        for revision in ("head", "0001"):
            url = postgres.url.replace("postgres@", "camille@").replace("/chaos", f"/{revision}")
            store = SqlStore(open_engine(normalise(url)), BOT)
            migrate(store.engine, revision)
            write_lead(url)
            run_line(copied, tmp_path, url)
            migrate(store.engine)
            with psycopg.connect(url) as connection:
                connection.execute("DELETE FROM leads")
            store.engine.dispose()
            run_line(f"set -e\n{back}", tmp_path, url)
            done = orgbot(home, "migrate", DATABASE_URL=url)
            assert done.returncode == 0, done.stderr
            with store.transaction() as tx:
                found = tx.follow(REFERENCE)
            assert found is not None
            assert found.lead == lead()
            store.engine.dispose()


def write_lead(url: str) -> None:
    """As the first release did."""
    columns = "bot_id, chat_id, reference, status, at, probable, latest, lead"
    values = (BOT, 1001, REFERENCE, "new", *[MONDAY] * 3, dump(lead()))
    with psycopg.connect(url) as connection:
        connection.execute(f"INSERT INTO leads ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", values)


def run_line(line: str, folder: Path, url: str) -> None:
    with shell(f"cd {shlex.quote(str(folder))} && {line}", folder, DATABASE_URL=url) as process:
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
