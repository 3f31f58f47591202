"""What the matcher says about an utterance, with its reasons."""

from dataclasses import dataclass
from typing import Literal, Protocol

from orgbot.knowledge.model import EntryId

Action = Literal["answer", "clarify", "fallback"]


@dataclass(frozen=True, slots=True)
class Near:
    """A stored phrasing close to the utterance; `entry` is None for one of hors-sujet.yml."""

    entry: EntryId | None
    phrasing: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Why:
    """`rule` names what decided; `normalised` is the text it saw; `encoder` says whether meaning was used."""

    rule: Literal["empty", "exact", "fuzzy", "learned", "two objections"]
    normalised: str
    near: tuple[Near, ...] = ()
    out_of_scope: float = 0.0
    encoder: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`entries`: one or two to answer with, two or three to choose from, none for a fallback.

    `ranking` lists every entry with its probability (0 to 1), best first.
    """

    text: str
    action: Action
    entries: tuple[EntryId, ...]
    ranking: tuple[tuple[EntryId, float], ...]
    why: Why


class Matcher(Protocol):
    def decide(self, text: str) -> Decision: ...
