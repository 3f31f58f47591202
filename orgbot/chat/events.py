"""What can happen in a chat and what the bot can do about it: the values that dialogue, desk and tg share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orgbot.chat.actions import Action, Print
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html
from orgbot.leads.life import Followed
from orgbot.leads.model import Lead, Media, Person
from orgbot.matching.decision import Decision


@dataclass(frozen=True, slots=True)
class Said:
    """Words, with what the matcher makes of them. `media`: what they are the caption of; `about`: the
    reference of the lead whose message this replies to, or is; `corrected`: it was said before, otherwise."""

    text: str
    decision: Decision
    media: Media | None = None
    about: str = ""
    corrected: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button; `action` is None when it is one that the bot no longer knows."""

    action: Action | None


@dataclass(frozen=True, slots=True)
class Commanded:
    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Anything without words; `media` is None for what cannot be passed on (a sticker, a place…). `group`:
    the album that it is of."""

    media: Media | None = None
    about: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The bot finds itself in a group; `invited` when it has just been added."""

    invited: bool


Event = Said | Tapped | Commanded | Sent | Grouped


@dataclass(frozen=True, slots=True)
class Context:
    """What a turn may know besides the state and the event. `leads`: this person's own,
    newest first. `message`: the id of hers, when the event is one."""

    kb: KnowledgeBase
    person: Person
    now: datetime
    reference: str
    message: int | None = None
    leads: tuple[Followed, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """`action` says what a tap means; the courier turns it into callback_data."""

    label: str
    action: Action


Menu = Literal["owner", "everyone"]


@dataclass(frozen=True, slots=True)
class Reply:
    """`media`, `paper`: what `text` is the caption of; the paper is made when it is sent. `name`: one to edit
    this message by, later. `reacts`: no message, but a sign on the one of that id. `menu`: no message, but
    the list of commands that the chat is shown."""

    text: Html
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: Media | None = None
    name: str = ""
    paper: Print | None = None
    reacts: int | None = None
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    """The director said yes twice: to the consent and to the summary."""

    lead: Lead


@dataclass(frozen=True, slots=True)
class Consented:
    purpose: Literal["answer"]
    text: str
    given: bool


UnansweredKind = Literal["fallback", "none", "thumbs-down"]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An utterance to learn from. `kind`: no answer was known, none of those offered was right, or the answer
    given was not."""

    text: str
    kind: UnansweredKind = "fallback"


# What became of a message; "met": the answer to an objection.
Happening = Literal["answered", "met", "asked-back", "fallback"]


@dataclass(frozen=True, slots=True)
class Happened:
    """For the figures, without the words."""

    what: Happening
    entry: EntryId | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """What the director says to the freelancer about her lead."""

    reference: str
    text: str
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """A detail for a lead that has been sent."""

    reference: str
    text: str
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    reference: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave this group, once the farewell is said."""


Effect = Submit | Consented | Unanswered | Happened | Relay | Add | Withdraw | Leave
