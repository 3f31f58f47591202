"""Messages of the real python-telegram-bot, and each limit as the error that it raises."""

from datetime import timedelta

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.error import BadRequest, Forbidden, RetryAfter

from orgbot.sandbox.model import Chat, Person
from tests.sandbox.town import DIRECTOR, FREELANCER, TOKEN, Town

pytestmark = pytest.mark.anyio

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
OTHER_KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Site", url="https://exemple.org")]])


async def test_a_message_arrives_with_its_styles_and_its_buttons(town: Town) -> None:
    sent = await town.bot.send_message(
        DIRECTOR,
        "👋 <b>Bonjour</b> R&amp;D",
        parse_mode="HTML",
        reply_markup=KEYS,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.text == "👋 Bonjour R&D"
    assert sent.parse_entities() == {MessageEntity("bold", 3, 7): "Bonjour"}
    assert sent.reply_markup == KEYS
    (shown,) = await town.messages()
    assert shown["from"]["is_bot"]
    assert (shown["text"], shown["edited"], shown["deleted"]) == ("👋 Bonjour R&D", False, False)


async def test_the_two_chats_are_apart(town: Town) -> None:
    await town.bot.send_message(DIRECTOR, "pour la direction")
    await town.say("pour le bot", FREELANCER)
    assert [one["text"] for one in await town.messages(DIRECTOR)] == ["pour la direction"]
    assert [one["text"] for one in await town.messages(FREELANCER)] == ["pour le bot"]


async def test_a_text_of_4096_characters_fits_and_one_more_does_not(town: Town) -> None:
    await town.bot.send_message(DIRECTOR, f"<b>{'é' * 4096}</b>", parse_mode="HTML")
    for text in ("é" * 4097, "😀" * 2049):
        with pytest.raises(BadRequest, match="Message is too long"):
            await town.bot.send_message(DIRECTOR, text)
    with pytest.raises(BadRequest, match="Text is too long"):
        await town.bot.send_message(DIRECTOR, "x" * 40_000)


@pytest.mark.parametrize("text", ["", "  \n ", "<b> </b>"])
async def test_a_text_without_anything_to_see_is_refused(town: Town, text: str) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await town.bot.send_message(DIRECTOR, text, parse_mode="HTML")


async def test_html_that_cannot_be_parsed_is_refused(town: Town) -> None:
    with pytest.raises(BadRequest, match=r'parse entities: .*"b"'):
        await town.bot.send_message(DIRECTOR, "3 <b> 2", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await town.bot.send_message(DIRECTOR, "*a*", parse_mode="MarkdownV2")


async def test_entities_can_be_given_instead_of_html(town: Town) -> None:
    sent = await town.bot.send_message(DIRECTOR, " Allô", entities=[MessageEntity("bold", 1, 4)])
    assert sent.parse_entities() == {MessageEntity("bold", 0, 4): "Allô"}
    assert "Can't find field" in await town.refusal(
        "sendMessage", chat_id=DIRECTOR, text="a", entities=[{"type": "bold"}]
    )


@pytest.mark.parametrize(("data", "fits"), [("x" * 64, True), ("x" * 65, False), ("é" * 33, False)])
async def test_a_button_s_data_holds_64_bytes(town: Town, data: str, fits: bool) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data=data)]])
    if fits:
        await town.bot.send_message(DIRECTOR, "?", reply_markup=keys)
        return
    with pytest.raises(BadRequest, match=r"(?i)BUTTON_DATA_INVALID"):
        await town.bot.send_message(DIRECTOR, "?", reply_markup=keys)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": [{}]}, "must be an Array of Arrays"),
        ({"inline_keyboard": [[1]]}, "InlineKeyboardButton must be an Object"),
        ({"inline_keyboard": [[{"callback_data": "a"}]]}, 'Can\'t find field "text"'),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "text must be non-empty"),
        ({"inline_keyboard": [[{"text": "a"}]]}, "Text buttons are unallowed in the inline keyboard"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}, "Text buttons are unallowed"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": 3}]]}, "must be of type String"),
        ({"inline_keyboard": [[{"text": "a", "url": "javascript:1"}]]}, "is invalid"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101}, "reply markup is too long"),
        ({"keyboard": [["a"]]}, "use an inline keyboard"),
    ],
)
async def test_a_keyboard_must_be_one(town: Town, markup: object, reason: str) -> None:
    refused = await town.refusal("sendMessage", chat_id=DIRECTOR, text="a", reply_markup=markup)
    assert refused.startswith("Bad Request: ")
    assert reason in refused


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        ("kicked", "Forbidden: bot was blocked by the user"),
        ("never", "Forbidden: bot can't initiate conversation with a user"),
        ("deactivated", "Forbidden: user is deactivated"),
    ],
)
async def test_a_closed_private_chat_forbids(town: Town, standing: str, reason: str) -> None:
    big = 7_000_000_001
    town.world.add_person(Person(big, "Marie"), standing)  # type: ignore[arg-type]  # parametrized
    for call in (town.bot.send_message(big, "a"), town.bot.send_chat_action(big, "typing")):
        with pytest.raises(Forbidden) as caught:
            await call
        assert str(caught.value) == reason


async def test_a_group_that_removed_the_bot_forbids(town: Town) -> None:
    town.world.add_chat(Chat(-1001234567890, "supergroup", "Équipe", bot="kicked"))
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await town.bot.send_message(-1001234567890, "a")


@pytest.mark.parametrize("chat", [5, -100999, "@personne"])
async def test_an_unknown_chat_is_not_found(town: Town, chat: int | str) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await town.bot.send_message(chat, "a")
    assert await town.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"


async def test_an_edit_replaces_text_and_buttons(town: Town) -> None:
    sent = await town.bot.send_message(DIRECTOR, "avant", reply_markup=KEYS)
    town.clock.now += 60
    edited = await town.bot.edit_message_text("après", DIRECTOR, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("après", None)
    assert edited.edit_date is not None
    (shown,) = await town.messages()
    assert (shown["text"], shown["edited"]) == ("après", True)


async def test_an_edit_that_changes_nothing_is_refused(town: Town) -> None:
    sent = await town.bot.send_message(DIRECTOR, "<b>a</b>", parse_mode="HTML", reply_markup=KEYS)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await town.bot.edit_message_text(
            "<b>a</b>", DIRECTOR, sent.message_id, parse_mode="HTML", reply_markup=KEYS
        )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await town.bot.edit_message_reply_markup(DIRECTOR, sent.message_id, reply_markup=KEYS)
    await town.bot.edit_message_text("a", DIRECTOR, sent.message_id, reply_markup=KEYS)
    await town.bot.edit_message_reply_markup(DIRECTOR, sent.message_id, reply_markup=OTHER_KEYS)
    assert (await town.messages())[0]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Site"


async def test_only_the_bot_s_own_texts_can_be_edited(town: Town) -> None:
    hers = await town.say("bonjour")
    photo = await town.bot.send_photo(DIRECTOR, b"\x89PNG")
    for message_id, reason in (
        (9, "Message to edit not found"),
        (hers["message_id"], "Message can't be edited"),
        (photo.message_id, "There is no text in the message to edit"),
    ):
        with pytest.raises(BadRequest, match=reason):
            await town.bot.edit_message_text("a", DIRECTOR, message_id)
    assert "message identifier is not specified" in await town.refusal(
        "editMessageText", chat_id=DIRECTOR, text="a"
    )


async def test_a_deleted_message_is_gone(town: Town) -> None:
    sent = await town.bot.send_message(DIRECTOR, "a")
    assert await town.bot.delete_message(DIRECTOR, sent.message_id)
    assert (await town.messages())[0]["deleted"]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await town.bot.delete_message(DIRECTOR, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await town.bot.edit_message_text("b", DIRECTOR, sent.message_id)


async def test_a_message_of_three_days_ago_cannot_be_deleted(town: Town) -> None:
    sent = await town.bot.send_message(DIRECTOR, "a")
    town.clock.now += 3 * 24 * 3600
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await town.bot.delete_message(DIRECTOR, sent.message_id)


async def test_a_reply_quotes_a_message_that_exists(town: Town) -> None:
    hers = await town.say("bonjour")
    reply = await town.bot.send_message(DIRECTOR, "oui?", reply_to_message_id=hers["message_id"])
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "bonjour"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await town.bot.send_message(DIRECTOR, "oui?", reply_to_message_id=4)
    assert await town.bot.send_message(
        DIRECTOR, "oui?", reply_to_message_id=4, allow_sending_without_reply=True
    )


async def test_photos_and_documents_are_sent_from_bytes_file_ids_and_addresses(town: Town) -> None:
    png = b"\x89PNG\r\n--x\r\n\r\n\0"
    photo = await town.bot.send_photo(DIRECTOR, png, caption="<i>Bravo</i>", parse_mode="HTML")
    assert photo.caption == "Bravo"
    assert photo.photo[-1].file_size == len(png)
    shown = await town.web.get(f"/sandbox/files/{photo.photo[-1].file_id}")
    assert (shown.content, shown.headers["content-type"]) == (png, "image/png")
    again = await town.bot.send_photo(FREELANCER, photo.photo[-1].file_id)
    assert again.photo[-1].file_id == photo.photo[-1].file_id
    await town.bot.send_photo(DIRECTOR, "https://exemple.org/a.png")
    document = (await town.bot.send_document(DIRECTOR, b"a,b", filename="été.csv")).document
    assert document is not None
    assert (document.file_name, document.mime_type) == ("été.csv", "text/csv")
    assert (await town.web.get(f"/sandbox/files/{document.file_id}")).content == b"a,b"


async def test_files_that_cannot_be_sent(town: Town) -> None:
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await town.bot.send_photo(DIRECTOR, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await town.bot.send_document(DIRECTOR, "n-importe-quoi")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await town.bot.send_photo(DIRECTOR, b"\x89PNG", caption="é" * 1025)
    assert "there is no photo in the request" in await town.refusal("sendPhoto", chat_id=DIRECTOR)


async def test_an_action_must_be_known(town: Town) -> None:
    assert await town.bot.send_chat_action(DIRECTOR, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await town.bot.send_chat_action(DIRECTOR, "danser")


@pytest.mark.parametrize("town", [{"paced": True}], indirect=True)
async def test_a_message_a_second_a_chat_when_paced(town: Town) -> None:
    await town.bot.send_message(DIRECTOR, "a")
    await town.bot.send_message(FREELANCER, "a")
    with pytest.raises(RetryAfter) as caught:
        await town.bot.send_message(DIRECTOR, "b")
    assert caught.value.retry_after == timedelta(seconds=1)
    town.clock.now += 1
    await town.bot.send_message(DIRECTOR, "b")


async def test_the_same_call_in_every_form_that_telegram_takes(town: Town) -> None:
    call = {"chat_id": str(DIRECTOR), "text": "a+b é"}
    path = f"/bot{TOKEN}/sendmessage"
    answers = [
        await town.web.get(path, params=call),
        await town.web.post(path, params=call),
        await town.web.post(path, data=call),
        await town.web.post(path, json=call),
        await town.web.post(path, data=call, files={"inutile": ("a.txt", b"x")}),
    ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["a+b é"] * 5


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000, b'{"text": "\\ud800"}'])
async def test_a_body_that_cannot_be_read_is_a_bad_request(town: Town, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await town.web.post(f"/bot{TOKEN}/sendMessage", content=body, headers=headers)
    assert answer.status_code == 400
