"""Items put into a list that a person wrote."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orgbot.knowledge.insert import appended, block, dumped, scalar
from orgbot.knowledge.lists import read_out_of_scope
from orgbot.knowledge.problems import Report

# Each with where « neuf » goes.
WRITTEN = {
    "a comment that closes the list": (
        "phrasings:\n  - un # dit un\n{}# Sources, à relire en mars\nsources: []\n",
        "  - neuf\n",
    ),
    "a comment that closes the file": ("phrasings:\n  - un\n{}\n# fin du fichier\n", "  - neuf\n"),
    "a comment among the items": ("phrasings:\n  - un\n{}  # à trier\n", "  - neuf\n"),
    "no margin": ("phrasings:\n- un\n- 'deux\n  bouts'\n{}next: [a]\n", "- neuf\n"),
    "no end of line": ("phrasings:\n    - un{}", "\n    - neuf"),
    "line breaks of Windows": ("phrasings:\r\n  - un # é\r\n{}# fin\r\n", "  - neuf\r\n"),
    "several lines": ("phrasings:\n  - |\n    un 🙂\n    deux\n{}\n\n# fin\nnext: [a]\n", "  - neuf\n"),
    "brackets": ("phrasings: [un, deux{}, ] # deux\nnext: [a]\n", ', "neuf"'),
    "brackets on lines": ("phrasings: [\n  un, # un\n  deux\u00a0{} # deux\n]\n", ', "neuf"'),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_what_surrounds_a_list_stays_where_it_stood(written: str) -> None:
    around, added = WRITTEN[written]
    assert appended(around.format(""), "phrasings", ["neuf"]) == around.format(added)


@pytest.mark.parametrize("text", ["a: b\n", "phrasings: []\n", "phrasings: a\n", "- a\n", ""])
def test_where_there_is_no_such_list_nothing_is_added(text: str) -> None:
    assert appended(text, "phrasings", ["neuf"]) == text


# With what YAML reads otherwise than as words.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text(st.sampled_from([*":-?#,[]{}&*!|>@`%\"' \n\t~=<a0.é\u2028\x85\x1f\ufeff🙂"]), max_size=12),
).map(str.strip)


@settings(max_examples=300)
@given(st.sampled_from(sorted(WRITTEN)), st.lists(TEXTS.filter(bool), min_size=1, max_size=3))
def test_whatever_was_said_is_read_again_as_it_was_said(
    tmp_path_factory: pytest.TempPathFactory, written: str, said: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    before = WRITTEN[written][0].format("")
    after = appended(before, "phrasings", said)
    assert phrasings(folder, after) == [*phrasings(folder, before), *said]
    head, tail = WRITTEN[written][0].split("{}")
    assert after.startswith(head)
    assert after.endswith(tail)


@settings(max_examples=300)
@given(TEXTS)
def test_a_text_of_several_lines_is_read_again_as_it_was_said(text: str) -> None:
    written = dumped({"answer": block(text), "phrasings": [scalar(text)]})
    # As the loader does, it leaves every scalar a text.
    read = yaml.load(written, Loader=yaml.BaseLoader)
    assert read["answer"].strip() == text
    assert read["phrasings"] == [text]


def phrasings(folder: Path, text: str) -> list[str]:
    path, report = folder / "texte.yml", Report()
    path.write_bytes(text.encode())
    found = [line.text for line in read_out_of_scope(path, report)]
    assert not [one for one in report.problems if "clé inconnue" not in one.what], text
    return found
