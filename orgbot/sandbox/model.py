"""The things of a fake Telegram, frozen, and their JSON as the Bot API shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

Standing = Literal["member", "kicked", "left", "never", "deactivated"]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    first_name: str
    username: str = ""

    def json(self) -> Json:
        name = {"username": self.username} if self.username else {}
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            **name,
            "language_code": "fr",
        }


@dataclass(frozen=True, slots=True)
class Chat:
    """`bot` is where the bot stands in it: `never` before a private chat was ever opened."""

    id: int
    type: Literal["private", "supergroup"]
    name: str
    username: str = ""
    bot: Standing = "member"

    def json(self) -> Json:
        label = "first_name" if self.type == "private" else "title"
        name = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": self.type, label: self.name, **name}


@dataclass(frozen=True, slots=True)
class Message:
    """`content` holds what tells kinds apart (text, entities, photo…); `sender` is a user's JSON."""

    id: int
    chat: Chat
    sender: Json
    date: int
    content: Mapping[str, Any]
    markup: Json | None = None
    reply_to: "Message | None" = None
    edited: int | None = None
    deleted: bool = False
    # The bot's own.
    reaction: str = ""

    def json(self) -> Json:
        shown: Json = {
            "message_id": self.id,
            "from": self.sender,
            "chat": self.chat.json(),
            "date": self.date,
            **self.content,
        }
        if self.reply_to is not None:
            shown["reply_to_message"] = self.reply_to.json()
        if self.edited is not None:
            shown["edit_date"] = self.edited
        if self.markup is not None:
            shown["reply_markup"] = self.markup
        return shown

    def seen(self) -> Json:
        """With what only people see."""
        marks = {"edited": self.edited is not None, "deleted": self.deleted, "reaction": self.reaction}
        return {**self.json(), **marks}


@dataclass(frozen=True, slots=True)
class File:
    """`shape` is what the Bot API shows of it: for a photo, its sizes. `content` is what the bot uploaded."""

    kind: str
    shape: Any
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Update:
    """`lane` is the queue it waits in: a webhook takes each lane in order. `expires` is in Unix seconds."""

    id: int
    kind: str
    body: Json
    lane: str
    expires: float

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Tap:
    """A button's press that waits for answerCallbackQuery; `at` is in Unix seconds."""

    chat_id: int
    message_id: int
    at: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure to come. `method` is a name or `*`; `times` None: until cleared.

    `drop_response`: the call is carried out, and its answer lost.
    """

    method: str
    error_code: int | None = None
    description: str = ""
    parameters: Mapping[str, int] = field(default_factory=dict)
    times: int | None = 1
    drop_response: bool = False
    delay: float = 0.0
    chat: int | None = None

    def json(self) -> Json:
        return {
            "method": self.method,
            "error_code": self.error_code,
            "description": self.description,
            **self.parameters,
            "times": self.times,
            "drop_response": self.drop_response,
            "delay": self.delay,
            "chat": self.chat,
        }


@dataclass(slots=True)
class Profile:
    """What setMy… changes. Texts are by language code, commands by scope and language code."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
