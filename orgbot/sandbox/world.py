"""The state of a Telegram of two people and one bot. No input or output: who watches it is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from orgbot.sandbox.errors import too_many
from orgbot.sandbox.model import (
    Chat,
    Fault,
    File,
    Json,
    Message,
    Person,
    Profile,
    Standing,
    Tap,
    Update,
    Webhook,
)

DAY = 24 * 3600
TAP_LIFE = 150
MOST_CONTENTS = 50
# Those that a bot must ask for by name.
RARE = ("chat_member", "message_reaction", "message_reaction_count")

DIRECTOR = Person(1001, "Lucie", "lucie_direction")
FREELANCER = Person(2002, "Camille", "camille_pigiste")

Watcher = Callable[[str, Json], None]


def first_id(now: float) -> int:
    """A number to count from that no earlier start has reached, within Telegram's 32 bits.

    Sixteen a second since 2026: a restart reuses none unless it went faster than that all along.
    """
    return 1 + int((now - 1_767_225_600) * 16) % ((1 << 31) - (1 << 24))


class Telegram:
    """`watchers` are called with what happens: message, edit, delete, action, toast, chat, update…"""

    def __init__(self, token: str, now: Callable[[], float], *, paced: bool = False) -> None:
        self.token = token
        self.now = now
        self.paced = paced
        self.bot_id = int(token.partition(":")[0]) if token.partition(":")[0].isdecimal() else 1
        self.bot_name = "orgbot"
        self.bot_username = "orgbot_bot"
        self.profile = Profile()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.files: dict[str, File] = {}
        self.queue: list[Update] = []
        self.wanted: list[str] = []
        self.webhook: Webhook | None = None
        self.webhook_error: tuple[int, str] | None = None
        self.taps: dict[str, Tap] = {}
        self.faults: list[Fault] = []
        self.last_sent: dict[int, float] = {}
        self.watchers: list[Watcher] = []
        self._first_id = self._last_id = self._last_update = first_id(now())
        for person in (DIRECTOR, FREELANCER):
            self.add_person(person)

    def emit(self, kind: str, body: Json) -> None:
        for watcher in tuple(self.watchers):
            watcher(kind, body)

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def bot(self) -> Json:
        name = self.profile.names.get("", self.bot_name)
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.bot_username}

    # People and chats

    def add_person(self, person: Person, standing: Standing = "member") -> Chat:
        self.people[person.id] = person
        return self.add_chat(Chat(person.id, "private", person.first_name, person.username, standing))

    def add_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.messages.setdefault(chat.id, {})
        self.emit("chat", {"chat": chat.id})
        return chat

    def find_user(self, user_id: int) -> Json | None:
        person = self.people.get(user_id)
        return person.json() if person else None

    def set_standing(self, chat: Chat, standing: Standing, by: Person) -> None:
        """The bot is blocked, unblocked, added or removed, and is told."""
        changed = self.add_chat(replace(chat, bot=standing))
        body = {
            "chat": changed.json(),
            "from": by.json(),
            "date": int(self.now()),
            "old_chat_member": self._member(chat.bot),
            "new_chat_member": self._member(standing),
        }
        self.enqueue("my_chat_member", body, f"member:{chat.id}", DAY)

    def _member(self, standing: Standing) -> Json:
        status = "left" if standing in ("never", "deactivated") else standing
        return {"user": self.bot(), "status": status, **({"until_date": 0} if status == "kicked" else {})}

    # Messages

    def post(
        self,
        chat: Chat,
        sender: Json,
        content: Json,
        markup: Json | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        # A message that is shown inside another shows none in its turn.
        answered = None if reply_to is None else replace(reply_to, reply_to=None)
        message = Message(self.next_id(), chat, sender, int(self.now()), content, markup, answered)
        self.messages[chat.id][message.id] = message
        self.emit("message", {"chat": chat.id, "message": message.seen()})
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        changed = replace(message, **changes)
        self.messages[message.chat.id][message.id] = changed
        kind = "delete" if changed.deleted else "edit"
        self.emit(kind, {"chat": message.chat.id, "message": changed.seen()})
        return changed

    def find(self, chat: Chat, message_id: int) -> Message | None:
        message = self.messages[chat.id].get(message_id)
        return None if message is None or message.deleted else message

    def new_file(self) -> str:
        return f"fichier-{self.next_id()}"

    def keep_file(self, file_id: str, file: File) -> None:
        """Of what was uploaded, only the newest contents: this Telegram lives in memory."""
        self.files[file_id] = file
        full = [one for one, kept in self.files.items() if kept.content]
        for one in full[:-MOST_CONTENTS]:
            self.files[one] = replace(self.files[one], content=b"")

    def is_older(self, file_id: str) -> bool:
        """Whether the file is of an earlier start, of which nothing is known here."""
        number = file_id.removeprefix("fichier-")
        return number != file_id and number.isdecimal() and int(number) <= self._first_id

    # Updates

    def enqueue(self, kind: str, body: Json, lane: str, life: float) -> None:
        if kind not in self.wanted if self.wanted else kind in RARE:
            return
        self._last_update += 1
        update = Update(self._last_update, kind, body, lane, self.now() + life)
        self.queue.append(update)
        self.emit("update", {"update_id": update.id})

    def hear(self, message: Message) -> None:
        """A person's message goes to the bot."""
        self.enqueue("message", message.json(), f"chat:{message.chat.id}", DAY)

    def tap(self, message: Message, person: Person, data: str) -> str:
        query_id = str(self.next_id() << 24 | person.id & 0xFFFFFF)
        self.taps[query_id] = Tap(message.chat.id, message.id, self.now())
        body = {
            "id": query_id,
            "from": person.json(),
            "message": message.json(),
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        self.enqueue("callback_query", body, f"tap:{person.id}", TAP_LIFE)
        return query_id

    def pending(self, limit: int = 100, lane: str | None = None) -> list[Update]:
        """Those that are waiting still, oldest first; the expired are gone."""
        now = self.now()
        self.queue = [update for update in self.queue if update.expires >= now]
        return [update for update in self.queue if lane in (None, update.lane)][:limit]

    def confirm(self, offset: int) -> None:
        """Forget those below the offset; a negative one keeps that many of the newest."""
        if offset < 0:
            self.queue = self.queue[offset:]
        elif offset:
            self.queue = [update for update in self.queue if update.id >= offset]

    def acknowledge(self, update: Update) -> None:
        self.queue = [other for other in self.queue if other.id != update.id]

    # Failures

    def take_fault(self, method: str, chat_id: int) -> Fault | None:
        for place, fault in enumerate(self.faults):
            if fault.method.lower() in ("*", method.lower()) and fault.chat in (None, chat_id):
                if fault.times is not None:
                    left = fault.times - 1
                    self.faults[place : place + 1] = [replace(fault, times=left)] if left > 0 else []
                self.emit("faults", {})
                return fault
        return None

    def pace(self, chat: Chat) -> None:
        """One message a second a chat, when that is enforced. Raises ApiError."""
        now = self.now()
        if self.paced and now - self.last_sent.get(chat.id, now - 1) < 1:
            raise too_many(1)
        self.last_sent[chat.id] = now
