"""Several replicas share one database: each message has one sender, each chat one writer."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from orgbot.runtime.ports import Outgoing, StoreAwayError
from orgbot.storage import engine as engines
from orgbot.storage.chores import CLAIM, Chore
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.outbox import LEASE
from orgbot.storage.retention import PURGE
from orgbot.storage.store import SqlStore
from tests.conftest import MONDAY
from tests.storage.postgres import database

BOT = 7


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Two replicas of one bot, on an empty database."""
    if request.param == "sqlite":
        yield from _replicas(f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
    else:
        with database() as url:
            yield from _replicas(url)


def _replicas(url: str) -> Iterator[tuple[SqlStore, SqlStore]]:
    one, other = SqlStore(open_engine(url), BOT), SqlStore(open_engine(url), BOT)
    migrate(one.engine)
    yield one, other
    one.engine.dispose()
    other.engine.dispose()


def queue(store: SqlStore, *keys: tuple[str, int]) -> None:
    with store.transaction() as tx:
        for key, chat in keys:
            tx.enqueue(Outgoing(key, chat, None), MONDAY)


def test_whoever_comes_back_after_its_lease_writes_nothing_down(two: tuple[SqlStore, SqlStore]) -> None:
    frozen, other = two
    queue(frozen, ("update:1:0", 1))
    (stale,) = frozen.claim(MONDAY)
    assert other.claim(MONDAY) == ()
    later = MONDAY + LEASE
    (fresh,) = other.claim(later)
    assert fresh.attempts == stale.attempts + 1
    assert not frozen.delivered(stale, later, 50)
    assert not frozen.postpone(stale, later, "429")
    assert not frozen.bury(stale, "400", later)
    assert other.delivered(fresh, later, 51)
    assert not other.delivered(fresh, later, 52)
    assert other.health(later).waiting == 0


def test_only_what_could_have_gone_is_late(two: tuple[SqlStore, SqlStore]) -> None:
    """What waits behind a message that is put off, to an owner who has blocked the bot, is no lag of ours;
    what another bot cannot deliver neither."""
    store, _ = two
    with store.transaction() as tx:
        tx.pair(1, "Camille", MONDAY)
    queue(store, ("update:1:0", 1), ("update:2:0", 1))
    (first,) = store.claim(MONDAY)
    later = MONDAY + timedelta(hours=1)
    store.owner_blocked(1, MONDAY)
    store.postpone(first, later, "Forbidden")
    assert store.health(MONDAY + timedelta(days=1)).lag == 0
    queue(store, ("update:3:0", 2))
    (other,) = store.claim(MONDAY)
    store.postpone(other, later, "NetworkError")
    assert store.health(MONDAY + timedelta(seconds=20)).lag == 20
    assert SqlStore(store.engine, BOT + 1).health(later).lag == 0


def test_each_message_is_claimed_once_whoever_asks(two: tuple[SqlStore, SqlStore]) -> None:
    queue(two[0], *((f"update:{chat}:0", chat) for chat in range(1, 61)))
    claimed = []
    for moment in (MONDAY, MONDAY + timedelta(seconds=1), MONDAY + timedelta(seconds=2)):
        with ThreadPoolExecutor(6) as pool:
            for rows in pool.map(lambda at: two[at % 2].claim(moment), range(6)):  # noqa: B023  # used at once
                claimed += [row.outgoing.key for row in rows]
    assert len(claimed) == len({*claimed}) == 60


def test_together_they_keep_telegrams_pace_and_leads_go_first(two: tuple[SqlStore, SqlStore]) -> None:
    queue(two[0], *((f"update:{chat}:0", chat) for chat in range(1, 101)), ("lead:AAA:card:500", 500))
    first = [row for store in two for row in store.claim(MONDAY)]
    assert len(first) == 30
    assert "lead:AAA:card:500" in {row.outgoing.key for row in first}
    due = two[1].next_due()
    assert due is not None
    assert MONDAY < due <= MONDAY + timedelta(seconds=0.1)
    second = [row for store in two for row in store.claim(MONDAY + timedelta(seconds=0.5))]
    assert len(second) == 15


def test_in_a_chat_three_go_at_once_then_one_a_second(two: tuple[SqlStore, SqlStore]) -> None:
    store = two[0]
    queue(store, *((f"update:{number}:0", 1) for number in range(6)))
    sent: list[float] = []
    now = MONDAY
    while len(sent) < 6:
        for row in store.claim(now):
            store.delivered(row, now)
            sent.append((now - MONDAY).total_seconds())
        now += timedelta(seconds=0.25)
    assert sum(moment < 1 for moment in sent) == 3
    assert sent[-1] >= 3


def test_a_chat_that_has_moved_keeps_its_messages_and_its_owner(two: tuple[SqlStore, SqlStore]) -> None:
    store = two[0]
    with store.transaction() as tx:
        tx.pair(-100, "Camille", MONDAY)
    queue(store, ("lead:AAA:card", -100), ("lead:BBB:card", -100))
    (row,) = store.claim(MONDAY)
    store.moved(row, -200, MONDAY)
    (again,) = store.claim(MONDAY)
    assert (again.outgoing.key, again.outgoing.chat_id) == ("lead:AAA:card", -200)
    with store.transaction() as tx:
        assert [owner.chat_id for owner in tx.desk().owners] == [-200]


def test_the_links_that_replicas_offer_at_once_are_all_kept(two: tuple[SqlStore, SqlStore]) -> None:
    hashes = [f"{number:064x}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        offers = [pool.submit(two[number % 2].offer_pairing, given) for number, given in enumerate(hashes)]
        for offer in offers:
            offer.result()
    with two[0].transaction() as tx:
        assert {*tx.desk().pairing} == {*hashes}


def test_a_database_is_one_bots(two: tuple[SqlStore, SqlStore]) -> None:
    assert two[0].introduce("orgbot", MONDAY) == ""
    assert two[1].introduce("orgbot", MONDAY) == ""
    assert SqlStore(two[0].engine, BOT + 1).introduce("autre_bot", MONDAY) == "orgbot"


def test_what_can_serve_no_more_is_forgotten(two: tuple[SqlStore, SqlStore]) -> None:
    store = two[0]
    with store.transaction() as tx:
        assert tx.receive(1, 1, MONDAY)
        assert tx.receive(2, 1, MONDAY + timedelta(days=7))
    assert store.purge(MONDAY + timedelta(days=7, hours=1)) == 1
    with store.transaction() as tx:
        assert not tx.receive(2, 1, MONDAY)
        assert tx.receive(1, 1, MONDAY)


def test_a_purge_makes_no_chat_go_faster(two: tuple[SqlStore, SqlStore]) -> None:
    store = two[0]
    queue(store, *((f"update:{number}:0", 1) for number in range(6)))
    for _ in range(3):
        (row,) = store.claim(MONDAY)
        store.delivered(row, MONDAY)
    assert store.claim(MONDAY) == ()
    assert store.purge(MONDAY) == 0
    assert store.claim(MONDAY) == ()
    # The pace of the chat and that of all, once they are at rest.
    assert store.purge(MONDAY + timedelta(hours=2)) == 2


def test_an_owner_who_takes_a_message_is_blocked_no_more(two: tuple[SqlStore, SqlStore]) -> None:
    store = two[0]
    with store.transaction() as tx:
        for chat in (5, 6):
            tx.pair(chat, "Camille", MONDAY)
    for chat in (5, 6):
        store.owner_blocked(chat, MONDAY)
    queue(store, ("lead:AAA:card:5", 5))
    assert store.health(MONDAY).owners_blocked == 2
    (row,) = store.claim(MONDAY)
    assert store.delivered(row, MONDAY)
    assert store.health(MONDAY).owners_blocked == 1


def test_a_frozen_writer_loses_its_chat_and_all_that_it_did(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LEASE", timedelta(seconds=0.5))
    engine = open_engine(server)
    migrate(engine)
    store = SqlStore(engine, BOT)
    with pytest.raises(StoreAwayError):
        _freeze(store)
    keys = [row.outgoing.key for row in store.claim(MONDAY)]
    assert keys == ["update:1:9"]
    engine.dispose()


def _freeze(store: SqlStore) -> None:
    with store.transaction() as tx:
        assert tx.receive(1, 1, MONDAY)
        tx.enqueue(Outgoing("update:1:0", 1, None), MONDAY)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_write, store).result(timeout=20)
        tx.enqueue(Outgoing("update:1:1", 1, None), MONDAY)


def _write(store: SqlStore) -> None:
    """Telegram sent the update again, to another replica: it waits for the chat."""
    with store.transaction() as tx:
        assert tx.receive(1, 1, MONDAY)
        tx.enqueue(Outgoing("update:1:9", 1, None), MONDAY)


def test_two_of_one_chat_are_handled_one_after_the_other(server: str) -> None:
    engine = open_engine(server)
    migrate(engine)
    store = SqlStore(engine, BOT + 1)
    inside: list[int] = []

    def handle(update: int) -> int:
        with store.transaction() as tx:
            tx.receive(update, 99, MONDAY)
            inside.append(update)
            alone = len(inside)
            time.sleep(0.05)
            inside.remove(update)
        return alone

    with ThreadPoolExecutor(6) as pool:
        assert {*pool.map(handle, range(12))} == {1}
    engine.dispose()


def test_one_replica_at_a_time_forgets(two: tuple[SqlStore, SqlStore]) -> None:
    """As much as there is once, whoever comes: again six hours later, not before."""
    store, _ = two
    queue(store, *((f"update:{number}:0", number) for number in range(12)))
    for row in store.claim(MONDAY):
        store.delivered(row, MONDAY, 1)
    later, stop = MONDAY + timedelta(days=8), Event()

    def at_once() -> list[int | None]:
        with ThreadPoolExecutor(4) as pool:
            return [*pool.map(lambda number: two[number % 2].purge_in_turn(later, stop), range(4))]

    first = at_once()
    # The messages, the pace of each chat, and that of all.
    assert [gone for gone in first if gone is not None] == [12 + 12 + 1]
    later += PURGE - timedelta(seconds=1)
    assert at_once() == [None] * 4
    # The clock of another is a little behind.
    assert store.purge_in_turn(later - timedelta(seconds=2), stop) is None
    later += timedelta(seconds=1)
    assert sorted(at_once(), key=str) == [0, None, None, None]


def test_what_a_dead_or_stopped_replica_left_another_forgets(two: tuple[SqlStore, SqlStore]) -> None:
    dead, other = two
    chore = Chore(dead.engine, BOT, "purge", PURGE)
    until = chore.claim(MONDAY)
    assert until == MONDAY + CLAIM
    for moment in (MONDAY + CLAIM / 2, MONDAY - timedelta(seconds=2)):
        assert other.purge_in_turn(moment, Event()) is None
    stopped = Event()
    stopped.set()
    assert other.purge_in_turn(until, stopped) == 0
    assert other.purge_in_turn(until, Event()) == 0
    # It was frozen, and wakes: it says nothing of what is another's now.
    chore.let_go(until, MONDAY)
    assert other.purge_in_turn(until, Event()) is None


def test_a_clock_that_is_set_back_does_not_stop_the_forgetting(two: tuple[SqlStore, SqlStore]) -> None:
    store, _ = two
    assert store.purge_in_turn(MONDAY + timedelta(days=365), Event()) == 0
    assert store.purge_in_turn(MONDAY, Event()) == 0
