"""The network between the replicas and Telegram: connections reset, and answers that never arrive."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

# RST instead of FIN when closed.
AT_ONCE = struct.pack("ii", 1, 0)
SEND = re.compile(rb"^POST /bot[^/]+/send", re.IGNORECASE)

Harm = Literal["reset", "swallow"]


@dataclass(slots=True)
class Wire:
    """`harms`: what befalls the next calls of send… to `chat`, in order; "reset": before Telegram has it;
    "swallow": Telegram takes it, and its answer is lost. `done` counts what befell."""

    upstream: int
    port: int = 0
    chat: int = 0
    harms: list[Harm] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    calls: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop itself holds tasks by weak references alone.
        task = asyncio.current_task()
        assert task is not None
        self.calls.add(task)
        try:
            # Cancelled by `end` alone; the server of streams would make news of what is not caught.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._pass(reader, writer)
        finally:
            hang_up(writer)
            self.calls.discard(task)

    async def end(self) -> None:
        calls = tuple(self.calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            while call := await _message(reader):
                harm = self._harm(call)
                if harm == "reset":
                    return
                back.write(call)
                answer = await _message(there)
                if harm == "swallow":
                    return
                writer.write(answer)
                await writer.drain()
        finally:
            hang_up(back)

    def _harm(self, call: bytes) -> Harm | None:
        mine = SEND.match(call) and re.search(rb"chat_id=%d\b" % self.chat, call)
        harm = self.harms.pop(0) if self.harms and mine else None
        if harm is not None:
            self.done[harm] = self.done.get(harm, 0) + 1
        return harm


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer, whole; empty at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = re.search(rb"content-length: *([0-9]+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length.group(1))) if length else b"")


def hang_up(writer: asyncio.StreamWriter) -> None:
    link = writer.get_extra_info("socket")
    with suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


@asynccontextmanager
async def wire(upstream: int) -> AsyncIterator[Wire]:
    here = Wire(upstream)
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        await here.end()
