"""Whether the bot can do its work now, for whoever runs it: /ready and /metrics."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from telegram.error import InvalidToken, TelegramError

from orgbot.app import Parts
from orgbot.runtime.ports import Health, StoreAwayError

# Seconds: a message that waits longer is late, and Telegram is asked so often about the token
# and its webhook.
LATE, ASKED = 60.0, 60.0


@dataclass(slots=True)
class Readiness:
    """`url`: where Telegram should send updates, "" when they are asked for; `connected`: it was told so."""

    parts: Parts
    url: str = ""
    connected: bool = False
    _told: list[str] = field(default_factory=list)
    _asked: float = -ASKED

    async def facts(self) -> Mapping[str, object]:
        """ "problems": what keeps the bot from its work, each a word or two; empty when nothing does."""
        health = await self._health()
        if health is None:
            return {"problems": ["database away"]}
        checks = {
            "not connected": not self.connected,
            "delivery late": health.lag > LATE,
            "owner unreachable": 0 < health.owners == health.owners_blocked,
        }
        problems = [name for name, wrong in checks.items() if wrong]
        if self.connected and self.url:
            problems += await self._telegrams()
        return {"problems": problems, **asdict(health)}

    async def metrics(self) -> bytes:
        return self.parts.meters.page(await self._health())

    async def _health(self) -> Health | None:
        try:
            return await asyncio.to_thread(self.parts.store.health, self.parts.handler.clock())
        except StoreAwayError:
            self.parts.meters.count("database_errors", "health")
            return None

    async def _telegrams(self) -> list[str]:
        """What only Telegram can tell: that it knows the token no more, or that another program with it has
        taken the webhook. What it cannot say is not known, and is no problem of the bot's. A bot that polls
        ends by itself when its token is refused."""
        if time.monotonic() - self._asked > ASKED:
            self._asked = time.monotonic()
            self._told = await self._asked_telegram()
        return self._told

    async def _asked_telegram(self) -> list[str]:
        try:
            info = await self.parts.bot.get_webhook_info()
        except InvalidToken:
            return ["token refused"]
        except TelegramError:
            return []
        return [] if info.url == self.url else ["webhook elsewhere"]
