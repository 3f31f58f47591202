"""The owners: who they are, what they are doing, when they are away, and what reminds them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select, update

from orgbot.desk.state import IDLE, DaysOff, Desk, DeskState, Owner
from orgbot.runtime.ports import Due
from orgbot.storage.codec import SPENT, dump, salvage
from orgbot.storage.rows import ABOUT_LEADS, Rows
from orgbot.storage.tables import days_off, outbox, owner_chats, owners, reminders

# Each replica prints a link of its own at its start: this many of the last ones pair.
LINKS = 8


@dataclass(frozen=True, slots=True)
class DeskRows(Rows):
    def desk(self) -> Desk:
        mine = select(owner_chats).where(owner_chats.c.bot_id == self.bot_id)
        rows = self.connection.execute(mine.order_by(owner_chats.c.paired_at)).all()
        pairing = self.connection.scalar(select(owners.c.pairing).where(owners.c.bot_id == self.bot_id))
        known = (Owner(row.chat_id, row.name, self._desk_state(row.state, row.chat_id)) for row in rows)
        return Desk(tuple(known), tuple((pairing or "").split()))

    def _desk_state(self, row: str | None, chat_id: int) -> DeskState:
        return IDLE if row is None else salvage(row, DeskState, chat_id)

    def _owner(self, chat_id: int) -> ColumnElement[bool]:
        return and_(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id == chat_id)

    def keep_desk(self, chat_id: int, state: DeskState) -> None:
        self.connection.execute(update(owner_chats).where(self._owner(chat_id)).values(state=dump(state)))

    def offer_pairing(self, secret_hash: str, *, beside: bool = False) -> None:
        self.insert_once("owners")
        # Several replicas may offer theirs at once: nothing is read first.
        kept = func.substr(literal(f"{secret_hash} ") + owners.c.pairing, 1, LINKS * (len(secret_hash) + 1))
        self.connection.execute(
            update(owners)
            .where(owners.c.bot_id == self.bot_id)
            .values(pairing=kept if beside else secret_hash)
        )

    def pair(self, chat_id: int, name: str, now: datetime, *, by_setting: bool = False) -> None:
        values = {"name": name, "paired_at": now, "by_setting": by_setting}
        if not self.insert_once("owner_chats", chat_id=chat_id, **values):
            self.connection.execute(
                update(owner_chats).where(self._owner(chat_id)).values(blocked_at=None, name=name)
            )
        if not by_setting:
            self.offer_pairing("")
        replaced = [
            owner_chats.c.blocked_at.is_not(None),
            *([owner_chats.c.by_setting] if by_setting else []),
        ]
        others = and_(owner_chats.c.bot_id == self.bot_id, owner_chats.c.chat_id != chat_id, or_(*replaced))
        for gone in self.connection.scalars(select(owner_chats.c.chat_id).where(others)).all():
            self._take_over(gone, chat_id, now)
            self.unpair(gone)

    def _take_over(self, gone: int, chat_id: int, now: datetime) -> None:
        """The leads that one chat never took go to another; a card is known by its chat."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.bot_id == self.bot_id, outbox.c.chat_id == gone, outbox.c.state != "sent")
            .where(outbox.c.key.like(ABOUT_LEADS), outbox.c.edit.is_(False))
            .where(outbox.c.message != SPENT)
            .values(
                chat_id=chat_id,
                name=func.replace(outbox.c.name, f":{gone}", f":{chat_id}"),
                under=func.replace(outbox.c.under, f":{gone}", f":{chat_id}"),
            )
            .values(state="todo", attempts=0, not_before=now, settled_at=None, reason=None)
        )

    def unpair(self, chat_id: int) -> None:
        self.connection.execute(delete(owner_chats).where(self._owner(chat_id)))

    def owner_reachable(self, chat_id: int) -> None:
        """What waited for the owner to take messages again is due now; nothing when none waited."""
        was = update(owner_chats).where(self._owner(chat_id), owner_chats.c.blocked_at.is_not(None))
        if self.connection.execute(was.values(blocked_at=None)).rowcount:
            self.connection.execute(
                update(outbox)
                .where(outbox.c.bot_id == self.bot_id, outbox.c.state == "todo", outbox.c.chat_id == chat_id)
                .values(not_before=outbox.c.queued_at)
            )

    def days_off(self) -> tuple[DaysOff, ...]:
        mine = select(days_off).where(days_off.c.bot_id == self.bot_id)
        rows = self.connection.execute(mine.order_by(days_off.c.first, days_off.c.id))
        return tuple(DaysOff(row.id, row.first, row.last) for row in rows)

    def add_days_off(self, first: date, last: date) -> None:
        self.connection.execute(insert(days_off).values(bot_id=self.bot_id, first=first, last=last))

    def forget_days_off(self, number: int) -> None:
        self.connection.execute(
            delete(days_off).where(days_off.c.bot_id == self.bot_id, days_off.c.id == number)
        )

    def remind(self, reference: str, stage: str, due: datetime, *, anew: bool = True) -> None:
        new = self.insert_once("reminders", reference=reference, stage=stage, due=due, state="todo")
        if anew and not new:
            same = and_(reminders.c.reference == reference, reminders.c.stage == stage)
            self.connection.execute(
                update(reminders).where(reminders.c.bot_id == self.bot_id, same).values(due=due, state="todo")
            )

    def planned(self, reference: str, stage: str) -> datetime | None:
        same = and_(reminders.c.reference == reference, reminders.c.stage == stage)
        mine = and_(reminders.c.bot_id == self.bot_id, reminders.c.state == "todo", same)
        due: datetime | None = self.connection.scalar(select(reminders.c.due).where(mine))
        return due

    def due(self, now: datetime) -> tuple[Due, ...]:
        rows = self.connection.execute(
            update(reminders)
            .where(reminders.c.bot_id == self.bot_id, reminders.c.state == "todo", reminders.c.due <= now)
            .values(state="done")
            .returning(reminders.c.reference, reminders.c.stage, reminders.c.due)
        )
        return tuple(sorted((Due(row.reference, row.stage, row.due) for row in rows), key=lambda one: one.at))
