"""What an event leads to, and the rows of buttons that most replies share."""

from dataclasses import dataclass

from orgbot.chat.actions import Do, Show, Verb
from orgbot.chat.events import Button, Effect, Reply
from orgbot.dialogue.state import State
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import label, say

Row = tuple[Button, ...]
# Subjects in one message, two a row.
SUBJECTS = 12


@dataclass(frozen=True, slots=True)
class Turn:
    state: State
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()


def button(kb: KnowledgeBase, sentence: str, verb: Verb, **values: str) -> Button:
    return Button(label(kb, f"boutons.{sentence}", **values), Do(verb))


def ways_out(kb: KnowledgeBase, *, other: str = "autres") -> Row:
    """A person, or another subject: below every reply that ends somewhere."""
    return (button(kb, "parler", "contact"), button(kb, other, "topics"))


def objections(kb: KnowledgeBase) -> tuple[EntryId, ...]:
    """The subjects to choose from."""
    return tuple(entry.id for entry in kb.entries.values() if entry.kind == "objection")


def entry_rows(kb: KnowledgeBase, entries: tuple[EntryId, ...], per_row: int = 1) -> tuple[Row, ...]:
    buttons = [Button(kb.entries[entry].button, Show(entry)) for entry in entries]
    return tuple(tuple(buttons[at : at + per_row]) for at in range(0, len(buttons), per_row))


def plain(kb: KnowledgeBase, key: str, **values: str) -> Reply:
    """A sentence with the ways out below."""
    return Reply(say(kb, key, **values), (ways_out(kb, other="sujets"),))
