"""What the freelancer has taught, over what faq/ holds."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from orgbot.knowledge.entries import ANSWER, ID_BYTES, MARKUP, TITLE
from orgbot.knowledge.fold import fold
from orgbot.knowledge.markup import literal, shown
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase

# A link that opens the bot with what begins so pairs an owner.
PAIRING = "jumeler-"


@dataclass(frozen=True, slots=True)
class Taught:
    """A phrasing, and the entry that answers it; None is out of scope."""

    text: str
    entry: EntryId | None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A question that faq/ did not know. `title` and `answer` are as they were typed, not HTML."""

    id: EntryId
    title: str
    answer: str


def with_taught(
    kb: KnowledgeBase, taught: Sequence[Taught], entries: Sequence[NewEntry] = ()
) -> KnowledgeBase:
    """The later of two lessons about the same words wins, over the content too. One whose entry is no more
    is left aside, and so is a new entry that nothing leads to."""
    known = {**kb.entries, **{new.id: _entry(new) for new in entries if new.id not in kb.entries}}
    lessons = {fold(one.text): one for one in taught if one.entry is None or one.entry in known}
    added = [*lessons.values()]
    grown = {
        entry.id: replace(
            entry,
            phrasings=(
                *(text for text in entry.phrasings if fold(text) not in lessons),
                *(one.text for one in added if one.entry == entry.id),
            ),
        )
        for entry in known.values()
    }
    outside = (
        *(text for text in kb.out_of_scope if fold(text) not in lessons),
        *(one.text for one in added if one.entry is None),
    )
    # An entry whose every phrasing was taught away still has its button.
    kept = {name: entry for name, entry in grown.items() if entry.phrasings or name in kb.entries}
    return replace(kb, entries=kept, out_of_scope=outside)


def newly_held(before: KnowledgeBase, after: KnowledgeBase) -> frozenset[str]:
    """The folded phrasings, in scope or not, that one content holds somewhere and the other did not hold
    there."""
    return frozenset(text for _, text in _held(after) - _held(before))


def already(kb: KnowledgeBase, taught: Sequence[Taught]) -> frozenset[str]:
    """The folded words of the lessons that the content holds as they were taught."""
    held = _held(kb)
    return frozenset(fold(one.text) for one in taught if (one.entry, fold(one.text)) in held)


def _held(kb: KnowledgeBase) -> set[tuple[EntryId | None, str]]:
    inside = {(entry.id, fold(text)) for entry in kb.entries.values() for text in entry.phrasings}
    return inside | {(None, fold(text)) for text in kb.out_of_scope}


def _entry(new: NewEntry) -> Entry:
    first = re.split(r"(?<=[.!?…])\s", new.answer.strip(), maxsplit=1)[0]
    return Entry(
        id=new.id,
        kind="question",
        title=new.title,
        answer=literal(new.answer.strip()),
        phrasings=(),
        button=new.title,
        short=literal(first),
    )


def slug(title: str, taken: Collection[str]) -> EntryId:
    """« Combien de photos? » → combien-de-photos, or combien-de-photos-2 when that is taken."""
    bare = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-") or "question"
    if f"{bare}-".startswith(PAIRING):
        bare = f"question-{bare}"
    bare = bare[: ID_BYTES - 4].strip("-")
    numbered = (bare if number == 1 else f"{bare}-{number}" for number in range(1, len(taken) + 2))
    return EntryId(next(name for name in numbered if name not in taken))


def check_title(title: str) -> tuple[str, ...]:
    """What is wrong with a title as it was typed, in words. With nothing wrong, the loader takes it."""
    found = _check("titre", title, TITLE)
    if MARKUP.search(title):
        found.append("titre\u00a0: montré tel quel, donc sans «\u00a0<\u00a0» ni accolades")
    return tuple(found)


def check_answer(answer: str) -> tuple[str, ...]:
    # As it is stored, where a brace counts for two.
    return tuple(_check("réponse", literal(answer.strip()), ANSWER))


def check_new(title: str, answer: str) -> tuple[str, ...]:
    """Both."""
    return (*check_title(title), *check_answer(answer))


def _check(name: str, text: str, limit: int) -> list[str]:
    read = shown(text)
    if not any(character.isalnum() for character in read):
        return [f"{name}\u00a0: il n’y a rien à lire"]
    return [f"{name}\u00a0: {len(read)} caractères, au-delà de {limit}"] if len(read) > limit else []
