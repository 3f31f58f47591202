"""What is denied or conceded is not what the message is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.matching.contrast import kept
from orgbot.matching.decision import Matcher


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("C’est pas l’argent, c’est les bras qui manquent", "c’est les bras qui manquent"),
        ("c'est pas le temps le problème c'est la cenne", "c'est la cenne"),
        ("Ce n’est pas que ça coûte cher, c’est qu’on est deux.", "c’est qu’on est deux."),
        ("On a l’argent, mais personne pour s’en occuper", "personne pour s’en occuper"),
        (
            "L’argent, on en a. Le goût, on l’a. C’est notre monde qui y est pas.",
            "C’est notre monde qui y est pas",
        ),
        ("Nos finances vont bien. Ce serait du gaspillage.", "Ce serait du gaspillage"),
        ("It's not the money, it's that we have no staff", "it's that we have no staff"),
        ("C'est pas l'argent. Le vrai problème, c'est le monde", "Le vrai problème, c'est le monde"),
        ("on a personne, c'est pas une question d'argent", "on a personne,"),
        ("on a personne, c'est pas une question d'argent.", "on a personne,"),
    ],
)
def test_the_turn_of_a_message_is_kept(said: str, meant: str) -> None:
    assert kept(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "C’est pas la place d’un refuge, Facebook",
        "c’est pas mon genre",
        "on a pas le temps mais on a l’argent",
        "on a le temps de rien",
        "On a de l’argent pour la bouffe.",
        "J’ai pas d’argent. C’est ça le problème.",
        "Ce n'est pas la mission d'un organisme de se vendre. On est là pour aider les gens, c'est tout.",
        "C'est pas le rôle d'un refuge d'être sur Facebook. On a pas d'argent pour ça. Mais bon, merci.",
        "C'est pas le rôle d'un refuge d'être sur Facebook, mais merci quand même!",
        "",
        "...",
    ],
)
def test_a_plain_denial_stays_whole(said: str) -> None:
    assert kept(said) == said


@given(st.text(max_size=300))
def test_nothing_is_ever_added(text: str) -> None:
    left = iter(text)
    assert all(character in left for character in kept(text))


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("C’est pas l’argent le problème, c’est qu’on a personne pour s’en occuper.", "temps"),
        ("Du temps, on en a. C’est l’argent qui manque.", "budget"),
        ("ok on a le budget mais nos usagers sont pas sur internet", "clientele"),
        ("c'est pas qu'on manque de monde, c'est que ça coûte trop cher pour nous", "budget"),
    ],
)
def test_flipped_messages_get_the_answer_they_mean(matcher: Matcher, text: str, entry: str) -> None:
    decision = matcher.decide(text)
    assert entry in decision.entries
    assert decision.ranking[0][0] == entry
