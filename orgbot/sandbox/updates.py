"""How the bot fetches its updates: getUpdates, which waits."""

import asyncio
from dataclasses import dataclass

from orgbot.sandbox.errors import bad, conflict
from orgbot.sandbox.model import Json
from orgbot.sandbox.params import Params
from orgbot.sandbox.world import Telegram

LONGEST_WAIT = 50
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
NEW_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def remember_wanted(world: Telegram, params: Params) -> None:
    """allowed_updates stays in force until it is given again."""
    given = params.json("allowed_updates", "allowed_updates")
    if given is None:
        return
    if not isinstance(given, list):
        raise bad("expected an Array of String as allowed_updates")
    world.wanted = [kind for kind in given if isinstance(kind, str)]


@dataclass(slots=True)
class Poller:
    world: Telegram
    _waiting: asyncio.Future[None] | None = None

    async def get_updates(self, _world: Telegram, params: Params) -> object:
        if self.world.webhook is not None:
            raise conflict(WEBHOOK_SET)
        self.abort(OTHER_POLLER)
        remember_wanted(self.world, params)
        self.world.confirm(params.number("offset"))
        limit = min(100, max(1, params.number("limit", 100)))
        wait = min(LONGEST_WAIT, max(0, params.number("timeout")))
        found = self._found(limit)
        if not found and wait:
            await self._wait(wait)
            found = self._found(limit)
        return found

    def _found(self, limit: int) -> list[Json]:
        return [update.json() for update in self.world.pending(limit)]

    async def _wait(self, seconds: int) -> None:
        """Until there is an update, the time is over, or another poller takes the place (ApiError)."""
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            pass
        finally:
            if self._waiting is waiting:
                self._waiting = None

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    def wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def abort(self, reason: str) -> None:
        """409 for whoever waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))
