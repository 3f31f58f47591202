"""Updates fetched by the real python-telegram-bot, whatever is in them."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.runtime.ports import StoreAwayError
from orgbot.tg.polling import LOOK, Polling, chat_of
from tests.app.test_app_order import Slow
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


async def acknowledged(lane: Street) -> bool:
    """All that Telegram had to give; within some seconds."""
    for _ in range(400):
        if not lane.world.queue:
            return True
        await asyncio.sleep(0.02)
    return False


def undated(body: dict[str, Any]) -> None:
    """No update of Telegram's."""
    del body["date"]


def nameless(body: dict[str, Any]) -> None:
    """One for python-telegram-bot, and none for the bot."""
    body["from"] = {**body["from"], "first_name": None}


@pytest.mark.parametrize(("spoil", "logged"), [(undated, "cannot be read"), (nameless, "understood")])
async def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_is_answered(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[dict[str, Any]], None],
    logged: str,
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, "une phrase que personne ne doit lire")
        spoil(lane.world.queue[0].body)
        await write(lane, "/start")
        async with polling(lane) as running:
            assert await told(lane, "Bonjour Lucie!", DIRECTOR)
            assert await told(lane, "numéro", OWNER)
            assert not running.done()
        assert lane.parts.store.health(lane.clock()).failed == 1
    assert logged in caplog.text
    assert not any("personne ne doit" in record.getMessage() for record in caplog.records)


async def test_who_writes_while_long_texts_are_read_is_answered_first(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    go = threading.Event()
    async with street(tmp_path, kb, Slow(matcher, go)) as lane:
        other = await lane.newcomer("Malo")
        for _ in range(15):
            await write(lane, "on manque de temps")
        await write(lane, "/start", other)
        async with polling(lane):
            try:
                assert await told(lane, "Bonjour Malo!", other)
                # Telegram keeps them all while one is not committed.
                assert len(lane.world.queue) == 16
            finally:
                go.set()
            assert await acknowledged(lane)


async def test_who_writes_later_does_not_wait_for_who_wrote_before(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    """Each is handled once, and a stop in the middle leaves to the next start what was not committed."""
    handled: Counter[str] = Counter()
    begun, go = asyncio.Event(), asyncio.Event()

    async with street(tmp_path, kb, matcher) as lane:

        async def receive(update: Mapping[str, Any]) -> None:
            begun.set()
            if update["message"]["text"] == "long":
                await go.wait()
            await lane.parts.receiver.take(update)
            handled[update["message"]["text"]] += 1

        other = await lane.newcomer("Malo")
        await write(lane, "long")
        running = asyncio.create_task(Polling(lane.parts.bot, receive).run())
        await begun.wait()
        await write(lane, "/aide", other)
        await write(lane, "/start", other)
        assert await told(lane, "Rebonjour Malo!", other)
        # Some requests later.
        await asyncio.sleep(3 * LOOK)
        assert handled == {"/aide": 1, "/start": 1}
        running.cancel()
        await asyncio.wait([running])
        assert len(lane.world.queue) == 3
        go.set()
        running = asyncio.create_task(Polling(lane.parts.bot, receive).run())
        assert await acknowledged(lane)
        assert handled["long"] == 1
        assert len(await lane.messages(other)) == 4
        running.cancel()


async def test_a_chat_keeps_its_order_while_the_database_is_away(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.tg.polling.back_off", lambda _: 0.01)
    done: list[tuple[int | None, str]] = []
    away = [StoreAwayError(), StoreAwayError()]

    async def receive(update: Mapping[str, Any]) -> None:
        if update["message"]["text"] == "1" and away:
            raise away.pop()
        done.append((chat_of(update), update["message"]["text"]))

    async with street(tmp_path, kb, matcher) as lane:
        for text in ("1", "2", "3"):
            await write(lane, text)
        await write(lane, "1 bis", OWNER)
        running = asyncio.create_task(Polling(lane.parts.bot, receive).run())
        assert await acknowledged(lane)
        running.cancel()
    assert done == [(OWNER, "1 bis"), (DIRECTOR, "1"), (DIRECTOR, "2"), (DIRECTOR, "3")]


async def test_a_bug_in_one_update_ends_the_bot_and_what_is_behind_it_stays_behind(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    """An earlier update waits, of another chat: the bot ends all the same, and nothing is confirmed."""
    taken: list[str] = []

    async def receive(update: Mapping[str, Any]) -> None:
        taken.append(update["message"]["text"])
        if update["message"]["text"] == "long":
            await asyncio.Event().wait()
        if update["message"]["text"] == "bug":
            raise LookupError

    async with street(tmp_path, kb, matcher) as lane:
        await write(lane, "long", OWNER)
        await write(lane, "bug")
        await write(lane, "behind")
        with pytest.raises(LookupError):
            async with asyncio.timeout(20):
                await Polling(lane.parts.bot, receive).run()
        assert len(lane.world.queue) == 3
    assert taken == ["long", "bug"]


async def test_while_nothing_gets_done_telegram_is_asked_less_and_less(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.tg.polling.LONGEST_LOOK", 100.0)
    go = asyncio.Event()

    async def receive(_: Mapping[str, Any]) -> None:
        await go.wait()

    async with street(tmp_path, kb, matcher) as lane:
        poll = Polling(lane.parts.bot, receive, pause=0.01)
        fetch, asked = poll._fetch, 0

        async def counted(_: Polling) -> list[dict[str, Any]]:
            nonlocal asked
            asked += 1
            return await fetch()

        monkeypatch.setattr(Polling, "_fetch", counted)
        await write(lane, "/aide")
        running = asyncio.create_task(poll.run())
        await asyncio.sleep(2)
        # 0.01 s, and twice as long each time.
        assert asked <= 9
        go.set()
        assert await acknowledged(lane)
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize(
    ("body", "chat"),
    [
        ({"message": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"edited_message": {"chat": {"id": 7}}}, 7),
        ({"callback_query": {"from": {"id": 8}, "message": {"chat": {"id": 7}}}}, 7),
        ({"callback_query": {"from": {"id": 8}}}, 8),
        ({"my_chat_member": {"chat": {"id": -7}, "from": {"id": 8}}}, -7),
        ({"message": "rien"}, None),
        ({"message": {"chat": {"id": "sept"}}}, None),
        ({}, None),
    ],
)
def test_the_chat_of_an_update_whatever_it_is(body: Mapping[str, Any], chat: int | None) -> None:
    assert chat_of({"update_id": 1, **body}) == chat
