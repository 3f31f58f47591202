"""What takes more than a moment, for the freelancer who teaches; and what the bot knows, kept up to date.

Training takes seconds: nothing here runs in an event's transaction, and the bot answers meanwhile with what
it knew before.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from orgbot.chat.events import Reply
from orgbot.chat.pages import part
from orgbot.desk.lessons import LIKELY, preview
from orgbot.desk.state import Gap, Lesson, Owner
from orgbot.desk.teach import SAMPLES, SHOWN, confirm, listing
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.problems import Problem
from orgbot.knowledge.sentences import Html, say
from orgbot.knowledge.taught import NewEntry, Taught, already, newly_held, slug, with_taught
from orgbot.matching.apart import training
from orgbot.matching.consequence import consequences
from orgbot.matching.engine import Engine
from orgbot.matching.likeness import groups
from orgbot.runtime.mind import Known, Mind
from orgbot.runtime.ports import Outgoing, Store, StoreAwayError, Transaction

log = logging.getLogger(__name__)

Lessons = tuple[tuple[Taught, ...], tuple[NewEntry, ...]]
NOTHING: Lessons = ((), ())
PROBLEMS = 5


@dataclass(slots=True)
class School:
    """`content`: what faq/ holds, without the lessons; `train` makes an engine of a knowledge base. `wanted`
    is set, from any thread, when there is something to do."""

    store: Store
    mind: Mind
    content: KnowledgeBase
    train: Callable[[KnowledgeBase], Engine]
    clock: Callable[[], datetime]
    wanted: bool = True
    learned: Lessons = NOTHING
    learned_from: KnowledgeBase = field(init=False)

    def __post_init__(self) -> None:
        self.learned_from = self.content

    def want(self) -> None:
        self.wanted = True

    def work(self) -> None:
        """All that there is to do: learn what was approved or edited, then what each owner has asked."""
        self.wanted = False
        try:
            self.learn()
        except StoreAwayError:
            raise
        except Exception:
            if training.stopped.is_set():
                # The bot ends, and learns it after its next start: nothing has failed.
                return
            log.exception("what was taught could not be learned")
            # Once a day, however often it fails, and in however many processes.
            self._tell_all(f"unlearned:{self.clock().date()}", say(self.mind.kb, "lacunes.pas_apprise"))
        with self.store.transaction() as tx:
            owners = tx.desk().owners
        for owner in owners:
            if owner.state.lesson is not None:
                self._go_on(owner, owner.state.lesson)

    def _go_on(self, owner: Owner, lesson: Lesson) -> None:
        """She waits: what fails is told to her, and tried again when she asks."""
        try:
            if lesson.step == "list" and not lesson.gaps:
                self._list(owner, lesson)
            elif lesson.step == "preview":
                self._preview(owner, lesson)
        except StoreAwayError:
            raise
        except Exception:
            if training.stopped.is_set():
                return
            log.exception("a lesson could not be worked out")
            with self.store.transaction() as tx:
                if self._still(tx, owner, lesson):
                    self._tell(tx, owner, Reply(say(self.mind.kb, "lacunes.echec")), None)

    def _tell_all(self, key: str, told: Html) -> None:
        """Each owner, once for each `key`."""
        now = self.clock()
        with self.store.transaction() as tx:
            for owner in tx.desk().owners:
                tx.enqueue(Outgoing(f"{key}:{owner.chat_id}", owner.chat_id, Reply(told)), now)

    def learn(self) -> None:
        """Nothing when nothing has changed since the last time."""
        # faq/ may be edited again meanwhile: what is learned here is this one.
        content = self.content
        with self.store.transaction() as tx:
            lessons = tx.lessons()
            if lessons == self.learned and self.learned_from is content:
                return
            tx.retire(already(content, lessons[0]), tuple(content.entries), self.clock())
            lessons = tx.lessons()
        kb = with_taught(content, *lessons)
        self.mind.known = Known(kb, self.train(kb))
        self.learned, self.learned_from = lessons, content
        log.info("learned: %d phrasings taught, %d entries", len(lessons[0]), len(kb.entries))

    def edited(self, kb: KnowledgeBase | None, problems: Sequence[Problem]) -> None:
        """faq/ was edited: what loads is learned; what does not is told to the owners, and that is all."""
        if kb is not None:
            self._turn_to(kb)
            return
        shown = "\n".join(map(str, problems[:PROBLEMS]))
        self._tell_all(f"content:{uuid4()}", say(self.mind.kb, "lacunes.contenu", problemes=shown))

    def _turn_to(self, kb: KnowledgeBase) -> None:
        """What the content has come to hold is no lesson any more: written back, or decided by hand since.
        How leads go is no content's business."""
        held = newly_held(self.content, kb)
        with self.store.transaction() as tx:
            tx.retire(held, tuple(kb.entries), self.clock())
        self.content = replace(kb, profile=replace(kb.profile, by_mail=self.content.profile.by_mail))
        self.want()

    def _engine(self) -> Engine | None:
        matcher = self.mind.known.matcher
        return matcher if isinstance(matcher, Engine) else None

    def _list(self, owner: Owner, lesson: Lesson) -> None:
        engine, kb = self._engine(), self.mind.kb
        with self.store.transaction() as tx:
            waiting = tx.gaps()
        if engine is None:
            return
        found = groups([text for _, text in waiting], engine)
        shown, page, pages = part(found, lesson.page, SHOWN)
        gaps = tuple(_gap([waiting[at] for at in group], engine) for group in shown)
        with self.store.transaction() as tx:
            if self._still(tx, owner, lesson):
                step = Lesson(step="choose", gaps=gaps, page=page) if gaps else None
                self._tell(tx, owner, listing(gaps, len(waiting), kb, page, pages), step)

    def _preview(self, owner: Owner, lesson: Lesson) -> None:
        engine, kb = self._engine(), self.mind.kb
        if engine is None:
            return
        with self.store.transaction() as tx:
            words = tx.words_of(lesson.gaps[lesson.gap].rows)
        before = self.learned
        taught, new = lessons_of(lesson, words, taken(kb, before[1]))
        grown = with_taught(self.content, (*before[0], *taught), (*before[1], *new))
        found = consequences(engine, self.train(grown), words)
        reply = confirm(kb, preview(lesson, words, found, kb), lesson.mark)
        with self.store.transaction() as tx:
            if self._still(tx, owner, lesson):
                self._tell(tx, owner, reply, replace(lesson, step="confirm", since=self.clock()))

    def _still(self, tx: Transaction, owner: Owner, lesson: Lesson) -> bool:
        """Whether she waits for that, and has not gone on to something else; she does not before the commit:
        what she taps meanwhile comes after, and is not written over."""
        tx.hold(owner.chat_id)
        now = tx.desk().owner(owner.chat_id)
        return now is not None and now.state.lesson == lesson

    def _tell(self, tx: Transaction, owner: Owner, reply: Reply, lesson: Lesson | None) -> None:
        now = self.clock()
        current = tx.desk().owner(owner.chat_id)
        if current is not None:
            tx.keep_desk(owner.chat_id, replace(current.state, lesson=lesson))
            # Told once: her lesson moves on in the same transaction.
            key = f"lesson:{uuid4()}"
            tx.enqueue(Outgoing(key, owner.chat_id, reply), now)


def taken(kb: KnowledgeBase, entries: Sequence[NewEntry]) -> frozenset[EntryId]:
    """The ids of entries, and of those that were taught and that nothing leads to any more."""
    return frozenset((*kb.entries, *(new.id for new in entries)))


def lessons_of(
    lesson: Lesson, words: Sequence[str], ids: Collection[EntryId]
) -> tuple[list[Taught], list[NewEntry]]:
    """What an approved lesson adds; `ids`: those that another entry has."""
    if lesson.title:
        new = NewEntry(slug(lesson.title, ids), lesson.title, lesson.answer)
        return [Taught(text, new.id) for text in words], [new]
    return [Taught(text, None if lesson.outside else lesson.entry) for text in words], []


def _gap(members: Sequence[tuple[int, str]], engine: Engine) -> Gap:
    """`members`: (number, text), the most typical first."""
    samples = tuple(dict.fromkeys(text for _, text in members))[:SAMPLES]
    likely: list[EntryId] = [entry for entry, _ in engine.decide(samples[0]).ranking[:LIKELY]]
    return Gap(tuple(number for number, _ in members), samples, tuple(likely))
