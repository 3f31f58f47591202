"""What only the whole content shows."""

from pathlib import Path

import pytest

from tests.knowledge.shelf import DELAI, PRIX, said, whole

TWICE = "garde-la du côté qui convient"
TRIED = "un essai doit être une phrase que le bot n’a jamais lue"


@pytest.mark.parametrize("again", ["combien ça coûte", "COMBIEN CA COUTE?!", "« Combien ça  coûte »…"])
def test_a_phrasing_stands_in_one_place_only(tmp_path: Path, again: str) -> None:
    files = whole(
        prix=f"{PRIX.replace('next:', f'  - {again!r}{chr(10)}next:')}",
        hors_sujet=f"phrasings:\n  - ok\n  - {again!r}\n",
        delai=f"title: T\nanswer: A\nphrasings:\n  - {again!r}\n",
    )
    assert said(tmp_path, files) == [
        f"hors-sujet.yml:3: « {again} » est déjà dans delai.yml:4; {TWICE}",
        f"questions/prix.yml:5: « combien ça coûte » est déjà dans delai.yml:4; {TWICE}",
        f"questions/prix.yml:6: « {again} » est déjà dans delai.yml:4; {TWICE}",
    ]


def test_an_essai_is_new_to_the_bot_and_stands_once(tmp_path: Path) -> None:
    essais = "entry: prix\nutterances:\n  - Combien ça coûte?\n  - Météo\n  - c cher\n  - C CHER!\n"
    assert said(tmp_path, whole(essais=essais, hors_sujet="phrasings: [météo]")) == [
        f"essais/a.yml:3: « Combien ça coûte? » est déjà dans prix.yml:5; {TRIED}",
        f"essais/a.yml:4: « Météo » est déjà dans hors-sujet.yml:1; {TRIED}",
        f"essais/a.yml:6: « C CHER! » est déjà dans a.yml:5; {TRIED}",
    ]


def test_two_different_emoji_are_two_texts(tmp_path: Path) -> None:
    assert said(tmp_path, whole(hors_sujet="phrasings: [🙂, 🙃, '?', '!']")) == []
    assert len(said(tmp_path, whole(hors_sujet="phrasings: [🙂, 🙂]"))) == 1


def test_a_file_that_cannot_be_read_makes_no_other_file_wrong(tmp_path: Path) -> None:
    told = said(tmp_path, whole(delai=DELAI + ": :", essais="entry: delai\nutterances: [x]"))
    assert [line.partition(";")[0] for line in told] == [
        "questions/delai.yml:4: YAML illisible (mise en forme)"
    ]


def test_everything_wrong_is_said_at_once_in_order(tmp_path: Path) -> None:
    files = whole(
        bot="nom: Camille\n",
        prix="title: T\n",
        delai="a: b: c",
        interface="[",
        hors_sujet="phrasings: x",
        vocabulaire="forms: x",
        essais="entry: x",
    )
    told = said(tmp_path, files)
    places = [line.split(":", 1)[0] for line in told]
    assert set(places) == set(files)
    assert places == sorted(places, key=Path)
    assert sum(place == "bot.yml" for place in places) == 5
