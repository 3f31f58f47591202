"""The outbox: which message may go next, by whom, how fast, and what became of it.

A claim is a lease: until it ends, the message is its claimer's. `attempts` is the fencing token: whoever
comes back after its lease writes nothing down, for another has claimed the message since.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from orgbot.runtime.pace import IN_A_CHAT, IN_ALL
from orgbot.runtime.ports import MAILBOX, TOLD_TO_WAIT, Delivered, Outgoing, Queued
from orgbot.storage.away import begin
from orgbot.storage.codec import SPENT
from orgbot.storage.rows import ABOUT_LEADS, LEAD, Rows, put, send
from orgbot.storage.tables import outbox, owner_chats, paces
from orgbot.storage.transaction import LEAVE, reply_of

log = logging.getLogger(__name__)

# A claimed message whose sender died is claimed again after this.
LEASE = timedelta(seconds=30)
BATCH = 30
# The pace of all chats together is kept as that of a chat that nobody has, and that is not the mailbox's.
EVERYBODY = -1


@dataclass(frozen=True, slots=True)
class Outbox:
    engine: Engine
    bot_id: int

    def claim(self, now: datetime, sent: Sequence[Delivered] = ()) -> tuple[Queued, ...]:
        while True:
            with begin(self.engine) as connection:
                rows = self._claim(connection, now, sent)
                named = self._named(
                    connection, {name for row in rows for name in (row.name, row.under) if name}
                )
            read = [self._read(row, named, now) for row in rows]
            found, sent = tuple(row for row in read if row is not None), ()
            # When it is too late for all of them, what was behind is due.
            if found or not rows:
                return found

    def _claim(self, connection: Connection, now: datetime, sent: Sequence[Delivered]) -> list[Row[Any]]:
        """One replica at a time is past the first statement: it locks the pace of all."""
        pace = Pace(connection, self.bot_id)
        all_free = pace.hold(EVERYBODY, now)
        self._delivered(connection, now, sent)
        room = min(BATCH, IN_ALL.room(all_free, now))
        due = connection.execute(self._due(now).limit(room)).all() if room else ()
        if not due:
            return []
        rows = connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in due]))
            .values(attempts=outbox.c.attempts + 1, not_before=now + LEASE, reason=None)
            .returning(outbox)
        ).all()
        pace.spend({row.chat_id: row.free_at for row in due}, now)
        pace.spend_all(all_free, now, len(rows))
        return sorted(rows, key=lambda row: int(row.id))

    def _heads(self) -> Select[tuple[int]]:
        """The oldest undelivered message of each chat: what is behind it waits for it."""
        mine = select(func.min(outbox.c.id)).where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo")
        return mine.group_by(outbox.c.chat_id)

    def _due(self, now: datetime) -> Select[tuple[int, int, datetime]]:
        """Those whose time has come, of chats whose pace allows it; about leads first."""
        calm = or_(paces.c.free_at.is_(None), paces.c.free_at <= IN_A_CHAT.latest(now))
        urgent = case((outbox.c.key.like(ABOUT_LEADS), 0), else_=1)
        return (
            select(outbox.c.id, outbox.c.chat_id, paces.c.free_at)
            .outerjoin(paces, self._paced())
            .where(outbox.c.id.in_(self._heads()), outbox.c.not_before <= now, calm)
            .order_by(urgent, outbox.c.id)
        )

    def _paced(self) -> ColumnElement[bool]:
        return and_(paces.c.bot_id == outbox.c.bot_id, paces.c.chat_id == outbox.c.chat_id)

    def _named(self, connection: Connection, names: set[str]) -> dict[str, int]:
        """Telegram's ids of the last messages of these names."""
        if not names:
            return {}
        known = select(outbox.c.name, outbox.c.message_id).where(
            outbox.c.bot_id == self.bot_id, outbox.c.name.in_(names), outbox.c.message_id.is_not(None)
        )
        return {row.name: row.message_id for row in connection.execute(known.order_by(outbox.c.id))}

    def _read(self, row: Row[Any], named: dict[str, int], now: datetime) -> Queued | None:
        """None when it is too late for it: it must not hold up the others."""
        outgoing = Outgoing(row.key, row.chat_id, None, row.name, row.edit, row.under)
        read = Queued(row.id, outgoing, row.attempts, until=now + LEASE, unsure=row.unsure)
        if row.expires_at is not None and now >= row.expires_at:
            self.bury(read, "too late to be said", now)
            return None
        try:
            reply = reply_of(row.message)
        except Exception as error:
            log.exception("%s cannot be read", row.key)
            return replace(read, unread=type(error).__name__)
        replaces = named.get(row.name) if row.edit else None
        return replace(
            read, outgoing=replace(outgoing, reply=reply), replaces=replaces, below=named.get(row.under)
        )

    def delivered(self, row: Queued, now: datetime, message_id: int | None = None) -> bool:
        with begin(self.engine) as connection:
            return self._delivered(connection, now, [(row, message_id)])

    def _delivered(self, connection: Connection, now: datetime, sent: Sequence[Delivered]) -> bool:
        """Whether all were still their claimer's. The words are Telegram's from now on: nothing reads them
        again, and a form that is cancelled leaves none."""
        if not sent:
            return True
        chats = {row.outgoing.chat_id for row, _ in sent}
        connection.execute(
            update(owner_chats)
            .where(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id.in_(chats))
            .where(owner_chats.c.blocked_at.is_not(None))
            .values(blocked_at=None)
        )
        rows = [
            {"row": row.id, "claim": row.attempts, "telegrams": message_id, "left": _left(row)}
            for row, message_id in sent
        ]
        mine = and_(
            outbox.c.id == bindparam("row"), outbox.c.attempts == bindparam("claim"), outbox.c.state == "todo"
        )
        values = {"state": "sent", "settled_at": now, "reason": None, "message": bindparam("left")}
        values["message_id"] = bindparam("telegrams")
        done = send(connection, update(outbox).where(mine).values(values), rows)
        if done < len(rows):
            log.warning("%d messages sent from here were claimed by another meanwhile", len(rows) - done)
        return done == len(rows)

    def postpone(self, row: Queued, until: datetime, reason: str, *, unsure: bool = False) -> bool:
        with begin(self.engine) as connection:
            later = {"not_before": until, "reason": reason, "unsure": outbox.c.unsure + int(unsure)}
            return self._settle(connection, row, later)

    def bury(self, row: Queued, reason: str, now: datetime, *, unsure: bool = False) -> bool:
        values = {"state": "unsure" if unsure else "dead", "settled_at": now, "reason": reason}
        # What is about a lead may yet go to an owner who takes another's place.
        if not row.outgoing.key.startswith(LEAD):
            values["message"] = _left(row)
        with begin(self.engine) as connection:
            return self._settle(connection, row, values)

    def _settle(self, connection: Connection, row: Queued, values: dict[str, Any]) -> bool:
        """Whether the message was still its claimer's."""
        mine = and_(outbox.c.id == row.id, outbox.c.attempts == row.attempts, outbox.c.state == "todo")
        done: CursorResult[Any] = connection.execute(update(outbox).where(mine).values(values))
        if not done.rowcount:
            log.warning(
                "%s was claimed by another meanwhile; what became of it here is not kept", row.outgoing.key
            )
        return bool(done.rowcount)

    def moved(self, row: Queued, chat_id: int, now: datetime) -> None:
        """Telegram gave the chat another id: what waits for it goes there, and an owner is one there."""
        old = row.outgoing.chat_id
        with begin(self.engine) as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.bot_id == self.bot_id, outbox.c.chat_id == old, outbox.c.state == "todo")
                .values(chat_id=chat_id, not_before=now)
            )
            mine = owner_chats.c.bot_id == self.bot_id
            known = select(owner_chats.c.chat_id).where(mine, owner_chats.c.chat_id == chat_id)
            if connection.scalar(known) is None:
                connection.execute(
                    update(owner_chats).where(mine, owner_chats.c.chat_id == old).values(chat_id=chat_id)
                )

    def owner_blocked(self, chat_id: int, now: datetime) -> None:
        with begin(self.engine) as connection:
            connection.execute(
                update(owner_chats)
                .where(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id == chat_id)
                .values(blocked_at=now)
            )

    def next_due(self) -> datetime | None:
        """When a message may go next: its own time, its chat's pace, and that of all."""
        everybody = and_(paces.c.bot_id == self.bot_id, paces.c.chat_id == EVERYBODY)
        with begin(self.engine) as connection:
            all_free: datetime | None = connection.scalar(select(paces.c.free_at).where(everybody))
            rows = connection.execute(
                select(outbox.c.not_before, paces.c.free_at)
                .outerjoin(paces, self._paced())
                .where(outbox.c.id.in_(self._heads()))
            ).all()
        first = min((IN_A_CHAT.first(row.free_at, row.not_before) for row in rows), default=None)
        return None if first is None else IN_ALL.first(all_free, first)

    def _waiting_since(self, connection: Connection, now: datetime) -> datetime | None:
        """Since when the oldest message waits that could have left: see Health. What is behind a message of
        its chat waits for that one, and is not late by itself."""
        blocked = select(owner_chats.c.chat_id).where(
            owner_chats.c.bot_id == self.bot_id, owner_chats.c.blocked_at.is_not(None)
        )
        rows = connection.execute(
            select(
                outbox.c.attempts, outbox.c.reason, outbox.c.not_before, outbox.c.queued_at, paces.c.free_at
            )
            .outerjoin(paces, self._paced())
            .where(outbox.c.id.in_(self._heads()))
            .where(outbox.c.chat_id != MAILBOX, outbox.c.chat_id.not_in(blocked))
        )
        return min((since for row in rows if (since := _since(row, now)) is not None), default=None)


def _since(row: Any, now: datetime) -> datetime | None:
    """When the message at the head of its chat could first have left; None when it is held on purpose."""
    if row.reason == TOLD_TO_WAIT and row.not_before > now:
        return None
    if row.attempts <= 1 and row.reason is None:
        # Its turn has just come, and its first claim, if there is one, may still deliver it.
        return IN_A_CHAT.first(row.free_at, row.not_before)
    queued: datetime = row.queued_at
    return queued


def _left(row: Queued) -> str:
    """Of a message that is settled."""
    return LEAVE if row.outgoing.reply is None else SPENT


@dataclass(frozen=True, slots=True)
class Pace(Rows):
    def hold(self, chat_id: int, now: datetime) -> datetime:
        """The pace of the chat, which nobody else reads or changes until the commit."""
        mine = and_(paces.c.bot_id == self.bot_id, paces.c.chat_id == chat_id)
        known = select(paces.c.free_at).where(mine).with_for_update()
        free_at: datetime | None = self.connection.scalar(known)
        if free_at is None:
            self.insert_once("paces", chat_id=chat_id, free_at=now)
            free_at = self.connection.scalars(known).one()
        return free_at

    def spend(self, free: Mapping[int, datetime | None], now: datetime) -> None:
        """One message more in each of these chats, whose paces are given; all of them count for everybody."""
        rows = (
            {"bot_id": self.bot_id, "chat_id": chat, "free_at": IN_A_CHAT.after(free_at, now, 1)}
            for chat, free_at in free.items()
        )
        put(self.connection, paces, *rows)

    def spend_all(self, free_at: datetime, now: datetime, count: int) -> None:
        mine = and_(paces.c.bot_id == self.bot_id, paces.c.chat_id == EVERYBODY)
        self.connection.execute(update(paces).where(mine).values(free_at=IN_ALL.after(free_at, now, count)))
