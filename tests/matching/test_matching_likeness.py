"""Utterances put together by likeness."""

from typing import cast

import pytest

from orgbot.matching.decision import Matcher
from orgbot.matching.engine import Engine
from orgbot.matching.likeness import groups

TEXTS = [
    "combien de photos je dois mettre par semaine",
    "comment avoir une subvention pour notre organisme",
    "faut-il mettre combien de photos chaque semaine?",
    "Combien de photos je dois mettre par semaine!",
    "existe-t-il des subventions pour les organismes",
]


@pytest.fixture
def engine(matcher: Matcher) -> Engine:
    return cast(Engine, matcher)


def test_what_says_the_same_is_together_the_largest_group_first(engine: Engine) -> None:
    found = groups(TEXTS, engine)
    assert {*found[0]} == {0, 2, 3}
    assert {*found[1]} == {1, 4}


def test_every_text_is_in_one_group(engine: Engine) -> None:
    found = groups([*TEXTS, "", "🙂"], engine)
    assert sorted(at for group in found for at in group) == [*range(len(TEXTS) + 2)]


@pytest.mark.parametrize("texts", [[], ["seule"], ["seule", "Seule!"]])
def test_few_texts_are_few_groups(engine: Engine, texts: list[str]) -> None:
    assert groups(texts, engine) == ((tuple(range(len(texts))),) if texts else ())
