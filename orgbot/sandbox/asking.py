"""Reading what the page or a test asks for; one French line for what cannot be."""

import json
from typing import Any

from starlette.requests import Request

from orgbot.sandbox.entities import clean
from orgbot.sandbox.errors import PersonError
from orgbot.sandbox.model import Chat, Json, Message, Person
from orgbot.sandbox.world import Telegram

LARGEST = 1 << 20


async def read_json(request: Request) -> Json:
    """An object, sent as JSON: another site's form cannot send that without being asked first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise PersonError("le corps doit être du JSON (Content-Type: application/json)", 415)
    raw = await request.body()
    if len(raw) > LARGEST:
        raise PersonError("le corps est trop gros", 413)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise PersonError("le corps n’est pas du JSON lisible") from None
    if not isinstance(body, dict):
        raise PersonError("le corps doit être un objet JSON")
    return body


def string_of(body: Json, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise PersonError(f"{name} : il faut un texte")
    return clean(value)


def number_of(body: Json, name: str, default: int | None = None) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 53:
        raise PersonError(f"{name} : il faut un nombre entier")
    return value


def flag_of(body: Json, name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise PersonError(f"{name} : il faut true ou false")
    return value


def optional(body: Json, name: str, kinds: type | tuple[type, ...], what: str) -> Any:
    value = body.get(name)
    if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
        raise PersonError(f"{name} : il faut {what}")
    return value


def chat_of(world: Telegram, body: Json) -> Chat:
    chat = world.chats.get(number_of(body, "chat"))
    if chat is None:
        raise PersonError("chat : conversation inconnue", 404)
    return chat


def person_in(world: Telegram, chat: Chat | None, body: Json) -> Person:
    """Who acts: the chat's person, or in a group whoever `from` names (the director by default)."""
    private = chat is not None and chat.type == "private"
    number = chat.id if chat is not None and private else number_of(body, "from", next(iter(world.people)))
    person = world.people.get(number)
    if person is None:
        raise PersonError("from : personne inconnue", 404)
    return person


def message_of(world: Telegram, chat: Chat, body: Json, name: str = "message_id") -> Message:
    message = world.find(chat, number_of(body, name))
    if message is None:
        raise PersonError(f"{name} : ce message n’existe pas (ou plus) dans cette conversation", 404)
    return message


def answered_of(world: Telegram, chat: Chat, body: Json) -> Message | None:
    """What she replies to, if she does."""
    return None if body.get("reply_to") is None else message_of(world, chat, body, "reply_to")
