"""1, without a webhook: what a poll confirms to Telegram is stored, whatever is killed and whenever."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

from tests.chaos.history import History
from tests.chaos.processes import Nursery
from tests.chaos.report import Size
from tests.chaos.town import Town, town

# Seconds between two kills: a process needs some to start.
REST = (0.8, 2.0)


@dataclass(frozen=True, slots=True)
class Polled:
    history: History
    asked: list[int]
    confirmed: list[int]
    kills: int


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Polled:
    """Telegram keeps what is said until it is confirmed; one process asks for it."""
    chats, each = size.of(6, 20), size.of(8, 20)
    async with town(
        nursery, size, seed, people=chats, killed=True, count=1, sabotage=sabotage, WEBHOOK_URL=""
    ) as here:
        await here.start()
        here.keep_alive()
        dice, calm = random.Random(seed), asyncio.Event()
        killing = asyncio.create_task(here.kill_at_random(dice, REST, calm))
        async with asyncio.TaskGroup() as group:
            for chat in range(5000, 5000 + chats):
                group.create_task(_say(here, chat, each, random.Random(seed + chat)))
        calm.set()
        await killing
        await here.until(lambda: _waiting(here), lambda waiting: waiting == 0, within=120)
        history = await here.settled(within=120)
        updates = await here.updates()
        found = Polled(history, updates["asked"], updates["confirmed"], here.kills)
        _check(found, chats * each)
        return found


async def _say(here: Town, chat: int, each: int, dice: random.Random) -> None:
    for turn in range(each):
        words = f"xyz marque {chat} {turn}"
        here.writers.said.add(words)
        await here.people("say", chat=chat, text=words)
        await asyncio.sleep(dice.uniform(0.2, 0.8))


async def _waiting(here: Town) -> int:
    updates = await here.updates()
    return len(set(updates["asked"]) - set(updates["confirmed"]))


def _check(found: Polled, said: int) -> None:
    history = found.history
    lost = [*history.lost_updates(found.confirmed), *history.unanswered(found.confirmed)]
    assert not lost, f"confirmed to Telegram and not stored: {lost}"
    assert len(found.asked) == len(set(found.confirmed)) == said
    answers = Counter(row.update for row in history.outbox if row.update)
    assert set(answers.values()) == {1}, f"answered more than once: {answers}"
    assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
    assert not history.handled_out_of_order()
    assert sum(history.duplicates().values()) <= history.retried()
