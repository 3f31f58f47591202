"""12. Ten thousand updates, and bodies of a megabyte: memory stays flat."""

import subprocess
import time
from collections.abc import AsyncIterator

import httpx

from tests.chaos.processes import Nursery, Replica
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import HEADER, SECRET, Json, message

MB = 1 << 20
MOST = 300.0
# Megabytes that a replica may have grown once it is warm. Less than any of the bodies kept, or a kilobyte an
# update.
GROWTH = 25.0
# Bodies after which the allocator has what it needs for as many at once as there are threads.
WARM_UP = 27
AT_ONCE = 9


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """What is still to be delivered at the end waits in PostgreSQL, and is not waited for here."""
    began = time.monotonic()
    chats, each, large = size.of(20, 250), size.of(16, 40), size.of(54, 180)
    # A message's claim lasts as long as it really does: nine such bodies keep a small machine busy.
    async with town(nursery, size, seed, people=chats, sabotage=sabotage, times="") as here:
        await here.start()
        warm_up = each // 4
        lines = [
            [message(chat, f"xyz {n} {chat}") for n in range(each)] for chat in range(5000, 5000 + chats)
        ]
        await here.writers.all([said[:warm_up] for said in lines])
        await _large(here, WARM_UP)
        warm = max(map(megabytes, here.replicas))
        await here.writers.all([said[warm_up:] for said in lines], within=400)
        await _large(here, large)
        await _too_large(here, 3)
        full = max(map(megabytes, here.replicas))
        assert full <= MOST, f"{full:.0f} MB"
        assert full - warm <= GROWTH, f"from {warm:.0f} MB to {full:.0f} MB"
        history = await here.history()
        assert not history.lost_updates(here.writers.acknowledged)
        assert not history.unanswered(here.writers.acknowledged)
        return Report(
            number=12,
            name="Ten thousand updates, bodies of a megabyte",
            updates=len(here.writers.acknowledged),
            faults=WARM_UP + large + 6,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=sum(history.duplicates().values()),
            lost=len(history.lost_updates(here.writers.acknowledged)),
            seconds=time.monotonic() - began,
            seen=f"{warm:.0f} MB warm, {full:.0f} MB at the end, by words alone; what is not shown waits",
        )


def megabytes(replica: Replica) -> float:
    """Resident, as the system says."""
    done = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(replica.pid)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024


async def _large(here: Town, count: int) -> None:
    """As large as is allowed, to each replica in turn, nine at once: Telegram's own are a few kilobytes."""
    lanes = [[_of(MB, 5000 + lane) for _ in range(count // AT_ONCE)] for lane in range(AT_ONCE)]
    await here.writers.all(lanes, within=60)


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
