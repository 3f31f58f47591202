"""10. Two hundred leads at once: never faster than Telegram allows, and leads before all else."""

import asyncio
import random
import time
from collections.abc import Sequence
from itertools import pairwise

from tests.chaos.history import History, Shown
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import OWNER, Town, town
from tests.chaos.writers import message, request

# Messages at once, and messages a second, in a chat and in all.
CHAT, ALL = (3, 1.0), (30, 30.0)
# Seconds that may pass between a claim, which is what is paced, and its arrival at Telegram.
LATENCY = 1.5
# Seconds without a card while others wait: the owner's own pace, a 429 of a second, a busy machine.
LONGEST = 4.5


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """All is said while Telegram takes nothing: once it does, everybody waits, the leads behind hundreds."""
    began = time.monotonic()
    leads, noise = size.of(8, 200), size.of(200, 400)
    async with town(nursery, size, seed, people=leads + noise, sabotage=sabotage, times="") as here:
        await here.start()
        await here.fault(method="sendMessage", error_code=429, retry_after=1, times=None)
        idle = [[message(5000 + leads + n, f"xyz {n}")] for n in range(noise)]
        idle[0] = [message(5000 + leads, f"xyz {n}") for n in range(size.of(10, 50))]
        await here.writers.all(idle)
        await here.writers.all([request(5000 + n, f"lead {n}") for n in range(leads)], within=240)
        await here.no_faults()
        released = time.time()
        bursts = asyncio.create_task(_bursts(here, random.Random(seed), size))
        history = await here.settled(within=size.seconds(60, 400))
        faults = await bursts
        assert len(history.leads) == leads
        assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
        assert not history.inversions()
        duplicates = history.duplicates()
        assert not duplicates, f"a 429 is no ambiguous send, and these came twice: {duplicates}"
        slowest = _check(history, here.claims(), leads, noise, released)
        return Report(
            number=10,
            name="Many leads on three replicas, with bursts of 429",
            updates=len(here.writers.acknowledged),
            faults=1 + faults,
            shown=len(history.shown),
            ambiguous=0,
            duplicates=0,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"never {LONGEST} s without a card while hundreds wait: {slowest:.1f} s at most",
        )


async def _bursts(here: Town, dice: random.Random, size: Size) -> int:
    """How many 429 were asked for."""
    done = 0
    for _ in range(size.of(2, 8)):
        times = dice.randint(3, size.of(6, 30))
        await here.fault(method="sendMessage", error_code=429, retry_after=1, times=times)
        done += times
        await asyncio.sleep(dice.uniform(1, size.seconds(2, 8)))
    return done


def _check(history: History, claims: Sequence[float], leads: int, noise: int, released: float) -> float:
    """The longest time without a card, in seconds; `released`: since when Telegram takes any."""
    for chat in {shown.chat for shown in history.shown}:
        _paced([shown.at for shown in history.shown if shown.chat == chat], *CHAT, LATENCY, f"chat {chat}")
    _paced(claims, *ALL, 0.0, "all chats")
    cards = [shown for shown in history.shown if shown.chat == OWNER and ":card:" in shown.key]
    assert len(cards) == leads
    others = [shown for shown in history.shown if shown.chat != OWNER]
    behind = sum(shown.at > cards[0].at for shown in others)
    assert behind > noise / 2, f"only {behind} messages were left behind the first card"
    return _first(cards, released, others)


def _paced(moments: Sequence[float], burst: int, rate: float, late: float, where: str) -> None:
    for window in (1.0, 3.0, 10.0):
        most, first = burst + rate * (window + late) + 1, 0
        for last, moment in enumerate(moments):
            while moment - moments[first] > window:
                first += 1
            assert last - first + 1 <= most, f"{last - first + 1} messages in {window} s to {where}"


def _first(cards: Sequence[Shown], released: float, others: Sequence[Shown]) -> float:
    """While others are being sent, the owner is never kept waiting beyond her own pace."""
    busy = others[-1].at
    moments = [released, *(card.at for card in cards if card.at < busy)]
    gaps = [after - before for before, after in pairwise(moments)]
    slowest = max(gaps, default=0.0)
    assert slowest < LONGEST, f"{slowest:.1f} s without a card, behind messages that could wait"
    return slowest
