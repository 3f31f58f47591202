"""What one replica at a time does now and then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy import Engine as Database

from orgbot.storage.away import begin
from orgbot.storage.rows import insert_once
from orgbot.storage.tables import chores

# A replica that dies over it keeps the others from it for so long.
CLAIM = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Chore:
    """Whoever works beyond its claim may meet the next one: a chore is such that this does no harm. When the
    claim ends is its fencing token."""

    engine: Database
    bot_id: int
    name: str
    every: timedelta

    def claim(self, now: datetime) -> datetime | None:
        """Until when it is the caller's; None when it is not due, or somebody is at it."""
        due = or_(chores.c.done_at.is_(None), _far(chores.c.done_at, now, self.every))
        free = or_(
            chores.c.claimed_until.is_(None),
            chores.c.claimed_until <= now,
            # Two clocks are not alike; one that was set back is further away.
            chores.c.claimed_until > now + 2 * CLAIM,
        )
        until = now + CLAIM
        with begin(self.engine) as connection:
            insert_once(connection, chores, bot_id=self.bot_id, name=self.name)
            claimed = update(chores).where(self._mine(), due, free).values(claimed_until=until)
            return until if connection.execute(claimed).rowcount == 1 else None

    def let_go(self, until: datetime, done_at: datetime | None) -> None:
        """The claim `until` then. Done: not again before `every`; else it is due as it was."""
        held = and_(self._mine(), chores.c.claimed_until == until)
        changed = {"claimed_until": None} | ({"done_at": done_at} if done_at else {})
        with begin(self.engine) as connection:
            connection.execute(update(chores).where(held).values(changed))

    def _mine(self) -> ColumnElement[bool]:
        return and_(chores.c.bot_id == self.bot_id, chores.c.name == self.name)


def _far(at: ColumnElement[datetime], now: datetime, span: timedelta) -> ColumnElement[bool]:
    """From the present, on either side of it: a clock may have been set back since."""
    return or_(at <= now - span, at >= now + span)
