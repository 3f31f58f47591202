"""What a button means. Short enough to travel in 64 bytes, and plain enough to be typed instead."""

from dataclasses import dataclass
from typing import Literal

from orgbot.knowledge.model import EntryId

Field = Literal["prenom", "organisation", "joindre", "sujet"]

Verb = Literal[
    "topics",
    "contact",
    "resume",
    "discard",
    "name",
    "here",
    "keep",
    "accept",
    "refuse",
    "skip",
    "back",
    "cancel",
    "send",
    "robot",
    "withdraw",
    "stay",
]

# What can be asked of a lead: by the freelancer, on its card, …
DeskVerb = Literal[
    "show",
    "card",
    "see",
    "write",
    "take",
    "win",
    "lose",
    "drop",
    "later",
    "reopen",
    "lose_budget",
    "lose_time",
    "lose_other",
    "lose_silence",
    "lose_words",
    "later_today",
    "later_tomorrow",
    "later_week",
]
# … and by the director who sent it.
TrackVerb = Literal["add", "leave"]


@dataclass(frozen=True, slots=True)
class Show:
    """Answer with this entry."""

    entry: EntryId


@dataclass(frozen=True, slots=True)
class Do:
    verb: Verb


@dataclass(frozen=True, slots=True)
class Topics:
    """A page of the list of subjects, from 0."""

    number: int


@dataclass(frozen=True, slots=True)
class PassOn:
    """Let the freelancer have this question: `mark` is that of the utterance."""

    mark: str


Verdict = Literal["none", "unhelpful"]


@dataclass(frozen=True, slots=True)
class Judge:
    """None of the entries offered was right, or the answer given was not: `mark` is that of the utterance."""

    verdict: Verdict
    mark: str


@dataclass(frozen=True, slots=True)
class Modify:
    """Change one line of the summary."""

    field: Field


@dataclass(frozen=True, slots=True)
class About:
    """Something asked of one lead. The right to ask it is checked again when the tap arrives."""

    verb: DeskVerb | TrackVerb
    reference: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list of leads, from 0; `query`: a name searched for."""

    number: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """The freelancer takes back days off, or lets another owner go: `number` is the row's, or the chat's."""

    what: Literal["days", "owner"]
    number: int


ANY = EntryId("")
PaperKind = Literal["figures", "picture", "csv", "xlsx", "links", "qr"]


@dataclass(frozen=True, slots=True)
class Print:
    """A paper to make when it is sent, from what is known then; `entry`: whose link a "qr" code leads to, or
    the first of the "links" of one message."""

    paper: PaperKind
    entry: EntryId = ANY


TeachVerb = Literal["gaps", "gap", "attach", "others", "write", "outside", "ignore", "save", "drop"]


@dataclass(frozen=True, slots=True)
class Teach:
    """What to do with utterances that had no answer. `value`: a page of the list; or the mark of a group, and
    behind « : » an entry, or a page of the entries."""

    verb: TeachVerb
    value: str = ""


Action = Show | Do | Topics | PassOn | Judge | Modify | About | Page | Forget | Print | Teach
