"""Whoever writes the line: the program, a library, Python itself."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from io import StringIO

import httpx
import pytest
import uvloop

from orgbot import logs
from orgbot.app import SANDBOX_TOKEN
from tests.logs.birds import PASSWORD, WORDS, Printed, caught, stumble


def test_a_page_for_the_operator_that_fails(printed: Printed) -> None:
    """The server's own logger tells it."""
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=caught())
    printed.assert_silent("Exception in ASGI application", "RuntimeError")


@pytest.mark.anyio
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


def _in_the_text(log: logging.Logger) -> None:
    for text in (
        f"GET https://api.telegram.org/bot{SANDBOX_TOKEN}/getMe",
        f"no server at postgresql+psycopg://camille:{PASSWORD}@h/d",
        f"no server at smtps://camille@example.org:c@n/ri-{PASSWORD}@h:465",
        f"no folder postgres:/camille:{PASSWORD}@h",
        f"postgres://h/d?password={PASSWORD}&sslmode=require",
        f"host=h password='c\\'est {PASSWORD}' user=camille",
        f"host=h password={PASSWORD}",
    ):
        log.warning(text)


@pytest.mark.parametrize("said", [_in_arguments, _in_a_chain, _in_an_address, _in_the_text])
def test_whoever_writes_the_line(printed: Printed, said: Callable[[logging.Logger], None]) -> None:
    for name in ("orgbot.x", "httpx", "telegram.Bot", "sqlalchemy.engine", "uvicorn.error", "alembic"):
        said(logging.getLogger(name))
    printed.assert_silent()
    # Whatever is masked, each line is JSON still.
    assert printed.lines()
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


def test_of_what_libraries_put_into_a_line_only_numbers_are_said(printed: Printed) -> None:
    for name in ("psycopg", "telegram.Bot", "uvicorn.error", "asyncio"):
        log = logging.getLogger(name)
        log.warning("%s: %r, after %.1f s and %d tries", WORDS, [WORDS], 2.5, 3)
        log.warning("%(said)s, after %(tries)d tries", {"said": WORDS, "tries": 4})
    printed.assert_silenced("after 2.5 s and 3 tries", "after 4 tries")


def test_an_address_without_a_password_is_said_as_it_is() -> None:
    for address in ("http://127.0.0.1:8080/telegram", "sqlite:////data/a@b.sqlite3", "postgres://h:5432/d"):
        assert logs.masked(address) == address


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_callback_that_raises_or_takes_long(
    printed: Printed, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """Its arguments are told with it."""

    async def main() -> None:
        here = asyncio.get_running_loop()
        here.set_debug(True)
        here.slow_callback_duration = 0.0
        for _ in range(2):
            here.call_soon(stumble, WORDS)
            here.call_soon(partial(stumble, WORDS))
            await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main())
    printed.assert_silenced("Exception in callback", "RuntimeError", " seconds")
