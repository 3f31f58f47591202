"""Callback data that is forged, somebody else's, or out of date."""

from pathlib import Path

import pytest

from orgbot.chat.actions import About, Action, Do, Forget, Page, PassOn, Print, Show, Teach
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from orgbot.tg.codec import VERSION, encode
from tests.abuse.raw import everything, sealed, tap
from tests.app.test_app_leads import ask
from tests.street import DIRECTOR, OWNER, Street, buttons, plain, street

pytestmark = pytest.mark.anyio

SECRETS = ("La Débrouille", "start=", "jumeler", "Lucie")


async def reference(lane: Street) -> str:
    (lead,) = (await lane.last(DIRECTOR, "porte le numéro"))["text"].split("numéro ")[1:]
    return str(lead.split(".")[0])


def of_owners(reference: str) -> tuple[Action, ...]:
    return (
        *(About(verb, reference) for verb in ("show", "card", "write", "take", "win", "lose_words", "later")),
        Page(0),
        Forget("owner", OWNER),
        Forget("days", 1),
        *(Print(paper) for paper in ("csv", "xlsx", "figures", "picture", "links")),
        *(Teach(verb) for verb in ("gaps", "save", "ignore", "write")),
    )


def of_directors(reference: str) -> tuple[Action, ...]:
    return About("add", reference), About("leave", reference), Do("withdraw"), Do("send"), PassOn("abc")


async def test_a_forged_button_is_as_one_that_is_too_old(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    """Bare, or with a piece of another button, or cut: the entry exists, and is not shown."""
    async with street(tmp_path, kb, matcher) as lane:
        (shown,) = await lane.say("/start")
        real, bare = buttons(shown)[0]["callback_data"], encode(Show(EntryId("prix")))
        for data in (bare, VERSION + bare, real[:8] + bare, real[:-1], "\ud83d", ""):
            (answer,) = await tap(lane, data)
            assert answer["text"] == plain(say(kb, "repli.bouton"))


async def test_a_button_of_another_release_is_answered_politely(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("/start")
        monkeypatch.setattr("orgbot.tg.codec.VERSION", "3")
        (answer,) = await lane.tap("Parler à Camille")
        assert answer["text"] == plain(say(kb, "repli.bouton"))
        assert buttons(answer)


async def test_the_button_of_one_person_does_nothing_for_another(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        stranger = await lane.newcomer("Malo")
        await lane.say("/start", stranger)
        for chat in (OWNER, DIRECTOR):
            for shown in await lane.messages(chat):
                for button in buttons(shown):
                    (answer,) = await tap(lane, button["callback_data"], stranger)
                    assert answer["text"] == plain(say(kb, "repli.bouton"))
        assert "nouvelle" in (await lane.last(OWNER, "📬 Demande"))["text"]


async def test_rights_are_checked_again_even_where_the_seal_is_right(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        lead = await reference(lane)
        before = await lane.messages(OWNER), await lane.messages(DIRECTOR)
        stranger = await lane.newcomer("Malo")
        await lane.say("/start", stranger)
        for action in (*of_owners(lead), *of_directors(lead)):
            assert await tap(lane, sealed(lane, action, stranger), stranger)
        # Her next words are for the bot, and for no lead.
        await lane.say("pas le temps", stranger)
        assert (await lane.messages(OWNER), await lane.messages(DIRECTOR)) == before
        told = everything([await lane.messages(stranger)])
        assert not any(secret in told for secret in SECRETS)
        assert lane.parts.handler.owners() == (OWNER,)


async def test_an_owner_who_was_let_go_has_no_rights_left_on_the_cards_she_keeps(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        _, invitation = await lane.say("/associer", OWNER)
        other = await lane.newcomer("Noé")
        await lane.say("/start " + invitation["text"].rpartition("start=")[2], other)
        await ask(lane)
        kept = await lane.last(other, "📬 Demande")
        await lane.say("/associer", OWNER)
        await lane.tap("Retirer Noé", OWNER)
        for button in buttons(kept):
            (answer,) = await tap(lane, button["callback_data"], other)
            assert answer["text"] == plain(say(kb, "repli.bouton"))
        await lane.say("je suis encore là", other, reply_to=kept)
        assert "nouvelle" in (await lane.last(OWNER, "📬 Demande"))["text"]
        assert "encore là" not in everything([await lane.messages(DIRECTOR)])


async def test_a_button_of_a_request_that_is_over_is_answered_politely(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.say("/monsuivi")
        await lane.tap("Gagné", OWNER)
        (answer,) = await lane.tap("Détail")
        assert answer["text"] == plain(say(kb, "suivi_client.aucune_ouverte"))
