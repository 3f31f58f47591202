"""How people type, and what is read. The vocabulary is the real one: these are its own tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.normalise import LONGEST, Normaliser, normaliser


@pytest.fixture(scope="module")
def normalise(kb: KnowledgeBase) -> Normaliser:
    return normaliser(kb.vocabulary, [text for entry in kb.entries.values() for text in entry.phrasings])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("chu débordée", "je suis debordee"),
        ("CHU DÉBORDÉE", "je suis debordee"),
        ("j’suis débordée", "je suis debordee"),
        ("pk on ferait ça", "pourquoi on ferait ca"),
        ("c trop cher", "c est trop cher"),
        ("g pas le temps", "je n ai pas le temps"),
        ("les rs", "les reseaux sociaux"),
        ("dix piasses", "dix dollars"),
        ("bcp trop looooong", "beaucoup trop long"),
        ("pas\u200b le\u202e temps", "pas le temps"),
        ("l’œuvre", "l oeuvre"),
        ("la MRC de Charlevoix", "la mrc de charlevoix"),
        ("", ""),
        ("🙂🙂", ""),
    ],
)
def test_spoken_and_texted_forms_are_read(normalise: Normaliser, typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_the_longest_form_is_replaced_first_and_only_once() -> None:
    normalise = normaliser({"y a": "il y a", "y a pas": "il n’y a pas", "il": "lui"}, [])
    assert normalise("y a pas de temps, y a rien") == "il n y a pas de temps il y a rien"


def test_what_the_encoder_reads_is_written_with_care() -> None:
    normalise = normaliser({"chu": "je suis", "pk": "pourquoi"}, ["Je suis débordée", "déjà débordée"])
    assert normalise.mend("Chu deja debordee, pk?") == "je suis déjà débordée, pourquoi?"
    assert normalise.mend("Déjà débordée!") == "Déjà débordée!"


def test_accents_are_put_back_unless_that_makes_another_word() -> None:
    normalise = normaliser({"chu": "je suis"}, ["ça coûte combien", "ca coute", "c’est sûr, le mûr", "déjà"])
    assert normalise.mend("ca coute deja") == "ça coûte déjà"
    assert normalise.mend("sur le mur") == "sur le mur"


@pytest.mark.parametrize("word", ["livré", "parlés", "né", "là", "maïs", "on engage", "j’oublie", "la cote"])
def test_a_word_of_the_language_keeps_the_accents_it_was_given(word: str) -> None:
    """Whatever the knowledge base has, and however rare it is."""
    stored = "un livre, tu parles, ne le dis à personne, la salle, mais, engagé, oublié, à côté"
    assert normaliser({"chu": "je suis"}, [stored]).mend(word) == word


def test_a_slip_is_mended_towards_a_word_of_the_knowledge_base() -> None:
    normalise = normaliser({"chu": "je suis"}, ["Nos bénévoles gèrent l’organisme", "s’occuper des réseaux"])
    assert normalise.mend("nos bénévolles") == "nos bénévoles"
    assert normalise.mend("lorganisme") == "l’organisme"
    assert normalise.mend("soccuper des reseaux") == "s’occuper des réseaux"


@pytest.mark.parametrize("word", ["poison", "cousin", "mouton", "gérant", "benefits", "people", "eleves"])
def test_a_correct_word_is_never_mended_into_another(word: str) -> None:
    normalise = normaliser(
        {"chu": "je suis"}, ["poisson, coussin, boutons, moutons, gèrent, bénéfice, peuple, élever"]
    )
    assert normalise.mend(word) == word


@given(st.text())
def test_any_text_is_read(kb: KnowledgeBase, text: str) -> None:
    normalise = normaliser(kb.vocabulary, [])
    assert normalise(text) == normalise(text).strip()
    assert isinstance(normalise.mend(text), str)


def test_a_pasted_document_is_read_up_to_a_bound(normalise: Normaliser) -> None:
    assert len(normalise("ab " * 10_000)) <= LONGEST
