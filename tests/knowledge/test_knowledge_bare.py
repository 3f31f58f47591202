"""Folders from elsewhere: entry files with phrasings, nothing else needed, in any language."""

import os
import time
from pathlib import Path

import pytest

from orgbot.knowledge.load import load
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import render
from tests.knowledge.shelf import entry, good, read, said, write


def test_phrasings_are_enough_and_the_rest_comes_from_faq(tmp_path: Path) -> None:
    kb = good(tmp_path, {"card arrival.v2.yml": entry("where is my card", "no", "123")})
    one = kb.entries[EntryId("card arrival.v2")]
    assert (one.title, one.answer, one.button, one.short) == ("card arrival.v2",) * 4
    assert one.phrasings == ("where is my card", "no", "123")
    assert (kb.out_of_scope, kb.vocabulary, kb.essais) == ((), {}, ())
    assert kb.profile.name
    assert kb.sentences["accueil.bonjour"]


def test_what_is_there_is_used(tmp_path: Path) -> None:
    files = {
        "deep/er/a.yml": entry("x", title="A" * 100, answer="B", button="C" * 50),
        "hors-sujet.yml": entry("weather"),
        "vocabulaire.yml": "forms: {chu: je suis, no: non}",
        "essais/one.yml": "entry: a\nutterances: [y]",
        "essais/two.yml": "entry: none\nutterances: [z]",
    }
    kb = good(tmp_path, files)
    assert list(kb.entries) == ["a"]
    assert (kb.entries[EntryId("a")].answer, kb.out_of_scope) == ("B", ("weather",))
    assert kb.vocabulary == {"chu": "je suis", "no": "non"}
    assert [(essai.entry, essai.text) for essai in kb.essais] == [("a", "y"), (None, "z")]


@pytest.mark.parametrize("stem", ["a{b}<c>&", "}{", "<b>", "{0.__class__}"])
def test_an_id_of_any_signs_can_be_shown(tmp_path: Path, stem: str) -> None:
    kb = good(tmp_path, {f"{stem}.yml": entry("x")})
    one = kb.entries[EntryId(stem)]
    for text in (one.answer, one.short):
        assert render(kb, text) == stem.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_an_answer_that_is_not_html_is_shown_as_typed_with_a_warning(tmp_path: Path) -> None:
    files = {"a.yml": entry("x", answer="R&D <soon> {name}")}
    kb = good(tmp_path, files)
    assert render(kb, kb.entries[EntryId("a")].answer) == "R&amp;D &lt;soon&gt; {name}"
    told = [line for line in said(tmp_path, files, severity="warning") if line.startswith("a.yml:3: ")]
    assert len(told) == 3


def test_what_telegram_could_never_send_is_refused(tmp_path: Path) -> None:
    told = said(tmp_path, {"a.yml": entry("x", answer="🙂" * 2049)})
    assert told == ["a.yml:3: plus de 4096 caractères, que Telegram refuse; raccourcis ce texte"]


def test_a_phrasing_that_stands_twice_is_only_a_warning(tmp_path: Path) -> None:
    files = {"a.yml": entry("Hello!", "x"), "b.yml": entry("hello"), "hors-sujet.yml": entry("X?")}
    good(tmp_path, files)
    told = said(tmp_path, files, severity="warning")
    assert [line.partition(";")[0] for line in told if "déjà" in line] == [
        "b.yml:2: « hello » est déjà dans a.yml:2",
        "hors-sujet.yml:2: « X? » est déjà dans a.yml:3",
    ]


def test_an_id_may_be_as_long_as_a_file_name(tmp_path: Path) -> None:
    """Other people's intents are; the bot alone has buttons to put them in."""
    assert said(tmp_path, {f"{'é' * 100}.yml": entry("x")}) == []


def test_a_file_name_that_is_not_text_is_said(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yml")).write_text(entry("x"))
    (told,) = said(tmp_path, {})
    assert told == "?.yml:1: nom de fichier qui n’est pas en UTF-8; renomme le fichier"


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    told = said(tmp_path, {"a/x.yml": entry("y"), "b/x.yml": entry("z")})
    assert [line.partition(";")[0] for line in told] == ["b/x.yml:1: deux fichiers nommés « x »"]


def test_bigger_files_than_a_person_writes_are_read(tmp_path: Path) -> None:
    assert said(tmp_path, {"a.yml": entry("x") + "#" * (2 << 20)}) == []
    assert len(said(tmp_path, {"a.yml": entry("x") + "#" * (8 << 20)})) == 1


def test_defaults_may_come_from_another_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "kb", {"a.yml": entry("x")})
    kb, problems = load(folder, write(tmp_path / "defaults", {"bot.yml": "nom: A"}))
    assert kb is None
    assert {problem.path.name for problem in problems} == {"bot.yml", "interface.yml"}


def test_a_folder_without_entries_says_so_once(tmp_path: Path) -> None:
    told = said(tmp_path, {"hors-sujet.yml": entry("x"), "essais/a.yml": "entry: none\nutterances: [y]"})
    assert [line.partition("; ")[2] for line in told] == ["mets-y au moins un fichier .yml par réponse"]


def test_a_folder_that_does_not_exist_says_so_once(tmp_path: Path) -> None:
    kb, problems = load(tmp_path / "rien")
    assert kb is None
    assert [problem.what for problem in problems] == ["dossier introuvable"]


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_read(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.yml": entry("secret")})
    folder = write(tmp_path / "kb", {"a.yml": entry("x"), "kept/b.txt": entry("y")})
    (folder / "b.yml").symlink_to(folder / "kept/b.txt")
    assert list(good(folder, {}).entries) == ["a", "b"]
    (folder / "c.yml").symlink_to(outside / "secret.yml")
    (folder / "d").symlink_to(outside)
    told = said(folder, {})
    assert [line.partition(";")[0] for line in told] == [
        "c.yml:1: lien vers l’extérieur du dossier",
        "d:1: lien vers l’extérieur du dossier",
    ]


def test_a_folder_reached_by_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "kb", {"a.yml": entry("x")})
    (tmp_path / "link").symlink_to(tmp_path / "kb")
    assert list(good(tmp_path / "link", {}).entries) == ["a"]


def test_a_large_set_is_read_quickly(tmp_path: Path) -> None:
    files = {
        f"{intent}.yml": entry(*(f"utterance number {n} about intent {intent}" for n in range(100)))
        for intent in range(150)
    }
    write(tmp_path, files)
    start = time.process_time()
    kb, _ = read(tmp_path, {})
    assert time.process_time() - start < 5
    assert kb is not None
    assert sum(len(one.phrasings) for one in kb.entries.values()) == 15_000
