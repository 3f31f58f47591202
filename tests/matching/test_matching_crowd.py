"""Hundreds of entries: learned in seconds, in a file that is small, and still told apart."""

from itertools import islice, product
from pathlib import Path

import pytest

from orgbot.knowledge.load import load_or_raise
from orgbot.knowledge.model import EntryId
from orgbot.matching.engine import Engine, build
from orgbot.matching.train import CROWD

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te")
COUNT = CROWD + 60
SAYING = (
    "le {0} ne marche plus",
    "où trouver un {0} {1}",
    "le prix du {1}",
    "mon {0} et son {1} sont perdus",
)


def things() -> list[tuple[str, str]]:
    """Two words an entry, made of the same syllables as those of the others."""
    words = ["".join(parts) for parts in islice(product(SYLLABLES, repeat=3), 2 * COUNT)]
    return [*zip(words[::2], words[1::2], strict=True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd")
    for name, (one, other) in enumerate(things()):
        lines = "".join(f"  - {text.format(one, other)}\n" for text in SAYING)
        (folder / f"e{name}.yml").write_text(f"phrasings:\n{lines}", "utf-8")
    outside = "".join(f"  - il fait {number} degrés dehors\n" for number in range(9))
    (folder / "hors-sujet.yml").write_text(f"phrasings:\n{outside}", "utf-8")
    return folder


@pytest.fixture(scope="module")
def crowd(folder: Path) -> Engine:
    return build(load_or_raise(folder), folder / "cache", words_only=True)


def test_each_of_a_crowd_is_found_by_other_words(crowd: Engine) -> None:
    pairs = [*enumerate(things())][::7]
    asked = [(EntryId(f"e{name}"), f"il me faut un {other} pour ce {one}") for name, (one, other) in pairs]
    found = [crowd.decide(text).ranking[0][0] == entry for entry, text in asked]
    assert sum(found) / len(found) >= 0.95


def test_what_none_of_them_says_is_not_answered(crowd: Engine) -> None:
    assert crowd.decide("il fait bien froid dehors").action != "answer"


def test_a_crowd_is_read_back_as_it_was_learned(folder: Path, crowd: Engine) -> None:
    again = build(load_or_raise(folder), folder / "cache", words_only=True)
    for one, other in things()[::50]:
        text = f"un {other} neuf avec {one}"
        assert again.decide(text) == crowd.decide(text)
    (model,) = (folder / "cache").glob("model-*.npz")
    whole = 4 * len(crowd.model.machine.words.idf) * COUNT
    assert model.stat().st_size < whole / 3
