"""The contact form end to end: by taps, by words, interrupted, corrected, refused, resumed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render, say
from orgbot.matching.decision import Matcher
from tests.street import OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

NB = "\u00a0"


@pytest.fixture
async def lane(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher) as opened:
        yield opened


async def by_words(lane: Street, *lines: str) -> str:
    """The last thing that the bot says."""
    last = ""
    for line in lines:
        last = (await lane.say(line))[-1]["text"]
    return last


async def test_by_taps(lane: Street, kb: KnowledgeBase) -> None:
    await lane.say(kb.entries[EntryId("budget")].phrasings[0])
    await lane.tap("Parler à Camille")
    await lane.tap("Lucie")
    await lane.say("Popote roulante de Gaspé")
    await lane.tap("Ici")
    await lane.tap("Garder ce message")
    await lane.tap("J’accepte")
    (done,) = await lane.tap("Envoyer")
    assert f"d’ici mercredi 25 novembre, 17{NB}h au plus tard" in done["text"]
    (card,) = await lane.messages(OWNER)
    assert "Popote roulante de Gaspé" in card["text"]
    assert kb.entries[EntryId("budget")].phrasings[0] in card["text"]
    assert f"mercredi 25 novembre, 17{NB}h" in card["text"]


async def test_by_words_alone(lane: Street) -> None:
    done = await by_words(
        lane, "/contact", "Lucie", "Maison L’Escale", "514 555-1234", "passer", "oui", "envoyer"
    )
    assert "C’est envoyé, merci Lucie!" in done
    (card,) = await lane.messages(OWNER)
    assert "+1 514-555-1234" in card["text"]


async def test_what_is_typed_cannot_break_the_card(lane: Street) -> None:
    name = "<b>Refuge</b> & <i>Cie"
    await by_words(lane, "/contact", "oui", name, "ici", "<script>", "oui", "envoyer")
    (card,) = await lane.messages(OWNER)
    assert name in card["text"]
    assert "<script>" in card["text"]


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(
    lane: Street, kb: KnowledgeBase
) -> None:
    await by_words(lane, "/contact", "oui")
    answer, resumed = await lane.say("c’est combien vos tarifs?")
    assert answer["text"] == plain(render(kb, kb.entries[EntryId("prix")].answer))
    assert "organisme" in resumed["text"]
    asked = await by_words(lane, "La Débrouille")
    assert "te joindre" in asked


async def test_each_line_of_the_summary_can_be_changed(lane: Street) -> None:
    await by_words(lane, "/contact", "oui", "La Debrouille", "ici", "passer", "oui")
    for line, value in (
        ("modifier prénom", "Louise"),
        ("modifier organisme", "La Débrouille"),
        ("modifier courriel", "louise@debrouille.qc.ca"),
        ("modifier message", "Notre page Facebook"),
    ):
        await lane.say(line)
        summary = await by_words(lane, value)
        assert value in summary
    await lane.tap("Modifier le prénom")
    assert "Lucie" in await by_words(lane, "oui")


async def test_back_skip_and_cancel_anywhere(lane: Street, kb: KnowledgeBase) -> None:
    assert "formulaire" not in await by_words(lane, "/contact", "oui")
    assert "prénom" in await by_words(lane, "retour")
    assert "organisme" in await by_words(lane, "oui")
    assert plain(say(kb, "formulaire.rien_a_passer")) in await by_words(lane, "passer")
    assert await by_words(lane, "annuler") == plain(say(kb, "formulaire.annule"))
    assert await by_words(lane, "/annuler") == plain(say(kb, "repli.rien_en_cours"))


async def test_errors_are_in_plain_words_and_lose_nothing(lane: Street, kb: KnowledgeBase) -> None:
    await by_words(lane, "/contact", "oui", "La Débrouille")
    assert await by_words(lane, "555-1234") == plain(say(kb, "joindre.phone_area_code"))
    assert await by_words(lane, "lucie.debrouille.org") == plain(say(kb, "joindre.email_no_at"))
    assert "lucie@gmail.com" in await by_words(lane, "lucie@gmial.com")
    assert "parler" in await by_words(lane, "oui")
    assert "lucie@gmail.com" in await by_words(lane, "passer", "oui")


async def test_refusing_consent_sends_nothing(lane: Street, kb: KnowledgeBase) -> None:
    last = await by_words(lane, "/contact", "oui", "La Débrouille", "ici", "passer", "non")
    assert last == plain(say(kb, "formulaire.refuse"))
    assert await lane.messages(OWNER) == []
    assert (await by_words(lane, "envoyer")) != ""
    assert await lane.messages(OWNER) == []


async def test_a_draft_left_open_is_offered_again(lane: Street, kb: KnowledgeBase) -> None:
    await by_words(lane, "/contact", "oui", "La Débrouille")
    lane.clock.pass_(days=2)
    assert await by_words(lane, "/start") == plain(say(kb, "accueil.reprise"))
    assert "te joindre" in await by_words(lane, "oui")


async def test_an_objection_after_a_long_silence_is_answered_and_the_draft_offered(
    lane: Street, kb: KnowledgeBase
) -> None:
    await by_words(lane, "/contact", "oui")
    lane.clock.pass_(days=2)
    answer, offer = await lane.say(kb.entries[EntryId("budget")].phrasings[0])
    assert answer["text"] == plain(render(kb, kb.entries[EntryId("budget")].answer))
    assert offer["text"] == plain(say(kb, "accueil.reprise"))
    assert await by_words(lane, "non") == plain(say(kb, "formulaire.annule"))


async def test_an_unusual_address_typed_twice_is_taken_as_it_is(lane: Street) -> None:
    await by_words(lane, "/contact", "oui", "La Débrouille")
    assert "lucie@gmail.com" in await by_words(lane, "lucie@gmial.com")
    assert "parler" in await by_words(lane, "lucie@gmial.com")
    assert "lucie@gmial.com" in await by_words(lane, "passer", "oui")
