"""One update, from Telegram's JSON to the commit."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.error import TelegramError

from orgbot.runtime.delivery import back_off
from orgbot.runtime.handle import Handler
from orgbot.runtime.ports import Incoming, StoreAwayError
from orgbot.tg.decode import incoming

log = logging.getLogger(__name__)

ATTEMPTS = 3


@dataclass(slots=True)
class Receiver:
    """`committed` is called after each commit, to wake the delivery."""

    bot: Bot
    handler: Handler
    committed: Callable[[], None]

    async def receive(self, update: Update) -> None:
        """Returns once the update is committed, or set aside after several failures: one that cannot be
        handled must not keep the others waiting. A database that is away is waited for."""
        known = incoming(update)
        if known is None:
            return
        away = 0
        while not await self._handle(known, update):
            away += 1
            await asyncio.sleep(back_off(away))
        self.committed()
        await self._release_tap(update)

    async def _handle(self, known: Incoming, update: Update) -> bool:
        """Whether the update is done with; False while the database is away."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await asyncio.to_thread(self.handler.handle, known)
            except StoreAwayError as error:
                log.warning("the database does not answer; update %d waits (%s)", update.update_id, error)
                return False
            except Exception as error:
                log.exception("update %d failed (attempt %d)", update.update_id, attempt)
                if attempt == ATTEMPTS:
                    return await self._set_aside(known, update, error)
                await asyncio.sleep(0.2 * attempt)
            else:
                break
        return True

    async def _set_aside(self, known: Incoming, update: Update, error: Exception) -> bool:
        try:
            await asyncio.to_thread(self.handler.set_aside, known, update.to_json(), repr(error))
        except StoreAwayError:
            return False
        return True

    async def _release_tap(self, update: Update) -> None:
        """Stop the button's spinner. A tap lives 150 s and nothing depends on this call."""
        if update.callback_query is None:
            return
        try:
            await self.bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("a tap could not be acknowledged: %s", error)
