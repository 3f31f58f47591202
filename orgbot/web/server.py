"""An ASGI app on a port of this machine, stopped by an event and not by signals of its own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

# Open pages hold a connection: they are not waited for.
GRACE = 2


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals stop the whole process in order, not the server alone."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Raises OSError when the port is taken. `port` 0: any free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Two programs may bind one port; only one may listen on it.
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Until `stop` is set."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await stop.wait()
    server.should_exit = True
    await serving
