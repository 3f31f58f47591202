"""Files of labelled utterances said to a matcher, and what came of each line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from orgbot.check.score import NONE, Labelled, Score, Verdict, judge, total
from orgbot.knowledge.model import EntryId
from orgbot.matching.decision import Decision, Matcher


@dataclass(frozen=True, slots=True)
class Judged:
    labelled: Labelled
    decision: Decision
    verdict: Verdict

    @property
    def expected(self) -> EntryId:
        """What the matrix counts the line under: what it was taken for, when that is right."""
        fitting = self.labelled.expect | self.labelled.accept
        return self.taken if self.taken in fitting else min(self.labelled.expect)

    @property
    def taken(self) -> EntryId:
        """The entry answered, or the likeliest of the choices; NONE for a fallback."""
        return self.decision.entries[0] if self.decision.entries else NONE

    @property
    def confidence(self) -> float:
        """Of the likeliest outcome, out of scope being one: 0 to 1."""
        best = self.decision.ranking[0][1] if self.decision.ranking else 0.0
        return max(best, self.decision.why.out_of_scope)


Group = tuple[str, Score]


def evaluate(matcher: Matcher, lines: Iterable[Labelled]) -> tuple[Judged, ...]:
    decided = ((line, matcher.decide(line.text)) for line in lines)
    return tuple(
        Judged(line, decision, judge(line, decision.action, decision.entries)) for line, decision in decided
    )


def score(judged: Iterable[Judged]) -> Score:
    return total((one.labelled, one.verdict) for one in judged)


def groups(judged: Sequence[Judged], key: Callable[[Labelled], str]) -> tuple[Group, ...]:
    """One score for each value of the key, in alphabetical order; lines without it are left out."""
    names = sorted({key(one.labelled) for one in judged} - {""})
    return tuple((name, score(one for one in judged if key(one.labelled) == name)) for name in names)
