from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from starlette.applications import Starlette

from orgbot.runtime.ports import StoreAwayError
from orgbot.web.app import LARGEST, SECRET_HEADER, Receive, create

pytestmark = pytest.mark.anyio

SECRET = "s" * 20
HEADERS = {SECRET_HEADER: SECRET}


def site(receive: Receive | None = None, **facts: object) -> Starlette:
    async def ready() -> Mapping[str, object]:
        return {"problems": [], **facts}

    async def metrics() -> bytes:
        return b"orgbot_up 1"

    return create(ready, metrics, receive, SECRET)


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_a_live_process_that_cannot_work_is_alive_and_not_ready() -> None:
    async with client(site(problems=["database away"])) as web:
        assert (await web.get("/health")).status_code == 200
        answer = await web.get("/ready")
        assert answer.status_code == 503
        assert answer.json()["problems"] == ["database away"]
    async with client(site()) as web:
        assert (await web.get("/ready")).status_code == 200
        assert (await web.get("/metrics")).text == "orgbot_up 1"


async def test_the_webhook_takes_only_telegrams_updates() -> None:
    received: list[Mapping[str, object]] = []

    async def receive(update: Mapping[str, object]) -> None:
        received.append(update)

    async with client(site(receive)) as web:
        assert (await web.post("/telegram", json={"update_id": 1})).status_code == 403
        for wrong in (b"{", b"[1]", b'{"update_id": "1"}', b'{"update_id": -1}', b"[" * 100_000):
            answer = await web.post("/telegram", content=wrong, headers=HEADERS)
            assert answer.status_code == 400, wrong[:30]
        assert received == []
        assert (await web.post("/telegram", json={"update_id": 1}, headers=HEADERS)).status_code == 200
    assert received == [{"update_id": 1}]


async def test_the_body_of_a_stranger_is_not_read_and_a_large_one_only_in_part() -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 1 << 16
            yield b"x" * (1 << 16)

    async def receive(update: Mapping[str, object]) -> None:
        raise AssertionError(update)

    async with client(site(receive)) as web:
        assert (await web.post("/telegram", content=body())).status_code == 403
        assert read == 0
        assert (await web.post("/telegram", content=body(), headers=HEADERS)).status_code == 413
        assert LARGEST < read < 2 * LARGEST


async def test_while_the_database_is_away_telegram_keeps_the_update() -> None:
    async def receive(update: Mapping[str, object]) -> None:
        raise StoreAwayError(update)

    async with client(site(receive)) as web:
        answer = await web.post("/telegram", json={"update_id": 1}, headers=HEADERS)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


async def test_without_a_webhook_there_is_no_such_address() -> None:
    async with client(site()) as web:
        assert (await web.post("/telegram", json={"update_id": 1})).status_code == 404
