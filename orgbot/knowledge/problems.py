"""What is wrong with the content: where, what, and the fix. All of it is collected, then said once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    path: Path
    line: int
    what: str
    fix: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{_shown(self.path)}:{self.line}: {self.what}; {self.fix}"


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class ContentError(Exception):
    """The content cannot be used; the message holds every problem, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))


@dataclass(slots=True)
class Report:
    """Where the readers put what they find."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, path: Path, line: int, what: str, fix: str) -> None:
        self.problems.append(Problem(path, line, what, fix))

    def warning(self, path: Path, line: int, what: str, fix: str) -> None:
        self.problems.append(Problem(path, line, what, fix, "warning"))

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """« voulais-tu dire …? » when one of `known` is close to `word`; else `otherwise`."""
    close = process.extractOne(
        word, [*known], scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.6
    )
    return f"voulais-tu dire « {close[0]} »?" if close else otherwise
