"""A lead reaches the freelancer exactly once, whatever happens between."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from orgbot.runtime.delivery import OUR_FAULT
from orgbot.storage.desks import LINKS
from orgbot.storage.tables import conversations, leads, outbox
from orgbot.tg.polling import Polling
from tests.street import DIRECTOR, OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

REQUEST = ("/contact", "oui", "La Débrouille", "ici", "passer", "oui", "envoyer")


async def until(read: Callable[[], Awaitable[list[dict[str, object]]]], count: int) -> None:
    for _ in range(500):
        if len(await read()) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not enough messages")


async def ask(lane: Street, chat: int = DIRECTOR) -> None:
    for line in REQUEST:
        await lane.say(line, chat)


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


@pytest.mark.parametrize("used", [0, 1, 2])
async def test_the_links_of_three_replicas_pair_one_freelancer(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, used: int
) -> None:
    async with street(tmp_path, kb, matcher, owner=None) as lane:
        for number in range(3):
            lane.parts.store.offer_pairing(secret_hash(f"s3cret-{number}"))
        (welcome,) = await lane.say(f"/start {PAIRING}s3cret-{used}", OWNER)
        assert welcome["text"] == plain(say(kb, "pigiste.jumelee"))
        for number in range(3):
            (spent,) = await lane.say(f"/start {PAIRING}s3cret-{number}")
            assert spent["text"] == plain(say(kb, "pigiste.lien_use"))


async def test_the_links_of_old_starts_pair_nobody(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher, owner=None) as lane:
        for number in range(LINKS + 1):
            lane.parts.store.offer_pairing(secret_hash(f"s3cret-{number}"))
        (old,) = await lane.say(f"/start {PAIRING}s3cret-0", OWNER)
        assert old["text"] == plain(say(kb, "pigiste.lien_use"))
        (welcome,) = await lane.say(f"/start {PAIRING}s3cret-1", OWNER)
        assert welcome["text"] == plain(say(kb, "pigiste.jumelee"))


async def test_a_link_that_an_owner_asks_for_takes_the_place_of_the_one_before(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        first, second = [
            (await lane.say("/associer", OWNER))[-1]["text"].partition("start=")[2] for _ in range(2)
        ]
        (gone,) = await lane.say(f"/start {first}")
        assert gone["text"] == plain(say(kb, "pigiste.lien_use"))
        (welcome, *_) = await lane.say(f"/start {second}")
        assert welcome["text"] == plain(say(kb, "pigiste.jumelee"))


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


async def test_while_no_answer_comes_a_message_goes_twice_and_a_lead_until_it_is_confirmed(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram takes each message, and the bot does not hear that it did."""
    call, deaf = httpx.ASGITransport.handle_async_request, False

    async def time_out(transport: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
        answer = await call(transport, request)
        if deaf and request.url.path.endswith("/sendMessage"):
            raise httpx.ReadTimeout("", request=request)
        return answer

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", time_out)
    async with street(tmp_path, kb, matcher) as lane:
        for line in REQUEST[:-1]:
            await lane.say(line)
        deaf = True
        await lane.say(REQUEST[-1])
        for _ in range(4):
            await lane.wait(minutes=10)
        said = [one["text"] for one in await lane.messages(DIRECTOR)]
        assert said[-3] == REQUEST[-1]
        assert said[-2] == said[-1]
        shown = len(await lane.messages(OWNER))
        assert shown > 4
        health = lane.parts.store.health(lane.clock())
        assert (health.unsure, health.waiting, health.refused) == (1, 1, 0)
        deaf = False
        for _ in range(2):
            await lane.wait(minutes=10)
        assert len(await lane.messages(OWNER)) == shown + 1
        health = lane.parts.store.health(lane.clock())
        assert (health.unsure, health.waiting, health.refused) == (1, 0, 0)


async def test_what_a_dead_process_left_is_delivered_by_the_next(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        for line in REQUEST[:-1]:
            await lane.say(line)
        await lane.fault(method="sendMessage", error_code=500, times=None)
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
        assert lane.parts.store.health(lane.clock()).owners_blocked == 1
        await lane.block(OWNER, blocked=False)
        (card,) = await lane.messages(OWNER)
        assert "La Débrouille" in card["text"]
        assert lane.parts.store.health(lane.clock()).owners_blocked == 0


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


async def test_cards_that_a_wrong_owner_never_took_go_to_the_right_one(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher, owner=999_999) as lane:
        await ask(lane)
        await ask(lane, await lane.newcomer())
        assert lane.parts.store.health(lane.clock()).owners_blocked == 1
        lane.parts.handler.adopt(OWNER)
        await lane.settle()
        assert len(await lane.messages(OWNER)) == 2


async def test_an_owner_who_writes_again_gets_what_waited(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        blocked = "Forbidden: bot was blocked by the user"
        await lane.fault(method="sendMessage", chat=OWNER, error_code=403, description=blocked, times=1)
        await ask(lane)
        assert lane.parts.store.health(lane.clock()).owners_blocked == 1
        # Telegram does not always tell of an unblocking: the first message does.
        card, listing = await lane.say("/demandes", OWNER)
        assert "📬 Demande" in card["text"]
        assert "La Débrouille" in listing["text"]
        assert lane.parts.store.health(lane.clock()).owners_blocked == 0


async def test_a_blocked_owner_with_several_leads_is_not_asked_again_and_again(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.block(OWNER, blocked=True)
        await ask(lane)
        await ask(lane)
        due = lane.parts.store.next_due()
        assert due is not None
        assert (due - lane.clock()).total_seconds() > 600


async def test_rows_of_another_release_do_not_mute_the_bot(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, caplog: pytest.LogCaptureFixture
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.fault(method="sendMessage", error_code=500, times=1)
        await lane.say("/aide")
        with lane.parts.store.engine.begin() as connection:
            connection.execute(update(leads).values(lead='{"reach": {"kind": "pigeon"}}'))
            connection.execute(update(conversations).values(state='{"given": 7'))
            connection.execute(
                update(outbox).where(outbox.c.state == "todo").values(message='{"texte": "x"}')
            )
        await lane.say("/start")
        assert await lane.say("/demandes", OWNER)
        for _ in range(OUR_FAULT):
            await lane.wait(minutes=1)
        assert (await lane.messages(DIRECTOR))[-1]["text"].startswith("Bonjour")
        assert lane.parts.store.health(lane.clock()).refused == 1
        assert "begins anew" in caplog.text


@pytest.mark.parametrize("step", ["joindre", "a-newer-step"])
async def test_a_draft_that_a_newer_release_left_goes_on(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, step: str
) -> None:
    """Two releases run side by side during a deploy, and one may have to be taken back: what the older one
    does not know of a state is forgotten, and nothing else."""
    async with street(tmp_path, kb, matcher) as lane:
        for line in ("/contact", "Lucie", "La Ruche"):
            await lane.say(line)
        with lane.parts.store.engine.begin() as connection:
            written = json.loads(connection.scalars(select(conversations.c.state)).one())
            written |= {"awaiting": "a-newer-thing", "newer": [1], "given": {"newer": 1}}
            written["form"] |= {
                "newer": True,
                "step": step,
                "suggestion": None,
                "draft": written["form"]["draft"] | {"newer": 1},
            }
            connection.execute(update(conversations).values(state=json.dumps(written)))
        # What she says then is for a question that was never asked here: it changes no line of the draft.
        resumed = ("Tremblay", "/contact", "oui", "La Ruche") if step != "joindre" else ()
        for line in (*resumed, "514 555-0199", "Nos bénévoles", "oui"):
            await lane.say(line)
        summary = (await lane.messages(DIRECTOR))[-1]["text"]
        assert all(told in summary for told in ("Lucie", "La Ruche", "555-0199", "Nos bénévoles"))


async def test_a_slow_chat_holds_up_no_other(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        running = asyncio.create_task(lane.parts.delivery.run())
        await lane.fault(method="sendMessage", chat=1001, delay=30, times=1)
        for chat in (1001, OWNER):
            (await lane.people.post("/sandbox/say", json={"chat": chat, "text": "/aide"})).raise_for_status()
            for received in await lane.parts.bot.get_updates(offset=lane.seen.get(0), timeout=0):
                await lane.parts.receiver.receive(received)
                lane.seen[0] = received.update_id + 1
        await until(lambda: lane.messages(OWNER), 2)
        running.cancel()


async def test_stopping_in_the_middle_of_a_sending_sends_nothing_twice(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        running = asyncio.create_task(lane.parts.delivery.run())
        await lane.fault(method="sendMessage", delay=0.3, times=1)
        (await lane.people.post("/sandbox/say", json={"chat": 1001, "text": "/aide"})).raise_for_status()
        for received in await lane.parts.bot.get_updates(timeout=0):
            await lane.parts.receiver.receive(received)
        await asyncio.sleep(0.1)
        running.cancel()
        await lane.parts.delivery.drain()
        lane.parts.store.release(lane.clock())
        await lane.parts.delivery.drain()
        assert len([one for one in await lane.messages(1001) if one["from"]["is_bot"]]) == 1


async def test_a_database_that_is_away_is_waited_for(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.tg.polling.back_off", lambda _: 0.01)
    disk = tmp_path / "disk"
    async with street(disk, kb, matcher) as lane:
        lane.parts.store.engine.dispose()
        disk.rename(tmp_path / "gone")
        (await lane.people.post("/sandbox/say", json={"chat": 1001, "text": "/aide"})).raise_for_status()
        polling = asyncio.create_task(Polling(lane.parts.bot, lane.parts.receiver.take).run())
        await asyncio.sleep(1)
        assert len(await lane.messages(1001)) == 1
        (tmp_path / "gone").rename(disk)
        for _ in range(200):
            await asyncio.sleep(0.05)
            await lane.drain()
            if len(await lane.messages(1001)) > 1:
                break
        polling.cancel()
        assert (await lane.messages(1001))[-1]["from"]["is_bot"]


async def test_a_message_that_cannot_be_handled_is_set_aside_and_its_author_told(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError("our bug")

    monkeypatch.setattr("orgbot.runtime.handle.respond", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        (sorry,) = await lane.say("bonjour")
        assert sorry["text"] == plain(say(kb, "repli.panne"))
        assert lane.parts.store.health(lane.clock()).failed == 1
