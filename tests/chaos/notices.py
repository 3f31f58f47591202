"""5. What tells the freelancer of a lead arrives, whatever befalls it on the way."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.chaos.history import History
from tests.chaos.processes import Nursery, happened
from tests.chaos.report import Report, Size
from tests.chaos.town import OWNER, Town, town
from tests.chaos.writers import Json, request

CLAIMED = "SELECT count(*) FROM outbox WHERE state = 'todo' AND attempts > 0 AND reason IS NULL"


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    """Before each lead is sent, something is prepared; each gives how many sends nobody can know about."""
    began = time.monotonic()
    dangers: tuple[Callable[[Town], Awaitable[int]], ...] = (_busy, _broken, _reset, _swallowed, _dropped)
    turns = size.of(1, 6)
    people = turns * (len(dangers) + 1)
    async with town(nursery, size, seed, people=people, sabotage=sabotage) as here:
        await here.start()
        here.wire.chat = OWNER
        requests = [request(5000 + number, f"n{number}") for number in range(people)]
        await here.writers.all([lines[:-1] for lines in requests])
        await here.settled(within=120)
        ambiguous = 0
        for number, lines in enumerate(requests[: turns * len(dangers)]):
            ambiguous += await dangers[number % len(dangers)](here)
            await here.writers.write(lines[-1:])
            await here.settled(within=120)
        for lines in requests[turns * len(dangers) :]:
            ambiguous += await _killed(here, lines[-1])
        history = await here.settled(within=120)
        assert here.wire.done == {"reset": turns, "swallow": turns}, f"spared: {here.wire.done}"
        _check(history, people, ambiguous)
        return Report(
            number=5,
            name="Notices through 429, 502, resets, lost answers and deaths",
            updates=len(here.writers.acknowledged),
            faults=turns * (len(dangers) + 3),
            shown=len(history.shown),
            ambiguous=ambiguous,
            duplicates=sum(history.duplicates().values()),
            lost=history.lost(here.writers.acknowledged),
            seconds=time.monotonic() - began,
            seen=f"{people} notices, each at least once, each with its reference",
        )


async def _busy(here: Town) -> int:
    await here.fault(method="sendMessage", chat=OWNER, error_code=429, retry_after=1, times=2)
    return 0


async def _broken(here: Town) -> int:
    """Refused by a gateway before Telegram has it; from here it cannot be told from `_dropped`."""
    await here.fault(method="sendMessage", chat=OWNER, error_code=502, times=2)
    return 0


async def _reset(here: Town) -> int:
    here.wire.harms.append("reset")
    return 0


async def _swallowed(here: Town) -> int:
    here.wire.harms.append("swallow")
    return 1


async def _dropped(here: Town) -> int:
    await here.fault(method="sendMessage", chat=OWNER, drop_response=True, times=1)
    return 1


async def _killed(here: Town, last: Json) -> int:
    """Whoever sends dies before it writes down that it has; so do the others, which did nothing."""
    for replica in here.replicas:
        here.kill(replica)
        await replica.ended()
    before = here.said("chaos: kill at sent")
    await here.start(CHAOS_POINTS="sent:1:kill")
    await here.writers.attempt(last)
    await happened(lambda: here.said("chaos: kill at sent") > before)
    for replica in here.replicas:
        here.kill(replica)
        await replica.ended()
    ambiguous = await here.count(CLAIMED)
    await here.start()
    await here.writers.write([last])
    await here.settled(within=120)
    return ambiguous


def _check(history: History, people: int, ambiguous: int) -> None:
    assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
    assert len(history.leads) == people
    cards = Counter(shown.key for shown in history.shown if shown.chat == OWNER and ":card:" in shown.key)
    assert len(cards) == people, f"{len(cards)} notices of {people} leads"
    for shown in history.shown:
        if ":card:" in shown.key:
            assert shown.key.split(":")[1] in shown.text, f"without its reference: {shown.text}"
    duplicates = history.duplicates()
    assert sum(duplicates.values()) <= ambiguous, f"{duplicates}, and only {ambiguous} ambiguous sends"
