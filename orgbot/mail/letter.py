"""A lead as an email to the freelancer: its headers, and its body twice."""

import re
import unicodedata
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import validate_email

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import clip, say
from orgbot.knowledge.visible import visible
from orgbot.leads.model import Lead
from orgbot.mail.body import write
from orgbot.mail.page import page, text

# UTF-16 units of a header.
NAME, ORGANISATION = 60, 80
_UNSAFE = re.compile(r"[^\w '’-]|_")


def letter(  # noqa: PLR0913  # the addresses are named, never in order
    lead: Lead, kb: KnowledgeBase, today: date, *, sender: str, to: str, urgent: bool = False
) -> EmailMessage:
    """`urgent`: Telegram takes no messages for her, so this is the only notice she gets."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(lead, kb)
    message["From"] = Address(_name(text(say(kb, "courriel.expediteur"))), addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    reply_to = _reply_to(lead)
    if reply_to is not None:
        message["Reply-To"] = reply_to
    message["Date"] = lead.at
    message["Message-ID"] = _message_id(lead, sender, urgent=urgent)
    # An « absent du bureau » must not answer the director.
    message["Auto-Submitted"] = "auto-generated"
    body = write(lead, kb, today, urgent=urgent, answerable=reply_to is not None)
    # Every server takes it as it is, however long its lines.
    message.set_content(text(body), cte="quoted-printable")
    message.add_alternative(page(body), subtype="html", cte="quoted-printable")
    return message


def _subject(lead: Lead, kb: KnowledgeBase) -> str:
    organisation = clip(lead.organisation, ORGANISATION)
    return visible(text(say(kb, "courriel.objet", reference=lead.reference, organisation=organisation)))


def _message_id(lead: Lead, sender: str, *, urgent: bool) -> str:
    """The same for the same letter: a mailbox shows once what was sent twice. An urgent one says more than
    an ordinary one, and must not be taken for it."""
    kind = "urgent" if urgent else "demande"
    return f"<{kind}-{lead.reference}@{sender.rpartition('@')[2]}>"


def _reply_to(lead: Lead) -> Address | None:
    """None too for an address with accents before its @: not every server would take the whole letter."""
    if lead.reach.kind != "email":
        return None
    try:
        address = validate_email(lead.reach.value, check_deliverability=False).ascii_email
    except ValueError:
        return None
    return Address(_name(lead.first_name), addr_spec=address) if address else None


def _name(typed: str) -> str:
    """Letters, and what joins them: a long name that needs quotes loses them where Python folds the header,
    and an address in it becomes one more to answer to."""
    composed = unicodedata.normalize("NFC", typed)
    return " ".join(clip(_UNSAFE.sub(" ", composed), NAME).split())
