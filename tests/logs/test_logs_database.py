"""A database that refuses, that goes away, and that holds what cannot be read."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text, update

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.runtime.ports import StoreAwayError
from orgbot.storage.tables import conversations, leads, outbox
from tests.logs.birds import ADDRESS, WORDS, Printed, ask
from tests.street import DIRECTOR, street

pytestmark = pytest.mark.anyio


async def test_a_database_that_fails(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """A statement that is refused is told with what it would have written."""
    async with street(tmp_path, kb, matcher) as lane:
        for line in ("/contact", "oui", "le canari", ADDRESS, WORDS):
            await lane.say(line)
        with lane.parts.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE conversations RENAME TO away"))
        await lane.say("oui")
    printed.assert_silent("failed (attempt 3)", "OperationalError")


async def test_a_database_that_is_away(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    disk = tmp_path / "disk"
    async with street(disk, kb, matcher) as lane:
        lane.parts.store.engine.dispose()
        disk.rename(tmp_path / "gone")
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": WORDS})
        (received,) = await lane.parts.bot.get_updates(timeout=0)
        with pytest.raises(StoreAwayError):
            await lane.parts.receiver.receive(received)
    printed.assert_silent("the database does not answer", "StoreAwayError < OperationalError")


async def test_rows_that_cannot_be_read(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.fault(method="sendMessage", error_code=500, times=1)
        await lane.say("/aide")
        unreadable = json.dumps(
            {"reach": {"kind": WORDS}, "given": WORDS, "text": WORDS, "buttons": [[WORDS]]}
        )
        with lane.parts.store.engine.begin() as connection:
            connection.execute(update(leads).values(lead=unreadable))
            connection.execute(update(conversations).values(state=f"{{{WORDS}"))
            connection.execute(update(outbox).where(outbox.c.state == "todo").values(message=unreadable))
        lane.clock.pass_(minutes=1)
        await lane.say("/monsuivi")
    printed.assert_silent("begins anew", "the lead", "cannot be read")
    assert "canari" in printed.birds(printed.bare)
