"""One event, one transaction: dedupe, load, respond, save, queue."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from orgbot.chat.events import (
    Add,
    Consented,
    Context,
    Effect,
    Event,
    Grouped,
    Happened,
    Leave,
    Relay,
    Reply,
    Said,
    Sent,
    Submit,
    Unanswered,
    Withdraw,
)
from orgbot.desk import respond as desk_room
from orgbot.desk.away import closed
from orgbot.desk.state import Desk
from orgbot.dialogue.respond import respond
from orgbot.dialogue.talk import is_doubt
from orgbot.dialogue.turn import plain
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.leads.life import opened
from orgbot.leads.reference import reference
from orgbot.matching.decision import Matcher
from orgbot.runtime.gate import Gate
from orgbot.runtime.ledger import Ledger
from orgbot.runtime.mind import Mind
from orgbot.runtime.ports import (
    Count,
    Incoming,
    Outgoing,
    Queued,
    Store,
    Transaction,
    Typed,
    Unblocked,
    not_counted,
)
from orgbot.runtime.work import DeskWork, welcome

Kept = Consented | Unanswered | Happened | Leave


def nobody() -> str:
    return ""


def nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Handler:
    """`clock` gives the present, aware, in any zone; `bot`: the bot's public name, "" until it is known;
    `study` asks for what takes more than a moment."""

    store: Store
    mind: Mind
    bot_id: int
    clock: Callable[[], datetime]
    bot: Callable[[], str] = nobody
    study: Callable[[], None] = nothing
    count: Count = not_counted
    gate: Gate = field(default_factory=Gate)

    def handle(self, incoming: Incoming) -> None:
        """Returns once everything is committed; an update seen before changes nothing."""
        known, now = self.mind.known, self.clock()
        passes = self.gate.passes(incoming.person.chat_id, incoming.update_id, now)
        if passes != "open":
            self._refuse(incoming, now, tell=passes == "closing")
            return
        # Before the transaction: the encoder takes tens of milliseconds, and a lock must not wait for it.
        event = _understood(incoming.event, known.matcher)
        with self.store.transaction() as tx:
            if not tx.receive(incoming.update_id, incoming.person.chat_id, now):
                return
            desk = tx.desk()
            # Whoever writes can be written to, whatever was refused before.
            if desk.owner(incoming.person.chat_id):
                tx.owner_reachable(incoming.person.chat_id)
            if not isinstance(event, Unblocked):
                self._respond(tx, desk, incoming, event, known.kb)
        self.count("updates", type(incoming.event).__name__.lower())
        if isinstance(event, Said):
            self.count("decisions", event.decision.action)

    def _refuse(self, incoming: Incoming, now: datetime, *, tell: bool) -> None:
        """One message too many: said once, then silence until there is room again."""
        self.count("updates", "flood")
        chat = incoming.person.chat_id
        with self.store.transaction() as tx:
            if tx.receive(incoming.update_id, chat, now) and tell:
                slower = plain(self.mind.kb, "repli.trop_vite")
                tx.enqueue(Outgoing(f"update:{incoming.update_id}:slower", chat, slower), now)

    def set_aside(self, update_id: int, payload: str, error: str, incoming: Incoming | None = None) -> None:
        """An update that cannot be handled: kept to be looked into, and both sides are told. `incoming` is
        None when it cannot even be read."""
        now, kb = self.clock(), self.mind.kb
        with self.store.transaction() as tx:
            if not tx.give_up(update_id, payload, error, now):
                return
            self.count("updates", "failed")
            who = incoming.person if incoming else None
            if incoming and who and not isinstance(incoming.event, Grouped | Unblocked):
                sorry = Outgoing(f"update:{update_id}:sorry", who.chat_id, plain(kb, "repli.panne"))
                tx.enqueue(sorry, now)
            number = str(update_id)
            told = Reply(
                say(kb, "pigiste.panne", prenom=who.first_name, numero=number)
                if who
                else say(kb, "pigiste.illisible", numero=number)
            )
            for owner in tx.desk().owners:
                tx.enqueue(Outgoing(f"update:{update_id}:failed:{owner.chat_id}", owner.chat_id, told), now)

    def adopt(self, owner: int) -> None:
        """Take `owner` as the freelancer's chat, with the leads that waited for one."""
        now = self.clock()
        with self.store.transaction() as tx:
            known = tx.desk().owner(owner)
            tx.pair(owner, known.name if known else "", now, by_setting=True)
            ledger = self._ledger(tx, self.mind.kb, f"adopt:{owner}", now)
            welcome(tx, ledger)
            ledger.finish()

    def owners(self) -> tuple[int, ...]:
        """The freelancer's chat, and those of whom she shares her leads with."""
        with self.store.transaction() as tx:
            return tuple(owner.chat_id for owner in tx.desk().owners)

    def undelivered(self, row: Queued) -> None:
        """What the freelancer wrote will never be delivered: her card says so, with the other means. Her own
        chat takes no card: a letter goes in its place, where she has an address."""
        now = self.clock()
        kind, _, rest = row.outgoing.name.partition(":")
        mark, _, what = rest.partition(":")
        if kind != "lead" or not what.startswith(("told", "card")):
            return
        with self.store.transaction() as tx:
            followed = tx.follow(mark)
            if followed is None:
                return
            ledger = self._ledger(tx, self.mind.kb, f"undelivered:{row.id}", now)
            if what.startswith("told"):
                ledger.undelivered(followed, row.outgoing.key.rpartition(":")[0])
            elif self.mind.kb.profile.by_mail:
                ledger.mail(mark, urgent=True)
            ledger.finish()

    def _ledger(self, tx: Transaction, kb: KnowledgeBase, cause: str, now: datetime) -> Ledger:
        return Ledger(tx, kb, self._local(now), cause, tx.desk().owners)

    def _respond(
        self, tx: Transaction, desk: Desk, incoming: Incoming, event: Event, kb: KnowledgeBase
    ) -> None:
        away, now = tx.days_off(), self.clock()
        chat = incoming.person.chat_id
        if incoming.reply_to is not None and isinstance(event, Said | Sent):
            event = replace(event, about=tx.about(chat, incoming.reply_to))
        context = Context(
            kb=closed(away, kb),
            person=incoming.person,
            now=self._local(now),
            reference=reference(self.bot_id, incoming.update_id),
            message=incoming.message,
            leads=tx.leads_of(chat),
        )
        ledger = Ledger(tx, context.kb, context.now, f"update:{incoming.update_id}", desk.owners)
        about = desk_room.concerned(desk, event, context)
        lead = tx.follow(about) if about else None
        turn = desk_room.respond(desk, event, context, lead, away)
        if turn is None:
            self._converse(tx, incoming, event, context, ledger)
            # An objection is how she tries the bot; « merci! » may be for somebody else.
            unsaid = isinstance(event, Sent) or (isinstance(event, Said) and not is_doubt(event, kb))
            if desk.owner(chat) and unsaid:
                self._hint(tx, chat, ledger)
        else:
            self._queue(tx, incoming, turn.replies, context)
            if turn.state is not None:
                tx.keep_desk(chat, turn.state)
            work = DeskWork(tx, desk, ledger, context, lead, self.bot, self.study)
            for asked in turn.effects:
                work.do(asked)
            if turn.through:
                self._converse(tx, incoming, event, context, ledger)
        ledger.finish()

    def _hint(self, tx: Transaction, chat: int, ledger: Ledger) -> None:
        """A word for a director that was written to nobody must not be thought delivered."""
        first, _ = tx.leads("", 0, 1)
        if opened(first) is not None:
            hint = Reply(say(ledger.kb, "pigiste.indice"))
            tx.enqueue(Outgoing(f"{ledger.cause}:hint", chat, hint), ledger.now)

    def _converse(
        self, tx: Transaction, incoming: Incoming, event: Event, context: Context, ledger: Ledger
    ) -> None:
        chat = incoming.person.chat_id
        reaction = respond(tx.conversation(chat), event, context)
        tx.keep(chat, reaction.state, context.now)
        self._queue(tx, incoming, reaction.replies, context)
        for effect in reaction.effects:
            self._apply(tx, effect, incoming, ledger)

    def _queue(
        self, tx: Transaction, incoming: Incoming, replies: tuple[Reply, ...], context: Context
    ) -> None:
        for number, reply in enumerate(replies):
            key = f"update:{incoming.update_id}:{number}"
            # A name that was said before is the same message, with other words.
            edit = bool(reply.name) and tx.queued(reply.name)
            out = Outgoing(key, incoming.person.chat_id, reply, name=reply.name, edit=edit)
            tx.enqueue(out, context.now)

    def _apply(self, tx: Transaction, effect: Effect, incoming: Incoming, ledger: Ledger) -> None:
        match effect:
            case Submit(lead):
                ledger.add(lead)
            case Relay(mark, text, media):
                followed = tx.follow(mark)
                if followed is not None:
                    ledger.said(followed, text, media)
            case Add(mark, text, media):
                followed = tx.follow(mark)
                if followed is not None:
                    ledger.said(followed, text, media, adds=True)
            case Withdraw(mark):
                followed = tx.follow(mark)
                if followed is not None:
                    ledger.withdrawn(followed)
            case _:
                self._record(tx, effect, incoming, ledger)

    def _record(self, tx: Transaction, effect: Kept, incoming: Incoming, ledger: Ledger) -> None:
        chat, now, owners = incoming.person.chat_id, ledger.now, ledger.owners
        match effect:
            case Consented():
                tx.consented(chat, effect, incoming.update_id, now)
            case Unanswered():
                tx.unanswered(chat, effect, now)
            case Happened():
                # The freelancer tries the bot: what it did not know is to be taught, and is no figure.
                if all(owner.chat_id != chat for owner in owners):
                    tx.happened(effect, now)
            case Leave():
                tx.enqueue(Outgoing(f"update:{incoming.update_id}:leave", chat, None), now)

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.mind.kb.profile.time_zone))


def _understood(event: Typed | Event | Unblocked, matcher: Matcher) -> Event | Unblocked:
    if not isinstance(event, Typed):
        return event
    decision = matcher.decide(event.text)
    return Said(event.text, decision, event.media, corrected=event.corrected, group=event.group)
