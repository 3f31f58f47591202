from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.lead import (
    NAME,
    ORGANISATION,
    SUBJECT,
    clean_name,
    clean_organisation,
    clean_subject,
    complete,
    to_lead,
)
from orgbot.leads.model import Draft, Lead, Objection, Person, Reach
from orgbot.leads.promise import promise

FULL = Draft("Lucie", "Maison L’Escale", Reach("chat"), "Nos réseaux", consent=True)
NOW = datetime(2026, 11, 23, 19, tzinfo=UTC)
PERSON = Person(1001, "Lucie")
MET = (Objection(EntryId("temps"), "on n’a pas le temps"),)


def lead_of(draft: Draft, kb: KnowledgeBase) -> Lead:
    return to_lead(
        draft,
        reference="7KQ-2M4",
        person=PERSON,
        objections=MET,
        questions=("Et TikTok?",),
        consent_text="J’accepte.",
        at=NOW,
        profile=kb.profile,
    )


def test_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    assert complete(Draft()) == ("prenom", "organisation", "joindre")
    assert complete(replace(FULL, organisation="")) == ("organisation",)
    assert complete(replace(FULL, subject="")) == ()


def test_a_lead_holds_all_that_was_said(kb: KnowledgeBase) -> None:
    assert lead_of(FULL, kb) == Lead(
        reference="7KQ-2M4",
        person=PERSON,
        first_name="Lucie",
        organisation="Maison L’Escale",
        reach=Reach("chat"),
        subject="Nos réseaux",
        objections=MET,
        questions=("Et TikTok?",),
        consent_text="J’accepte.",
        at=NOW,
        promise=promise(NOW, kb.profile),
    )


@pytest.mark.parametrize(
    "change", [{"consent": False}, {"first_name": ""}, {"organisation": ""}, {"reach": None}]
)
def test_no_lead_without_consent_or_a_way_to_answer(kb: KnowledgeBase, change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="incomplete draft"):
        lead_of(replace(FULL, **change), kb)  # type: ignore[arg-type]  # one field at a time


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lucie", "Lucie"),
        ("  lucie   tremblay!! ", "lucie tremblay"),
        ("Je m’appelle Lucie.", "Lucie"),
        ("moi, c'est Lucie", "Lucie"),
        ("Mon nom est Jean-François", "Jean-François"),
        ("Prénom : Désirée", "Désirée"),
        (", , , , nom Lucie", "Lucie"),
        ("Lu\u202ecie\x00", "Lucie"),
        ("Cécile", "Cécile"),
        ("je m'appelle", ""),
        ("moi c’est…", ""),
        ("\u3164", ""),
        ("123", ""),
        ("👍", ""),
        ("", ""),
    ],
)
def test_a_name_is_kept_without_its_lead_in(kb: KnowledgeBase, text: str, name: str) -> None:
    assert clean_name(kb, text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("la maison des jeunes l'Escale", "la maison des jeunes l'Escale"),
        ("On est la Popote roulante", "la Popote roulante"),
        ("Notre organisme s’appelle La Débrouille inc.", "La Débrouille inc."),
        ("Pour l’amour des aînés", "Pour l’amour des aînés"),
        ("Organisme communautaire Le Pas", "Organisme communautaire Le Pas"),
        ("3", ""),
        ("je travaille pour le CALACS", "le CALACS"),
        ("Centre 24/7", "Centre 24/7"),
        ("on est", ""),
        ("...", ""),
    ],
)
def test_an_organisation_is_kept_without_its_lead_in(kb: KnowledgeBase, text: str, name: str) -> None:
    assert clean_organisation(kb, text) == name


def test_a_long_lead_in_does_not_shorten_the_name(kb: KnowledgeBase) -> None:
    assert clean_name(kb, "je m’appelle " + "x" * NAME) == "x" * NAME


def test_a_name_or_a_subject_that_is_too_long_ends_with_a_whole_sign(kb: KnowledgeBase) -> None:
    name = clean_name(kb, "x" * (NAME - 1) + "🇨🇦🇨🇦")
    assert name == "x" * (NAME - 1)
    organisation = clean_organisation(kb, "x" * (ORGANISATION - 3) + "🇨🇦👩🏽‍👧🏿")
    assert organisation == "x" * (ORGANISATION - 3) + "🇨🇦"
    subject = clean_subject("x" * (SUBJECT - 2) + "👩🏽‍👧🏿")
    assert subject == "x" * (SUBJECT - 2)


def test_a_subject_is_one_line_of_what_she_wrote() -> None:
    assert clean_subject(" On veut\n\nune page  Facebook? ") == "On veut une page Facebook?"
    assert clean_subject("😀…") == ""


WORDS = (
    "je m'appelle",
    "moi c'est",
    "nom",
    "on est",
    "pour",
    "Lucie",
    ",",
    ".",
    ": ",
    "\u200d",
    "\ud800",
    "é" * 40,
)
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)


@given(ANYTHING)
@example(". , ! ; nom Lucie")
@example("mon." + "." * 60 + "nom")
@example("x" * 5000)
def test_cleaning_never_raises_and_twice_changes_nothing(kb: KnowledgeBase, text: str) -> None:
    cleaners: list[tuple[Callable[[str], str], int]] = [
        (lambda typed: clean_name(kb, typed), NAME),
        (lambda typed: clean_organisation(kb, typed), ORGANISATION),
        (clean_subject, SUBJECT),
    ]
    for clean, longest in cleaners:
        cleaned = clean(text)
        assert clean(cleaned) == cleaned
        assert len(cleaned) <= longest
        cleaned.encode()
