"""interface.yml, vocabulaire.yml, hors-sujet.yml and essais/."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orgbot.knowledge.interface import SENTENCES, WORDS
from tests.knowledge.shelf import good, interface, said, whole


def changed(section: str, key: str, value: object) -> str:
    """The interface, with one sentence replaced; None: removed."""
    fields: dict[str, Any] = yaml.safe_load(interface())
    fields[section] = dict(fields[section])
    fields[section].pop(key, None)
    if value is not None:
        fields[section][key] = value
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)


def only(tmp_path: Path, text: str) -> str:
    told = said(tmp_path, whole(interface=text))
    assert len(told) == 1, told
    assert told[0].startswith("interface.yml:")
    return told[0]


def test_sentences_are_named_by_section_and_words_are_lists(tmp_path: Path) -> None:
    kb = good(tmp_path, whole())
    assert kb.sentences.keys() == SENTENCES.keys()
    assert kb.words.keys() == WORDS
    assert all(kb.words.values())


def test_blanks_around_a_sentence_count(tmp_path: Path) -> None:
    kb = good(tmp_path, whole(interface=changed("accueil", "bonjour", "\nAllo ")))
    assert kb.sentences["accueil.bonjour"] == "\nAllo "


def test_a_missing_sentence_is_said(tmp_path: Path) -> None:
    assert "il manque la clé « bonjour »" in only(tmp_path, changed("accueil", "bonjour", None))


def test_a_missing_section_is_said_once(tmp_path: Path) -> None:
    fields = yaml.safe_load(interface())
    del fields["joindre"]
    assert "il manque la clé « joindre »" in only(tmp_path, yaml.safe_dump(fields))


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("accueil", "bonjuor", "x", "clé inconnue « bonjuor »; voulais-tu dire « bonjour »?"),
        ("accueil", "bonjour", "{nom}", "« {nom} » ne veut rien dire ici"),
        ("accueil", "bonjour", "{prenom", "accolade mal fermée"),
        ("accueil", "bonjour", "<b>x", "<b> n’est pas fermée"),
        ("accueil", "bonjour", "", "texte vide"),
        ("accueil", "bonjour", ["x"], "ici, il faut un texte"),
        ("accueil", "bonjour", "x" * 4097, "plus de 4096 caractères"),
        ("boutons", "rien", "<b>x</b>", "« boutons.rien » est montré tel quel"),
        ("mots", "oui", None, "il manque la clé « oui »"),
        ("mots", "ouais", ["x"], "clé inconnue « ouais »"),
        ("mots", "oui", [], "liste vide"),
        ("mots", "oui", "oui", "ici, il faut une liste"),
    ],
)
def test_a_wrong_sentence_is_said(tmp_path: Path, section: str, key: str, value: object, told: str) -> None:
    assert told in only(tmp_path, changed(section, key, value))


def test_words_that_yaml_reads_otherwise_stay_words(tmp_path: Path) -> None:
    text = changed("mots", "oui", ["zzz"]).replace("- zzz\n", "- yes\n  - on\n  - 1\n", 1)
    assert good(tmp_path, whole(interface=text)).words["oui"] == ("yes", "on", "1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("forms: [chu]", "vocabulaire.yml:1: « forms » associe des formes"),
        ("forms:\n  chu:", "vocabulaire.yml:2: texte vide"),
        ("forms:\n  chu: x\n  chu: y", "vocabulaire.yml:3: clé « chu » en double"),
        ("forms:\n  chu: [x]", "vocabulaire.yml:2: ici, il faut un texte"),
        ("formes: {}", "vocabulaire.yml:1: clé inconnue « formes »; voulais-tu dire « forms »?"),
    ],
)
def test_a_wrong_vocabulary_is_said(tmp_path: Path, text: str, told: str) -> None:
    assert said(tmp_path, whole(vocabulaire=text))[0].startswith(told)


def test_an_essai_reaches_an_entry_or_none(tmp_path: Path) -> None:
    files = {
        **whole(essais="entry: prix\nutterances: [c cher tu]"),
        "essais/b.yml": "entry: none\nutterances: [x]",
    }
    essais = good(tmp_path, files).essais
    assert [(essai.entry, essai.text) for essai in essais] == [("prix", "c cher tu"), (None, "x")]


@pytest.mark.parametrize(
    ("essais", "told"),
    [
        (
            "entry: pri\nutterances: [x]",
            ["essais/a.yml:1: identifiant inconnu « pri »; voulais-tu dire « prix »?"],
        ),
        (
            "entry: zzzz\nutterances: x",
            [
                "essais/a.yml:1: identifiant inconnu « zzzz »; mets l’id d’une réponse, ou none",
                "essais/a.yml:2: ici, il faut une liste; commence chaque ligne par un tiret",
            ],
        ),
        ("utterances: [x]", ["essais/a.yml:1: il manque la clé « entry »; ajoute « entry: … »"]),
        ("entry: prix", ["essais/a.yml:1: il manque la clé « utterances »; ajoute « utterances: … »"]),
    ],
)
def test_a_wrong_essai_is_said(tmp_path: Path, essais: str, told: list[str]) -> None:
    assert said(tmp_path, whole(essais=essais)) == told
