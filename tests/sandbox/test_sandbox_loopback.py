"""Through a real socket: what an in-process transport cannot show."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TimedOut

from orgbot.sandbox.app import create
from tests.sandbox.town import DIRECTOR, TOKEN

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # older releases have it
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def test_an_answer_that_comes_too_late_is_a_time_out_and_the_message_is_there() -> None:
    async with served(create(TOKEN)) as address, httpx.AsyncClient(base_url=address) as web:
        await web.post("/sandbox/faults", json={"method": "sendMessage", "delay": 0.3})
        async with Bot(TOKEN, base_url=f"{address}/bot") as bot:
            with pytest.raises(TimedOut):
                await bot.send_message(DIRECTOR, "a", read_timeout=0.1)
        await asyncio.sleep(0.4)
        assert len((await web.get(f"/sandbox/chats/{DIRECTOR}")).json()["messages"]) == 1


async def test_the_page_hears_of_everything_as_it_happens() -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
    async with (
        served(create(TOKEN)) as address,
        httpx.AsyncClient(base_url=address) as web,
        web.stream("GET", "/sandbox/events") as stream,
        Bot(TOKEN, base_url=f"{address}/bot") as bot,
    ):
        lines = stream.aiter_lines()
        assert (await _next(lines))[0] == "ready"
        sent = await bot.send_message(DIRECTOR, "<b>a</b>", parse_mode="HTML", reply_markup=keys)
        kind, body = await _next(lines)
        assert (kind, body["chat"], body["message"]["text"]) == ("message", DIRECTOR, "a")
        await bot.send_chat_action(DIRECTOR, "typing")
        assert await _next(lines) == ("action", {"chat": DIRECTOR, "action": "typing"})
        tap = {"chat": DIRECTOR, "message_id": sent.message_id, "data": "oui"}
        query = (await web.post("/sandbox/tap", json=tap)).json()["query"]
        await bot.answer_callback_query(query, "Noté", show_alert=True)
        kind, body = await _next(lines)
        assert (kind, body["text"], body["alert"]) == ("toast", "Noté", True)
        await bot.edit_message_text("b", DIRECTOR, sent.message_id)
        assert (await _next(lines))[0] == "edit"
        await bot.delete_message(DIRECTOR, sent.message_id)
        assert (await _next(lines))[0] == "delete"
        await bot.set_my_commands([("aide", "Aide")])
        assert (await _next(lines))[0] == "commands"


async def test_closing_ends_what_is_open() -> None:
    app = create(TOKEN)
    async with (
        served(app) as address,
        httpx.AsyncClient(base_url=address) as web,
        web.stream("GET", "/sandbox/events") as stream,
    ):
        lines = stream.aiter_lines()
        await _next(lines)
        poll = asyncio.create_task(web.get(f"/bot{TOKEN}/getUpdates", params={"timeout": 50}, timeout=60))
        async with asyncio.timeout(5):
            while not app.state.poller.is_waiting:  # noqa: ASYNC110  # it signals nobody
                await asyncio.sleep(0.01)
            app.state.close()
            assert (await poll).json() == {"ok": True, "result": []}
            assert [line async for line in lines if line] == []


async def _next(lines: AsyncIterator[str]) -> tuple[str, dict[str, Any]]:
    kind = ""
    async with asyncio.timeout(5):
        async for line in lines:
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("data: "):
                return kind, json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")
