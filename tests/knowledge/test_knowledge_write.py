"""What was taught, written back into faq/."""

import difflib
import shutil
from pathlib import Path

import pytest

from orgbot.knowledge.load import ContentError, default_folder, load_or_raise
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.taught import NewEntry, Taught
from orgbot.knowledge.write import export

TEMPS = EntryId("temps")
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
    changed = export(faq, LESSONS, (PHOTOS,))
    after = lines(faq)
    assert {path.relative_to(faq) for path in changed} == {
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
    assert export(faq, LESSONS, (PHOTOS,)) == ()
    assert lines(faq) == before


def test_what_would_not_load_is_not_written(faq: Path) -> None:
    before = lines(faq)
    known = load_or_raise(faq).essais[0].text
    with pytest.raises(ContentError):
        export(faq, (*LESSONS, Taught(known, TEMPS)), (PHOTOS,))
    assert lines(faq) == before


def test_a_lesson_about_an_entry_that_is_no_more_is_left_aside(faq: Path) -> None:
    assert export(faq, (Taught("des mots tout neufs", EntryId("disparue")),)) == ()
