"""1. What was answered 2xx, or confirmed to Telegram by a poll is stored, whatever is killed and whenever."""

import asyncio
import random
import time
from dataclasses import dataclass

from tests.chaos import polled
from tests.chaos.history import History
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

WRITERS = 4


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """By webhook, and beside it a bot that polls."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(_posted(nursery, size, seed, sabotage))
        polling = group.create_task(polled.run(nursery, size, seed, sabotage))
    posted, asked = posting.result(), polling.result()
    histories = posted.history, asked.history
    return Report(
        number=1,
        name="Replicas and PostgreSQL killed at random",
        updates=len(posted.acknowledged) + len(asked.asked),
        faults=posted.kills + asked.kills,
        shown=sum(len(one.shown) for one in histories),
        ambiguous=sum(one.retried() for one in histories),
        duplicates=sum(sum(one.duplicates().values()) for one in histories),
        lost=posted.history.lost(posted.acknowledged) + asked.history.lost(asked.confirmed),
        seconds=time.monotonic() - began,
        seen=f"{posted.failures} attempts not acknowledged, and repeated; {len(asked.confirmed)} updates "
        f"confirmed by a bot that polls, through {asked.kills} kills",
    )


@dataclass(frozen=True, slots=True)
class Posted:
    history: History
    acknowledged: list[int]
    failures: int
    kills: int


async def _posted(nursery: Nursery, size: Size, seed: int, sabotage: str) -> Posted:
    chats, each = WRITERS * size.of(4, 10), size.of(6, 25)
    async with town(nursery, size, seed, people=chats, killed=True, sabotage=sabotage) as here:
        await here.start()
        here.keep_alive()
        calm, rest = asyncio.Event(), (0.2, size.seconds(0.8, 1.5))
        killing = asyncio.create_task(here.kill_at_random(random.Random(seed), rest, calm))
        await _four_writers(here, chats, each)
        calm.set()
        await killing
        await here.writers.write([message(5000, "et ensuite?")])
        history = await here.settled(within=120)
        said = [*here.writers.acknowledged]
        lost = [*history.lost_updates(said), *history.unanswered(said)]
        assert not lost, f"acknowledged and not stored: {lost}"
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        assert sum(history.duplicates().values()) <= history.retried()
        return Posted(history, said, here.writers.failures, here.kills)


async def _four_writers(here: Town, chats: int, each: int) -> None:
    """Each speaks for several chats, one after the other."""

    def share(writer: int) -> list[dict[str, object]]:
        mine = range(5000 + writer, 5000 + chats, WRITERS)
        return [message(chat, f"xyz marque {chat} {turn}") for turn in range(each) for chat in mine]

    await here.writers.all([share(writer) for writer in range(WRITERS)], pause=0.05)
