"""What a lesson would change besides what it teaches: answers that would differ, phrasings that another entry
would take."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId
from orgbot.matching.contrast import kept
from orgbot.matching.decision import Action, Decision
from orgbot.matching.engine import Engine, labelled
from orgbot.matching.model import Scored

# A lesson moves what is near it: so many of the stored phrasings are looked at for each taught one.
NEAREST = 60

Outcome = tuple[Action, tuple[EntryId, ...]]


@dataclass(frozen=True, slots=True)
class Changed:
    """An essai that would be answered otherwise; `expected` None: it must have no answer."""

    text: str
    expected: EntryId | None
    before: Outcome
    after: Outcome

    @property
    def lost(self) -> bool:
        return _right(self.expected, self.before) and not _right(self.expected, self.after)

    @property
    def won(self) -> bool:
        return _right(self.expected, self.after) and not _right(self.expected, self.before)


@dataclass(frozen=True, slots=True)
class Stolen:
    """A stored phrasing that only its being stored would keep for its entry; None is out of scope."""

    entry: EntryId | None
    phrasing: str
    by: EntryId | None


@dataclass(frozen=True, slots=True)
class Consequences:
    changed: tuple[Changed, ...]
    stolen: tuple[Stolen, ...]


def consequences(before: Engine, after: Engine, taught: Sequence[str]) -> Consequences:
    """`after` has learned `taught`, and `before` has not. A few seconds: every essai is said to both."""
    changed = []
    for essai in before.kb.essais:
        was, now = _outcome(before.decide(essai.text)), _outcome(after.decide(essai.text))
        if was != now:
            changed.append(Changed(essai.text, essai.entry, was, now))
    return Consequences(tuple(changed), tuple(_stolen(before, after, taught)))


def _outcome(decision: Decision) -> Outcome:
    return decision.action, decision.entries


def _right(expected: EntryId | None, outcome: Outcome) -> bool:
    action, entries = outcome
    return action != "answer" if expected is None else action == "answer" and expected in entries


def _stolen(before: Engine, after: Engine, taught: Sequence[str]) -> list[Stolen]:
    """Those near the lesson that the scorer gave to their own entry, and would now give to another."""
    entries, phrasings = labelled(before.kb)
    new = {fold(text) for text in taught}
    found = []
    for at in _near(before, taught):
        entry, phrasing = entries[at], phrasings[at]
        taken = _taken(after, phrasing)
        if taken != entry and fold(phrasing) not in new and _taken(before, phrasing) == entry:
            found.append(Stolen(entry, phrasing, taken))
    return found


def _near(engine: Engine, taught: Sequence[str]) -> list[int]:
    """Places in `labelled`, each once."""
    machine, places = engine.model.machine, dict[int, None]()
    for text in taught:
        best = np.argsort(-_scored(engine, text).similarities, kind="stable")[:NEAREST]
        places |= dict.fromkeys(machine.near.order[best].tolist())
    return [*places]


def _taken(engine: Engine, text: str) -> EntryId | None:
    scored = _scored(engine, text)
    entry, probability = scored.ranking[0]
    return None if scored.outside > probability else entry


def _scored(engine: Engine, text: str) -> Scored:
    """What the scorer alone makes of it, without what is stored word for word."""
    mended = kept(engine.normalise.mend(text))
    row = None if engine.encoder is None else engine.encoder([mended])[0]
    return engine.model(fold(mended), row)
