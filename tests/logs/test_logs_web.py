"""What comes in by HTTP, through the real server: the webhook, the sandbox and its page."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from orgbot.app import SANDBOX_TOKEN
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.ready import Readiness
from orgbot.sandbox import app as sandbox
from orgbot.web import app as web
from orgbot.web.app import LARGEST, SECRET_HEADER, Receive
from orgbot.web.server import listen, serve
from tests.logs.birds import WORDS, Printed, stumble
from tests.street import DIRECTOR, Street, street

pytestmark = pytest.mark.anyio

SECRET = "le-secret-du-canari"


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    stop, listener = asyncio.Event(), listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(app, listener, stop))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            yield client
    finally:
        stop.set()
        await serving


def site(lane: Street, receive: Receive | None = None) -> ASGIApp:
    ready = Readiness(lane.parts)
    return web.create(ready.facts, ready.metrics, receive or lane.parts.receiver.take, SECRET)


async def test_whatever_is_posted_to_the_webhook(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    known, wrong = {SECRET_HEADER: SECRET}, {SECRET_HEADER: "un-autre-canari"}
    who = {"id": WORDS, "type": "private", "is_bot": False, "first_name": WORDS}
    strange = {"message_id": WORDS, "date": 1, "chat": who, "from": who, "text": WORDS}
    posts = [
        (wrong, json.dumps({"update_id": 1, "message": WORDS}), 403),
        (known, f'{{"update_id": 1, "message": {{"text": "{WORDS}"', 400),
        (known, json.dumps({"update_id": WORDS}), 400),
        (known, WORDS * (LARGEST // len(WORDS) + 1), 413),
        (known, json.dumps({"update_id": 1, "message": WORDS}), 200),
        (known, json.dumps({"update_id": 2, "message": strange}), 200),
        (known, json.dumps({"update_id": 3, "callback_query": {"id": WORDS, "data": WORDS}}), 200),
        (known, json.dumps({"update_id": 4, "message": {**strange, "chat": [WORDS]}}), 200),
    ]
    async with street(tmp_path, kb, matcher) as lane, served(site(lane)) as client:
        for headers, body, status in posts:
            answer = await client.post("/telegram", headers=headers, content=body.encode())
            assert answer.status_code == status, body[:80]
        failed = lane.parts.store.health(lane.clock()).failed
    assert failed == 4
    printed.assert_silent("cannot be read")


async def test_a_bug_behind_the_webhook(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane, served(site(lane, stumble)) as client:
        body = {"update_id": 1, "message": {"text": WORDS}}
        answer = await client.post("/telegram", headers={SECRET_HEADER: SECRET}, json=body)
        assert answer.status_code == 500
    printed.assert_silenced("Exception in ASGI application", "RuntimeError", "orgbot/web/app.py:")


async def test_what_is_no_http(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed) -> None:
    async with street(tmp_path, kb, matcher) as lane, served(site(lane)) as client:
        for start in (f"{WORDS}\r\n\r\n", f"GET /canari HTTP/1.1\r\nHost: h\r\nUpgrade: {WORDS}\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
            writer.write(start.encode())
            assert await reader.read(10)
            writer.close()
        assert (await client.get(f"/canari?words={WORDS}")).status_code == 404
    printed.assert_silent("Invalid HTTP request received.")


async def test_the_sandbox_and_its_page(printed: Printed) -> None:
    """Whatever is asked of it, and when its explanation of a text raises."""
    bot = f"/bot{SANDBOX_TOKEN}"
    async with served(sandbox.create(SANDBOX_TOKEN, explain=stumble)) as client:
        assert (await client.get("/sandbox/why", params={"text": WORDS})).status_code == 500
        said = {"chat": DIRECTOR, "text": WORDS}
        assert (await client.post("/sandbox/say", json=said)).status_code == 200
        assert (await client.post("/sandbox/say", content=WORDS.encode())).status_code == 415
        assert (await client.get(f"/sandbox/chats/{WORDS}")).status_code == 404
        assert (await client.get(f"{bot}/canari", params={"text": WORDS})).status_code == 404
        assert (await client.post(f"{bot}/sendMessage", content=WORDS.encode())).status_code == 400
    printed.assert_silenced("Exception in ASGI application", "RuntimeError")


async def test_a_webhook_of_the_sandbox_that_refuses(printed: Printed) -> None:
    """Its address may hold a secret, and its answer what it was sent."""

    async def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500, content=await request.aread(), headers={"x-words": "canari"})

    app = sandbox.create(SANDBOX_TOKEN, transport=httpx.MockTransport(refuse))
    async with served(app) as client:
        hook = {"url": "http://127.0.0.1:9/canari", "secret_token": SECRET}
        await client.post(f"/bot{SANDBOX_TOKEN}/setWebhook", json=hook)
        await client.post("/sandbox/say", json={"chat": DIRECTOR, "text": WORDS})
        await printed.until("not taken: Wrong response from the webhook: 500")
        app.state.close()
    printed.assert_silent()
