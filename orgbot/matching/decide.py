"""Probabilities → answer, ask back, or admit it: whichever is expected to cost the director the least."""

from collections.abc import Sequence

from orgbot.knowledge.model import Costs, EntryId
from orgbot.matching.decision import Action

CHOICES = 3
# A choice that is almost never the right one only makes the others harder to read.
NEGLIGIBLE = 0.02
# What a part of a message must reach to be answered beside another, and what the whole must leave it.
# Measured on pairs of held-out phrasings of faq/, joined as people join them.
CERTAIN, HEARD = 0.88, 0.01

Ranking = Sequence[tuple[EntryId, float]]


def may_be_two(ranking: Ranking) -> bool:
    """Whether the parts are worth looking at: the whole leaves something to a second entry."""
    return len(ranking) > 1 and ranking[1][1] >= HEARD


def two(whole: Ranking, parts: Sequence[Ranking], courtesies: frozenset[EntryId]) -> tuple[EntryId, ...]:
    """The whole's best two, in the order they were said, when a part is sure of each. What a part alone is
    sure of, and the whole is not, is out of its context."""
    best = {entry for entry, _ in whole[:2]} - courtesies
    firsts = [ranking[0] for ranking in parts]
    sure = [entry for entry, probability in firsts if entry in best and probability >= CERTAIN]
    said = tuple(dict.fromkeys(sure))
    return said if len(said) == 2 else ()


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
