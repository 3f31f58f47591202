"""Breakages of how messages are queued, claimed and delivered."""

import asyncio
import logging
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from orgbot import running
from orgbot.runtime.delivery import Delivery
from orgbot.runtime.handle import Handler
from orgbot.runtime.pace import Rate
from orgbot.runtime.ports import Outcome, Outgoing, Queued
from orgbot.storage import outbox as outboxes
from orgbot.storage.outbox import Outbox
from orgbot.storage.tables import outbox
from orgbot.storage.transaction import SqlTransaction
from orgbot.tg.courier import Courier
from tests.chaos.breaking import breakage, put

log = logging.getLogger(__name__)


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
def no_pace() -> None:
    put(outboxes, "IN_ALL", Rate(timedelta(milliseconds=1), 1000))
    put(outboxes, "BATCH", 500)


@breakage
def no_priority() -> None:
    put(outboxes, "ABOUT_LEADS", "nothing:%")
