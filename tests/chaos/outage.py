"""7. PostgreSQL is away for a minute under load, and again as it comes back."""

import asyncio
import time

from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

# Seconds in which what was committed before the kill may still be answered.
GRACE = 0.5


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
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
        said = here.writers.acknowledged
        lost = [*history.lost_updates(said), *history.unanswered(said)]
        assert not lost, f"acknowledged and not stored: {lost}"
        assert len(said) == chats * each
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        assert not history.handled_out_of_order()
        assert here.writers.statuses.get(503, 0), "nobody was told to come back later"
        duplicates = sum(history.duplicates().values())
        assert duplicates <= history.retried()
        assert all(replica.poll() is None for replica in here.replicas), "a replica gave up"
        return Report(
            number=7,
            name="PostgreSQL away under load, and again in its recovery",
            updates=len(said),
            faults=2,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=duplicates,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{here.writers.statuses[503]} answers 503; backlog at zero {caught_up:.0f} s after",
        )


async def _away(here: Town, seconds: float) -> None:
    """Nothing is acknowledged meanwhile."""
    here.postgres.kill()
    await asyncio.sleep(GRACE)
    before = len(here.writers.acknowledged)
    await asyncio.sleep(seconds - GRACE)
    assert len(here.writers.acknowledged) == before, "acknowledged while there was no database"
    await asyncio.to_thread(here.postgres.start)
