"""What the freelancer asked for, done: each effect of a desk's turn."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from orgbot.chat.actions import Forget
from orgbot.chat.events import Context, Menu, Reply
from orgbot.desk import effects
from orgbot.desk.away import planned
from orgbot.desk.board import PAGE, listing
from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.desk.state import Desk, Lesson
from orgbot.dialogue.answers import settle
from orgbot.dialogue.state import Talk
from orgbot.dialogue.talk import goes_on
from orgbot.knowledge.sentences import Html, say
from orgbot.leads.dates import say_moment
from orgbot.leads.life import Followed, Trace
from orgbot.runtime.ledger import Ledger
from orgbot.runtime.ports import Outgoing, Transaction
from orgbot.runtime.school import lessons_of, taken

OfLead = effects.Moved | effects.Answered | effects.Later | effects.Open


@dataclass(frozen=True, slots=True)
class DeskWork:
    """`lead`: what the event is about, if anything; `bot`: its public name, for links to it,
    "" while it is not known; `study`: asks for what takes more than a moment, once this is committed."""

    tx: Transaction
    desk: Desk
    ledger: Ledger
    context: Context
    lead: Followed | None
    bot: Callable[[], str]
    study: Callable[[], None]

    def do(self, effect: effects.DeskEffect) -> None:
        match effect:
            case effects.Moved() | effects.Answered() | effects.Later() | effects.Open():
                if self.lead is not None:
                    self._for_lead(effect, self.lead)
            case effects.Listed(page, query):
                found, total = self.tx.leads(query, page * PAGE, PAGE)
                self._reply(listing(found, total, page, query, self.context.kb, self.context.now))
            case effects.Paired():
                person = self.context.person
                self.tx.pair(person.chat_id, person.first_name, self.context.now)
                self._menu(person.chat_id, "owner")
                self._tell_others(person.first_name)
                welcome(self.tx, self.ledger)
            case effects.Offered():
                self._reply(Reply(self._invitation()))
            case effects.Study() | effects.Learned() | effects.Ignored():
                self._teach(effect)
            case effects.Away(first, last):
                self.tx.add_days_off(first, last)
            case effects.Forgotten(what):
                self._forget(what)
            case _:
                assert_never(effect)

    def _teach(self, effect: effects.Study | effects.Learned | effects.Ignored) -> None:
        match effect:
            case effects.Study():
                self.study()
            case effects.Learned(lesson):
                self._learn(lesson)
            case effects.Ignored(rows):
                self.tx.settle(rows, self.context.now)
            case _:
                assert_never(effect)

    def _acknowledge(self, reference: str) -> None:
        """A sign on her own message: it is on its way; and the message is known as one of the lead's."""
        if self.context.message is not None:
            chat, sign = self.context.person.chat_id, Reply(Html(""), reacts=self.context.message)
            name = f"lead:{reference}:mine:{chat}"
            self.tx.enqueue(Outgoing(f"{self.ledger.cause}:ack", chat, sign, name=name), self.context.now)

    def _menu(self, chat: int, menu: Menu) -> None:
        self.tx.enqueue(
            Outgoing(f"{self.ledger.cause}:menu", chat, Reply(Html(""), menu=menu)), self.context.now
        )

    def _tell_others(self, name: str) -> None:
        """Nobody joins unseen."""
        for owner in self.ledger.owners:
            if owner.chat_id != self.context.person.chat_id:
                key = f"{self.ledger.cause}:joined:{owner.chat_id}"
                told = Reply(say(self.context.kb, "pigiste.associee_avis", nom=name))
                self.tx.enqueue(Outgoing(key, owner.chat_id, told), self.context.now)

    def _for_lead(self, effect: OfLead, lead: Followed) -> None:
        who, now = self.context.person.first_name, self.context.now
        match effect:
            case effects.Moved(move, why):
                self.ledger.move(lead, move, who, why)
            case effects.Answered(text, media):
                self.ledger.tell(lead, self.context.person.chat_id, who, text, media)
                listen(self.tx, lead, self.context)
                self._acknowledge(lead.lead.reference)
            case effects.Later(at):
                self.tx.remind(lead.lead.reference, "later", at)
                moment = say_moment(at, self.context.kb.profile, now.date())
                self.ledger.trace(lead.lead.reference, Trace("later", now, who, moment))
            case effects.Open(menu, anew):
                self.ledger.show(lead, self.context.person.chat_id, menu, anew=anew)
            case _:
                assert_never(effect)

    def _learn(self, lesson: Lesson) -> None:
        rows, who, now = lesson.gaps[lesson.gap].rows, self.context.person.first_name, self.context.now
        ids = taken(self.context.kb, self.tx.lessons()[1])
        taught, entries = lessons_of(lesson, self.tx.words_of(rows), ids)
        for new in entries:
            self.tx.teach_entry(new, who, now)
        self.tx.teach(taught, who, now)
        self.tx.settle(rows, now)

    def _reply(self, reply: Reply) -> None:
        chat = self.context.person.chat_id
        self.tx.enqueue(Outgoing(f"{self.ledger.cause}:desk", chat, reply), self.context.now)

    def _invitation(self) -> Html:
        secret = secrets.token_urlsafe(24)
        self.tx.offer_pairing(secret_hash(secret))
        start, bot = f"{PAIRING}{secret}", self.bot()
        link = f"https://t.me/{bot}?start={start}" if bot else f"/start {start}"
        return say(self.context.kb, "pigiste.invitation", lien=link)

    def _forget(self, what: Forget) -> None:
        kb = self.context.kb
        match what.what:
            case "days":
                self.tx.forget_days_off(what.number)
                away = self.tx.days_off()
                self._reply(planned(away, kb, self.context.now.date()))
            case "owner":
                # An owner does not let herself go: somebody must be there for the leads.
                if what.number != self.context.person.chat_id:
                    self.tx.unpair(what.number)
                    self._menu(what.number, "everyone")
                self._reply(Reply(say(kb, "pigiste.dissociee")))
            case _:
                assert_never(what.what)


def welcome(tx: Transaction, ledger: Ledger) -> None:
    """The leads that waited for an owner go to those that there are now."""
    ledger.owners = tx.desk().owners
    for lead in tx.unannounced():
        ledger.announce(lead.reference)


def listen(tx: Transaction, lead: Followed, context: Context) -> None:
    """From now on the director's words are for the freelancer: what the bot had asked her waits no more, and
    a form that is open is laid aside."""
    chat, now = lead.lead.person.chat_id, context.now
    state = settle(tx.conversation(chat))
    talk, reference = state.talk, lead.lead.reference
    same = talk is not None and talk.reference == reference and goes_on(talk, context)
    told = same and talk is not None and talk.told
    form = None if state.form is None else replace(state.form, paused=True)
    begun = Talk(reference, now, told)
    tx.keep(chat, replace(state, talk=begun, form=form), now)
