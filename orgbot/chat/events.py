"""What can happen in a chat and what the bot can do about it: the values that dialogue, desk and tg share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orgbot.chat.actions import Action
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html
from orgbot.leads.model import Lead, Person
from orgbot.matching.decision import Decision


@dataclass(frozen=True, slots=True)
class Said:
    """Words, with what the matcher makes of them."""

    text: str
    decision: Decision


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
    """A voice message, a photo, a sticker…: anything without words."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The bot finds itself in a group; `invited` when it has just been added."""

    invited: bool


Event = Said | Tapped | Commanded | Sent | Grouped


@dataclass(frozen=True, slots=True)
class Context:
    """What a turn may know besides the state and the event."""

    kb: KnowledgeBase
    person: Person
    now: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Button:
    """`action` says what a tap means; the courier turns it into callback_data."""

    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Reply:
    text: Html
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    """The director said yes twice: to the consent and to the summary."""

    lead: Lead


@dataclass(frozen=True, slots=True)
class Consented:
    purpose: Literal["answer"]
    text: str
    given: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An utterance to learn from."""

    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave this group, once the farewell is said."""


Effect = Submit | Consented | Unanswered | Leave
