"""The freelancer's desk, from the lead's card to the end of the conversation."""

from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from telegram import BotCommandScopeChat

from orgbot.desk.respond import PAIRING
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render, say
from orgbot.mail.postman import Postman
from orgbot.matching.decision import Matcher
from orgbot.runtime.ports import MAILBOX, Outgoing, Queued
from tests.app.test_app_leads import ask
from tests.mail.server import Office, post_office, smtp
from tests.street import DIRECTOR, OWNER, Street, labels, plain, street

pytestmark = pytest.mark.anyio


async def card(lane: Street) -> Any:
    return await lane.last(OWNER, "📬 Demande")


async def test_the_card_is_one_message_edited_in_place(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        before = await card(lane)
        lane.clock.pass_(minutes=5)
        assert await lane.tap("👀", OWNER) == []
        after = await card(lane)
        assert after["message_id"] == before["message_id"]
        assert "vue par Camille" in after["text"]
        assert "👀 Vue" not in labels(after)
        receipt = await lane.last(DIRECTOR, "C’est envoyé")
        assert "👀 Vue par Camille\u00a0: 14\u00a0h\u00a005" in receipt["text"]


async def test_the_freelancer_answers_from_the_card_and_they_talk(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        (prompt,) = await lane.tap("Répondre", OWNER)
        assert "Ton prochain message ira à Lucie" in prompt["text"]
        assert await lane.say("Bonjour <Lucie>, jeudi 10 h?", OWNER) == []
        words = await lane.last(DIRECTOR, "Bonjour <Lucie>, jeudi 10 h?")
        assert words["text"].startswith("💬 Camille")
        assert "C’est parti pour Lucie" in (await lane.last(OWNER, "C’est parti"))["text"]
        assert "en conversation" in (await card(lane))["text"]
        # A second text is for the bot again: nothing is sent by mistake.
        (answer,) = await lane.say("pas le temps", OWNER)
        assert answer["text"] == plain(kb.entries[next(iter(kb.entries))].answer)
        (note,) = await lane.say("Jeudi c’est parfait, pas le budget par contre")
        assert note["text"].startswith("C’est transmis à Camille")
        passed = await lane.last(OWNER, "Jeudi c’est parfait")
        assert passed["reply_to_message"]["message_id"] == (await card(lane))["message_id"]
        assert await lane.say("et merci!") == []
        assert await lane.last(OWNER, "et merci!")
        (back,) = await lane.say("robot")
        assert back["text"].startswith("Me revoici!")
        (answer,) = await lane.say("pas le temps")
        assert answer["text"] == plain(kb.entries[next(iter(kb.entries))].answer)


async def test_the_bot_resumes_by_itself_after_a_silence(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.say("Je vous rappelle demain.", OWNER)
        lane.clock.pass_(hours=kb.profile.quiet_hours, minutes=1)
        (answer,) = await lane.say("pas le temps")
        assert answer["text"] == plain(kb.entries[next(iter(kb.entries))].answer)


async def test_her_answer_of_the_next_morning_is_passed_on(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        # What the bot had asked waits no more once the freelancer has written.
        await lane.say("/retirer")
        await lane.wait(hours=3)
        await lane.say("Jeudi 10 h, ça te va?", OWNER, reply_to=await card(lane))
        await lane.wait(hours=15)
        (note,) = await lane.say("Oui")
        assert "C’est transmis" in note["text"]
        assert "Oui" in (await lane.last(OWNER, "💬 Lucie"))["text"]


async def test_days_later_her_words_still_reach_the_freelancer_and_a_doubt_the_bot(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.say("Je t’appelle lundi.", OWNER, reply_to=await card(lane))
        await lane.say("Parfait pour lundi.")
        lane.clock.pass_(hours=24 * 9)
        (note,) = await lane.say("Combien ça coûte, finalement?")
        assert "C’est transmis" in note["text"]
        assert await lane.last(OWNER, "Combien ça coûte, finalement?")
        lane.clock.pass_(hours=24 * 9)
        (answer,) = await lane.say("pas le temps")
        assert answer["text"] == plain(kb.entries[next(iter(kb.entries))].answer)
        (note,) = await lane.say("Camille, j’ai pas le temps lundi")
        assert "C’est transmis" in note["text"]
        lane.clock.pass_(hours=24 * 31)
        await lane.say("xyzzy plugh")
        assert not any("xyzzy" in one["text"] for one in await lane.messages(OWNER))


async def test_a_request_that_is_over_is_no_talk_any_more(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        under = await card(lane)
        await lane.say("Je t’appelle lundi.", OWNER, reply_to=under)
        mine = await lane.last(DIRECTOR, "lundi")
        await lane.say("/retirer")
        await lane.say("oui")
        before = len(await lane.messages(OWNER))
        (back,) = await lane.say("finalement j’aurais une question pour vous", reply_to=mine)
        assert "C’est transmis" not in back["text"]
        assert len(await lane.messages(OWNER)) == before


async def test_a_detail_arrives_whole_and_what_is_corrected_in_it_too(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        long = " ".join(f"mot{number}" for number in range(400))
        (added,) = await lane.say(f"/ajouter {long} FIN")
        assert added["text"].startswith("C’est ajouté")
        assert await lane.last(OWNER, "FIN")
        await lane.say("/ajouter")
        await lane.say("On ferme le mardi")
        mine = await lane.last(DIRECTOR, "On ferme le mardi")
        assert await lane.correct(mine, "On ferme le mercredi") == []
        assert await lane.last(OWNER, "(corrigé) On ferme le mercredi")


async def test_a_number_written_after_the_request_is_added_to_it(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        (added,) = await lane.say("418 555-0174")
        assert added["text"].startswith("C’est ajouté")
        assert await lane.last(OWNER, "418 555-0174")


async def test_a_detail_is_heard_whole_with_its_picture(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.say("/ajouter\nJamais le lundi, " + "mot " * 100 + "fin")
        told = await lane.last(OWNER, "➕ Lucie")
        assert "Jamais le lundi" in told["text"]
        assert told["text"].endswith("fin")
        await lane.say("/ajouter")
        await lane.send("photo")
        assert (await lane.messages(OWNER))[-1]["photo"]


async def test_what_was_added_before_anybody_was_there_comes_whole_below_the_card(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher, owner=None) as lane:
        await ask(lane)
        await lane.say("/ajouter Jamais le lundi")
        await lane.say("/ajouter\nEt puis " + "mot " * 300 + "fin")
        await lane.say("/ajouter")
        await lane.send("photo")
        await lane.say("/ajouter")
        await lane.send("photo", caption="Voici la salle")
        lane.parts.handler.adopt(OWNER)
        await lane.settle()
        first, *below = await lane.messages(OWNER)
        assert "Jamais le lundi" in first["text"]
        assert all(one["reply_to_message"]["message_id"] == first["message_id"] for one in below)
        words, bare, captioned = below
        assert "Et puis mot" in words["text"]
        assert words["text"].endswith("fin")
        assert bare["photo"]
        assert captioned["photo"]
        assert "Voici la salle" in captioned["caption"]
        # Once: a bot that starts again has nothing more to say.
        lane.parts.handler.adopt(OWNER)
        await lane.settle()
        assert len(await lane.messages(OWNER)) == len(below) + 1


async def test_a_text_that_telegram_cuts_arrives_whole(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.say("mot " * 1100 + "fin", OWNER)
        assert (await lane.last(DIRECTOR, "fin"))["text"].endswith("fin")
        lane.clock.pass_(minutes=1)
        known = len(await lane.messages(DIRECTOR))
        await lane.say("pas le temps", OWNER)
        assert len(await lane.messages(DIRECTOR)) == known


async def test_a_lead_closed_by_mistake_is_still_promised(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Perdu", OWNER)
        await lane.tap("Pas le budget", OWNER)
        await lane.tap("Rouvrir", OWNER)
        await lane.wait(days=6)
        assert await lane.last(OWNER, "⌛")
        assert await lane.last(DIRECTOR, "Je t’avais promis une réponse")


async def test_an_answer_that_telegram_refused_is_no_answer(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.block(DIRECTOR, blocked=True)
        known = len(await lane.messages(OWNER))
        await lane.say("Bonjour!", OWNER, reply_to=await card(lane))
        told = [one["text"] for one in (await lane.messages(OWNER))[known:]]
        assert sum("n’est pas remis" in text for text in told) == 1
        assert "· vue" in (await card(lane))["text"]
        await lane.wait(days=5)
        assert await lane.last(OWNER, "⌛")


async def test_what_was_due_while_she_was_away_does_not_come_as_if_it_were_new(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.block(OWNER, blocked=True)
        for _ in range(4):
            await lane.wait(days=1)
        known = len(await lane.messages(OWNER))
        await lane.block(OWNER, blocked=False)
        told = [one["text"] for one in (await lane.messages(OWNER))[known:]]
        assert sum("☀️" in text for text in told) <= 1
        assert not any("attend ta réponse" in text for text in told)
        assert any("⌛" in text for text in told)


async def test_a_card_shown_anew_is_the_only_one(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        first = await card(lane)
        await lane.say(f"/demande {first['text'].split()[2]}", OWNER)
        cards = [one for one in await lane.messages(OWNER) if "📬" in one["text"]]
        assert [bool(labels(one)) for one in cards] == [False, True]
        await lane.tap("Perdu", OWNER)
        assert "Pas le budget" in labels((await lane.messages(OWNER))[-1])


async def test_a_request_withdrawn_before_anybody_was_there_is_shown_to_nobody(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher, owner=None) as lane:
        await ask(lane)
        await lane.say("/retirer")
        await lane.say("oui")
        lane.parts.handler.adopt(OWNER)
        await lane.settle()
        assert not any("📬" in one["text"] for one in await lane.messages(OWNER))


@pytest.mark.parametrize("kind", ["photo", "document", "voice"])
async def test_files_are_passed_on_both_ways(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, kind: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.send(kind, OWNER, caption="Voici le plan")
        assert kind in await lane.last(DIRECTOR, "Voici le plan")
        await lane.send(kind)
        assert kind in await lane.last(OWNER, "Lucie, La Débrouille")
        (refused,) = await lane.send("sticker")
        assert refused["text"].startswith("Ça, je ne peux pas le transmettre")


async def test_a_reply_to_the_card_needs_no_button(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        assert await lane.say("On s’appelle?", OWNER, reply_to=await card(lane)) == []
        words = await lane.last(DIRECTOR, "On s’appelle?")
        assert (await lane.last(OWNER, "On s’appelle?"))["reaction"] == "👍"
        lane.clock.pass_(days=3)
        (note,) = await lane.say("Oui, à 14 h", reply_to=words)
        assert note["text"].startswith("C’est transmis")
        passed = await lane.last(OWNER, "Oui, à 14 h")
        assert await lane.say("Parfait", OWNER, reply_to=passed) == []
        assert await lane.last(DIRECTOR, "Parfait")


async def test_what_cannot_be_delivered_is_said_on_the_card(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.block(DIRECTOR, blocked=True)
        await lane.tap("Répondre", OWNER)
        await lane.say("Bonjour!", OWNER)
        text = (await card(lane))["text"]
        assert "pas remis" in text
        # An edit makes no sound: a message under the card says it too.
        told = await lane.last(OWNER, "n’est pas remis")
        assert told["reply_to_message"]["message_id"] == (await card(lane))["message_id"]
        assert kb.sentences["joindre.aucune"] in told["text"]


async def test_the_bot_s_own_questions_win_over_the_talk(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Gagné", OWNER)
        await lane.say("Bonjour!", OWNER, reply_to=await card(lane))
        known = len(await lane.messages(OWNER))
        # What she writes in a form, her address above all, goes nowhere before she has agreed.
        for line in ("/contact", "oui", "La Ruche", "lucie@ruche.qc.ca"):
            (reply,) = await lane.say(line)
        assert "De quoi aimerais-tu parler" in reply["text"]
        await lane.say("annuler")
        await lane.tap("Rouvrir", OWNER)
        await lane.say("/retirer")
        (gone,) = await lane.say("oui")
        assert gone["text"] == plain(say(kb, "suivi_client.retiree"))
        (told,) = (await lane.messages(OWNER))[known:]
        assert "Lucie a retiré sa demande" in told["text"]


async def test_several_owners_see_the_whole_talk_and_each_has_a_name(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        _, invitation = await lane.say("/associer", OWNER)
        second = 2003
        await lane.people.post("/sandbox/people", json={"id": second, "first_name": "Noé"})
        await lane.say("/start " + invitation["text"].rpartition("start=")[2], second)
        shown = await lane.parts.bot.get_my_commands(BotCommandScopeChat(second))
        assert "demandes" in {one.command for one in shown}
        assert "Noé reçoit maintenant" in (await lane.last(OWNER, "Noé"))["text"]
        await ask(lane)
        await lane.tap("Répondre", second)
        await lane.say("Bonjour, ici Noé " + "mot " * 60 + "fin", second)
        assert (await lane.last(OWNER, "Noé → Lucie"))["text"].endswith("fin")
        assert "Noé te parle directement" in (await lane.last(DIRECTOR, "te parle"))["text"]
        (note,) = await lane.send("voice")
        assert "C’est transmis à Noé" in note["text"]
        assert "🎤 un message vocal" in (await card(lane))["text"]


async def test_a_card_that_telegram_refused_is_shown_when_it_is_asked_for(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.fault(method="sendMessage", chat=OWNER, error_code=400, description="Bad Request", times=1)
        await ask(lane)
        assert lane.parts.store.health(lane.clock()).refused == 1
        with lane.parts.store.transaction() as tx:
            ((lead,), _) = tx.leads("", 0, 1)
        (shown,) = await lane.say(f"/demande {lead.lead.reference}", OWNER)
        assert "La Débrouille" in shown["text"]
        # It is the lead's card from now on.
        await lane.tap("👀", OWNER)
        assert (await card(lane))["message_id"] == shown["message_id"]
        assert "vue par Camille" in (await card(lane))["text"]


async def test_by_webhook_an_owner_is_obeyed_before_the_bot_knows_its_own_name(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram sends what waited as soon as the port is open; its answer to getMe may come later."""
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        monkeypatch.setattr(lane.parts.bot, "_bot_user", None)
        await lane.tap("👀", OWNER)
        assert "vue par Camille" in (await card(lane))["text"]
        (*_, invitation) = await lane.say("/associer", OWNER)
        assert f"\n/start {PAIRING}" in invitation["text"]
        assert "t.me" not in invitation["text"]
        assert lane.parts.store.health(lane.clock()).failed == 0


async def test_a_correction_follows_the_words_that_it_corrects(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("/contact")
        await lane.say("oui")
        # The form has gone on: a slip is mended in its summary, not by an answer to the next question.
        first = await lane.last(DIRECTOR, "oui")
        assert await lane.correct(first, "oui!") == []
        await lane.say("annuler")
        await ask(lane)
        await lane.tap("Répondre", OWNER)
        await lane.say("Je passe jeudi", OWNER)
        mine = await lane.last(OWNER, "Je passe jeudi")
        (told,) = await lane.correct(mine, "Je passe vendredi") or [await lane.last(DIRECTOR, "vendredi")]
        assert "(corrigé) Je passe vendredi" in told["text"]
        await lane.say("Parfait, à 9 h")
        await lane.correct(await lane.last(DIRECTOR, "à 9 h"), "Parfait, à 10 h")
        assert "(corrigé) Parfait, à 10 h" in (await lane.last(OWNER, "à 10 h"))["text"]


async def test_a_question_that_is_corrected_is_answered(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("qwxz kjhg")
        (answer,) = await lane.correct(await lane.last(DIRECTOR, "qwxz"), "on a pas de budget pour ça")
        assert plain(render(kb, kb.entries[EntryId("budget")].answer))[:60] in answer["text"]


async def test_a_lead_ends_and_opens_again(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.tap("Perdu", OWNER)
        assert "Pas le budget" in labels(await card(lane))
        await lane.tap("Revenir", OWNER)
        assert any("Gagné" in label for label in labels(await card(lane)))
        await lane.tap("Perdu", OWNER)
        await lane.tap("Pas le budget", OWNER)
        text = (await card(lane))["text"]
        assert "perdue, par Camille (Pas le budget)" in text
        await lane.tap("Rouvrir", OWNER)
        await lane.tap("Perdu", OWNER)
        known = len(await lane.messages(DIRECTOR))
        await lane.tap("Autre raison", OWNER)
        asked = await lane.last(OWNER, "Pourquoi est-ce perdu")
        await lane.say("Fusion avec un autre organisme", OWNER, reply_to=asked)
        assert "perdue, par Camille (Fusion avec un autre organisme)" in (await card(lane))["text"]
        assert len(await lane.messages(DIRECTOR)) == known
        await lane.tap("Rouvrir", OWNER)
        # A lead that was closed by mistake, and answered since, has been answered in time.
        await lane.say("Bonjour Lucie!", OWNER, reply_to=await card(lane))
        await lane.wait(days=5)
        assert "Promesse tenue\u00a0: 100\u00a0%" in (await lane.say("/stats", OWNER))[0]["text"]
        await lane.tap("Gagné", OWNER)
        assert "· gagnée 🎉" in (await card(lane))["text"]


async def test_reminders_come_once_before_each_promise_and_none_after_an_answer(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        # Monday, 14 h: probably by Tuesday 14 h, at the latest Wednesday 17 h.
        await ask(lane)
        before = len(await lane.messages(OWNER))
        await lane.wait(hours=20)
        (morning,) = (await lane.messages(OWNER))[before:]
        assert "Aujourd’hui" in morning["text"]
        await lane.wait(hours=3, minutes=1)
        reminder = await lane.last(OWNER, "⏰ Lucie")
        assert reminder["reply_to_message"]["message_id"] == (await card(lane))["message_id"]
        known = len(await lane.messages(OWNER))
        await lane.wait(minutes=1)
        assert len(await lane.messages(OWNER)) == known
        await lane.tap("Pris en charge", OWNER)
        await lane.wait(days=2)
        assert not any("⏰" in m["text"] or "⌛" in m["text"] for m in (await lane.messages(OWNER))[known:])
        (*_, receipt) = await lane.messages(DIRECTOR)
        assert "🤝 Prise en charge par Camille" in receipt["text"]


async def test_a_reminder_that_comes_late_does_not_say_that_the_answer_is(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        # Monday, 14 h; the last reminder was for Wednesday at 15 h, and the promise is for 17 h.
        await ask(lane)
        await lane.wait(days=2, hours=2)
        reminder = await lane.last(OWNER, "⏰ Lucie")
        assert "attend ta réponse, promise d’ici 17\u00a0h. (Ce rappel arrive" in reminder["text"]
        assert "retard" not in reminder["text"]


async def test_a_broken_promise_is_said_to_both(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        # The bot was down all the while: one word, and it says that it is late.
        await lane.wait(days=4)
        told = [message["text"] for message in await lane.messages(OWNER)]
        assert sum("⌛" in text for text in told[1:]) == 1
        assert not any("attend ta réponse" in text for text in told)
        sorry = await lane.last(DIRECTOR, "Je t’avais promis une réponse")
        assert "délai promis dépassé" in (await card(lane))["text"]
        await lane.wait(days=4)
        assert (await lane.last(DIRECTOR, "Je t’avais promis"))["message_id"] == sorry["message_id"]


async def test_the_director_follows_her_request(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        (none,) = await lane.say("/monsuivi")
        assert none["text"] == plain(say(kb, "suivi_client.aucune"))
        await ask(lane)
        (news,) = await lane.say("/monsuivi")
        assert "réponse promise d’ici mercredi 25 novembre" in news["text"]
        (asked,) = await lane.tap("Détail")
        assert "que Camille devrait savoir" in asked["text"]
        (added,) = await lane.say("On a 3 bénévoles au service de garde")
        assert added["text"] == plain(say(kb, "suivi_client.ajoute"))
        assert "3 bénévoles" in (await card(lane))["text"]
        await lane.say("/retirer")
        (kept,) = await lane.say("non")
        assert kept["text"] == plain(say(kb, "suivi_client.garde"))
        await lane.say("/retirer")
        (gone,) = await lane.say("oui")
        assert gone["text"] == plain(say(kb, "suivi_client.retiree"))
        closed = await card(lane)
        assert "retirée par Lucie" in closed["text"]
        assert labels(closed) == []
        (refused,) = await lane.say("Bonjour!", OWNER, reply_to=closed)
        assert refused["text"] == plain(say(kb, "pigiste.retiree"))


async def test_days_off_change_what_is_promised(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        (noted,) = await lane.say("/conge du 24 novembre au 1er décembre", OWNER)
        assert "du mardi 24 novembre au mardi 1er décembre" in noted["text"]
        await ask(lane)
        assert "jeudi 3 décembre" in (await card(lane))["text"]
        (listed,) = await lane.say("/conge", OWNER)
        assert "mardi 24 novembre" in listed["text"]
        (none,) = await lane.tap("Annuler celui", OWNER)
        assert none["text"] == plain(say(kb, "pigiste.conge_aucun"))
        (unread,) = await lane.say("/conge bientôt", OWNER)
        assert "bientôt" in unread["text"]
        (other,) = await lane.say("/conge lundi 24 décembre", OWNER)
        assert "ce serait le jeudi 24 décembre" in other["text"]
        (none,) = await lane.say("/conge", OWNER)
        assert none["text"] == plain(say(kb, "pigiste.conge_aucun"))
        (noted,) = await lane.say("/conge jeudi 24 décembre", OWNER)
        assert "C’est noté, le jeudi 24 décembre\u00a0:" in noted["text"]
        (listed,) = await lane.say("/conge", OWNER)
        assert "• le jeudi 24 décembre" in listed["text"]
        (stranger,) = (await lane.say("/conge du 1er au 5 août"))[:1]
        assert stranger["text"] == plain(say(kb, "repli.commande"))


async def test_a_second_owner_shares_the_leads(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        _, invitation = await lane.say("/associer", OWNER)
        start = invitation["text"].rpartition("start=")[2]
        second = 2003
        await lane.people.post("/sandbox/people", json={"id": second, "first_name": "Noé"})
        (welcome,) = await lane.say(f"/start {start}", second)
        assert welcome["text"] == plain(say(kb, "pigiste.jumelee"))
        await ask(lane)
        assert "La Débrouille" in (await lane.last(second, "📬"))["text"]
        await lane.tap("Pris en charge", second)
        assert "prise en charge par Noé" in (await card(lane))["text"]
        await lane.say("/associer", OWNER)
        await lane.tap("Retirer Noé", OWNER)
        (stranger, *_) = await lane.say("/demandes", second)
        assert stranger["text"] == plain(say(kb, "repli.commande"))


async def test_an_account_paired_by_a_link_is_an_owner_until_it_is_let_go(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        old, new = await lane.newcomer("Camille"), await lane.newcomer("Camille")
        _, invitation = await lane.say("/associer", OWNER)
        await lane.say("/start " + invitation["text"].rpartition("start=")[2], old)
        # The setting names another: the account that it named before goes, the one of the link stays.
        lane.parts.handler.adopt(new)
        assert lane.parts.handler.owners() == (old, new)
        await lane.say("/associer", new)
        await lane.tap("Retirer Camille", new)
        await ask(lane)
        assert await lane.last(new, "📬")
        assert not any("📬" in one["text"] for one in await lane.messages(old))


async def test_leads_are_listed_by_page_and_found_by_name(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        for number in range(10):
            chat = await lane.newcomer()
            for line in ("/contact", "oui", f"Organisme {number}", "ici", "passer", "oui", "envoyer"):
                await lane.say(line, chat)
            lane.clock.pass_(minutes=1)
        (first,) = await lane.say("/demandes", OWNER)
        assert "page 1 de 2" in first["text"]
        (second,) = await lane.tap("Suivantes", OWNER)
        assert "page 2 de 2" in second["text"]
        # A talk that goes on is less urgent than whoever still waits.
        newest = next(one for one in await lane.messages(OWNER) if "Organisme 9" in one["text"])
        await lane.say("Bonjour!", OWNER, reply_to=newest)
        (first, *_) = await lane.say("/demandes", OWNER)
        assert "Organisme 1" in first["text"]
        assert "Organisme 9" not in first["text"]
        (found,) = await lane.say("/demandes organisme 7", OWNER)
        assert found["text"].count("•") == 1
        (shown,) = await lane.tap("Organisme 7", OWNER)
        assert "📬 Demande" in shown["text"]
        assert "Organisme 7" in shown["text"]
        for command in ("/demandes zzz", "/demande zzz"):
            (none,) = await lane.say(command, OWNER)
            assert "zzz" in none["text"]
        (listed,) = await lane.say("/demande", OWNER)
        assert "page 1 de 2" in listed["text"]
        (signs,) = await lane.say("/demandes ???", OWNER)
        assert "???" in signs["text"]
        assert "•" not in signs["text"]


async def test_figures_exports_and_links_are_for_the_owner(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("pas le temps")
        await lane.say("combien mesure la tour Eiffel?")
        await ask(lane)
        text, picture = await lane.say("/stats", OWNER)
        assert "Demandes reçues\u00a0: 1" in text["text"]
        assert kb.entries[next(iter(kb.entries))].title in text["text"]
        assert picture["photo"]
        csv, xlsx = await lane.say("/export", OWNER)
        assert csv["document"]["file_name"] == "demandes-2026-11-23.csv"
        assert xlsx["document"]["file_name"] == "demandes-2026-11-23.xlsx"
        (links,) = await lane.say("/liens", OWNER)
        assert "https://t.me/orgbot_bot?start=budget" in links["text"]
        (code,) = await lane.tap("QR", OWNER)
        assert code["photo"]
        for command in ("/stats", "/export", "/liens"):
            (stranger, *_) = await lane.say(command)
            assert stranger["text"] == plain(say(kb, "repli.commande"))


async def test_leads_also_go_by_email(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    office = Office()
    async with (
        post_office(office) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port)) as lane,
    ):
        for line in ("/contact", "oui", "La Débrouille", "lucie@debrouille.qc.ca", "passer"):
            (*_, asked) = await lane.say(line)
        assert "par Telegram et par courriel" in asked["text"]
        await lane.block(OWNER, blocked=True)
        await lane.say("oui")
        await lane.say("envoyer")
        letters = [message_from_bytes(one.original_content or b"", policy=SMTP) for one in office.letters]
        assert len(letters) == 2
        ordinary, urgent = letters
        assert isinstance(ordinary["Subject"], str)
        assert "La Débrouille" in ordinary["Subject"]
        assert "lucie@debrouille.qc.ca" in ordinary["Reply-To"]
        body = urgent.get_body(("plain",))
        assert body is not None
        assert "Telegram" in body.get_content()
        assert urgent["Message-ID"] != ordinary["Message-ID"]
        await lane.wait(hours=2)
        assert len(office.letters) == 2


async def test_a_paper_that_cannot_be_made_holds_up_nothing(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("orgbot.papers.press.picture", broken)
    async with street(tmp_path, kb, matcher) as lane:
        (_, sorry) = await lane.say("/stats", OWNER)
        assert sorry["text"] == plain(say(kb, "pigiste.sans_papier"))
        await ask(lane)
        assert "nouvelle" in (await card(lane))["text"]


async def test_no_letter_leaves_for_a_request_that_was_withdrawn(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        reference = (await card(lane))["text"].split("Demande ")[1].split()[0]
        await lane.say("/retirer")
        await lane.say("oui")
        office = Office()
        async with post_office(office) as port:
            mind, clock = lane.parts.handler.mind, lane.clock
            postman = Postman(lane.parts.store, mind, smtp(port), clock)
            waiting = Outgoing(f"lead:{reference}:letter", MAILBOX, None, f"lead:{reference}:letter")
            assert (await postman.send(Queued(1, waiting, 1))).kind == "refused"
        assert office.letters == []


async def test_a_word_that_was_written_to_nobody_is_not_thought_delivered(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        hint = plain(say(kb, "pigiste.indice"))
        assert hint not in [one["text"] for one in await lane.say("xyzzy plugh", OWNER)]
        await ask(lane)
        assert (await lane.say("xyzzy plugh", OWNER))[-1]["text"] == hint
        assert (await lane.say("Merci!", OWNER))[-1]["text"] == hint
        # An objection is how she tries the bot.
        assert (await lane.say("pas le temps", OWNER))[-1]["text"] != hint
        assert not any("xyzzy" in one["text"] for one in await lane.messages(DIRECTOR))


async def test_a_command_is_known_as_it_is_typed_and_an_unknown_one_gets_hers(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        (none,) = await lane.say("/Congés", OWNER)
        assert none["text"] == plain(say(kb, "pigiste.conge_aucun"))
        (told,) = await lane.say("/meteo", OWNER)
        assert "/lacunes" in told["text"]
        (*_, hers) = await lane.say("/meteo")
        assert "/lacunes" not in hers["text"]
