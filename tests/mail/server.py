"""SMTP servers on loopback, each on a free port, and a certificate that only the tests trust."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orgbot.mail.post import Smtp
from tests.mail.letters import BOT, FREELANCER

USER, PASSWORD = "camille", "mot de passe à elle"


@dataclass(slots=True)
class Office:
    """What the server is told; each answer can be replaced."""

    mail: str = ""
    recipient: str = ""
    data: str = "250 2.0.0 OK"
    letters: list[Envelope] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    encrypted: bool = False

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        envelope.rcpt_tos.append(address)
        return self.recipient or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        assert server.transport is not None
        self.encrypted = server.transport.get_extra_info("sslcontext") is not None
        if self.data.startswith("250"):
            self.letters.append(envelope)
        return self.data

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(given, LoginPassword)
        known = given.login == USER.encode() and given.password == PASSWORD.encode()
        if known:
            self.users.append(given.login.decode())
        return AuthResult(success=known, handled=False)


@asynccontextmanager
async def post_office(
    office: Office, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, **how: Any
) -> AsyncIterator[int]:
    """The port of a real server, encrypted from the start, or on demand, or never."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            office,
            authenticator=office.login,
            auth_require_tls=False,
            hostname="localhost",
            tls_context=starttls,
            require_starttls=starttls is not None,
            loop=loop,
            **how,
        ),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def rude(conversation: Conversation) -> AsyncIterator[int]:
    """A server that holds `conversation`, then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await conversation(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """That of an authority of our own, and a server's context that shows what it signed for localhost."""
    authority, kept = trustme.CA(), folder / "authority.pem"
    authority.cert_pem.write_to_path(kept)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return kept, context


def smtp(port: int, **changes: Any) -> Smtp:
    known: dict[str, Any] = {"host": "127.0.0.1", "port": port, "user": "", "password": ""}
    return Smtp(**{**known, "security": "none", "sender": BOT, "to": FREELANCER, **changes})
