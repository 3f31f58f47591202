"""Updates that come side by side: in their order within a chat, and no chat waits for another."""

import asyncio
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from telegram import Update

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Decision, Matcher
from tests.street import street

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Slow:
    """Understands nothing before it is let `go`."""

    matcher: Matcher
    go: threading.Event

    def decide(self, text: str) -> Decision:
        assert self.go.wait(20)
        return self.matcher.decide(text)


async def test_a_command_waits_for_the_text_before_it_and_for_nobody_elses(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    go = threading.Event()
    async with street(tmp_path, kb, Slow(matcher, go)) as lane:
        chats = [await lane.newcomer() for _ in range(5)]
        for chat in chats:
            await lane.say("/start", chat)
        known = len(await lane.messages(chats[0]))

        async def receive(number: int, chat: int, text: str) -> int:
            await lane.parts.receiver.receive(_update(number, chat, text))
            return number

        texts = [asyncio.create_task(receive(at, chats[at], "on manque de temps")) for at in range(4)]
        await asyncio.sleep(0)
        behind = [asyncio.create_task(receive(10 + at, chats[0], "/aide")) for at in range(4)]
        other = await asyncio.wait_for(receive(20, chats[4], "/aide"), 10)
        assert other == 20
        assert not any(task.done() for task in (*texts, *behind))
        go.set()
        await asyncio.gather(*texts, *behind)
        await lane.drain()
        answers = [message["text"] for message in (await lane.messages(chats[0]))[known:]]
        assert answers[-4:] == [answers[-1]] * 4
        assert answers[0] != answers[-1]


def _update(number: int, chat: int, text: str) -> Update:
    person = {"id": chat, "is_bot": False, "first_name": "Lucie"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    message = {
        "message_id": 1000 + number,
        "date": 0,
        "chat": {"id": chat, "type": "private", "first_name": "Lucie"},
        "from": person,
        "text": text,
        "entities": entities,
    }
    update = Update.de_json({"update_id": 10**8 + number, "message": message}, None)
    assert update is not None
    return update
