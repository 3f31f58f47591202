"""One event, one transaction: dedupe, load, respond, save, queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orgbot.chat.events import (
    Consented,
    Context,
    Effect,
    Event,
    Grouped,
    Leave,
    Reply,
    Said,
    Submit,
    Unanswered,
)
from orgbot.desk import respond as desk_room
from orgbot.desk.card import card, listing
from orgbot.dialogue.respond import respond
from orgbot.dialogue.turn import plain
from orgbot.knowledge.model import KnowledgeBase
from orgbot.leads.model import Lead
from orgbot.leads.reference import reference
from orgbot.matching.decision import Matcher
from orgbot.runtime.ports import Incoming, Outgoing, Store, Transaction, Typed, Unblocked


@dataclass(frozen=True, slots=True)
class Handler:
    """`clock` gives the present, aware, in any zone."""

    store: Store
    matcher: Matcher
    kb: KnowledgeBase
    bot_id: int
    clock: Callable[[], datetime]

    def handle(self, incoming: Incoming) -> None:
        """Returns once everything is committed; an update seen before changes nothing."""
        # Before the transaction: the encoder takes tens of milliseconds, and a lock must not wait for it.
        event = self._understood(incoming.event)
        now = self.clock()
        with self.store.transaction() as tx:
            if not tx.receive(incoming.update_id, now):
                return
            # Whoever writes can be written to, whatever was refused before.
            if tx.desk().owner == incoming.person.chat_id:
                tx.owner_reachable()
            if not isinstance(event, Unblocked):
                self._respond(tx, incoming, event, now)

    def _understood(self, event: Typed | Event | Unblocked) -> Event | Unblocked:
        return Said(event.text, self.matcher.decide(event.text)) if isinstance(event, Typed) else event

    def set_aside(self, incoming: Incoming, payload: str, error: str) -> None:
        """An update that cannot be handled: kept to be looked into, and the person is told."""
        now = self.clock()
        with self.store.transaction() as tx:
            tx.give_up(incoming.update_id, payload, error, now)
            if not isinstance(incoming.event, Grouped | Unblocked):
                sorry = Outgoing(
                    f"update:{incoming.update_id}:sorry",
                    incoming.person.chat_id,
                    plain(self.kb, "repli.panne"),
                )
                tx.enqueue(sorry, now)

    def adopt(self, owner: int) -> None:
        """Take `owner` as the freelancer's chat, with the leads that waited for one."""
        now = self.clock()
        with self.store.transaction() as tx:
            if tx.desk().owner != owner:
                self._pair(tx, owner, now)

    def _respond(self, tx: Transaction, incoming: Incoming, event: Event, now: datetime) -> None:
        context = Context(
            kb=self.kb,
            person=incoming.person,
            now=self._local(now),
            reference=reference(self.bot_id, incoming.update_id),
        )
        turn = desk_room.respond(tx.desk(), event, context)
        if turn is not None:
            seen = (listing(tx.recent(), self.kb, context.now.date()),) if turn.listing else ()
            self._queue(tx, incoming, (*turn.replies, *seen), context)
            if turn.paired:
                self._pair(tx, incoming.person.chat_id, now)
            return
        chat = incoming.person.chat_id
        reaction = respond(tx.conversation(chat), event, context)
        tx.keep(chat, reaction.state, context.now)
        self._queue(tx, incoming, reaction.replies, context)
        for effect in reaction.effects:
            self._apply(tx, effect, incoming, context)

    def _queue(
        self, tx: Transaction, incoming: Incoming, replies: tuple[Reply, ...], context: Context
    ) -> None:
        for number, reply in enumerate(replies):
            key = f"update:{incoming.update_id}:{number}"
            tx.enqueue(Outgoing(key, incoming.person.chat_id, reply), context.now)

    def _apply(self, tx: Transaction, effect: Effect, incoming: Incoming, context: Context) -> None:
        chat, now = incoming.person.chat_id, context.now
        match effect:
            case Submit(lead):
                tx.add_lead(lead)
                owner = tx.desk().owner
                if owner is not None:
                    self._announce(tx, owner, lead, now)
            case Consented():
                tx.consented(chat, effect, incoming.update_id, now)
            case Unanswered(text):
                tx.unanswered(chat, text, now)
            case Leave():
                tx.enqueue(Outgoing(f"update:{incoming.update_id}:leave", chat, None), now)

    def _announce(self, tx: Transaction, owner: int, lead: Lead, now: datetime) -> None:
        reply = card(lead, self.kb, self._local(now).date())
        tx.enqueue(Outgoing(f"lead:{lead.reference}:card", owner, reply), now)
        tx.announced(lead, now)

    def _pair(self, tx: Transaction, chat: int, now: datetime) -> None:
        """The leads that waited for an owner go to her now."""
        tx.pair(chat, now)
        for lead in tx.unannounced():
            self._announce(tx, chat, lead, now)

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.kb.profile.time_zone))
