"""Whether the bot can do its work now, for whoever runs it: /ready and /metrics."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from telegram.error import TelegramError

from orgbot.app import Parts
from orgbot.runtime.ports import Health, StoreAwayError

# Seconds: a message that waits longer is late, and Telegram is asked so often about its webhook.
LATE, ASKED = 60.0, 60.0


@dataclass(slots=True)
class Readiness:
    """`url`: where Telegram should send updates, "" when they are asked for; `connected`: it was told so."""

    parts: Parts
    url: str = ""
    connected: bool = False
    _elsewhere: bool = False
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
            "webhook elsewhere": self.connected and await self._webhook_elsewhere(),
        }
        return {"problems": [name for name, wrong in checks.items() if wrong], **asdict(health)}

    async def metrics(self) -> bytes:
        return self.parts.meters.page(await self._health())

    async def _health(self) -> Health | None:
        try:
            return await asyncio.to_thread(self.parts.store.health, self.parts.handler.clock())
        except StoreAwayError:
            self.parts.meters.count("database_errors", "health")
            return None

    async def _webhook_elsewhere(self) -> bool:
        """Another program with this token may have taken the webhook. What Telegram cannot say is not known,
        and is no problem of the bot's."""
        if self.url and time.monotonic() - self._asked > ASKED:
            self._asked = time.monotonic()
            try:
                self._elsewhere = (await self.parts.bot.get_webhook_info()).url != self.url
            except TelegramError:
                self._elsewhere = False
        return self._elsewhere
