"""One update, from Telegram's JSON to the commit."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.error import TelegramError

from orgbot.runtime.handle import Handler
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
        handled must not keep the others waiting. Raises only when it cannot even be set aside."""
        known = incoming(update)
        if known is None:
            return
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await asyncio.to_thread(self.handler.handle, known)
            except Exception as error:
                log.exception("update %d failed (attempt %d)", update.update_id, attempt)
                if attempt == ATTEMPTS:
                    await self._set_aside(update, error)
                else:
                    await asyncio.sleep(0.2 * attempt)
            else:
                break
        self.committed()
        await self._release_tap(update)

    async def _set_aside(self, update: Update, error: Exception) -> None:
        store, now = self.handler.store, self.handler.clock()
        await asyncio.to_thread(store.give_up, update.update_id, update.to_json(), repr(error), now)

    async def _release_tap(self, update: Update) -> None:
        """Stop the button's spinner. A tap lives 150 s and nothing depends on this call."""
        if update.callback_query is None:
            return
        try:
            await self.bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("a tap could not be acknowledged: %s", error)
