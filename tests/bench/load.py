"""How fast updates are handled and answered, beside two bots that keep nothing.

    make bench-load

starts each bot as a process of its own on loopback, posts updates to its webhook as Telegram does, and
measures from the first byte posted to the moment the reply reaches a Telegram that always says yes. Writes
the tables and the picture of docs/operations.md.
"""

import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from orgbot.chat.actions import Show
from orgbot.check.score import read_labelled
from orgbot.knowledge.model import EntryId
from orgbot.tg.codec import seal
from tests.bench import report
from tests.bench.bots import SECRET, TOKEN
from tests.bench.fill import fill
from tests.bench.telegram import Telegram
from tests.storage.postgres import database

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests" / "eval" / "dev.jsonl"
# Connections that post at once, and updates of one measure.
AT_ONCE, MANY = 16, 1200
# Texts a second, for so many seconds, with taps and commands meanwhile: of fewer than a hundred
# there is no 99th percentile.
TEXTS, SECONDS, QUICK = 5, 60, 3
REPLICAS = (1, 2, 3)
STORED = (1_000, 1_000_000)
LONE = 200
PATIENCE = 120.0
NUMBERS = count(1)
TOPIC = EntryId("temps")


@dataclass(frozen=True, slots=True)
class Bot:
    """`ports`: one a replica; the balancer is a round."""

    name: str
    ports: tuple[int, ...]
    telegram: Telegram


def person(chat: int) -> dict[str, object]:
    return {"id": chat, "is_bot": False, "first_name": "Lucie"}


def tap(chat: int) -> bytes:
    """Of a topic's button."""
    pressed = {
        "id": str(chat),
        "from": person(chat),
        "chat_instance": "1",
        "data": seal(Show(TOPIC), chat, TOKEN),
        "message": {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}},
    }
    return json.dumps({"update_id": next(NUMBERS), "callback_query": pressed}).encode()


def update(chat: int, text: str) -> bytes:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    message = {
        "message_id": chat,
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private", "first_name": "Lucie"},
        "from": person(chat),
        "text": text,
        "entities": entities,
    }
    return json.dumps({"update_id": next(NUMBERS), "message": message}).encode()


class Connection:
    """Kept alive, as Telegram's are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, body: bytes) -> None:
        """Returns once it is acknowledged."""
        head = (
            "POST /telegram HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        length = [line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length")]
        if length:
            await self.reader.readexactly(int(length[0].split(b":")[1]))


@contextmanager
def process(kind: str, port: int, **variables: str) -> Any:
    # Empty variables count as unset: nothing of the operator's own is used.
    alone = dict.fromkeys(("TELEGRAM_BOT_TOKEN", "WEBHOOK_URL", "SMTP_URL", "OWNER_CHAT_ID"), "")
    environment = os.environ | alone | {"PORT": str(port)} | variables
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bots", kind],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def bot(kind: str, name: str, replicas: int = 1, **variables: str) -> AsyncIterator[Bot]:
    telegram = Telegram()
    server, api = await telegram.serve()
    async with AsyncExitStack() as stack:
        stack.callback(server.close)
        ports = tuple(free_port() for _ in range(replicas))
        for port in ports:
            # Telegram knows one address, whichever replica it leads to.
            front = {"BALANCER": f"http://127.0.0.1:{ports[0]}"}
            where = {"TELEGRAM_API_URL": f"http://127.0.0.1:{api}", **front, **variables}
            stack.enter_context(process(kind, port, **where))
        for port in ports:
            await _ready(port)
        known = Bot(name, ports, telegram)
        await throughput(known, 50)
        yield known


async def _ready(port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                connection = await Connection.open(port)
                # Whatever it answers: it listens.
                connection.writer.write(b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                answer = await connection.reader.readline()
                connection.writer.close()
                if b" 200 " in answer or b" 404 " in answer or b" 405 " in answer:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.2)


async def throughput(known: Bot, number: int = MANY) -> tuple[float, float]:
    """Updates acknowledged, and replies sent, a second; each update is a command, of another chat."""
    chats = [next(NUMBERS) + 1_000_000 for _ in range(number)]
    waiting = [update(chat, "/aide") for chat in chats]
    ports = cycle(known.ports)

    async def post_all() -> None:
        connection = await Connection.open(next(ports))
        while waiting:
            await connection.post(waiting.pop())

    began = time.perf_counter()
    await asyncio.gather(*(post_all() for _ in range(AT_ONCE)))
    acknowledged = time.perf_counter() - began
    await known.telegram.wait_for({*chats}, PATIENCE)
    sent = max(known.telegram.sent[chat][0] for chat in chats) - began
    return number / acknowledged, number / sent


async def at_a_rate(known: Bot) -> tuple[list[float], list[float]]:
    """Milliseconds from webhook to reply: of texts that are matched, and of taps and commands meanwhile."""
    texts = cycle([line.text for line in read_labelled(DEV)])
    quick: Iterator[Callable[[int], bytes]] = cycle([tap, partial(update, text="/sujets")])
    spent: dict[str, list[float]] = {"texts": [], "quick": []}

    async def steadily(kind: str, rate: float) -> None:
        ports = cycle(known.ports)
        connections = {port: await Connection.open(port) for port in known.ports}
        for _ in range(int(rate * SECONDS)):
            began, chat = time.perf_counter(), next(NUMBERS) + 1_000_000
            body = update(chat, next(texts)) if kind == "texts" else next(quick)(chat)
            await connections[next(ports)].post(body)
            await known.telegram.wait_for({chat}, PATIENCE)
            spent[kind].append(1000 * (known.telegram.sent[chat][0] - began))
            await asyncio.sleep(max(0.0, 1 / rate - (time.perf_counter() - began)))

    await asyncio.gather(steadily("texts", TEXTS), steadily("quick", QUICK))
    return spent["texts"], spent["quick"]


async def lone(known: Bot) -> float:
    """Milliseconds from webhook to reply, one at a time: the median."""
    connection, spent = await Connection.open(known.ports[0]), []
    for _ in range(LONE):
        began, chat = time.perf_counter(), next(NUMBERS) + 1_000_000
        await connection.post(update(chat, "/aide"))
        await known.telegram.wait_for({chat}, PATIENCE)
        spent.append(1000 * (known.telegram.sent[chat][0] - began))
    return statistics.median(spent)


async def measured(kind: str, name: str, replicas: int = 1, **variables: str) -> report.Row:
    async with bot(kind, name, replicas, **variables) as known:
        acknowledged, sent = await throughput(known)
    if kind != "orgbot":
        return report.Row(kind, name, replicas, acknowledged, sent)
    async with bot(kind, name, replicas, PACED="yes", **variables) as known:
        texts, quick = await at_a_rate(known)
    return report.Row(kind, name, replicas, acknowledged, sent, tuple(texts), tuple(quick))


async def stored(name: str, url: str) -> report.Flat:
    """The same message, with little and with much in the tables."""
    found = []
    for rows in STORED:
        fill(url, rows)
        async with bot("orgbot", name, DATABASE_URL=url) as known:
            found.append(await lone(known))
    return report.Flat(name, (found[0], found[1]))


async def compare() -> tuple[Sequence[report.Row], Sequence[report.Flat]]:
    # As many processes of the yardstick: they share the processor too.
    ptb = [
        await measured("ptb", f"python-telegram-bot, run_webhook, {_processes(number)}", number)
        for number in REPLICAS
    ]
    rows = [*ptb, await measured("aiogram", "aiogram, aiohttp")]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/orgbot.sqlite3"
        rows.append(await measured("orgbot", "orgbot, SQLite", DATABASE_URL=url))
        flats = [await stored("SQLite", f"sqlite:///{folder}/filled.sqlite3")]
    for replicas in REPLICAS:
        with database() as url:
            name = f"orgbot, PostgreSQL, {_processes(replicas)}"
            rows.append(await measured("orgbot", name, replicas, DATABASE_URL=url))
    with database() as url:
        flats.append(await stored("PostgreSQL", url))
    return rows, flats


def _processes(number: int) -> str:
    return "1 process" if number == 1 else f"{number} processes"


def main() -> None:
    if not user_cache_path("orgbot").exists():
        print("the model is trained once, before anything is measured", flush=True)
    subprocess.run([sys.executable, "-m", "orgbot", "match"], cwd=ROOT, input=b"allo\n", check=True)
    rows, flats = asyncio.run(compare())
    report.write(rows, flats)
    print(report.table(rows, flats))


if __name__ == "__main__":
    main()
