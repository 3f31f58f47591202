"""What people do in their own Telegram, as an HTTP API for the page and for tests."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orgbot.sandbox.asking import (
    answered_of,
    chat_of,
    flag_of,
    message_of,
    number_of,
    person_in,
    read_json,
    string_of,
)
from orgbot.sandbox.entities import clean, units
from orgbot.sandbox.errors import PersonError
from orgbot.sandbox.keyboard import buttons
from orgbot.sandbox.media import KINDS, attachment
from orgbot.sandbox.model import Chat, Json, Message, Person
from orgbot.sandbox.text import LONGEST_CAPTION, LONGEST_TEXT, typed
from orgbot.sandbox.world import DAY, Telegram

Explain = Callable[[str], Mapping[str, object]]
Action = Callable[[Telegram, Json], Json]


def acting(world: Telegram, action: Action) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads JSON, acts, and says what became of it."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(action(world, await read_json(request)))
        except PersonError as error:
            return JSONResponse({"error": error.reason}, status_code=error.status)

    return endpoint


def say(world: Telegram, body: Json) -> Json:
    """A text longer than Telegram allows leaves as several messages, as from a phone; the first replies."""
    chat = _writable(world, body)
    person = person_in(world, chat, body)
    answered = answered_of(world, chat, body)
    rest = clean(string_of(body, "text")).strip()
    if not rest:
        raise PersonError("text : le message est vide; écris quelque chose")
    said: list[Json] = []
    while rest:
        piece, rest = _split(rest)
        text, entities = typed(piece)
        if text:
            content = {"text": text, **({"entities": entities} if entities else {})}
            said.append(_send(world, chat, person, content, None if said else answered))
    return {"message": said[-1], "messages": said}


def _split(text: str) -> tuple[str, str]:
    """As much as one message holds, counted in UTF-16 units."""
    packed = text.encode("utf-16-le")
    if len(packed) <= 2 * LONGEST_TEXT:
        return text, ""
    head = packed[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    return head, text[len(head) :]


def _writable(world: Telegram, body: Json) -> Chat:
    """The first message opens a private chat; a blocked bot must be unblocked before."""
    chat = chat_of(world, body)
    if chat.bot == "kicked":
        raise PersonError("chat : le bot est bloqué ici; débloque-le pour lui écrire", 409)
    if chat.bot in ("left", "deactivated"):
        raise PersonError("chat : le bot n’est plus dans cette conversation", 409)
    if chat.bot == "never":
        chat = world.add_chat(replace(chat, bot="member"))
    return chat


def _send(
    world: Telegram, chat: Chat, person: Person, content: Json, answered: Message | None = None
) -> Json:
    message = world.post(chat, person.json(), content, reply_to=answered)
    world.hear(message)
    return message.json()


def send(world: Telegram, body: Json) -> Json:
    chat = _writable(world, body)
    kind = string_of(body, "kind")
    if kind not in KINDS:
        raise PersonError(f"kind : « {kind} » est inconnu; choisis parmi {', '.join(KINDS)}")
    person = person_in(world, chat, body)
    answered = answered_of(world, chat, body)
    caption, entities = typed(string_of(body, "caption", ""))
    if units(caption) > LONGEST_CAPTION:
        raise PersonError(f"caption : la légende dépasse {LONGEST_CAPTION} caractères")
    words = {"caption": caption, "caption_entities": entities} if caption else {}
    message = _send(world, chat, person, {**attachment(world, person, kind), **words}, answered)
    return {"message": message, "messages": [message]}


def edit(world: Telegram, body: Json) -> Json:
    """A person corrects what she said: the bot hears of it by an edited_message."""
    chat = _writable(world, body)
    message = message_of(world, chat, body)
    text, entities = typed(string_of(body, "text"))
    if message.sender["is_bot"] or "text" not in message.content or not text:
        raise PersonError("message_id : seul un texte écrit par cette personne peut être corrigé")
    content = {"text": text, **({"entities": entities} if entities else {})}
    changed = world.change(message, content=content, edited=int(world.now()))
    world.enqueue("edited_message", changed.json(), f"chat:{chat.id}", DAY)
    return {"message": changed.json()}


def tap(world: Telegram, body: Json) -> Json:
    chat = _writable(world, body)
    message = message_of(world, chat, body)
    data = string_of(body, "data")
    if not any(button.get("callback_data") == data for button in buttons(message.markup)):
        raise PersonError("data : ce bouton n’est pas (ou n’est plus) sur ce message", 409)
    return {"query": world.tap(message, person_in(world, chat, body), data)}


def block(world: Telegram, body: Json) -> Json:
    """In a group: the bot is removed, or added again."""
    chat = chat_of(world, body)
    blocked = flag_of(body, "blocked")
    if (chat.bot == "kicked") != blocked:
        world.set_standing(chat, "kicked" if blocked else "member", person_in(world, chat, body))
    return {"chat": chat_json(world.chats[chat.id])}


def group(world: Telegram, body: Json) -> Json:
    """A person adds the bot to a new group, then writes there."""
    by = person_in(world, None, body)
    chat = Chat(
        -1_001_000_000_000 - len(world.chats), "supergroup", string_of(body, "title", "Équipe"), bot="left"
    )
    world.add_chat(chat)
    world.set_standing(chat, "member", by)
    chat = world.chats[chat.id]
    _send(world, chat, by, {"new_chat_members": [world.bot()]})
    text, entities = typed(string_of(body, "text", f"Bonjour @{world.bot_username}!"))
    _send(world, chat, by, {"text": text, "entities": entities})
    return {"chat": chat_json(chat)}


def add_person(world: Telegram, body: Json) -> Json:
    """Someone new; her private chat opens with her first message."""
    person = Person(
        number_of(body, "id", max(world.people) + 1),
        string_of(body, "first_name", "Dominique"),
        string_of(body, "username", ""),
    )
    if person.id <= 0 or person.id in world.chats:
        raise PersonError("id : ce numéro est déjà pris, ou n’est pas celui d’une personne", 409)
    return {"chat": chat_json(world.add_person(person, "never"))}


def chat_json(chat: Chat) -> Json:
    return {**chat.json(), "name": chat.name, "blocked": chat.bot == "kicked", "standing": chat.bot}


def show_chat(world: Telegram) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        number = request.path_params["chat"]
        chat = world.chats.get(int(number)) if re.fullmatch(r"-?[0-9]{1,18}", number) else None
        if chat is None:
            return JSONResponse({"error": "chat : conversation inconnue"}, status_code=404)
        messages = [message.seen() for message in world.messages[chat.id].values()]
        return JSONResponse({**chat_json(chat), "messages": messages})

    return endpoint


def why(explain: Explain | None) -> Callable[[Request], Awaitable[Response]]:
    """Why a text is understood as it is; the explanation may take a while, so the loop does not wait."""

    async def endpoint(request: Request) -> Response:
        if explain is None:
            return JSONResponse({"error": "aucune explication n’est offerte ici"}, status_code=404)
        text = clean(request.query_params.get("text", ""))[:LONGEST_TEXT]
        found: Any = await asyncio.to_thread(explain, text)
        return JSONResponse(found)

    return endpoint


ACTIONS: Mapping[str, Action] = {
    "say": say,
    "send": send,
    "edit": edit,
    "tap": tap,
    "block": block,
    "group": group,
    "people": add_person,
}


def routes(world: Telegram, explain: Explain | None) -> list[Route]:
    return [
        *(
            Route(f"/sandbox/{name}", acting(world, action), methods=["POST"])
            for name, action in ACTIONS.items()
        ),
        Route("/sandbox/chats/{chat}", show_chat(world)),
        Route("/sandbox/why", why(explain)),
    ]
