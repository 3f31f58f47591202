"""From a draft that the form fills in to a lead that the freelancer keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orgbot.knowledge.model import EntryId

ReachKind = Literal["email", "phone", "chat"]
MediaKind = Literal["photo", "document", "voice", "video", "audio"]


@dataclass(frozen=True, slots=True)
class Reach:
    """One means of contact. `value` is normalised: an address, a number in E.164, or "" for this chat.
    `note`: all that she wrote, where it says more than that (« mais pas le soir »)."""

    kind: ReachKind
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """An entry the director met, in her own words."""

    entry: EntryId
    words: str


@dataclass(frozen=True, slots=True)
class Promise:
    """When the freelancer probably answers, and when at the latest; both aware."""

    probable: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    first_name: str = ""
    organisation: str = ""
    reach: Reach | None = None
    subject: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who writes, as Telegram names her."""

    chat_id: int
    first_name: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram keeps: `file` is its file_id, good for this bot alone."""

    kind: MediaKind
    file: str


@dataclass(frozen=True, slots=True)
class Lead:
    reference: str
    person: Person
    first_name: str
    organisation: str
    reach: Reach
    subject: str
    objections: tuple[Objection, ...]
    questions: tuple[str, ...]
    consent_text: str
    at: datetime
    promise: Promise
