"""One open request a person, whatever she sends; and what her form does not take."""

from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from tests.abuse.raw import everything, message, person, private
from tests.app.test_app_leads import REQUEST, ask
from tests.street import DIRECTOR, OWNER, Street, labels, plain, street

pytestmark = pytest.mark.anyio


async def cards(lane: Street) -> list[str]:
    return [one["text"] for one in await lane.messages(OWNER) if "📬 Demande" in one.get("text", "")]


@pytest.mark.parametrize("again", ["/contact", "je veux parler à Camille"])
async def test_a_second_request_is_a_detail_of_the_first(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, again: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.say(again)
        if again != "/contact":
            await lane.tap("Parler à Camille")
        told = await lane.last(DIRECTOR, "Une demande à la fois")
        assert "réponse promise d’ici mercredi 25 novembre" in told["text"]
        assert any("Détail" in label for label in labels(told))
        (asked,) = await lane.say("oui")
        assert asked["text"] == plain(say(kb, "suivi_client.quel_detail"))
        await lane.say("On a aussi une infolettre")
        (card,) = await cards(lane)
        assert "On a aussi une infolettre" in card.partition("Depuis")[2]


async def test_a_question_passed_on_joins_the_open_request(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.say("combien mesure la tour Eiffel?")
        (added,) = await lane.tap("Transmettre")
        assert added["text"] == plain(say(kb, "suivi_client.ajoute"))
        (card,) = await cards(lane)
        assert "combien mesure la tour Eiffel?" in card


async def test_a_form_already_open_when_another_request_is_becomes_a_detail(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Gagné", OWNER)
        for line in ("/contact", "Louise", "La Ruche", "514 555-0199", "Nos bénévoles", "oui"):
            await lane.say(line)
        await lane.tap("Rouvrir", OWNER)
        (joined,) = await lane.say("envoyer")
        assert "Tu avais déjà une demande ouverte" in joined["text"]
        (card,) = await cards(lane)
        assert "Nos bénévoles (de Louise, La Ruche; pour joindre\u00a0: +1 514-555-0199)" in card
        (again,) = await lane.say("envoyer")
        assert "déjà envoyé" in again["text"]


async def test_once_the_first_is_over_another_can_be_sent(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        for line in ("/retirer", "oui", *REQUEST):
            await lane.say(line)
        assert len(await cards(lane)) == 2


@pytest.mark.parametrize("whose", [DIRECTOR, 31337])
async def test_a_contact_card_is_not_taken_for_her_own(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, whose: int
) -> None:
    """Telegram lets anyone send anyone's number: what is to be dialled is typed."""
    async with street(tmp_path, kb, matcher) as lane:
        for line in ("/contact", "oui", "La Débrouille"):
            await lane.say(line)
        contact = {"phone_number": "+14185550123", "first_name": "Malo", "user_id": whose}
        await message(lane, person(DIRECTOR), private(DIRECTOR), contact=contact)
        again = (await lane.messages(DIRECTOR))[-1]
        assert "te joindre" in again["text"]
        for line in ("ici", "passer", "oui", "envoyer"):
            await lane.say(line)
        (card,) = await cards(lane)
        assert "dans cette conversation Telegram" in card
        said = everything([await lane.messages(DIRECTOR), await lane.messages(OWNER)])
        assert "5550123" not in said.replace("-", "").replace(" ", "")
        assert "Malo" not in said
