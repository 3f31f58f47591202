"""8. A deploy: old replicas are told to stop while new ones start, with hundreds of messages queued."""

import asyncio
import signal
import time

from tests.chaos.processes import Nursery, Replica
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

LONGEST = 10.0


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
    chats, each, queued = size.of(15, 40), size.of(6, 20), size.of(40, 500)
    async with town(nursery, size, seed, people=chats, count=6, sabotage=sabotage) as here:
        old, new = here.replicas[:3], here.replicas[3:]
        here.writers.replicas = old
        await _up(old)
        lines = [[message(chat, f"xyz {n}") for n in range(each)] for chat in range(5000, 5000 + chats)]
        # Telegram has no time for anybody until the old ones are told to stop.
        await here.fault(method="sendMessage", error_code=429, retry_after=1, times=None)
        writing = asyncio.create_task(here.writers.all([said[:-2] for said in lines]))
        waiting = await here.until(here.waiting, lambda left: left >= queued, within=60, pause=0.02)
        # Telegram goes on sending to whoever answers, all through the deploy.
        late = asyncio.create_task(_then(here, writing, [said[-2:] for said in lines]))
        await _up(new)
        here.writers.replicas = here.replicas
        await here.no_faults()
        slowest = max(await asyncio.gather(*(_stop(replica) for replica in old)))
        here.writers.replicas = new
        await late
        history = await here.settled(within=120)
        assert not history.lost_updates(here.writers.acknowledged)
        assert not history.unanswered(here.writers.acknowledged)
        assert len(here.writers.acknowledged) == chats * each
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        duplicates = history.duplicates()
        assert not duplicates, f"sent twice by a stop in order: {duplicates}"
        return Report(
            number=8,
            name="A deploy with hundreds queued, old and new replicas overlapping",
            updates=len(here.writers.acknowledged),
            faults=len(old) + history.retried(),
            shown=len(history.shown),
            ambiguous=0,
            duplicates=0,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{waiting} queued at the stop; the slowest exit took {slowest:.1f} s",
        )


async def _up(replicas: list[Replica]) -> None:
    for replica in replicas:
        replica.start()
    for replica in replicas:
        await replica.ready()


async def _then(here: Town, first: asyncio.Task[None], lines: list[list[dict[str, object]]]) -> None:
    await first
    await here.writers.all(lines, pause=1.0)


async def _stop(replica: Replica) -> float:
    """Seconds until it has ended, in order."""
    began = time.monotonic()
    replica.signal(signal.SIGTERM)
    code = await replica.ended(within=60)
    took = time.monotonic() - began
    assert code == 0, f"it ended with {code}:\n{replica.tail()}"
    assert took < LONGEST, f"it took {took:.1f} s to stop"
    return took
