"""The sandbox's Bot API in a process of its own.

GET /chaos/log gives every message and edit that it was ever sent, in order, with the moment to the
microsecond: chats show seconds only.
"""

import time

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
    app.router.routes.append(Route("/chaos/log", show))
    return app


def main(port: int, token: str, people: int) -> None:
    app = remembering(create(token))
    for number in range(people):
        app.state.telegram.add_person(Person(FIRST_CHAT + number, f"Personne {number}"))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
