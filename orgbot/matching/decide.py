"""Probabilities → answer, ask back, or admit it: whichever is expected to cost the director the least."""

import math
from collections.abc import Iterable, Sequence

from orgbot.knowledge.model import Costs, EntryId
from orgbot.matching.decision import Action

CHOICES = 3
# A choice that is almost never the right one only makes the others harder to read.
NEGLIGIBLE = 0.02
# What the whole must leave a second entry, and the share of what is in scope that another entry than its
# first must reach in a part read by words alone, for the encoder to read the parts: it does so for two
# messages in nine, and 5 in 128 of the pairs told otherwise are lost.
HEARD, HINTED = 0.001, 0.4
# What makes two: the log-odds of each in its part, plus the logarithm of what the whole leaves the fainter.
# Where a foreign entry, at 4, and a second one missed, at 2, cost the same: measured on held-out phrasings
# of faq/, alone and joined by twos as people join them, one message in fourteen being such a pair.
BOTH = 7.0
# Beyond that, a probability says nothing more.
_FAINT = 1e-4

Ranking = Sequence[tuple[EntryId, float]]


def may_be_two(whole: Ranking, by_words: Iterable[Ranking], courtesies: frozenset[EntryId]) -> bool:
    """Whether the parts are worth reading with the encoder. `by_words`: the parts, read by words alone."""
    if len(whole) < 2 or whole[1][1] < HEARD:
        return False
    beside = courtesies | {whole[0][0]}
    return any(
        probability >= HINTED * sum(p for _, p in ranking)
        for ranking in by_words
        for entry, probability in ranking[:2]
        if entry not in beside
    )


def two(whole: Ranking, parts: Sequence[Ranking], courtesies: frozenset[EntryId]) -> tuple[EntryId, ...]:
    """The two entries that parts are the surest of, in the order they were said, when they are sure enough:
    the surer, the less the whole leaves the fainter. What a part says alone may be out of its context."""
    surest: dict[EntryId, float] = {}
    for entry, probability in (ranking[0] for ranking in parts):
        if entry not in courtesies:
            surest[entry] = max(probability, surest.get(entry, 0.0))
    best = sorted(surest, key=lambda entry: -surest[entry])[:2]
    if len(best) < 2:
        return ()
    left = min(probability for entry, probability in whole if entry in best)
    evidence = sum(_log_odds(surest[entry]) for entry in best) + math.log(max(left, _FAINT))
    return tuple(entry for entry in surest if entry in best) if evidence >= BOTH else ()


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _FAINT), 1 - _FAINT)
    return math.log(kept / (1 - kept))


def decide(
    ranking: Ranking, cost: Costs, courtesies: frozenset[EntryId] = frozenset()
) -> tuple[Action, tuple[EntryId, ...]]:
    """`ranking`: best first; what its probabilities leave of 1 is out of scope. `cost`: to the director, of a
    wrong answer, of a question back, of no answer to something that has one."""
    if not ranking:
        return "fallback", ()
    inside = sum(probability for _, probability in ranking)
    # Small talk is no third choice: nobody who is asked what she means says « Merci! ».
    offered_last = [one for one in ranking[2:] if one[0] not in courtesies]
    choices = [(entry, p) for entry, p in [*ranking[:2], *offered_last][:CHOICES] if p >= NEGLIGIBLE]
    offered = sum(probability for _, probability in choices)
    costs: dict[Action, float] = {
        "answer": cost.wrong * (1 - ranking[0][1]),
        "clarify": cost.asking + cost.missing * (inside - offered) if len(choices) > 1 else cost.wrong,
        "fallback": cost.missing * inside,
    }
    action = min(costs, key=lambda one: costs[one])
    match action:
        case "answer":
            return action, (ranking[0][0],)
        case "clarify":
            return action, tuple(entry for entry, _ in choices)
        case "fallback":
            return action, ()
