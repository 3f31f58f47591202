"""What one event reads and writes, inside one database transaction."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Insert, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from orgbot.chat.events import Consented, Reply
from orgbot.desk.respond import Desk
from orgbot.dialogue.state import NEW, State
from orgbot.leads.model import Lead
from orgbot.runtime.ports import Outgoing
from orgbot.storage.codec import dump, load
from orgbot.storage.tables import (
    consents,
    conversations,
    lead_events,
    leads,
    metadata,
    outbox,
    owners,
    unanswered,
)

log = logging.getLogger(__name__)

RECENT = 10
# The keys of messages that tell the freelancer of a lead.
ABOUT_LEADS = "lead:%"
LEAVE = "leave"


def reply_of(message: str) -> Reply | None:
    return None if message == LEAVE else load(message, Reply)


@dataclass(frozen=True, slots=True)
class SqlTransaction:
    connection: Connection
    bot_id: int

    def _insert_once(self, table: str, **values: object) -> bool:
        """Insert, unless the key is there already; says whether it was new."""
        known = metadata.tables[table]
        statement: Insert
        if self.connection.dialect.name == "sqlite":
            statement = sqlite.insert(known).on_conflict_do_nothing()
        else:
            statement = postgresql.insert(known).on_conflict_do_nothing()
        done = self.connection.execute(statement.values(bot_id=self.bot_id, **values))
        return done.rowcount == 1

    def receive(self, update_id: int, now: datetime) -> bool:
        return self._insert_once("inbox", update_id=update_id, received_at=now, state="done")

    def conversation(self, chat_id: int) -> State:
        row = self.connection.scalar(
            select(conversations.c.state)
            .where(conversations.c.bot_id == self.bot_id, conversations.c.chat_id == chat_id)
            .with_for_update()
        )
        return NEW if row is None else self._state(row, chat_id)

    def _state(self, row: str, chat_id: int) -> State:
        """A conversation that this release cannot read begins anew: better than one that is mute."""
        try:
            return load(row, State)
        except Exception:
            log.exception("the conversation %d cannot be read; it begins anew", chat_id)
            return NEW

    def keep(self, chat_id: int, state: State, now: datetime) -> None:
        text = dump(state)
        if not self._insert_once("conversations", chat_id=chat_id, state=text, updated_at=now):
            self.connection.execute(
                update(conversations)
                .where(conversations.c.bot_id == self.bot_id, conversations.c.chat_id == chat_id)
                .values(state=text, updated_at=now)
            )

    def desk(self) -> Desk:
        row = self.connection.execute(select(owners).where(owners.c.bot_id == self.bot_id)).one_or_none()
        if row is None:
            return Desk()
        return Desk(row.chat_id, row.pairing)

    def recent(self) -> tuple[Lead, ...]:
        rows = self.connection.scalars(
            select(leads.c.lead)
            .where(leads.c.bot_id == self.bot_id)
            .order_by(leads.c.id.desc())
            .limit(RECENT)
        )
        return self._leads(rows)

    def _leads(self, rows: Iterable[str]) -> tuple[Lead, ...]:
        """One that this release cannot read must not hide the others."""
        found = []
        for row in rows:
            try:
                found.append(load(row, Lead))
            except Exception:
                log.exception("a lead cannot be read: %.200s", row)
        return tuple(found)

    def offer_pairing(self, secret_hash: str) -> None:
        self._insert_once("owners")
        self.connection.execute(
            update(owners).where(owners.c.bot_id == self.bot_id).values(pairing=secret_hash)
        )

    def pair(self, chat_id: int, now: datetime) -> None:
        """From now on leads go to `chat_id`: also those that the last owner's chat never took."""
        self._insert_once("owners")
        last = select(owners.c.chat_id).where(owners.c.bot_id == self.bot_id).scalar_subquery()
        self.connection.execute(
            update(outbox)
            .where(outbox.c.bot_id == self.bot_id, outbox.c.chat_id == last, outbox.c.state != "sent")
            .where(outbox.c.key.like(ABOUT_LEADS))
            .values(chat_id=chat_id, state="todo", attempts=0, not_before=now, settled_at=None, reason=None)
        )
        self.connection.execute(
            update(owners)
            .where(owners.c.bot_id == self.bot_id)
            .values(chat_id=chat_id, pairing="", blocked_at=None)
        )

    def owner_reachable(self) -> None:
        """What waited for the owner to take messages again is due now; nothing when none waited."""
        mine = owners.c.bot_id == self.bot_id
        was = update(owners).where(mine, owners.c.blocked_at.is_not(None)).values(blocked_at=None)
        if not self.connection.execute(was).rowcount:
            return
        chat = select(owners.c.chat_id).where(mine).scalar_subquery()
        self.connection.execute(
            update(outbox)
            .where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo", outbox.c.chat_id == chat)
            .values(not_before=outbox.c.queued_at)
        )

    def add_lead(self, lead: Lead) -> None:
        self.connection.execute(
            insert(leads).values(
                bot_id=self.bot_id,
                chat_id=lead.person.chat_id,
                reference=lead.reference,
                status="new",
                at=lead.at,
                probable=lead.promise.probable,
                latest=lead.promise.latest,
                lead=dump(lead),
            )
        )
        self._lead_event(lead, "submitted", lead.at)

    def announced(self, lead: Lead, now: datetime) -> None:
        self.connection.execute(
            update(leads)
            .where(leads.c.bot_id == self.bot_id, leads.c.reference == lead.reference)
            .values(announced_at=now)
        )
        self._lead_event(lead, "announced", now)

    def _lead_event(self, lead: Lead, what: str, at: datetime) -> None:
        self.connection.execute(
            insert(lead_events).values(bot_id=self.bot_id, reference=lead.reference, at=at, what=what)
        )

    def unannounced(self) -> tuple[Lead, ...]:
        rows = self.connection.scalars(
            select(leads.c.lead)
            .where(leads.c.bot_id == self.bot_id, leads.c.announced_at.is_(None))
            .order_by(leads.c.id)
        )
        return self._leads(rows)

    def give_up(self, update_id: int, payload: str, error: str, now: datetime) -> None:
        self._insert_once(
            "inbox", update_id=update_id, received_at=now, state="failed", payload=payload, error=error
        )

    def consented(self, chat_id: int, consent: Consented, update_id: int, now: datetime) -> None:
        self.connection.execute(
            insert(consents).values(
                bot_id=self.bot_id,
                chat_id=chat_id,
                purpose=consent.purpose,
                given=consent.given,
                text=consent.text,
                text_hash=hashlib.sha256(consent.text.encode()).hexdigest(),
                update_id=update_id,
                at=now,
            )
        )

    def unanswered(self, chat_id: int, text: str, now: datetime) -> None:
        row = {"bot_id": self.bot_id, "chat_id": chat_id, "text": text, "at": now}
        self.connection.execute(insert(unanswered).values(row))

    def enqueue(self, outgoing: Outgoing, now: datetime) -> None:
        self._insert_once(
            "outbox",
            key=outgoing.key,
            chat_id=outgoing.chat_id,
            message=LEAVE if outgoing.reply is None else dump(outgoing.reply),
            state="todo",
            attempts=0,
            not_before=now,
            queued_at=now,
        )
