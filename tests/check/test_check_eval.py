"""orgbot eval, as an engineer runs it: the figures, the page, the pictures."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orgbot.check import baselines
from orgbot.check.evaluate import Judged, evaluate, groups, score
from orgbot.check.report import write
from orgbot.check.score import read_labelled
from orgbot.cli import cli
from orgbot.knowledge.load import load_or_raise
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.problems import ContentError
from orgbot.matching.engine import build

LINES = [
    {"text": "I lost my card", "expect": ["card"], "accept": [], "kind": "plain", "style": "written"},
    {"text": "where has my card gone", "expect": ["card"], "accept": [], "kind": "plain", "style": "hard"},
    {"text": "what is left in my account \ud800", "expect": ["card"], "accept": [], "kind": "plain"},
    {"text": "zxq", "expect": ["none"], "accept": [], "kind": "oos-noise"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    faq = tmp_path / "faq"
    faq.mkdir()
    for name, phrasings in (
        ("card", ["I lost my card", "my card is missing", "someone stole my card", "where is my card"]),
        ("balance", ["how much is left", "show my account", "what is my balance", "account balance"]),
    ):
        (faq / f"{name}.yml").write_text(f"phrasings: {json.dumps(phrasings)}\n", "utf-8")
    return faq


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return path


@pytest.fixture
def kb(folder: Path) -> KnowledgeBase:
    return load_or_raise(folder)


@pytest.fixture
def judged(kb: KnowledgeBase, lines: Path) -> tuple[Judged, ...]:
    return evaluate(build(kb, words_only=True), read_labelled(lines))


def test_each_line_is_judged_and_grouped(judged: tuple[Judged, ...]) -> None:
    assert judged[0].verdict.right
    assert not judged[2].verdict.right
    assert score(judged).lines == 4
    assert [(name, one.lines) for name, one in groups(judged, lambda line: line.style)] == [
        ("hard", 1),
        ("written", 1),
    ]


def test_the_page_shows_each_error_with_its_why(tmp_path: Path, judged: tuple[Judged, ...]) -> None:
    page = write(tmp_path / "out", judged, {}).read_text("utf-8")
    assert "what is left in my account \\ud800" in page
    assert "« I lost my card »\n  - attendu" not in page
    assert "attendu card" in page
    assert "proche (" in page
    for picture in ("confusion.png", "confiance.png"):
        assert (tmp_path / "out" / picture).read_bytes().startswith(b"\x89PNG")
        assert picture in page


@pytest.mark.parametrize("name", ["naive", "tfidf"])
def test_a_baseline_answers_what_is_stored_and_never_asks_back(kb: KnowledgeBase, name: str) -> None:
    baseline = getattr(baselines, name)(kb)
    assert baseline.decide("My card is missing!").entries == ("card",)
    assert {baseline.decide(text).action for text in ("my balance", "zxq", "")} <= {"answer", "fallback"}


def test_the_command_prints_the_table_and_says_where_the_report_is(
    folder: Path, lines: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    arguments = ["eval", str(lines), "--faq", str(folder), "--against", "naive", "--out", str(out)]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "| orgbot | 4 |" in done.output
    assert "| orgbot, écrit et texté | 1 |" in done.output
    assert "| orgbot, difficile | 1 |" in done.output
    assert "| naive | 4 |" in done.output
    assert f"Rapport : {out / 'rapport.md'}" in done.output


def test_a_file_that_cannot_be_read_is_named_with_its_lines(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="nulle-part"):
        read_labelled(tmp_path / "nulle-part.jsonl")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "a"}\n[]\n', "utf-8")
    with pytest.raises(ContentError) as raised:
        read_labelled(broken)
    assert len(raised.value.problems) == 2
