"""What an event does to leads: their history, the cards that owners see, the receipt that directors keep."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from orgbot.chat.actions import DeskVerb
from orgbot.chat.events import Button, Reply
from orgbot.desk.card import card, other_means
from orgbot.desk.speech import again, in_words, to_colleague, to_director, to_owner
from orgbot.desk.state import Owner
from orgbot.dialogue.receipt import receipt, sign
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, say
from orgbot.leads import life
from orgbot.leads.life import Followed, Move, Trace
from orgbot.leads.model import Lead, Media
from orgbot.leads.reminders import stages
from orgbot.runtime.ports import MAILBOX, Outgoing, Transaction

Rows = tuple[tuple[Button, ...], ...]


def card_name(reference: str, chat: int) -> str:
    return f"lead:{reference}:card:{chat}"


@dataclass(slots=True)
class Ledger:
    """For one event, inside its transaction. `cause` names the event: what it queues has keys of its own.
    `touched`: the leads whose cards are written again by `finish`, once each; `moved`: those whose receipts
    are too; `fresh`: those whose cards are the first."""

    tx: Transaction
    kb: KnowledgeBase
    now: datetime
    cause: str
    owners: tuple[Owner, ...]
    touched: dict[str, None] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)

    def add(self, lead: Lead) -> None:
        self.tx.add_lead(lead)
        self._promise(lead)
        if self.kb.profile.by_mail:
            self.mail(lead.reference)
        if self.owners:
            self.announce(lead.reference)

    def mail(self, reference: str, *, urgent: bool = False) -> None:
        """The letter is written when it is sent; each kind once."""
        key = f"lead:{reference}:{'urgent' if urgent else 'letter'}"
        self.tx.enqueue(Outgoing(key, MAILBOX, Reply(Html("")), name=key), self.now)

    def announce(self, reference: str) -> None:
        self.tx.announced(reference, self.now)
        self.touched[reference] = None
        self.fresh.add(reference)

    def trace(self, reference: str, trace: Trace) -> None:
        self.tx.trace(reference, trace)
        self.touched[reference] = None

    def move(self, followed: Followed, move: Move, who: str, why: str = "") -> None:
        """Nothing where it is not allowed."""
        status = life.moved(followed.status, move, answered=followed.answered is not None)
        if status is not None:
            self.tx.move(followed.lead.reference, status)
            self.moved.add(followed.lead.reference)
            self.trace(followed.lead.reference, Trace(move, self.now, who, why))
            if move == "reopen" and status in life.WAITING:
                self._promise(followed.lead)

    def _promise(self, lead: Lead) -> None:
        """Its reminders; those that are past, of a lead that was closed by mistake, say so at once."""
        for stage, moment in stages(lead.at, lead.promise, self.kb.profile):
            self.tx.remind(lead.reference, stage, moment)

    def tell(self, followed: Followed, chat: int, owner: str, text: str, media: Media | None) -> None:
        """The words of the `owner` in `chat` to the director: an answer, whatever the lead's status was."""
        lead, reference = followed.lead, followed.lead.reference
        first = followed.first("told") is None
        self.move(followed, "answer", owner)
        self.trace(reference, Trace("told", self.now, owner, in_words(text, media, self.kb)))
        name = owner or self.kb.profile.name
        for number, reply in enumerate(to_director(name, text, media, self.kb, first=first)):
            key, to = f"lead:{reference}:told:{self.cause}:{number}", lead.person.chat_id
            self.tx.enqueue(Outgoing(key, to, reply, name=f"lead:{reference}:told:{to}"), self.now)
        for other in self.owners:
            if other.chat_id != chat:
                self._under(lead, other, "colleague", to_colleague(name, lead, text, media, self.kb))

    def said(self, followed: Followed, text: str, media: Media | None, *, adds: bool = False) -> None:
        """The director's words, on the card of each owner, and whole below it: an edit is not heard. `adds`:
        a detail for her request, rather than a word in a talk."""
        lead = followed.lead
        words = in_words(text, media, self.kb)
        self.trace(lead.reference, Trace("add" if adds else "said", self.now, lead.first_name, words, media))
        for owner in self.owners:
            self._under(lead, owner, "said", to_owner(lead, text, media, self.kb, adds=adds))

    def withdrawn(self, followed: Followed) -> None:
        self.move(followed, "withdraw", followed.lead.first_name)
        told = Reply(say(self.kb, "rappel.retiree", prenom=followed.lead.first_name))
        for owner in self.owners if followed.first("announced") else ():
            self._under(followed.lead, owner, "withdrawn", (told,))

    def _under(
        self,
        lead: Lead,
        owner: Owner,
        kind: str,
        replies: tuple[Reply, ...],
        expires: datetime | None = None,
    ) -> None:
        """Below the card of one owner."""
        for number, reply in enumerate(replies):
            key = f"lead:{lead.reference}:{kind}:{self.cause}:{owner.chat_id}:{number}"
            name = f"lead:{lead.reference}:{kind}:{owner.chat_id}"
            under = card_name(lead.reference, owner.chat_id)
            out = Outgoing(key, owner.chat_id, reply, name=name, under=under, expires=expires)
            self.tx.enqueue(out, self.now)

    def undelivered(self, followed: Followed, cause: str) -> None:
        """Said once of all that one event sent. While nothing else reached her, the lead still waits."""
        lead = followed.lead
        lost = Trace("undelivered", self.now, why=cause)
        if any(trace.what == "undelivered" and trace.why == cause for trace in followed.traces):
            return
        self.trace(lead.reference, lost)
        if followed.status == "talking" and not replace(followed, traces=(*followed.traces, lost)).heard:
            self.tx.move(lead.reference, "seen")
            self._promise(lead)
        means = other_means(lead, self.kb)
        told = Reply(say(self.kb, "rappel.pas_remis", prenom=lead.first_name, joindre=means))
        for owner in self.owners:
            self._under(lead, owner, "undelivered", (told,))

    def remind(self, followed: Followed, stage: str, reply: Reply, expires: datetime | None = None) -> None:
        """Under the card of each owner: an edit would not be heard."""
        for owner in self.owners:
            self._under(followed.lead, owner, f"remind:{stage}", (reply,), expires)

    def show(
        self, followed: Followed, chat: int, menu: DeskVerb | None = None, *, anew: bool = False
    ) -> None:
        """The card in one owner's chat, in its place or `anew`."""
        reference = followed.lead.reference
        name = card_name(reference, chat)
        there = self.tx.queued(name)
        key = f"{name}:{self.cause}" if there else name
        reply = card(followed, self.kb, self.now, menu)
        if there and anew:
            # One card: the one that is far up only says where it went.
            gone = Reply(say(self.kb, "pigiste.plus_bas", reference=reference))
            self.tx.enqueue(Outgoing(f"{key}:gone", chat, gone, name=name, edit=True), self.now)
        shown = Outgoing(key, chat, reply, name=name, edit=there and not anew)
        if not self.tx.enqueue(shown, self.now) and not there:
            # The first was refused: this one is another message, with a key of its own.
            self.tx.enqueue(replace(shown, key=f"{name}:{self.cause}"), self.now)

    def finish(self) -> None:
        """Write the cards and the receipts of what was touched."""
        for reference in self.touched:
            followed = self.tx.follow(reference)
            if followed is None:
                continue
            for owner in self.owners:
                self.show(followed, owner.chat_id)
                if reference in self.fresh:
                    # Said before there was anybody to hear it.
                    self._under(followed.lead, owner, "said", again(followed, self.kb, self.now))
            if reference in self.moved:
                self._receipt(followed)

    def _receipt(self, followed: Followed) -> None:
        reply, chat = receipt(followed, self.kb, self.now), followed.lead.person.chat_id
        if self.tx.queued(reply.name) and sign(followed, self.kb, self.now):
            key = f"{reply.name}:{self.cause}"
            self.tx.enqueue(Outgoing(key, chat, reply, name=reply.name, edit=True), self.now)
