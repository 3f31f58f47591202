"""A lead reaches the freelancer exactly once, whatever happens between."""

from pathlib import Path

import pytest

from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from tests.street import OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

REQUEST = ("/contact", "oui", "La Débrouille", "ici", "passer", "oui", "envoyer")


async def ask(lane: Street) -> None:
    for line in REQUEST:
        await lane.say(line)


async def test_leads_wait_for_the_freelancer_to_pair(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher, owner=None) as lane:
        await ask(lane)
        lane.parts.store.offer_pairing(secret_hash("s3cret"))
        (refused,) = await lane.say(f"/start {PAIRING}wrong", OWNER)
        assert refused["text"] == plain(say(kb, "pigiste.lien_use"))
        welcome, card = await lane.say(f"/start {PAIRING}s3cret", OWNER)
        assert welcome["text"] == plain(say(kb, "pigiste.jumelee"))
        assert "La Débrouille" in card["text"]
        (spent,) = await lane.say(f"/start {PAIRING}s3cret")
        assert spent["text"] == plain(say(kb, "pigiste.lien_use"))
        (listing,) = await lane.say("/demandes", OWNER)
        assert "La Débrouille" in listing["text"]


async def test_the_list_of_leads_is_for_the_freelancer_alone(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        replies = await lane.say("/demandes")
        assert all("La Débrouille" not in reply["text"] for reply in replies)


async def test_an_update_seen_twice_counts_once(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        bot, receiver = lane.parts.bot, lane.parts.receiver
        (await lane.people.post("/sandbox/say", json={"chat": 1001, "text": "bonjour"})).raise_for_status()
        (update,) = await bot.get_updates(offset=lane.seen[0], timeout=0)
        for _ in range(3):
            await receiver.receive(update)
        known = len(await lane.messages(1001))
        await lane.settle()
        assert len(await lane.messages(1001)) == known + 1
        assert len(await lane.messages(OWNER)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"error_code": 500},
        {"error_code": 429, "retry_after": 3},
    ],
)
async def test_a_failed_delivery_is_tried_again(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, fault: dict[str, int]
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.fault(method="sendMessage", times=1, **fault)
        assert await lane.say("/start") == []
        lane.clock.pass_(seconds=10)
        await lane.settle()
        (_, hello) = await lane.messages(1001)
        assert hello["text"].startswith("Bonjour Lucie!")


async def test_what_a_dead_process_left_is_delivered_by_the_next(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        for line in REQUEST[:-1]:
            await lane.say(line)
        await lane.fault(method="sendMessage", error_code=500, times=2)
        await lane.say(REQUEST[-1])
    async with street(tmp_path, kb, matcher) as lane:
        lane.clock.pass_(minutes=1)
        await lane.settle()
        (card,) = await lane.messages(OWNER)
        assert "La Débrouille" in card["text"]
        (confirmation,) = await lane.messages(1001)
        assert "C’est envoyé" in confirmation["text"]


async def test_a_freelancer_who_blocked_the_bot_is_reported_and_gets_her_leads_later(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, caplog: pytest.LogCaptureFixture
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.block(OWNER, blocked=True)
        await ask(lane)
        assert await lane.messages(OWNER) == []
        assert "LEADS ARE WAITING" in caplog.text
        assert lane.parts.store.health()["owner_blocked"] is True
        await lane.block(OWNER, blocked=False)
        (card,) = await lane.messages(OWNER)
        assert "La Débrouille" in card["text"]
        assert lane.parts.store.health()["owner_blocked"] is False


async def test_in_a_group_it_says_one_sentence_and_leaves(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        added = await lane.people.post("/sandbox/group", json={"title": "Les amis", "text": "allo le bot"})
        added.raise_for_status()
        await lane.settle()
        said = [
            message
            for message in await lane.messages(added.json()["chat"]["id"])
            if message["from"]["is_bot"]
        ]
        assert [message["text"] for message in said] == [plain(say(kb, "groupe.depart"))]
