"""The real bot, as with a token from BotFather: polling and the webhook, against the sandbox."""

import asyncio
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from telegram.request import HTTPXRequest

from orgbot.app import assemble
from orgbot.chat.commands import COMMANDS
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.ready import Readiness
from orgbot.sandbox.app import create
from orgbot.settings import Token
from orgbot.tg.menu import publish
from orgbot.web import app as web
from orgbot.web.server import listen, serve
from tests.app.test_app_process import PATIENCE, free_port, page, replies, running, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.street import LOCAL, local_settings

TOKEN = Token("424242:un-jeton-comme-ceux-de-BotFather")
SECRET = "s" * 32


@contextmanager
def telegram(token: Token = TOKEN, bot_id: int | None = None) -> Iterator[int]:
    """The sandbox's Bot API on a port of its own, as if it were Telegram's. `bot_id`: whose it says the token
    is, instead of the one whose number it has."""
    port = free_port()
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    app = create(token)
    app.state.telegram.bot_id = bot_id or app.state.telegram.bot_id
    server = threading.Thread(
        target=lambda: loop.run_until_complete(serve(app, listen("127.0.0.1", port), stop))
    )
    server.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(app.state.close)
        loop.call_soon_threadsafe(stop.set)
        server.join()
        loop.close()


def printed(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    assert process.stdout is not None
    # A line that never comes fails the test, instead of being waited for.
    end = threading.Timer(PATIENCE, process.kill)
    end.start()
    try:
        for line in process.stdout:
            found = re.search(pattern, line)
            if found:
                return found
    finally:
        end.cancel()
    raise AssertionError(f"{pattern} was not printed")


def test_with_a_token_it_polls_prints_the_pairing_link_and_goes_on_without_what_is_optional(
    home: Path,
) -> None:
    with telegram() as port:
        page(port, "/sandbox/faults", method="setMyCommands", error_code=400, description="nope", times=1)
        own = free_port()
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
        with running(home, own, **settings) as process:
            link = printed(process, r"https://t\.me/\w+\?start=(jumeler-[\w-]+)")
            until_ready(own)
            page(port, "/sandbox/say", chat=2002, text=f"/start {link.group(1)}")
            page(port, "/sandbox/say", chat=1001, text="/start")
            for _ in range(200):
                if replies(port, 2002) and replies(port, 1001):
                    break
                threading.Event().wait(0.05)
            assert "les demandes arriveront ici" in replies(port, 2002)[0]["text"]
            assert replies(port, 1001)[0]["text"].startswith("Bonjour Lucie!")
            assert httpx.get(f"http://127.0.0.1:{own}/ready").json()["owners"] == 1


@pytest.mark.anyio
async def test_by_webhook_an_update_is_acknowledged_once_it_is_committed(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    sites: list[httpx.AsyncBaseTransport] = []

    async def forward(request: httpx.Request) -> httpx.Response:
        return await sites[0].handle_async_request(request)

    app = create(TOKEN, transport=httpx.MockTransport(forward))
    transport = httpx.ASGITransport(app)
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    parts = assemble(local_settings(tmp_path, token=TOKEN), kb, matcher, request=request)
    ready = Readiness(parts)
    site = web.create(ready.facts, ready.metrics, parts.receiver.take, SECRET)
    sites.append(httpx.ASGITransport(site))
    async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as people, parts.bot:
        await parts.bot.set_webhook("https://orgbot.example.org/telegram", secret_token=SECRET)
        (await people.post("/sandbox/say", json={"chat": 1001, "text": "/start"})).raise_for_status()
        for _ in range(500):
            if not (await parts.bot.get_webhook_info()).pending_update_count:
                break
            await asyncio.sleep(0.02)
        await parts.delivery.drain()
        messages = (await people.get("/sandbox/chats/1001")).json()["messages"]
        assert messages[-1]["text"].startswith("Bonjour Lucie!")
        app.state.close()
    parts.store.engine.dispose()


@pytest.mark.anyio
async def test_the_menu_is_published(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    transport = httpx.ASGITransport(create(TOKEN))
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    parts = assemble(local_settings(tmp_path, token=TOKEN), kb, matcher, request=request)
    async with parts.bot:
        await publish(parts.bot, kb)
        assert [known.command for known in await parts.bot.get_my_commands()] == [*COMMANDS]
        assert "Camille" in (await parts.bot.get_my_description()).description
    parts.store.engine.dispose()
