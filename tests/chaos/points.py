"""Named moments of a replica's work at which it dies or freezes, and the marks by which history is read.

`received`: before the transaction; `handled`: inside it, before the commit; `committed`: after it, before
the 200; `claimed`: a message is this replica's, and not sent; `sent`: Telegram took it, and it is not
written down. "handled:3:kill" dies the third time; "claimed:1:stop" freezes until it is continued, with
nothing else on its way.
"""

# ruff: noqa: T201  # its output is read by another process, or by a person

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from time import monotonic, sleep
from typing import Any

from orgbot.knowledge.sentences import Html
from orgbot.runtime.handle import Handler
from orgbot.runtime.ports import MAILBOX, Delivered, Incoming, Outcome, Queued
from orgbot.storage.store import SqlStore
from orgbot.storage.transaction import SqlTransaction
from orgbot.tg.courier import Courier

POINTS = ("received", "handled", "committed", "claimed", "sent")
# Before the outbox's key of a message, at the end of its text.
MARK = "¶"

# What the log says of a claim: when, in Unix seconds, and how many messages.
CLAIMED = "chaos: claimed "
# A text that no handler takes.
POISON = "☠"

HANDLING: ContextVar[bool] = ContextVar("HANDLING", default=False)


@dataclass(slots=True)
class Points:
    """`plan`: point → (the time from which it acts, what is done), once; `flying`: messages claimed here that
    are on their way to Telegram."""

    plan: dict[str, tuple[int, str]]
    seen: dict[str, int] = field(default_factory=dict)
    flying: int = 0
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def read(cls, words: str) -> "Points":
        asked = [word.split(":") for word in words.split(",") if word]
        return cls({point: (int(turn), what) for point, turn, what in asked})

    def hush(self) -> None:
        """Before a freeze, what is on its way arrives: a message between this process and its socket would be
        sent when it goes on, and no check of its own can prevent that."""
        turn, what = self.plan.get("claimed", (0, ""))
        deadline = monotonic() + 5
        while what == "stop" and self.seen.get("claimed", 0) + 1 >= turn and self.flying:
            assert monotonic() < deadline
            sleep(0.01)

    def reach(self, point: str) -> None:
        with self.lock:
            self.seen[point] = self.seen.get(point, 0) + 1
            turn, what = self.plan.get(point, (0, ""))
            if not turn or self.seen[point] < turn:
                return
            del self.plan[point]
        print(f"chaos: {what} at {point}", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP if what == "stop" else signal.SIGKILL)
        # Another thread may be the one that takes the signal: this one must not get any further meanwhile.
        sleep(0.2)


@dataclass(frozen=True, slots=True)
class ChaosStore(SqlStore):
    points: Points

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        with SqlStore.transaction(self) as tx:
            yield tx
            if HANDLING.get():
                self.points.reach("handled")

    def claim(self, now: datetime, sent: Sequence[Delivered] = ()) -> tuple[Queued, ...]:
        for _ in sent:
            self.points.reach("sent")
        self.points.hush()
        rows = SqlStore.claim(self, now, sent)
        if rows:
            print(f"{CLAIMED}{now.timestamp()} {len(rows)}", flush=True)
            self.points.flying += sum(row.outgoing.chat_id != MAILBOX for row in rows)
            self.points.reach("claimed")
        return tuple(map(marked, rows))


def marked(row: Queued) -> Queued:
    """The same message, whose text ends with its key: what Telegram shows says which row it came from."""
    reply = row.outgoing.reply
    if reply is None or not reply.text:
        return row
    text = Html(f"{reply.text}\n{MARK}{row.outgoing.key}")
    return replace(row, outgoing=replace(row.outgoing, reply=replace(reply, text=text)))


def watch_handling(points: Points) -> None:
    original: Callable[[Handler, Incoming], None] = Handler.handle

    def handle(handler: Handler, incoming: Incoming) -> None:
        points.reach("received")
        if POISON in getattr(incoming.event, "text", ""):
            print(f"chaos: poison {incoming.update_id}", flush=True)
            raise RuntimeError(POISON)
        token = HANDLING.set(True)
        try:
            original(handler, incoming)
        except Exception as error:
            print(f"chaos: update {incoming.update_id} refused: {type(error).__name__}", flush=True)
            raise
        finally:
            HANDLING.reset(token)
        points.reach("committed")

    target: Any = Handler
    target.handle = handle


def watch_sending(points: Points) -> None:
    original = Courier.send

    async def send(courier: Courier, row: Queued) -> Outcome:
        try:
            return await original(courier, row)
        finally:
            points.flying -= 1

    target: Any = Courier
    target.send = send
