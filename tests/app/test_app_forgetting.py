"""What the bot says is erased, is: through the whole bot, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from orgbot.storage import retention
from orgbot.upkeep import keep_clean
from tests.app.test_app_form import by_words
from tests.storage.postgres import database
from tests.storage.test_storage_retention import count, held, live_rows
from tests.street import OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

FILLED = ("/contact", "Canarie", "Refuge Canari", "514 555-0199", "Parler de canaris", "oui")
CANARIES = ("anari", "5550199", "555-0199")


@pytest.fixture(params=["sqlite", "postgresql"])
def changes(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    if request.param == "sqlite":
        yield {}
        return
    with database() as url:
        yield {"database_url": url}


@pytest.fixture
async def lane(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, changes: dict[str, Any]
) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher, **changes) as opened:
        yield opened


async def test_a_cancelled_form_is_nowhere(lane: Street, kb: KnowledgeBase) -> None:
    store = lane.parts.store
    assert "Refuge Canari" in await by_words(lane, *FILLED)
    assert held(store, *CANARIES) == {"conversations.state"}
    assert await by_words(lane, "annuler") == plain(say(kb, "formulaire.annule"))
    assert held(store, *CANARIES) == set()
    # Refused, and left aside for a day.
    assert await by_words(lane, *FILLED[:-1], "non") == plain(say(kb, "formulaire.refuse"))
    assert held(store, *CANARIES) == set()
    await by_words(lane, *FILLED)
    lane.clock.pass_(days=1)
    assert await by_words(lane, "/start", "non") == plain(say(kb, "formulaire.annule"))
    assert held(store, *CANARIES) == set()


async def test_a_year_after_the_last_word_of_a_request_nothing_is_left(
    lane: Street, kb: KnowledgeBase
) -> None:
    await by_words(lane, *FILLED, "envoyer")
    card = await lane.last(OWNER, "📬 Demande")
    await lane.say("Bonjour Canarie!", OWNER, reply_to=card)
    await lane.say("/demandes canari", OWNER)
    lane.clock.pass_(days=330)
    lane.parts.store.purge(lane.clock())
    assert "Refuge Canari" in (await lane.say("/demandes canari", OWNER))[-1]["text"]
    # Whatever was said and blanked since, what was shown is still edited in its place.
    known = len(await lane.messages(OWNER))
    await lane.press("Gagné", await lane.last(OWNER, "📬 Demande"))
    assert len(await lane.messages(OWNER)) == known
    assert "gagnée" in (await lane.last(OWNER, "📬 Demande"))["text"]
    lane.clock.pass_(days=363)
    lane.parts.store.purge(lane.clock())
    assert "leads.lead" in held(lane.parts.store, *CANARIES)
    lane.clock.pass_(days=2)
    lane.parts.store.purge(lane.clock())
    assert held(lane.parts.store, *CANARIES) == set()
    (none,) = await lane.say("/demandes", OWNER)
    assert none["text"] == plain(say(kb, "pigiste.aucune"))
    (gone,) = await lane.tap("Rouvrir", OWNER)
    assert gone["text"] == plain(say(kb, "pigiste.inconnue"))
    assert (await lane.say("/monsuivi"))[-1]["text"] == plain(say(kb, "suivi_client.aucune"))


async def test_a_stop_does_not_wait_for_all_that_is_to_be_forgotten(
    lane: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    # For half a minute, as long as nobody says to stop.
    monkeypatch.setattr(retention, "PAUSE", 3)
    for number in range(30):
        live_rows(lane.parts.store, number, lane.clock())
    lane.clock.pass_(days=400)
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    def told(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("DELETE FROM leads"):
            loop.call_soon_threadsafe(begun.set)

    event.listen(lane.parts.store.engine, "after_cursor_execute", told)
    forgetting = asyncio.create_task(keep_clean(lane.parts))
    async with asyncio.timeout(20):
        await begun.wait()
        forgetting.cancel()
        # As the process does before it ends: no thread is left behind.
        await loop.shutdown_default_executor()
    assert count(lane.parts.store, "leads") == 20


async def test_a_receipt_is_edited_in_its_place_after_a_month(lane: Street) -> None:
    await by_words(lane, *FILLED, "envoyer")
    lane.clock.pass_(days=31)
    lane.parts.store.purge(lane.clock())
    known = len(await lane.messages(1001))
    await lane.tap("Vue", OWNER)
    assert len(await lane.messages(1001)) == known
    assert "👀 Vue par Camille" in (await lane.last(1001, "C’est envoyé"))["text"]
