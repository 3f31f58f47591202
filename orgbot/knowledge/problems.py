"""What is wrong with the content: where, what, and the fix. All of it is collected, then said once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

Severity = Literal["error", "warning"]

# As much of a faulty text as helps to find it.
_QUOTED = 60
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Problem:
    path: Path
    line: int
    what: str
    fix: str
    severity: Severity = "error"

    def __str__(self) -> str:
        said = f"{_shown(self.path)}:{self.line}: {self.what}; {self.fix}"
        # One line that any terminal takes, whatever the file or its name holds.
        return _BREAKS.sub(" ", said).encode("utf-8", "replace").decode()


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class ContentError(Exception):
    """The content cannot be used; the message holds every problem, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Report:
    """Where the readers put what they find."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, severity: Severity, path: Path, line: int, what: str, fix: str) -> None:
        self.problems.append(Problem(path, line, what, fix, severity))

    def error(self, path: Path, line: int, what: str, fix: str) -> None:
        self.add("error", path, line, what, fix)

    def warning(self, path: Path, line: int, what: str, fix: str) -> None:
        self.add("warning", path, line, what, fix)

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def quoted(text: str) -> str:
    return f"« {text if len(text) <= _QUOTED else text[: _QUOTED - 1] + '…'} »"


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """« voulais-tu dire …? » when one of `known` is close to `word`; else `otherwise`."""
    # Past this, nobody mistyped an id, and comparing would take its time.
    if len(word) > 2 * _QUOTED:
        return otherwise
    close = process.extractOne(
        word, [*known], scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.6
    )
    return f"voulais-tu dire {quoted(close[0])}?" if close else otherwise
