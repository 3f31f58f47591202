"""How long what people wrote is kept, and the forgetting of it.

It goes by the primary key, a window of rows at a time, each in a short transaction: nobody waits for it, and
what it did before a stop stays done. One replica at a time is at it; two do no harm. What waits to be sent is
never touched. docs/operations.md and the privacy policy (faq/interface.yml) say the same times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy import Engine as Database

from orgbot.storage.away import begin
from orgbot.storage.codec import SPENT
from orgbot.storage.desks import DeskRows
from orgbot.storage.lessons import LessonRows
from orgbot.storage.rows import ABOUT_LEADS
from orgbot.storage.tables import (
    consents,
    conversations,
    inbox,
    lead_events,
    leads,
    outbox,
    owner_chats,
    paces,
    reminders,
    unanswered,
)

# What is promised is twelve months at most: a day less, for this comes by a few times a day only.
YEAR = timedelta(days=364)

# A lead and all that is about it, after the last line of its history.
LEADS = YEAR
# Who had agreed to what, once no lead of hers is left: then only that someone had.
CONSENTS = YEAR
# What the bot remembers of a person, after her last message; an utterance that it had no answer for.
PEOPLE, UTTERANCES = YEAR, YEAR
# A form that was never sent: nobody agreed to its being kept.
DRAFTS = timedelta(days=30)
# An utterance that was taught or left aside: it was of use until then.
SETTLED = timedelta(days=30)
# An update that could not be handled, whole: long enough to look into it.
FAILED = timedelta(days=30)
# The words of a message about a lead that was refused: until then they go to an owner who takes another's
# place. The words of any other message go as soon as it is sent or refused (see orgbot.storage.outbox).
REFUSED = timedelta(days=30)
# That a message was said: named ones are edited and replied to, and a refusal is looked into.
NAMED = YEAR
# The ids of updates and of their replies. Telegram repeats an update for 24 hours at most.
# https://core.telegram.org/bots/api#getting-updates
REMEMBERED = timedelta(days=7)
# The pace of a chat is of no use after seconds.
PACES = timedelta(hours=1)

# Between two times. A replica looks more often than that: another may have died over it.
PURGE = timedelta(hours=6)
# Rows in a window, and seconds between two: SQLite has one writer at a time, and the others take their turn.
BATCH, PAUSE = 500, 0.02

# Rows of one window are changed under a condition that says which they are; how many were.
Work = Callable[[Connection, ColumnElement[bool]], int]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`stop`: once it is set, what is left waits for the next time."""

    engine: Database
    bot_id: int
    now: datetime
    stop: Event

    def run(self) -> int:
        """How many rows. Leads first: what is about them goes because they are gone."""
        done = self._walk(leads, leads.c.id, self._leads, (leads.c.at, LEADS))
        done += self._walk(outbox, outbox.c.id, self._messages, (outbox.c.queued_at, REMEMBERED))
        done += self._walk(consents, consents.c.id, self._consents, (consents.c.at, CONSENTS))
        done += self._walk(unanswered, unanswered.c.id, self._utterances, (unanswered.c.at, SETTLED))
        done += self._lessons()
        # These two are not in the order of time.
        done += self._walk(conversations, conversations.c.chat_id, self._conversations)
        done += self._walk(paces, paces.c.chat_id, self._paces)
        return done + self._updates("done", REMEMBERED) + self._updates("failed", FAILED)

    def _walk(
        self,
        table: Table,
        key: Column[int],
        work: Work,
        since: tuple[Column[datetime], timedelta] | None = None,
    ) -> int:
        """Over the whole table; where its rows are in the order of time, up to those that are too young.
        `since`: the column that says when, and the age from which on there is something to do."""
        # As a column it would have SQLite read, for each window, the whole of an index that begins with it.
        bot = table.c.bot_id if len(table.primary_key) > 1 else table.c.bot_id + 0
        done, mine = 0, bot == self.bot_id
        after = mine
        while not self.stop.is_set():
            with begin(self.engine) as connection:
                found = select(key, since[0] if since else key).where(after)
                rows: Sequence[Any] = connection.execute(found.order_by(key).limit(BATCH)).all()
                if not rows or (since and all(row[1] >= self.now - since[1] for row in rows)):
                    return done
                window = and_(mine, key.between(rows[0][0], rows[-1][0]))
                done += work(connection, window)
            if len(rows) < BATCH:
                return done
            after = and_(mine, key > rows[-1][0])
            self.stop.wait(PAUSE)
        return done

    def _leads(self, connection: Connection, window: ColumnElement[bool]) -> int:
        """One that is being moved is locked, and is left for the next time; once it is locked here, nobody
        moves it, and its history says whether it is still."""
        before = self.now - LEADS
        old = select(leads.c.reference).where(window, leads.c.at < before)
        locked = connection.scalars(old.with_for_update(skip_locked=True)).all()
        if not locked:
            return 0
        history = select(lead_events.c.reference).where(lead_events.c.bot_id == self.bot_id)
        alive = history.where(lead_events.c.reference.in_(locked), lead_events.c.at >= before)
        gone = {*locked} - {*connection.scalars(alive)}
        return sum(self._delete(connection, table, table.c.reference, gone) for table in ABOUT)

    def _delete(self, connection: Connection, table: Table, key: Column[Any], keys: set[Any]) -> int:
        if not keys:
            return 0
        return connection.execute(delete(table).where(table.c.bot_id == self.bot_id, key.in_(keys))).rowcount

    def _messages(self, connection: Connection, window: ColumnElement[bool]) -> int:
        settled = and_(window, outbox.c.state != "todo")
        said = and_(
            outbox.c.name == "", outbox.c.state == "sent", self._older(outbox.c.settled_at, REMEMBERED)
        )
        old = or_(said, self._older(outbox.c.settled_at, NAMED))
        done = connection.execute(delete(outbox).where(settled, old)).rowcount
        done += self._delete(connection, outbox, outbox.c.id, self._orphans(connection, settled))
        spoken = and_(outbox.c.message != SPENT, self._older(outbox.c.settled_at, REFUSED))
        return done + connection.execute(update(outbox).where(settled, spoken).values(message=SPENT)).rowcount

    def _orphans(self, connection: Connection, settled: ColumnElement[bool]) -> set[int]:
        """The messages about leads that are no more."""
        named = select(outbox.c.id, outbox.c.name).where(settled, outbox.c.name.like(ABOUT_LEADS))
        about = {row.id: row.name.split(":")[1] for row in connection.execute(named)}
        mine = select(leads.c.reference).where(leads.c.bot_id == self.bot_id)
        there = {*connection.scalars(mine.where(leads.c.reference.in_({*about.values()})))}
        return {row for row, reference in about.items() if reference not in there}

    def _consents(self, connection: Connection, window: ColumnElement[bool]) -> int:
        """What proves that someone agreed to that text then stays (hash, moment, update); not who it was."""
        hers = exists().where(leads.c.bot_id == consents.c.bot_id, leads.c.chat_id == consents.c.chat_id)
        over = and_(window, consents.c.chat_id != 0, self._older(consents.c.at, CONSENTS), ~hers)
        return connection.execute(update(consents).where(over).values(chat_id=0, text="")).rowcount

    def _utterances(self, connection: Connection, window: ColumnElement[bool]) -> int:
        at, settled = unanswered.c.at, unanswered.c.settled_at
        old = or_(self._older(at, UTTERANCES), self._older(settled, SETTLED))
        return connection.execute(delete(unanswered).where(window, old)).rowcount

    def _lessons(self) -> int:
        """One that was left in the middle quotes utterances: it goes with them."""
        done = 0
        with begin(self.engine) as connection:
            desks, lessons = DeskRows(connection, self.bot_id), LessonRows(connection, self.bot_id)
            connection.execute(select(owner_chats.c.chat_id).with_for_update())
            for owner in desks.desk().owners:
                gaps = owner.state.lesson.gaps if owner.state.lesson else ()
                quoted = [row for gap in gaps for row in gap.rows]
                if len(lessons.words_of(quoted)) < len(quoted):
                    desks.keep_desk(owner.chat_id, replace(owner.state, lesson=None))
                    done += 1
        return done

    def _conversations(self, connection: Connection, window: ColumnElement[bool]) -> int:
        """A person whose form is forgotten begins anew."""
        at = conversations.c.updated_at
        form = and_(conversations.c.state.like('%"form": {%'), self._older(at, DRAFTS))
        old = or_(form, self._older(at, PEOPLE))
        return connection.execute(delete(conversations).where(window, old)).rowcount

    def _paces(self, connection: Connection, window: ColumnElement[bool]) -> int:
        return connection.execute(delete(paces).where(window, self._older(paces.c.free_at, PACES))).rowcount

    def _updates(self, state: str, age: timedelta) -> int:
        """Their ids are in no order of time; what became of them is, by an index."""
        mine = and_(inbox.c.bot_id == self.bot_id, inbox.c.state == state)
        old = select(inbox.c.update_id).where(mine, self._older(inbox.c.received_at, age)).limit(BATCH)
        done, gone = 0, BATCH
        while gone == BATCH and not self.stop.is_set():
            with begin(self.engine) as connection:
                gone = connection.execute(
                    delete(inbox).where(inbox.c.bot_id == self.bot_id, inbox.c.update_id.in_(old))
                ).rowcount
            done += gone
            self.stop.wait(PAUSE)
        return done

    def _older(self, at: Column[datetime], age: timedelta) -> ColumnElement[bool]:
        return at < self.now - age


# The tables that know leads by their references.
ABOUT = (leads, lead_events, reminders)
