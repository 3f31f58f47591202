"""The present, which the page can push forward: for the bot, and for this Telegram."""

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orgbot.sandbox.asking import number_of, read_json
from orgbot.sandbox.errors import PersonError
from orgbot.sandbox.model import Json
from orgbot.sandbox.world import DAY, Telegram

FARTHEST = 400 * DAY
ZONE = ZoneInfo("America/Montreal")


async def nothing() -> None:
    pass


@dataclass(slots=True)
class Clock:
    """`moved` is awaited after each jump."""

    real: Callable[[], float] = time.time
    ahead: int = 0
    moved: Callable[[], Awaitable[object]] = nothing

    def seconds(self) -> float:
        return self.real() + self.ahead

    def present(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def json(self) -> Json:
        return {"now": self.seconds(), "ahead": self.ahead, "monday": self._to_monday(), "zone": ZONE.key}

    def _to_monday(self) -> int:
        """Seconds until the next Monday at 9:00."""
        here = self.present().astimezone(ZONE)
        monday = (here - timedelta(days=here.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
        if monday <= here:
            monday += timedelta(days=7)
        return math.ceil(monday.timestamp() - here.timestamp())

    def forward(self, seconds: int) -> None:
        """Raises PersonError."""
        if not 0 < seconds <= FARTHEST - self.ahead:
            days = FARTHEST // DAY
            raise PersonError(f"forward : l’horloge avance seulement, de {days} jours au plus en tout")
        self.ahead += seconds


def endpoint(world: Telegram, clock: Clock) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            if request.method == "POST":
                clock.forward(number_of(await read_json(request), "forward"))
                world.emit("clock", {})
                await clock.moved()
        except PersonError as error:
            return JSONResponse({"error": error.reason}, status_code=error.status)
        return JSONResponse(clock.json())

    return answer
