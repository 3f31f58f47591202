"""What the runtime asks of a database and of Telegram, and the values that pass between them."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from orgbot.chat.events import Commanded, Consented, Grouped, Reply, Sent, Tapped
from orgbot.desk.respond import Desk
from orgbot.dialogue.state import State
from orgbot.leads.model import Lead, Person


@dataclass(frozen=True, slots=True)
class Typed:
    """A text, before the matcher has read it."""

    text: str


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The person lets the bot write again."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of Telegram's, understood. `person.chat_id` is the chat to reply to."""

    update_id: int
    person: Person
    event: Typed | Tapped | Commanded | Sent | Grouped | Unblocked


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to deliver, or a group to leave (`reply` None). The same key is never queued twice."""

    key: str
    chat_id: int
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox, claimed: `attempts` counts this one."""

    id: int
    outgoing: Outgoing
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. `later`: try again, after `seconds` when Telegram said so.
    `blocked`: this chat does not take messages any more. `refused`: it never will be accepted."""

    kind: Literal["sent", "later", "blocked", "refused"]
    seconds: float | None = None
    reason: str = ""


class StoreAwayError(Exception):
    """The database does not answer for now: whatever was being done can be done again later."""


class Transaction(Protocol):
    """One event's work: all of it commits, or none."""

    def receive(self, update_id: int, now: datetime) -> bool:
        """Whether this update is new; it is handled from now on."""

    def conversation(self, chat_id: int) -> State: ...
    def keep(self, chat_id: int, state: State, now: datetime) -> None: ...
    def desk(self) -> Desk: ...
    def pair(self, chat_id: int, now: datetime) -> None: ...
    def owner_reachable(self) -> None: ...
    def add_lead(self, lead: Lead) -> None: ...
    def announced(self, lead: Lead, now: datetime) -> None: ...
    def unannounced(self) -> tuple[Lead, ...]: ...
    def consented(self, chat_id: int, consent: Consented, update_id: int, now: datetime) -> None: ...
    def unanswered(self, chat_id: int, text: str, now: datetime) -> None: ...
    def recent(self) -> tuple[Lead, ...]: ...
    def give_up(self, update_id: int, payload: str, error: str, now: datetime) -> None:
        """Set aside an update that cannot be handled, with what is needed to look into it."""

    def enqueue(self, outgoing: Outgoing, now: datetime) -> None: ...


class Store(Protocol):
    """Every method is its own transaction; `transaction` groups several in one, and raises StoreAwayError."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...
    def claim(self, now: datetime) -> tuple[Queued, ...]:
        """The oldest undelivered message of each chat, when its time has come; nobody else gets it."""

    def delivered(self, row: Queued, now: datetime) -> None: ...
    def postpone(self, row: Queued, until: datetime, reason: str) -> None: ...
    def bury(self, row: Queued, reason: str, now: datetime) -> None: ...
    def owner_blocked(self, now: datetime) -> None: ...
    def next_due(self) -> datetime | None: ...
