import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgbot.knowledge import nodes
from orgbot.knowledge.nodes import Fields, Items, Node, Text, read
from orgbot.knowledge.problems import Report


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers say the same: machines without libyaml read the same content."""
    if request.param == "python":
        monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)


def reading(path: Path, content: str | bytes) -> tuple[Node | None, list[str]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = Report()
    root = read(path, report)
    return root, [f"{one.line}: {one.what}" for one in report.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.yml"


@pytest.mark.parametrize(
    "typed", ["no", "oui", "on", "null", "123", "1.5", "2026-01-01", "0x1f", "true", "=", "<<"]
)
def test_a_scalar_stays_the_text_that_was_typed(path: Path, typed: str) -> None:
    assert reading(path, f"- {typed}\n- x\n") == (Items((Text(typed, 1), Text("x", 2)), 1), [])


def test_everything_knows_its_line(path: Path) -> None:
    root, said = reading(path, "# mot\na: x\n\nb:\n  - y\n  -\n")
    assert said == []
    assert isinstance(root, Fields)
    assert root.lines == {"a": 2, "b": 4}
    assert root.fields == {"a": Text("x", 2), "b": Items((Text("y", 5), Text("", 6)), 5)}


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa: x\n", b"a: x\r\n", b"---\na: x\n...\n"])
def test_what_editors_add_does_not_matter(path: Path, content: bytes) -> None:
    root, said = reading(path, content)
    assert (isinstance(root, Fields) and root.fields["a"].line <= 2, said) == (True, [])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a: b: c", "1: YAML illisible (deux-points en trop)"),
        ("ok: x\na:\n\t- b", "3: YAML illisible (tabulation)"),
        ('ok: x\na: "x\nb: c\nd: e\n', "2: YAML illisible (guillemet mal fermé)"),
        ("a: @x", "1: YAML illisible (signe que YAML se réserve)"),
        ('a: "\\q"', "1: YAML illisible (barre oblique inverse dans un texte)"),
        ("a: b\n---\nc: d", "2: YAML illisible (deux documents dans un fichier)"),
        ("- a\nb: c", "2: YAML illisible (mise en forme)"),
        ("a: [b", "1: YAML illisible (mise en forme)"),
        ("ok: x\na: &x b", "2: ancre ou alias YAML (& ou *)"),
        ("a: *x", "1: ancre ou alias YAML (& ou *)"),
        ("a: !!python/object/apply:os.system [x]", "1: étiquette YAML"),
        ("a: x\n<<: {b: c}", "2: clé de fusion YAML (<<)"),
        ("a: x\nb: y\na: z", "3: clé «\u00a0a\u00a0» en double"),
        ("? [a]\n: b", "1: une clé doit être un mot"),
        ('"": b', "1: clé vide"),
        ("a: x\nb: y\x07\n", "2: caractère invisible (U+0007)"),
        ("", "1: fichier vide"),
        ("# rien\n", "1: fichier vide"),
        (b"a: x\nb: caf\xe9\n", "2: le fichier n’est pas en UTF-8"),
        ("a: x\n".encode("utf-16"), "1: le fichier n’est pas en UTF-8"),
        ("[" * 100_000, "1: plus de 8 niveaux de retrait"),
        ("a: " * 9 + "x", "1: YAML illisible (deux-points en trop)"),
    ],
)
def test_what_cannot_be_used_says_where_and_what(path: Path, content: str | bytes, told: str) -> None:
    _, said = reading(path, content)
    assert len(said) == 1
    assert said[0].startswith(told)


def test_eight_levels_are_fine_and_nine_are_not(path: Path) -> None:
    assert reading(path, "[" * 8 + "]" * 8)[1] == []
    assert reading(path, "[" * 9 + "]" * 9)[1] == ["1: plus de 8 niveaux de retrait"]


def test_every_double_key_is_said(path: Path) -> None:
    _, said = reading(path, "a: x\na: y\na: z\n")
    assert [line.partition(":")[0] for line in said] == ["2", "3"]


def test_a_file_too_big_is_not_read(path: Path) -> None:
    path.write_text("- x\n" + "#" * nodes.LARGEST)
    report = Report()
    assert read(path, report) is None
    assert "1048580 octets" in report.problems[0].what
    assert read(path, Report(), nodes.LARGEST_BARE) is not None


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "loop"])
def test_what_is_not_a_file_is_not_waited_for(path: Path, kind: str) -> None:
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
    report = Report()
    assert read(path, report) is None
    assert [problem.what for problem in report.problems] == ["ce n’est pas un fichier"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text("ab:-[]{}\"'&*!#|>%@`,? \n\t<", max_size=80).map(str.encode))
def test_no_file_raises_and_what_is_unusable_is_said(path: Path, content: bytes) -> None:
    root, said = reading(path, content)
    assert root is not None or said
