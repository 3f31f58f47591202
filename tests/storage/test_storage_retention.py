"""What is promised to be forgotten is nowhere in the database; what is not, is whole."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, func, select

from orgbot.chat.events import Consented, Reply, Unanswered
from orgbot.desk.state import DeskState, Gap, Lesson
from orgbot.dialogue.state import NEW, Form
from orgbot.knowledge.sentences import Html
from orgbot.leads.life import Trace
from orgbot.leads.model import Draft, Lead, Person, Promise, Reach
from orgbot.runtime.ports import Outgoing
from orgbot.storage import retention
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import consents, leads, metadata, outbox
from tests.conftest import MONDAY
from tests.storage.postgres import database

BOT, HER, OWNER = 7, 1_001_001, 2002
NAME, NUMBER, WORDS = "Canarie", "+15145550199", "le canari chante"
CANARIES = (NAME, NUMBER, WORDS)
MONTH = timedelta(days=30.4)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    postgres = request.param == "postgresql"
    url = request.getfixturevalue("server") if postgres else f"sqlite:///{tmp_path / 'orgbot.sqlite3'}"
    engine = open_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        for table in metadata.tables.values():
            connection.execute(table.delete())
    yield SqlStore(engine, BOT)
    engine.dispose()


def held(store: SqlStore, *words: str) -> set[str]:
    """The columns in which any of these words is."""
    found = set()
    with store.engine.begin() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                found |= {
                    f"{table.name}.{column}"
                    for column, value in row._mapping.items()
                    if any(word in str(value) for word in words)
                }
    return found


def count(store: SqlStore, table: str) -> int:
    with store.engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def deliver(store: SqlStore, now: datetime, refused: str = "") -> None:
    """All that is due, at Telegram's pace; what has a key that ends so, Telegram refuses."""
    number = 0
    while store.health(now).waiting:
        now += timedelta(seconds=1)
        for row in store.claim(now):
            number += 1
            if refused and row.outgoing.key.endswith(refused):
                store.bury(row, "BadRequest", now)
            else:
                store.delivered(row, now, number)


def queue(store: SqlStore, now: datetime, key: str, chat: int, name: str = "", *, edit: bool = False) -> None:
    with store.transaction() as tx:
        tx.enqueue(Outgoing(key, chat, Reply(Html(f"{NAME} {NUMBER} {WORDS}")), name=name, edit=edit), now)


def live(store: SqlStore, at: datetime, reference: str = "AAA-111", chat: int = HER) -> None:
    """A lead as it is after its first day, with all that a person leaves behind."""
    lead = Lead(
        reference=reference,
        person=Person(chat, NAME, "canarie"),
        first_name=NAME,
        organisation="La Débrouille",
        reach=Reach("phone", NUMBER),
        subject=WORDS,
        objections=(),
        questions=(WORDS,),
        consent_text="D’accord?",
        at=at,
        promise=Promise(at, at),
    )
    with store.transaction() as tx:
        tx.consented(chat, Consented("answer", "D’accord?", given=True), 1, at)
        tx.add_lead(lead)
        tx.remind(reference, "missed", at)
        tx.trace(reference, Trace("said", at, NAME, WORDS))
        tx.unanswered(chat, Unanswered(WORDS), at)
        tx.keep(chat, replace(NEW, asked=WORDS, sent=reference), at)
    queue(store, at, f"lead:{reference}:card:{OWNER}", OWNER, f"lead:{reference}:card:{OWNER}")
    queue(store, at, f"lead:{reference}:said:x:{OWNER}:0", OWNER, f"lead:{reference}:said:{OWNER}")
    queue(store, at, f"update:{reference}:0", chat, f"lead:{reference}:receipt")
    deliver(store, at, refused=f":said:x:{OWNER}:0")


def test_after_thirteen_months_nothing_names_her(store: SqlStore) -> None:
    live(store, MONDAY)
    assert held(store, *CANARIES) > {
        "leads.lead",
        "lead_events.why",
        "unanswered.text",
        "conversations.state",
    }
    assert store.purge(MONDAY + 13 * MONTH)
    assert held(store, *CANARIES, "AAA-111", str(HER)) == set()
    for table in ("leads", "lead_events", "reminders", "outbox", "unanswered", "conversations"):
        assert count(store, table) == 0, table
    assert store.purge(MONDAY + 13 * MONTH) == 0


def test_after_eleven_months_it_is_whole(store: SqlStore) -> None:
    live(store, MONDAY)
    with store.transaction() as tx:
        before = tx.follow("AAA-111"), tx.conversation(HER), tx.gaps()
    store.purge(MONDAY + 11 * MONTH)
    with store.transaction() as tx:
        assert (tx.follow("AAA-111"), tx.conversation(HER), tx.gaps()) == before
        assert tx.queued(f"lead:AAA-111:card:{OWNER}")
    assert "consents.text" in held(store, "D’accord?")


def test_a_lead_lives_a_year_after_its_last_movement(store: SqlStore) -> None:
    live(store, MONDAY)
    live(store, MONDAY, "BBB-222", HER + 1)
    with store.transaction() as tx:
        tx.trace("AAA-111", Trace("told", MONDAY + 10 * MONTH, "Camille", WORDS))
    store.purge(MONDAY + 13 * MONTH)
    with store.transaction() as tx:
        kept = tx.follow("AAA-111")
        assert kept is not None
        assert [trace.what for trace in kept.traces] == ["submitted", "said", "told"]
        assert tx.follow("BBB-222") is None
    # Her agreement is proved for as long as her lead is there.
    with store.engine.begin() as connection:
        proofs = connection.execute(select(consents).order_by(consents.c.id)).all()
    assert [(proof.chat_id, bool(proof.text)) for proof in proofs] == [(HER, True), (0, False)]
    assert proofs[0].text_hash == proofs[1].text_hash
    store.purge(MONDAY + 23 * MONTH)
    assert held(store, *CANARIES, "AAA-111", str(HER)) == set()


def test_what_waits_is_never_touched(store: SqlStore) -> None:
    live(store, MONDAY)
    queue(store, MONDAY, "update:2:0", HER)
    queue(store, MONDAY, "lead:AAA-111:told:2:0", OWNER, f"lead:AAA-111:told:{OWNER}")
    later = MONDAY + 13 * MONTH
    store.purge(later)
    waiting = store.claim(later)
    assert [row.outgoing.key for row in waiting] == ["update:2:0", "lead:AAA-111:told:2:0"]
    assert all(row.outgoing.reply and WORDS in row.outgoing.reply.text for row in waiting)
    for row in waiting:
        store.delivered(row, later, 1)
    # Its lead is gone: once it has left, it goes too.
    store.purge(later)
    assert held(store, *CANARIES, "AAA-111") == set()


def test_the_words_of_a_message_go_when_it_is_said_and_it_can_be_edited_still(store: SqlStore) -> None:
    name = f"lead:AAA-111:card:{OWNER}"
    live(store, MONDAY)
    assert held(store, NUMBER) == {"leads.lead", "outbox.message"}
    later = MONDAY + 11 * MONTH
    store.purge(later)
    assert held(store, NUMBER) == {"leads.lead"}
    queue(store, later, f"{name}:update:9", OWNER, name, edit=True)
    with store.transaction() as tx:
        tx.enqueue(Outgoing("below", HER, Reply(Html("Vue")), under="lead:AAA-111:receipt"), later)
    edit, below = store.claim(later)
    assert edit.replaces is not None
    assert below.below is not None
    with store.transaction() as tx:
        assert tx.about(OWNER, edit.replaces) == "AAA-111"


def test_what_was_refused_goes_to_the_next_owner_while_it_has_words(store: SqlStore) -> None:
    with store.transaction() as tx:
        tx.pair(OWNER, "Camille", MONDAY)
    live(store, MONDAY)
    store.purge(MONDAY + timedelta(days=29))
    store.owner_blocked(OWNER, MONDAY)
    with store.transaction() as tx:
        tx.pair(OWNER + 1, "Camille", MONDAY)
    (row,) = store.claim(MONDAY + timedelta(days=29))
    assert row.outgoing.reply is not None
    assert WORDS in row.outgoing.reply.text
    store.bury(row, "BadRequest", MONDAY + timedelta(days=29))
    store.purge(MONDAY + timedelta(days=60))
    store.owner_blocked(OWNER + 1, MONDAY)
    with store.transaction() as tx:
        tx.pair(OWNER, "Camille", MONDAY)
    assert store.claim(MONDAY + timedelta(days=60)) == ()


def test_a_refused_reply_has_no_words_left(store: SqlStore) -> None:
    queue(store, MONDAY, "update:1:0", HER)
    deliver(store, MONDAY, refused="update:1:0")
    assert held(store, *CANARIES) == set()
    assert store.health(MONDAY).refused == 1


def test_replies_are_forgotten_with_the_ids_of_their_updates(store: SqlStore) -> None:
    queue(store, MONDAY, "update:1:0", HER)
    deliver(store, MONDAY)
    store.purge(MONDAY + timedelta(days=6))
    assert count(store, "outbox") == 1
    store.purge(MONDAY + timedelta(days=8))
    assert count(store, "outbox") == 0


def test_the_words_that_the_release_before_left_go_too(store: SqlStore) -> None:
    queue(store, MONDAY, "lead:AAA-111:card:2002", OWNER, "lead:AAA-111:card:2002")
    live(store, MONDAY)
    with store.engine.begin() as connection:
        connection.execute(outbox.update().values(message='{"text": "le canari chante"}'))
    store.purge(MONDAY + timedelta(days=31))
    assert "outbox.message" not in held(store, *CANARIES)


def test_an_update_that_failed_is_kept_for_a_month(store: SqlStore) -> None:
    with store.transaction() as tx:
        assert tx.give_up(5, WORDS, "ValueError", MONDAY)
    store.purge(MONDAY + timedelta(days=29))
    assert held(store, WORDS) == {"inbox.payload"}
    store.purge(MONDAY + timedelta(days=31))
    assert count(store, "inbox") == 0


def test_a_form_that_was_never_sent_is_forgotten_after_a_month(store: SqlStore) -> None:
    draft = Form("sommaire", Draft(NAME, "La Débrouille", Reach("phone", NUMBER), WORDS))
    with store.transaction() as tx:
        tx.keep(HER, replace(NEW, form=draft), MONDAY)
        # It only speaks of one.
        tx.keep(HER + 1, replace(NEW, asked='"form": {"step"', answered='\\"form": {'), MONDAY)
    store.purge(MONDAY + timedelta(days=29))
    assert count(store, "conversations") == 2
    store.purge(MONDAY + timedelta(days=31))
    assert held(store, *CANARIES) == set()
    assert count(store, "conversations") == 1


def test_an_utterance_goes_a_month_after_it_is_settled_with_the_lesson_that_quotes_it(
    store: SqlStore,
) -> None:
    with store.transaction() as tx:
        tx.pair(OWNER, "Camille", MONDAY)
        tx.unanswered(HER, Unanswered(WORDS), MONDAY)
        tx.unanswered(HER, Unanswered("et le coq"), MONDAY)
        (first, _), (second, _) = tx.gaps()
        tx.settle([first], MONDAY)
        tx.keep_desk(OWNER, DeskState(lesson=Lesson("choose", (Gap((second,), ("et le coq",)),))))
    store.purge(MONDAY + timedelta(days=31))
    assert held(store, WORDS) == set()
    with store.transaction() as tx:
        assert tx.gaps() == ((second, "et le coq"),)
        assert tx.desk().owners[0].state.lesson is not None
    store.purge(MONDAY + 13 * MONTH)
    assert held(store, "et le coq") == set()


def test_many_rows_go_a_few_at_a_time(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement changes more rows than a window has; the rows that stay stop nothing."""
    monkeypatch.setattr(retention, "BATCH", 10)
    monkeypatch.setattr(retention, "PAUSE", 0)
    now = MONDAY + 13 * MONTH
    for number in range(45):
        live_rows(store, number, MONDAY if number % 9 else now)
    changed: list[int] = []

    def note(_: object, cursor: Any, statement: str, *__: object) -> None:
        if not statement.startswith(("SELECT", "PRAGMA", "BEGIN")):
            changed.append(cursor.rowcount)

    event.listen(store.engine, "after_cursor_execute", note)
    store.purge(now)
    event.remove(store.engine, "after_cursor_execute", note)
    for table in ("leads", "outbox", "unanswered", "conversations"):
        assert count(store, table) == 5, table
    assert max(changed) == 10


def test_a_stop_leaves_the_rest_to_the_next_time(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in the middle of a table: that window is finished, and no other is begun, of any table."""
    monkeypatch.setattr(retention, "BATCH", 10)
    monkeypatch.setattr(retention, "PAUSE", 0)
    for number in range(45):
        live_rows(store, number, MONDAY)
    later, stop = MONDAY + 13 * MONTH, Event()
    deleted = 0

    def told(_: object, cursor: Any, statement: str, *__: object) -> None:
        nonlocal deleted
        if statement.startswith("DELETE FROM unanswered"):
            deleted += cursor.rowcount
            if deleted == 20:
                stop.set()

    event.listen(store.engine, "after_cursor_execute", told)
    store.purge(later, stop)
    event.remove(store.engine, "after_cursor_execute", told)
    left = {
        table: count(store, table) for table in ("leads", "outbox", "unanswered", "conversations", "inbox")
    }
    assert left == {"leads": 0, "outbox": 0, "unanswered": 25, "conversations": 45, "inbox": 45}
    assert store.purge(later) == 25 + 45 + 45
    assert held(store, WORDS) == set()


def live_rows(store: SqlStore, number: int, at: datetime) -> None:
    """One row in each table that is gone through."""
    with store.transaction() as tx:
        tx.receive(number, number, at)
        tx.keep(number, NEW, at)
        tx.unanswered(number, Unanswered(WORDS), at)
        tx.enqueue(Outgoing(f"update:{number}:0", number, Reply(Html(WORDS))), at)
    with store.engine.begin() as connection:
        connection.execute(outbox.update().values(state="sent", settled_at=outbox.c.queued_at))
        moments = {"at": at, "probable": at, "latest": at}
        lead = {
            "bot_id": store.bot_id,
            "chat_id": number,
            "reference": f"R{number}",
            "status": "new",
            "lead": WORDS,
        }
        connection.execute(leads.insert().values(lead | moments))


def test_several_replicas_forget_together(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 5)
    monkeypatch.setattr(retention, "PAUSE", 0)
    for number in range(20):
        live_rows(store, number, MONDAY)
    with ThreadPoolExecutor(3) as pool:
        done = [*pool.map(store.purge, [MONDAY + 13 * MONTH] * 3)]
    assert held(store, WORDS) == set()
    # Each row once: leads, replies, utterances, people and ids of updates.
    assert sum(done) == 5 * 20


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_lead_that_is_moved_at_that_moment_is_left(store: SqlStore) -> None:
    live(store, MONDAY)
    later = MONDAY + 13 * MONTH
    with ThreadPoolExecutor(1) as pool, store.transaction() as tx:
        assert tx.follow("AAA-111") is not None
        pool.submit(store.purge, later).result(timeout=10)
        tx.trace("AAA-111", Trace("told", later, "Camille", WORDS))
    store.purge(later)
    with store.transaction() as tx:
        assert tx.follow("AAA-111") is not None
