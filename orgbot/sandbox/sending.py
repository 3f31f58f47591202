"""The Bot API's methods that write in a chat."""

import json
from collections.abc import Mapping

from orgbot.sandbox.access import known_chat, message_to, open_chat
from orgbot.sandbox.entities import units
from orgbot.sandbox.errors import bad
from orgbot.sandbox.keyboard import inline_keyboard
from orgbot.sandbox.model import Chat, Json, Message
from orgbot.sandbox.params import Params
from orgbot.sandbox.text import LONGEST_TEXT, formatted
from orgbot.sandbox.world import DAY, TAP_LIFE, Telegram

LONGEST_TOAST = 200
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def send_message(world: Telegram, params: Params) -> object:
    content = _text(world, params)
    markup = inline_keyboard(params)
    return post(world, params, content, markup)


def _text(world: Telegram, params: Params) -> Json:
    text, entities = formatted(params, "text", world.find_user)
    if not text:
        raise bad("message text is empty")
    if units(text) > LONGEST_TEXT:
        raise bad("message is too long")
    options = params.json("link_preview_options", "link preview options")
    preview = {"link_preview_options": options} if isinstance(options, dict) else {}
    return {"text": text, **({"entities": entities} if entities else {}), **preview}


def post(world: Telegram, params: Params, content: Json, markup: Json | None) -> Json:
    chat = open_chat(world, params)
    reply_to = _reply_to(world, params, chat)
    world.pace(chat)
    return world.post(chat, world.bot(), content, markup, reply_to).json()


def _reply_to(world: Telegram, params: Params, chat: Chat) -> Message | None:
    given = params.json("reply_parameters", "reply parameters")
    if given is not None and not isinstance(given, dict):
        raise bad("object expected as reply parameters")
    number = (given or {}).get("message_id") or params.number("reply_to_message_id")
    if not number:
        return None
    message = world.find(chat, number) if isinstance(number, int) else None
    lenient = (given or {}).get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad("message to be replied not found")
    return message


def edit_message_text(world: Telegram, params: Params) -> object:
    content = _text(world, params)
    markup = inline_keyboard(params)
    message = _own(message_to(world, params, "edit"))
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _edit(world, message, content, markup)


def edit_message_reply_markup(world: Telegram, params: Params) -> object:
    markup = inline_keyboard(params)
    message = _own(message_to(world, params, "edit"))
    return _edit(world, message, message.content, markup)


def _own(message: Message) -> Message:
    if not message.sender["is_bot"]:
        raise bad("message can't be edited")
    return message


def _edit(world: Telegram, message: Message, content: Mapping[str, object], markup: Json | None) -> Json:
    if _same(message.content, content) and message.markup == markup:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    return world.change(message, content=content, markup=markup, edited=int(world.now())).json()


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def delete_message(world: Telegram, params: Params) -> object:
    message = message_to(world, params, "delete")
    mine = bool(message.sender["is_bot"]) or message.chat.type == "private"
    if not mine or world.now() - message.date > 2 * DAY:
        raise bad("message can't be deleted for everyone")
    world.change(message, deleted=True)
    return True


def send_chat_action(world: Telegram, params: Params) -> object:
    action = params.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = open_chat(world, params)
    world.emit("action", {"chat": chat.id, "action": action})
    return True


def answer_callback_query(world: Telegram, params: Params) -> object:
    query_id, text = params.text("callback_query_id"), params.text("text")
    tap = world.taps.get(query_id)
    if tap is None or world.now() - tap.at > TAP_LIFE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if units(text) > LONGEST_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    shown = {"text": text, "alert": params.flag("show_alert")}
    world.emit("toast", {"chat": tap.chat_id, "message_id": tap.message_id, "query": query_id, **shown})
    return True


def get_chat(world: Telegram, params: Params) -> object:
    chat = known_chat(world, params)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat.json(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def leave_chat(world: Telegram, params: Params) -> object:
    chat = open_chat(world, params)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    someone = next(iter(world.people.values()))
    world.set_standing(chat, "left", someone)
    return True
