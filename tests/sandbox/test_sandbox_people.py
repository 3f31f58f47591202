"""What people do: write, send, tap, block, invite; and what they cannot do."""

from collections.abc import Mapping

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from orgbot.sandbox.media import KINDS
from tests.sandbox.town import DIRECTOR, Town

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}


async def test_a_command_is_marked_and_its_payload_stays(town: Town) -> None:
    await town.say("/start budget")
    (update,) = await town.bot.get_updates()
    message = update.message
    assert message is not None
    assert message.text == "/start budget"
    assert [(one.type, one.offset, one.length) for one in message.entities] == [("bot_command", 0, 6)]
    assert message.from_user is not None
    assert (message.from_user.first_name, message.chat.id) == ("Lucie", DIRECTOR)


async def test_a_long_text_leaves_in_several_messages(town: Town) -> None:
    said = await town.post("say", chat=DIRECTOR, text="😀" * 2048 + "é" * 4096 + "fin")
    assert [one["text"] for one in said["messages"]] == ["😀" * 2048, "é" * 4096, "fin"]
    assert len(await town.bot.get_updates()) == 3


@pytest.mark.parametrize(("typed", "heard"), [("a\0b\rc", "a bc"), ("\ud800!", "\ufffd!"), ("  a\n", "a")])
async def test_what_no_phone_sends_is_cleaned(town: Town, typed: str, heard: str) -> None:
    assert (await town.say(typed))["text"] == heard


@pytest.mark.parametrize("kind", KINDS)
async def test_media_reach_the_bot(town: Town, kind: str) -> None:
    await town.post("send", chat=DIRECTOR, kind=kind, caption="regarde /aide")
    (update,) = await town.bot.get_updates()
    assert update.message is not None
    assert update.message.effective_attachment
    assert getattr(update.message, kind)
    assert update.message.caption == "regarde /aide"


async def test_a_tap_must_be_on_the_message(town: Town) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
    sent = await town.bot.send_message(DIRECTOR, "?", reply_markup=keys)
    tap = {"chat": DIRECTOR, "message_id": sent.message_id}
    assert (await town.web.post("/sandbox/tap", json={**tap, "data": "non"})).status_code == 409
    assert (await town.web.post("/sandbox/tap", json={**tap, "data": "oui"})).status_code == 200
    await town.bot.edit_message_text("fini", DIRECTOR, sent.message_id)
    assert (await town.web.post("/sandbox/tap", json={**tap, "data": "oui"})).status_code == 409
    assert (
        await town.web.post("/sandbox/tap", json={**tap, "message_id": 1, "data": "a"})
    ).status_code == 404


async def test_a_correction_is_an_edited_message(town: Town) -> None:
    said = await town.say("bonjuor")
    await town.post("edit", chat=DIRECTOR, message_id=said["message_id"], text="bonjour")
    _, update = await town.bot.get_updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "bonjour"


async def test_blocking_is_told_once_and_closes_the_chat(town: Town) -> None:
    for _ in range(2):
        await town.post("block", chat=DIRECTOR, blocked=True)
    answer = await town.web.post("/sandbox/say", json={"chat": DIRECTOR, "text": "a"})
    assert (answer.status_code, "débloque" in answer.json()["error"]) == (409, True)
    await town.post("block", chat=DIRECTOR, blocked=False)
    changes = [update.my_chat_member for update in await town.bot.get_updates()]
    statuses = [(one.old_chat_member.status, one.new_chat_member.status) for one in changes if one]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    await town.say("me revoilà")


async def test_an_invitation_to_a_group(town: Town) -> None:
    group = (await town.post("group", title="Équipe"))["chat"]
    assert group["id"] < -(2**31)
    invited, arrived, hello = await town.bot.get_updates()
    assert invited.my_chat_member is not None
    assert invited.my_chat_member.new_chat_member.status == "member"
    assert arrived.message is not None
    assert arrived.message.new_chat_members[0].id == 1000
    assert hello.message is not None
    assert (hello.message.chat.type, hello.message.text) == ("supergroup", "Bonjour @orgbot_bot!")
    said = await town.post("say", chat=group["id"], text="allô", **{"from": 2002})
    assert said["message"]["from"]["first_name"] == "Camille"
    assert len((await town.web.get(f"/sandbox/chats/{group['id']}")).json()["messages"]) == 3


async def test_someone_new_opens_her_chat_by_writing(town: Town) -> None:
    chat = (await town.post("people", id=7_000_000_001, first_name="Marie"))["chat"]
    assert chat["standing"] == "never"
    assert (await town.raw("sendMessage", chat_id=chat["id"], text="a"))[0] == 403
    await town.say("/start", chat["id"])
    assert (await town.raw("sendMessage", chat_id=chat["id"], text="a"))[0] == 200
    assert (await town.web.post("/sandbox/people", json={"id": DIRECTOR})).status_code == 409


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("say", {"chat": 5, "text": "a"}, 404),
        ("say", {"chat": "1001", "text": "a"}, 400),
        ("say", {"chat": DIRECTOR, "text": " \n"}, 400),
        ("say", {"chat": DIRECTOR}, 400),
        ("say", {"chat": 10**30, "text": "a"}, 400),
        ("send", {"chat": DIRECTOR, "kind": "rien"}, 400),
        ("block", {"chat": DIRECTOR, "blocked": "oui"}, 400),
        ("edit", {"chat": DIRECTOR, "message_id": 3, "text": "a"}, 404),
        ("group", {"from": 3}, 404),
        ("people", {"id": -4}, 409),
    ],
)
async def test_what_cannot_be_done_gets_one_line(
    town: Town, what: str, body: Mapping[str, object], status: int
) -> None:
    answer = await town.web.post(f"/sandbox/{what}", json=body)
    assert answer.status_code == status
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"chat": 1001, "text": "a"}', {"content-type": "text/plain"}, 415),
        (b"chat=1001&text=a", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b" " * (1 << 21), JSON, 413),
    ],
)
async def test_only_json_is_taken(town: Town, content: bytes, headers: dict[str, str], status: int) -> None:
    answer = await town.web.post("/sandbox/say", content=content, headers=headers)
    assert answer.status_code == status
    assert await town.messages() == []
