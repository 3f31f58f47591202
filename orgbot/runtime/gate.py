"""One person cannot keep the bot busy for all the others."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from orgbot.runtime.pace import Rate

# Nobody types more than a message a second for long; a whole form tapped through is no flood.
TYPING = Rate(timedelta(seconds=1), burst=60)
REMEMBERED = 10_000


@dataclass(slots=True)
class Gate:
    """In memory, for this process alone: it spares the matcher, and nothing of it has to last."""

    rate: Rate = TYPING
    _free: OrderedDict[int, tuple[datetime, bool]] = field(default_factory=OrderedDict)

    def passes(self, chat_id: int, now: datetime) -> Literal["open", "closing", "closed"]:
        """ "closing": the first message that is too many, which may be told so."""
        free_at, closed = self._free.pop(chat_id, (now, False))
        room = self.rate.room(free_at, now) > 0
        self._free[chat_id] = (self.rate.after(free_at, now, 1) if room else free_at, not room)
        if len(self._free) > REMEMBERED:
            self._free.popitem(last=False)
        if room:
            return "open"
        return "closed" if closed else "closing"
