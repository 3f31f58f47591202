from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgbot.knowledge.load import ContentError, default_folder, load, load_or_raise
from orgbot.knowledge.sentences import render
from tests.knowledge.shelf import DELAI, PRIX, entry, whole, write


def test_a_valid_folder_gives_a_knowledge_base_and_no_problem(tmp_path: Path) -> None:
    kb, problems = load(write(tmp_path, whole()))
    assert problems == ()
    assert kb == load_or_raise(tmp_path)


def test_a_warning_does_not_stand_in_the_way(tmp_path: Path) -> None:
    files = whole(bot=whole()["bot.yml"].replace("exemple.quebec", "example.org"))
    kb, problems = load(write(tmp_path, files))
    assert {problem.severity for problem in problems} == {"warning"}
    assert kb is not None
    assert load_or_raise(tmp_path) == kb


def test_an_error_does_and_the_exception_says_only_errors(tmp_path: Path) -> None:
    bot = whole()["bot.yml"].replace("exemple.quebec", "example.org").replace("lundi", "lundy")
    kb, problems = load(write(tmp_path, whole(bot=bot)))
    assert kb is None
    with pytest.raises(ContentError) as raised:
        load_or_raise(tmp_path)
    assert [str(problem) for problem in problems if problem.severity == "error"] == [str(raised.value)]


def test_the_default_folder_is_the_repository_s_own() -> None:
    assert default_folder() == Path(__file__).parents[2] / "faq"
    assert (default_folder() / "bot.yml").is_file()


def test_only_yml_files_are_read_and_reserved_names_hold_at_the_top_only(tmp_path: Path) -> None:
    files = {"a.yml": entry("x"), "LISEZ-MOI.md": "# allo", "b.yaml": "]", "sub/bot.yml": entry("y")}
    kb, _ = load(write(tmp_path, files))
    assert kb is not None
    assert list(kb.entries) == ["a", "bot"]


LINES = [*PRIX.splitlines(), *DELAI.splitlines(), "  - {x: y}", "button: [", "short: '<b>{pigiste}'", "- a"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=8), st.booleans())
def test_no_entry_file_raises_and_what_loads_can_be_shown(
    tmp_path: Path, lines: list[str], bare: bool
) -> None:
    text = "\n".join(lines)
    files: dict[str, str | bytes] = {"prix.yml": text.encode()}
    (tmp_path / "bot.yml").unlink(missing_ok=True)
    if not bare:
        files["bot.yml"] = whole()["bot.yml"].replace(", delai]", "]")
    kb, problems = load(write(tmp_path, files))
    assert (kb is None) == any(problem.severity == "error" for problem in problems)
    assert all("\n" not in str(problem) for problem in problems)
    if kb is not None:
        for one in kb.entries.values():
            assert render(kb, one.answer)
            assert render(kb, one.short)
