"""A lead to write about, and what a mail reader makes of a letter."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.model import Lead, Objection, Person, Promise, Reach
from orgbot.mail.letter import letter
from tests.conftest import MONDAY

BOT, FREELANCER = "bot@example.org", "camille@example.org"


def lead(**changes: object) -> Lead:
    known = {
        "reference": "7KQ-2M4",
        "person": Person(1001, "Lucie", "lucie_d"),
        "first_name": "Lucie",
        "organisation": "La Débrouille",
        "reach": Reach("email", "lucie@debrouille.org"),
        "subject": "Notre page",
        "objections": (Objection(EntryId("temps"), "on est 2 <pour> tout"), Objection(EntryId("prix"), "")),
        "questions": ("combien dure une story?",),
        "consent_text": "…",
        "at": MONDAY,
        "promise": Promise(datetime(2026, 11, 24, 19, tzinfo=UTC), datetime(2026, 11, 25, 22, tzinfo=UTC)),
    }
    return Lead(**{**known, **changes})  # type: ignore[arg-type]  # the test's own keys


def write(kb: KnowledgeBase, *, urgent: bool = False, **changes: object) -> EmailMessage:
    return letter(lead(**changes), kb, MONDAY.date(), sender=BOT, to=FREELANCER, urgent=urgent)


def read(raw: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


def received(kb: KnowledgeBase, *, urgent: bool = False, **changes: object) -> EmailMessage:
    """Through bytes and back, as on the freelancer's phone."""
    return read(write(kb, urgent=urgent, **changes).as_bytes())


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    content: str = found.get_content()
    return content
