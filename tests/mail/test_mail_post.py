import asyncio
import socket
from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.mail import post
from orgbot.mail.post import Smtp, send
from orgbot.runtime.ports import Outcome
from tests.mail.letters import BOT, FREELANCER, part, read, write
from tests.mail.server import PASSWORD, USER, Conversation, Office, certificate, post_office, rude, smtp

pytestmark = pytest.mark.anyio

KNOWN = {"user": USER, "password": PASSWORD}


@pytest.fixture
def office() -> Office:
    return Office()


def quiet(outcome: Outcome) -> Outcome:
    """A reason is kept and logged: nothing in it is anybody's."""
    for private in (PASSWORD, USER, "@", "example.org", "Lucie", "Débrouille", "pas de ça"):
        assert private not in outcome.reason
    return outcome


async def test_the_letter_arrives_as_it_was_written(kb: KnowledgeBase, office: Office) -> None:
    message = write(kb)
    async with post_office(office) as port:
        assert await send(smtp(port), message) == Outcome("sent")
    (envelope,) = office.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == (BOT, [FREELANCER])
    assert isinstance(envelope.content, bytes)
    arrived = read(envelope.content)
    assert arrived["Subject"] == "Nouvelle demande 7KQ-2M4 – La Débrouille"
    assert arrived["Message-ID"] == message["Message-ID"]
    for kind in ("plain", "html"):
        assert "Notre page" in part(arrived, kind)
        assert "lucie@debrouille.org" in part(arrived, kind)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_of_trust_gets_the_password_and_the_letter_encrypted(
    kb: KnowledgeBase, office: Office, security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(kept))
    async with post_office(office, **{security: context}) as port:
        outcome = await send(smtp(port, host="localhost", security=security, **KNOWN), write(kb))
    assert outcome == Outcome("sent")
    assert office.users == [USER]
    assert office.encrypted
    assert len(office.letters) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_that_cannot_be_trusted_gets_nothing(
    kb: KnowledgeBase, office: Office, security: str, tmp_path: Path
) -> None:
    _, context = certificate(tmp_path)
    async with post_office(office, **{security: context}) as port:
        outcome = quiet(await send(smtp(port, host="localhost", security=security, **KNOWN), write(kb)))
    assert outcome.kind == "later"
    assert outcome.reason.startswith("SMTP_URL : ")
    assert "certificat" in outcome.reason
    assert not office.letters
    assert not office.users


async def test_a_server_without_encryption_is_not_told_the_password(
    kb: KnowledgeBase, office: Office
) -> None:
    async with post_office(office) as port:
        outcome = quiet(await send(smtp(port, security="starttls", **KNOWN), write(kb)))
    assert outcome.kind == "later"
    assert outcome.reason.startswith("SMTP_URL : ")
    assert not office.letters
    assert not office.users


async def test_a_wrong_password_waits_for_the_setting_to_be_mended(kb: KnowledgeBase, office: Office) -> None:
    async with post_office(office) as port:
        wrong = quiet(await send(smtp(port, user=USER, password="pas de ça"), write(kb)))
        right = await send(smtp(port, **KNOWN), write(kb))
    assert wrong.kind == "later"
    assert wrong.reason.startswith("SMTP_URL : le serveur refuse l’utilisateur ou le mot de passe (535")
    assert wrong.seconds is not None
    assert wrong.seconds >= 60
    assert right == Outcome("sent")
    assert len(office.letters) == 1


async def test_a_server_that_wants_a_name_says_which_setting(kb: KnowledgeBase, office: Office) -> None:
    office.mail = f"530 5.7.0 Authentication required, {BOT}"
    async with post_office(office) as port:
        outcome = quiet(await send(smtp(port), write(kb)))
    assert outcome.kind == "later"
    assert outcome.reason.startswith("SMTP_URL : ")


@pytest.mark.parametrize(
    ("step", "answer", "kind", "named"),
    [
        ("mail", "451 4.3.0 not now, Lucie", "later", "451 4.3.0"),
        ("recipient", f"450 4.2.1 <{FREELANCER}> greylisted", "later", "450 4.2.1"),
        ("data", "452 4.3.1 no room for Lucie", "later", "452 4.3.1"),
        ("mail", f"553 5.7.1 <{BOT}> is not yours", "refused", "MAIL_FROM"),
        ("recipient", f"550 5.1.1 <{FREELANCER}> unknown", "refused", "MAIL_TO"),
        ("data", "554 not from Lucie", "refused", "554"),
    ],
)
async def test_not_now_is_tried_again_and_never_is_not(
    kb: KnowledgeBase, step: str, answer: str, kind: str, named: str
) -> None:
    office = Office()
    setattr(office, step, answer)
    async with post_office(office) as port:
        outcome = quiet(await send(smtp(port), write(kb)))
    assert outcome.kind == kind
    assert named in outcome.reason
    assert office.letters == []


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 localhost ESMTP\r\n")
    await writer.drain()


async def vanish(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def be_busy(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"421 localhost too busy\r\n")
    await writer.drain()


async def ban(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"554 5.7.1 no service from your address\r\n")
    await writer.drain()


async def ramble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await writer.drain()


async def be_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def take_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The letter may have been taken: it is sent again, under the same Message-ID."""
    writer.write(b"220 localhost ESMTP\r\n")
    while (line := await reader.readline()) != b".\r\n":
        if line.startswith((b"EHLO", b"MAIL", b"RCPT")):
            writer.write(b"250 OK\r\n")
        elif line == b"DATA\r\n":
            writer.write(b"354 go on\r\n")


@pytest.mark.parametrize("server", [hang_up, vanish, be_busy, ban, ramble, be_silent, take_and_hang_up])
async def test_a_server_in_trouble_is_tried_again(
    kb: KnowledgeBase, server: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ANSWER", 0.3)
    async with asyncio.timeout(10), rude(server) as port:
        outcome = quiet(await send(smtp(port), write(kb)))
    assert outcome.kind == "later"
    assert outcome.reason


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b"220-still here\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_a_server_that_speaks_for_ever_is_left(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "WHOLE", 0.3)
    async with asyncio.timeout(10), rude(drip) as port:
        assert quiet(await send(smtp(port), write(kb))).kind == "later"


async def take_and_be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await take_and_hang_up(reader, writer)
    writer.write(b"250 OK\r\n")
    await reader.read()


async def test_a_letter_once_taken_is_sent_whatever_the_goodbye(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "GOODBYE", 0.1)
    async with asyncio.timeout(10), rude(take_and_be_silent) as port:
        assert await send(smtp(port), write(kb)) == Outcome("sent")


async def test_nobody_at_the_port_is_tried_again(kb: KnowledgeBase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        outcome = quiet(await send(smtp(port), write(kb)))
    assert outcome.kind == "later"


async def test_a_name_that_leads_nowhere_is_tried_again(kb: KnowledgeBase) -> None:
    outcome = quiet(await send(smtp(25, host="nulle-part.invalid"), write(kb)))
    assert outcome.kind == "later"


def test_the_password_is_never_shown() -> None:
    one = Smtp("h", 465, USER, PASSWORD, "tls", BOT, FREELANCER)
    assert PASSWORD not in f"{one} {one!r}"
