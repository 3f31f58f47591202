"""What people said without getting an answer, and what the freelancer made of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, delete, insert, select, update

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.taught import NewEntry, Taught
from orgbot.storage.rows import Rows
from orgbot.storage.tables import taught, taught_entries, unanswered

# More than this are grouped only once some of these are settled.
MOST = 2000


@dataclass(frozen=True, slots=True)
class LessonRows(Rows):
    def gaps(self) -> tuple[tuple[int, str], ...]:
        waiting = select(unanswered.c.id, unanswered.c.text).where(
            unanswered.c.bot_id == self.bot_id, unanswered.c.settled_at.is_(None)
        )
        rows = self.connection.execute(waiting.order_by(unanswered.c.id.desc()).limit(MOST)).all()
        return tuple((row.id, row.text) for row in reversed(rows))

    def settle(self, rows: Sequence[int], now: datetime) -> None:
        self.connection.execute(
            update(unanswered)
            .where(unanswered.c.bot_id == self.bot_id, unanswered.c.id.in_(rows))
            .values(settled_at=now)
        )

    def words_of(self, rows: Sequence[int]) -> tuple[str, ...]:
        mine = select(unanswered.c.text).where(unanswered.c.bot_id == self.bot_id, unanswered.c.id.in_(rows))
        return tuple(self.connection.scalars(mine.order_by(unanswered.c.id)))

    def teach(self, lessons: Sequence[Taught], by: str, now: datetime) -> None:
        for lesson in lessons:
            folded = fold(lesson.text)
            # The later lesson is the later row.
            self.connection.execute(
                delete(taught).where(taught.c.bot_id == self.bot_id, taught.c.folded == folded)
            )
            row = {"bot_id": self.bot_id, "folded": folded, "text": lesson.text, "by": by, "at": now}
            self.connection.execute(insert(taught).values(row | {"entry": lesson.entry or ""}))

    def teach_entry(self, new: NewEntry, by: str, now: datetime) -> None:
        """Raises IntegrityError when an entry that is taught still has this id."""
        gone = delete(taught_entries).where(
            taught_entries.c.bot_id == self.bot_id, taught_entries.c.id == new.id
        )
        self.connection.execute(gone.where(taught_entries.c.retired_at.is_not(None)))
        row = {"bot_id": self.bot_id, "id": new.id, "title": new.title, "answer": new.answer}
        self.connection.execute(insert(taught_entries).values(row | {"by": by, "at": now}))

    def retire(self, words: Collection[str], entries: Collection[EntryId], now: datetime) -> None:
        self._retire(taught, taught.c.folded, words, now)
        self._retire(taught_entries, taught_entries.c.id, entries, now)

    def _retire(self, table: Table, column: Column[str], keys: Collection[str], now: datetime) -> None:
        known = select(column).where(table.c.bot_id == self.bot_id, table.c.retired_at.is_(None))
        held = {*self.connection.scalars(known)} & {*keys}
        if held:
            mine = update(table).where(table.c.bot_id == self.bot_id, column.in_(held))
            self.connection.execute(mine.values(retired_at=now))

    def lessons(self) -> tuple[tuple[Taught, ...], tuple[NewEntry, ...]]:
        words = self.connection.execute(
            select(taught)
            .where(taught.c.bot_id == self.bot_id, taught.c.retired_at.is_(None))
            .order_by(taught.c.id)
        )
        entries = self.connection.execute(
            select(taught_entries)
            .where(taught_entries.c.bot_id == self.bot_id, taught_entries.c.retired_at.is_(None))
            .order_by(taught_entries.c.at, taught_entries.c.id)
        )
        return (
            tuple(Taught(row.text, EntryId(row.entry) if row.entry else None) for row in words),
            tuple(NewEntry(EntryId(row.id), row.title, row.answer) for row in entries),
        )
