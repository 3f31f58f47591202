"""The outbox is drained at once after each commit, and again until everything is delivered or refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from orgbot.runtime.ports import Count, Delivered, Outcome, Queued, Store, StoreAwayError, not_counted

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
# An owner who blocked the bot may come back: her leads wait for her.
BLOCKED_WAIT = 3600.0
# After so many failures that are ours, two minutes in all, what is behind in the chat matters more. Meanwhile
# a message that this release cannot read may find one that can: two run side by side during a deploy.
OUR_FAULT = 8
# Seconds between two looks while the database is away, and before what is done is written down again.
AWAY, SETTLE_AGAIN = 2.0, 0.5
A_DAY = 86_400.0
# How long the loop sleeps at most before it looks at the outbox again.
IDLE = 30.0


def back_off(attempts: int) -> float:
    """Seconds before the next attempt: 1, 2, 4… up to five minutes."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 16)))


def _our_fault(row: Queued, reason: str) -> Outcome:
    return Outcome("refused" if row.attempts >= OUR_FAULT else "later", reason=reason)


@dataclass(slots=True)
class Delivery:
    """In order within a chat, chats side by side: one that is slow holds up no other. `lost` is told of what
    is refused, for good or by an owner's chat; `threads`: those in which the database is asked."""

    store: Store
    send: Callable[[Queued], Awaitable[Outcome]]
    clock: Callable[[], datetime]
    lost: Callable[[Queued], None]
    threads: Executor
    count: Count = not_counted
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    # Telegram has them; the next turn writes that down.
    _sent: list[Delivered] = field(default_factory=list)
    _turning: asyncio.Task[bool] | None = None

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; what is on its way then goes on (see drain). A failing database is waited for."""
        while True:
            self._wake.clear()
            try:
                self._turning = asyncio.create_task(self._turn())
                # A turn that is cancelled halfway would claim what nobody sends.
                found = await asyncio.shield(self._turning)
                wait = 0.0 if found or self._wake.is_set() else await self._idle()
            except StoreAwayError as error:
                self.count("database_errors", "deliver")
                log.warning("the database does not answer (%s); the outbox waits", error)
                wait = AWAY
            except Exception:
                log.exception("the outbox could not be read; trying again")
                wait = AWAY
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def drain(self, seconds: float = A_DAY, answers: float = A_DAY) -> None:
        """Deliver all that is due, for so many seconds; wait for what is on its way, for so many more; and
        write down what became of it, whatever fails: another would send it again."""
        if self._turning is not None:
            await asyncio.wait([self._turning])
        until = monotonic() + seconds
        try:
            while (left := until - monotonic()) > 0 and (await self._turn() or self._sending or self._sent):
                if self._sending:
                    await asyncio.wait(self._sending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=answers)
            sent, self._sent = self._sent, []
            await self._each(sent)

    async def _turn(self) -> bool:
        """Write down what was sent, and start what is due, in one transaction: under load they come in
        bunches. Whether there was any."""
        sent, self._sent = self._sent, []
        try:
            rows = await self._in_thread(self.store.claim, self.clock(), sent)
        except StoreAwayError:
            self._sent = sent + self._sent
            raise
        except Exception:
            # What cannot be read must not make what was sent be sent again.
            await self._each(sent)
            raise
        for row in rows:
            task = asyncio.create_task(self._deliver(row))
            self._sending.add(task)
            task.add_done_callback(self._done)
        return bool(rows)

    async def _each(self, sent: Sequence[Delivered]) -> None:
        for row, message_id in sent:
            try:
                await self._in_thread(self.store.delivered, row, self.clock(), message_id)
            except Exception:
                log.exception("the delivery of %s could not be written down", row.outgoing.key)

    def _done(self, task: asyncio.Task[None]) -> None:
        """The next message of that chat may go."""
        self._sending.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # Its claim ends by itself, and it is sent again.
            log.error("a delivery could not be written down", exc_info=task.exception())
        else:
            self.wake()

    async def _in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *given)

    async def _idle(self) -> float:
        due = await self._in_thread(self.store.next_due)
        if due is None:
            return IDLE
        return min(IDLE, max(0.05, (due - self.clock()).total_seconds()))

    async def _deliver(self, row: Queued) -> None:
        left = None if row.until is None else (row.until - self.clock()).total_seconds()
        if left is not None and left <= 0:
            # This process was frozen since it claimed the message: another has it by now.
            log.warning("%s was claimed too long ago to be sent from here", row.outgoing.key)
            return
        outcome = _our_fault(row, row.unread) if row.unread else await self._send(row, left)
        self.count("deliveries", outcome.kind)
        if outcome.kind == "sent":
            self._sent.append((row, outcome.message_id))
        else:
            await self._write_down(row, outcome)

    async def _send(self, row: Queued, left: float | None) -> Outcome:
        try:
            # No longer than the claim: then another sends it, and this one would come after what follows it.
            async with asyncio.timeout(left):
                return await self.send(row)
        except TimeoutError:
            return Outcome("unsure", reason="TimeoutError")
        except Exception as error:  # our bug in the courier must not lose the message
            log.exception("delivery of %s failed", row.outgoing.key)
            return _our_fault(row, type(error).__name__)

    async def _write_down(self, row: Queued, outcome: Outcome) -> None:
        """A database that is away is waited for while the message is ours: forgetting would send it twice."""
        while True:
            try:
                await self._in_thread(self._settle, row, outcome)
            except StoreAwayError:
                self.count("database_errors", "deliver")
                if row.until is None or self.clock() >= row.until:
                    raise
                await asyncio.sleep(SETTLE_AGAIN)
            else:
                return

    def _settle(self, row: Queued, outcome: Outcome) -> None:
        now = self.clock()
        match outcome.kind:
            case "later":
                self._postpone(row, outcome, now)
            case "unsure":
                self._unsure(row, outcome, now)
            case "moved":
                log.warning("a chat has another id now: what waits for it goes there")
                self.store.moved(row, outcome.chat_id, now)
            case "blocked":
                self._blocked(row, outcome, now)
            case "refused":
                log.error("%s is refused for good: %s", row.outgoing.key, outcome.reason)
                # Told first, and once: between the two, the process may die.
                self.lost(row)
                self.store.bury(row, outcome.reason, now)

    def _postpone(self, row: Queued, outcome: Outcome, now: datetime, *, unsure: bool = False) -> None:
        seconds = back_off(row.attempts) if outcome.seconds is None else outcome.seconds
        log.warning("%s waits %.0f s: %s", row.outgoing.key, seconds, outcome.reason)
        self.store.postpone(row, now + timedelta(seconds=seconds), outcome.reason, unsure=unsure)

    def _unsure(self, row: Queued, outcome: Outcome, now: datetime) -> None:
        """Telegram may have taken it: sent once more. What is about a lead is sent until it is confirmed, for
        twice is better than never; another message is not."""
        if row.unsure and not row.outgoing.key.startswith("lead:"):
            log.warning("%s may have been delivered twice already; it is left at that", row.outgoing.key)
            self.store.bury(row, outcome.reason, now, unsure=True)
        else:
            self._postpone(row, outcome, now, unsure=True)

    def _blocked(self, row: Queued, outcome: Outcome, now: datetime) -> None:
        with self.store.transaction() as tx:
            is_owner = tx.desk().owner(row.outgoing.chat_id) is not None
        if not is_owner:
            log.info("%s not delivered: %s", row.outgoing.key, outcome.reason)
            self.lost(row)
            self.store.bury(row, outcome.reason, now)
            return
        self.lost(row)
        log.error("the owner's chat takes no messages (%s): LEADS ARE WAITING there", outcome.reason)
        self.store.owner_blocked(row.outgoing.chat_id, now)
        self.store.postpone(row, now + timedelta(seconds=BLOCKED_WAIT), outcome.reason)
