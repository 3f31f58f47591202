"""Breakages of how updates are taken, handled and kept."""

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from orgbot.dialogue.state import NEW, State
from orgbot.leads.life import Trace
from orgbot.matching.encoder import Encoder, Matrix
from orgbot.runtime.handle import Handler
from orgbot.runtime.ports import Incoming, Outgoing, StoreAwayError
from orgbot.storage import engine
from orgbot.storage.transaction import SqlTransaction
from orgbot.tg.polling import Polling
from orgbot.tg.receive import Receiver
from tests.chaos.breaking import breakage, put


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
def retry_for_ever() -> None:
    """An update that cannot be handled is never set aside."""

    async def raise_again(*_: object) -> None:
        raise RuntimeError

    put(Receiver, "_set_aside", raise_again)


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
def forget_drafts() -> None:
    """As when drafts are kept in memory."""
    held: dict[int, State] = {}
    put(SqlTransaction, "keep", lambda _tx, chat, state, _now: held.update({chat: state}))
    put(SqlTransaction, "conversation", lambda _tx, chat: held.get(chat, NEW))


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
