"""The bot's own HTTP side: /health, /ready and /metrics, and the webhook when there is one."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orgbot.runtime.ports import StoreAwayError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
# Bytes: Telegram's updates are a hundred times smaller.
LARGEST = 1 << 20
# Seconds: Telegram waits that long before it sends the update again.
RETRY_AFTER = 2

Receive = Callable[[Mapping[str, object]], Awaitable[None]]
Ready = Callable[[], Awaitable[Mapping[str, object]]]
Metrics = Callable[[], Awaitable[bytes]]


def create(ready: Ready, metrics: Metrics, receive: Receive | None = None, secret: str = "") -> Starlette:
    """`ready` gives facts, of which "problems" lists what keeps the bot from its work. `receive` takes an
    update's JSON and returns once it is committed; it raises to be sent it again."""

    async def alive(request: Request) -> Response:
        del request
        return JSONResponse({"status": "ok"})

    async def show_ready(request: Request) -> Response:
        del request
        facts = await ready()
        return JSONResponse(dict(facts), status_code=503 if facts.get("problems") else 200)

    async def show_metrics(request: Request) -> Response:
        del request
        return Response(await metrics(), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/health", alive), Route("/ready", show_ready), Route("/metrics", show_metrics)]
    if receive is not None:
        routes.append(Route("/telegram", _webhook(receive, secret), methods=["POST"]))
    return Starlette(routes=routes)


def _webhook(receive: Receive, secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await receive(update)
        except StoreAwayError as error:
            log.warning("the database does not answer (%s); Telegram keeps the update", error)
            return Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER)})
        return Response(status_code=200)

    return endpoint


async def _body(request: Request) -> bytes | None:
    """None once it is too large: the rest is not read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _update(body: bytes) -> Mapping[str, object] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if isinstance(number, int) and 0 <= number < 1 << 63 else None
