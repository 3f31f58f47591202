"""Known breakages of the product, made in a replica's memory: a scenario that passes all the same is broken.

`python -m tests.chaos.run --sabotage` runs each scenario with the breakages that it must catch.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import select

from orgbot import running
from orgbot.dialogue.state import NEW, State
from orgbot.leads.life import Trace
from orgbot.matching.encoder import Encoder, Matrix
from orgbot.runtime.delivery import Delivery
from orgbot.runtime.handle import Handler
from orgbot.runtime.pace import Rate
from orgbot.runtime.ports import Incoming, Outcome, Outgoing, Queued, StoreAwayError
from orgbot.storage import engine
from orgbot.storage import outbox as outboxes
from orgbot.storage.outbox import Outbox
from orgbot.storage.tables import outbox
from orgbot.storage.transaction import SqlTransaction
from orgbot.tg.courier import Courier
from orgbot.tg.polling import Polling
from orgbot.tg.receive import Receiver

log = logging.getLogger(__name__)

BREAKAGES: dict[str, Callable[[], None]] = {}
# Those that only the logs tell of: see Town.check_logs.
HEARD = ("log-what-is-said", "lose-a-task")
# What was broken, and what was there before.
PUT: list[tuple[Any, str, Any]] = []


def apply(name: str) -> None:
    if name:
        BREAKAGES[name]()


@contextmanager
def applied(name: str) -> Iterator[None]:
    """In a process that goes on afterwards, such as that of the tests."""
    before = len(PUT)
    try:
        apply(name)
        yield
    finally:
        while len(PUT) > before:
            place, what, value = PUT.pop()
            setattr(place, what, value)


def breakage(make: Callable[[], None]) -> Callable[[], None]:
    BREAKAGES[make.__name__.replace("_", "-")] = make
    return make


def put(place: Any, name: str, value: Any) -> None:
    """On a class or a module, whatever its type says."""
    PUT.append((place, name, getattr(place, name)))
    setattr(place, name, value)


@breakage
def acknowledge_before_commit() -> None:
    whole = Handler.handle

    def later(handler: Handler, incoming: Incoming) -> None:
        with suppress(StoreAwayError):
            whole(handler, incoming)

    def handle(handler: Handler, incoming: Incoming) -> None:
        threading.Timer(0.3, later, (handler, incoming)).start()

    put(Handler, "handle", handle)


@breakage
def confirm_before_commit() -> None:
    """What a poll brought is handled a little later, and the next is asked for at once."""
    hand_out, late = Polling._hand_out, set[asyncio.Task[None]]()

    async def later(polling: Polling, updates: Sequence[Mapping[str, Any]]) -> None:
        await asyncio.sleep(0.5)
        await hand_out(polling, updates)

    async def at_once(polling: Polling, updates: Sequence[Mapping[str, Any]]) -> None:
        late.add(asyncio.create_task(later(polling, updates)))
        if updates:
            polling.offset = updates[-1]["update_id"] + 1

    put(Polling, "_hand_out", at_once)


@breakage
def forget_what_was_received() -> None:
    def receive(tx: SqlTransaction, update_id: int, chat_id: int, now: datetime) -> bool:
        del chat_id
        tx.insert_once("inbox", update_id=update_id, received_at=now, state="done")
        return True

    put(SqlTransaction, "receive", receive)
    # Keys are unique too: a second line of defence, which is broken here as well.
    enqueue = SqlTransaction.enqueue
    put(SqlTransaction, "enqueue", lambda tx, out, now: enqueue(tx, _renamed(out), now))


@breakage
def write_down_no_update() -> None:
    """On both databases alike."""
    put(SqlTransaction, "receive", lambda *_: True)


def _renamed(out: Outgoing) -> Outgoing:
    return replace(out, key=f"{out.key}:{uuid4().hex}")


@breakage
def keep_locks_for_ever() -> None:
    """PostgreSQL does not end the transaction of a process that froze."""
    put(engine, "LEASE", timedelta(0))


@breakage
def send_stale_claims() -> None:
    claim = Outbox.claim
    put(Outbox, "claim", lambda *asked: tuple(replace(row, until=None) for row in claim(*asked)))


@breakage
def any_message_of_a_chat() -> None:
    def every(store: Outbox) -> Any:
        return select(outbox.c.id).where(outbox.c.bot_id == store.bot_id, outbox.c.state == "todo")

    put(Outbox, "_heads", every)


@breakage
def retry_for_ever() -> None:
    """An update that cannot be handled is never set aside."""

    async def raise_again(*_: object) -> None:
        raise RuntimeError

    put(Receiver, "_set_aside", raise_again)


@breakage
def raise_on_rotten_rows() -> None:
    put(Outbox, "bury", lambda *_, **__: False)


@breakage
def tell_nobody() -> None:
    enqueue = SqlTransaction.enqueue

    def quietly(tx: SqlTransaction, out: Outgoing, now: datetime) -> bool:
        return ":failed:" not in out.key and enqueue(tx, out, now)

    put(SqlTransaction, "enqueue", quietly)


@breakage
def give_up_at_the_first_error() -> None:
    postpone = Outbox.postpone

    def bury(store: Outbox, row: Queued, until: datetime, reason: str, *, unsure: bool = False) -> bool:
        del unsure
        return (
            store.bury(row, reason, until)
            if row.outgoing.key.startswith("lead:")
            else postpone(store, row, until, reason)
        )

    put(Outbox, "postpone", bury)


@breakage
def bury_what_is_put_off() -> None:
    put(Outbox, "postpone", lambda store, row, until, reason, **_: store.bury(row, reason, until))


@breakage
def send_twice() -> None:
    send = Courier.send

    async def again(courier: Courier, row: Queued) -> Outcome:
        await send(courier, row)
        return await send(courier, row)

    put(Courier, "send", again)


@breakage
def no_urgent_letter() -> None:
    put(Handler, "undelivered", lambda *_: None)


@breakage
def bury_when_moved() -> None:
    put(Outbox, "moved", lambda store, row, chat, now: store.bury(row, f"moved to {chat}", now))


@breakage
def acknowledge_when_away() -> None:
    whole = Handler.handle

    def handle(handler: Handler, incoming: Incoming) -> None:
        with suppress(StoreAwayError):
            whole(handler, incoming)

    put(Handler, "handle", handle)


@breakage
def wait_for_ever() -> None:
    """For a PostgreSQL that says nothing."""
    put(engine, "KEEPALIVES", {"keepalives": 0, "tcp_user_timeout": 0})


@breakage
def stop_delivering_when_away() -> None:
    async def once(delivery: Delivery) -> None:
        try:
            while True:
                await delivery.drain()
                await asyncio.sleep(0.05)
        except Exception:
            log.exception("no more deliveries")
            await asyncio.Event().wait()

    put(Delivery, "run", once)


@breakage
def stop_at_once() -> None:
    """What was claimed is abandoned, and what was being handled is cut off."""

    async def abandon(*_: object) -> None:
        os._exit(0)

    put(Delivery, "drain", abandon)


@breakage
def stop_slowly() -> None:
    drain = Delivery.drain

    async def slowly(delivery: Delivery, *_: object) -> None:
        await drain(delivery)
        await asyncio.sleep(10)

    put(running, "LAST_DELIVERIES", 60.0)
    put(running, "END", 60.0)
    put(Delivery, "drain", slowly)


@breakage
def forget_drafts() -> None:
    """As when drafts are kept in memory."""
    held: dict[int, State] = {}
    put(SqlTransaction, "keep", lambda _tx, chat, state, _now: held.update({chat: state}))
    put(SqlTransaction, "conversation", lambda _tx, chat: held.get(chat, NEW))


@breakage
def no_pace() -> None:
    put(outboxes, "IN_ALL", Rate(timedelta(milliseconds=1), 1000))
    put(outboxes, "BATCH", 500)


@breakage
def no_priority() -> None:
    put(outboxes, "ABOUT_LEADS", "nothing:%")


@breakage
def lose_events_on_postgresql() -> None:
    trace = SqlTransaction.trace

    def lossy(tx: SqlTransaction, reference: str, one: Trace) -> None:
        if tx.connection.dialect.name == "sqlite" or one.what != "announced":
            trace(tx, reference, one)

    put(SqlTransaction, "trace", lossy)


@breakage
def log_what_is_said() -> None:
    handle = Handler.handle

    def heard(handler: Handler, incoming: Incoming) -> None:
        logging.getLogger("orgbot").info("%s", incoming.event)
        handle(handler, incoming)

    put(Handler, "handle", heard)


@breakage
def lose_a_task() -> None:
    """It raises, and nobody waits for it."""
    take = Receiver.take

    async def fail() -> None:
        raise LookupError

    async def lost(receiver: Receiver, body: Mapping[str, object]) -> None:
        asyncio.create_task(fail())  # noqa: RUF006  # that is the bug
        await take(receiver, body)

    put(Receiver, "take", lost)


@breakage
def keep_encodings() -> None:
    """What the encoder works with: a vector for each of 512 tokens."""
    kept: list[object] = []
    query = Encoder._query

    def keep(encoder: Encoder, texts: list[str]) -> Matrix:
        kept.append(np.ones((512, 384), np.float32))
        return query(encoder, texts)

    put(Encoder, "_query", keep)


@breakage
def keep_bodies() -> None:
    kept: list[object] = []
    take = Receiver.take

    async def keep(receiver: Receiver, body: Mapping[str, object]) -> None:
        kept.append(body)
        await take(receiver, body)

    put(Receiver, "take", keep)
