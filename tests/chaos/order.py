"""3. Chats side by side keep their order while those who hold them freeze beyond their leases."""

import asyncio
import signal
import time
from functools import partial

from tests.chaos.processes import Nursery, Replica, happened
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import message

REFUSED = ("refused: StoreAwayError", "was claimed too long ago")


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """One replica freezes inside a transaction, another with a message it has claimed and not sent."""
    began = time.monotonic()
    chats, each = size.of(12, 50), size.of(5, 40)
    async with town(nursery, size, seed, people=chats, sabotage=sabotage) as here:
        # Telegram waits a minute for an answer; a chat of ours would be silent all that time.
        here.writers.patience = size.seconds(2, 12)
        await _start(here, handled=size.of(6, 200), claimed=size.of(2, 100))
        frozen = asyncio.create_task(_thaw(here, size))
        lines = [[message(chat, f"xyz {n}") for n in range(each)] for chat in range(5000, 5000 + chats)]
        await here.writers.all(lines, within=size.seconds(60, 240))
        await frozen
        history = await here.settled(within=size.seconds(60, 240))
        assert not history.lost_updates(here.writers.acknowledged)
        assert not history.unanswered(here.writers.acknowledged)
        assert not history.handled_out_of_order(), f"handled: {history.handled_out_of_order()}"
        assert not history.inversions(), f"shown: {history.inversions()}"
        assert not history.lost_messages()
        duplicates = sum(history.duplicates().values())
        # Who wakes while a send is still its own finds that it timed out, and marks it. Who wakes later says
        # what it may have sent twice, as soon as it goes on.
        marked = history.unsure()
        unwritten = await here.until(
            partial(_unwritten, here), lambda seen: seen + marked >= duplicates, within=20
        )
        refused = [here.said(words) for words in REFUSED]
        assert refused[0], "the owner that froze in its transaction was not refused"
        assert refused[1], "the sender that froze with a claim was not refused"
        return Report(
            number=3,
            name="Order, with owners frozen beyond their leases",
            updates=len(here.writers.acknowledged),
            faults=2,
            shown=len(history.shown),
            ambiguous=unwritten + marked,
            duplicates=duplicates,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"no inversion in {chats} chats; {sum(refused)} refusals of stale owners",
        )


async def _unwritten(here: Town) -> int:
    """Messages that a sender which froze had sent, or was sending, and had not written down."""
    known = here.summed("messages sent from here were claimed by another")
    return known + here.said("was claimed by another meanwhile")


async def _start(here: Town, *, handled: int, claimed: int) -> None:
    plans = (f"handled:{handled}:stop", f"claimed:{claimed}:stop", "")
    for replica, plan in zip(here.replicas, plans, strict=True):
        replica.start(CHAOS_POINTS=plan)
    for replica in here.replicas:
        await replica.ready()


async def _thaw(here: Town, size: Size) -> None:
    """Each is continued well after its lease, once whoever took over is done."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_continue(here.replicas[0], size.seconds(3, 15)))
        group.create_task(_continue(here.replicas[1], size.seconds(5, 40)))


async def _continue(replica: Replica, after: float) -> None:
    await happened(replica.frozen, within=200)
    await asyncio.sleep(after)
    replica.signal(signal.SIGCONT)
