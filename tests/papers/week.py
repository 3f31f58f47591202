"""Leads and messages to count."""

from datetime import datetime, timedelta

from orgbot.chat.events import Happening
from orgbot.knowledge.model import EntryId
from orgbot.papers.figures import Exchange, LeadRow
from tests.conftest import MONDAY


def row(at: datetime = MONDAY, **changes: object) -> LeadRow:
    """Probable a day later, at the latest two; no answer yet."""
    known = {
        "reference": "7KQ-2M4",
        "at": at,
        "status": "new",
        "first_answer": None,
        "probable": at + timedelta(days=1),
        "latest": at + timedelta(days=2),
        "first_name": "Lucie",
        "organisation": "La Débrouille",
        "reach_kind": "email",
        "reach": "lucie@debrouille.org",
        "subject": "Notre page",
        "objections": ("temps",),
        "won_or_lost_why": "",
    }
    return LeadRow(**{**known, **changes})  # type: ignore[arg-type]  # the test's own keys


def message(what: Happening, at: datetime = MONDAY, entry: str | None = None) -> Exchange:
    return Exchange(at, what, None if entry is None else EntryId(entry))
