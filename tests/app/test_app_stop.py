"""SIGTERM: whatever the process waits for, it ends by itself in less than ten seconds, and in order."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from orgbot.knowledge.model import EntryId
from orgbot.knowledge.taught import Taught
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from tests.app.test_app_process import PATIENCE, free_port, page, replies, running, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_telegram import TOKEN, printed, telegram
from tests.chaos.postgres import own_server
from tests.conftest import MONDAY
from tests.street import DIRECTOR, OWNER

# The contract itself.
LONGEST = 10.0
BOT = int(TOKEN.partition(":")[0])


def settings(port: int, **more: str) -> dict[str, str]:
    known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
    return {**known, "OWNER_CHAT_ID": str(OWNER), **more}


def stopped(process: subprocess.Popen[str], *, left: bool = False) -> int:
    """How it ends. `left`: something does not, and is left as it is."""
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=LONGEST)
    assert process.stdout is not None
    said = process.stdout.read()
    assert "Traceback" not in said
    assert "stopped by a bug" not in said
    assert ("what does not end is left" in said) == left
    return code


def happens(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, "what was waited for has not happened"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    asked = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in asked.stdout.splitlines()]
    return [int(child) for parent, child in pairs if int(parent) == pid]


def alive(pid: int) -> bool:
    return (
        subprocess.run(["ps", "-p", str(pid), "-o", "pid="], capture_output=True, check=False).stdout != b""
    )


def hang(port: int, method: str) -> None:
    """What Telegram takes, and does not answer."""
    page(port, "/sandbox/faults", method=method, delay=300)


def faults(port: int) -> object:
    return page(port, "/sandbox/faults")["faults"]


def test_while_a_telegram_that_answers_nothing_is_asked_who_the_bot_is(home: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with running(home, free_port(), **settings(mute.getsockname()[1])) as process:
            asking, _ = mute.accept()
            with asking:
                assert stopped(process) == 0


def test_while_it_answers_nothing_about_the_menus_either(home: Path) -> None:
    with telegram() as port:
        for method in ("setMyCommands", "setChatMenuButton", "setMyDescription", "setMyShortDescription"):
            hang(port, method)
        with running(home, free_port(), **settings(port)) as process:
            printed(process, "orgbot répond")
            happens(lambda: len(faults(port)) < 4)  # type: ignore[arg-type]
            assert stopped(process) == 0


def test_while_it_takes_a_message_and_says_nothing_which_then_waits_for_the_next_start(
    home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "orgbot.sqlite3"
    with telegram() as port:
        own = free_port()
        with running(home, own, **settings(port, DATABASE_URL=f"sqlite:///{path}")) as process:
            until_ready(own)
            hang(port, "sendMessage")
            page(port, "/sandbox/say", chat=DIRECTOR, text="/start")
            happens(lambda: not faults(port))
            assert stopped(process) == 0
        assert replies(port, DIRECTOR) == []
    with closing(sqlite3.connect(path)) as database:
        (waiting,) = database.execute("SELECT message FROM outbox WHERE state = 'todo'").fetchone()
    assert "Bonjour Lucie!" in waiting


@contextmanager
def frozen(postmaster: int) -> Iterator[None]:
    """A PostgreSQL whose system answers for it, and that says nothing more."""
    every = [postmaster, *children(postmaster)]
    for pid in every:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in every:
            os.kill(pid, signal.SIGCONT)


def test_while_a_database_says_nothing_more_and_nothing_is_acknowledged(home: Path) -> None:
    public = {"WEBHOOK_URL": "https://orgbot.example.org", "WEBHOOK_SECRET": "s" * 32}
    with own_server() as postgres, telegram() as port:
        own = free_port()
        server = postgres.server
        assert server is not None
        assert server._process is not None
        with running(home, own, **settings(port, DATABASE_URL=postgres.url, **public)) as process:
            until_ready(own)
            with frozen(server._process.pid), ThreadPoolExecutor(1) as pool:
                answer = pool.submit(deliver, own)
                # It has been handed to a thread, which waits, as does this.
                with pytest.raises(httpx.ReadTimeout):
                    httpx.get(f"http://127.0.0.1:{own}/ready", timeout=1)
                assert not answer.done()
                assert stopped(process, left=True) == 0
                assert answer.result() != 200
        with postgres.connect() as connection:
            assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (0,)


def deliver(port: int) -> int:
    """As Telegram does by webhook: the status that it reads, 0 for none."""
    person = {"id": DIRECTOR, "is_bot": False, "first_name": "Lucie"}
    chat = {"id": DIRECTOR, "type": "private", "first_name": "Lucie"}
    body = {"message_id": 1, "date": 1795000000, "chat": chat, "from": person, "text": "bonjour"}
    try:
        return httpx.post(
            f"http://127.0.0.1:{port}/telegram",
            headers={"X-Telegram-Bot-Api-Secret-Token": "s" * 32},
            json={"update_id": 1, "message": body},
            timeout=PATIENCE,
        ).status_code
    except httpx.TransportError:
        return 0


def test_while_a_lesson_is_learned_which_nobody_is_told_has_failed(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "orgbot.sqlite3"
    store = SqlStore(open_engine(f"sqlite:///{path}"), BOT)
    migrate(store.engine)
    with store.transaction() as tx:
        tx.teach([Taught("le chat du voisin a mangé nos tracts", EntryId("mission"))], "Camille", MONDAY)
    store.engine.dispose()
    with telegram() as port:
        known = settings(port, DATABASE_URL=f"sqlite:///{path}")
        with running(home, free_port(), **known) as process:
            happens(lambda: children(process.pid))
            (learner,) = children(process.pid)
            assert stopped(process) == 0
        happens(lambda: not alive(learner))
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT key FROM outbox").fetchall() == []
        assert database.execute("SELECT count(*) FROM taught").fetchone() == (1,)


def test_while_it_learns_at_its_first_start(home: Path, tmp_path: Path) -> None:
    """It has taken nothing from anybody yet: the signal ends it, as it ends any program."""
    with running(home, free_port(), XDG_CACHE_HOME=str(tmp_path)) as process:
        happens(lambda: children(process.pid))
        (learner,) = children(process.pid)
        assert stopped(process) == -signal.SIGTERM
        happens(lambda: not alive(learner))
