"""People, as Telegram's servers show them to a webhook: each chat in order, again and again until a 2xx."""

import asyncio
import itertools
import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from tests.chaos.processes import Replica
from tests.chaos.telegram import FIRST_CHAT

SECRET = "un-secret-de-webhook-pour-les-essais"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
Json = dict[str, Any]
# A lead, said in words.
REQUEST = ("/contact", "oui", "Org {mark}", "{reach}", "passer", "oui", "envoyer")

# Digits of a number.
DIALLED = 10

UPDATES = itertools.count(700_000_001)


def person(chat: int) -> Json:
    return {"id": chat, "is_bot": False, "first_name": f"Personne {chat - FIRST_CHAT}", "language_code": "fr"}


def message(chat: int, text: str, update: int | None = None) -> Json:
    number = next(UPDATES) if update is None else update
    body = {"message_id": number, "date": 1_790_000_000, "text": text, "from": person(chat)}
    return {"update_id": number, "message": {**body, "chat": {"id": chat, "type": "private"}}}


def tap(chat: int, data: str) -> Json:
    number = next(UPDATES)
    under = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}, "text": "…"}
    query = {"id": str(number), "from": person(chat), "chat_instance": "1", "data": data, "message": under}
    return {"update_id": number, "callback_query": query}


def request(chat: int, mark: str) -> list[Json]:
    reach = f"514 555-{chat % 10_000:04}" if chat % 2 else f"personne{chat}@debrouille.qc.ca"
    return [message(chat, line.format(mark=mark, reach=reach)) for line in REQUEST]


@dataclass(slots=True)
class Writers:
    """`first`, `longest`: seconds between attempts, after an immediate one; `patience`: seconds that an
    answer may take. `acknowledged`: update → its chat, once answered 2xx; `said`: the texts; `failures`:
    attempts that were not acknowledged."""

    replicas: Sequence[Replica]
    seed: int
    first: float = 0.1
    longest: float = 1.0
    patience: float = 10.0
    acknowledged: dict[int, int] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    failures: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    _turn: Iterator[int] = field(default_factory=itertools.count)
    _client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=60)
        self._client = httpx.AsyncClient(trust_env=False, timeout=self.patience, limits=limits)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._client is not None
        await self._client.aclose()

    async def attempt(self, update: Mapping[str, object] | bytes, at: int | None = None) -> int:
        """The answer's status, 0 for none; `at`: which replica, the next one by default."""
        assert self._client is not None
        port = self.replicas[(next(self._turn) if at is None else at) % len(self.replicas)].port
        url, headers = f"http://127.0.0.1:{port}/telegram", {HEADER: SECRET}
        try:
            if isinstance(update, bytes):
                answer = await self._client.post(url, content=update, headers=headers)
            else:
                # As Telegram writes it: ASCII, so that lone surrogates can travel.
                body = json.dumps(update).encode("ascii")
                answer = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return 0
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        return answer.status_code

    async def post(self, update: Json, within: float = 120.0, at: int | None = None) -> None:
        """Until a 2xx; `at`: see `attempt`."""
        failures, until = 0, time.monotonic() + within
        self.said |= words_of(update)
        while not 200 <= (status := await self.attempt(update, at)) < 300:
            assert time.monotonic() < until, (
                f"{update['update_id']} is answered {status} after {within:.0f} s"
            )
            failures += 1
            if failures > 1:
                await asyncio.sleep(min(self.longest, self.first * 2 ** (failures - 2)))
        self.failures += failures
        self.acknowledged[update["update_id"]] = chat_of(update)

    async def write(self, updates: Iterable[Json], pause: float = 0.0, within: float = 120.0) -> None:
        """Of one chat, in order; `pause`: seconds between two, at most."""
        dice = random.Random(self.seed)
        for update in updates:
            await self.post(update, within)
            if pause:
                await asyncio.sleep(dice.random() * pause)

    async def all(self, chats: Iterable[Iterable[Json]], pause: float = 0.0, within: float = 120.0) -> None:
        """Chats side by side."""
        async with asyncio.TaskGroup() as group:
            for updates in chats:
                group.create_task(self.write(updates, pause, within))


def words_of(update: Json) -> set[str]:
    """What its person typed; of a number, what is dialled too."""
    body = update.get("message")
    text = body.get("text", "") if isinstance(body, dict) else ""
    # What a command is called is no secret.
    words = {text} if isinstance(text, str) and not text.startswith("/") else set()
    return words | {digits for word in words if len(digits := re.sub("[^0-9]", "", word)) == DIALLED}


def chat_of(update: Json) -> int:
    """0 when it has none."""
    body = update.get("message") or update.get("callback_query")
    found: int = body.get("from", {}).get("id", 0) if isinstance(body, dict) else 0
    return found
