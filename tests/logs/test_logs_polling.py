"""Updates that are asked for: the asking that fails, and what is in them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.tg.polling import Polling
from tests.logs.birds import WORDS, Printed, stumble
from tests.street import street
from tests.tg.test_tg_polling import acknowledged, nameless, polling, undated, write

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, "Telegram cannot be reached (BadRequest)"),
        (409, "another process polls with this token"),
        (500, "Telegram cannot be reached (NetworkError)"),
    ],
)
async def test_whatever_telegram_says_when_it_is_asked(  # noqa: PLR0917
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, code: int, said: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.fault(method="getUpdates", error_code=code, description=f"no: « {WORDS} »")
        async with polling(lane):
            await printed.until(said)
    printed.assert_silent()


@pytest.mark.parametrize("answer", [f"<p>{WORDS}", json.dumps({"result": WORDS})])
async def test_an_answer_that_holds_no_updates(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, answer: str
) -> None:
    """As of a proxy in between."""
    async with street(tmp_path, kb, matcher) as lane:

        async def given(*_: object, **__: object) -> tuple[int, bytes]:
            return 502, answer.encode()

        lane.parts.bot.request.do_request = given  # type: ignore[method-assign]
        async with polling(lane):
            await printed.until("Telegram cannot be reached")
    printed.assert_silent()


def elsewhere(body: dict[str, Any]) -> None:
    """A field of another type."""
    body["chat"] = WORDS


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(undated, "cannot be read"), (elsewhere, "cannot be read"), (nameless, "cannot be understood")],
)
async def test_an_update_that_cannot_be_read(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    spoil: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, WORDS)
        spoil(lane.world.queue[0].body)
        async with polling(lane):
            assert await acknowledged(lane)
    printed.assert_silent(said)


async def test_an_update_whose_number_is_a_text(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        with pytest.raises(ValueError, match="canari"):
            await lane.parts.receiver.take({"update_id": WORDS, "message": WORDS})
    printed.assert_silent()


async def test_a_handler_that_raises_while_it_polls(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.runtime.handle.respond", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, WORDS)
        async with polling(lane):
            assert await acknowledged(lane)
    printed.assert_silenced("failed (attempt 3)", "RuntimeError")


async def test_a_bug_in_the_polling_itself(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """It ends the process, which says of it what asyncio does, and what a process says that ends."""
    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, WORDS)
        running = asyncio.create_task(Polling(lane.parts.bot, stumble).run())
        await asyncio.wait([running])
    never = "Task exception was never retrieved"
    told = {"message": never, "exception": running.exception(), "future": running}
    asyncio.get_running_loop().default_exception_handler(told)
    printed.assert_silenced("RuntimeError", "orgbot/tg/polling.py:")
