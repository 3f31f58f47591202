"""What the form collects, cleaned, and the lead that it becomes."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase, Profile
from orgbot.knowledge.sentences import ways
from orgbot.knowledge.visible import between_signs, visible
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
    name = _clean(text, ways(kb, "avant_prenom"), " ,.!;:", NAME)
    return name if any(character.isalpha() for character in name) else ""


def clean_organisation(kb: KnowledgeBase, text: str) -> str:
    name = _clean(text, ways(kb, "avant_organisation"), " ,;:", ORGANISATION)
    return name if any(character.isalpha() for character in name) else ""


def clean_subject(text: str) -> str:
    subject = _short(visible(text), SUBJECT).rstrip()
    return subject if any(character.isalnum() for character in subject) else ""


def _clean(text: str, lead_ins: Sequence[str], edges: str, longest: int) -> str:
    known = {*lead_ins}
    return _bare(_short(_bare(visible(text), known, edges), longest), known, edges)


def _short(text: str, longest: int) -> str:
    """At most that many characters, none of whose signs is cut in two."""
    return text[: between_signs(text, longest)]


def _bare(text: str, known: AbstractSet[str], edges: str) -> str:
    """`text` without `edges` around it or `known` lead-ins at its head: a fixed point of both."""
    before = None
    while text != before:
        before, text = text, _without(known, text.strip(edges))
    return text


def _without(known: AbstractSet[str], text: str) -> str:
    """Nothing is left of a lead-in alone: the name comes in the next message."""
    words = text.split(" ")
    for size in range(min(4, len(words)), 0, -1):
        if fold(" ".join(words[:size])) in known:
            return " ".join(words[size:])
    return text
