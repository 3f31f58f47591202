"""What was taught, written back into faq/."""

import difflib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from orgbot.knowledge.load import ContentError, default_folder, load_or_raise
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.nodes import LARGEST
from orgbot.knowledge.taught import NewEntry, Taught
from orgbot.knowledge.write import Exported, export
from tests.knowledge.shelf import entry, write

TEMPS, PRIX = EntryId("temps"), EntryId("prix")
PHOTOS = NewEntry(EntryId("photos"), "Combien de photos?", "Une par semaine.\n\nC’est <plus> qu’assez {ici}.")
LESSONS = (
    Taught("mon agenda: plein à craquer # sérieux", TEMPS),
    Taught("- on manque de bras", TEMPS),
    Taught("combien mesure la tour Eiffel", None),
    Taught("combien de photos par semaine?", PHOTOS.id),
)


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "faq"))


def lines(folder: Path) -> dict[Path, list[str]]:
    return {path.relative_to(folder): path.read_text("utf-8").splitlines() for path in folder.rglob("*.yml")}


def test_only_lines_are_added_and_the_bot_knows_more(faq: Path) -> None:
    before = lines(faq)
    done = export(faq, LESSONS, (PHOTOS,))
    assert done.aside == ()
    after = lines(faq)
    assert {path.relative_to(faq) for path in done.changed} == {
        path for path in after if before.get(path) != after[path]
    }
    for path in before:
        diff = [*difflib.ndiff(before[path], after[path])]
        assert not [line for line in diff if line.startswith("- ")], path
    kb = load_or_raise(faq)
    assert kb.entries[TEMPS].phrasings[-2:] == (LESSONS[0].text, LESSONS[1].text)
    assert kb.out_of_scope[-1] == LESSONS[2].text
    assert kb.entries[PHOTOS.id].title == PHOTOS.title
    assert "&lt;plus&gt;" in kb.entries[PHOTOS.id].answer
    assert kb.entries[PHOTOS.id].kind == "question"


def test_a_second_time_adds_nothing(faq: Path) -> None:
    export(faq, LESSONS, (PHOTOS,))
    before = lines(faq)
    assert export(faq, LESSONS, (PHOTOS,)) == Exported((), ())
    assert lines(faq) == before


def told(done: Exported) -> list[str]:
    return [str(one).replace("\u00a0", " ") for one in done.aside]


def test_one_lesson_that_would_not_load_does_not_hold_back_the_others(faq: Path) -> None:
    known = load_or_raise(faq).essais[0].text
    odd = NewEntry(EntryId("moins"), "Moins de <5 {photos}", "Une par semaine.")
    empty = NewEntry(EntryId("vide"), "Vide", "…")
    lessons = (
        Taught(known, TEMPS),
        Taught("combien de photos en tout", odd.id),
        Taught("ça sonne creux", empty.id),
        Taught("très " * 250, TEMPS),
        *LESSONS,
    )
    done = export(faq, lessons, (odd, empty, PHOTOS))
    essai, long, title, answer = told(done)
    assert re.fullmatch(r"« .* » : déjà un essai, faq/essais/[\w-]+\.yml:\d+; retire-la de là pour .*", essai)
    assert essai.startswith(f"« {known[:50]}")
    assert "plus de 1000 caractères" in long
    assert title.startswith("« Moins de <5 {photos} » : titre : montré tel quel")
    assert title.endswith("écris-la à la main dans faq/questions/moins.yml")
    assert answer.startswith("« Vide » : réponse : il n’y a rien à lire")
    kb = load_or_raise(faq)
    assert kb.entries[TEMPS].phrasings[-2:] == (LESSONS[0].text, LESSONS[1].text)
    assert {odd.id, empty.id}.isdisjoint(kb.entries)
    assert PHOTOS.id in kb.entries
    # Once she has written it by hand, its words follow.
    by_hand = (faq / "questions" / "photos.yml").read_text("utf-8").replace("combien de photos par", "au")
    (faq / "questions" / "moins.yml").write_text(by_hand, "utf-8")
    (faq / "bot.yml").write_text(f"{(faq / 'bot.yml').read_text('utf-8')}  - moins\n", "utf-8")
    again = export(faq, lessons, (odd, empty, PHOTOS))
    assert told(again) == [essai, long, answer]
    assert load_or_raise(faq).entries[odd.id].phrasings[-1] == lessons[1].text


def test_what_stands_elsewhere_is_said_with_its_place(faq: Path) -> None:
    before = lines(faq)
    kb = load_or_raise(faq)
    known, outside = kb.entries[TEMPS].phrasings[0], kb.out_of_scope[0]
    lessons = [
        Taught(known.upper(), PRIX),
        Taught(outside, TEMPS),
        Taught(known, TEMPS),
        Taught(outside, None),
    ]
    at = before[Path("objections/temps.yml")].index(f"  - {known}") + 1
    done = export(faq, lessons[:2])
    assert done.changed == ()
    assert (
        told(done)[0]
        == f"« {known.upper()} » : déjà dans faq/objections/temps.yml:{at}; déplace-la à la main"
    )
    assert "déjà dans faq/hors-sujet.yml:" in told(done)[1]
    # Of two lessons about the same words, the later one; and these stand where it puts them.
    assert export(faq, lessons) == Exported((), ())
    new = replace(PHOTOS, id=EntryId("neuve"))
    refused = told(export(faq, [Taught(known, new.id)], (new,)))
    assert len(refused) == 2
    assert "aucune formulation ne peut y mener" in refused[1]
    assert lines(faq) == before


def test_the_loader_has_the_last_word(faq: Path) -> None:
    """What nobody thought of: here, a file that becomes too large."""
    temps, taught = faq / "objections" / "temps.yml", Taught("et quand est-ce qu’on dort", TEMPS)
    comment = "#" * (LARGEST - len(temps.read_bytes()) - 20)
    temps.write_text(f"{temps.read_text('utf-8')}{comment}\n", "utf-8")
    before = temps.read_bytes()
    done = export(faq, (LESSONS[2], taught, *LESSONS[3:], Taught("combien mesure le mât", None)), (PHOTOS,))
    (refused,) = told(done)
    assert refused.startswith("« et quand est-ce qu’on dort » : fichier de ")
    assert "dans faq/objections/temps.yml:1; " in refused
    assert temps.read_bytes() == before
    kb = load_or_raise(faq)
    assert kb.out_of_scope[-2:] == (LESSONS[2].text, "combien mesure le mât")
    assert PHOTOS.id in kb.entries


def test_content_that_does_not_load_is_left_as_it_is(faq: Path) -> None:
    (faq / "objections" / "temps.yml").write_text("titre: x\n", "utf-8")
    before = lines(faq)
    with pytest.raises(ContentError):
        export(faq, LESSONS, (PHOTOS,))
    assert lines(faq) == before


def test_a_lesson_about_an_entry_that_is_no_more_is_left_aside(faq: Path) -> None:
    gone = EntryId("disparue")
    done = export(faq, (Taught("des mots tout neufs", gone),))
    assert done.changed == ()
    assert told(done) == [
        "« des mots tout neufs » : l’entrée « disparue » n’a plus de fichier; range-la ailleurs à la main"
    ]
    settled = load_or_raise(faq).entries[TEMPS].phrasings[0]
    assert export(faq, (Taught(settled, gone),)) == Exported((), ())


def test_a_folder_of_phrasings_alone_is_enough(tmp_path: Path) -> None:
    bare = write(tmp_path / "cartes", {"perdue.yml": entry("j’ai perdu ma carte")})
    lessons = (Taught("ma carte a disparu", EntryId("perdue")), Taught("quelle heure est-il", None))
    done = export(bare, (*lessons, Taught("combien de photos", PHOTOS.id)), (PHOTOS,))
    assert done.aside == ()
    kb = load_or_raise(bare)
    assert kb.entries[EntryId("perdue")].phrasings == ("j’ai perdu ma carte", lessons[0].text)
    assert kb.out_of_scope == (lessons[1].text,)
    assert kb.entries[PHOTOS.id].phrasings == ("combien de photos",)
    assert not (bare / "bot.yml").exists()
