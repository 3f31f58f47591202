"""A lead's life. Every change of status is a line of MOVES; a pair that is not in it is not allowed.

The rules:
- a lead is open until it is won, lost, dropped by the freelancer or withdrawn by the director;
- an answer, through the bot or any other way, makes it a conversation; nothing makes it new again;
- what the freelancer closed she may open again, as a conversation if it was one, or else to be answered as
  promised; what the director withdrew stays closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orgbot.leads.model import Lead, Media

Status = Literal["new", "seen", "talking", "won", "lost", "dropped", "withdrawn"]
Move = Literal["see", "answer", "win", "lose", "drop", "reopen", "withdraw"]
# What lead_events remembers: each move, and what changes no status.
What = Literal[
    "submitted", "announced", Move, "told", "said", "add", "later", "undelivered", "reminded", "missed"
]

OPEN: tuple[Status, ...] = ("new", "seen", "talking")
WAITING: tuple[Status, ...] = ("new", "seen")
# By the freelancer.
CLOSED: tuple[Status, ...] = ("won", "lost", "dropped")

MOVES: Mapping[tuple[Status, Move], Status] = {
    ("new", "see"): "seen",
    **{(status, "answer"): "talking" for status in WAITING},
    **{(status, "win"): "won" for status in OPEN},
    **{(status, "lose"): "lost" for status in OPEN},
    **{(status, "drop"): "dropped" for status in OPEN},
    **{(status, "withdraw"): "withdrawn" for status in OPEN},
    **{(status, "reopen"): "seen" for status in CLOSED},
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a lead's history. `who`: the first name of whoever did it, "" when the bot did; `why`: in
    words, where there is a reason (or the words themselves, of what was said); `media`: the file of what was
    said."""

    what: What
    at: datetime
    who: str = ""
    why: str = ""
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """A lead and what became of it, oldest trace first."""

    lead: Lead
    status: Status
    traces: tuple[Trace, ...] = ()

    def first(self, what: What) -> Trace | None:
        return next((trace for trace in self.traces if trace.what == what), None)

    def last(self, what: What) -> Trace | None:
        return next((trace for trace in reversed(self.traces) if trace.what == what), None)

    @property
    def heard(self) -> bool:
        """Whether anything of the freelancer's reached her: words that were delivered, or by other means."""
        told = [trace.at for trace in self.traces if trace.what == "told"]
        lost = sum(trace.what == "undelivered" for trace in self.traces)
        taken = any(trace.what == "answer" and trace.at not in told for trace in self.traces)
        return taken or len(told) > lost

    @property
    def answered(self) -> datetime | None:
        """When she first heard of the freelancer, through the bot or not."""
        heard = [trace.at for trace in (self.first("answer"), self.first("told")) if trace is not None]
        return min(heard, default=None) if self.heard else None


def moved(status: Status, move: Move, *, answered: bool = False) -> Status | None:
    """The status after `move`, of a lead that was `answered` before or not; None where it is not allowed."""
    after = MOVES.get((status, move))
    return "talking" if move == "reopen" and after is not None and answered else after


def opened(leads: Iterable[Followed], reference: str | None = None) -> Followed | None:
    """The first that is open; of that reference, where one is given."""
    return next(
        (one for one in leads if one.status in OPEN and reference in (None, one.lead.reference)), None
    )
