"""What the freelancer taught, over the content."""

from pathlib import Path

import pytest
import yaml

from orgbot.desk.respond import PAIRING
from orgbot.knowledge.entries import ANSWER, ID_BYTES, TITLE, read_entry
from orgbot.knowledge.markup import literal
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.problems import Report
from orgbot.knowledge.taught import (
    NewEntry,
    Taught,
    check_answer,
    check_new,
    check_title,
    slug,
    with_taught,
)
from tests.conftest import MONDAY

TEMPS, BUDGET = EntryId("temps"), EntryId("budget")


def test_a_lesson_adds_a_phrasing_once(kb: KnowledgeBase) -> None:
    lesson = Taught("mon agenda déborde de partout", TEMPS)
    taught = with_taught(kb, (lesson, Taught("Mon agenda déborde de partout!", TEMPS)))
    assert taught.entries[TEMPS].phrasings[:-1] == kb.entries[TEMPS].phrasings
    assert taught.entries[BUDGET] == kb.entries[BUDGET]


def test_the_later_lesson_wins_over_the_content_too(kb: KnowledgeBase) -> None:
    known = kb.entries[TEMPS].phrasings[0]
    taught = with_taught(kb, (Taught(known, None), Taught(known, BUDGET)))
    assert known not in taught.entries[TEMPS].phrasings
    assert taught.entries[BUDGET].phrasings[-1] == known
    assert taught.out_of_scope == kb.out_of_scope
    moved = with_taught(kb, (Taught(kb.out_of_scope[0], TEMPS),))
    assert kb.out_of_scope[0] not in moved.out_of_scope


def test_a_new_entry_is_shown_as_it_was_typed(kb: KnowledgeBase) -> None:
    new = NewEntry(EntryId("photos"), "Combien de photos?", "Une <par> {semaine}. Pas plus.")
    taught = with_taught(kb, (Taught("combien de photos", new.id),), (new,))
    entry = taught.entries[new.id]
    assert entry.answer == "Une &lt;par&gt; {{semaine}}. Pas plus."
    assert entry.short == "Une &lt;par&gt; {{semaine}}."
    assert entry.phrasings == ("combien de photos",)
    assert new.id not in with_taught(kb, (), (new,)).entries


def test_a_lesson_without_its_entry_is_left_aside(kb: KnowledgeBase) -> None:
    assert with_taught(kb, (Taught("bla bla", EntryId("disparue")),)) == kb


def test_an_id_is_made_of_the_title() -> None:
    assert slug("Combien d’égoportraits?", ()) == "combien-d-egoportraits"
    assert slug("Prix", ("prix", "prix-2")) == "prix-3"
    assert slug("🙂", ()) == "question"
    assert len(slug("très " * 40, ())) <= 48


@pytest.mark.parametrize(
    "title", ["Jumeler deux organismes?", "Jumeler", "« Jumeler! »", "jumeler " + "x" * 60]
)
def test_an_id_never_looks_like_a_link_that_pairs_an_owner(title: str) -> None:
    first = slug(title, ())
    second = slug(title, (first,))
    assert first != second
    for name in (first, second):
        # What follows « start= » in both kinds of links.
        assert not name.startswith(PAIRING)
        assert name.startswith("question-jumeler")
        assert len(name) <= ID_BYTES
    assert slug("Jumelage de deux organismes", ()) == "jumelage-de-deux-organismes"


@pytest.mark.parametrize(
    ("title", "answer", "told"),
    [
        ("Photos", "Une par semaine.", ()),
        ("", "Une par semaine.", ("titre : il n’y a rien à lire",)),
        ("Photos", "…", ("réponse : il n’y a rien à lire",)),
        ("Photos", "&", ("réponse : il n’y a rien à lire",)),
        ("Moins de <5", "Oui.", ("titre : montré tel quel, donc sans « < » ni accolades",)),
        ("Photos {ici}", "Oui.", ("titre : montré tel quel",)),
        ("} fin", "Oui.", ("titre : montré tel quel",)),
        ("P" * (TITLE + 1), "a" * (ANSWER + 1), (f"titre : {TITLE + 1} car", f"réponse : {ANSWER + 1} car")),
    ],
)
def test_what_cannot_be_kept_says_why(title: str, answer: str, told: tuple[str, ...]) -> None:
    found = check_new(title, answer)
    assert len(found) == len(told)
    assert all(one.replace("\u00a0", " ").startswith(start) for one, start in zip(found, told, strict=True))


LIMITS = ("P" * TITLE, "P" * (TITLE + 1), "a" * ANSWER, "a" * (ANSWER + 1), "x" + "&amp;" * (TITLE - 1))
BRACES = ("{", "}}x", "{formulaire}", "{a}" + "a" * (ANSWER - 4), "{a}" + "a" * (ANSWER - 5))
SIGNS = ("Moins de <5 & plus", "<b>Non", "Non</b>", "a &lt;b&gt;", "100 % > 50 %", "a: b # c", "- a\n\n  b")


@pytest.mark.parametrize("text", [*LIMITS, *BRACES, *SIGNS])
def test_what_can_be_kept_is_what_the_loader_takes(tmp_path: Path, text: str) -> None:
    def loads(title: str, answer: str) -> bool:
        path, report = tmp_path / "photos.yml", Report()
        content = {"title": title, "answer": literal(answer), "phrasings": ["combien de photos?"]}
        path.write_text(yaml.safe_dump(content), "utf-8")
        read_entry(path, tmp_path, report, MONDAY.date(), bare=False)
        return not report.failed

    readable = any(map(str.isalnum, text))
    assert (not check_title(text)) == (readable and loads(text, "Oui."))
    assert (not check_answer(text)) == (readable and loads("Photos", text))
    assert check_new(text, text) == (*check_title(text), *check_answer(text))
