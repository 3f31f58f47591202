"""The page and its files, what it shows of the bot, and the guard around everything."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orgbot.sandbox.people import chat_json
from orgbot.sandbox.profile import commands_in
from orgbot.sandbox.updates import Poller
from orgbot.sandbox.world import Telegram

STATIC = Path(__file__).parent / "static"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PICTURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
FORBIDDEN = frozenset('/\\:*?"<>|')
NOT_KEPT = "De ce fichier, le bac à sable n’a que le nom."


async def index(request: Request) -> Response:
    del request
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


def state(world: Telegram, poller: Poller, *, explains: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        del request
        profile = world.profile
        bot = {
            **world.bot(),
            "description": profile.descriptions.get("fr") or profile.descriptions.get("", ""),
            "short_description": profile.short_descriptions.get("fr")
            or profile.short_descriptions.get("", ""),
        }
        chats = [
            {**chat_json(chat), "commands": commands_in(world, chat.id, "fr")}
            for chat in world.chats.values()
        ]
        listening = "webhook" if world.webhook else "polling" if poller.is_waiting else "none"
        return JSONResponse(
            {
                "bot": bot,
                "chats": chats,
                "faults": [fault.json() for fault in world.faults],
                "pending": len(world.queue),
                "listening": listening,
                "explains": explains,
            }
        )

    return endpoint


def file(world: Telegram) -> Callable[[Request], Awaitable[Response]]:
    """A document that the bot uploaded, to be saved; a picture of its own, or one for those that people send.
    Any other file is only a name."""

    async def endpoint(request: Request) -> Response:
        kept = world.files.get(request.path_params["file"])
        content = kept.content if kept else b""
        if kept and kept.kind == "document" and content:
            named = {"Content-Disposition": attachment(kept.shape["file_name"])}
            # Whatever it says of itself, a browser keeps it and opens nothing.
            return Response(content, headers=named, media_type="application/octet-stream")
        kind = next((kind for sign, kind in PICTURES.items() if content.startswith(sign)), None)
        if kind:
            return Response(content, media_type=kind)
        if kept and kept.kind == "photo":
            return FileResponse(STATIC / "photo.svg")
        return PlainTextResponse(NOT_KEPT, status_code=404)

    return endpoint


def attachment(name: str) -> str:
    """The header's value. What no file name may hold, or nobody would see in it, becomes a line."""
    safe = "".join("_" if one in FORBIDDEN or not one.isprintable() else one for one in name)
    # Neither hidden nor a folder, and none that Windows cannot open.
    return f"attachment; filename*=UTF-8''{quote(safe.strip('. ') or 'document', safe='')}"


class Guard:
    """Answers only to this machine's own names: a foreign one that resolves here (DNS rebinding) gets 403."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if host_of(Headers(scope=scope)) not in self.hosts:
            refused = PlainTextResponse(
                "Le bac à sable répond seulement à http://127.0.0.1.", status_code=403
            )
            await refused(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


def host_of(headers: Headers) -> str:
    host = headers.get("host", "").lower()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
