"""Updates that come side by side: in their order within a chat, and no chat waits for another."""

import asyncio
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

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

        async def receive(chat: int, text: str) -> None:
            """Straight to the bot, as its webhook would: nobody waits for what came before."""
            said = {"chat": chat, "text": text}
            (await lane.people.post("/sandbox/say", json=said)).raise_for_status()
            (*_, update) = await lane.parts.bot.get_updates(offset=lane.seen[0], timeout=0)
            tasks.append(asyncio.create_task(lane.parts.receiver.receive(update)))

        tasks: list[asyncio.Task[None]] = []
        for chat in chats[:4]:
            await receive(chat, "on manque de temps")
        for _ in range(4):
            await receive(chats[0], "/aide")
        await receive(chats[4], "/aide")
        *waiting, other = tasks
        await asyncio.wait_for(other, 10)
        assert not any(task.done() for task in waiting)
        go.set()
        await asyncio.gather(*waiting)
        await lane.drain()
        answers = [message["text"] for message in (await lane.messages(chats[0]))[known:]]
        answers = [answer for answer in answers if answer not in {"on manque de temps", "/aide"}]
        assert answers[-4:] == [answers[-1]] * 4
        assert answers[0] != answers[-1]
