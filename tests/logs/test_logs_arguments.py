"""The program's own lines, one by one: a text that is the same for everyone, numbers, exceptions (of which
the formatter says the type), and what is below. What else is put into a line fails here, until somebody has
said why it is nobody's words.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import orgbot

ROOM = Path(orgbot.__path__[0])
SAYS = ("debug", "info", "warning", "error", "exception", "critical")
# What takes numbers alone: with anything else, the line is not written.
NUMBER, TEXT = "number", "text"
PLACES = {"d": NUMBER, "f": NUMBER, "s": TEXT}

# Each text as it is written in the code, and why it may be said.
SAFE = {
    # Names that the program has given.
    "_failure(folder) or ended": "the type of an exception, or how a process ended",
    "_place(filename)": "a file of Python's",
    "category.__name__": "the type of a warning",
    "engine.notice": "a sentence of orgbot.matching.engine",
    "error.strerror": "the system's words for the number of an error",
    "folder": "faq/, where the program is",
    "paper.paper": "one of PaperKind",
    "reference or 'the agenda'": "a lead's: letters and figures drawn by the program",
    "row.key": "the program's name for a message: what caused it, and numbers",
    "row.outgoing.key": "the same",
    "row.reference": "a lead's",
    # What a server has answered: only what is the same for everyone.
    "outcome.reason": "types of errors, codes, and sentences of the courier's and of the postman's",
    "said(error)": "the type of an error, and words of orgbot.tg.courier.KNOWN",
    "error": "in the sandbox alone: HTTP's own words for a status",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOM.rglob("*.py")):
        yield str(path.relative_to(ROOM)), ast.parse(path.read_text("utf-8"))


def lines(tree: ast.Module) -> Iterator[ast.Call]:
    """What is said by the module's logger."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=how, value=ast.Name(id="log"))) if how in SAYS:
                yield node


def caught(tree: ast.Module) -> set[ast.expr]:
    """Each use of the name of an exception, where it is caught."""
    return {
        one
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        for one in ast.walk(handler)
        if isinstance(one, ast.Name) and one.id == handler.name
    }


def test_a_line_is_a_text_that_is_written_in_the_code() -> None:
    found = [(name, line.args[0]) for name, tree in modules() for line in lines(tree)]
    assert len(found) > 40
    made = [
        f"{name}:{text.lineno}"
        for name, text in found
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str))
    ]
    assert made == []


def test_each_text_that_is_put_into_a_line_is_known_to_be_nobodys_words() -> None:
    held = set[str]()
    for _, tree in modules():
        exceptions = caught(tree)
        for line in lines(tree):
            assert {one.arg for one in line.keywords} <= {"exc_info"}, ast.unparse(line)
            template = ast.literal_eval(line.args[0])
            places = [PLACES[sign] for sign in re.findall(r"%(?:\.\d)?(\w)", template)]
            for place, value in zip(places, line.args[1:], strict=True):
                if place == TEXT and value not in exceptions:
                    held.add(ast.unparse(value))
    assert held == SAFE.keys()


def test_nothing_is_said_by_another_way() -> None:
    """By a logger under another name, or as Python itself shows an exception or a warning."""
    ways = {"traceback", "warnings", "structlog", "getLogger", "stderr"}
    for name, tree in modules():
        used = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute | ast.Name)
        }
        own = sum(
            ast.unparse(node) == "log = logging.getLogger(__name__)"
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
        )
        loggers = ast.unparse(tree).count("getLogger(")
        if name != "logs.py":
            assert loggers == own, name
            assert used & ways <= {"getLogger"}, name
