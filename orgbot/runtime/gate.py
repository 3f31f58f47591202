"""One person cannot keep the bot busy for all the others."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal, TypeVar

from orgbot.runtime.pace import Rate

V = TypeVar("V")

# Nobody types more than a message a second for long; a whole form tapped through is no flood.
TYPING = Rate(timedelta(seconds=1), burst=60)
# People; and updates that may come again: while the database is away, Telegram sends each every few seconds.
REMEMBERED = 10_000


@dataclass(slots=True)
class Gate:
    """In memory, for this process alone: it spares the matcher, and nothing of it has to last. For each chat,
    what it has spent, and the first update that was too many since."""

    rate: Rate = TYPING
    _free: OrderedDict[int, tuple[datetime, int | None]] = field(default_factory=OrderedDict)
    _passed: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def passes(self, chat_id: int, update_id: int, now: datetime) -> Literal["open", "closing", "closed"]:
        """ "closing": the first message that is too many, which may be told so. An update that has passed
        passes again, for nothing: its person wrote once, however often it is tried."""
        with self._lock:
            if update_id not in self._passed:
                too_many = self._spend(chat_id, update_id, now)
                if too_many is not None:
                    return "closing" if too_many == update_id else "closed"
            _remember(self._passed, update_id, None)
            return "open"

    def _spend(self, chat_id: int, update_id: int, now: datetime) -> int | None:
        """The first that was too many, while there is no room."""
        free_at, too_many = self._free.get(chat_id, (now, None))
        if self.rate.room(free_at, now) > 0:
            free_at, too_many = self.rate.after(free_at, now, 1), None
        elif too_many is None:
            too_many = update_id
        _remember(self._free, chat_id, (free_at, too_many))
        return too_many


def _remember(known: OrderedDict[int, V], key: int, value: V) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
