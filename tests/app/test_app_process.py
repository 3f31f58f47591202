"""The whole program as an operator starts it: a real process, real sockets, and kill -9."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from orgbot.matching.decision import Matcher

ROOT = Path(__file__).parents[2]
DIRECTOR, OWNER = 1001, 2002
PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# Set once by the fixture below: every process finds the model that the tests have trained.
CACHES: dict[str, str] = {}


def environment(home: Path, **variables: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        **CACHES,
        "HOME": str(home),
        "PYTHONWARNINGS": "error::DeprecationWarning:orgbot",
        **variables,
    }


@contextmanager
def running(home: Path, port: int, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """python bot.py."""
    known = environment(home, PORT=str(port), **variables)
    with launched([sys.executable, str(ROOT / "bot.py")], home, known) as process:
        yield process


@contextmanager
def launched(
    command: str | Sequence[str], folder: Path, known: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Stopped by its process id. `command`: a line for the shell, or its words; `known`: its environment."""
    process = subprocess.Popen(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env=known,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def page(port: int, path: str, **body: object) -> Any:
    url = f"http://127.0.0.1:{port}{path}"
    answer = httpx.post(url, json=body) if body else httpx.get(url)
    answer.raise_for_status()
    return answer.json()


def until_ready(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the bot did not start")


def replies(port: int, chat: int) -> list[dict[str, Any]]:
    messages = page(port, f"/sandbox/chats/{chat}")["messages"]
    return [message for message in messages if message["from"]["is_bot"]]


def say(port: int, text: str) -> str:
    """The bot's last words once it has answered."""
    known = len(replies(port, DIRECTOR))
    page(port, "/sandbox/say", chat=DIRECTOR, text=text)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        fresh = replies(port, DIRECTOR)[known:]
        if fresh:
            last: str = fresh[-1]["text"]
            return last
        time.sleep(0.05)
    raise AssertionError(f"no answer to {text!r}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, matcher: Matcher, caches: Path) -> Path:
    assert matcher
    CACHES["XDG_CACHE_HOME"] = str(caches)
    return tmp_path_factory.mktemp("home")


def test_killed_in_mid_form_it_asks_nothing_twice_and_sends_one_lead(home: Path) -> None:
    port = free_port()
    with running(home, port) as process:
        until_ready(port)
        say(port, "/contact")
        assert "organisme" in say(port, "oui")
        assert "te joindre" in say(port, "La Débrouille")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with running(home, port) as process:
        until_ready(port)
        # The question that was on its way when the process died may come once more; the next one follows.
        say(port, "lucie@debrouille.qc.ca")
        assert until_said(port, "De quoi aimerais-tu parler")
        say(port, "passer")
        say(port, "oui")
        assert "C’est envoyé" in say(port, "envoyer")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with running(home, port) as process:
        until_ready(port)
        # What was on its way when the process died may come once more; nothing is sent again.
        say(port, "envoyer")
        assert until_said(port, "C’est déjà envoyé")
        (card,) = listed_leads(port)
        assert "La Débrouille" in card
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def until_said(port: int, words: str) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any(words in message["text"] for message in replies(port, DIRECTOR)):
            return True
        time.sleep(0.05)
    return False


def listed_leads(port: int) -> list[str]:
    """The lines of /demandes: what the database holds, whatever this life of the sandbox has seen."""
    page(port, "/sandbox/say", chat=OWNER, text="/demandes")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for message in replies(port, OWNER):
            if message["text"].startswith("Tes demandes"):
                return [line for line in message["text"].splitlines() if line.startswith("•")]
        time.sleep(0.05)
    raise AssertionError("no list of leads")


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"TELEGRAM_BOT_TOKEN": "oups"}, "TELEGRAM_BOT_TOKEN"),
        ({"PORT": "huit"}, "PORT"),
        ({"DATABASE_URL": "mysql://u:motdepasse@h/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////dev/null/leads.sqlite3"}, "DATABASE_URL"),
        ({"OWNER_CHAT_ID": "@camille"}, "OWNER_CHAT_ID"),
        ({"WEBHOOK_URL": "http://x"}, "WEBHOOK_URL"),
        ({"WEBHOOK_URL": "https://x.org"}, "WEBHOOK_SECRET"),
        ({"SMTP_URL": "smtps://u:motdepasse#@x.org", "MAIL_TO": "camille@example.org"}, "SMTP_URL"),
        *(
            ({"TELEGRAM_BOT_TOKEN": f"1:{'a' * 35}", **host}, "DATABASE_URL : ")
            for host in (
                {"DYNO": "web.1"},
                {"DYNO": "web.1", "DATABASE_URL": "sqlite:////tmp/orgbot.sqlite3"},
                {"RENDER": "true"},
                {"RAILWAY_ENVIRONMENT": "production"},
                {"K_SERVICE": "orgbot"},
            )
        ),
    ],
)
def test_a_setting_that_cannot_be_used_ends_in_one_line(
    home: Path, variables: dict[str, str], named: str
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bot.py")],
        cwd=home,
        env=environment(home, **variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(named)
    assert "motdepasse" not in line
    assert {"DYNO", "RENDER", "RAILWAY_ENVIRONMENT", "K_SERVICE"}.isdisjoint(
        variables
    ) or "PostgreSQL" in line
    # Nothing was made where it would be wiped.
    assert not [*home.rglob("orgbot.sqlite3")]


def test_a_taken_port_ends_in_one_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(home, port) as process:
            printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    (line,) = printed.splitlines()
    assert line.startswith(f"PORT : le port {port}")


def test_match_answers_one_json_object_a_line(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orgbot", "match"],
        cwd=ROOT,
        env=environment(home),
        input=b"on a pas une cenne\n\n\n" + b"\xff\xfe\nbonjour\n",
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    first, empty, _, garbled, hello = map(json.loads, done.stdout.splitlines())
    assert set(first) == {"text", "action", "entries", "ranking"}
    assert first["entries"] == ["budget"]
    assert empty["action"] == garbled["action"] == "fallback"
    assert hello["entries"] == ["salutation"]
    assert len(hello["ranking"]) == 19
    assert all(0 <= probability <= 1 for _, probability in hello["ranking"])
