"""Messages that reply to others, as a person sends them and as the bot hears of them."""

import pytest

from tests.sandbox.town import DIRECTOR, FREELANCER, Town

pytestmark = pytest.mark.anyio

NO_BREAK = "\u00a0"


async def test_a_person_replies_with_a_text(town: Town) -> None:
    card = await town.bot.send_message(FREELANCER, "<b>Fiche</b>", parse_mode="HTML")
    shown = await town.say("Bonjour Lucie", FREELANCER, reply_to=card.message_id)
    assert shown["reply_to_message"]["text"] == "Fiche"
    (update,) = await town.bot.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message == card
    assert update.message.reply_to_message.from_user is not None
    assert update.message.reply_to_message.from_user.is_bot


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "sticker"])
async def test_a_person_replies_with_a_file(town: Town, kind: str) -> None:
    card = await town.bot.send_message(FREELANCER, "Fiche")
    await town.send(kind, FREELANCER, caption="regarde", reply_to=card.message_id)
    (update,) = await town.bot.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message == card
    assert update.message.effective_attachment


async def test_the_message_replied_to_shows_none_in_its_turn(town: Town) -> None:
    number = (await town.say("un"))["message_id"]
    for text in ("deux", "trois"):
        number = (await town.say(text, reply_to=number))["message_id"]
    last = (await town.bot.get_updates())[-1].message
    assert last is not None
    assert last.reply_to_message is not None
    assert last.reply_to_message.text == "deux"
    assert last.reply_to_message.reply_to_message is None
    sent = await town.bot.send_message(DIRECTOR, "quatre", reply_to_message_id=number)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.reply_to_message is None


async def test_of_a_long_text_the_first_message_replies(town: Town) -> None:
    first = await town.say("un")
    said = await town.post("say", chat=DIRECTOR, text="é" * 4097, reply_to=first["message_id"])
    assert ["reply_to_message" in one for one in said["messages"]] == [True, False]


@pytest.mark.parametrize("what", [{"text": "a"}, {"kind": "photo"}])
async def test_only_a_message_of_the_chat_can_be_replied_to(town: Town, what: dict[str, str]) -> None:
    elsewhere = await town.say("un", FREELANCER)
    gone = await town.bot.send_message(DIRECTOR, "deux")
    await town.bot.delete_message(DIRECTOR, gone.message_id)
    path = f"/sandbox/{'say' if 'text' in what else 'send'}"
    for number, status in ((7, 404), (elsewhere["message_id"], 404), (gone.message_id, 404), ("7", 400)):
        answer = await town.web.post(path, json={"chat": DIRECTOR, "reply_to": number, **what})
        assert (answer.status_code, answer.json()["error"].startswith(f"reply_to{NO_BREAK}: ")) == (
            status,
            True,
        )
    assert [one["deleted"] for one in await town.messages()] == [True]


async def test_a_caption_has_the_limit_of_a_phone(town: Town) -> None:
    await town.send("photo", caption="é" * 1024)
    answer = await town.web.post(
        "/sandbox/send", json={"chat": DIRECTOR, "kind": "photo", "caption": "é" * 1025}
    )
    assert answer.status_code == 400
    assert "1024" in answer.json()["error"]
