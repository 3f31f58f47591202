"""7. PostgreSQL is away for a minute under load, and again as it comes back; or it falls silent."""

import asyncio
import time
from dataclasses import dataclass

from tests.chaos import silence
from tests.chaos.history import History
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

# Seconds in which what was committed before the kill may still be answered.
GRACE = 0.5


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """It dies; and beside that, another falls silent."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        killing = group.create_task(_killed(nursery, size, seed, sabotage))
        silencing = group.create_task(silence.run(nursery, size, seed, sabotage))
    killed, silent = killing.result(), silencing.result()
    histories = killed.history, silent.history
    return Report(
        number=7,
        name="PostgreSQL away under load, and again in its recovery; and silent in mid-query",
        updates=len(killed.acknowledged) + len(silent.acknowledged),
        faults=3,
        shown=sum(len(one.shown) for one in histories),
        ambiguous=sum(one.retried() for one in histories),
        duplicates=sum(sum(one.duplicates().values()) for one in histories),
        lost=sum(one.history.lost(one.acknowledged) for one in (killed, silent)),
        seconds=time.monotonic() - began,
        seen=f"{killed.refused} answers 503; backlog at zero {killed.caught_up:.0f} s after; a silent one is "
        f"given up after {silent.slowest:.0f} s",
    )


@dataclass(frozen=True, slots=True)
class Killed:
    """`refused`: answers 503; `caught_up`: seconds until nothing waited any more."""

    history: History
    acknowledged: list[int]
    refused: int
    caught_up: float


async def _killed(nursery: Nursery, size: Size, seed: int, sabotage: str) -> Killed:
    chats, each, away = size.of(10, 30), size.of(8, 50), size.seconds(2.5, 60)
    async with town(nursery, size, seed, people=chats, killed=True, sabotage=sabotage) as here:
        await here.start()
        lines = [[message(chat, f"xyz {n}") for n in range(each)] for chat in range(5000, 5000 + chats)]
        writing = asyncio.create_task(here.writers.all(lines, pause=size.seconds(0.5, 3), within=240))
        await asyncio.sleep(size.seconds(0.7, 10))
        await _away(here, away)
        # In the middle of recovery: the first to come back are at work, and the others wait still.
        await asyncio.sleep(size.seconds(0.4, 2))
        await _away(here, size.seconds(1, 10))
        back = time.monotonic()
        await writing
        history = await here.settled(within=240)
        caught_up = time.monotonic() - back
        said = [*here.writers.acknowledged]
        lost = [*history.lost_updates(said), *history.unanswered(said)]
        assert not lost, f"acknowledged and not stored: {lost}"
        assert len(said) == chats * each
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        assert not history.handled_out_of_order()
        refused = here.writers.statuses.get(503, 0)
        assert refused, "nobody was told to come back later"
        assert sum(history.duplicates().values()) <= history.retried()
        assert all(replica.poll() is None for replica in here.replicas), "a replica gave up"
        return Killed(history, said, refused, caught_up)


async def _away(here: Town, seconds: float) -> None:
    """Nothing is acknowledged meanwhile."""
    here.postgres.kill()
    await asyncio.sleep(GRACE)
    before = len(here.writers.acknowledged)
    await asyncio.sleep(seconds - GRACE)
    assert len(here.writers.acknowledged) == before, "acknowledged while there was no database"
    await asyncio.to_thread(here.postgres.start)
