"""The Store over SQLAlchemy, for one bot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from sqlalchemy import func, select, update

from orgbot.runtime.ports import Health
from orgbot.storage.away import begin
from orgbot.storage.chores import Chore
from orgbot.storage.outbox import Outbox
from orgbot.storage.retention import PURGE, Forgetting
from orgbot.storage.rows import insert_once
from orgbot.storage.tables import bots, chores, inbox, outbox, owner_chats, reminders
from orgbot.storage.transaction import SqlTransaction


@dataclass(frozen=True, slots=True)
class SqlStore(Outbox):
    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        with begin(self.engine) as connection:
            yield SqlTransaction(connection, self.bot_id)

    def release(self, now: datetime) -> None:
        """At the start of a lone process: what a killed one had claimed is due again. Several replicas share
        a PostgreSQL, where a claim may well be another's."""
        if self.engine.dialect.name != "sqlite":
            return
        with begin(self.engine) as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo", outbox.c.not_before > now)
                .where(outbox.c.reason.is_(None))
                .values(not_before=now)
            )
            connection.execute(
                update(chores).where(chores.c.bot_id == self.bot_id).values(claimed_until=None)
            )

    def next_reminder(self) -> datetime | None:
        with begin(self.engine) as connection:
            due: datetime | None = connection.scalar(
                select(func.min(reminders.c.due)).where(
                    reminders.c.bot_id == self.bot_id, reminders.c.state == "todo"
                )
            )
        return due

    def offer_pairing(self, secret_hash: str) -> None:
        """A link that pairs the freelancer, beside those of the other replicas: the first one used is the
        only one."""
        with self.transaction() as tx:
            tx.offer_pairing(secret_hash, beside=True)

    def introduce(self, username: str, now: datetime) -> str:
        """The name of another bot, when these conversations are its own and not this one's; else ""."""
        with begin(self.engine) as connection:
            known = {row.bot_id: row.username for row in connection.execute(select(bots))}
            if known and self.bot_id not in known:
                return next(iter(known.values())) or str(next(iter(known)))
            insert_once(connection, bots, bot_id=self.bot_id, username=username, since=now)
        return ""

    def purge(self, now: datetime, stop: Event | None = None) -> int:
        """Forget what can serve no more, and what was promised to be, until `stop` is set; how many rows."""
        return Forgetting(self.engine, self.bot_id, now, stop or Event()).run()

    def purge_in_turn(self, now: datetime, stop: Event) -> int | None:
        """The same; None when it was done less than PURGE ago, or another replica is at it."""
        chore = Chore(self.engine, self.bot_id, "purge", PURGE)
        until = chore.claim(now)
        if until is None:
            return None
        gone = self.purge(now, stop)
        chore.let_go(until, None if stop.is_set() else now)
        return gone

    def health(self, now: datetime) -> Health:
        """By indexes alone: it takes the same time whatever was stored before."""
        mine = outbox.c.bot_id == self.bot_id
        with begin(self.engine) as connection:
            counts: dict[str, int] = {}
            for state in ("todo", "dead", "unsure"):
                number = select(func.count()).select_from(outbox).where(mine, outbox.c.state == state)
                counts[state] = connection.scalar(number) or 0
            oldest = self._waiting_since(connection, now)
            blocked = connection.scalars(
                select(owner_chats.c.blocked_at).where(owner_chats.c.bot_id == self.bot_id)
            ).all()
            failed = connection.scalar(
                select(func.count())
                .select_from(inbox)
                .where(inbox.c.bot_id == self.bot_id, inbox.c.state == "failed")
            )
        return Health(
            waiting=counts["todo"],
            refused=counts["dead"],
            unsure=counts["unsure"],
            failed=failed or 0,
            lag=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
            owners=len(blocked),
            owners_blocked=sum(at is not None for at in blocked),
        )
