"""Long polling. Updates are acknowledged by asking for those behind them, so only once they are committed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from orgbot.runtime.delivery import back_off
from orgbot.runtime.ports import StoreAwayError
from orgbot.tg.courier import said, wait

log = logging.getLogger(__name__)

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
# Telegram holds the request this long while there is nothing.
HOLD = 25
# Seconds between two requests while updates are under way, for Telegram answers at once then; up to the
# second number while none of them gets done.
LOOK, LONGEST_LOOK = 0.5, 10.0
# getUpdates, spelled so that python-telegram-bot does not say to use its own: over one update that it cannot
# read, that one gives none at all.
METHOD = "get_Updates"


@dataclass(slots=True)
class Polling:
    """`receive` takes an update's JSON and returns once it is committed or set aside; a database that is away
    is waited for. `pause`: seconds until the next request while updates are under way."""

    bot: Bot
    receive: Callable[[Mapping[str, object]], Awaitable[None]]
    offset: int | None = None
    # Those that Telegram would give again, by their ids: under way, or committed behind one that is not.
    pause: float = LOOK
    _taken: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _lanes: WeakValueDictionary[int | None, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._poll()
        finally:
            for task in self._taken.values():
                task.cancel()
            await asyncio.gather(*self._taken.values(), return_exceptions=True)

    async def _poll(self) -> None:
        failures = 0
        while True:
            try:
                updates = await self._fetch()
                failures = 0
            except (InvalidToken, EndPointNotFound):
                # Both are a token that Telegram does not know any more.
                raise
            except TelegramError as error:
                failures += 1
                await asyncio.sleep(trouble(error, failures))
                continue
            await self._hand_out(updates)

    async def _fetch(self) -> list[dict[str, Any]]:
        asked = {"offset": self.offset, "timeout": HOLD, "allowed_updates": WANTED}
        found: list[dict[str, Any]] = await self.bot.do_api_request(
            METHOD, api_kwargs=asked, read_timeout=HOLD + 10
        )
        return found

    async def _hand_out(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Chats side by side, each in its order. Only what is committed is confirmed, up to the first that is
        not: what a stop leaves undone comes again, and what was done is known. Whoever writes while the long
        texts of another are being read does not wait for them."""
        for update in updates:
            number = update["update_id"]
            if number not in self._taken:
                self._taken[number] = asyncio.create_task(self._in_turn(update))
        await self._look()
        if updates:
            waiting = (number for number, task in self._taken.items() if not task.done())
            self.offset = min(waiting, default=updates[-1]["update_id"] + 1)
        for number in [number for number in self._taken if number < (self.offset or 0)]:
            del self._taken[number]

    async def _look(self) -> None:
        """At what is under way, until all of it is done or it is time to ask Telegram again."""
        under_way = [task for task in self._taken.values() if not task.done()]
        if under_way:
            done, _ = await asyncio.wait(under_way, timeout=self.pause, return_when=asyncio.FIRST_EXCEPTION)
            # While the database is away, nothing comes of asking for the same again.
            self.pause = LOOK if done else min(LONGEST_LOOK, 2 * self.pause)
        for task in self._taken.values():
            if task.done():
                task.result()

    async def _in_turn(self, update: Mapping[str, Any]) -> None:
        """What raises is our bug, and ends the bot: what is behind it in its chat stays behind it."""
        lane = self._lanes.setdefault(chat_of(update), asyncio.Lock())
        await lane.acquire()
        await self._patiently(update)
        lane.release()

    async def _patiently(self, update: Mapping[str, object]) -> None:
        """Telegram keeps what is not acknowledged, and the order."""
        failures = 0
        while True:
            try:
                await self.receive(update)
            except StoreAwayError:
                failures += 1
                await asyncio.sleep(min(30.0, back_off(failures)))
            else:
                return


def chat_of(update: Mapping[str, object]) -> int | None:
    """None where an update's JSON names none, or cannot be read: those wait for one another."""
    for kind in WANTED:
        match update.get(kind):
            case {"chat": {"id": int(chat)}}:
                return chat
            # Of a tap; where its message is too old to be shown, the person's own chat has her number.
            case {"message": {"chat": {"id": int(chat)}}} | {"from": {"id": int(chat)}}:
                return chat
    return None


def trouble(error: TelegramError, failures: int) -> float:
    """Seconds to wait, said in the log: a second poller is the operator's business, not the network's."""
    match error:
        case Conflict() if "webhook" in error.message.lower():
            log.error("another program has set a webhook with this token; stop it, then start the bot again")
            return 15.0
        case Conflict():
            log.error("another process polls with this token; stop one of them (%s)", said(error))
            return 15.0
        case RetryAfter():
            return wait(error)
        case _:
            log.warning("Telegram cannot be reached (%s); trying again", said(error))
            return min(60.0, back_off(failures))
