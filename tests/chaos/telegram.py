"""The sandbox's Bot API in a process of its own.

GET /chaos/log gives every message and edit that it was ever sent, in order, with the moment to the
microsecond: chats show seconds only. GET /chaos/updates: the numbers of the updates that people have caused,
and of those that the bot has confirmed by asking for the next.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orgbot.sandbox.app import create
from orgbot.sandbox.model import Json, Person
from orgbot.sandbox.world import Telegram

FIRST_CHAT = 5000


def remembering(app: Starlette) -> Starlette:
    world: Telegram = app.state.telegram
    log: list[Json] = []

    def watch(kind: str, body: Json) -> None:
        if kind in ("message", "edit") and body["message"]["from"]["is_bot"]:
            message = body["message"]
            text = message.get("text", message.get("caption", ""))
            shown = {"kind": kind, "at": time.time(), "chat": body["chat"], "id": message["message_id"]}
            log.append({**shown, "text": text})

    async def show(request: Request) -> Response:
        return JSONResponse(log[int(request.query_params.get("since", "0")) :])

    world.watchers.append(watch)
    app.router.routes += [Route("/chaos/log", show), Route("/chaos/updates", _updates(world))]
    return app


def _updates(world: Telegram) -> Callable[[Request], Awaitable[Response]]:
    asked: list[int] = []
    confirmed: list[int] = []
    confirm = world.confirm

    def watch(kind: str, body: Json) -> None:
        if kind == "update":
            asked.append(body["update_id"])

    def confirming(offset: int) -> None:
        before = {update.id for update in world.queue}
        confirm(offset)
        confirmed.extend(before - {update.id for update in world.queue})

    async def show(request: Request) -> Response:
        del request
        return JSONResponse({"asked": asked, "confirmed": confirmed})

    world.watchers.append(watch)
    watched: Any = world
    watched.confirm = confirming
    return show


def main(port: int, token: str, people: int) -> None:
    app = remembering(create(token))
    for number in range(people):
        app.state.telegram.add_person(Person(FIRST_CHAT + number, f"Personne {number}"))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
