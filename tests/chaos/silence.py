"""7, without a farewell: PostgreSQL says nothing more, in the middle of a query too."""

import asyncio
import time
from dataclasses import dataclass

import httpx
import psycopg

from tests.chaos.history import History
from tests.chaos.line import Line, line
from tests.chaos.processes import Nursery
from tests.chaos.report import Size
from tests.chaos.town import Town, town
from tests.chaos.writers import HEADER, SECRET, Json, message

# Seconds in which whoever waits is told to come back later: half a minute, and less with shorter patience.
LONGEST = (15.0, 30.0)
# What CHAOS_PATIENCE says of the short form: seconds to connect, and of silence before a question; and what
# CHAOS_TIMES does: as in the real one, whoever connects gives up before what is sent to nobody does.
SHORT_PATIENCE, TIMES = "2,1", "4,2.5,0.3"
# Everybody waits for it in the middle of a query.
LOCK = "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"


@dataclass(frozen=True, slots=True)
class Silence:
    """`slowest`: seconds until the last of those who waited was told."""

    history: History
    acknowledged: list[int]
    slowest: float


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Silence:
    patience = "" if size.full else SHORT_PATIENCE
    async with town(
        nursery,
        size,
        seed,
        people=12,
        killed=True,
        times=TIMES,
        sabotage=sabotage,
        CHAOS_PATIENCE=patience,
    ) as here:
        assert here.postgres.server is not None
        async with line(here.postgres.server.port) as between:
            await here.start(DATABASE_URL=here.postgres.server.address("chaos", between.port))
            await here.writers.all([[message(chat, "xyz avant")] for chat in range(5000, 5012)])
            waiting, late = ([message(5000 + n + at, "xyz pendant") for n in range(3)] for at in (0, 3))
            slowest = await _silent(here, between, waiting, late)
            # What was answered neither 2xx nor in time, Telegram sends again.
            await here.writers.all([[update] for update in (*waiting, *late)])
            await here.writers.all([[message(chat, "xyz après")] for chat in range(5000, 5012)])
            history = await here.settled(within=120)
            said = [*here.writers.acknowledged]
            lost = [*history.lost_updates(said), *history.unanswered(said)]
            assert not lost, f"acknowledged and not stored: {lost}"
            assert len([row for row in history.outbox if row.update]) == len(said), "answered more than once"
            assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
            assert sum(history.duplicates().values()) <= history.retried()
            return Silence(history, said, slowest)


async def _silent(here: Town, between: Line, waiting: list[Json], late: list[Json]) -> float:
    """`waiting`: in the middle of a query when it begins; `late`: they come meanwhile; one of each a
    replica. Seconds until all are told."""
    longest = here.size.seconds(*LONGEST)
    with psycopg.connect(here.postgres.url) as other:
        other.execute(LOCK)
        asked = [asyncio.create_task(_told(here, n, update, 2 * longest)) for n, update in enumerate(waiting)]
        await here.until(lambda: here.count(WAITING), lambda there: there >= len(waiting), within=20)
        between.swallow()
    began = time.monotonic()
    await asyncio.sleep(0.5)
    asked += [asyncio.create_task(_told(here, n, update, 2 * longest)) for n, update in enumerate(late)]
    try:
        async with asyncio.timeout(longest):
            done = await asyncio.gather(*asked)
    except TimeoutError:
        raise AssertionError(f"nobody is told to come back within {longest:.0f} s") from None
    finally:
        between.cut()
    assert all(answer == (503, True) for answer in done), f"answered {done}"
    return time.monotonic() - began


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%inbox%'"


async def _told(here: Town, number: int, update: Json, within: float) -> tuple[int, bool]:
    """The status of the answer, and whether it says when to come back."""
    url = f"http://127.0.0.1:{here.replicas[number].port}"
    async with httpx.AsyncClient(trust_env=False, timeout=within) as client:
        answer = await client.post(f"{url}/telegram", json=update, headers={HEADER: SECRET})
        alive = await client.get(f"{url}/health")
    assert alive.status_code == 200
    return answer.status_code, "Retry-After" in answer.headers
