"""One person who writes without end, and everyone else."""

import asyncio
import threading
from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.runtime.handle import Handler
from orgbot.runtime.ports import Incoming, StoreAwayError
from tests.street import DIRECTOR, OWNER, Street, street

pytestmark = pytest.mark.anyio

MANY = 120


async def answers(lane: Street, chat: int) -> list[str]:
    return [one["text"] for one in await lane.messages(chat) if one["from"]["is_bot"]]


async def flood(lane: Street, text: str) -> None:
    """All within the same second."""
    for _ in range(MANY):
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": text})


async def test_a_flood_is_capped_and_nobody_else_waits(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a webhook brings them, side by side; none of hers is done before the other person is answered."""
    go, handle = threading.Event(), Handler.handle

    def hold_her(handler: Handler, incoming: Incoming) -> None:
        assert incoming.person.chat_id != DIRECTOR or go.wait(60)
        handle(handler, incoming)

    monkeypatch.setattr(Handler, "handle", hold_her)
    async with street(tmp_path, kb, matcher) as lane:
        other = await lane.newcomer("Malo")
        await flood(lane, "/aide")
        await lane.people.post("/sandbox/say", json={"chat": other, "text": "/start"})
        take = lane.parts.receiver.take
        *hers, others = [asyncio.create_task(take(update.json())) for update in lane.world.queue]
        try:
            await asyncio.wait_for(asyncio.shield(others), 20)
            await lane.drain()
            (hello,) = await answers(lane, other)
            assert hello.startswith("Bonjour Malo!")
            assert not any(task.done() for task in hers)
        finally:
            go.set()
            await asyncio.gather(*hers, others)
        lane.world.queue.clear()
        await lane.drain()
        told = await answers(lane, DIRECTOR)
        assert 1 <= len(told) < MANY
        # She is told so, once.
        assert len([one for one in told if "trop vite" in one]) == 1
        await lane.wait(minutes=5)
        (again,) = await lane.say("/start")
        assert again["text"].startswith("Rebonjour Lucie!")


async def test_who_wrote_while_the_database_was_away_is_answered_once_it_is_back(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram brings the same update again and again: she wrote once."""
    monkeypatch.setattr("orgbot.tg.receive.PAUSE", 0)
    disk, gone = tmp_path / "disk", tmp_path / "gone"
    async with street(disk, kb, matcher) as lane:
        lane.parts.store.engine.dispose()
        disk.rename(gone)
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": "/start"})
        for _ in range(MANY):
            with pytest.raises(StoreAwayError):
                await lane.parts.receiver.take(lane.world.queue[0].json())
        gone.rename(disk)
        await lane.settle()
        (hello,) = await answers(lane, DIRECTOR)
        assert hello.startswith("Bonjour Lucie!")


async def test_a_flood_makes_one_request(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        for _ in range(6):
            for line in ("/contact", "oui", "La Débrouille", "ici", "passer", "oui", "envoyer"):
                await lane.say(line)
            await lane.wait(minutes=5)
        cards = [one for one in await lane.messages(OWNER) if "📬 Demande" in one["text"]]
        assert len(cards) == 1


async def test_taps_at_the_same_moment_make_one_request(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    """A webhook brings a person's taps and words side by side."""
    async with street(tmp_path, kb, matcher) as lane:
        for line in ("/contact", "oui", "La Débrouille", "ici", "passer", "oui"):
            await lane.say(line)
        summary = await lane.last(DIRECTOR, "On envoie?")
        data = summary["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        body = {"chat": DIRECTOR, "message_id": summary["message_id"], "data": data}
        for _ in range(4):
            await lane.people.post("/sandbox/tap", json=body)
            await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": "envoyer"})
        updates = await lane.parts.bot.get_updates(offset=lane.seen[0], timeout=0)
        await asyncio.gather(*(lane.parts.receiver.receive(update) for update in updates))
        await lane.wait(minutes=1)
        cards = [one for one in await lane.messages(OWNER) if "📬 Demande" in one["text"]]
        assert len(cards) == 1
