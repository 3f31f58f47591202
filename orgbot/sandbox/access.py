"""Who a call is about, and whether the bot may write there."""

from typing import assert_never

from orgbot.sandbox.errors import bad, forbidden
from orgbot.sandbox.model import Chat, Message
from orgbot.sandbox.params import Params
from orgbot.sandbox.world import Telegram


def known_chat(world: Telegram, params: Params) -> Chat:
    """Raises ApiError."""
    given = params.text("chat_id").strip()
    if not given:
        raise bad("chat_id is empty")
    chat = world.chats.get(params.number("chat_id"))
    if chat is None and given.startswith("@"):
        groups = (chat for chat in world.chats.values() if chat.type != "private")
        chat = next((chat for chat in groups if chat.username == given[1:]), None)
    if chat is None:
        raise bad("chat not found")
    return chat


def open_chat(world: Telegram, params: Params) -> Chat:
    """One where the bot may write. Raises ApiError."""
    chat = known_chat(world, params)
    match chat.bot:
        case "member":
            return chat
        case "kicked" if chat.type == "private":
            raise forbidden("bot was blocked by the user")
        case "kicked":
            raise forbidden("bot was kicked from the supergroup chat")
        case "left":
            raise forbidden("bot is not a member of the supergroup chat")
        case "deactivated":
            raise forbidden("user is deactivated")
        case "never":
            raise forbidden("bot can't initiate conversation with a user")
        case _:
            assert_never(chat.bot)


def message_to(world: Telegram, params: Params, verb: str) -> Message:
    """The message to `edit` or `delete`. Raises ApiError."""
    chat = open_chat(world, params)
    number = params.number("message_id")
    if number <= 0:
        raise bad("message identifier is not specified")
    message = world.find(chat, number)
    if message is None:
        raise bad(f"message to {verb} not found")
    return message
