"""Decisions held against labelled utterances.

For an utterance that has an answer: right, when every entry expected is answered and none foreign (where a
single one is expected, an accepted one will do); one tap away, when it is right, or one of two was answered
and nothing foreign, or a right entry is among the choices; wrong, when a foreign entry is answered. For one
that has none: right is a fallback, a question back is one tap away, and any answer is wrong.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgbot.knowledge.model import EntryId
from orgbot.knowledge.problems import ContentError, Problem
from orgbot.matching.decision import Action

NONE = EntryId("none")


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    expect: frozenset[EntryId]
    accept: frozenset[EntryId]
    kind: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`answered`: an out-of-scope utterance got an entry's answer."""

    right: bool
    one_tap: bool
    wrong: bool
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of all the lines, 0 to 1; `outside_answered` of the out-of-scope lines alone."""

    lines: int
    right: float
    one_tap: float
    wrong: float
    outside_answered: float


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """JSON lines: text, expect, accept, kind, sometimes style. Raises ContentError, a problem a bad line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            path, 1, f"fichier illisible ({error})", "vérifie le chemin, et que c’est de l’UTF-8"
        )
        raise ContentError([problem]) from None
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            expect, accept = frozenset(map(EntryId, row["expect"])), frozenset(map(EntryId, row["accept"]))
            found.append(Labelled(row["text"], expect, accept, row["kind"], row.get("style", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            fix = "il faut un objet JSON avec text, expect, accept et kind"
            problems.append(Problem(path, number, "ligne illisible", fix))
    if problems:
        raise ContentError(problems)
    return tuple(found)


def judge(labelled: Labelled, action: Action, entries: Sequence[EntryId]) -> Verdict:
    given, good = frozenset(entries), labelled.expect | labelled.accept
    if labelled.expect == {NONE}:
        answered = action == "answer" and not given <= labelled.accept
        return Verdict(
            right=action == "fallback" or (action == "answer" and not answered),
            one_tap=not answered,
            wrong=answered,
            answered=answered,
        )
    if action != "answer":
        return Verdict(right=False, one_tap=action == "clarify" and bool(given & good), wrong=False)
    wrong = not given <= good
    right = not wrong and (labelled.expect <= given or len(labelled.expect) == 1)
    return Verdict(right=right, one_tap=not wrong, wrong=wrong)


def total(judged: Iterable[tuple[Labelled, Verdict]]) -> Score:
    rows = [*judged]
    outside = [verdict for labelled, verdict in rows if labelled.expect == {NONE}]
    count = max(1, len(rows))
    return Score(
        lines=len(rows),
        right=sum(verdict.right for _, verdict in rows) / count,
        one_tap=sum(verdict.one_tap for _, verdict in rows) / count,
        wrong=sum(verdict.wrong for _, verdict in rows) / count,
        outside_answered=sum(verdict.answered for verdict in outside) / max(1, len(outside)),
    )
