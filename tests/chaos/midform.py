"""9. The bot is away in the middle of a form, for longer than a tap lives; what is typed carries it on."""

import asyncio
import random
import time

from orgbot.chat.actions import Do, Verb
from orgbot.tg.codec import seal
from tests.chaos.history import History
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import TOKEN, Town, town
from tests.chaos.writers import Json, message, tap

# Answers to steps that are past or to come, and what is no answer; none takes anything back.
STALE: tuple[Verb, ...] = ("name", "here", "keep", "accept", "send", "contact", "resume")
REST = ("{org}", "ici", "passer", "oui", "envoyer")


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """Telegram keeps the texts of the outage, and forgets its taps. Afterwards taps come in their own lane,
    at any moment, several times, whatever they once answered."""
    began = time.monotonic()
    chats, dice = size.of(5, 40), random.Random(seed)
    people = range(5000, 5000 + chats)
    async with town(nursery, size, seed, people=chats, sabotage=sabotage) as here:
        await here.start()
        first = [[message(chat, "/contact"), _tap(chat, "name"), _tap(chat, "name")] for chat in people]
        await here.writers.all(first)
        await _outage(here, size.seconds(2, 200))
        taps = [
            [_tap(chat, dice.choice(STALE)) for _ in range(dice.randint(2, size.of(4, 10)))]
            for chat in people
        ]
        texts = [[message(chat, line.format(org=f"Org {chat}")) for line in REST] for chat in people]
        await here.writers.all([*texts, *taps], pause=size.seconds(0.1, 0.5))
        history = await here.settled(within=120)
        await _check(here, history, people)
        return Report(
            number=9,
            name="An outage in mid-form; stale, repeated and overtaking taps",
            updates=len(here.writers.acknowledged),
            faults=len(here.replicas) + sum(map(len, taps)) + chats,
            shown=len(history.shown),
            ambiguous=history.retried(),
            duplicates=sum(history.duplicates().values()),
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{chats} drafts resumed, {len(history.leads)} leads",
        )


def _tap(chat: int, verb: Verb) -> Json:
    return tap(chat, seal(Do(verb), chat, TOKEN))


async def _outage(here: Town, seconds: float) -> None:
    for replica in here.replicas:
        here.kill(replica)
        await replica.ended()
    await asyncio.sleep(seconds)
    await here.start()


async def _check(here: Town, history: History, people: range) -> None:
    assert sorted(history.leads.values()) == list(people), f"leads: {history.leads}"
    for chat in people:
        query = f"SELECT count(*) FROM leads WHERE chat_id = {chat} AND lead LIKE '%\"Org {chat}\"%'"
        assert await here.count(query) == 1, f"what {chat} typed is not in its lead"
    assert not history.lost_updates(here.writers.acknowledged)
    assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
    duplicates = sum(history.duplicates().values())
    assert duplicates <= history.retried()
