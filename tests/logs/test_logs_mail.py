"""Letters that a mail server refuses: it repeats addresses, words, and what it was given to log in."""

import asyncio
import socket
from base64 import b64decode
from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.mail import post
from orgbot.matching.decision import Matcher
from tests.logs.birds import ADDRESS, PASSWORD, PHONE, Printed, ask
from tests.mail.server import Conversation, Office, certificate, post_office, rude, smtp
from tests.mail.test_mail_post import be_silent, hang_up, ramble
from tests.street import street

pytestmark = pytest.mark.anyio

OURS = {"sender": "bot@canari.org", "to": "camille@canari.org"}
# A server answers in ASCII.
HEARD = f"no canari, nor {ADDRESS} or {PHONE}"
LOGIN = {"user": ADDRESS, "password": PASSWORD}


@pytest.mark.parametrize(
    ("step", "answer", "said"),
    [
        ("mail", f"553 5.7.1 <{ADDRESS}> is not yours, {HEARD}", "refuse l’expéditeur (553 5.7.1)"),
        ("mail", f"530 5.7.0 who is {ADDRESS}?", "refuse l’utilisateur"),
        ("recipient", f"550 5.1.1 <camille@canari.org>: {HEARD}", "refuse le destinataire (550 5.1.1)"),
        ("recipient", f"450 {HEARD}", "remet à plus tard (450)"),
        ("data", f"554 canari.5.1 {HEARD}", "refuse la lettre (554)"),
        ("data", f"451 4.7.1 {HEARD}", "remet à plus tard (451 4.7.1)"),
    ],
)
async def test_whatever_the_server_says_of_a_letter(  # noqa: PLR0917
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, step: str, answer: str, said: str
) -> None:
    office = Office()
    setattr(office, step, answer)
    async with (
        post_office(office) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port, **OURS)) as lane,
    ):
        await ask(lane)
    printed.assert_silent(said)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """It repeats who logs in, and how."""
    writer.write(b"220 localhost ESMTP\r\n")
    while line := await reader.readline():
        if line.startswith(b"AUTH"):
            given = b64decode(line.split()[2]).replace(b"\0", b" ")
            writer.write(b"535 5.7.8 not " + given + b"\r\n")
        else:
            writer.write(b"250-localhost\r\n250 AUTH PLAIN\r\n")


async def test_a_login_that_it_refuses(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with (
        rude(echo) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port, **OURS, **LOGIN)) as lane,
    ):
        await ask(lane)
    printed.assert_silent("refuse l’utilisateur ou le mot de passe (535 5.7.8)")


@pytest.mark.parametrize(
    ("server", "said"), [(be_silent, "ne répond pas"), (hang_up, "ne répond pas"), (ramble, "à plus tard")]
)
async def test_a_server_in_trouble(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    monkeypatch: pytest.MonkeyPatch,
    server: Conversation,
    said: str,
) -> None:
    monkeypatch.setattr(post, "ANSWER", 0.3)
    async with (
        rude(server) as port,
        street(tmp_path, kb, matcher, smtp=smtp(port, **OURS, **LOGIN)) as lane,
    ):
        await ask(lane)
    printed.assert_silent(said)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_that_cannot_be_trusted(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, security: str
) -> None:
    _, context = certificate(tmp_path)
    async with (
        post_office(Office(), **{security: context}) as port,
        street(
            tmp_path, kb, matcher, smtp=smtp(port, host="localhost", security=security, **OURS, **LOGIN)
        ) as lane,
    ):
        await ask(lane)
    printed.assert_silent("la connexion chiffrée échoue")


async def test_a_server_that_is_not_there(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = smtp(taken.getsockname()[1], **OURS, **LOGIN)
        nowhere = smtp(25, host="canari.invalid", **OURS, **LOGIN)
        for number, server in enumerate((nobody, nowhere)):
            async with street(tmp_path / str(number), kb, matcher, smtp=server) as lane:
                await ask(lane)
    printed.assert_silent("le serveur de courriel ne répond pas")
