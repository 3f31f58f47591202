"""Updates that no honest client would send, straight to the bot as Telegram would bring them."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from telegram import Update

from orgbot.tg.codec import seal
from tests.street import DIRECTOR, Street

Json = dict[str, Any]
# Far above the sandbox's own.
_NUMBERS = count(2_000_000_000)


def person(number: int, name: str = "Lucie", **more: object) -> Json:
    return {"id": number, "is_bot": False, "first_name": name, **more}


def private(number: int) -> Json:
    return {"id": number, "type": "private", "first_name": "Lucie"}


async def deliver(lane: Street, kind: str, body: Mapping[str, object]) -> None:
    number = next(_NUMBERS)
    update = Update.de_json({"update_id": number, kind: dict(body)}, lane.parts.bot)
    await lane.parts.receiver.receive(update)
    await lane.drain()


async def message(
    lane: Street, sender: Json, chat: Json, *, kind: str = "message", **content: object
) -> None:
    body = {"message_id": next(_NUMBERS), "date": 1_795_000_000, "from": sender, "chat": chat, **content}
    await deliver(lane, kind, body)


async def tap(lane: Street, data: str, number: int = DIRECTOR) -> list[Json]:
    """What the bot says to whoever sends this data, from a message that it wrote to her."""
    known = len(await lane.messages(number))
    shown = {"message_id": 1, "date": 1_795_000_000, "chat": private(number), "text": "…"}
    query = {"id": str(next(_NUMBERS)), "from": person(number), "message": shown, "chat_instance": "1"}
    await deliver(lane, "callback_query", {**query, "data": data})
    return (await lane.messages(number))[known:]


def sealed(lane: Street, action: Any, number: int) -> str:
    """As the bot itself would have made it for this person."""
    return seal(action, number, lane.parts.bot.token)


def everything(chats: list[list[Json]]) -> str:
    return "\n".join(one.get("text", "") + one.get("caption", "") for chat in chats for one in chat)
