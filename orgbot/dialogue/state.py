"""What the bot remembers of a conversation between two events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orgbot.chat.actions import Field
from orgbot.knowledge.model import EntryId
from orgbot.leads.model import Draft, Objection

Step = Literal[Field, "consentement", "sommaire"]

# What a bare « oui » would answer.
Awaiting = Literal[
    "nothing", "choice", "following", "pass-on", "contact", "resume", "detail", "withdraw", "more"
]


BLANK = Draft()


@dataclass(frozen=True, slots=True)
class Form:
    """`editing`: one line is being changed, then back to the summary. `paused`: its questions are not
    asked until the director takes it up again. `suggestion`: an address to confirm."""

    step: Step = "prenom"
    draft: Draft = BLANK
    editing: bool = False
    paused: bool = False
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """Two people are talking through the bot about the lead `reference`: it stays out of it. `last`: when
    either wrote; `told`: she knows that what she writes is passed on."""

    reference: str
    last: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """The last detail for the lead `reference`: her `message`, of the album `group`. What she corrects in it
    goes to the same lead, as do the other pictures."""

    reference: str
    message: int | None
    group: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """`objections`, `questions`: what the next lead will carry. `given`: entries answered so far, one
    item each time. `summarised`: entries shown in one sentence. `choices`: what was last offered, in
    order. `asked`: the last utterance without an answer; `unanswered`: those that a button may pass on.
    `sent`: the reference of the last lead; `tracked`: the one that a detail or a withdrawal is for.
    `answered`: the words that the last answer was for; `recent`: those that a button may still judge,
    `judged`: the marks of those that one has. `added`: the last detail."""

    objections: tuple[Objection, ...] = ()
    questions: tuple[str, ...] = ()
    given: tuple[EntryId, ...] = ()
    summarised: tuple[EntryId, ...] = ()
    choices: tuple[EntryId, ...] = ()
    asked: str = ""
    unanswered: tuple[str, ...] = ()
    misses: int = 0
    awaiting: Awaiting = "nothing"
    sent: str = ""
    form: Form | None = None
    seen: datetime | None = None
    talk: Talk | None = None
    tracked: str = ""
    answered: str = ""
    recent: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    added: Added | None = None


NEW = State()
