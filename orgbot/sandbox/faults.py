"""Failures to come, asked for over HTTP: the next calls of a method fail, wait, or lose their answer."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orgbot.sandbox.asking import number_of, optional, read_json, string_of
from orgbot.sandbox.errors import PersonError
from orgbot.sandbox.model import Fault, Json
from orgbot.sandbox.world import Telegram

LONGEST_DELAY = 600


def faults(world: Telegram) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            if request.method == "POST":
                world.faults.append(_read(await read_json(request)))
                world.emit("faults", {})
            elif request.method == "DELETE":
                world.faults.clear()
                world.emit("faults", {})
        except PersonError as error:
            return JSONResponse({"error": error.reason}, status_code=error.status)
        return JSONResponse({"faults": [fault.json() for fault in world.faults]})

    return endpoint


def _read(body: Json) -> Fault:
    code = optional(body, "error_code", int, "un code HTTP de 400 à 599")
    if code is not None and not 400 <= code <= 599:
        raise PersonError("error_code : il faut un code HTTP de 400 à 599")
    delay = optional(body, "delay", (int, float), "un nombre de secondes") or 0
    if not 0 <= delay <= LONGEST_DELAY:
        raise PersonError(f"delay : il faut un nombre de secondes de 0 à {LONGEST_DELAY}")
    dropped = body.get("drop_response") is True
    if code is None and not delay and not dropped:
        raise PersonError("error_code : dis ce qui doit mal aller (error_code, drop_response ou delay)")
    return Fault(
        method=string_of(body, "method", "*"),
        error_code=code,
        description=string_of(body, "description", ""),
        parameters={
            name: number_of(body, name)
            for name in ("retry_after", "migrate_to_chat_id")
            if body.get(name) is not None
        },
        times=_times(body),
        drop_response=dropped,
        delay=delay,
        chat=optional(body, "chat", int, "le numéro d’une conversation"),
    )


def _times(body: Json) -> int | None:
    """Once by default; null means until it is cleared."""
    if "times" in body and body["times"] is None:
        return None
    times = number_of(body, "times", 1)
    if times < 1:
        raise PersonError("times : il faut au moins 1 (ou null, jusqu’à nouvel ordre)")
    return times
