"""12. Ten thousand updates, and bodies of a megabyte: memory stays flat."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial

import httpx

from tests.chaos.processes import Nursery, Replica
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.whole import Whole, like, sentences
from tests.chaos.writers import HEADER, SECRET, Json, Writers, message

MB = 1 << 20
MOST = 300.0
# Megabytes that a replica may have grown once it is warm: less than bodies take that are kept, or what the
# encoder works with.
GROWTH = 25.0
# Bodies after which the allocator has what it needs for as many at once as there are threads.
WARM_UP = 27
AT_ONCE = 9
# Who speaks to the whole bot, in the short form and in the full one.
SPEAKERS = (11, 22)

Lines = list[list[Json]]


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """Replicas that know words alone take most of it; the whole bot reads what people say, beside them. What
    is still to be delivered at the end waits in PostgreSQL, and is not waited for here."""
    began = time.monotonic()
    chats, each, large = size.of(20, 250), size.of(16, 40), size.of(90, 180)
    people = chats + size.of(*SPEAKERS)
    # A message's claim lasts as long as it really does: nine such bodies keep a small machine busy.
    async with town(nursery, size, seed, people=people, sabotage=sabotage, times="") as here:
        whole = await _whole(here)
        async with Writers([whole], seed) as readers:
            small = [
                [message(chat, f"xyz {n} {chat}") for n in range(each)] for chat in range(5000, 5000 + chats)
            ]
            said, speakers = sentences(seed), range(5000 + chats, 5000 + people)
            warm_up, spoken = each // 4, partial(_spoken, said, speakers)
            await _both(here, readers, [lines[:warm_up] for lines in small], spoken(3), WARM_UP)
            warm = [megabytes(replica) for replica in here.replicas]
            await _both(here, readers, [lines[warm_up:] for lines in small], spoken(size.of(6, 20)), large)
            await _too_large(here, 3)
            full = [megabytes(replica) for replica in here.replicas]
            here.writers.said |= readers.said
            acknowledged = [*here.writers.acknowledged, *readers.acknowledged]
        _flat(warm, full)
        history = await here.history()
        assert not history.lost_updates(acknowledged)
        assert not history.unanswered(acknowledged)
        return Report(
            number=12,
            name="Ten thousand updates, bodies of a megabyte",
            updates=len(acknowledged),
            faults=2 * (WARM_UP + large) // AT_ONCE * AT_ONCE + 6,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=sum(history.duplicates().values()),
            lost=len(history.lost_updates(acknowledged)),
            seconds=time.monotonic() - began,
            seen=f"{max(warm[:-1]):.0f} MB warm, {max(full[:-1]):.0f} at the end, by words alone; the whole "
            f"bot {warm[-1]:.0f} and {full[-1]:.0f}; what is not shown waits",
        )


async def _whole(here: Town) -> Whole:
    """The last of the replicas, to which the others' writers do not speak; its first start trains a model."""
    await here.start()
    whole = like(here.replicas[0])
    here.writers.replicas = [*here.replicas]
    here.replicas.append(whole)
    whole.start()
    await whole.ready(within=300)
    return whole


async def _both(here: Town, readers: Writers, small: Lines, spoken: Lines, large: int) -> None:
    """Many messages, then bodies as large as is allowed: a third as many for the whole bot, for it is one."""
    async with asyncio.TaskGroup() as group:
        group.create_task(here.writers.all(small, within=400))
        group.create_task(readers.all(spoken, within=400))
    await _large(here.writers, large)
    await _large(readers, large // 3)


def _spoken(said: Iterator[str], chats: range, each: int) -> Lines:
    return [[message(chat, next(said)) for _ in range(each)] for chat in chats]


def _flat(warm: Sequence[float], full: Sequence[float]) -> None:
    for before, after in zip(warm, full, strict=True):
        assert after <= MOST, f"{after:.0f} MB"
        assert after - before <= GROWTH, f"from {before:.0f} MB to {after:.0f} MB"


def megabytes(replica: Replica) -> float:
    """Resident, as the system says."""
    done = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(replica.pid)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024


async def _large(writers: Writers, count: int) -> None:
    """As large as is allowed, to each replica in turn, nine at once: Telegram's own are a few kilobytes."""
    lanes = [[_of(MB, 5000 + lane) for _ in range(count // AT_ONCE)] for lane in range(AT_ONCE)]
    await writers.all(lanes, within=60)


def _of(length: int, chat: int) -> Json:
    """An update whose body is a little under `length` bytes."""
    return message(chat, "mot " * ((length - 1000) // 4))


async def _too_large(here: Town, count: int) -> None:
    """Refused while it is read: a body that says its length, and one that never ends."""
    for number in range(count):
        update = _of(2 * MB, 5000)
        assert await here.writers.attempt(update, at=number) == 413
        url = f"http://127.0.0.1:{here.replicas[number % 3].port}/telegram"
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            try:
                status = (await client.post(url, content=_endless(), headers={HEADER: SECRET})).status_code
            except httpx.TransportError:
                status = 413  # it hung up on us
        assert status == 413, f"{status} for a body without end"


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(20):
        yield b" " * MB
