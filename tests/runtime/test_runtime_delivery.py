"""What was sent is written down with the next claim: whatever fails between, it is sent once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from orgbot.runtime.delivery import LONGEST_WAIT, OUR_FAULT, Delivery
from orgbot.runtime.ports import Delivered, Outcome, Outgoing, Queued, StoreAwayError
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.outbox import LEASE
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import outbox
from orgbot.storage.transaction import LEAVE
from tests.conftest import MONDAY

pytestmark = pytest.mark.anyio

KEY, SECOND = "update:1:0", "update:2:0"


@dataclass(frozen=True, slots=True)
class Troubled(SqlStore):
    """`trouble` comes before each claim, with what was sent."""

    trouble: Callable[[Sequence[Delivered]], None] = lambda _: None

    def claim(self, now: datetime, sent: Sequence[Delivered] = ()) -> tuple[Queued, ...]:
        self.trouble(sent)
        return SqlStore.claim(self, now, sent)


@dataclass(slots=True)
class Post:
    """Telegram, and the time."""

    now: datetime = MONDAY
    sent: list[str] = field(default_factory=list)

    async def __call__(self, row: Queued) -> Outcome:
        self.sent.append(row.outgoing.key)
        return Outcome("sent", message_id=50)


@asynccontextmanager
async def delivering(
    folder: Path,
    post: Post,
    trouble: Callable[[Sequence[Delivered]], None],
    lost: Callable[[Queued], None] = lambda _: None,
) -> AsyncIterator[tuple[Delivery, asyncio.Task[None]]]:
    """With one message to deliver."""
    engine = open_engine(f"sqlite:///{folder / 'orgbot.sqlite3'}")
    migrate(engine)
    store = Troubled(engine, 7, trouble)
    with store.transaction() as tx:
        tx.enqueue(Outgoing(KEY, 1, None), MONDAY)
    with ThreadPoolExecutor(2) as threads:
        delivery = Delivery(store, post, lambda: post.now, lost, threads)
        running = asyncio.create_task(delivery.run())
        yield delivery, running
        await stop(running)
    engine.dispose()


async def stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("error", [StoreAwayError, RuntimeError])
async def test_what_cannot_be_written_down_at_once_is_not_sent_again(
    tmp_path: Path, error: type[Exception]
) -> None:
    """The database goes away, or the next message cannot be read: even once the claim has ended."""
    failed = threading.Event()

    def once(sent: Sequence[Delivered]) -> None:
        if sent and not failed.is_set():
            failed.set()
            raise error

    post = Post()
    async with delivering(tmp_path, post, once) as (delivery, running):
        assert await asyncio.to_thread(failed.wait, 20)
        await stop(running)
        await delivery.drain()
        post.now += LEASE + timedelta(seconds=1)
        await delivery.drain()
    assert post.sent == [KEY]


async def test_a_stop_while_messages_are_claimed_delivers_them_first(tmp_path: Path) -> None:
    asked, go = threading.Event(), threading.Event()

    def wait(_: Sequence[Delivered]) -> None:
        asked.set()
        assert go.wait(20)

    post = Post()
    async with delivering(tmp_path, post, wait) as (delivery, running):
        assert await asyncio.to_thread(asked.wait, 20)
        await stop(running)
        go.set()
        await delivery.drain()
        assert post.sent == [KEY]
        assert delivery.store.next_due() is None


@pytest.mark.parametrize("away", [True, False])
async def test_a_stop_writes_down_what_was_taken_while_another_chat_says_nothing(
    tmp_path: Path, *, away: bool
) -> None:
    """Nor does a database that is away for a moment make what was taken be sent again."""
    silent, asked, gone = asyncio.Event(), list[str](), list[bool]()

    async def send(row: Queued) -> Outcome:
        asked.append(row.outgoing.key)
        if row.outgoing.chat_id == 2:
            await silent.wait()
        return Outcome("sent", message_id=50)

    def once(sent: Sequence[Delivered]) -> None:
        if sent and gone and gone.pop():
            raise StoreAwayError

    async with delivering(tmp_path, Post(), once) as (delivery, running):
        await stop(running)
        await delivery.drain()
        delivery.send = send
        gone.append(away)
        with delivery.store.transaction() as tx:
            tx.enqueue(Outgoing(SECOND, 2, None), MONDAY)
            tx.enqueue(Outgoing("update:3:0", 3, None), MONDAY)
        with suppress(StoreAwayError):
            await delivery.drain(0.5, 0.1)
        assert {*asked} == {SECOND, "update:3:0"}
        assert isinstance(delivery.store, SqlStore)
        with delivery.store.engine.begin() as connection:
            rows = connection.execute(select(outbox.c.key, outbox.c.state).where(outbox.c.chat_id > 1))
            assert {row.key: row.state for row in rows} == {SECOND: "todo", "update:3:0": "sent"}
        silent.set()
        await delivery.drain()


@pytest.mark.parametrize("mended", [True, False])
async def test_a_message_of_another_release_waits_for_who_can_read_it_then_is_told_lost(
    tmp_path: Path, *, mended: bool
) -> None:
    """During a deploy two releases run side by side, and either may claim it."""
    post, lost = Post(), list[str]()
    async with delivering(tmp_path, post, lambda _: None, lambda row: lost.append(row.outgoing.key)) as (
        delivery,
        running,
    ):
        await stop(running)
        await delivery.drain()
        assert isinstance(delivery.store, SqlStore)
        write(delivery.store, "{")
        for _ in range(OUR_FAULT - 1):
            await delivery.drain()
            post.now += timedelta(seconds=LONGEST_WAIT)
        assert (post.sent, lost) == ([KEY], [])
        if mended:
            write(delivery.store, LEAVE)
        await delivery.drain()
    assert (post.sent, lost) == (([KEY, SECOND], []) if mended else ([KEY], [SECOND]))


def write(store: SqlStore, message: str) -> None:
    """As the other release wrote it."""
    with store.transaction() as tx:
        tx.enqueue(Outgoing(SECOND, 2, None), MONDAY)
    with store.engine.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.key == SECOND).values(message=message))
