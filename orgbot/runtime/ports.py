"""What the runtime asks of a database and of Telegram, and the values that pass between them."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from threading import Event
from typing import Literal, Protocol

from orgbot.chat.events import (
    Commanded,
    Consented,
    Grouped,
    Happened,
    Reply,
    Sent,
    Tapped,
    Unanswered,
)
from orgbot.desk.state import DaysOff, Desk, DeskState
from orgbot.dialogue.state import State
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import Html
from orgbot.knowledge.taught import NewEntry, Taught
from orgbot.leads.life import Followed, Status, Trace
from orgbot.leads.model import Lead, Media, Person


@dataclass(frozen=True, slots=True)
class Typed:
    """A text, before the matcher has read it; or the caption of `media`. `corrected`: it takes the
    place of what the same message said before."""

    text: str
    media: Media | None = None
    corrected: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The person lets the bot write again."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of Telegram's, understood. `person.chat_id` is the chat to reply to; `message`: its id, when
    it is one; `reply_to`: that of the message that it replies to, of the same chat."""

    update_id: int
    person: Person
    event: Typed | Tapped | Commanded | Sent | Grouped | Unblocked
    reply_to: int | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to deliver, or a group to leave (`reply` None). The same key is never queued twice.
    `name`: what the message is to its reader, such as the card of a lead; `edit`: the last message of that
    name is replaced in place. `under`: the name of the message that this one replies to. `expires`: from
    then on it says nothing true any more, and is not sent."""

    key: str
    chat_id: int
    reply: Reply | None
    name: str = ""
    edit: bool = False
    under: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox, claimed: `attempts` counts this one. `replaces`, `below`: Telegram's ids of the
    messages to edit and to reply to; None when they were never delivered. `until`: when the claim ends;
    `unsure`: attempts whose answer was lost; `unread`: why this release cannot read it, "" if it can."""

    id: int
    outgoing: Outgoing
    attempts: int
    replaces: int | None = None
    below: int | None = None
    until: datetime | None = None
    unsure: int = 0
    unread: str = ""


# A message that Telegram has taken, and Telegram's id of it.
Delivered = tuple[Queued, int | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come, claimed."""

    reference: str
    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. `later`: try again, after `seconds` when Telegram said so; `unsure`: the
    same, but Telegram may have taken it, for its answer was lost. `blocked`: this chat does not take messages
    any more; `moved`: it is `chat_id` now. `refused`: it never will be accepted."""

    kind: Literal["sent", "later", "unsure", "blocked", "moved", "refused"]
    seconds: float | None = None
    reason: str = ""
    message_id: int | None = None
    chat_id: int = 0


# The reason of a message that Telegram itself has asked to hold until a moment that it named.
TOLD_TO_WAIT = "RetryAfter"
NOTHING = Html("")
# Where letters go: no chat of Telegram's has this number.
MAILBOX = 0


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper: `text` alone, or a file of that `name`, with `text` as its caption."""

    text: Html = NOTHING
    content: bytes = b""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Messages that wait, were refused, or may have been delivered; updates that could not be handled. `lag`:
    seconds that the oldest message that could have left has waited, however often it was tried. None counts
    that an owner's chat keeps out (`owners_blocked`), or Telegram's pace, or Telegram's own word until the
    moment that it named; nor a letter, which waits for the mail server."""

    waiting: int
    refused: int
    unsure: int
    failed: int
    lag: float
    owners: int
    owners_blocked: int


Counted = Literal["updates", "decisions", "deliveries", "database_errors"]
Count = Callable[[Counted, str], None]


def not_counted(what: Counted, kind: str) -> None:
    """Where nobody reads the figures."""


class StoreAwayError(Exception):
    """The database does not answer for now: whatever was being done can be done again later."""


class Transaction(Protocol):
    """One event's work: all of it commits, or none."""

    def apart(self) -> AbstractContextManager[None]:
        """What is done within is undone alone when it raises, and the rest goes on; but for a StoreAwayError,
        after which nothing does."""

    def hold(self, chat_id: int) -> None:
        """Nothing else of this chat is handled from now on, until the commit: what is read of it holds."""

    def receive(self, update_id: int, chat_id: int, now: datetime) -> bool:
        """Whether this update is new; it is handled from now on, and nothing else of its chat is until the
        commit."""

    def conversation(self, chat_id: int) -> State: ...
    def keep(self, chat_id: int, state: State, now: datetime) -> None: ...
    def desk(self) -> Desk: ...
    def keep_desk(self, chat_id: int, state: DeskState) -> None: ...
    def pair(self, chat_id: int, name: str, now: datetime, *, by_setting: bool = False) -> None:
        """This chat is an owner's from now on. It takes the place, and the leads, of a chat that takes no
        messages; and, `by_setting`, of the one that the setting named before."""

    def unpair(self, chat_id: int) -> None: ...
    def offer_pairing(self, secret_hash: str, *, beside: bool = False) -> None:
        """One link pairs, once: this one, in the place of those offered before or `beside` the last few."""

    def owner_reachable(self, chat_id: int) -> None: ...
    def days_off(self) -> tuple[DaysOff, ...]: ...
    def add_days_off(self, first: date, last: date) -> None: ...
    def forget_days_off(self, number: int) -> None: ...

    def add_lead(self, lead: Lead) -> None: ...
    def announced(self, reference: str, now: datetime) -> None: ...
    def unannounced(self) -> tuple[Lead, ...]: ...
    def follow(self, reference: str) -> Followed | None:
        """The lead, and nobody else moves it until the commit."""

    def leads_of(self, chat_id: int) -> tuple[Followed, ...]:
        """A director's own, newest first."""

    def leads(self, query: str, offset: int, count: int) -> tuple[tuple[Followed, ...], int]:
        """Some of the leads whose name or organisation holds `query`, open ones first; and how many do."""

    def move(self, reference: str, status: Status) -> None: ...
    def trace(self, reference: str, trace: Trace) -> None: ...
    def about(self, chat_id: int, message_id: int) -> str:
        """The reference of the lead that this message of that chat is about; "" when it is about none."""

    def remind(self, reference: str, stage: str, due: datetime, *, anew: bool = True) -> None:
        """At `due`, once. When it was planned already: planned `anew`, or left as it was."""

    def planned(self, reference: str, stage: str) -> datetime | None:
        """When it will remind, if it has not yet."""

    def due(self, now: datetime) -> tuple[Due, ...]:
        """The reminders whose time has come, claimed by this transaction; nobody else gets them."""

    def consented(self, chat_id: int, consent: Consented, update_id: int, now: datetime) -> None: ...
    def unanswered(self, chat_id: int, one: Unanswered, now: datetime) -> None: ...
    def happened(self, one: Happened, now: datetime) -> None: ...
    def gaps(self) -> tuple[tuple[int, str], ...]:
        """(number, text) of the utterances that wait to be taught, the newest ones, oldest first."""

    def settle(self, rows: Sequence[int], now: datetime) -> None:
        """These utterances have been taught, or left aside."""

    def words_of(self, rows: Sequence[int]) -> tuple[str, ...]: ...
    def teach(self, lessons: Sequence[Taught], by: str, now: datetime) -> None: ...
    def teach_entry(self, new: NewEntry, by: str, now: datetime) -> None: ...
    def retire(self, words: Collection[str], entries: Collection[EntryId], now: datetime) -> None:
        """These folded words and entries are the content's from now on, not lessons."""

    def lessons(self) -> tuple[tuple[Taught, ...], tuple[NewEntry, ...]]:
        """All that was taught, oldest first."""

    def exchanged(self) -> tuple[datetime, datetime] | None:
        """When the first and the last thing happened; None when nothing did."""

    def exchanges(self, since: datetime, until: datetime) -> tuple[tuple[Happened, int], ...]:
        """What happened in that span, its end left out, and how often; in any order."""

    def give_up(self, update_id: int, payload: str, error: str, now: datetime) -> bool:
        """Set aside an update that cannot be handled, with what is needed to look into it; False when it was
        handled or set aside before."""

    def enqueue(self, outgoing: Outgoing, now: datetime) -> bool:
        """Whether its key is new; one that was queued before, whatever became of it, changes nothing."""

    def queued(self, name: str) -> bool:
        """Whether there is a message of this name, delivered or on its way."""


class Store(Protocol):
    """Every method is its own transaction; `transaction` groups several in one, and raises StoreAwayError."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...
    def claim(self, now: datetime, sent: Sequence[Delivered] = ()) -> tuple[Queued, ...]:
        """The oldest undelivered message of each chat, when its time has come and Telegram's pace allows it;
        nobody else gets it until the claim ends. These were `sent`: that is written down first."""

    # Each of these says whether the message was still its claimer's; if not, nothing is written.
    def delivered(self, row: Queued, now: datetime, message_id: int | None = None) -> bool: ...
    def postpone(self, row: Queued, until: datetime, reason: str, *, unsure: bool = False) -> bool: ...
    def bury(self, row: Queued, reason: str, now: datetime, *, unsure: bool = False) -> bool: ...

    def moved(self, row: Queued, chat_id: int, now: datetime) -> None: ...
    def owner_blocked(self, chat_id: int, now: datetime) -> None: ...
    def next_due(self) -> datetime | None: ...
    def next_reminder(self) -> datetime | None: ...
    def purge_in_turn(self, now: datetime, stop: Event) -> int | None:
        """Forget what can serve no more, a few rows at a time, until `stop` is set; how many rows. None when
        it is not due, or another replica is at it."""
