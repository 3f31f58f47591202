"""What a bot without Telegram has acknowledged and shown, and what of it was lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from orgbot.runtime.ports import Queued
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import inbox, outbox

# Turns of the delivery: a history leaves fewer messages than that.
MOST = 1000


@dataclass(slots=True)
class Ledger:
    """`acknowledged`: updates, once they had been handled or set aside; `shown`, `refused`: keys
    of what Telegram took, and of what it never will."""

    store: SqlStore
    acknowledged: set[int] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def lost(self, now: datetime, owner: int) -> Sequence[int | str]:
        """Updates acknowledged and not stored, and messages queued and shown to nobody, by number and key."""
        self._deliver_all(now, owner)
        with self.store.engine.begin() as connection:
            stored = set(connection.scalars(select(inbox.c.update_id)))
            # What came too late to be said is not sent, on purpose.
            said = select(outbox.c.key).where(outbox.c.expires_at.is_(None) | (outbox.c.state != "dead"))
            queued = set(connection.scalars(said))
        return [*sorted(self.acknowledged - stored), *sorted(queued - self.shown - self.refused)]

    def _deliver_all(self, now: datetime, owner: int) -> None:
        """Nothing goes wrong any more; who blocked the bot lets it write again."""
        with self.store.transaction() as tx:
            tx.owner_reachable(owner)
        for _ in range(MOST):
            due = self.store.next_due()
            if due is None:
                return
            now = max(due, now + timedelta(seconds=1))
            for row in self.store.claim(now):
                self._show(row, now)
        raise AssertionError("the outbox is never empty")

    def _show(self, row: Queued, now: datetime) -> None:
        self.shown.add(row.outgoing.key)
        self.store.delivered(row, now)
