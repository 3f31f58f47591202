"""A conversation told in events: pure, without a matcher, a database or Telegram."""

from datetime import timedelta

from orgbot.chat.events import Context, Event, Said
from orgbot.dialogue.respond import respond
from orgbot.dialogue.state import NEW, State
from orgbot.dialogue.turn import Turn
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.life import Followed
from orgbot.leads.model import Person
from orgbot.matching.decision import Action, Decision, Why
from tests.conftest import MONDAY

TEMPS, BUDGET = map(EntryId, ("temps", "budget"))


def heard(text: str, *entries: EntryId, sure: float = 0.95) -> Said:
    ranking = tuple((entry, sure / len(entries)) for entry in entries)
    action: Action = "answer" if len(entries) == 1 else "clarify" if entries else "fallback"
    return Said(text, Decision(text, action, entries, ranking, Why("learned", text)))


def tell(
    kb: KnowledgeBase,
    *events: Event | str,
    state: State = NEW,
    hours: float = 0.01,
    leads: tuple[Followed, ...] = (),
) -> Turn:
    """The last turn of a conversation; bare words are ones that the matcher does not know."""
    turn, now = Turn(state, ()), MONDAY
    for event in events:
        now += timedelta(hours=hours)
        said = heard(event) if isinstance(event, str) else event
        turn = respond(turn.state, said, Context(kb, Person(1, "Lulu"), now, "ABC-123", leads=leads))
    return turn


def shown(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)
