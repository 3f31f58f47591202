from pathlib import Path

import pytest

from orgbot.knowledge.problems import ContentError, Problem, meant, quoted


def test_a_problem_is_one_line_with_where_what_and_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fix = meant("prx", ["delai", "prix"], "retire-le")
    problem = Problem(tmp_path / "faq/prix.yml", 12, f"identifiant inconnu {quoted('prx')}", fix)
    assert str(problem) == (
        "faq/prix.yml:12: identifiant inconnu «\u00a0prx\u00a0»; voulais-tu dire «\u00a0prix\u00a0»?"
    )


def test_a_path_elsewhere_is_told_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert str(Problem(tmp_path / "a.yml", 1, "quoi", "corrige")) == f"{tmp_path}/a.yml:1: quoi; corrige"


def test_nothing_in_a_file_or_its_name_breaks_the_line() -> None:
    told = str(Problem(Path("a\udcff\n.yml"), 1, quoted("x\r\ny\u2028z\x1b[2J"), "corrige"))
    assert told.encode() == "a? .yml:1: «\u00a0x y z [2J\u00a0»; corrige".encode()


def test_a_long_text_is_cut_short() -> None:
    assert len(quoted("x" * 5000)) < 70


def test_nothing_close_gives_the_other_fix() -> None:
    assert meant("zzzzzz", ["prix"], "retire-le") == "retire-le"
    assert meant("x" * 5000, ["x" * 4999], "retire-le") == "retire-le"
    assert meant("prix", [], "retire-le") == "retire-le"


def test_the_exception_says_every_problem() -> None:
    problems = [Problem(Path("a.yml"), line, "quoi", "corrige") for line in (1, 2)]
    error = ContentError(iter(problems))
    assert str(error).splitlines() == ["a.yml:1: quoi; corrige", "a.yml:2: quoi; corrige"]
    assert error.problems == tuple(problems)
