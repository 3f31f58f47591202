"""Files that the bot sends: its own, and those of people sent again; and its reactions."""

from typing import Any

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest

from orgbot.sandbox.media import FILES
from tests.sandbox.town import DIRECTOR, FREELANCER, Town

pytestmark = pytest.mark.anyio

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
SENT = ("photo", "document", "voice", "video", "audio")


def file_of(message: dict[str, Any], kind: str) -> Any:
    return message["photo"][-1] if kind == "photo" else message[kind]


async def pass_on(town: Town, kind: str, file_id: str, **more: Any) -> Any:
    return await getattr(town.bot, f"send_{kind}")(FREELANCER, file_id, **more)


async def saved_document(town: Town, content: bytes, name: str) -> httpx.Response:
    await town.bot.send_document(FREELANCER, content, filename=name)
    shown = (await town.messages(FREELANCER))[-1]
    return await town.web.get(f"/sandbox/files/{shown['document']['file_id']}")


@pytest.mark.parametrize("kind", SENT)
async def test_a_person_s_file_is_sent_again_just_as_it_was(town: Town, kind: str) -> None:
    hers = await town.send(kind, caption="regarde")
    card = await town.bot.send_message(FREELANCER, "Fiche")
    sent = await pass_on(
        town,
        kind,
        file_of(hers, kind)["file_id"],
        caption="<b>Lucie</b>",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(card.message_id),
        reply_markup=KEYS,
    )
    assert (sent.caption, sent.reply_to_message, sent.reply_markup) == ("Lucie", card, KEYS)
    shown = (await town.messages(FREELANCER))[-1]
    assert shown[kind] == hers[kind]


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize("other", FILES)
async def test_a_file_of_another_kind_is_refused(town: Town, kind: str, other: str) -> None:
    hers = await town.send(other)
    file_id = file_of(hers, other)["file_id"]
    if kind == other:
        await pass_on(town, kind, file_id)
        return
    with pytest.raises(BadRequest, match=f"(?i)can.t use file of type {FILES[other]} as {FILES[kind]}"):
        await pass_on(town, kind, file_id)


async def test_any_size_of_a_photo_is_the_photo(town: Town) -> None:
    hers = await town.send("photo")
    small = await town.bot.send_photo(DIRECTOR, hers["photo"][0]["file_id"])
    assert small.photo[-1].file_id == hers["photo"][-1]["file_id"]


@pytest.mark.parametrize(
    ("kind", "more"), [("voice", {"duration": 4}), ("video", {"duration": 5}), ("audio", {"duration": 6})]
)
async def test_the_bot_s_own_recordings_are_sent_from_bytes(
    town: Town, kind: str, more: dict[str, int]
) -> None:
    sent = await getattr(town.bot, f"send_{kind}")(DIRECTOR, b"abc", filename="été.ogg", **more)
    found = getattr(sent, kind)
    assert (found.duration.total_seconds(), found.file_size) == (more["duration"], 3)
    again = await getattr(town.bot, f"send_{kind}")(FREELANCER, found.file_id)
    assert getattr(again, kind) == found
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await getattr(town.bot, f"send_{kind}")(DIRECTOR, b"")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await getattr(town.bot, f"send_{kind}")(DIRECTOR, b"abc", caption="é" * 1025)
    assert f"there is no {kind} in the request" in await town.refusal(f"send{kind.title()}", chat_id=DIRECTOR)


async def test_a_file_id_that_was_never_given_is_refused(town: Town) -> None:
    for file_id in (f"fichier-{town.world.next_id() + 9}", "fichier-", "fichier-abc", "5"):
        with pytest.raises(BadRequest, match="Wrong file identifier"):
            await town.bot.send_voice(DIRECTOR, file_id)


async def test_a_file_of_an_earlier_start_can_still_be_sent(town: Town) -> None:
    assert (await town.bot.send_voice(DIRECTOR, "fichier-12")).voice is not None


async def test_only_the_newest_contents_are_kept_and_every_file_can_be_sent_again(town: Town) -> None:
    sent = [await town.bot.send_photo(DIRECTOR, b"\x89PNG" + bytes([number])) for number in range(52)]
    first, last = (one.photo[-1].file_id for one in (sent[0], sent[-1]))
    assert (await town.web.get(f"/sandbox/files/{last}")).headers["content-type"] == "image/png"
    assert (await town.web.get(f"/sandbox/files/{first}")).headers["content-type"] == "image/svg+xml"
    await town.bot.send_photo(FREELANCER, first)


async def test_the_photo_of_a_person_has_a_picture(town: Town) -> None:
    hers = await town.send("photo")
    shown = await town.web.get(f"/sandbox/files/{hers['photo'][-1]['file_id']}")
    assert shown.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("demandes-2026-11-23.csv", "demandes-2026-11-23.csv"),
        ("été, bilan.xlsx", "%C3%A9t%C3%A9%2C%20bilan.xlsx"),
        ("../../.bash;rc", "_.._.bash%3Brc"),
        ("a<\\b:c.html", "a__b_c.html"),
        ("facture\u202efdp.exe", "facture_fdp.exe"),
        ("..", "document"),
    ],
)
async def test_a_document_of_the_bot_s_is_saved_under_its_name(town: Town, name: str, saved: str) -> None:
    answer = await saved_document(town, b"<b>a;b</b>\r\n", name)
    assert (answer.status_code, answer.content) == (200, b"<b>a;b</b>\r\n")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{saved}"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_picture_sent_as_a_document_is_saved_too(town: Town) -> None:
    answer = await saved_document(town, b"\x89PNG", "code.png")
    assert answer.headers["content-disposition"].endswith("code.png")


async def test_a_person_s_document_is_only_a_name_and_says_so(town: Town) -> None:
    hers = await town.send("document")
    answer = await town.web.get(f"/sandbox/files/{hers['document']['file_id']}")
    assert (answer.status_code, "que le nom" in answer.text) == (404, True)


async def test_a_reaction_is_shown_replaced_and_taken_away(town: Town) -> None:
    hers = await town.say("bonjour")
    for reaction, shown in (("👀", "👀"), ("❤", "❤"), (None, "")):
        assert await town.bot.set_message_reaction(DIRECTOR, hers["message_id"], reaction)
        (message,) = await town.messages()
        assert (message["reaction"], message["edited"]) == (shown, False)


@pytest.mark.parametrize(
    ("reaction", "reason"),
    [
        ([{"type": "emoji", "emoji": "🥐"}], "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👀"}, {"type": "emoji", "emoji": "👍"}], "REACTIONS_TOO_MANY"),
        ({"type": "emoji"}, "expected an Array of ReactionType"),
        (["👀"], "expected an Array of ReactionType"),
    ],
)
async def test_a_reaction_must_be_one(town: Town, reaction: object, reason: str) -> None:
    hers = await town.say("bonjour")
    call = {"chat_id": DIRECTOR, "message_id": hers["message_id"], "reaction": reaction}
    assert await town.refusal("setMessageReaction", **call) == f"Bad Request: {reason}"


async def test_a_reaction_is_on_a_message_of_the_chat(town: Town) -> None:
    elsewhere = await town.say("bonjour", FREELANCER)
    with pytest.raises(BadRequest, match="Message to react not found"):
        await town.bot.set_message_reaction(DIRECTOR, elsewhere["message_id"], "👀")
