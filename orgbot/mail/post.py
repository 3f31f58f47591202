"""A letter → an SMTP server → what became of it. No reason holds a password, an address or a word typed."""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from orgbot.runtime.ports import Outcome

# Seconds: for one answer of the server's, for the whole letter, for taking leave.
ANSWER, WHOLE, GOODBYE = 20.0, 60.0, 2.0
# A wrong password tried every second gets an account locked.
MENDING = 600.0
# RFC 4954: who writes is not known, or not well enough.
_AUTHENTICATION = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"[45]\.\d{1,3}\.\d{1,3}(?=\s)")

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where letters are posted. `user` "": the server asks for none."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security
    sender: str
    to: str


async def send(smtp: Smtp, message: EmailMessage) -> Outcome:
    client = _client(smtp)
    try:
        async with asyncio.timeout(WHOLE):
            await client.connect()
            await client.send_message(message, sender=smtp.sender, recipients=smtp.to)
    except (SMTPException, OSError, ValueError) as error:  # TimeoutError is an OSError
        return outcome(error)
    else:
        return Outcome("sent")
    finally:
        await _leave(client)


def _client(smtp: Smtp) -> SMTP:
    return SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.user or None,
        password=smtp.password or None,
        use_tls=smtp.security == "tls",
        start_tls=smtp.security == "starttls",
        timeout=ANSWER,
        # Else the machine's name is looked up, for as long as its resolver likes, and told to the server.
        local_hostname="[127.0.0.1]",
    )


async def _leave(client: SMTP) -> None:
    """Whatever the goodbye gives, the letter's fate is known."""
    with suppress(SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=GOODBYE)
    client.close()


def outcome(error: Exception) -> Outcome:
    """Only what the server says of this very letter is for good; all else can be mended, or passes."""
    match error:
        case SMTPRecipientsRefused():
            return outcome(error.recipients[0])
        case SMTPResponseException() if _unknown(error):
            return _to_mend(
                f"le serveur refuse l’utilisateur ou le mot de passe ({_codes(error)}); corrige-les"
            )
        case SMTPSenderRefused() if error.code >= 500:
            return _refused("l’expéditeur", error, "; vérifie MAIL_FROM")
        case SMTPRecipientRefused() if error.code >= 500:
            return _refused("le destinataire", error, "; vérifie MAIL_TO")
        case SMTPDataError() if error.code >= 500:
            return _refused("la lettre", error)
        case SMTPResponseException():
            return Outcome("later", reason=f"le serveur de courriel remet à plus tard ({_codes(error)})")
        case ssl.SSLError():
            return _uncertified()
        case OSError():  # so are aiosmtplib's own: no connection, hung up, too slow
            return _away(error)
        case SMTPException():
            return _to_mend("le serveur n’offre pas la connexion demandée; vérifie le port et la sécurité")
        case _:
            return Outcome("refused", reason=f"lettre impossible à écrire ({type(error).__name__})")


def _unknown(error: SMTPResponseException) -> bool:
    permanent = isinstance(error, SMTPAuthenticationError) and error.code >= 500
    return permanent or error.code in _AUTHENTICATION


def _away(error: OSError) -> Outcome:
    if isinstance(error.__cause__, ssl.SSLError):
        return _uncertified()
    return Outcome("later", reason=f"le serveur de courriel ne répond pas ({type(error).__name__})")


def _uncertified() -> Outcome:
    return _to_mend("la connexion chiffrée échoue; vérifie le nom du serveur, le port et son certificat")


def _to_mend(what: str) -> Outcome:
    # The operator will mend it; until then nothing is lost.
    return Outcome("later", MENDING, f"SMTP_URL : {what}")


def _refused(what: str, error: SMTPResponseException, fix: str = "") -> Outcome:
    return Outcome("refused", reason=f"le serveur de courriel refuse {what} ({_codes(error)}){fix}")


def _codes(error: SMTPResponseException) -> str:
    """The numbers alone: a server repeats addresses in its words."""
    enhanced = _ENHANCED.match(error.message)
    return f"{error.code} {enhanced.group()}" if enhanced else str(error.code)
