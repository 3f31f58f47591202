"""What was stored and what Telegram was shown, read afterwards and compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from tests.chaos.points import MARK


@dataclass(frozen=True, slots=True)
class Row:
    """Of the outbox; `update`: what it answers, 0 for none. `shown`: whether people see it as a message;
    `queued`: when, in Unix seconds."""

    id: int
    key: str
    chat: int
    state: str
    attempts: int
    unsure: int
    update: int
    shown: bool
    queued: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that Telegram was sent; `at` in Unix seconds; `key` of the outbox, "" without a mark."""

    at: float
    chat: int
    id: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """`inbox`: update → done or failed; `leads`: reference → chat."""

    inbox: Mapping[int, str]
    outbox: tuple[Row, ...]
    leads: Mapping[str, int]
    shown: tuple[Shown, ...]

    def lost_updates(self, acknowledged: Iterable[int]) -> list[int]:
        """Acknowledged, and not stored."""
        return sorted(set(acknowledged) - set(self.inbox))

    def lost_messages(self) -> list[str]:
        """Queued, and never seen by anybody."""
        seen = {shown.key for shown in self.shown}
        return [row.key for row in self.outbox if row.shown and row.key not in seen]

    def lost(self, acknowledged: Iterable[int]) -> int:
        return len(self.lost_updates(acknowledged)) + len(self.lost_messages())

    def unanswered(self, updates: Iterable[int]) -> list[int]:
        """Stored, and nothing was queued in answer."""
        return sorted(set(updates) - {row.update for row in self.outbox})

    def duplicates(self) -> dict[str, int]:
        """Key → how many times more than once."""
        times = Counter(shown.key for shown in self.shown if shown.key)
        return {key: number - 1 for key, number in times.items() if number > 1}

    def retried(self) -> int:
        """Attempts beyond the first."""
        return sum(max(0, row.attempts - 1) for row in self.outbox)

    def unsure(self) -> int:
        """Sends that timed out, marked as such and made once more."""
        return sum(row.unsure for row in self.outbox)

    def inversions(self) -> list[tuple[str, str]]:
        """Pairs of keys of a chat that were shown in the other order than they were queued. A message that is
        shown once more is not one: what a process was sending when it froze may end when it wakes."""
        order = {row.key: row.id for row in self.outbox}
        found: list[tuple[str, str]] = []
        last: dict[int, str] = {}
        known: set[str] = set()
        for shown in self.shown:
            if shown.key not in order or shown.key in known:
                continue
            known.add(shown.key)
            before = last.get(shown.chat)
            if before is not None and order[shown.key] < order[before]:
                found.append((before, shown.key))
            last[shown.chat] = shown.key
        return found

    def handled_out_of_order(self) -> list[tuple[int, int]]:
        """Pairs of updates of a chat that were handled in the other order than they were said."""
        said: dict[int, list[int]] = defaultdict(list)
        for row in sorted(self.outbox, key=lambda row: row.id):
            if row.update and row.key.startswith("update:"):
                said[row.chat].append(row.update)
        return [(one, other) for updates in said.values() for one, other in pairwise(updates) if other < one]


OUTBOX = "SELECT *, extract(epoch FROM queued_at) AS queued FROM outbox ORDER BY id"


def read(connection: psycopg.Connection, log: list[dict[str, Any]]) -> History:
    cursor: psycopg.Cursor[Any] = connection.cursor(row_factory=namedtuple_row)
    inbox = {row.update_id: row.state for row in cursor.execute("SELECT update_id, state FROM inbox")}
    leads = {row.reference: row.chat_id for row in cursor.execute("SELECT reference, chat_id FROM leads")}
    outbox = tuple(_row(row) for row in cursor.execute(OUTBOX))
    shown = tuple(_shown(one) for one in log if one["kind"] == "message")
    return History(inbox, outbox, leads, shown)


def _row(row: Any) -> Row:
    words = row.key.split(":")
    update = int(words[words.index("update") + 1]) if "update" in words else 0
    # A reaction, a menu or a farewell is no message; nor is a letter, which goes to no chat.
    shown = '"text":' in row.message.replace('"text": ', '"text":') and not row.edit and row.chat_id != 0
    return Row(
        row.id, row.key, row.chat_id, row.state, row.attempts, row.unsure, update, shown, float(row.queued)
    )


def _shown(one: dict[str, Any]) -> Shown:
    text, _, key = one["text"].partition(f"\n{MARK}")
    return Shown(one["at"], one["chat"], one["id"], key, text)
