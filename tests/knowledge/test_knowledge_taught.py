"""What the freelancer taught, over the content."""

import pytest

from orgbot.knowledge.entries import ANSWER, TITLE
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.taught import NewEntry, Taught, check_new, slug, with_taught

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
    ("title", "answer", "told"),
    [
        ("Photos", "Une par semaine.", ()),
        ("", "Une par semaine.", ("titre : il n’y a rien à lire",)),
        ("Photos", "…", ("réponse : il n’y a rien à lire",)),
        ("P" * (TITLE + 1), "a" * (ANSWER + 1), (f"titre : {TITLE + 1} car", f"réponse : {ANSWER + 1} car")),
    ],
)
def test_what_cannot_be_kept_says_why(title: str, answer: str, told: tuple[str, ...]) -> None:
    found = check_new(title, answer)
    assert len(found) == len(told)
    assert all(one.replace("\u00a0", " ").startswith(start) for one, start in zip(found, told, strict=True))
