"""What the form collects, cleaned, and the lead that it becomes."""

import unicodedata
from datetime import datetime

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import Profile
from orgbot.leads.model import Draft, Lead, Objection, Person
from orgbot.leads.promise import promise

NAME, ORGANISATION, SUBJECT = 60, 120, 1500

# What people write before a name, folded.
_NAMING = frozenset(
    {"je m appelle", "je me nomme", "moi c est", "c est", "mon nom est", "mon nom c est", "mon prenom est"}
    | {"mon prenom c est", "je suis", "moi je suis", "prenom", "nom", "ici"}
)
_BELONGING = frozenset({"je travaille pour", "je travaille a", "pour", "on est", "nous sommes"})


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


def clean_name(text: str) -> str:
    """A first name, without what people write around it; "" when there is nothing to keep."""
    name = _without(_NAMING, _visible(text)).strip(" ,.!;:")[:NAME].rstrip()
    return name if any(character.isalpha() for character in name) else ""


def clean_organisation(text: str) -> str:
    name = _without(_BELONGING, _visible(text)).strip(" ,;:")[:ORGANISATION].rstrip()
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


def _without(lead_ins: frozenset[str], text: str) -> str:
    """`text` without one of `lead_ins` at its head, unless nothing else is there. Idempotent."""
    words = text.split(" ")
    for count in range(min(4, len(words) - 1), 0, -1):
        if fold(" ".join(words[:count])) in lead_ins:
            return _without(lead_ins, " ".join(words[count:]))
    return text
