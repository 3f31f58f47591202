"""One lead that cannot be reminded of keeps no other from its reminders; on both databases."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, update

from orgbot.storage.tables import lead_events, leads
from tests.app.test_app_forgetting import changes as changes  # noqa: PLC0414  # the fixtures
from tests.app.test_app_forgetting import lane as lane  # noqa: PLC0414
from tests.app.test_app_leads import ask
from tests.street import DIRECTOR, OWNER, Street

pytestmark = pytest.mark.anyio


@contextmanager
def rotten(lane: Street, chat: int) -> Iterator[None]:
    """Its stored promise is of a year that no clock of Québec has."""
    mine = leads.c.chat_id == chat
    with lane.parts.store.engine.begin() as connection:
        whole = connection.scalars(select(leads.c.lead).where(mine)).one()
        lead = json.loads(whole)
        lead["promise"]["latest"] = "0001-01-01T00:00:00+00:00"
        connection.execute(update(leads).where(mine).values(lead=json.dumps(lead)))
    yield
    with lane.parts.store.engine.begin() as connection:
        connection.execute(update(leads).where(mine).values(lead=whole))


def rename(lane: Street, kind: str, other: str) -> None:
    """Lines of histories: of a kind that only another release knows, no card can say them."""
    with lane.parts.store.engine.begin() as connection:
        connection.execute(update(lead_events).where(lead_events.c.what == kind).values(what=other))


async def reminders(lane: Street) -> list[str]:
    return [one["text"] for one in await lane.messages(OWNER) if one["text"].startswith(("⏰", "⌛"))]


def names(told: Iterable[str]) -> list[str]:
    return sorted(text.split()[1] for text in told)


async def test_the_others_are_reminded_of_and_it_too_once_it_is_mended(
    lane: Street, caplog: pytest.LogCaptureFixture
) -> None:
    malo, zoe = await lane.newcomer("Malo"), await lane.newcomer("Zoé")
    for chat in (DIRECTOR, malo, zoe):
        await ask(lane, chat)
    await lane.wait(hours=20)
    with rotten(lane, malo):
        await lane.wait(hours=3, minutes=1)
        assert names(await reminders(lane)) == ["Lucie", "Zoé"]
        assert "what was due of" in caplog.text
        # Not again at once: the next look at it is for later.
        caplog.clear()
        await lane.wait(minutes=1)
        assert "what was due of" not in caplog.text
    await lane.wait(hours=1)
    assert names(await reminders(lane)) == ["Lucie", "Malo", "Zoé"]
    await lane.wait(minutes=1)
    assert len(await reminders(lane)) == 3


async def test_what_is_done_halfway_is_undone_and_what_waited_is_one_word(lane: Street) -> None:
    """The reminder is queued when its card cannot be written. The last says the most: it is too late."""
    await ask(lane)
    await lane.wait(hours=20)
    rename(lane, "submitted", "dreamt")
    await lane.wait(days=2)
    assert await reminders(lane) == []
    rename(lane, "dreamt", "submitted")
    await lane.wait(hours=1)
    (broken,) = await reminders(lane)
    assert broken.startswith("⌛")
    assert await lane.last(DIRECTOR, "Je t’avais promis une réponse")


async def test_a_file_that_cannot_be_read_hides_no_lead(lane: Street) -> None:
    malo = await lane.newcomer("Malo")
    for chat in (DIRECTOR, malo):
        await ask(lane, chat)
    with lane.parts.store.engine.begin() as connection:
        (first, *_) = connection.scalars(select(lead_events.c.id).order_by(lead_events.c.id))
        connection.execute(update(lead_events).where(lead_events.c.id == first).values(media="{"))
    await lane.wait(hours=20)
    agenda = await lane.last(OWNER, "Aujourd’hui")
    for told in (agenda, *await lane.say("/demandes", OWNER)):
        assert "Lucie" in told["text"]
        assert "Malo" in told["text"]
