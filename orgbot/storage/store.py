"""The Store over SQLAlchemy, for one bot."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from orgbot.runtime.ports import Outgoing, Queued, StoreAwayError
from orgbot.storage.tables import inbox, outbox, owner_chats, reminders
from orgbot.storage.transaction import SqlTransaction, reply_of

log = logging.getLogger(__name__)

# A claimed message whose sender died is claimed again after this.
LEASE = timedelta(seconds=30)
BATCH = 30


@dataclass(frozen=True, slots=True)
class SqlStore:
    engine: Engine
    bot_id: int

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        try:
            with self.engine.begin() as connection:
                yield SqlTransaction(connection, self.bot_id)
        except (OperationalError, InterfaceError) as error:
            raise StoreAwayError(str(error)) from error

    def release(self, now: datetime) -> None:
        """At the start of a lone process: what a killed one had claimed is due again."""
        with self.engine.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo", outbox.c.not_before > now)
                .where(outbox.c.reason.is_(None))
                .values(not_before=now)
            )

    def _heads(self) -> Select[tuple[int]]:
        """The oldest undelivered message of each chat: what is behind it waits for it."""
        mine = select(func.min(outbox.c.id)).where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo")
        return mine.group_by(outbox.c.chat_id)

    def claim(self, now: datetime) -> tuple[Queued, ...]:
        with self.engine.begin() as connection:
            due = select(outbox.c.id).where(outbox.c.id.in_(self._heads()), outbox.c.not_before <= now)
            ids = connection.scalars(due.order_by(outbox.c.id).limit(BATCH)).all()
            if not ids:
                return ()
            rows = connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(ids), outbox.c.state == "todo", outbox.c.not_before <= now)
                .values(attempts=outbox.c.attempts + 1, not_before=now + LEASE, reason=None)
                .returning(outbox)
            ).all()
            named = self._named(connection, {name for row in rows for name in (row.name, row.under) if name})
        read = [self._read(row, named, now) for row in sorted(rows, key=lambda row: int(row.id))]
        # When none can be read, what was behind them is due.
        return tuple(row for row in read if row is not None) or self.claim(now)

    def _named(self, connection: Connection, names: set[str]) -> dict[str, int]:
        """Telegram's ids of the last messages of these names."""
        if not names:
            return {}
        known = select(outbox.c.name, outbox.c.message_id).where(
            outbox.c.bot_id == self.bot_id, outbox.c.name.in_(names), outbox.c.message_id.is_not(None)
        )
        return {row.name: row.message_id for row in connection.execute(known.order_by(outbox.c.id))}

    def _read(self, row: Row[Any], named: dict[str, int], now: datetime) -> Queued | None:
        """A message of another release that this one cannot read must not hold up the others."""
        try:
            reply = reply_of(row.message)
        except Exception as error:
            log.exception("%s cannot be read, and will not be sent", row.key)
            self.bury(Queued(row.id, Outgoing(row.key, row.chat_id, None), row.attempts), repr(error), now)
            return None
        outgoing = Outgoing(row.key, row.chat_id, reply, row.name, row.edit, row.under)
        replaces = named.get(row.name) if row.edit else None
        return Queued(row.id, outgoing, row.attempts, replaces, named.get(row.under))

    def delivered(self, row: Queued, now: datetime, message_id: int | None = None) -> None:
        """`message_id`: Telegram's."""
        sent = {"state": "sent", "settled_at": now, "reason": None, "message_id": message_id}
        with self.engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(sent))
            connection.execute(
                update(owner_chats)
                .where(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id == row.outgoing.chat_id)
                .values(blocked_at=None)
            )

    def postpone(self, row: Queued, until: datetime, reason: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == row.id).values(not_before=until, reason=reason)
            )

    def bury(self, row: Queued, reason: str, now: datetime) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(state="dead", settled_at=now, reason=reason)
            )

    def owner_blocked(self, chat_id: int, now: datetime) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(owner_chats)
                .where(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id == chat_id)
                .values(blocked_at=now)
            )

    def next_reminder(self) -> datetime | None:
        with self.engine.begin() as connection:
            due: datetime | None = connection.scalar(
                select(func.min(reminders.c.due)).where(
                    reminders.c.bot_id == self.bot_id, reminders.c.state == "todo"
                )
            )
        return due

    def next_due(self) -> datetime | None:
        with self.engine.begin() as connection:
            due: datetime | None = connection.scalar(
                select(func.min(outbox.c.not_before)).where(outbox.c.id.in_(self._heads()))
            )
        return due

    def offer_pairing(self, secret_hash: str) -> None:
        """The link that pairs the freelancer: this one from now on, and only once."""
        with self.transaction() as tx:
            tx.offer_pairing(secret_hash)

    def health(self) -> dict[str, int | bool]:
        """Counts for /health: what waits, what was refused, whether the owner can be reached."""
        mine = outbox.c.bot_id == self.bot_id
        with self.engine.begin() as connection:
            by_state = select(outbox.c.state, func.count()).where(mine).group_by(outbox.c.state)
            counts: dict[str, int] = {row[0]: row[1] for row in connection.execute(by_state)}
            mine_too = owner_chats.c.bot_id == self.bot_id
            blocked = connection.scalars(select(owner_chats.c.blocked_at).where(mine_too)).all()
            failed = connection.scalar(
                select(func.count())
                .select_from(inbox)
                .where(inbox.c.bot_id == self.bot_id, inbox.c.state == "failed")
            )
        return {
            "outbox_waiting": counts.get("todo", 0),
            "outbox_refused": counts.get("dead", 0),
            "updates_failed": failed or 0,
            "owner_paired": bool(blocked),
            "owner_blocked": any(at is not None for at in blocked),
        }
