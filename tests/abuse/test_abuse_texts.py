"""What can be typed: tags, invisible marks, and more than a message holds."""

from html import unescape
from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from tests.abuse.raw import message, person, private
from tests.app.test_app_leads import ask
from tests.street import DIRECTOR, OWNER, Street, street

pytestmark = pytest.mark.anyio

NAME = "<b>Lulu</b> & <i>Cie"
TAGS = '<b>Lulu</b> &lt; <a href="https://x.org">Cie</a>'
# Right to left, isolates, zero-width, a byte order mark, blanks that are letters, tags and a soft hyphen.
HIDDEN = (
    "\u202e\u200d\u034f\ufe0f\U000e0101\u2066\u200f\u200b\u2060\ufeff\u3164\u2800\u00ad\U000e0041\u202c\u2069"
)
LAUGHING, FAMILY = "😂", "👩🏽‍👧🏿"
LIMIT = 4096


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def test_tags_in_names_and_messages_are_read_as_they_were_typed(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        director = await lane.newcomer(NAME)
        for line in ("/start", TAGS, "/contact", "oui", TAGS, "ici", TAGS, "oui", "envoyer"):
            assert await lane.say(line, director), line
        card = await lane.last(OWNER, "📬 Demande")
        assert card["text"].count(TAGS) == 2
        assert card["text"].count(NAME) == 2
        assert all(entity["type"] != "text_link" for entity in card["entities"])
        for line in (f"/demandes {TAGS}", f"/conge {TAGS}"):
            (answer,) = await lane.say(line, OWNER)
            assert TAGS in answer["text"]
        await lane.say(TAGS, OWNER, reply_to=card)
        assert (await lane.last(director, "💬"))["text"] == f"💬 Camille\u00a0: {TAGS}"
        await lane.say(TAGS, director)
        assert TAGS in (await lane.last(OWNER, "💬"))["text"].partition(": ")[2]
        assert lane.parts.store.health(lane.clock()).refused == 0


async def test_a_name_that_hides_something_shows_all_that_it_is(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        director = await lane.newcomer(f"{HIDDEN}Lu{HIDDEN}lu{HIDDEN}")
        (hello,) = await lane.say("/start", director)
        assert hello["text"].startswith("Bonjour Lulu!")
        for line in ("/contact", "oui", f"La {HIDDEN}Ruche{HIDDEN}", "ici", "passer", "oui", "envoyer"):
            await lane.say(line, director)
        card = await lane.last(OWNER, "📬 Demande")
        assert "Lulu (sur Telegram\u00a0: Lulu)" in card["text"]
        assert "La Ruche" in card["text"]
        await lane.say("allo", OWNER, reply_to=card)
        await lane.say("bonjour", director)
        shown = "".join(one.get("text", "") for one in await lane.messages(OWNER))
        assert not set(HIDDEN) & set(shown)


async def test_a_name_of_nothing_but_marks_is_no_name(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        director = await lane.newcomer(HIDDEN)
        (hello,) = await lane.say("/start", director)
        assert hello["text"].startswith("Bonjour!")
        for line in ("/contact", "Lulu", "La Ruche", "ici", "passer", "oui", "envoyer"):
            await lane.say(line, director)
        assert f"sur Telegram\u00a0: {director}" in (await lane.last(OWNER, "📬 Demande"))["text"]


async def talk(lane: Street) -> None:
    await ask(lane)
    await lane.say("Bonjour!", OWNER, reply_to=await lane.last(OWNER, "📬 Demande"))
    await lane.say("Bonjour à vous")


async def passed(lane: Street, text: str) -> list[str]:
    """What the freelancer reads of one long message of the director's."""
    known = len(await lane.messages(OWNER))
    await message(lane, person(DIRECTOR), private(DIRECTOR), text=text)
    lane.clock.pass_(minutes=1)
    await lane.settle()
    return [one["text"] for one in (await lane.messages(OWNER))[known:]]


@pytest.mark.parametrize(
    "text",
    ["x" * LIMIT, "<" * LIMIT, LAUGHING * 3000, "mot " * 1024, FAMILY * 500, "e\u0301" * 2048],
    ids=["letters", "brackets", "emoji", "words", "families", "accents"],
)
async def test_a_long_message_is_passed_on_whole_and_cut_where_nothing_breaks(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, text: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await talk(lane)
        parts = await passed(lane, text)
        assert all(units(part) <= LIMIT for part in parts)
        words = [unescape(part).partition(": ")[2] for part in parts]
        assert " ".join(words).split() == text.split() or "".join(words) == text
        if text.startswith(FAMILY):
            assert all(set(part.split(FAMILY)) == {""} for part in words)
        assert all(not part.startswith(("\u0301", "\u200d", "🏽")) for part in words)
        assert lane.parts.store.health(lane.clock()).refused == 0


@pytest.mark.parametrize("text", ["y" * LIMIT, LAUGHING * 3000, "<&>" * 1365])
async def test_a_long_message_is_answered_and_fits_on_the_card(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, text: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        known = len(await lane.messages(DIRECTOR))
        await message(lane, person(DIRECTOR), private(DIRECTOR), text=text)
        assert len(await lane.messages(DIRECTOR)) == known + 1
        for line in ("/contact", "oui", text[:4000], "La Ruche", "ici"):
            await lane.say(line)
        await message(lane, person(DIRECTOR), private(DIRECTOR), text=text)
        await lane.say("passer")
        for line in ("oui", "envoyer"):
            await lane.say(line)
        card = await lane.last(OWNER, "📬 Demande")
        assert units(card["text"]) <= LIMIT
        assert lane.parts.store.health(lane.clock()).refused == 0
