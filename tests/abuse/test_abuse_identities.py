"""The freelancer's commands from anyone else, and the bot in places where it has no business."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orgbot.chat.commands import OF_OWNERS
from orgbot.desk.respond import PAIRING
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from tests.abuse.raw import deliver, everything, message, person, private
from tests.app.test_app_leads import ask
from tests.street import DIRECTOR, OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

ANONYMOUS = person(1_087_968_824, "Group", username="GroupAnonymousBot") | {"is_bot": True}
TELEGRAM = person(777_000, "Telegram")
# A chat's own words are signed by the chat.
CHANNEL = {"id": -1_001_234_567_890, "type": "channel", "title": "Nouvelles"}
COMMANDS = (*OF_OWNERS, "demande ABC-DEF", f"start {PAIRING}devine")
# What only the freelancer may learn.
SECRETS = ("La Débrouille", "Tes demandes", "Tes chiffres", "Tes commandes", "t.me/", "Restées sans réponse")


async def group(lane: Street, by: int = DIRECTOR) -> dict[str, Any]:
    answer = await lane.people.post("/sandbox/group", json={"chat": by, "title": "Équipe", "text": "allo"})
    await lane.settle()
    chat = answer.raise_for_status().json()["chat"]
    return {"id": chat["id"], "type": "supergroup", "title": "Équipe"}


async def heard(lane: Street, chat: int) -> list[str]:
    return [one.get("text", "") for one in await lane.messages(chat) if one["from"]["is_bot"]]


async def test_a_stranger_has_no_commands_of_the_freelancers(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        stranger, known = await lane.newcomer("Malo"), await lane.messages(OWNER)
        for command in COMMANDS:
            assert await lane.say(f"/{command}", stranger)
        told = everything([await lane.messages(stranger)])
        assert not any(secret in told for secret in SECRETS)
        assert await lane.messages(OWNER) == known
        assert lane.parts.handler.owners() == (OWNER,)


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        (person(OWNER, "Camille"), {}),
        (ANONYMOUS, {"sender_chat": {"id": -1, "type": "supergroup", "title": "Équipe"}}),
        (TELEGRAM, {"sender_chat": CHANNEL, "is_automatic_forward": True}),
    ],
    ids=["the freelancer herself", "an anonymous administrator", "a linked channel"],
)
async def test_in_a_group_nobody_commands(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, sender: Mapping[str, Any], more: Mapping[str, Any]
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        place, known = await group(lane), await lane.messages(OWNER)
        for command in COMMANDS:
            await message(lane, dict(sender), place, text=f"/{command}@orgbot_bot", **more)
        assert await heard(lane, place["id"]) == [plain(say(kb, "groupe.depart"))]
        assert await lane.messages(OWNER) == known
        assert lane.parts.handler.owners() == (OWNER,)


async def test_in_a_channel_and_in_a_service_s_own_chat_it_says_nothing_of_leads(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        known = await lane.messages(OWNER), await lane.messages(DIRECTOR)
        service = await lane.newcomer("Telegram", id=777_000)
        await lane.say("/start", service)
        for command in COMMANDS:
            await message(lane, TELEGRAM, CHANNEL, kind="channel_post", text=f"/{command}")
            await message(lane, TELEGRAM, private(777_000), text=f"/{command}")
            await message(lane, ANONYMOUS, private(OWNER), text=f"/{command}")
        told = everything([await lane.messages(service)])
        assert not any(secret in told for secret in SECRETS)
        assert (await lane.messages(OWNER), await lane.messages(DIRECTOR)) == known


async def test_added_to_a_group_it_takes_its_leave_once_and_people_keep_their_own_chats(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("/contact")
        await lane.say("oui")
        place = await group(lane)
        state = (await lane.people.get(f"/sandbox/chats/{place['id']}")).json()
        assert state["standing"] == "left"
        await message(lane, person(DIRECTOR), place, text="La Débrouille")
        assert await heard(lane, place["id"]) == [plain(say(kb, "groupe.depart"))]
        (asked,) = await lane.say("La Débrouille")
        assert "te joindre" in asked["text"]


async def test_made_an_administrator_of_a_channel_it_writes_nothing_there(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        user = person(1000, "orgbot") | {"is_bot": True}
        left, right = {"user": user, "status": "left"}, {"user": user, "status": "member"}
        change = {"chat": CHANNEL, "from": person(DIRECTOR), "date": 1_795_000_000}
        await deliver(lane, "my_chat_member", {**change, "old_chat_member": left, "new_chat_member": right})
        assert lane.parts.store.health(lane.clock()).refused == 0


async def test_blocked_in_mid_form_it_waits_and_goes_on_from_there(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        other = await lane.newcomer("Malo")
        await lane.say("/contact")
        # The answer is on its way when she blocks the bot.
        await lane.people.post("/sandbox/say", json={"chat": DIRECTOR, "text": "oui"})
        await lane.block(DIRECTOR, blocked=True)
        assert await lane.say("/start", other)
        await lane.wait(days=1)
        await lane.block(DIRECTOR, blocked=False)
        assert not [one for one in await heard(lane, DIRECTOR) if "organisme" in one.partition("?")[0]]
        (asked,) = await lane.say("La Débrouille")
        assert "te joindre" in asked["text"]
        for line in ("ici", "passer", "oui", "envoyer"):
            await lane.say(line)
        assert await lane.last(OWNER, "La Débrouille")
        assert lane.parts.store.health(lane.clock()).owners_blocked == 0
