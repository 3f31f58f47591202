"""Updates fetched by the real python-telegram-bot, whatever is in them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.tg.polling import Polling
from tests.street import DIRECTOR, OWNER, Street, street

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def polling(lane: Street) -> AsyncIterator[asyncio.Task[None]]:
    running = asyncio.create_task(Polling(lane.parts.bot, lane.parts.receiver.take).run())
    yield running
    running.cancel()
    await asyncio.wait([running])


async def write(lane: Street, text: str, chat: int = DIRECTOR) -> None:
    (await lane.people.post("/sandbox/say", json={"chat": chat, "text": text})).raise_for_status()


async def told(lane: Street, words: str, chat: int) -> bool:
    """Within some seconds."""
    for _ in range(400):
        await lane.parts.delivery.drain()
        if any(words in one["text"] for one in await lane.messages(chat) if one["from"]["is_bot"]):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_is_answered(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, caplog: pytest.LogCaptureFixture
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, "une phrase que personne ne doit lire")
        del lane.world.queue[0].body["date"]
        await write(lane, "/start")
        async with polling(lane) as running:
            assert await told(lane, "Bonjour Lucie!", DIRECTOR)
            assert await told(lane, "numéro", OWNER)
            assert not running.done()
        assert lane.parts.store.health(lane.clock()).failed == 1
    assert "cannot be read" in caplog.text
    assert not any("personne ne doit" in record.getMessage() for record in caplog.records)
