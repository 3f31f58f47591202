"""What the form collects, cleaned, and the lead that it becomes."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase, Profile
from orgbot.leads.model import Draft, Lead, Objection, Person
from orgbot.leads.promise import promise

NAME, ORGANISATION, SUBJECT = 60, 120, 1500


def complete(draft: Draft) -> tuple[str, ...]:
    """The lines still missing; the subject may be left out."""
    missing = []
    if not draft.first_name:
        missing.append("prenom")
    if not draft.organisation:
        missing.append("organisation")
    if draft.reach is None:
        missing.append("joindre")
    return tuple(missing)


def to_lead(  # noqa: PLR0913  # a lead gathers what the whole conversation gave
    draft: Draft,
    *,
    reference: str,
    person: Person,
    objections: tuple[Objection, ...],
    questions: tuple[str, ...],
    consent_text: str,
    at: datetime,
    profile: Profile,
) -> Lead:
    """Raises ValueError when consent or a line is missing: the form must not have let that through."""
    if not draft.consent or complete(draft) or draft.reach is None:
        raise ValueError(f"incomplete draft: {complete(draft)}, consent {draft.consent}")
    return Lead(
        reference=reference,
        person=person,
        first_name=draft.first_name,
        organisation=draft.organisation,
        reach=draft.reach,
        subject=draft.subject,
        objections=objections,
        questions=questions,
        consent_text=consent_text,
        at=at,
        promise=promise(at, profile),
    )


def clean_name(kb: KnowledgeBase, text: str) -> str:
    """A first name, without what people write around it; "" when there is nothing to keep."""
    name = _without(kb.words["avant_prenom"], _visible(text)).strip(" ,.!;:")[:NAME].rstrip()
    return name if any(character.isalpha() for character in name) else ""


def clean_organisation(kb: KnowledgeBase, text: str) -> str:
    name = _without(kb.words["avant_organisation"], _visible(text)).strip(" ,;:")[:ORGANISATION].rstrip()
    return name if any(character.isalnum() for character in name) else ""


def clean_subject(text: str) -> str:
    subject = _visible(text)[:SUBJECT].rstrip()
    return subject if any(character.isalnum() for character in subject) else ""


def _visible(text: str) -> str:
    """Single spaces; no controls, bidi marks or lone surrogates."""
    kept = (" " if character.isspace() else character for character in text)
    return " ".join("".join(character for character in kept if not _hidden(character)).split())


def _hidden(character: str) -> bool:
    # A zero-width joiner holds emoji together: it stays.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") and character != "\u200d"


def _without(lead_ins: Sequence[str], text: str) -> str:
    """`text` without any of `lead_ins` at its head, unless nothing else is there. Idempotent."""
    known = {fold(lead_in) for lead_in in lead_ins}
    words = text.split(" ")
    count = len(words)
    while count:
        longest = range(min(4, len(words) - 1), 0, -1)
        count = next((size for size in longest if fold(" ".join(words[:size])) in known), 0)
        words = words[count:]
    return " ".join(words)
