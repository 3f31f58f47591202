"""The real content: enough of it, none of it wrong, and all of it in its own words."""

from hashlib import blake2b
from pathlib import Path

import pytest

from orgbot.knowledge.fold import fold
from orgbot.knowledge.load import default_folder, load
from orgbot.knowledge.markup import shown
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase

OBJECTIONS = (
    "temps",
    "budget",
    "depense-frivole",
    "publier-suffit",
    "temps-plein",
    "likes",
    "mission",
    "clientele",
    "pas-pour-nous",
)
QUESTIONS = ("activer", "contact", "prix", "delai", "qui", "vie-privee")
POLITESSES = ("salutation", "merci", "au-revoir", "aide")
LEAST = {
    **dict.fromkeys(OBJECTIONS, 60),
    **dict.fromkeys(QUESTIONS, 25),
    **dict.fromkeys(POLITESSES, 12),
}
# Words in a row that make a copy.
RUN = 7


def runs(text: str) -> set[str]:
    words = fold(text).split()
    found = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return {blake2b(run.encode(), digest_size=6).hexdigest() for run in found}


@pytest.fixture(scope="module")
def article() -> frozenset[str]:
    lines = (Path(__file__).parent / "article_runs.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@pytest.fixture(params=LEAST)
def one(request: pytest.FixtureRequest, kb: KnowledgeBase) -> Entry:
    return kb.entries[EntryId(request.param)]


def test_nothing_is_wrong() -> None:
    _, problems = load(default_folder())
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


def test_the_entries_are_those_agreed_on(kb: KnowledgeBase) -> None:
    assert set(kb.entries) == set(LEAST)


def test_an_entry_can_be_said_in_many_ways(one: Entry) -> None:
    assert len(one.phrasings) >= LEAST[one.id]


def test_an_answer_is_neither_curt_nor_endless(one: Entry) -> None:
    length = len(shown(one.answer))
    assert length <= 900
    if one.id in OBJECTIONS:
        assert 300 <= length <= 700


def test_an_answer_is_not_copied_from_the_article(one: Entry, article: frozenset[str]) -> None:
    for text in (one.answer, one.short):
        assert not runs(shown(text)) & article


def test_a_copy_would_be_seen(article: frozenset[str]) -> None:
    assert len(article) > 500
    assert all(len(run) == 12 for run in article)
    assert len(runs("un deux trois quatre cinq six sept huit")) == 2


def test_an_entry_has_essais(one: Entry, kb: KnowledgeBase) -> None:
    assert sum(essai.entry == one.id for essai in kb.essais) >= 8


def test_what_no_entry_answers_has_phrasings_and_essais(kb: KnowledgeBase) -> None:
    assert len(kb.out_of_scope) >= 250
    assert sum(essai.entry is None for essai in kb.essais) >= 60


def test_the_vocabulary_is_wide(kb: KnowledgeBase) -> None:
    assert len(kb.vocabulary) >= 150
