"""A whole deployment: PostgreSQL, Telegram, the wire between, three replicas, and those who write."""

import asyncio
import random
import re
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.chaos import history, logs
from tests.chaos.history import History
from tests.chaos.points import CLAIMED, POISON
from tests.chaos.postgres import Postgres, database
from tests.chaos.processes import Nursery, Replica, StartError, answers, environment, telegram
from tests.chaos.report import Size
from tests.chaos.sabotage import HEARD
from tests.chaos.wire import Wire, wire
from tests.chaos.writers import SECRET, Writers

TOKEN = "7001:un-jeton-pour-les-essais-de-chaos"
OWNER = 2002
# Seconds: a chat's lock, a message's claim, the time between two messages of a chat. Really 10, 30 and 1.
SHORT_TIMES = "1.5,2.5,0.3"


@dataclass(slots=True)
class Town:
    size: Size
    folder: Path
    postgres: Postgres
    wire: Wire
    sandbox: int
    replicas: list[Replica]
    writers: Writers
    kills: int = 0
    _keeper: asyncio.Task[None] | None = field(default=None)

    async def start(self, **changes: str) -> None:
        for replica in self.replicas:
            replica.start(**changes)
        for replica in self.replicas:
            await replica.ready()

    def keep_alive(self, plans: list[str] | None = None) -> None:
        """What dies is started again, as a host does; with the next of `plans`, while there are."""
        self._keeper = asyncio.create_task(self._keep(plans or []))

    async def _keep(self, plans: list[str]) -> None:
        while True:
            for replica in self.replicas:
                if replica.poll() is not None:
                    replica.start(CHAOS_POINTS=plans.pop() if plans else "")
            await asyncio.sleep(0.1)

    async def let_die(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    def kill(self, replica: Replica) -> None:
        self.kills += 1
        replica.signal(signal.SIGKILL)

    async def kill_at_random(
        self, dice: random.Random, rest: tuple[float, float], calm: asyncio.Event
    ) -> None:
        """A replica, again and again; PostgreSQL, now and then; after so many seconds each time."""
        while not calm.is_set():
            await asyncio.sleep(dice.uniform(*rest))
            if dice.random() < 0.25:
                self.kills += 1
                self.postgres.kill()
                await asyncio.sleep(dice.uniform(0.1, 0.5))
                await asyncio.to_thread(self.postgres.start)
            else:
                self.kill(dice.choice(self.replicas))

    async def fault(self, **fault: object) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{self.sandbox}/sandbox/faults"
            (await client.post(url, json=fault)).raise_for_status()

    async def no_faults(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.delete(f"http://127.0.0.1:{self.sandbox}/sandbox/faults")).raise_for_status()

    async def people(self, what: str, **body: object) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{self.sandbox}/sandbox/{what}"
            (await client.post(url, json=body)).raise_for_status()

    async def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._seen("log")
        return found

    async def updates(self) -> dict[str, list[int]]:
        """Those "asked" of the bot, and those "confirmed"."""
        found: dict[str, list[int]] = await self._seen("updates")
        return found

    async def _seen(self, what: str) -> Any:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            return (await client.get(f"http://127.0.0.1:{self.sandbox}/chaos/{what}")).json()

    async def history(self) -> History:
        log = await self.log()
        return await asyncio.to_thread(self._read, log)

    def _read(self, log: list[dict[str, Any]]) -> History:
        with self.postgres.connect() as connection:
            return history.read(connection, log)

    async def count(self, query: str) -> int:
        """What the database answers; -1 while it is away."""

        def ask() -> int:
            try:
                with self.postgres.connect() as connection:
                    row = connection.execute(query.encode()).fetchone()
                    return int(row[0]) if row else 0
            except psycopg.OperationalError:
                return -1

        return await asyncio.to_thread(ask)

    async def waiting(self) -> int:
        """Messages that are to be delivered still."""
        return await self.count("SELECT count(*) FROM outbox WHERE state = 'todo'")

    async def settled(self, within: float) -> History:
        """Once nothing waits for delivery."""
        await self.until(self.waiting, lambda left: left == 0, within)
        return await self.history()

    async def until(
        self, look: Callable[[], Any], enough: Callable[[int], bool], within: float, pause: float = 0.1
    ) -> int:
        within = within if self.size.full else min(within, self.size.patience)
        deadline = time.monotonic() + within
        while not enough(seen := await look()):
            assert time.monotonic() < deadline, f"still {seen} after {within:.0f} s\n{self.tails()}"
            await asyncio.sleep(pause)
        return int(seen)

    def tails(self) -> str:
        return "\n".join(f"--- {replica.log.name}\n{replica.tail()[-1500:]}" for replica in self.replicas)

    def claims(self) -> list[float]:
        """When each message was claimed, in Unix seconds; in order."""
        return sorted(
            when for replica in self.replicas for when, count in claims(replica) for _ in range(count)
        )

    def said(self, words: str) -> int:
        """How many lines of the replicas' logs hold these words."""
        return self._logs().count(words)

    def summed(self, words: str) -> int:
        """The numbers before these words in the replicas' logs, together."""
        return sum(map(int, re.findall(rf"(\d+) {words}", self._logs())))

    def check_logs(self, expected: Sequence[str]) -> None:
        """Once all have ended."""
        written = self._logs()
        secrets = {*self.writers.said, TOKEN.partition(":")[2], SECRET, "Personne "}
        leaks = logs.leaks(written, secrets) + [line for line in written.splitlines() if POISON in line]
        assert not leaks, f"the logs hold what nobody should read there: {leaks[:3]}"
        bugs = logs.bugs(written, expected)
        assert not bugs, f"the logs tell of a bug: {bugs[:3]}"

    def check_ends(self) -> None:
        """That nobody ended by itself. Raises StartError: it is the cause of whatever else is wrong."""
        crashes = logs.crashes(self._logs())
        if crashes:
            raise StartError(f"a replica ended by itself: {crashes[:3]}")

    def _logs(self) -> str:
        logs = (replica.log for replica in self.replicas)
        return "\n".join(log.read_text(errors="replace") for log in logs if log.exists())


def claims(replica: Replica) -> list[tuple[float, int]]:
    """When, in Unix seconds, and how many messages."""
    log = replica.log.read_text(errors="replace").splitlines()
    lines = [line.split() for line in log if line.startswith(CLAIMED)]
    return [(float(when), int(count)) for *_, when, count in lines]


def _environment(url: str, api: int, home: Path, more: dict[str, str]) -> dict[str, str]:
    usual = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{api}",
        "DATABASE_URL": url,
        # Nothing is ever delivered there: the writers know the replicas' ports.
        "WEBHOOK_URL": "https://orgbot.test",
        "WEBHOOK_SECRET": SECRET,
        "OWNER_CHAT_ID": str(OWNER),
        "XDG_CACHE_HOME": str(home),
        "XDG_DATA_HOME": str(home),
    }
    return environment(**{**usual, **more})


@asynccontextmanager
async def town(
    nursery: Nursery,
    size: Size,
    seed: int,
    *,
    people: int,
    killed: bool = False,
    times: str = SHORT_TIMES,
    count: int = 3,
    sabotage: str = "",
    expected: Sequence[str] = (),
    **variables: str,
) -> AsyncIterator[Town]:
    """`killed`: whether PostgreSQL will be; `times`: those of the short form, "" for the real ones;
    `expected`: words of the bugs that the logs will tell of. The replicas are not started yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        postgres = stack.enter_context(database(killed=killed))
        sandbox = stack.enter_context(telegram(nursery, TOKEN, people, folder / "telegram.log"))
        async with wire(sandbox) as between:
            hurry = "" if size.full else times
            more = {**variables, "CHAOS_SABOTAGE": sabotage, "CHAOS_TIMES": hurry}
            environ = _environment(postgres.url, between.port, folder, more)
            replicas = [Replica(nursery, environ, folder / f"replica-{n}.log") for n in range(count)]
            await answers(f"http://127.0.0.1:{sandbox}/", 20, (folder / "telegram.log").read_text)
            async with Writers(replicas, seed) as writers:
                here = Town(size, folder, postgres, between, sandbox, replicas, writers)
                try:
                    yield here
                finally:
                    await _close(here)
                    here.check_ends()
                if not sabotage or sabotage in HEARD:
                    here.check_logs(expected)


async def _close(here: Town) -> None:
    await here.let_die()
    for replica in here.replicas:
        # A frozen process dies of this too.
        replica.signal(signal.SIGKILL)
    for replica in here.replicas:
        if replica.pid:
            await replica.ended()
