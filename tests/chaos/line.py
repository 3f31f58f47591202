"""The network between the replicas and PostgreSQL, which can swallow every packet: nothing is refused, closed
or acknowledged, as where a machine has vanished."""

import asyncio
import ctypes
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.chaos.wire import hang_up

# Linux's names for these, which Python has not. https://docs.kernel.org/networking/filter.html
ATTACH_FILTER, DETACH_FILTER = 26, 27
RETURN = 0x06


class Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction)))


# Keeps no byte of any packet: the kernel drops it before it is acknowledged, and asks nobody's leave.
NOTHING = (Instruction * 1)(Instruction(RETURN, 0, 0, 0))


def deaf(link: socket.socket) -> None:
    link.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, bytes(Program(1, NOTHING)))


@dataclass(slots=True)
class Line:
    upstream: int
    server: asyncio.Server | None = None
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    calls: set[asyncio.Task[None]] = field(default_factory=set)
    passing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def port(self) -> int:
        assert self.server is not None
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.calls.add(task)
        self.open.add(writer)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._pass(reader, writer)
        finally:
            hang_up(writer)
            self.open.discard(writer)
            self.calls.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.upstream)
        ways = [asyncio.create_task(self._pump(*way)) for way in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            hang_up(back)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(1 << 16):
            await self.passing.wait()
            writer.write(some)
            await writer.drain()

    def swallow(self) -> None:
        """From now on, those that are connected are not heard, and nobody else can connect."""
        assert self.server is not None
        self.passing.clear()
        for link in (*self.server.sockets, *(writer.get_extra_info("socket") for writer in self.open)):
            deaf(link)

    def cut(self) -> None:
        """What was swallowed stays so; whoever connects from now on is heard."""
        assert self.server is not None
        for call in tuple(self.calls):
            call.cancel()
        for link in self.server.sockets:
            link.setsockopt(socket.SOL_SOCKET, DETACH_FILTER, 0)
        self.passing.set()


@asynccontextmanager
async def line(upstream: int) -> AsyncIterator[Line]:
    here = Line(upstream)
    here.passing.set()
    here.server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    try:
        yield here
    finally:
        here.server.close()
        calls = tuple(here.calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
