"""What a director and the freelancer write, and the handling of it that fails."""

from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.problems import Problem
from orgbot.matching.decision import Matcher
from tests.logs.birds import ADDRESS, BIRDS, WORDS, Printed, ask, stumble
from tests.mail.server import Office, post_office, smtp
from tests.street import OWNER, street

pytestmark = pytest.mark.anyio


async def test_a_conversation_from_the_doubt_to_the_talk(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    office = Office(data=f"550 5.7.1 no canari, nor {ADDRESS}")
    async with (
        post_office(office) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port)) as lane,
    ):
        await lane.say(WORDS)
        await lane.say("/annuler")
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.say(WORDS, OWNER)
        await lane.say(WORDS)
        await lane.send("photo", caption=WORDS)
        await lane.tap("Perdu", OWNER)
        await lane.tap("Autre raison", OWNER)
        await lane.say(WORDS, OWNER)
        assert await lane.last(OWNER, WORDS)
    printed.assert_silent("le serveur de courriel refuse la lettre")


async def test_a_handler_that_raises_and_the_update_it_sets_aside(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.runtime.handle.respond", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say(WORDS)
        assert lane.parts.store.health(lane.clock()).failed == 1
    printed.assert_silent("failed (attempt 3)", "RuntimeError", "orgbot/runtime/handle.py:")
    assert printed.birds(printed.bare) == [*BIRDS[:2], BIRDS[3]]


async def test_content_that_is_edited_wrongly(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """The owners are told; the log is not."""
    async with street(tmp_path, kb, matcher) as lane:
        lane.parts.school.edited(None, [Problem(tmp_path, 1, WORDS, "corrige-le")])
        await lane.settle()
        assert await lane.last(OWNER, WORDS)
    printed.assert_silent()


async def test_a_bug_in_a_delivery(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        lane.parts.delivery.send = stumble
        await lane.say(WORDS)
    printed.assert_silent("delivery of update:", "RuntimeError")
