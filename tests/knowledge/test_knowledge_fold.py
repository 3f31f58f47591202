import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.fold import fold


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("  L’ÉTÉ,   c'est loin!! ", "l ete c est loin"),
        ("jʼai", "j'ai"),
        ("j`ai", "j’ai"),
        ("Cœur et Lætitia", "coeur et laetitia"),
        ("cafe\u0301", "café"),
        ("ré\u200bseaux\u202e\u2066 so\u00adciaux", "reseaux sociaux"),
        ("\ud83dal\udc00lo", "allo"),
        ("①②③ ½", "123 1 2"),
        ("ＰＲＩＸ", "prix"),
        ("rendez-vous / 24-7", "rendez vous 24 7"),
        ("no\u00a0break\u202fspace\tand\nlines", "no break space and lines"),
        ("ΚΌΣΜΟΣ мир", "κοσμοσ мир"),
    ],
)
def test_what_reads_the_same_folds_the_same(typed: str, same: str) -> None:
    assert fold(typed) == fold(same)
    assert fold(same) == same.replace("'", " ").replace("’", " ").replace("é", "e")


def test_what_is_only_signs_folds_to_nothing() -> None:
    assert fold("?!… 🙂 \u200b") == ""


def test_folding_any_character_twice_changes_nothing_more() -> None:
    for code in range(sys.maxunicode + 1):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_texts_side_by_side_fold_each_on_its_own(first: str, second: str) -> None:
    assert fold(f"{first} {second}") == f"{fold(first)} {fold(second)}".strip()


@given(st.text())
def test_case_and_blanks_do_not_matter(text: str) -> None:
    assert fold(f" {text}\n") == fold(text)
    assert fold(fold(text).upper()) == fold(fold(text).upper().lower())


@pytest.mark.parametrize("repeated", ["a\u0301\u0323", "\u0301\u0323", "\ufdfa", "é’ ", "\u1100\u1161"])
def test_a_very_long_text_takes_time_in_proportion(repeated: str) -> None:
    fold(repeated)
    start = time.process_time()
    fold(repeated * 200_000)
    # Sorting as many accents as this takes minutes.
    assert time.process_time() - start < 5
