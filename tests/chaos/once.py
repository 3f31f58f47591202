"""2. Each update delivered five times at once, and a death at every named moment: handled exactly once."""

import asyncio
import random
import time
from collections import Counter

from tests.chaos.history import History
from tests.chaos.points import POINTS
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import Town, town
from tests.chaos.writers import REQUEST, Json, request

TIMES = 5


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """One request comes as it should, and one five times, both in peace. Then replicas die at one moment
    each, again and again, while others come in."""
    began = time.monotonic()
    plans = [f"{point}:{1 + 2 * turn}:kill" for turn in range(size.of(1, 4)) for point in POINTS]
    people, most = size.of(6, 30), size.of(30, 90)
    async with town(nursery, size, seed, people=2 + most, sabotage=sabotage) as here:
        await here.start()
        await here.writers.write(request(5000, "une fois"))
        await _five_times(here, request(5001, "calme"))
        _check(await here.settled(within=60), range(5000, 5002))
        random.Random(seed).shuffle(plans)
        await _die_in_turn(here, plans)
        here.writers.patience = 5.0
        async with asyncio.TaskGroup() as group:
            for chat in range(5002, 5002 + people):
                group.create_task(_five_times(here, request(chat, f"chat {chat}")))
        # Who was started last still has its death before it.
        while min((died := _died(here)).values()) < size.of(1, 4):
            assert people < most, f"not everybody died: {died}"
            people += 1
            await _five_times(here, request(5001 + people, f"chat {5001 + people}"))
        history = await here.settled(within=size.seconds(60, 180))
        _check(history, range(5000, 5002 + people))
        duplicates = sum(history.duplicates().values())
        assert duplicates <= history.retried()
        return Report(
            number=2,
            name="Every update five times at once, deaths at five named moments",
            updates=(1 + TIMES * (1 + people)) * len(REQUEST),
            faults=sum(died.values()),
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=duplicates,
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{len(history.leads)} leads of {2 + people} requests",
        )


def _died(here: Town) -> dict[str, int]:
    return {point: here.said(f"chaos: kill at {point}") for point in POINTS}


async def _die_in_turn(here: Town, plans: list[str]) -> None:
    """Each replica, each time that it is started, has the next death before it."""
    for replica in here.replicas:
        here.kill(replica)
        await replica.ended()
        replica.start(CHAOS_POINTS=plans.pop())
    here.keep_alive(plans)


async def _five_times(here: Town, updates: list[Json]) -> None:
    for update in updates:
        async with asyncio.TaskGroup() as group:
            for _ in range(TIMES):
                group.create_task(here.writers.post(update))


def _check(history: History, chats: range) -> None:
    """Every chat has the one lead and the same messages as the first, in which all was said once."""
    assert Counter(history.leads.values()) == Counter(chats), f"leads: {history.leads}"
    calm = _kinds(history, chats[0])
    for chat in chats:
        assert _kinds(history, chat) == calm, f"chat {chat}: {_kinds(history, chat)} instead of {calm}"
    cards = Counter(row.key for row in history.outbox if row.key.endswith(":card:2002"))
    assert len(cards) == len(history.leads)
    assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
    assert not history.inversions(), f"out of order: {history.inversions()}"


def _kinds(history: History, chat: int) -> Counter[int]:
    """How many messages each step of the request has brought."""
    mine = [row for row in history.outbox if row.chat == chat and row.update]
    steps = sorted({row.update for row in mine})
    return Counter(steps.index(row.update) for row in mine)
