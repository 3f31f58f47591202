"""What one event reads and writes, inside one database transaction."""

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, insert, select

from orgbot.chat.events import Consented, Happened, Reply, Unanswered
from orgbot.dialogue.state import NEW, State
from orgbot.knowledge.model import EntryId
from orgbot.runtime.ports import Outgoing
from orgbot.storage.away import apart
from orgbot.storage.codec import dump, load, salvage
from orgbot.storage.desks import DeskRows
from orgbot.storage.ledger import LeadRows
from orgbot.storage.lessons import LessonRows
from orgbot.storage.rows import put
from orgbot.storage.tables import consents, conversations, exchanges, outbox, unanswered

LEAVE = "leave"


def reply_of(message: str) -> Reply | None:
    return None if message == LEAVE else load(message, Reply)


@dataclass(frozen=True, slots=True)
class SqlTransaction(LeadRows, DeskRows, LessonRows):
    def apart(self) -> AbstractContextManager[None]:
        return apart(self.connection)

    def hold(self, chat_id: int) -> None:
        if self.connection.dialect.name == "postgresql":
            # On SQLite there is one writer at a time. The lock is let go with the transaction: when it ends,
            # or when PostgreSQL ends that of a process that rests for too long (engine.LEASE).
            mine = func.hashtextextended(f"{self.bot_id}:{chat_id}", 0)
            self.connection.execute(select(func.pg_advisory_xact_lock(mine)))

    def receive(self, update_id: int, chat_id: int, now: datetime) -> bool:
        self.hold(chat_id)
        return self.insert_once("inbox", update_id=update_id, received_at=now, state="done")

    def conversation(self, chat_id: int) -> State:
        row = self.connection.scalar(
            select(conversations.c.state)
            .where(conversations.c.bot_id == self.bot_id, conversations.c.chat_id == chat_id)
            .with_for_update()
        )
        return NEW if row is None else salvage(row, State, chat_id)

    def keep(self, chat_id: int, state: State, now: datetime) -> None:
        row = {"bot_id": self.bot_id, "chat_id": chat_id, "state": dump(state), "updated_at": now}
        put(self.connection, conversations, row)

    def give_up(self, update_id: int, payload: str, error: str, now: datetime) -> bool:
        return self.insert_once(
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

    def unanswered(self, chat_id: int, one: Unanswered, now: datetime) -> None:
        row = {"bot_id": self.bot_id, "chat_id": chat_id, "text": one.text, "kind": one.kind, "at": now}
        self.connection.execute(insert(unanswered).values(row))

    def happened(self, one: Happened, now: datetime) -> None:
        row = {"bot_id": self.bot_id, "at": now, "what": one.what, "entry": one.entry or ""}
        self.connection.execute(insert(exchanges).values(row))

    def exchanged(self) -> tuple[datetime, datetime] | None:
        # One by one: SQLite reads a whole index for both at once.
        first, last = (
            self.connection.scalar(select(end(exchanges.c.at)).where(exchanges.c.bot_id == self.bot_id))
            for end in (func.min, func.max)
        )
        return None if first is None or last is None else (first, last)

    def exchanges(self, since: datetime, until: datetime) -> tuple[tuple[Happened, int], ...]:
        what, entry, at = exchanges.c.what, exchanges.c.entry, exchanges.c.at
        found = select(what, entry, func.count()).where(exchanges.c.bot_id == self.bot_id)
        rows = self.connection.execute(found.where(at >= since, at < until).group_by(what, entry))
        return tuple((Happened(done, EntryId(met) if met else None), times) for done, met, times in rows)

    def enqueue(self, outgoing: Outgoing, now: datetime) -> bool:
        return self.insert_once(
            "outbox",
            key=outgoing.key,
            chat_id=outgoing.chat_id,
            message=LEAVE if outgoing.reply is None else dump(outgoing.reply),
            state="todo",
            attempts=0,
            not_before=now,
            queued_at=now,
            name=outgoing.name,
            edit=outgoing.edit,
            under=outgoing.under,
            expires_at=outgoing.expires,
        )

    def queued(self, name: str) -> bool:
        named = exists().where(outbox.c.bot_id == self.bot_id, outbox.c.name == name)
        mine = named.where(outbox.c.state != "dead")
        return bool(self.connection.scalar(select(mine)))
