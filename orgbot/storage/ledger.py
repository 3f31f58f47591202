"""The leads, and what became of each."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, insert, or_, select, update

from orgbot.knowledge.fold import fold
from orgbot.leads.life import OPEN, WAITING, Followed, Status, Trace
from orgbot.leads.model import Lead, Media
from orgbot.storage.codec import dump, load
from orgbot.storage.rows import Rows
from orgbot.storage.tables import lead_events, leads, outbox

log = logging.getLogger(__name__)

# A director with more open requests than this is answered about the newest.
OWN = 5
# The messages about a lead that a reply is for the other side: what each wrote, and what an owner is shown.
ANSWERED = ("told", "said", "colleague", "card", "mine", "undelivered", "remind:%")


@dataclass(frozen=True, slots=True)
class LeadRows(Rows):
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
        self.trace(lead.reference, Trace("submitted", lead.at))

    def announced(self, reference: str, now: datetime) -> None:
        self.connection.execute(
            update(leads)
            .where(leads.c.bot_id == self.bot_id, leads.c.reference == reference)
            .values(announced_at=now)
        )
        self.trace(reference, Trace("announced", now))

    def unannounced(self) -> tuple[Lead, ...]:
        rows = self.connection.execute(
            select(leads)
            .where(leads.c.bot_id == self.bot_id, leads.c.announced_at.is_(None))
            .where(leads.c.status != "withdrawn")
            .order_by(leads.c.id)
        ).all()
        return tuple(followed.lead for followed in self._followed(rows))

    def move(self, reference: str, status: Status) -> None:
        self.connection.execute(
            update(leads)
            .where(leads.c.bot_id == self.bot_id, leads.c.reference == reference)
            .values(status=status)
        )

    def trace(self, reference: str, trace: Trace) -> None:
        self.connection.execute(
            insert(lead_events).values(
                bot_id=self.bot_id,
                reference=reference,
                at=trace.at,
                what=trace.what,
                who=trace.who,
                why=trace.why,
                media="" if trace.media is None else dump(trace.media),
            )
        )

    def follow(self, reference: str) -> Followed | None:
        mine = and_(leads.c.bot_id == self.bot_id, leads.c.reference == reference)
        rows = self.connection.execute(select(leads).where(mine).with_for_update()).all()
        return next(iter(self._followed(rows)), None)

    def leads_of(self, chat_id: int) -> tuple[Followed, ...]:
        mine = and_(leads.c.bot_id == self.bot_id, leads.c.chat_id == chat_id)
        rows = self.connection.execute(select(leads).where(mine).order_by(leads.c.id.desc()).limit(OWN)).all()
        return self._followed(rows)

    def leads(self, query: str, offset: int, count: int) -> tuple[tuple[Followed, ...], int]:
        mine = leads.c.bot_id == self.bot_id
        if query:
            # Names are compared without their accents, which no two databases do alike.
            rows = self.connection.execute(select(leads.c.id, leads.c.lead).where(mine)).all()
            mine = and_(mine, leads.c.id.in_([row.id for row in rows if _names(row.lead, query)]))
        total = self.connection.scalar(select(func.count()).select_from(leads).where(mine)) or 0
        # Those that wait for an answer, by what was promised first; then those where people talk, and those
        # that are over, the newest first.
        urgency = case((leads.c.status.in_(WAITING), 0), (leads.c.status.in_(OPEN), 1), else_=2)
        by_promise = case((leads.c.status.in_(WAITING), leads.c.latest), else_=None)
        ordered = select(leads).where(mine).order_by(urgency, by_promise, leads.c.id.desc())
        rows = self.connection.execute(ordered.offset(offset).limit(count)).all()
        return self._followed(rows), total

    def _followed(self, rows: Iterable[Any]) -> tuple[Followed, ...]:
        """One that this release cannot read must not hide the others."""
        rows = [*rows]
        if not rows:
            return ()
        traces = self._traces([row.reference for row in rows])
        found = []
        for row in rows:
            try:
                lead = load(row.lead, Lead)
            except Exception:
                log.exception("the lead %s cannot be read", row.reference)
                continue
            found.append(Followed(lead, row.status, tuple(traces.get(row.reference, ()))))
        return tuple(found)

    def _traces(self, references: Iterable[str]) -> dict[str, list[Trace]]:
        mine = and_(lead_events.c.bot_id == self.bot_id, lead_events.c.reference.in_(references))
        found: dict[str, list[Trace]] = {}
        for row in self.connection.execute(select(lead_events).where(mine).order_by(lead_events.c.id)):
            trace = Trace(row.what, row.at, row.who, row.why, _file(row))
            found.setdefault(row.reference, []).append(trace)
        return found

    def about(self, chat_id: int, message_id: int) -> str:
        name = self.connection.scalar(
            select(outbox.c.name).where(
                outbox.c.bot_id == self.bot_id,
                outbox.c.chat_id == chat_id,
                outbox.c.message_id == message_id,
                or_(*(outbox.c.name.like(f"lead:%:{kind}:%") for kind in ANSWERED)),
            )
        )
        return "" if name is None else name.split(":")[1]


def _file(row: Any) -> Media | None:
    """None, too, for one that this release cannot read: the lead and its other lines matter more."""
    try:
        return load(row.media, Media) if row.media else None
    except Exception:
        log.exception("a file of the lead %s cannot be read", row.reference)
        return None


def _names(row: str, query: str) -> bool:
    """Signs alone name nobody."""
    wanted = fold(query)
    try:
        lead = load(row, Lead)
    except Exception:  # noqa: BLE001  # said where it is followed
        return False
    return bool(wanted) and wanted in fold(f"{lead.first_name} {lead.organisation} {lead.reference}")
