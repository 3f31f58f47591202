"""Where the content is thin: what to write next, and what could be left out."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from orgbot.knowledge.model import EntryId
from orgbot.matching.rehearse import Rehearsed

OUTSIDE = EntryId("hors-sujet")
# An entry that finds less than this share of its own phrasings again needs more of them.
FOUND = 0.7
# A phrasing that another entry would answer, were it not stored: « stolen ».
SURE = 0.75
# Measured on faq/: above this, two phrasings are one but for a word or two.
SAME = 0.93
SHOWN = 12


def gaps(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    """Lines to print."""
    yield from _thin(rehearsed)
    yield from _confused(rehearsed)
    yield from _stolen(rehearsed)
    yield from _redundant(rehearsed)


def _taken(one: Rehearsed) -> tuple[EntryId, float]:
    entry, probability = one.ranking[0] if one.ranking else (OUTSIDE, 0.0)
    return (OUTSIDE, one.outside) if one.outside > probability else (entry, probability)


def _own(one: Rehearsed) -> EntryId:
    return one.entry or OUTSIDE


def _thin(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    found: defaultdict[EntryId, list[bool]] = defaultdict(list)
    for one in rehearsed:
        found[_own(one)].append(_taken(one)[0] == _own(one))
    yield "Part de ses propres formulations que chaque entrée retrouve quand elles lui sont cachées :"
    for entry, hits in sorted(found.items(), key=lambda item: sum(item[1]) / len(item[1])):
        share = sum(hits) / len(hits)
        advice = "; ajoute des formulations variées" if share < FOUND else ""
        yield f"  {entry} : {share:.0%} de {len(hits)}{advice}".replace("%", "\u00a0%")


def _confused(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    pairs = Counter((_own(one), _taken(one)[0]) for one in rehearsed if _taken(one)[0] != _own(one))
    examples = {(_own(one), _taken(one)[0]): one.phrasing for one in rehearsed}
    yield "Entrées prises l’une pour l’autre :"
    for (own, taken), count in pairs.most_common(SHOWN):
        yield f"  {own} → {taken} : {count} (« {examples[own, taken]} »)"


def _stolen(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    stolen = [(one, *_taken(one)) for one in rehearsed if _taken(one)[0] not in (_own(one), OUTSIDE)]
    sure = sorted((one for one in stolen if one[2] >= SURE), key=lambda one: -one[2])
    yield f"Formulations qu’une autre entrée prendrait ({len(sure)}); déplace-les, ou écris-en d’autres :"
    for one, taken, probability in sure[:SHOWN]:
        yield f"  {_own(one)} : « {one.phrasing} » → {taken} ({probability:.2f})"


def _redundant(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    twins = {
        tuple(sorted((one.phrasing, one.twin))): one
        for one in rehearsed
        if one.entry is not None and one.nearness >= SAME
    }
    close = sorted(twins.values(), key=lambda one: -one.nearness)
    yield f"Formulations qui disent la même chose ({len(close)}); l’une des deux n’apprend presque rien :"
    for one in close[:SHOWN]:
        yield f"  {_own(one)} ({one.nearness:.2f}) : « {one.phrasing} » et « {one.twin} »"
