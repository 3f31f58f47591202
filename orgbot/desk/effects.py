"""What the freelancer's turns lead to: values that the runtime carries out."""

from dataclasses import dataclass
from datetime import date, datetime

from orgbot.chat.actions import DeskVerb, Forget
from orgbot.chat.events import Reply
from orgbot.desk.state import DeskState, Lesson
from orgbot.leads.life import Move
from orgbot.leads.model import Media


@dataclass(frozen=True, slots=True)
class Moved:
    """The lead's status changes; `why` is hers, or ""."""

    move: Move
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """Her words, for the director."""

    text: str
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """She wants to be reminded of this lead."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """The card, with this menu; `anew`: as a new message, for the first is far up."""

    menu: DeskVerb | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    page: int = 0
    query: str = ""


@dataclass(frozen=True, slots=True)
class Paired:
    """This chat is an owner's from now on, and the leads kept so far go to it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A link that pairs another owner; the runtime makes the secret."""


@dataclass(frozen=True, slots=True)
class Away:
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Forgotten:
    what: Forget


@dataclass(frozen=True, slots=True)
class Study:
    """Something takes more than a moment to work out: see the step of her lesson."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The lesson is approved: keep it."""

    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Ignored:
    """These utterances need no answer."""

    rows: tuple[int, ...]


DeskEffect = (
    Moved | Answered | Later | Open | Listed | Paired | Offered | Away | Forgotten | Study | Learned | Ignored
)


@dataclass(frozen=True, slots=True)
class DeskTurn:
    """`about`: the lead that the effects touch. `state`: None leaves it as it was. `through`: the event is
    the dialogue's too."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[DeskEffect, ...] = ()
    about: str = ""
    state: DeskState | None = None
    through: bool = False
