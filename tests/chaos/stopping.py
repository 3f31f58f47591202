"""8. A deploy: old replicas are told to stop while new ones are at work, with hundreds of messages queued,
each in the middle of sending to a Telegram that takes its time."""

import asyncio
import signal
import time
from contextlib import suppress

from tests.chaos.processes import Nursery, Replica, happened
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, claims, town
from tests.chaos.writers import Json, message

LONGEST = 10.0
# Replicas of the old release, and as many of the new.
OLD = 3
# People, in the short form and in the full one; and those who write to an old replica until it sends.
CHATS, KNOCKS = (15, 40), 20
# Seconds that Telegram takes for a message during the deploy; and those of the short form's lock, claim and
# pace: a claim must be several times as long.
SLOW, TIMES = 1.0, "1.5,6,0.3"


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
    chats, each, queued = size.of(*CHATS), size.of(6, 20), size.of(40, 500)
    async with town(
        nursery, size, seed, people=chats + OLD * KNOCKS, count=2 * OLD, sabotage=sabotage, times=TIMES
    ) as here:
        lines = [[message(chat, f"xyz {n}") for n in range(each)] for chat in range(5000, 5000 + chats)]
        waiting, stops = await _deploy(here, lines, queued)
        history = await here.settled(within=120)
        assert not history.lost_updates(here.writers.acknowledged)
        assert not history.unanswered(here.writers.acknowledged)
        assert len(here.writers.acknowledged) >= chats * each + OLD
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        duplicates = history.duplicates()
        assert not duplicates, f"sent twice by a stop in order: {duplicates}"
        return Report(
            number=8,
            name="A deploy with hundreds queued, old and new replicas overlapping",
            updates=len(here.writers.acknowledged),
            faults=OLD + history.retried(),
            shown=len(history.shown),
            ambiguous=0,
            duplicates=0,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{waiting} queued, {' + '.join(str(sending) for sending, _ in stops)} on their way at each "
            f"stop; the slowest exit took {max(took for _, took in stops):.1f} s",
        )


async def _deploy(here: Town, lines: list[list[Json]], queued: int) -> tuple[int, list[tuple[int, float]]]:
    """How many messages waited; and of each stop, what `_stop` says."""
    old, new = here.replicas[:OLD], here.replicas[OLD:]
    here.writers.replicas = old
    await _up(old)
    # Telegram has no time for anybody until the old ones are told to stop.
    await here.fault(method="sendMessage", error_code=429, retry_after=1, times=None)
    writing = asyncio.create_task(here.writers.all([said[:-2] for said in lines]))
    waiting = await here.until(here.waiting, lambda left: left >= queued, within=60, pause=0.02)
    # Telegram goes on sending to whoever answers, all through the deploy.
    late = asyncio.create_task(_then(here, writing, [said[-2:] for said in lines]))
    await _up(new)
    here.writers.replicas = here.replicas
    await here.no_faults()
    await here.fault(method="sendMessage", delay=SLOW, times=None)
    slow = time.time()
    stops = await asyncio.gather(*(_stop(here, number, slow) for number in range(OLD)))
    await here.no_faults()
    here.writers.replicas = new
    await late
    return waiting, stops


async def _up(replicas: list[Replica]) -> None:
    for replica in replicas:
        replica.start()
    for replica in replicas:
        await replica.ready()


async def _then(here: Town, first: asyncio.Task[None], lines: list[list[dict[str, object]]]) -> None:
    await first
    await here.writers.all(lines, pause=1.0)


async def _stop(here: Town, number: int, slow: float) -> tuple[int, float]:
    """In the middle of sending: how many messages, and the seconds until it has ended, in order. `slow`:
    since when Telegram is."""
    replica = here.replicas[number]
    chat = 5000 + here.size.of(*CHATS) + number * KNOCKS
    for knocker in range(chat, chat + KNOCKS):
        # Whoever commits an update looks for what can leave; else it may sleep while others send it all.
        await here.writers.post(message(knocker, "xyz toc toc"), at=number)
        with suppress(AssertionError):
            await happened(lambda: _sending(replica, slow) > 0, within=0.5)
            break
    began, sending = time.monotonic(), _sending(replica, slow)
    replica.signal(signal.SIGTERM)
    assert sending, "it was stopped while it had nothing to send"
    code = await replica.ended(within=60)
    took = time.monotonic() - began
    assert code == 0, f"it ended with {code}:\n{replica.tail()}"
    assert took < LONGEST, f"it took {took:.1f} s to stop"
    return sending, took


def _sending(replica: Replica, slow: float) -> int:
    """Messages that it has claimed so lately that Telegram has answered for none of them."""
    late = max(slow, time.time() - SLOW / 2)
    return sum(count for when, count in claims(replica) if when > late)
