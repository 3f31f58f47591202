"""How fast Telegram takes messages: the generic cell rate algorithm, as values that a database can keep.

A pace remembers one moment, `free_at`: when what was sent so far would be spent at an even rate. What is
ahead of the present by less than the burst may go at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """One a `interval`, after at most `burst` at once."""

    interval: timedelta
    burst: int

    def latest(self, now: datetime) -> datetime:
        """The last `free_at` with which one more may go now."""
        return now + self.interval * (self.burst - 1)

    def first(self, free_at: datetime | None, now: datetime) -> datetime:
        """When one more may go, now at the earliest."""
        return now if free_at is None else max(now, free_at - self.interval * (self.burst - 1))

    def room(self, free_at: datetime | None, now: datetime) -> int:
        """How many may go now."""
        ahead = max(free_at or now, now) - now
        return max(0, (self.interval * self.burst - ahead) // self.interval)

    def after(self, free_at: datetime | None, now: datetime, count: int) -> datetime:
        """The `free_at` once `count` more have gone."""
        return max(free_at or now, now) + self.interval * count


# Telegram's limits: "more than one message per second" in a chat, "about 30 messages per second" in all.
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
# It allows short bursts: an answer and what goes with it leave together.
IN_A_CHAT = Rate(timedelta(seconds=1), burst=3)
IN_ALL = Rate(timedelta(seconds=1) / 30, burst=30)
