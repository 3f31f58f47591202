"""A local Telegram: the Bot API over HTTP, two people who write to the bot, and the page that shows them.

`app.state.telegram` is its world, for tests that add people or look at what waits. `app.state.close()` ends
what is open (the pages' streams, a poll that waits, deliveries), so that a server stops at once.
"""

import asyncio
import time
from collections.abc import Callable

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from orgbot.sandbox import people
from orgbot.sandbox.botapi import BotApi
from orgbot.sandbox.clock import Clock
from orgbot.sandbox.clock import endpoint as time_told
from orgbot.sandbox.events import Events
from orgbot.sandbox.faults import faults
from orgbot.sandbox.model import Json
from orgbot.sandbox.page import LOCAL_HOSTS, STATIC, Guard, file, index, state
from orgbot.sandbox.updates import Poller
from orgbot.sandbox.webhook import Deliverer, Sleep
from orgbot.sandbox.world import Telegram


def create(  # noqa: PLR0913  # each replaces one thing of the outside world
    token: str,
    *,
    explain: people.Explain | None = None,
    now: Callable[[], float] = time.time,
    clock: Clock | None = None,
    paced: bool = False,
    hosts: frozenset[str] = LOCAL_HOSTS,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
) -> Starlette:
    """`now` in Unix seconds; `clock` replaces it for who must follow its jumps.

    `paced`: more than a message a second to a chat gets 429.
    `transport` carries updates to the webhook instead of the network; `sleep` waits between its retries.
    """
    clock = clock or Clock(now)
    world = Telegram(token, clock.seconds, paced=paced)
    poller = Poller(world)
    deliverer = Deliverer(world, poller, transport, sleep)
    events = Events()

    def waken(kind: str, _body: Json) -> None:
        if kind == "update":
            poller.wake()
            deliverer.wake()

    def close() -> None:
        events.close()
        poller.wake()
        deliverer.close()

    world.watchers += [events.tell, waken]
    routes = [
        Route("/", index),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route(
            "/bot{token}/{method}", BotApi(world, poller, deliverer, sleep).__call__, methods=["GET", "POST"]
        ),
        *people.routes(world, explain),
        Route("/sandbox/state", state(world, poller, explains=explain is not None)),
        Route("/sandbox/files/{file}", file(world)),
        Route("/sandbox/faults", faults(world), methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/clock", time_told(world, clock), methods=["GET", "POST"]),
        Route("/sandbox/events", events.endpoint),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts)])
    app.state.telegram = world
    app.state.poller = poller
    app.state.deliverer = deliverer
    app.state.close = close
    return app
