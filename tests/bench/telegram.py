"""A Telegram for benchmarks: says yes to everything, and remembers when each message was sent.

The sandbox checks what it is sent, as Telegram does, and is too slow to be a yardstick.
"""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs

# As python-telegram-bot (a form) and aiogram (parts) write it.
CHAT = re.compile(rb"""chat_id(?:=|"\r\n\r\n)(\d+)""")
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
BOT = {"id": 1, "is_bot": True, "first_name": "banc", "username": "banc_bot"}
SENT = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
RESULTS: dict[bytes, object] = {
    b"getMe": BOT,
    b"sendMessage": SENT,
    b"editMessageText": SENT,
}


@dataclass(slots=True)
class Telegram:
    """`sent`: for each chat, when its messages came, in seconds of time.perf_counter."""

    sent: dict[int, list[float]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    webhook: str = ""

    async def serve(self) -> tuple[asyncio.Server, int]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=1 << 20)
        port: int = server.sockets[0].getsockname()[1]
        return server, port

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = LENGTH.search(head)
                body = await reader.readexactly(int(length[1])) if length else b""
                method = head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0]
                self._note(method, body)
                result = self._webhook() if method == b"getWebhookInfo" else RESULTS.get(method, True)
                answer = json.dumps({"ok": True, "result": result}).encode()
                size = len(answer)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (size, answer)
                )
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    def _note(self, method: bytes, body: bytes) -> None:
        if method == b"setWebhook":
            self.webhook = parse_qs(body.decode("utf-8", "replace")).get("url", [""])[0]
        chat = CHAT.search(body)
        if method == b"sendMessage" and chat:
            self.sent.setdefault(int(chat[1]), []).append(time.perf_counter())
            self.arrived.set()

    def _webhook(self) -> dict[str, object]:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0}

    async def wait_for(self, chats: set[int], seconds: float) -> None:
        """Until each has had a message. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not chats <= self.sent.keys():
                self.arrived.clear()
                await self.arrived.wait()
