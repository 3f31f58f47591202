"""Where a message changes subject."""

import pytest

from orgbot.matching.clauses import MOST, clauses, said


def parts(text: str) -> tuple[str, ...]:
    return said(text, clauses(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ça coûte cher pis on a personne", ("ça coûte cher", "on a personne")),
        ("On a pas le temps. Et nos usagers sont pas là.", ("On a pas le temps", "nos usagers sont pas là")),
        # A denial holds for both.
        ("on a pas le temps ni l’argent", ("on a pas le temps", "pas l’argent")),
        # A lone word says too little.
        ("bonjour, on a personne, merci, ça coûte cher", ("on a personne", "ça coûte cher")),
    ],
)
def test_each_reason_is_a_part(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


def test_one_reason_has_no_parts() -> None:
    assert parts("on a pas le temps pour ça") == ()


def test_a_long_story_is_cut_at_the_ends_of_its_sentences_only() -> None:
    story = "On est deux, on court partout. " * MOST
    assert parts(story) == ("On est deux, on court partout",) * MOST
