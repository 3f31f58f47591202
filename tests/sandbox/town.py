"""A local Telegram, the real python-telegram-bot in front of it, and the people behind it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from telegram import Bot
from telegram.request import HTTPXRequest

from orgbot.sandbox.world import Telegram

TOKEN = "1000:un-jeton-de-test"
LOCAL = "http://127.0.0.1"
DIRECTOR, FREELANCER = 1001, 2002


@dataclass(slots=True)
class Clock:
    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Town:
    """The app with everyone around it; `slept` lists the pauses that were asked for."""

    app: Starlette
    bot: Bot
    web: httpx.AsyncClient
    clock: Clock
    slept: list[float] = field(default_factory=list)

    @property
    def world(self) -> Telegram:
        world: Telegram = self.app.state.telegram
        return world

    async def post(self, what: str, **body: object) -> dict[str, Any]:
        # In ASCII: httpx refuses to encode the lone surrogates that a test may send.
        headers = {"content-type": "application/json"}
        answer = await self.web.post(f"/sandbox/{what}", content=json.dumps(body), headers=headers)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def say(self, text: str, chat: int = DIRECTOR, **more: object) -> dict[str, Any]:
        message: dict[str, Any] = (await self.post("say", chat=chat, text=text, **more))["message"]
        return message

    async def send(self, kind: str, chat: int = DIRECTOR, **more: object) -> dict[str, Any]:
        message: dict[str, Any] = (await self.post("send", chat=chat, kind=kind, **more))["message"]
        return message

    async def messages(self, chat: int = DIRECTOR) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.web.get(f"/sandbox/chats/{chat}")).json()["messages"]
        return found

    async def raw(self, method: str, **body: object) -> tuple[int, dict[str, Any]]:
        answer = await self.web.post(f"/bot{TOKEN}/{method}", json=body)
        return answer.status_code, answer.json()

    async def refusal(self, method: str, **body: object) -> str:
        status, answer = await self.raw(method, **body)
        assert answer["ok"] is False
        assert answer["error_code"] == status
        return str(answer["description"])


def make_bot(transport: httpx.AsyncBaseTransport) -> Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"transport": transport})

    return Bot(TOKEN, base_url=f"{LOCAL}/bot", request=request(), get_updates_request=request())


async def until(ready: Callable[[], object]) -> None:
    """Let the others run until it is so."""
    for _ in range(1000):
        if ready():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never became so")
