"""The bot's own HTTP side: /health, and the webhook when there is one."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
LARGEST = 1 << 20

Receive = Callable[[Mapping[str, object]], Awaitable[None]]
Health = Callable[[], Mapping[str, int | bool]]


def create(health: Health, receive: Receive | None = None, secret: str = "") -> Starlette:
    """`receive` takes an update's JSON and returns once it is committed; it raises to be sent it again."""

    async def show_health(request: Request) -> Response:
        del request
        return await _health(health)

    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        update = _update(await request.body())
        if update is None:
            return Response(status_code=400)
        if receive is not None:
            await receive(update)
        return Response(status_code=200)

    routes = [Route("/health", show_health)]
    if receive is not None:
        routes.append(Route("/telegram", webhook, methods=["POST"]))
    return Starlette(routes=routes)


def _update(body: bytes) -> Mapping[str, object] | None:
    if len(body) > LARGEST:
        return None
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


async def _health(health: Health) -> Response:
    """200 when all is well; 503 with the reason when the owner or the database cannot be reached."""
    try:
        facts = await asyncio.to_thread(health)
    except Exception:
        log.exception("health: the database cannot be read")
        return JSONResponse({"status": "database unreachable"}, status_code=503)
    if facts.get("owner_blocked"):
        return JSONResponse({"status": "owner blocked the bot", **facts}, status_code=503)
    return JSONResponse({"status": "ok", **facts})
