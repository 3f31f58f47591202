"""2. Each update delivered five times at once, and a death at every named moment: handled exactly once."""

import asyncio
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
    """One chat a moment and a time; every replica dies there, once."""
    began = time.monotonic()
    plans = [(point, 1 + 2 * at) for at in range(size.of(1, 3)) for point in POINTS]
    async with town(nursery, size, seed, people=1 + len(plans), sabotage=sabotage) as here:
        faults = 0
        await here.start()
        await _five_times(here, request(5000, "calme"))
        for number, (point, turn) in enumerate(plans):
            faults += await _round(here, 5001 + number, point, turn)
        history = await here.settled(within=size.seconds(60, 180))
        _check(history, 5000, len(plans))
        duplicates = sum(history.duplicates().values())
        assert duplicates <= history.retried()
        return Report(
            number=2,
            name="Every update five times at once, a death at each of five moments",
            updates=TIMES * len(REQUEST) * (1 + len(plans)),
            faults=faults,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=duplicates,
            lost=0,
            seconds=time.monotonic() - began,
            seen=f"{len(history.leads)} leads of {1 + len(plans)} requests",
        )


async def _round(here: Town, chat: int, point: str, turn: int) -> int:
    """How many replicas died."""
    for replica in here.replicas:
        here.kill(replica)
        await replica.ended()
    await here.start(CHAOS_POINTS=f"{point}:{turn}:kill")
    before = here.said(f"chaos: kill at {point}")
    here.keep_alive()
    await _five_times(here, request(chat, f"{point}-{turn}"))
    await here.until(here.waiting, lambda left: left == 0, within=120)
    await here.let_die()
    died = here.said(f"chaos: kill at {point}") - before
    assert died, f"nobody died at {point}"
    return died


async def _five_times(here: Town, updates: list[Json]) -> None:
    for update in updates:
        async with asyncio.TaskGroup() as group:
            for _ in range(TIMES):
                group.create_task(here.writers.post(update))


def _check(history: History, first: int, plans: int) -> None:
    """Every chat has the one lead and the same messages as the chat in which nobody died."""
    chats = range(first, first + plans + 1)
    assert Counter(history.leads.values()) == Counter(chats), f"leads: {history.leads}"
    calm = _kinds(history, first)
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
