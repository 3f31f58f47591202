"""Long polling. Updates are acknowledged by asking for the next ones, so only once all are committed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from orgbot.runtime.delivery import back_off
from orgbot.runtime.ports import StoreAwayError
from orgbot.tg.courier import said, wait

log = logging.getLogger(__name__)

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
# Telegram holds the request this long while there is nothing.
HOLD = 25
# getUpdates, spelled so that python-telegram-bot does not say to use its own: over one update that it cannot
# read, that one gives none at all.
METHOD = "get_Updates"


@dataclass(slots=True)
class Polling:
    """`receive` takes an update's JSON and returns once it is committed or set aside; a database that is away
    is waited for."""

    bot: Bot
    receive: Callable[[Mapping[str, object]], Awaitable[None]]
    offset: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
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
                await asyncio.sleep(pause(error, failures))
                continue
            await self._hand_out(updates)

    async def _fetch(self) -> list[dict[str, Any]]:
        asked = {"offset": self.offset, "timeout": HOLD, "allowed_updates": WANTED}
        found: list[dict[str, Any]] = await self.bot.do_api_request(
            METHOD, api_kwargs=asked, read_timeout=HOLD + 10
        )
        return found

    async def _hand_out(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Chats side by side, each in its order. Asked to go on only once all are committed: what a stop
        leaves undone comes again, and what was done is known."""
        chats: dict[int | None, list[Mapping[str, Any]]] = {}
        for update in updates:
            chats.setdefault(chat_of(update), []).append(update)
        async with asyncio.TaskGroup() as together:
            for waiting in chats.values():
                together.create_task(self._in_turn(waiting))
        if updates:
            self.offset = updates[-1]["update_id"] + 1

    async def _in_turn(self, updates: Iterable[Mapping[str, Any]]) -> None:
        for update in updates:
            await self._patiently(update)

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


def pause(error: TelegramError, failures: int) -> float:
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
