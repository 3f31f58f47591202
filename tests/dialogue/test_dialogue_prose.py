"""Everything that people read is in faq/: the code of the conversation holds no prose."""

import ast
from pathlib import Path

import pytest

import orgbot

ROOMS = [
    Path(orgbot.__file__).parent / room for room in ("chat", "dialogue", "desk", "leads", "papers", "runtime")
]
FILES = [path for room in ROOMS for path in sorted(room.glob("*.py"))]

# A link, forms of dates, and the words of what draws.
NO_PROSE = ("<a href", "EEEE", "d MMM", "MMM y", "yyyy-", "DejaVu", "lower left", "offset points")


def prose(tree: ast.AST) -> list[str]:
    """String constants that read as words for people: neither docstrings, log lines nor errors."""
    spared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "log"
        ):
            spared |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Raise):
            spared |= {id(child) for child in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in spared
        and " " in node.value.strip()
        and any(character.isalpha() for character in node.value)
        and not node.value.startswith(NO_PROSE)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_sentence_is_written_in_the_code(path: Path) -> None:
    assert prose(ast.parse(path.read_text("utf-8"))) == []


def test_a_sentence_in_the_code_would_be_seen() -> None:
    assert prose(ast.parse('reply = "Bonjour à toi"\nlog.info("not for people")')) == ["Bonjour à toi"]
