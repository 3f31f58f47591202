"""What happens because time has passed: reminders of the leads that wait, and the day's agenda."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from orgbot.chat.actions import About, DeskVerb
from orgbot.chat.events import Button, Reply
from orgbot.desk.away import closed
from orgbot.desk.board import agenda
from orgbot.dialogue.turn import plain
from orgbot.knowledge.sentences import label, say
from orgbot.leads.dates import say_clock
from orgbot.leads.life import OPEN, WAITING, Followed, Trace
from orgbot.leads.promise import is_open, next_opening
from orgbot.leads.reminders import LATE
from orgbot.runtime.ledger import Ledger
from orgbot.runtime.mind import Mind
from orgbot.runtime.ports import Due, Outgoing, Store, StoreAwayError

log = logging.getLogger(__name__)

AGENDA = "agenda"
# More leads than this wait at once only when nobody reads them.
MOST = 200
IDLE = 30.0
# Before what failed is tried again: most likely it fails until a release mends it.
AGAIN = timedelta(hours=1)
# An agenda, and a reminder of a promise that can still be kept, say nothing true any more after this.
STALE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """`clock` gives the present, aware, in any zone."""

    store: Store
    mind: Mind
    clock: Callable[[], datetime]

    def tick(self) -> None:
        """All that is due, in one transaction: each reminder once, whoever asks."""
        now = self.clock().astimezone(ZoneInfo(self.mind.kb.profile.time_zone))
        with self.store.transaction() as tx:
            kb, owners = closed(tx.days_off(), self.mind.kb), tx.desk().owners
            for reference, dues in groupby(sorted(tx.due(now), key=_by_lead), lambda due: due.reference):
                ledger = Ledger(tx, kb, now, f"time:{now.timestamp():.6f}", owners)
                self._handle(ledger, reference, tuple(dues))

    def _handle(self, ledger: Ledger, reference: str, dues: tuple[Due, ...]) -> None:
        """A lead that raises keeps no other from its reminders; its own wait."""
        try:
            with ledger.tx.apart():
                if reference:
                    self._remind(ledger, reference, dues)
                else:
                    self._agenda(ledger, dues)
                ledger.finish()
        except StoreAwayError:
            raise
        except Exception:
            log.exception("what was due of %s failed; trying again in an hour", reference or "the agenda")
            # Of several, the last says the most.
            for due in {due.stage == "later": due for due in dues}.values():
                ledger.tx.remind(reference, due.stage, ledger.now + AGAIN)

    def begin(self) -> None:
        """Plan the agenda, if it is not; sooner than it was, once days off are taken back."""
        now = self.clock()
        with self.store.transaction() as tx:
            opening = next_opening(now, closed(tx.days_off(), self.mind.kb).profile)
            planned = tx.planned("", AGENDA)
            tx.remind("", AGENDA, opening, anew=planned is not None and opening < planned)

    def _remind(self, ledger: Ledger, reference: str, dues: tuple[Due, ...]) -> None:
        followed = ledger.tx.follow(reference)
        if followed is None:
            return
        promised = [due for due in dues if due.stage != "later"]
        # After a stop several may be due: the last says the most.
        if promised and followed.status in WAITING:
            self._promised(ledger, followed, promised[-1])
        if len(promised) < len(dues) and followed.status in OPEN:
            ledger.remind(followed, "later", _reply(ledger, followed, "rappel.plus_tard"))

    def _promised(self, ledger: Ledger, followed: Followed, due: Due) -> None:
        late = ledger.now - due.at > LATE
        key = "rappel.en_retard" if late else "rappel.promis"
        if ledger.now > followed.lead.promise.probable:
            key = "rappel.en_retard" if late else "rappel.promis_fin"
        if due.stage == "missed":
            key = "rappel.depasse"
        expires = None if due.stage == "missed" else ledger.now + STALE
        ledger.remind(followed, due.stage, _reply(ledger, followed, key), expires)
        ledger.tx.trace(followed.lead.reference, Trace("reminded", ledger.now, why=due.stage))
        if due.stage == "missed":
            ledger.trace(followed.lead.reference, Trace("missed", ledger.now))
            sorry = plain(ledger.kb, "suivi_client.promesse_depassee")
            key = f"lead:{followed.lead.reference}:sorry"
            ledger.tx.enqueue(Outgoing(key, followed.lead.person.chat_id, sorry, name=key), ledger.now)

    def _agenda(self, ledger: Ledger, dues: tuple[Due, ...]) -> None:
        tx, now, profile = ledger.tx, ledger.now, ledger.kb.profile
        tx.remind("", AGENDA, next_opening(now, profile))
        today = dues[-1].at.astimezone(now.tzinfo).date() == now.date()
        if not today or not is_open(now.date(), profile):
            return
        found, _ = tx.leads("", 0, MOST)
        reply = agenda(found, ledger.kb, now)
        for owner in ledger.owners if reply else ():
            key = f"agenda:{now.date()}:{owner.chat_id}"
            tx.enqueue(Outgoing(key, owner.chat_id, reply, expires=now + STALE), now)


def _by_lead(due: Due) -> tuple[str, datetime]:
    return due.reference, due.at


def _reply(ledger: Ledger, followed: Followed, key: str) -> Reply:
    kb, lead = ledger.kb, followed.lead
    until = say_clock(lead.promise.latest, kb.profile, ledger.now.date())
    probable = say_clock(lead.promise.probable, kb.profile, ledger.now.date())
    text = say(
        kb,
        key,
        prenom=lead.first_name,
        organisation=lead.organisation,
        reference=lead.reference,
        au_plus_tard=until,
        probable=probable,
    )
    verbs: tuple[DeskVerb, ...] = ("write", "take") if followed.status in WAITING else ("write",)
    return Reply(
        text, (tuple(Button(label(kb, f"fiche.{verb}"), About(verb, lead.reference)) for verb in verbs),)
    )


async def keep_time(clockwork: Clockwork, woken: Callable[[], None]) -> None:
    """Until cancelled; `woken` is called after each look at the clock. A failing database is waited for."""
    while True:
        try:
            await asyncio.to_thread(clockwork.tick)
            await asyncio.to_thread(clockwork.begin)
            woken()
            due = await asyncio.to_thread(clockwork.store.next_reminder)
        except Exception:
            log.exception("reminders could not be read; trying again")
            due = None
        wait = IDLE if due is None else (due - clockwork.clock()).total_seconds()
        await asyncio.sleep(min(IDLE, max(1.0, wait)))
