"""Who the owners are, and what the bot remembers of each one's desk between two events."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2s
from typing import Literal

from orgbot.knowledge.model import EntryId

# Long enough to find one's words; short enough that a text typed much later is not sent by mistake.
WRITING = timedelta(minutes=30)
# How long after the first part of a text that Telegram has cut the next one comes, and from how many
# characters on it may have been cut.
REST, CUT = timedelta(seconds=10), 4000


@dataclass(frozen=True, slots=True)
class Gap:
    """Utterances without an answer that are alike. `rows`: their numbers; `samples`: some of them, the most
    typical first; `likely`: the entries that they may belong to."""

    rows: tuple[int, ...]
    samples: tuple[str, ...]
    likely: tuple[EntryId, ...] = ()

    @property
    def mark(self) -> str:
        """What a button carries of it, beside an entry's id: the same group in another list has the same."""
        return f"{self.rows[0]:x}"


# "list" and "preview": something is being worked out; "title" and "answer": her next message is that.
LessonStep = Literal["list", "choose", "title", "answer", "preview", "confirm"]
ASKING: tuple[LessonStep, ...] = ("title", "answer", "confirm")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the freelancer is teaching. `page`: of the list, from 0; `gap`: the one in hand, counted from 0;
    `entry`: where it goes, and None with `outside` for out of scope; `title`, `answer`: of a new entry.
    `since`: when the bot last asked her for words."""

    step: LessonStep = "list"
    gaps: tuple[Gap, ...] = ()
    page: int = 0
    gap: int = 0
    entry: EntryId | None = None
    outside: bool = False
    title: str = ""
    answer: str = ""
    since: datetime | None = None

    def listens(self, now: datetime) -> bool:
        """Whether her next words are for the lesson."""
        return self.step in ASKING and self.since is not None and now - self.since <= WRITING

    @property
    def mark(self) -> str:
        """What the button that keeps it carries: a preview of something else has another."""
        rows = self.gaps[self.gap].mark if self.gap < len(self.gaps) else ""
        told = "\n".join((rows, self.entry or "", str(self.outside), self.title, self.answer))
        return blake2s(told.encode("utf-8", "replace"), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class DeskState:
    """`writing`: the lead that her next message is about; `prompt`: the name of the message that said so;
    `reason`: it says why the lead is lost, and is for nobody else. `sent`: the lead that her last message
    went to, of the album `group`; `sent_at`: when, if more of the same may follow by itself."""

    writing: str = ""
    reason: bool = False
    prompt: str = ""
    since: datetime | None = None
    lesson: Lesson | None = None
    sent: str = ""
    group: str = ""
    sent_at: datetime | None = None

    def writes_to(self, now: datetime) -> str:
        """The lead that a message sent now is about, or ""."""
        return self.writing if self.since is not None and now - self.since <= WRITING else ""

    def goes_on(self, group: str, now: datetime) -> str:
        """The lead that a message goes to because it is the rest of the one before, or "": an album comes one
        picture at a time, and a long text is cut in two by Telegram."""
        same = bool(group) and group == self.group
        rest = self.sent_at is not None and now - self.sent_at <= REST
        return self.sent if same or rest else ""

    def silent(self) -> "DeskState":
        """Her next message is for the bot again."""
        return replace(self, writing="", reason=False, prompt="", since=None)

    def unasked(self) -> "DeskState":
        """No lesson waits for her words; one that is being worked out goes on, and one that she has seen can
        still be kept by its button."""
        if self.lesson is None or self.lesson.step not in ASKING:
            return self
        return replace(
            self, lesson=replace(self.lesson, since=None) if self.lesson.step == "confirm" else None
        )


IDLE = DeskState()


@dataclass(frozen=True, slots=True)
class Owner:
    """`name`: as Telegram gives it; "" until she has written."""

    chat_id: int
    name: str = ""
    state: DeskState = IDLE


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Both days included."""

    number: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Desk:
    """`pairing`: hashes of the secrets in the links that pair; the first one used spends them all."""

    owners: tuple[Owner, ...] = ()
    pairing: tuple[str, ...] = ()

    def owner(self, chat_id: int) -> Owner | None:
        return next((owner for owner in self.owners if owner.chat_id == chat_id), None)
