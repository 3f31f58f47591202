"""A street to test in: the real bot, through the real python-telegram-bot, in the sandbox's Telegram.

Only the socket is replaced: requests reach the sandbox's ASGI app without leaving the process.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select
from telegram.request import HTTPXRequest

from orgbot.app import SANDBOX_TOKEN, Parts, assemble
from orgbot.engines import Train
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.sandbox.app import create
from orgbot.sandbox.world import Telegram
from orgbot.settings import Settings
from orgbot.storage.tables import outbox
from orgbot.tg.polling import WANTED
from tests.conftest import MONDAY

DIRECTOR, OWNER = 1001, 2002
LOCAL = "http://127.0.0.1"


@dataclass(slots=True)
class Street:
    """`clock` is moved by hand. `settle` does what polling and delivery do, until nothing is left."""

    people: httpx.AsyncClient
    parts: Parts
    clock: "Clock"
    world: Telegram
    seen: dict[int, int] = field(default_factory=dict)

    async def say(
        self, text: str, chat: int = DIRECTOR, reply_to: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """What the bot says back."""
        under = {} if reply_to is None else {"reply_to": reply_to["message_id"]}
        return await self._do("say", chat, text=text, **under)

    async def tap(self, label: str, chat: int = DIRECTOR) -> list[dict[str, Any]]:
        """The newest button whose label holds `label`."""
        for message in reversed(await self.messages(chat)):
            for button in buttons(message):
                if label in button["text"]:
                    data = button["callback_data"]
                    return await self._do("tap", chat, message_id=message["message_id"], data=data)
        raise AssertionError(f"no button {label!r}")

    async def press(self, label: str, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The button of that message, whatever came since."""
        chat = message["chat"]["id"]
        for button in buttons(message):
            if label in button["text"]:
                data = button["callback_data"]
                return await self._do("tap", chat, message_id=message["message_id"], data=data)
        raise AssertionError(f"no button {label!r}")

    async def send(self, kind: str, chat: int = DIRECTOR, **more: object) -> list[dict[str, Any]]:
        return await self._do("send", chat, kind=kind, **more)

    async def correct(self, message: Mapping[str, Any], text: str) -> list[dict[str, Any]]:
        return await self._do("edit", message["chat"]["id"], message_id=message["message_id"], text=text)

    async def newcomer(self, name: str = "Lucie", **more: object) -> int:
        """Someone who has never written: her chat."""
        answer = await self.people.post("/sandbox/people", json={"first_name": name, **more})
        chat: int = answer.raise_for_status().json()["chat"]["id"]
        return chat

    async def wait(self, **time: float) -> None:
        """What the passing of time brings."""
        self.clock.pass_(**time)
        self.parts.clockwork.begin()
        self.parts.clockwork.tick()
        await self.settle()

    async def last(self, chat: int, holds: str) -> Any:
        """The newest message of the chat that holds these words."""
        for message in reversed(await self.messages(chat)):
            if holds in message.get("text", "") + message.get("caption", ""):
                return message
        raise AssertionError(f"no message says {holds!r}")

    async def fault(self, **fault: object) -> None:
        (await self.people.post("/sandbox/faults", json=fault)).raise_for_status()

    async def block(self, chat: int, *, blocked: bool) -> None:
        answer = await self.people.post("/sandbox/block", json={"chat": chat, "blocked": blocked})
        answer.raise_for_status()
        await self.settle()

    async def _do(self, what: str, chat: int, **body: object) -> list[dict[str, Any]]:
        known = len(await self.messages(chat))
        (await self.people.post(f"/sandbox/{what}", json={"chat": chat, **body})).raise_for_status()
        await self.settle()
        fresh = (await self.messages(chat))[known:]
        return [message for message in fresh if message["from"]["is_bot"]]

    async def messages(self, chat: int) -> list[dict[str, Any]]:
        answer = await self.people.get(f"/sandbox/chats/{chat}")
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    async def settle(self) -> None:
        bot, offset = self.parts.bot, self.seen.get(0)
        while updates := await bot.get_updates(offset=offset, timeout=0, allowed_updates=WANTED):
            for update in updates:
                await self.parts.receiver.receive(update)
                offset = update.update_id + 1
            self.seen[0] = offset or 0
        await self.drain()
        while self.parts.school.wanted:
            self.parts.school.work()
            await self.drain()

    async def drain(self) -> None:
        """Deliver all that is due. The clock goes on while only Telegram's pace holds something back, then
        back to where the story is."""
        began = self.clock.now
        await self.parts.delivery.drain()
        while self._paced(began):
            self.clock.pass_(seconds=1)
            await self.parts.delivery.drain()
        self.clock.now = began

    def _paced(self, now: datetime) -> bool:
        store = self.parts.store
        todo = select(outbox.c.chat_id, func.min(outbox.c.id)).where(outbox.c.state == "todo")
        with store.engine.begin() as connection:
            heads = [row[1] for row in connection.execute(todo.group_by(outbox.c.chat_id))]
            mine = select(outbox.c.id).where(outbox.c.id.in_(heads), outbox.c.not_before <= now)
            return connection.scalar(mine) is not None


@dataclass(slots=True)
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button for row in keyboard for button in row]


def labels(message: Mapping[str, Any]) -> list[str]:
    return [button["text"] for button in buttons(message)]


def plain(html: str) -> str:
    """A stored text as Telegram shows it."""
    bare = re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return bare.strip()


def local_settings(folder: Path, **changes: object) -> Settings:
    known: dict[str, Any] = {
        "token": None,
        "api_url": LOCAL,
        "database_url": f"sqlite:///{folder / 'orgbot.sqlite3'}",
        "webhook_url": None,
        "webhook_secret": "",
        "host": "127.0.0.1",
        "port": 8080,
        "owner_chat_id": None,
        "smtp": None,
        "data": folder,
        "cache": folder,
    }
    return Settings(**{**known, **changes})


@asynccontextmanager
async def street(
    folder: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    owner: int | None = OWNER,
    train: Train | None = None,
    **changes: object,
) -> AsyncIterator[Street]:
    clock = Clock()
    app = create(SANDBOX_TOKEN)
    transport = httpx.ASGITransport(app)
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    parts = assemble(
        local_settings(folder, **changes), kb, matcher, request=request, clock=clock, train=train
    )
    async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as people, parts.bot:
        if owner is not None:
            parts.handler.adopt(owner)
        parts.clockwork.begin()
        yield Street(people, parts, clock, app.state.telegram)
    parts.store.engine.dispose()
