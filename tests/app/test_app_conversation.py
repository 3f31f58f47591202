"""A director's conversations, through Telegram's API and back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render, say
from orgbot.matching.decision import Matcher
from tests.street import OWNER, Street, labels, plain, street

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lane(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher) as opened:
        yield opened


def answer(kb: KnowledgeBase, entry: str) -> str:
    return plain(render(kb, kb.entries[EntryId(entry)].answer))


async def test_start_says_hello_by_name_and_offers_topics(lane: Street) -> None:
    (hello,) = await lane.say("/start")
    assert hello["text"].startswith("Bonjour Lucie!")
    assert len(labels(hello)) >= 9


async def test_a_deep_link_answers_its_entry(lane: Street, kb: KnowledgeBase) -> None:
    (reply,) = await lane.say("/start budget")
    assert reply["text"] == answer(kb, "budget")


async def test_an_objection_is_answered_with_where_to_go_next(lane: Street, kb: KnowledgeBase) -> None:
    (reply,) = await lane.say(kb.entries[EntryId("temps")].phrasings[0])
    assert reply["text"] == answer(kb, "temps")
    assert labels(reply)[-3:] == ["💬 Parler à Camille", "🗂 Autres objections", "👎"]


async def test_an_answer_is_not_said_twice_in_the_same_words(lane: Street, kb: KnowledgeBase) -> None:
    texts = [(await lane.say(phrasing))[0]["text"] for phrasing in kb.entries[EntryId("temps")].phrasings[:3]]
    assert len(set(texts)) == 3


async def test_what_the_bot_does_not_know_is_admitted_and_travels_with_the_lead(
    lane: Street, kb: KnowledgeBase
) -> None:
    question = kb.out_of_scope[0]
    (reply,) = await lane.say(question)
    assert reply["text"] == plain(say(kb, "repli.premier"))
    noted, asked = await lane.say("oui")
    assert noted["text"] == plain(say(kb, "formulaire.question_ajoutee"))
    assert "prénom" in asked["text"]
    for line in ("oui", "La Débrouille", "ici", "oui", "oui", "envoyer"):
        await lane.say(line)
    (card,) = await lane.messages(OWNER)
    assert question in card["text"]


async def test_a_photo_gets_a_kind_request_for_words(lane: Street, kb: KnowledgeBase) -> None:
    for kind in ("photo", "voice", "sticker"):
        (reply,) = await lane.send(kind)
        assert reply["text"] == plain(say(kb, "repli.media"))


async def test_topics_can_be_chosen_by_number(lane: Street, kb: KnowledgeBase) -> None:
    (topics,) = await lane.say("/sujets")
    first = next(entry for entry in kb.entries.values() if entry.kind == "objection")
    assert f"1. {first.title}" in topics["text"]
    (reply,) = await lane.say("1")
    assert reply["text"] == answer(kb, first.id)


async def test_a_button_of_another_time_is_said_to_be_dead(lane: Street, kb: KnowledgeBase) -> None:
    await lane.say("/contact")
    await lane.say("/annuler")
    (reply,) = await lane.tap("Lucie")
    assert reply["text"] == plain(say(kb, "repli.bouton"))


async def test_privacy_names_the_person_responsible(lane: Street, kb: KnowledgeBase) -> None:
    (reply,) = await lane.say("/confidentialite")
    assert kb.profile.privacy_officer.contact in reply["text"]


async def test_an_unknown_command_gets_the_known_ones(lane: Street) -> None:
    _, helped = await lane.say("/bidon")
    assert "/contact" in helped["text"]
