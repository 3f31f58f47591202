from collections.abc import Mapping

import httpx
import pytest

from orgbot.web.app import SECRET_HEADER, create

pytestmark = pytest.mark.anyio

WELL: Mapping[str, int | bool] = {"outbox_waiting": 0, "owner_blocked": False}


def client(app: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")  # type: ignore[arg-type]


async def test_health_says_how_things_are() -> None:
    async with client(create(lambda: WELL)) as web:
        answer = await web.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", **WELL}


async def test_health_is_loud_about_a_blocked_owner_and_a_lost_database() -> None:
    def lost() -> Mapping[str, int | bool]:
        raise OSError("disk gone")

    async with client(create(lambda: {"owner_blocked": True})) as web:
        assert (await web.get("/health")).status_code == 503
    async with client(create(lost)) as web:
        assert (await web.get("/health")).status_code == 503


async def test_the_webhook_takes_only_telegrams_updates() -> None:
    received: list[Mapping[str, object]] = []

    async def receive(update: Mapping[str, object]) -> None:
        received.append(update)

    async with client(create(lambda: WELL, receive, "s" * 20)) as web:
        assert (await web.post("/telegram", json={"update_id": 1})).status_code == 403
        headers = {SECRET_HEADER: "s" * 20}
        assert (await web.post("/telegram", content=b"{", headers=headers)).status_code == 400
        assert (await web.post("/telegram", json=[1], headers=headers)).status_code == 400
        assert received == []
        assert (await web.post("/telegram", json={"update_id": 1}, headers=headers)).status_code == 200
    assert received == [{"update_id": 1}]


async def test_without_a_webhook_there_is_no_such_address() -> None:
    async with client(create(lambda: WELL)) as web:
        assert (await web.post("/telegram", json={"update_id": 1})).status_code == 404
