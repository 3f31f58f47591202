"""One update, from Telegram's JSON to the commit."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from telegram import Bot, Update
from telegram.error import TelegramError

from orgbot.runtime.handle import Handler
from orgbot.runtime.ports import Count, Incoming, StoreAwayError, Typed, not_counted
from orgbot.tg.courier import said
from orgbot.tg.decode import incoming

log = logging.getLogger(__name__)

ATTEMPTS = 3
# Seconds between attempts: two transactions that wait for each other are told apart in one.
PAUSE = 0.2


@dataclass(slots=True)
class Receiver:
    """`committed` is called after each commit, to wake the delivery. `texts`: threads of their own for texts,
    which take tens of milliseconds to understand: a tap must not wait for them; `others`: those of the rest.
    One update of a chat is handled at a time, as they came: a busy chat, or one whose lock another replica
    holds, keeps one thread from the others, and a tap does not overtake the text before it."""

    bot: Bot
    handler: Handler
    committed: Callable[[], None]
    texts: Executor
    others: Executor
    count: Count = not_counted
    _turns: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def receive(self, update: Update) -> None:
        """Returns once the update is committed, or set aside: at once when it cannot be understood, or after
        several failures. One that cannot be handled must not keep the others waiting. Raises StoreAwayError
        while the database is away."""
        try:
            known = incoming(update, self.bot.token)
        except Exception as error:
            log.exception("update %d cannot be understood", update.update_id)
            await self._set_aside(update.update_id, update.to_json(), error)
        else:
            if known is None:
                return
            async with self._turns.setdefault(known.person.chat_id, asyncio.Lock()):
                await self._handle(known, update)
            self.committed()
        await self._release_tap(update)

    async def take(self, body: Mapping[str, object]) -> None:
        """The same, of an update's JSON; one that is no update of Telegram's is set aside."""
        try:
            update = Update.de_json(dict(body), self.bot)
        except Exception as error:
            number = int(str(body["update_id"]))
            log.exception("update %d cannot be read", number)
            await self._set_aside(number, json.dumps(body), error)
        else:
            await self.receive(update)

    async def _handle(self, known: Incoming, update: Update) -> None:
        loop = asyncio.get_running_loop()
        threads = self.texts if isinstance(known.event, Typed) else self.others
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await loop.run_in_executor(threads, self.handler.handle, known)
            except StoreAwayError as error:
                self.count("database_errors", "receive")
                log.warning("the database does not answer; update %d waits (%s)", update.update_id, error)
                if attempt == ATTEMPTS:
                    raise
            except Exception as error:
                log.exception("update %d failed (attempt %d)", update.update_id, attempt)
                if attempt == ATTEMPTS:
                    await self._set_aside(update.update_id, update.to_json(), error, known)
                    return
            else:
                return
            await asyncio.sleep(PAUSE * attempt)

    async def _set_aside(
        self, update_id: int, payload: str, error: Exception, known: Incoming | None = None
    ) -> None:
        told = update_id, payload, type(error).__name__, known
        await asyncio.get_running_loop().run_in_executor(self.others, self.handler.set_aside, *told)
        self.committed()

    async def _release_tap(self, update: Update) -> None:
        """Stop the button's spinner. A tap lives 150 s and nothing depends on this call."""
        if update.callback_query is None:
            return
        try:
            await self.bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("a tap could not be acknowledged: %s", said(error))
