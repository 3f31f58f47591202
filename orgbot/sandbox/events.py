"""What happens, live: server-sent events for the page."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from orgbot.sandbox.model import Json

# A page that does not read any more is let go; its EventSource comes back and reads everything again.
LONGEST_QUEUE = 1000
# Seconds between two signs of life.
HEARTBEAT = 15.0


class Events:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._closed = False

    def tell(self, kind: str, body: Json) -> None:
        if kind == "update":
            return
        line = f"event: {kind}\ndata: {json.dumps(body)}\n\n".encode()
        for queue in tuple(self._listeners):
            if queue.qsize() >= LONGEST_QUEUE:
                self._listeners.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(line)

    def close(self) -> None:
        """Every open page's stream ends, so that the server need not wait for it."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    async def stream(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield b"retry: 1000\nevent: ready\ndata: {}\n\n"
            while not self._closed:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        line = await queue.get()
                except TimeoutError:
                    line = b": .\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._listeners.discard(queue)

    async def endpoint(self, request: Request) -> Response:
        del request
        return StreamingResponse(
            self.stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )
