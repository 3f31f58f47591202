"""The same journeys on PostgreSQL as on SQLite."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from orgbot.chat.actions import About
from orgbot.chat.events import Tapped
from orgbot.desk.state import DeskState
from orgbot.knowledge.model import KnowledgeBase
from orgbot.leads.model import Person
from orgbot.matching.decision import Matcher
from orgbot.runtime.clockwork import Clockwork
from orgbot.runtime.ports import Due, Incoming
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import metadata
from orgbot.storage.transaction import SqlTransaction
from tests.app.test_app_leads import ask
from tests.storage.postgres import database
from tests.street import DIRECTOR, OWNER, street


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with database() as url:
        yield url


def test_the_migrations_make_the_tables_that_the_code_expects(server: str) -> None:
    engine = open_engine(server)
    migrate(engine)
    migrate(engine)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_server_that_vanishes_is_noticed_and_what_the_address_says_is_kept(server: str) -> None:
    ours = _parameters(server)
    assert {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"} <= ours.keys()
    # Less than a statement may take.
    silence = int(ours["keepalives_idle"]) + int(ours["keepalives_interval"]) * int(ours["keepalives_count"])
    assert 10 <= silence < 30
    mark = "&" if "?" in server else "?"
    theirs = _parameters(f"{server}{mark}keepalives_idle=77&options=-c%20lock_timeout%3D7s")
    assert theirs["keepalives_idle"] == "77"
    assert theirs["keepalives_count"] == ours["keepalives_count"]
    assert theirs["options"] == f"{ours['options']} -c lock_timeout=7s"
    assert "idle_in_transaction_session_timeout" in ours["options"]


def _parameters(url: str) -> dict[str, str]:
    """Those of a connection, as libpq has them."""
    engine = open_engine(url)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        found: dict[str, str] = driver.info.get_parameters()
    engine.dispose()
    return found


@pytest.mark.anyio
async def test_a_lead_lives_its_life(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, server: str
) -> None:
    async with street(tmp_path, kb, matcher, database_url=server) as lane:
        await lane.say("combien mesure la tour Eiffel?")
        await ask(lane)
        card = await lane.last(OWNER, "📬 Demande")
        await lane.say("Bonjour!", OWNER, reply_to=card)
        assert await lane.last(DIRECTOR, "Bonjour!")
        await lane.say("merci, à jeudi")
        assert (await lane.last(OWNER, "à jeudi"))["reply_to_message"]["message_id"] == card["message_id"]
        await lane.say("/conge du 24 décembre au 2 janvier", OWNER)
        (found,) = await lane.say("/demandes debrouille", OWNER)
        assert "en conversation" in found["text"]
        text, _ = await lane.say("/stats", OWNER)
        assert "Demandes reçues\u00a0: 1" in text["text"]
        await lane.tap("Plus tard", OWNER)
        await lane.tap("Dans 3 heures", OWNER)
        await lane.wait(hours=4)
        assert await lane.last(OWNER, "Tu voulais un rappel")
        (*_, gaps) = await lane.say("/lacunes", OWNER)
        assert "tour Eiffel" in gaps["text"]
        await lane.say("robot")
        await lane.say("/retirer")
        await lane.say("oui")
        assert "retirée par Lucie" in (await lane.last(OWNER, "📬 Demande"))["text"]


@pytest.mark.anyio
async def test_an_answer_while_a_reminder_is_claimed_is_seen(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database() as url:
        async with street(tmp_path, kb, matcher, database_url=url) as lane:
            await ask(lane)
            claim, reference = SqlTransaction.due, (await lane.last(OWNER, "📬"))["text"].split()[2]

            def answered_meanwhile(tx: SqlTransaction, now: datetime) -> tuple[Due, ...]:
                found = claim(tx, now)
                taken = Tapped(About("take", reference))
                lane.parts.handler.handle(Incoming(10**9, Person(OWNER, "Camille"), taken))
                return found

            monkeypatch.setattr(SqlTransaction, "due", answered_meanwhile)
            await lane.wait(days=1)
            told = [message["text"] for message in await lane.messages(OWNER)]
            assert not any("attend ta réponse" in text for text in told)
            assert "prise en charge par Camille" in (await lane.last(OWNER, "📬"))["text"]


@pytest.mark.anyio
async def test_two_replicas_that_look_at_the_clock_together_remind_once(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in its transaction before either has claimed; and their clocks differ, as do those of machines."""
    claim, together = SqlTransaction.due, Barrier(2)

    def at_the_same_moment(tx: SqlTransaction, now: datetime) -> tuple[Due, ...]:
        together.wait(20)
        return claim(tx, now)

    with database() as url, ThreadPoolExecutor(2) as pool:
        async with street(tmp_path, kb, matcher, database_url=url) as lane:
            names = ["Malo", "Zoé", "Ève", "Léo"]
            for name in names:
                await ask(lane, await lane.newcomer(name))
            store, other = lane.parts.store, SqlStore(open_engine(url), lane.parts.store.bot_id)
            monkeypatch.setattr(SqlTransaction, "due", at_the_same_moment)

            def look(replica: SqlStore, late: timedelta) -> None:
                Clockwork(replica, lane.parts.handler.mind, lambda: lane.clock() + late).tick()

            # The morning's agenda, the reminder of each, and nothing.
            for hours in (20, 3, 1):
                lane.clock.pass_(hours=hours)
                looking = [pool.submit(look, store, timedelta(0))]
                looking.append(pool.submit(look, other, timedelta(milliseconds=3)))
                for done in looking:
                    done.result(timeout=60)
                await lane.drain()
            other.engine.dispose()
            told = [message["text"] for message in await lane.messages(OWNER)]
            reminded = [text.split()[1] for text in told if text.startswith("⏰")]
            assert sorted(reminded) == sorted(names)
            assert sum("Aujourd’hui" in text for text in told) == 1


@pytest.mark.anyio
async def test_a_tap_while_the_list_of_gaps_is_made_is_not_written_over(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread brings it when the new list is about to be written down."""
    keep, tapping = SqlTransaction.keep_desk, list[Future[None]]()
    with database() as url, ThreadPoolExecutor(1) as pool:
        async with street(tmp_path, kb, matcher, database_url=url) as lane:
            await lane.say("combien mesure la tour Eiffel?")
            await ask(lane)
            writes = Tapped(About("write", (await lane.last(OWNER, "📬"))["text"].split()[2]))
            tap = Incoming(10**9, Person(OWNER, "Camille"), writes)

            def meanwhile(tx: SqlTransaction, chat_id: int, state: DeskState) -> None:
                if not tapping and state.lesson is not None and state.lesson.step == "choose":
                    tapping.append(pool.submit(lane.parts.handler.handle, tap))
                    wait(tapping, timeout=1)
                keep(tx, chat_id, state)

            monkeypatch.setattr(SqlTransaction, "keep_desk", meanwhile)
            await lane.say("/lacunes", OWNER)
            tapping[0].result(timeout=20)
            await lane.say("Bonjour Lucie!", OWNER)
            assert await lane.last(DIRECTOR, "Bonjour Lucie!")
