"""What PostgreSQL says: it quotes rows, values and keys, below its errors and within them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.runtime.clockwork import keep_time
from orgbot.runtime.ports import StoreAwayError
from orgbot.tg.polling import Polling
from orgbot.upkeep import keep_clean, keep_school
from tests.chaos.postgres import Postgres
from tests.logs.birds import WORDS, Printed
from tests.logs.servers import fresh, guarded
from tests.street import DIRECTOR, Street, street

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with guarded() as server:
        yield server


def hinder(lane: Street, what: str) -> None:
    """From now on, each conversation that is written down."""
    what = what.replace("%", "%%")
    with lane.parts.store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {what}; RETURN NEW; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER hinder BEFORE INSERT OR UPDATE ON conversations "
            "FOR EACH ROW EXECUTE FUNCTION hinder()"
        )


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("RAISE EXCEPTION 'not %', NEW USING DETAIL = NEW, HINT = NEW", "RaiseException"),
        ("PERFORM NEW.state::bigint", "InvalidTextRepresentation"),
        ("PERFORM substr(NEW.state, strpos(NEW.state, 'canari'))::json", "InvalidTextRepresentation"),
        ("EXECUTE NEW.state", "SyntaxError"),
        ("RAISE unique_violation USING MESSAGE = NEW, DETAIL = NEW", "UniqueViolation"),
    ],
)
async def test_a_value_that_it_refuses(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    postgres: Postgres,
    what: str,
    said: str,
) -> None:
    async with street(tmp_path, kb, matcher, database_url=fresh(postgres)) as lane:
        hinder(lane, what)
        await lane.say(f"/contact {WORDS}")
        for line in ("oui", WORDS):
            await lane.say(line)
        assert lane.parts.store.health(lane.clock()).failed
    printed.assert_silenced("failed (attempt 3)", said)


async def test_a_row_that_it_refuses_and_one_that_is_there_already(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, postgres: Postgres
) -> None:
    async with street(tmp_path, kb, matcher, database_url=fresh(postgres)) as lane:
        strange = "combien mesure la tour Eiffel en canaris?"
        with lane.parts.store.engine.begin() as connection:
            connection.exec_driver_sql("CREATE UNIQUE INDEX ON unanswered (text)")
            connection.exec_driver_sql("ALTER TABLE unanswered ADD CHECK (strpos(text, '012') = 0)")
        for line in (strange, strange, "combien mesure la tour Eiffel en canaris 012?"):
            await lane.say(line)
    printed.assert_silenced("UniqueViolation", "CheckViolation")
    assert "Key (text)=(" in printed.bare.getvalue()
    assert "Failing row contains (" in printed.bare.getvalue()


async def test_what_it_only_notices(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, postgres: Postgres
) -> None:
    async with street(tmp_path, kb, matcher, database_url=fresh(postgres)) as lane:
        hinder(lane, "RAISE WARNING '%', NEW; RAISE NOTICE '%', NEW")
        await lane.say("/contact")
        assert await lane.say("oui")
    assert printed.lines() == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("PERFORM pg_sleep(20), NEW.state", "StoreAwayError < OperationalError < QueryCanceled"),
        ("PERFORM pg_terminate_backend(pg_backend_pid()), NEW.state", "StoreAwayError < OperationalError"),
        ("RAISE deadlock_detected USING MESSAGE = NEW, DETAIL = NEW", "DeadlockDetected"),
    ],
)
async def test_a_statement_that_it_ends(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    postgres: Postgres,
    what: str,
    said: str,
) -> None:
    url = f"{fresh(postgres)}?options=-c%20statement_timeout%3D200"
    async with street(tmp_path, kb, matcher, database_url=url) as lane:
        hinder(lane, what)
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": f"/contact {WORDS}"})
        (received,) = await lane.parts.bot.get_updates(timeout=0)
        with pytest.raises(StoreAwayError):
            await lane.parts.receiver.receive(received)
    printed.assert_silent("the database does not answer", said)


async def test_a_password_that_it_refuses_in_the_middle(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, postgres: Postgres
) -> None:
    url = fresh(postgres)
    async with street(tmp_path, kb, matcher, database_url=url) as lane:
        lane.parts.store.engine.dispose()
        with lane.parts.store.engine.begin() as connection:
            connection.execute(text("ALTER ROLE camille PASSWORD 'un autre canari'"))
        lane.parts.store.engine.dispose()
        try:
            await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": WORDS})
            (received,) = await lane.parts.bot.get_updates(timeout=0)
            with pytest.raises(StoreAwayError):
                await lane.parts.receiver.receive(received)
        finally:
            with postgres.connect() as connection:
                connection.execute("ALTER ROLE camille PASSWORD 'mot-de-passe-du-canari'")
    printed.assert_silent("the database does not answer", "StoreAwayError < OperationalError")


async def test_a_server_that_dies_while_all_of_the_bot_is_at_work(
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    postgres: Postgres,
) -> None:
    """It polls, delivers, looks at the clock, learns and forgets; then what was written is answered."""
    async with street(tmp_path, kb, matcher, database_url=fresh(postgres)) as lane:
        parts = lane.parts
        work = (
            Polling(parts.bot, parts.receiver.take).run(),
            parts.delivery.run(),
            keep_time(parts.clockwork, parts.delivery.wake),
            keep_school(parts),
            keep_clean(parts),
        )
        postgres.kill()
        tasks = [asyncio.create_task(one) for one in work]
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": WORDS})
        parts.school.want()
        await printed.until(
            "the database does not answer; update",
            "the outbox waits",
            "reminders could not be read",
            "the school could not work",
            "old rows wait",
        )
        await asyncio.to_thread(postgres.start)
        for _ in range(1500):
            if any(message["from"]["is_bot"] for message in await lane.messages(DIRECTOR)):
                break
            await asyncio.sleep(0.02)
        else:
            raise AssertionError(printed.production.getvalue())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.delivery.drain()
        # Threads cannot be cancelled: each gives its connection back.
        for threads in (parts.receiver.texts, parts.receiver.others):
            threads.shutdown()
        await asyncio.get_running_loop().shutdown_default_executor()
    printed.assert_silent()
