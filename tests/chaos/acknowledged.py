"""1. What was answered 2xx is stored, whatever is killed and whenever."""

import asyncio
import random
import time

from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

WRITERS = 4


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
    chats, each = WRITERS * size.of(4, 10), size.of(6, 25)
    async with town(nursery, size, seed, people=chats, killed=True, sabotage=sabotage) as here:
        await here.start()
        here.keep_alive()
        calm = asyncio.Event()
        killing = asyncio.create_task(_kill(here, random.Random(seed), size, calm))
        await _four_writers(here, chats, each)
        calm.set()
        await killing
        await here.writers.write([message(5000, "et ensuite?")])
        history = await here.settled(within=120)
        said = here.writers.acknowledged
        lost = [*history.lost_updates(said), *history.unanswered(said)]
        assert not lost, f"acknowledged and not stored: {lost}"
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        duplicates = sum(history.duplicates().values())
        assert duplicates <= history.retried()
        return Report(
            number=1,
            name="Replicas and PostgreSQL killed at random",
            updates=len(said),
            faults=here.kills,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=duplicates,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{here.writers.failures} attempts not acknowledged, and repeated",
        )


async def _four_writers(here: Town, chats: int, each: int) -> None:
    """Each speaks for several chats, one after the other."""

    def share(writer: int) -> list[dict[str, object]]:
        mine = range(5000 + writer, 5000 + chats, WRITERS)
        return [message(chat, f"xyz marque {chat} {turn}") for turn in range(each) for chat in mine]

    await here.writers.all([share(writer) for writer in range(WRITERS)], pause=0.05)


async def _kill(here: Town, dice: random.Random, size: Size, calm: asyncio.Event) -> None:
    """A replica, again and again; PostgreSQL, now and then."""
    while not calm.is_set():
        await asyncio.sleep(dice.uniform(0.2, size.seconds(0.8, 1.5)))
        if dice.random() < 0.25:
            here.kills += 1
            here.postgres.kill()
            await asyncio.sleep(dice.uniform(0.1, 0.5))
            await asyncio.to_thread(here.postgres.start)
        else:
            here.kill(dice.choice(here.replicas))
