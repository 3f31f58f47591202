"""What a button means. Short enough to travel in 64 bytes, and plain enough to be typed instead."""

from dataclasses import dataclass
from typing import Literal

from orgbot.knowledge.model import EntryId

Field = Literal["prenom", "organisation", "joindre", "sujet"]

Verb = Literal[
    "topics",
    "contact",
    "none",
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
]


@dataclass(frozen=True, slots=True)
class Show:
    """Answer with this entry."""

    entry: EntryId


@dataclass(frozen=True, slots=True)
class Do:
    verb: Verb


@dataclass(frozen=True, slots=True)
class PassOn:
    """Let the freelancer have this question: `mark` is that of the utterance."""

    mark: str


@dataclass(frozen=True, slots=True)
class Modify:
    """Change one line of the summary."""

    field: Field


Action = Show | Do | PassOn | Modify
