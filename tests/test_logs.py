"""Canaries (a token, an address, a number, a sentence) go down every path: no log holds one.

Beside the real output, the same records are written as the standard library writes them, to see that the
canaries did pass by.
"""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from sqlalchemy import text, update
from telegram.error import TelegramError

from orgbot import logs
from orgbot.app import SANDBOX_TOKEN
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.problems import Problem
from orgbot.matching.decision import Matcher
from orgbot.runtime.ports import StoreAwayError
from orgbot.storage.tables import conversations, leads, outbox
from tests.app.test_app_process import ROOT, environment
from tests.mail.server import Office, post_office, smtp
from tests.street import DIRECTOR, OWNER, Street, street

pytestmark = pytest.mark.anyio

SENTENCE = "la présidente a un canari pis pas une cenne"
ADDRESS, PHONE = "lucie@canari.org", "418 555-0199"
WORDS = f"{SENTENCE}, écris à {ADDRESS} ou au {PHONE}"
BIRDS = ("canari", "555-0199", "4185550199", SANDBOX_TOKEN.partition(":")[2])


@dataclass(slots=True)
class Printed:
    """`lines`: as in production; `terminal`: as on one; `bare`: as without any of this."""

    production: StringIO = field(default_factory=StringIO)
    terminal: StringIO = field(default_factory=StringIO)
    bare: StringIO = field(default_factory=StringIO)

    def handlers(self) -> tuple[logging.Handler, ...]:
        return (
            logs.handler_to(self.production, terminal=False),
            logs.handler_to(self.terminal, terminal=True),
            logging.StreamHandler(self.bare),
        )

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.production.getvalue().splitlines()]

    def birds(self, where: StringIO) -> list[str]:
        return [bird for bird in BIRDS if bird in where.getvalue()]

    def assert_silent(self, *said: str) -> None:
        """`said`: what the log must tell all the same."""
        shown = self.production.getvalue()
        assert all(words in shown for words in said), shown
        assert self.birds(self.production) == self.birds(self.terminal) == []


@pytest.fixture
def printed() -> Iterator[Printed]:
    """Of the loggers that production lets speak."""
    root, own, kept = logging.getLogger(), logging.getLogger("orgbot"), Printed()
    before, handlers = (root.level, own.level), kept.handlers()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.INFO)
    yield kept
    root.setLevel(before[0])
    own.setLevel(before[1])
    for handler in handlers:
        root.removeHandler(handler)


def stumble(*_: object) -> NoReturn:
    raise RuntimeError(f"{WORDS} https://api.telegram.org/bot{SANDBOX_TOKEN}/sendMessage")


async def ask(lane: Street) -> None:
    for line in ("/contact", "oui", "Maison du canari", ADDRESS, WORDS, "oui", "envoyer"):
        await lane.say(line)


async def test_a_conversation_from_the_doubt_to_the_talk(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    office = Office(data=f"550 5.7.1 {WORDS}")
    async with (
        post_office(office) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port)) as lane,
    ):
        await lane.say(WORDS)
        await lane.say("/annuler")
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.say(WORDS, OWNER)
        await lane.say(WORDS)
        await lane.send("photo", caption=WORDS)
        await lane.tap("Perdu", OWNER)
        await lane.tap("Autre raison", OWNER)
        await lane.say(WORDS, OWNER)
        assert await lane.last(OWNER, WORDS)
    printed.assert_silent("le serveur de courriel refuse la lettre")


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 429, 500])
async def test_whatever_telegram_says_in_its_refusals(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, code: int
) -> None:
    wait = {"retry_after": 1} if code == 429 else {}
    words = f"Bad Request: can't parse entities: « {WORDS} » {SANDBOX_TOKEN}"
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("/aide")
        for method in ("sendMessage", "answerCallbackQuery"):
            await lane.fault(method=method, error_code=code, description=words, **wait)
        await lane.tap("Voir les sujets")
    printed.assert_silent("update:", "a tap could not be acknowledged")


async def test_a_handler_that_raises_and_the_update_it_sets_aside(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.runtime.handle.respond", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say(WORDS)
        assert lane.parts.store.health(lane.clock()).failed == 1
    printed.assert_silent("failed (attempt 3)", "RuntimeError", "orgbot/runtime/handle.py:")
    assert printed.birds(printed.bare) == [*BIRDS[:2], BIRDS[3]]


async def test_an_answer_of_telegrams_that_cannot_be_read(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """A proxy may cut it in two; python-telegram-bot repeats it whole."""
    async with street(tmp_path, kb, matcher) as lane:
        cut = f'{{"ok": true, "result": [{{"text": "{WORDS}"'.encode()

        async def answer(*_: object, **__: object) -> tuple[int, bytes]:
            return 200, cut

        lane.parts.bot.request.do_request = answer  # type: ignore[method-assign]
        with pytest.raises(TelegramError):
            await lane.parts.bot.get_updates()
    printed.assert_silent("Can not load invalid JSON data")
    assert "canari" in printed.birds(printed.bare)


async def test_a_database_that_fails(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """A statement that is refused is told with what it would have written."""
    async with street(tmp_path, kb, matcher) as lane:
        for line in ("/contact", "oui", "le canari", ADDRESS, WORDS):
            await lane.say(line)
        with lane.parts.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE conversations RENAME TO away"))
        await lane.say("oui")
    printed.assert_silent("failed (attempt 3)", "OperationalError")


async def test_a_database_that_is_away(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    disk = tmp_path / "disk"
    async with street(disk, kb, matcher) as lane:
        lane.parts.store.engine.dispose()
        disk.rename(tmp_path / "gone")
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": WORDS})
        (received,) = await lane.parts.bot.get_updates(timeout=0)
        with pytest.raises(StoreAwayError):
            await lane.parts.receiver.receive(received)
    printed.assert_silent("the database does not answer", "StoreAwayError < OperationalError")


async def test_rows_that_cannot_be_read(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.fault(method="sendMessage", error_code=500, times=1)
        await lane.say("/aide")
        unreadable = json.dumps(
            {"reach": {"kind": WORDS}, "given": WORDS, "text": WORDS, "buttons": [[WORDS]]}
        )
        with lane.parts.store.engine.begin() as connection:
            connection.execute(update(leads).values(lead=unreadable))
            connection.execute(update(conversations).values(state=f"{{{WORDS}"))
            connection.execute(update(outbox).where(outbox.c.state == "todo").values(message=unreadable))
        lane.clock.pass_(minutes=1)
        await lane.say("/monsuivi")
    printed.assert_silent("begins anew", "the lead", "cannot be read")
    assert "canari" in printed.birds(printed.bare)


async def test_a_page_for_the_operator_that_fails(printed: Printed) -> None:
    """The server's own logger tells it."""
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=_caught())
    printed.assert_silent("Exception in ASGI application", "RuntimeError")


def _caught() -> BaseException:
    try:
        stumble()
    except RuntimeError as error:
        return error


async def test_content_that_is_edited_wrongly(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """The owners are told; the log is not."""
    async with street(tmp_path, kb, matcher) as lane:
        lane.parts.school.edited(None, [Problem(tmp_path, 1, WORDS, "corrige-le")])
        await lane.settle()
        assert await lane.last(OWNER, WORDS)
    printed.assert_silent()


async def test_a_bug_in_a_delivery(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        lane.parts.delivery.send = stumble
        await lane.say(WORDS)
    printed.assert_silent("delivery of update:", "RuntimeError")


async def test_a_task_that_nobody_waits_for(printed: Printed) -> None:
    async def forgotten() -> None:
        stumble()

    task = asyncio.create_task(forgotten())
    await asyncio.wait([task])
    told = {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    asyncio.get_running_loop().default_exception_handler(told)
    assert "future: <Task" in printed.bare.getvalue()
    printed.assert_silent("Task exception was never retrieved", "RuntimeError")


def _in_arguments(log: logging.Logger) -> None:
    error = ValueError(WORDS)
    log.warning("%s and %r", error, [error])
    log.warning("%(error)s", {"error": error})
    log.warning(error)


def _in_a_chain(log: logging.Logger) -> None:
    try:
        try:
            stumble()
        except RuntimeError as error:
            error.add_note(WORDS)
            raise ExceptionGroup(WORDS, [KeyError(WORDS)]) from error
    except ExceptionGroup:
        log.exception("several", stack_info=True)


def _in_an_address(log: logging.Logger) -> None:
    log.warning("POST %s", httpx.URL(f"https://api.telegram.org/bot{SANDBOX_TOKEN}/getMe"))
    log.warning("GET https://x.org/?bot=%s", SANDBOX_TOKEN.replace(":", "%3A"))


@pytest.mark.parametrize("said", [_in_arguments, _in_a_chain, _in_an_address])
def test_whoever_writes_the_line(printed: Printed, said: Callable[[logging.Logger], None]) -> None:
    for name in ("orgbot.x", "httpx", "telegram.Bot", "sqlalchemy.engine", "uvicorn.error", "alembic"):
        said(logging.getLogger(name))
    printed.assert_silent()
    assert printed.birds(printed.bare)


def test_a_line_that_cannot_be_written_is_not_repeated() -> None:
    stream = StringIO()
    wrong = logging.makeLogRecord({"name": "orgbot.x", "msg": "%d", "args": (WORDS,)})
    logs.handler_to(stream, terminal=False).handle(wrong)
    assert "could not be written" in stream.getvalue()
    assert "canari" not in stream.getvalue()


def test_below_warning_libraries_are_not_heard(printed: Printed) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST %s", f"/bot{SANDBOX_TOKEN}/getMe")
    logging.getLogger("telegram.Bot").debug("parameters %s", {"text": WORDS})
    assert printed.bare.getvalue() == ""


def test_without_this_the_canaries_are_seen(printed: Printed) -> None:
    try:
        stumble()
    except RuntimeError:
        logging.getLogger("orgbot.x").exception("it fails")
    assert printed.birds(printed.bare)
    (line,) = printed.lines()
    assert line["exception"].splitlines()[0] == "builtins.RuntimeError"
    assert line["exception"].splitlines()[-1].endswith(" stumble")


def bot(*arguments: str, **variables: str) -> Mapping[str, str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(Path("/nowhere"), **variables),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode
    return {"out": done.stdout, "err": done.stderr}


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "PORT", "OWNER_CHAT_ID"])
def test_a_token_in_the_place_of_another_setting(name: str) -> None:
    said = bot("bot.py", **{name: f"x:/bot{SANDBOX_TOKEN}"})
    assert said["err"].startswith(name)
    assert BIRDS[3] not in said["err"] + said["out"]


CRASH = """
import sys, threading
from orgbot import logs
logs.configure()
logs.configure()
def bug(): raise ValueError(sys.argv[1])
thread = threading.Thread(target=bug)
thread.start()
thread.join()
bug()
"""


def test_a_bug_that_ends_the_process_is_json_without_its_message() -> None:
    first, second = map(json.loads, bot("-c", CRASH, WORDS)["err"].splitlines())
    assert first["event"] == second["event"] == "stopped by a bug"
    assert first["exception"].startswith("builtins.ValueError\n")
    assert "canari" not in str((first, second))
